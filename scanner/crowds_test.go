package scanner

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner/detect"
)

// shelf is a source of files held in memory.
type shelf map[string]string

func (s shelf) Blobs(_ context.Context, yield func(Blob) error, _ func(Skip)) error {
	for path, text := range s { // in any order
		open := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
		if err := yield(Blob{Origins: []Origin{{Path: path}}, Size: int64(len(text)), Open: open}); err != nil {
			return err
		}
	}
	return nil
}

func crowdedSet(t *testing.T) *rules.Set {
	t.Helper()
	pack, err := rules.DecodePack("test.toml", []byte(`
[[rules]]
id = "sure"
regex = '\bsure_(\w{8})\b'
confidence = "high"
severity = "high"
[[rules]]
id = "unsure"
regex = '\bunsure_(\w{8})\b'
confidence = "low"
severity = "low"
`))
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.NewSet(pack)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// secretsOf writes lines with so many secrets that block and so many that do not.
func secretsOf(sure, unsure int) string {
	var b strings.Builder
	for i := range unsure {
		fmt.Fprintf(&b, "unsure_%08d\n", i)
	}
	for i := range sure {
		fmt.Fprintf(&b, "sure_%08d\n", i)
	}
	return b.String()
}

func scanShelf(t *testing.T, src Source, most, workers int) Result {
	t.Helper()
	res, err := Scan(context.Background(), src, Options{Set: crowdedSet(t), Workers: workers, most: most})
	if err != nil {
		t.Fatal(err)
	}
	res.Summary.Started, res.Summary.Elapsed, res.Rules = time.Time{}, 0, nil
	for i := range res.Findings {
		res.Findings[i].Rule = &rules.Rule{ID: res.Findings[i].Rule.ID} // each set has its own
	}
	return res
}

// A scan lists so many places at most, of one content half of that, those of contents with fewer first; it counts the others and
// says so, whatever the number of workers.
func TestCrowds(t *testing.T) {
	for _, test := range []struct {
		name     string
		src      shelf
		findings int
		skips    []string
		exit     int
	}{
		{"few", shelf{"a": secretsOf(3, 4), "b": secretsOf(0, 3)}, 10, nil, ExitFindings},
		{"one content", shelf{"a": secretsOf(2, 30)}, 10, []string{"a: 22 further places of secrets in it are not listed: of one content at most 10 are"}, ExitFindings},
		{"one content of unsure ones", shelf{"a": secretsOf(0, 30)}, 10, []string{"a: 20 further places of secrets in it are not listed: of one content at most 10 are"}, ExitIncomplete},
		{
			"several", shelf{"a": secretsOf(0, 8), "b": secretsOf(0, 8), "c": secretsOf(0, 8), "d": secretsOf(0, 2)}, 18,
			[]string{"c: 8 places of secrets in it are not listed: at most 20 are, those that block first, then those of contents with fewer"}, ExitIncomplete,
		},
		{
			"warnings are left out first", shelf{"a": secretsOf(0, 8), "b": secretsOf(0, 8), "c": secretsOf(9, 0)}, 17,
			[]string{"b: 8 places of secrets in it are not listed: at most 20 are, those that block first, then those of contents with fewer"}, ExitFindings,
		},
		{
			"of a content, too", shelf{"a": secretsOf(0, 8), "b": secretsOf(0, 8), "c": secretsOf(1, 9)}, 17,
			[]string{"c: 9 further places of secrets in it are not listed: at most 20 are, those that block first, then those of contents with fewer"}, ExitFindings,
		},
		{
			"what blocks is left out", shelf{"a": secretsOf(9, 3), "b": secretsOf(9, 3), "c": secretsOf(9, 3)}, 18,
			[]string{
				"a: 3 further places of secrets in it are not listed: at most 20 are, those that block first, then those of contents with fewer",
				"b: 3 further places of secrets in it are not listed: at most 20 are, those that block first, then those of contents with fewer",
				"c: 12 places of secrets in it are not listed: at most 20 are, those that block first, then those of contents with fewer",
			}, ExitFindings,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			res := scanShelf(t, test.src, 20, 1)
			var skips []string
			for _, s := range res.Skipped {
				skips = append(skips, s.Path+": "+s.Reason)
			}
			if len(res.Findings) != test.findings || !reflect.DeepEqual(skips, test.skips) || res.ExitCode != test.exit {
				t.Errorf("%d findings, skips %q, exit %d", len(res.Findings), skips, res.ExitCode)
			}
			for _, workers := range []int{1, 2, 7} {
				if again := scanShelf(t, test.src, 20, workers); !reflect.DeepEqual(again, res) {
					t.Errorf("%d workers: %+v; one: %+v", workers, again, res)
				}
			}
		})
	}
}

// The surest secrets of a content are those that are listed.
func TestCrowdsListTheSurest(t *testing.T) {
	res := scanShelf(t, shelf{"a": secretsOf(6, 100)}, 20, 2)
	sure := 0
	for _, f := range res.Findings {
		if f.Rule.ID == "sure" {
			sure++
		}
	}
	if sure != 6 {
		t.Errorf("%d of 6 are listed", sure)
	}
}

// What a scan has no room for, and the detector has not even judged, makes it incomplete all the same.
func TestCrowdsOfWhatIsNotJudged(t *testing.T) {
	text := secretsOf(0, 80_000)
	b := Blob{Origins: []Origin{{Path: "a"}}, Size: int64(len(text)), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
	var unchanged int
	b.Before = func(context.Context, Origin) ([]Blob, error) { // the same stood there
		unchanged++
		return []Blob{{Size: b.Size, Open: b.Open}}, nil
	}
	res := scanShelf(t, sourceOf(b), 0, 1)
	if len(res.Findings) != 0 || len(res.Skipped) != 1 || res.Skipped[0].Kind != SkipUnlisted || res.ExitCode != ExitIncomplete || unchanged == 0 {
		t.Fatalf("%d findings, skips %v, exit %d", len(res.Findings), res.Skipped, res.ExitCode)
	}
	var left int
	if _, err := fmt.Sscanf(res.Skipped[0].Reason, "%d places of secrets in it are not listed: of one content", &left); err != nil || left == 0 {
		t.Errorf("%v, %d", res.Skipped, left)
	}
	b.Before = nil
	res = scanShelf(t, sourceOf(b), 0, 1)
	if _, err := fmt.Sscanf(res.Skipped[0].Reason, "%d further places", &left); err != nil || len(res.Findings)+left != 80_000 || len(res.Findings) != maxListed/2 {
		t.Errorf("%d findings, skips %v", len(res.Findings), res.Skipped)
	}
}

// A file that holds more secrets than are kept loses some of them: none of the others is new, but one that is added is.
func TestCrowdsThatStoodBefore(t *testing.T) {
	lines := strings.SplitAfter(secretsOf(110_000, 0), "\n")
	old := strings.Join(lines, "")
	for _, test := range []struct {
		name, added string
		findings    int
		path, said  string
	}{
		{"only removed", "", 0, "a", ""},
		{"one added", "sure_newsecr1\n", 1, "a", ""},
		{"one added in base64", base64.StdEncoding.EncodeToString([]byte("x=sure_newsecr1 and more of it")) + "\n", 0, "a", "1 place of a secret"},
		{"renamed", "sure_newsecr1\n", 1, "b", "whether these are new is not known"},
	} {
		text := test.added + strings.Join(lines[40_000:], "")
		b := Blob{Origins: []Origin{{Path: "a"}}, Size: int64(len(text)), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
		b.Before = func(context.Context, Origin) ([]Blob, error) {
			return []Blob{{Origins: []Origin{{Path: test.path}}, Size: int64(len(old)), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(old)), nil }}}, nil
		}
		res := scanShelf(t, sourceOf(b), 0, 1)
		said := test.said == "" && len(res.Skipped) == 0 ||
			len(res.Skipped) == 1 && strings.Contains(res.Skipped[0].Reason, test.said) && res.Skipped[0].Kind == SkipUnlisted
		exit := ExitClean
		switch {
		case test.findings > 0:
			exit = ExitFindings
		case test.said != "":
			exit = ExitIncomplete
		}
		if len(res.Findings) != test.findings || !said || res.ExitCode != exit {
			t.Errorf("%s: %d findings, exit %d, skips %v", test.name, len(res.Findings), res.ExitCode, res.Skipped)
		}
	}
}

// Names that are secrets are masked wherever they stand, also where there is no room for the findings about them.
func TestCrowdsOfNames(t *testing.T) {
	var blobs []Blob
	for i := range 60 {
		path := fmt.Sprintf("dir/sure_%08d", i)
		open := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(path)), nil }
		blobs = append(blobs, Blob{Origins: []Origin{{Kind: KindPathName, Path: path}}, Size: int64(len(path)), Open: open})
		text := secretsOf(1, 0)
		if i%2 == 0 {
			text = "# keysieve\x3aallow sure nothing here\n"
		}
		blobs = append(blobs, Blob{Origins: []Origin{{Path: path}}, Size: int64(len(text)), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }})
	}
	res := scanShelf(t, sourcesOf(blobs), 20, 3)
	veiled := func(name string) string {
		for _, s := range res.Veiled {
			name = strings.ReplaceAll(name, s.Reveal(), s.String())
		}
		return name
	}
	check := func(name string) {
		if name = veiled(name); strings.Contains(name, "000") {
			t.Errorf("a secret in clear: %s", name)
		}
	}
	for _, f := range res.Findings {
		check(f.Places[0].Path)
	}
	for _, p := range res.Unused {
		check(p.Path)
	}
	named := 0
	for _, s := range res.Skipped {
		check(s.Path)
		if strings.HasPrefix(s.Reason, "1 place of a secret in its name is not") && strings.HasPrefix(s.Path, "dir/sure_") && !strings.Contains(s.Path, "000") {
			named++
		}
	}
	if len(res.Findings) == 0 || len(res.Unused) == 0 || named == 0 {
		t.Errorf("%d findings, %d unused, skips %v", len(res.Findings), len(res.Unused), res.Skipped)
	}
}

type sourcesOf []Blob

func (s sourcesOf) Blobs(_ context.Context, yield func(Blob) error, _ func(Skip)) error {
	for _, b := range s {
		if err := yield(b); err != nil {
			return err
		}
	}
	return nil
}

// A content that stands at many places counts at each.
func TestCrowdsOfPlaces(t *testing.T) {
	text := secretsOf(0, 4)
	b := Blob{Size: int64(len(text)), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
	for i := range 50 {
		b.Origins = append(b.Origins, Origin{Path: fmt.Sprintf("%02d", i)})
	}
	res := scanShelf(t, sourceOf(b), 20, 1)
	if len(res.Findings) != 20 || len(res.Skipped) != maxCrowded+1 || res.Findings[19].Places[0].Path != "04" {
		t.Errorf("%d findings, %d skips", len(res.Findings), len(res.Skipped))
	}
	if last := res.Skipped[maxCrowded]; last.Path != "scan" || !strings.HasPrefix(last.Reason, "100 places of secrets in 25 further contents") {
		t.Errorf("the last skip is %v", last)
	}
}

type sourceOf Blob

func (s sourceOf) Blobs(_ context.Context, yield func(Blob) error, _ func(Skip)) error {
	return yield(Blob(s))
}

// Directives that accept nothing are bounded as well.
func TestCrowdsOfDirectives(t *testing.T) {
	src := shelf{}
	for i := range 30 {
		src[fmt.Sprintf("%02d", i)] = "# keysieve\x3aallow sure for a test\n# keysieve\x3aallow sure for another\n"
	}
	for _, workers := range []int{1, 4} {
		res := scanShelf(t, src, 20, workers)
		if len(res.Unused) != 20 || res.Unused[19].Path != "09" || len(res.Skipped) != 1 || !strings.HasPrefix(res.Skipped[0].Reason, "40 further comments") {
			t.Errorf("%d unused, skips %v", len(res.Unused), res.Skipped)
		}
	}
}

// An audit lists a bounded number of places, of each secret one at least.
func TestBoundedPlaces(t *testing.T) {
	a := &assembly{historian: &historian{engine: newEngine(Options{Set: crowdedSet(t), most: 2}, maxSightings)}}
	var got []int
	for _, n := range []int{3, 2, 4, 5} {
		got = append(got, len(a.bounded(make([]Place, n))))
	}
	a.sayUnlisted()
	if !reflect.DeepEqual(got, []int{3, 2, 1, 1}) || len(a.skipped) != 1 || !strings.HasPrefix(a.skipped[0].Reason, "7 further places") {
		t.Errorf("%v, %v", got, a.skipped)
	}
}

// One worker at a time deals with a content of thousands of secrets, and all come to an end, also where what stood before is as crowded.
func TestCrowdsOneAtATime(t *testing.T) {
	var gate sync.Mutex
	one, other := reader{gate: &gate}, reader{gate: &gate}
	one.crowd()
	one.crowd()
	if gate.TryLock() {
		t.Fatal("the gate is open")
	}
	one.leave()
	one.leave()
	other.crowd()
	if !other.held || one.held {
		t.Fatal("the gate is not held by the other")
	}
	other.leave()
	text := secretsOf(6_000, 0)
	open := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
	var blobs []Blob
	for i := range 20 {
		blobs = append(blobs, Blob{Origins: []Origin{{Path: fmt.Sprint(i)}}, Size: -1, Open: open, Before: func(context.Context, Origin) ([]Blob, error) {
			return []Blob{{Size: -1, Open: open}}, nil
		}})
	}
	if res := scanShelf(t, sourcesOf(blobs), 0, 5); len(res.Findings) != 0 || len(res.Skipped) != 0 {
		t.Errorf("%d findings, skips %v", len(res.Findings), res.Skipped)
	}
}

// What counts only at some places stays with what it overlaps, all else goes by its own rank; nothing is lost.
func TestCrowdsSplit(t *testing.T) {
	set := crowdedSet(t)
	match := func(rule int, start, end int64, pending ...int) detect.Match {
		return detect.Match{Rule: rule, Start: start, End: end, Secret: fmt.Sprint(start), Pending: pending}
	}
	s := sighting{count: 9, matches: []detect.Match{match(0, 0, 5), match(1, 2, 6), match(1, 5, 9), match(0, 20, 30, 0), match(1, 25, 40), match(1, 35, 45), match(1, 50, 60)}}
	parts := s.split(set, func(m *detect.Match) rank { return []rank{rankToken, rankGuess}[m.Rule] })
	if len(parts) != 2 || len(parts[0].matches) != 4 || len(parts[1].matches) != 3 || parts[0].count != 4 || parts[1].count != 5 || parts[0].last || !parts[1].last {
		t.Errorf("%+v", parts)
	}
	long := detect.Match{Secret: strings.Repeat("x", 3*longSecret), End: 1}
	if heavy := (&sighting{matches: []detect.Match{long}}).weight(); heavy != 4 {
		t.Errorf("a long secret weighs %d", heavy)
	}
}
