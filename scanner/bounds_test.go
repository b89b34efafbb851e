package scanner_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
)

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

// blocking lists the paths of the findings that block, and after a stroke of those that do not.
func blocking(res scanner.Result) string {
	var yes, no []string
	for i := range res.Findings {
		list := &no
		if res.Findings[i].Blocks {
			list = &yes
		}
		*list = append(*list, res.Findings[i].Places[0].Path)
	}
	return strings.Join(yes, " ") + "|" + strings.Join(no, " ")
}

func TestPolicyDecidesByPath(t *testing.T) {
	for _, test := range []struct {
		name, config, want string
		excluded           int64
		exit               int
	}{
		{"default", "", "src/a test/a test/k.jks vendor/a|src/w", 0, 1},
		{"severity", "[scan]\nfailOn = 'severity=critical'\n", "|src/a src/w test/a test/k.jks vendor/a", 0, 0},
		{"low", "[scan]\nfailOn = 'low'\n", "src/a src/w test/a test/k.jks vendor/a|", 0, 1},
		{"never", "[scan]\nfailOn = 'never'\n", "|src/a src/w test/a test/k.jks vendor/a", 0, 0},
		{"scope", "[[scopes]]\npaths = ['test/']\nfailOn = 'never'\n", "src/a vendor/a|src/w test/a test/k.jks", 0, 1},
		{"stricter scope", "[scan]\nfailOn = 'never'\n[[scopes]]\npaths = ['*a']\nfailOn = 'high'\n", "src/a test/a vendor/a|src/w test/k.jks", 0, 1},
		{"the last scope", "[[scopes]]\npaths = ['src/']\nfailOn = 'never'\n[[scopes]]\npaths = ['src/w']\nfailOn = 'low'\n", "src/w test/a test/k.jks vendor/a|src/a", 0, 1},
		{"a scope's other level", "[scan]\nfailOn = 'severity=critical'\n[[scopes]]\npaths = ['src/']\nfailOn = 'low'\n", "|src/a src/w test/a test/k.jks vendor/a", 0, 0},
		{"exclude", "[scan]\nexclude = ['vendor/', 'test/']\n", "src/a|src/w", 3, 1},
		{"include", "[scan]\ninclude = ['src/']\n", "src/a|src/w", 3, 1},
		{"both", "[scan]\ninclude = ['src/']\nexclude = ['a']\n", "|src/w", 4, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			name := scanner.Blob{
				Origins: []scanner.Origin{{Kind: scanner.KindPathName, Path: "test/k.jks"}},
				Open:    func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("test/k.jks")), nil },
			}
			two := file("vendor/a", token)
			two.Origins = append(two.Origins, scanner.Origin{Path: "src/a"})
			src := &memory{blobs: []scanner.Blob{two, file("test/a", token), file("test/k.jks", ""), file("src/w", "weak=abcdef"), name}}
			res := scan(t, src, scanner.Options{Policy: policyOf(t, test.config)})
			if got := blocking(res); got != test.want || res.Summary.Excluded != test.excluded || res.ExitCode != test.exit {
				t.Errorf("%s, %d excluded, exit %d; want %s, %d, %d", got, res.Summary.Excluded, res.ExitCode, test.want, test.excluded, test.exit)
			}
		})
	}
}

func TestPolicyInAHistory(t *testing.T) {
	src := &chronicle{
		contents: []scanner.Content{fileContent("1", token), fileContent("2", "weak=abcdef"), nameContent("k.jks")},
		standings: func(groups [][]scanner.Object) []scanner.Standing {
			var all []scanner.Standing
			for _, group := range groups {
				s := scanner.Standing{Exposure: &scanner.Exposure{}}
				for _, o := range group {
					for _, path := range []string{"src/" + o.ID, "test/" + o.ID} {
						if o.Path != "" {
							path = o.Path
						}
						s.Places = append(s.Places, scanner.Standpoint{Object: o, Path: path})
					}
				}
				all = append(all, s)
			}
			return all
		},
	}
	for _, test := range []struct {
		config, want string
		excluded     int64
	}{
		{"", "a/k.jks b/k.jks src/1|src/2", 0},
		{"[scan]\nexclude = ['src/', 'b/']\n", "a/k.jks test/1|test/2", 3},
		{"[scan]\ninclude = ['x/']\n", "|", 6},
		// A secret that stands at several places blocks where it blocks at one of them.
		{"[[scopes]]\npaths = ['src/', 'a/']\nfailOn = 'never'\n", "b/k.jks src/1|a/k.jks src/2", 0},
		{"[[scopes]]\npaths = ['**']\nfailOn = 'never'\n", "|a/k.jks b/k.jks src/1 src/2", 0},
		{"[[scopes]]\npaths = ['test/']\nfailOn = 'low'\n", "a/k.jks b/k.jks src/1 src/2|", 0},
	} {
		res, err := scanner.ScanHistory(t.Context(), src, scanner.Options{Set: testSet(t), Policy: policyOf(t, test.config)})
		if err != nil {
			t.Fatal(err)
		}
		if got := blocking(res); got != test.want || res.Summary.Excluded != test.excluded {
			t.Errorf("%q: %s, %d excluded; want %s, %d", test.config, got, res.Summary.Excluded, test.want, test.excluded)
		}
	}
}

func TestMaxSize(t *testing.T) {
	for _, size := range []int64{21, 4 << 10, 3 << 20} {
		exact := token + strings.Repeat(" ", int(size)-len(token))
		for _, known := range []bool{true, false} {
			for _, test := range []struct {
				text string
				want []string // skipped
				blob int64
			}{
				{exact, nil, 1},
				{exact + "x", []string{"a"}, 0},
				{"", nil, 1},
			} {
				blob := file("a", test.text)
				if !known {
					blob.Size = -1
				}
				res := scan(t, &memory{blobs: []scanner.Blob{blob}}, scanner.Options{Limits: rules.Limits{MaxSize: size}})
				var skipped []string
				for _, s := range res.Skipped {
					skipped = append(skipped, s.Path)
					if !strings.HasPrefix(s.Reason, "larger than the limit of ") || s.Hint == "" {
						t.Errorf("%+v", s)
					}
				}
				want := test.blob
				if !known { // as far as it was read
					want = 1
				}
				if !reflect.DeepEqual(skipped, test.want) || res.Summary.Blobs != want {
					t.Errorf("limit %d, %d bytes, known %v: skipped %q, %d read", size, len(test.text), known, skipped, res.Summary.Blobs)
				}
				if found := len(res.Findings) == 1; found != (test.text != "" && want == 1) {
					t.Errorf("limit %d, %d bytes, known %v: found %v", size, len(test.text), known, found)
				}
			}
		}
	}
}

func TestMaxSizeInAHistory(t *testing.T) {
	streamed := fileContent("3", "")
	streamed.Bytes = nil
	streamed.Open = func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(token + strings.Repeat(" ", 100))), nil
	}
	src := &chronicle{contents: []scanner.Content{fileContent("1", token+" "), fileContent("2", token), streamed}}
	res, err := scanner.ScanHistory(t.Context(), src, scanner.Options{Set: testSet(t), Limits: rules.Limits{MaxSize: int64(len(token))}})
	if err != nil {
		t.Fatal(err)
	}
	var skipped []string
	for _, s := range res.Skipped {
		skipped = append(skipped, s.Path)
	}
	if !slices.Equal(skipped, []string{"1", "3"}) || res.ExitCode != scanner.ExitFindings {
		t.Errorf("skipped %q, exit %d", skipped, res.ExitCode)
	}
}

func TestTimeout(t *testing.T) {
	hangs := scanner.Blob{Origins: []scanner.Origin{{Path: "a"}}, Size: -1}
	ctx := t.Context()
	hangs.Open = func() (io.ReadCloser, error) { return io.NopCloser(hanging{ctx}), nil }
	opts := scanner.Options{Set: testSet(t), Workers: 1, Limits: rules.Limits{Timeout: 20 * time.Millisecond}}
	res, err := scanner.Scan(ctx, &memory{blobs: []scanner.Blob{hangs, file("b", token)}}, opts)
	if err != nil {
		t.Fatal(err)
	}
	if res.ExitCode != scanner.ExitIncomplete || !res.Summary.Interrupted || len(res.Skipped) != 2 || res.Skipped[0].Path != "a" {
		t.Fatalf("%+v", res)
	}
	if s := res.Skipped[1]; s.Reason != "interrupted by the time limit of 20ms: what had not been read by then is missing" || !strings.Contains(s.Hint, "--timeout") {
		t.Errorf("%+v", s)
	}
	// An interrupt is none.
	ended, cancel := context.WithCancel(ctx)
	cancel()
	opts.Limits.Timeout = time.Hour
	if res, err = scanner.Scan(ended, &memory{blobs: []scanner.Blob{file("b", token)}}, opts); err != nil || strings.Contains(res.Skipped[0].Reason, "limit") {
		t.Errorf("%v, %+v", err, res.Skipped)
	}
	// What ends in time does not care.
	if res, err = scanner.Scan(ctx, &memory{blobs: []scanner.Blob{file("b", token)}}, opts); err != nil || res.ExitCode != scanner.ExitFindings || len(res.Skipped) > 0 {
		t.Errorf("%v, %+v", err, res)
	}
}

// hanging gives zeros for ever, slowly.
type hanging struct{ ctx context.Context }

func (h hanging) Read(p []byte) (int, error) {
	time.Sleep(time.Millisecond)
	clear(p)
	return len(p), h.ctx.Err()
}

func TestNoInlineAllow(t *testing.T) {
	text := token + " # keysieve\x3aallow acme-token a fixture\n# keysieve\x3aallow weak nothing here\n"
	src := func() scanner.Source { return &memory{blobs: []scanner.Blob{file("a", text)}} }
	if res := scan(t, src(), scanner.Options{}); len(res.Findings) != 0 || res.Summary.Suppressed != 1 || len(res.Unused) != 1 {
		t.Fatalf("%+v", res)
	}
	if res := scan(t, src(), scanner.Options{NoInlineAllow: true}); len(res.Findings) != 1 || res.Summary.Suppressed != 0 || len(res.Unused) != 0 {
		t.Errorf("%+v", res)
	}
}

func TestVeil(t *testing.T) {
	veiled := scanner.Veil(testSet(t))
	for text, want := range map[string]string{
		"":                                  "",
		"dir/.keysieve.toml:2: unknown key": "dir/.keysieve.toml:2: unknown key",
		token + "/.keysieve.toml:2: twice " + token: scanner.Mask(token) + "/.keysieve.toml:2: twice " + scanner.Mask(token),
	} {
		if got := veiled(text); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
	res := scan(t, &memory{}, scanner.Options{Root: "../" + token})
	if strings.Contains(res.Summary.Root, token) {
		t.Errorf("root %q", res.Summary.Root)
	}
}
