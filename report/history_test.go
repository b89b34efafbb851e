package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/keysieve/keysieve/scanner"
)

func plainName(name string) string { return name }

func TestWhereabouts(t *testing.T) {
	first, removed := commitOf("a", 1, "", ""), commitOf("b", 4, "", "")
	head := reaches(scanner.RefHead, true, "HEAD")
	past := reaches(scanner.RefHead, false, "HEAD")
	for _, test := range []struct {
		name     string
		exposure *scanner.Exposure
		standing standing
		want     string
	}{
		{"unknown", nil, standsUnknown, "what reaches it could not be found out"},
		{"detached HEAD", &scanner.Exposure{First: first, InHead: true, Days: 1, Refs: head}, standsInHead, "in HEAD, for 1 day"},
		{"HEAD", &scanner.Exposure{First: first, InHead: true, Days: 1412, Refs: refs(head, reaches(scanner.RefBranch, true, "a", "b", "c", "d"))},
			standsInHead, "in HEAD and 4 branches, for 1,412 days"},
		{"HEAD and more", &scanner.Exposure{First: first, InHead: true, Days: 2, Refs: refs(head, reaches(scanner.RefBranch, true, "a"),
			reaches(scanner.RefRemote, true, "o/a"), reaches(scanner.RefTag, true, "v1", "v2"), reaches(scanner.RefTag, false, "v3"))},
			standsInHead, "in HEAD, 1 branch, 1 remote branch and 2 tags, for 2 days"},
		{"tags", &scanner.Exposure{First: first, Removed: removed, Refs: refs(past, reaches(scanner.RefTag, true, "v1.2", "v1.3"))},
			standsAtTip, "removed from HEAD after 3 days; still in v1.2, v1.3"},
		{"past", &scanner.Exposure{First: first, Removed: removed, Refs: refs(past, reaches(scanner.RefBranch, false, "main", "b", "c", "d", "e"))},
			standsInPast, "removed from HEAD after 3 days; still in the history of main, b, c and 2 more"},
		{"detached past", &scanner.Exposure{First: first, Removed: removed, Refs: past}, standsInPast, "removed from HEAD after 3 days; still in the history of HEAD"},
		{"clocks", &scanner.Exposure{First: removed, Removed: first, Refs: past}, standsInPast, "removed from HEAD; still in the history of HEAD"},
		{"same second", &scanner.Exposure{First: first, Removed: first, Refs: past}, standsInPast, "removed from HEAD after 1 day; still in the history of HEAD"},
		{"other branch", &scanner.Exposure{First: first, Days: 9, Refs: reaches(scanner.RefBranch, true, "dev")}, standsAtTip, "not in HEAD; in dev, for 9 days"},
		{"other branch's past", &scanner.Exposure{First: first, Refs: reaches(scanner.RefRemote, false, "o/dev")}, standsInPast, "not in HEAD; in the history of o/dev"},
		{"stash", &scanner.Exposure{First: first, Refs: reaches(scanner.RefStash, true, "stash@{0}")}, standsAside, "not in any branch: stash@{0}"},
		{"reflog", &scanner.Exposure{First: first, Refs: reaches(scanner.RefReflog, false, "HEAD@{3}")}, standsAside, "not in any branch: HEAD@{3}"},
		{"shallow", &scanner.Exposure{First: first, InHead: true, Days: 3, Refs: head, AtBoundary: true}, standsInHead, "in HEAD, for at least 3 days"},
		{"shallow past", &scanner.Exposure{First: first, Removed: removed, Refs: past, AtBoundary: true}, standsInPast,
			"removed from HEAD after at least 3 days; still in the history of HEAD"},
		{"dangling", &scanner.Exposure{Blobs: 1}, standsNowhere, "reached by no reference (dangling)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := standingOf(test.exposure); got != test.standing {
				t.Errorf("standing %d, want %d", got, test.standing)
			}
			if got := whereabouts(test.exposure, plainName, false); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
	many := &scanner.Exposure{First: first, Refs: reaches(scanner.RefTag, true, "1", "2", "3", "4", "5")}
	if got := whereabouts(many, plainName, true); got != "not in HEAD; in 1, 2, 3, 4, 5" {
		t.Errorf("all: %q", got)
	}
}

// TestUnreadInStore: references and files are not counted as objects, and objects are counted of all only where no pack is lost, as nobody knows what that holds.
func TestUnreadInStore(t *testing.T) {
	id := func(digit string) scanner.Skip {
		return scanner.Skip{Path: strings.Repeat(digit, 40), Reason: "missing"}
	}
	ref, pack := scanner.Skip{Path: "refs/heads/main", Reason: "missing"}, scanner.Skip{Path: ".git/objects/pack/a.pack", Reason: "truncated"}
	for _, test := range []struct {
		want    string
		skipped []scanner.Skip
	}{
		{"2 of 407,061 objects could not be read", []scanner.Skip{id("a"), id("b")}},
		{"1 of 407,061 objects and 1 file or reference could not be read", []scanner.Skip{id("a"), ref}},
		{"1 file or reference could not be read", []scanner.Skip{ref}},
		{"but 1 pack could not be read", []scanner.Skip{pack}},
		{"1 pack and 1 file or reference could not be read", []scanner.Skip{ref, pack}},
		{"1 pack, 2 objects and 1 file or reference could not be read", []scanner.Skip{ref, pack, id("a"), id("b")}},
	} {
		if out := text(t, Options{}, history(3, nil, test.skipped...)); !strings.Contains(out, test.want) {
			t.Errorf("not %q:\n%s", test.want, out)
		}
	}
}

// TestNothingOfAStore: where all that there is was in a lost pack, that is not called so many of so many objects.
func TestNothingOfAStore(t *testing.T) {
	lost := history(3, nil, scanner.Skip{Path: ".git/objects/pack/a.pack", Reason: "truncated"}, scanner.Skip{Path: "HEAD", Reason: "missing"})
	lost.Summary.Objects, lost.Summary.Blobs = 0, 0
	if out, want := text(t, Options{}, lost), "but 1 pack and 1 file or reference could not be read"; !strings.Contains(out, want) {
		t.Errorf("not %q:\n%s", want, out)
	}
}

// TestMaskedNames: a terminal without Unicode shows the mask in names as it shows it elsewhere.
func TestMaskedNames(t *testing.T) {
	f := found("", 1, "keys/", ".txt", 305)
	made := commitOf("0", 2, "A. Author <a@example.com>", "Add")
	f.Places = nil
	for _, dir := range []string{"a", "b"} {
		place := at(dir+"/"+f.Secret.Reveal()+".txt", 1, 3, 40)
		place.Kind = scanner.KindPathName
		f.Places = append(f.Places, in(made, place))
	}
	f.Exposure = &scanner.Exposure{First: made, Last: made, Commits: 1, Days: 1}
	out := text(t, Options{Width: 200}, history(1, []scanner.Finding{f}))
	if want := "also in   1 file: b/" + strings.ReplaceAll(f.Secret.String(), string(bullet), "*") + ".txt\n"; !strings.Contains(out, want) {
		t.Errorf("no %q:\n%s", want, out)
	}
}

// TestHistoryOneScreen holds any number of secrets to a screen, numbered in order, none lost.
func TestHistoryOneScreen(t *testing.T) {
	for _, n := range []int{1, 3, 4, 5, 60, 3000} {
		r := manyExposures(n)
		out := text(t, Options{Unicode: true}, r)
		if lines := strings.Count(out, "\n"); lines > 60 {
			t.Errorf("%d secrets: %d lines:\n%s", n, lines, out)
		}
		shown, last := 0, 0
		for _, m := range regexp.MustCompile(`(?m)^ {0,2}(\d+)  \S`).FindAllStringSubmatch(out, -1) {
			at, err := strconv.Atoi(m[1])
			if err != nil || at <= last {
				t.Errorf("%s after %d", m[1], last)
			}
			shown, last = shown+1, at
		}
		hidden := 0
		for _, m := range regexp.MustCompile(`(?m)^  and ([\d,]+) more `).FindAllStringSubmatch(out, -1) {
			more, err := strconv.Atoi(strings.ReplaceAll(m[1], ",", ""))
			if err != nil {
				t.Fatal(err)
			}
			hidden += more
		}
		if shown+hidden != n {
			t.Errorf("%d numbered and %d hidden of %d:\n%s", shown, hidden, n, out)
		}
	}
}

// TestSubjectsAndAuthors: what people write there is masked, whatever its length in a subject.
func TestSubjectsAndAuthors(t *testing.T) {
	r := history(1, exposures())
	for _, format := range Formats() {
		for _, v := range variants(format.Name) {
			out := write(t, format, v.opts(Options{}), r)
			for _, f := range r.Findings {
				assertHidden(t, out, f.Secret.Reveal())
			}
		}
	}
	verbose := text(t, Options{Verbose: true, Unicode: true}, r)
	for _, want := range []string{"set ghp_", "Password is Z••••••0", "Remove it"} {
		if !strings.Contains(verbose, want) {
			t.Errorf("%q is missing:\n%s", want, verbose)
		}
	}
}

// TestAdviceForHistory names only what works.
func TestAdviceForHistory(t *testing.T) {
	all := exposures()
	if out := text(t, Options{}, history(1, all[:3])); strings.Contains(out, "git gc") || !strings.Contains(out, "rotate first") {
		t.Errorf("advice about dangling objects without one, or none at all:\n%s", out)
	}
	if out := text(t, Options{}, history(1, all[3:4])); !strings.Contains(out, "git gc --prune=now") {
		t.Errorf("no advice about a dangling object:\n%s", out)
	}
	if out := text(t, Options{}, history(0, all[6:7])); strings.Contains(out, "rotate first") || strings.Contains(out, "keysieve:allow") {
		t.Errorf("advice for a warning:\n%s", out)
	}
}

func TestJSONExposure(t *testing.T) {
	r := history(1, exposures())
	var document struct {
		Summary  map[string]any
		Findings []struct{ Exposure *jsonExposure }
	}
	if err := json.Unmarshal(write(t, Formats()[1], Options{}, r), &document); err != nil {
		t.Fatal(err)
	}
	if document.Summary["commits"] != 81_966.0 || document.Summary["objects"] != 407_061.0 {
		t.Errorf("summary %v", document.Summary)
	}
	order := listed(r)
	for i, f := range document.Findings {
		want := order[i].Exposure
		switch {
		case want == nil:
			if f.Exposure != nil {
				t.Errorf("finding %d has an exposure", i)
			}
		case f.Exposure == nil:
			t.Errorf("finding %d has none", i)
		case f.Exposure.Days != want.Days, f.Exposure.Commits != want.Commits, f.Exposure.InHead != want.InHead, len(f.Exposure.Refs) != len(want.Refs),
			(f.Exposure.First == nil) != (want.First == nil), (f.Exposure.Removed == nil) != (want.Removed == nil):
			t.Errorf("finding %d: %+v, want %+v", i, f.Exposure, want)
		}
	}
	if out := write(t, Formats()[1], Options{}, stagedResult()); bytes.Contains(out, []byte("exposure")) {
		t.Error("an exposure outside a history")
	}
}

// TestSARIFHistory: one result for a secret, at the place that introduced it.
func TestSARIFHistory(t *testing.T) {
	r := history(1, exposures())
	run := sarifRun(t, Options{}, r)
	if len(run.Results) != len(r.Findings) {
		t.Fatalf("%d results of %d findings", len(run.Results), len(r.Findings))
	}
	for i, f := range listed(r) {
		if f.Exposure == nil {
			continue
		}
		got := run.Results[i]
		place, _ := introduced(f)
		checkLocation(t, got.Locations[0], place)
		if len(got.Locations) != 1 || len(got.RelatedLocations) != len(f.Places)-1 {
			t.Errorf("finding %d: %d locations, %d related, %d places", i, len(got.Locations), len(got.RelatedLocations), len(f.Places))
		}
		if got.PartialFingerprints["keysieveFingerprint/v1"] != f.Fingerprint || got.Properties["exposure"] == nil {
			t.Errorf("finding %d: fingerprint or exposure is missing: %+v", i, got)
		}
	}
}

// TestSARIFLocationLimit: more places than code hosts take are counted, not lost in silence.
func TestSARIFLocationLimit(t *testing.T) {
	f := exposures()[0]
	for i := range 2500 {
		f.Places = append(f.Places, at(fmt.Sprintf("z/%04d", i), 1, 1, 40))
	}
	got := sarifRun(t, Options{}, history(1, []scanner.Finding{f})).Results[0]
	if n := len(got.Locations) + len(got.RelatedLocations); n != maxLocations {
		t.Errorf("%d locations", n)
	}
	if left := got.Properties["placesLeftOut"]; left != float64(len(f.Places)-maxLocations) {
		t.Errorf("%v left out of %d", left, len(f.Places))
	}
	var ids []uint
	for _, l := range got.RelatedLocations {
		ids = append(ids, *l.Id)
	}
	if slices.Sort(ids); len(slices.Compact(ids)) != maxLocations-1 {
		t.Error("two related locations share an id")
	}
}

func FuzzHistoryIsSafe(f *testing.F) {
	for i, name := range oddNames() {
		f.Add(name, name, name, i, byte(i))
	}
	f.Fuzz(func(t *testing.T, path, author, subject string, number int, flags byte) {
		finding := found(path, number, "", "", 1)
		c := &scanner.Commit{ID: subject, Author: author, Subject: subject, Date: time.Unix(int64(number), 0)}
		finding.Places[0].Kind, finding.Places[0].Commit = scanner.Kind(flags>>4&3), subject
		finding.Places = append(finding.Places, at(author, number, 1, 1))
		finding.Exposure = &scanner.Exposure{
			First: c, Last: &scanner.Commit{ID: author}, Commits: number, Blobs: number, Days: number, InHead: flags&8 != 0,
			Refs: refs(reaches(scanner.RefKind(flags%9), flags&1 != 0, path, author, subject), reaches(scanner.RefTag, flags&2 != 0, path)),
		}
		if flags&64 != 0 {
			finding.Exposure.Removed = c
		}
		opts := Options{Unicode: flags&1 != 0, Color: flags&2 != 0, Verbose: flags&4 != 0, Width: number}
		for _, format := range Formats() {
			out := write(t, format, opts, history(1, []scanner.Finding{finding}))
			if format.Name == "text" {
				assertSafe(t, string(out), opts)
			}
			if bytes.Contains(out, []byte(finding.Secret.Reveal())) || bytes.ContainsRune(out, '\x7f') {
				t.Errorf("%s: %q", format.Name, out)
			}
		}
	})
}
