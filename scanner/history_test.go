package scanner_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keysieve/keysieve/scanner"
)

// chronicle is a History held in memory.
type chronicle struct {
	contents  []scanner.Content
	standings func(groups [][]scanner.Object) []scanner.Standing
	interrupt func() // called at the end of the walk
	endless   bool   // Attribute waits until it is stopped
}

func fileContent(id, text string) scanner.Content {
	return scanner.Content{
		Kind: scanner.KindFile, Bytes: []byte(text), Leaf: true,
		Name: func() scanner.Object { return scanner.Object{Kind: scanner.KindFile, ID: id} },
	}
}

func nameContent(name string) scanner.Content {
	return scanner.Content{
		Kind: scanner.KindPathName, Bytes: []byte(name), Leaf: true,
		Name: func() scanner.Object { return scanner.Object{Kind: scanner.KindPathName, ID: "tree", Name: name} },
	}
}

func (c *chronicle) Walk(ctx context.Context, _ int, examiner func() scanner.Examiner, _ func(scanner.Skip)) (scanner.HistoryCounts, error) {
	x := examiner()
	for i := range c.contents {
		if _, err := x.Examine(&c.contents[i], nil); err != nil {
			return scanner.HistoryCounts{}, err
		}
	}
	if c.interrupt != nil {
		c.interrupt()
	}
	return scanner.HistoryCounts{Objects: int64(len(c.contents))}, ctx.Err()
}

func (c *chronicle) FilePaths(_ context.Context, names []string, _ func(scanner.Skip)) ([]string, error) {
	var paths []string
	for _, name := range names {
		paths = append(paths, "a/"+name, "b/"+name)
	}
	slices.Sort(paths)
	return paths, nil
}

func (c *chronicle) Attribute(ctx context.Context, groups [][]scanner.Object, _ func(scanner.Skip)) ([]scanner.Standing, error) {
	if c.endless {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	if c.standings != nil {
		return c.standings(groups), nil
	}
	standings := make([]scanner.Standing, len(groups))
	for i, group := range groups {
		standings[i].Exposure = &scanner.Exposure{}
		for _, o := range group {
			path := o.Path
			if path == "" {
				path = "at/" + o.ID
			}
			standings[i].Places = append(standings[i].Places, scanner.Standpoint{Object: o, Path: path})
		}
	}
	return standings, nil
}

func (c *chronicle) Open(o scanner.Object) (io.ReadCloser, error) {
	for i := range c.contents {
		if c.contents[i].Name() == o {
			return io.NopCloser(strings.NewReader(string(c.contents[i].Bytes))), nil
		}
	}
	return nil, errors.New("no such object")
}

func TestHistoryGroupsBySecret(t *testing.T) {
	c := &chronicle{contents: []scanner.Content{
		fileContent("2", "x "+token), fileContent("1", "\n"+token+" weak=abcdef"), nameContent("store.JKS"), nameContent("jks.txt"),
	}}
	var counters scanner.Counters
	res, err := scanner.ScanHistory(context.Background(), c, scanner.Options{Set: testSet(t), Progress: &counters})
	if err != nil {
		t.Fatal(err)
	}
	if n := counters.Counts().Findings; n != 2 { // two secrets; files by their paths are found later
		t.Errorf("the progress was told of %d findings", n)
	}
	want := []string{
		"a/store.JKS:1:1-1:12 keystore path-name", "at/1:2:1-2:22 acme-token file", "at/2:1:3-1:24 acme-token file",
		"at/1:2:28-2:34 weak file", "b/store.JKS:1:1-1:12 keystore path-name",
	}
	if got := where(res); !reflect.DeepEqual(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
	for _, f := range res.Findings {
		if f.Exposure == nil || f.Excerpt.Text == "" || f.Fingerprint == "" {
			t.Errorf("%s lacks something: %+v", f.Rule.ID, f)
		}
	}
}

// A secret that several rules find, each in another content, is one finding: that of the rule that tells most.
func TestHistoryGroupsAcrossRules(t *testing.T) {
	set := setOf(t, `
[[rules]]
id = "bare"
regex = '\bbare (\w{8})'
generic = true
confidence = "medium"
severity = "high"
[[rules]]
id = "assigned"
regex = '\bassigned=.(\w{8})'
generic = true
confidence = "medium"
severity = "high"
[[rules]]
id = "acme-password"
regex = '\bacme (\w{8})'
confidence = "medium"
severity = "medium"
[[rules]]
id = "emca-password"
regex = '\bemca (\w{8})'
confidence = "medium"
severity = "medium"
[[rules]]
id = "unsure"
regex = '\bunsure (\w{8})'
confidence = "low"
severity = "critical"
`)
	for _, test := range []struct {
		contents []string
		want     string
		places   int
	}{
		{[]string{"bare hT4kQz9w", "assigned='hT4kQz9w'"}, "bare medium high", 2},
		{[]string{"emca hT4kQz9w", "acme hT4kQz9w emca hT4kQz9w"}, "emca-password medium medium", 3},
		{[]string{"bare hT4kQz9w", "acme hT4kQz9w", "unsure hT4kQz9w"}, "acme-password medium medium", 3},
		{[]string{"unsure hT4kQz9w", "bare hT4kQz9w"}, "bare medium high", 2},
		{[]string{"unsure hT4kQz9w"}, "unsure low critical", 1},
	} {
		c := &chronicle{}
		for i, text := range test.contents {
			c.contents = append(c.contents, fileContent(fmt.Sprint(i), text))
		}
		var counters scanner.Counters
		res, err := scanner.ScanHistory(context.Background(), c, scanner.Options{Set: set, Progress: &counters})
		if err != nil || len(res.Findings) != 1 || counters.Counts().Findings != 1 {
			t.Errorf("%q: %v, %d findings, %d told", test.contents, err, len(res.Findings), counters.Counts().Findings)
			continue
		}
		f := res.Findings[0]
		if got := fmt.Sprintf("%s %v %v", f.Rule.ID, f.Confidence, f.Severity); got != test.want || len(f.Places) != test.places {
			t.Errorf("%q: %s at %d places, want %s at %d", test.contents, got, len(f.Places), test.want, test.places)
		}
		if f.Excerpt.Text == "" || f.Fingerprint != scanner.Fingerprint(f.Rule.ID, f.Places[0].Path, "hT4kQz9w") {
			t.Errorf("%q: excerpt %q, fingerprint %s", test.contents, f.Excerpt.Text, f.Fingerprint)
		}
	}
}

// The place that introduced a secret is the first, and the excerpt and the fingerprint are of it.
func TestHistoryBeginsWithTheIntroduction(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2020, 1, n, 0, 0, 0, 0, time.UTC) }
	first, later := &scanner.Commit{ID: "c1", Date: day(2)}, &scanner.Commit{ID: "c2", Date: day(1)} // a clock was wrong
	c := &chronicle{
		contents: []scanner.Content{fileContent("1", token), fileContent("2", "second "+token)},
		standings: func([][]scanner.Object) []scanner.Standing {
			return []scanner.Standing{{Exposure: &scanner.Exposure{First: first, Last: later}, Places: []scanner.Standpoint{
				{Object: scanner.Object{ID: "1"}, Path: "a"}, {Object: scanner.Object{ID: "1"}, Path: "b", Commit: later, Order: 2},
				{Object: scanner.Object{ID: "2"}, Path: "c", Commit: first, Order: 1},
			}}}
		},
	}
	res, err := scanner.ScanHistory(context.Background(), c, scanner.Options{Set: testSet(t)})
	if err != nil || len(res.Findings) != 1 {
		t.Fatal(err, res.Findings)
	}
	f := res.Findings[0]
	if got, want := where(res), []string{"c:1:8-1:29 acme-token file", "a:1:1-1:22 acme-token file", "b:1:1-1:22 acme-token file"}; !reflect.DeepEqual(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
	if !strings.HasPrefix(f.Excerpt.Text, "second ") || f.Fingerprint != scanner.Fingerprint("acme-token", "c", token) {
		t.Errorf("excerpt %q, fingerprint %s", f.Excerpt.Text, f.Fingerprint)
	}
}

// Whoever interrupts an audit is told soon what was found, and that it is not all.
func TestHistoryInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	for _, endless := range []bool{false, true} {
		c := &chronicle{contents: []scanner.Content{fileContent("1", token)}, interrupt: cancel, endless: endless}
		start := time.Now()
		res, err := scanner.ScanHistory(ctx, c, scanner.Options{Set: testSet(t)})
		if err != nil || len(res.Findings) != 1 || !res.Summary.Interrupted || res.ExitCode != scanner.ExitIncomplete {
			t.Fatalf("%v, %+v", err, res)
		}
		f := res.Findings[0]
		if known := f.Exposure != nil; known == endless || (f.Places[0].Path == "at/1") == endless {
			t.Errorf("endless %v: exposure %v, places %v", endless, f.Exposure, f.Places)
		}
		if f.Excerpt.Text == "" {
			t.Error("no excerpt")
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("it took %v", took)
		}
	}
	c := &chronicle{contents: []scanner.Content{fileContent("1", "nothing")}, interrupt: cancel}
	if res, err := scanner.ScanHistory(ctx, c, scanner.Options{Set: testSet(t)}); err != nil || res.ExitCode != scanner.ExitIncomplete {
		t.Errorf("%v, exit %d", err, res.ExitCode)
	}
}

// Of a secret that directives accept in many versions one is counted.
func TestHistoryCountsAcceptedOnce(t *testing.T) {
	line := token + " # keysieve\x3aallow acme-token test data"
	c := &chronicle{contents: []scanner.Content{
		fileContent("1", line), fileContent("2", "more\n"+line), fileContent("3", line+"\nweak=abcdef # keysieve\x3aallow weak test data"),
	}}
	res, err := scanner.ScanHistory(context.Background(), c, scanner.Options{Set: testSet(t)})
	if err != nil || len(res.Findings) != 0 || res.Summary.Suppressed != 2 {
		t.Errorf("%v, %d findings, %d suppressed", err, len(res.Findings), res.Summary.Suppressed)
	}
}

// A key of several lines is one secret whatever ends its lines and however they are indented, so that it is not
// called removed when a file only came from Windows.
func TestHistoryKnowsAKeyByItsLines(t *testing.T) {
	set := setOf(t, `
[[rules]]
id = "acme-key"
regex = '''BEGIN KEY[\s\w]+?END'''
`)
	c := &chronicle{contents: []scanner.Content{
		fileContent("1", "BEGIN KEY\nAAA\nbbb\nEND\n"), fileContent("2", "BEGIN KEY\r\nAAA\r\nbbb\r\nEND\r\n"), fileContent("3", "key: |\n  BEGIN KEY\n  AAA\n  bbb\n  END\n"),
		fileContent("4", "BEGIN KEY\nAAA\nccc\nEND\n"),
	}}
	var counters scanner.Counters
	res, err := scanner.ScanHistory(context.Background(), c, scanner.Options{Set: set, Progress: &counters})
	if err != nil || len(res.Findings) != 2 || counters.Counts().Findings != 2 {
		t.Fatalf("%v, %d findings, %d told", err, len(res.Findings), counters.Counts().Findings)
	}
	if got := len(res.Findings[0].Places) + 10*len(res.Findings[1].Places); got != 13 && got != 31 {
		t.Errorf("%d and %d places", len(res.Findings[0].Places), len(res.Findings[1].Places))
	}
	if f := res.Findings[0]; f.Fingerprint != scanner.Fingerprint("acme-key", f.Places[0].Path, "BEGIN KEY\nAAA\nbbb\nEND") {
		t.Errorf("fingerprint %s at %s", f.Fingerprint, f.Places[0].Path)
	}
}

func (c *chronicle) Counting(_ context.Context, counted []scanner.Counted) ([]*scanner.Exposure, error) {
	exposures := make([]*scanner.Exposure, len(counted))
	for i := range exposures {
		exposures[i] = counted[i].Standing.Exposure
	}
	return exposures, nil
}
