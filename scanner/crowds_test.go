package scanner

import (
	"context"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/keysieve/keysieve/rules"
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
			[]string{"c: 8 places of secrets in it are not listed: at most 20 are, those of contents with fewer first"}, ExitIncomplete,
		},
		{
			"what blocks is left out", shelf{"a": secretsOf(0, 8), "b": secretsOf(0, 8), "c": secretsOf(9, 0)}, 16,
			[]string{"c: 9 places of secrets in it are not listed: at most 20 are, those of contents with fewer first"}, ExitFindings,
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
		src[fmt.Sprintf("%02d", i)] = "# keysieve:allow sure for a test\n# keysieve:allow sure for another\n"
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
