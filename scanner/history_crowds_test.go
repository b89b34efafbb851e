package scanner

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
)

// annals is a history held in memory: contents by the paths at which they stand, or as names of files where they say nothing.
type annals []struct {
	id, text string
	paths    []string
}

func (a annals) Walk(ctx context.Context, _ int, examiner func() Examiner, _ func(Skip)) (HistoryCounts, error) {
	x := examiner()
	for _, i := range rand.Perm(len(a)) { //nolint:gosec // the order is not to matter
		content := Content{Kind: KindFile, Bytes: []byte(a[i].text), Leaf: true, Name: func() Object { return a.object(i) }}
		if content.Kind = a.object(i).Kind; content.Kind == KindPathName {
			content.Bytes = []byte(a[i].id)
		}
		if _, err := x.Examine(&content, nil); err != nil {
			return HistoryCounts{}, err
		}
	}
	return HistoryCounts{Objects: int64(len(a))}, ctx.Err()
}

func (a annals) object(i int) Object {
	if a[i].text == "" {
		return Object{Kind: KindPathName, ID: "tree", Name: a[i].id}
	}
	return Object{Kind: KindFile, ID: a[i].id}
}

func (a annals) FilePaths(context.Context, []string, func(Skip)) ([]string, error) { return nil, nil }

func (a annals) Attribute(_ context.Context, groups [][]Object, _ func(Skip)) ([]Standing, error) {
	standings := make([]Standing, len(groups))
	for n, group := range groups {
		standings[n].Exposure = &Exposure{}
		for _, o := range group {
			for i := range a {
				for _, path := range a[i].paths {
					if a.object(i) == o {
						standings[n].Places = append(standings[n].Places, Standpoint{Object: o, Path: path})
					}
				}
			}
		}
	}
	return standings, nil
}

func (a annals) Open(o Object) (io.ReadCloser, error) {
	for i := range a {
		if a.object(i) == o {
			return io.NopCloser(bytes.NewReader([]byte(a[i].text))), nil
		}
	}
	return nil, errors.New("no such object")
}

func policyOf(t *testing.T, config string) *rules.Policy {
	t.Helper()
	path := filepath.Join(t.TempDir(), rules.ConfigName)
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := rules.LoadConfig(path)
	if err != nil {
		t.Fatal(err)
	}
	return c.Policy()
}

// What an audit has no room for makes the exit code what it would be otherwise, and the policy holds for it.
func TestHistoryCrowds(t *testing.T) {
	numbered := func(id, path string, n int, text string) (a annals) {
		for i := range n {
			a = append(a, annals{{fmt.Sprintf("%s%d", id, i), text, []string{path}}}...)
		}
		return a
	}
	small := annals{{"small", secretsOf(2, 2), []string{"src/small"}}}
	for _, test := range []struct {
		name, config string
		src          annals
		findings     int
		skipped      string
		exit         int
	}{
		{"all is listed", "", small, 2, "", ExitFindings},
		{"warnings", "", append(numbered("w", "src/w", 3, secretsOf(0, 9)), numbered("a", "a", 1, secretsOf(0, 1))...), 9, "w2:9", ExitIncomplete},
		{"what blocks is left out", "", append(numbered("s", "src/s", 3, secretsOf(9, 0)), numbered("a", "a", 1, "nothing")...), 9, "s2:9", ExitFindings},
		{"where it does not block", "[[scopes]]\npaths = ['src/']\nfailOn = 'never'\n", numbered("s", "src/s", 3, secretsOf(9, 0)), 9, "s2:9", ExitIncomplete},
		{"where it blocks", "[scan]\nfailOn = 'never'\n[[scopes]]\npaths = ['src/s']\nfailOn = 'low'\n", append(numbered("s", "src/s", 1, secretsOf(0, 9)), numbered("a", "a", 3, secretsOf(0, 8))...), 8, "a2:8 s0:9", ExitFindings},
		{"where it is excluded", "[scan]\nexclude = ['src/']\n", numbered("s", "src/s", 3, secretsOf(9, 0)), 0, "", ExitClean},
		{"one that is excluded", "[scan]\nexclude = ['src/']\n", append(numbered("s", "src/s", 1, secretsOf(100, 0)), numbered("a", "a", 1, secretsOf(2, 0))...), 2, "", ExitFindings},
		{"excluded at one place", "[scan]\nexclude = ['src/']\n", annals{{"s", secretsOf(0, 30), []string{"src/s", "a"}}}, 10, "s:20", ExitIncomplete},
		{"many that are excluded", "[scan]\nexclude = ['src/']\n", numbered("s", "src/s", 100, secretsOf(9, 0)), 0, "", ExitClean},
		{"many", "", numbered("s", "src/s", 100, secretsOf(0, 9)), 9, "23 with the rest", ExitIncomplete},
		{"tokens in the midst of a list", "", append(numbered("s", "src/s", 5, secretsOf(2, 30)), small...), 2, "", ExitFindings},
	} {
		t.Run(test.name, func(t *testing.T) {
			var first Result
			for range 5 {
				res, err := ScanHistory(t.Context(), test.src, Options{Set: crowdedSet(t), Policy: policyOf(t, test.config), Workers: 1, most: 20})
				if err != nil {
					t.Fatal(err)
				}
				var skips []string
				for _, s := range res.Skipped {
					var n int
					if _, err := fmt.Sscanf(s.Reason, "%d", &n); err != nil || s.Kind != SkipUnlisted {
						t.Errorf("%+v", s)
					}
					skips = append(skips, fmt.Sprintf("%s:%d", s.Path, n))
				}
				said := strings.Join(skips, " ")
				switch {
				case test.skipped == "" && strings.HasPrefix(test.name, "tokens"):
					said = ""
				case strings.HasSuffix(test.skipped, "rest") && len(skips) == maxCrowded+1:
					said = test.skipped
				}
				if len(res.Findings) < test.findings || test.findings == 0 && len(res.Findings) > 0 || said != test.skipped || res.ExitCode != test.exit {
					t.Fatalf("%d findings, skipped %q, exit %d", len(res.Findings), skips, res.ExitCode)
				}
				if strings.HasPrefix(test.name, "tokens") {
					sure := 0
					for _, f := range res.Findings {
						if f.Rule.ID == "sure" {
							sure++
						}
					}
					if sure != 2 || len(res.Findings[0].Places) == 0 {
						t.Fatalf("%d of the tokens are listed", sure)
					}
				}
				if first.Findings == nil {
					first = res
				} else if !reflect.DeepEqual(first.Skipped, res.Skipped) || len(first.Findings) != len(res.Findings) {
					t.Fatalf("it depends on the order: %v, %v", first.Skipped, res.Skipped)
				}
			}
		})
	}
}

// The name of a file that is a secret is masked, listed or not.
func TestHistoryCrowdsOfNames(t *testing.T) {
	src := annals{{"a", secretsOf(1, 0), []string{"dir/sure_a1234567/a"}}}
	for i := range 30 {
		src = append(src, annals{{fmt.Sprintf("sure_%08d", 10+i), "", []string{fmt.Sprintf("dir/sure_%08d", 10+i)}}}...)
	}
	src = append(src, annals{{"sure_a1234567", "", []string{"dir/sure_a1234567"}}}...)
	res, err := ScanHistory(t.Context(), src, Options{Set: crowdedSet(t), Workers: 1, most: 4})
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Veiled) == 0 || len(res.Skipped) == 0 || res.ExitCode != ExitFindings {
		t.Fatalf("%d veiled, exit %d, skips %v", len(res.Veiled), res.ExitCode, res.Skipped)
	}
	for _, s := range res.Skipped {
		if strings.Contains(s.Path, "000") {
			t.Errorf("a secret in clear: %s", s.Path)
		}
	}
	for _, f := range res.Findings {
		for _, p := range f.Places {
			shown := p.Path
			for _, s := range res.Veiled {
				shown = strings.ReplaceAll(shown, s.Reveal(), s.String())
			}
			if strings.Contains(shown, "000") || strings.Contains(shown, "a1234567") {
				t.Errorf("a secret in clear: %s", shown)
			}
		}
	}
}

// Each secret of an encoded run has its excerpt.
func TestHistoryExcerptsOfOneRun(t *testing.T) {
	text := "x = " + base64.StdEncoding.EncodeToString([]byte("first=sure_abcdefgh second=sure_bcdefghi and more")) + "\n"
	res, err := ScanHistory(t.Context(), annals{{"a", text, []string{"a"}}}, Options{Set: crowdedSet(t), Workers: 1})
	if err != nil || len(res.Findings) != 2 {
		t.Fatalf("%v, %d findings", err, len(res.Findings))
	}
	for _, f := range res.Findings {
		if f.Excerpt.Text == "" {
			t.Errorf("%s has no excerpt", f.Secret)
		}
	}
}

// What was not even judged is counted among what is not listed.
func TestHistoryCrowdsOfWhatIsNotJudged(t *testing.T) {
	res, err := ScanHistory(t.Context(), annals{{"a", secretsOf(0, 100_000), []string{"a"}}}, Options{Set: crowdedSet(t), Workers: 1, most: 20})
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Findings) != 10 || len(res.Skipped) != 1 || !strings.HasPrefix(res.Skipped[0].Reason, "99990 further places of secrets in it") || res.ExitCode != ExitIncomplete {
		t.Errorf("%d findings, skips %v", len(res.Findings), res.Skipped)
	}
}

func (annals) Counting(_ context.Context, counted []Counted) ([]*Exposure, error) {
	return make([]*Exposure, len(counted)), nil
}
