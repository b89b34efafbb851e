package scanner_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
)

func TestScanFindsAndGroups(t *testing.T) {
	res := scan(t, &memory{blobs: []scanner.Blob{
		file("b.txt", "x "+token+"\nagain "+token+"\n"),
		file("a.txt", "weak=abcdef"),
		file("fixtures/a.txt", token),
		file("x.conf", "scoped_1234"),
		file("x.txt", "scoped_1234"),
	}}, scanner.Options{})
	want := []string{
		"a.txt:1:6-1:12 weak file", "b.txt:1:3-1:24 acme-token file", "b.txt:2:7-2:28 acme-token file", "x.conf:1:1-1:12 scoped file",
	}
	if got := where(res); !reflect.DeepEqual(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
	if res.ExitCode != scanner.ExitFindings || len(res.Findings) != 3 || res.Summary.Blobs != 5 || res.Summary.Blocking != 2 {
		t.Errorf("exit %d, %d findings, summary %+v", res.ExitCode, len(res.Findings), res.Summary)
	}
	if text := res.Findings[1].Excerpt.Text; strings.Contains(text, "0123456789") || !strings.HasPrefix(text, "x ac") {
		t.Errorf("excerpt %q", text)
	}
}

// A rule that is confined to some paths must not oust another one elsewhere.
func TestScanResolvesOverlapsWhereTheContentStands(t *testing.T) {
	const scoped = `
[[rules]]
id = "anywhere"
regex = 'pass=([a-z0-9]{8})'
confidence = "medium"
[[rules]]
id = "in-ini"
regex = 'pass=([a-z0-9]{8})'
path = '\.ini$'
confidence = "high"
`
	pack, err := rules.DecodePack("scoped.toml", []byte(scoped))
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.NewSet(pack)
	if err != nil {
		t.Fatal(err)
	}
	res, err := scanner.Scan(context.Background(), &memory{blobs: []scanner.Blob{file("a.ini", "pass=abcdef12"), file("a.txt", "pass=abcdef12")}}, scanner.Options{Set: set})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := where(res), []string{"a.ini:1:6-1:14 in-ini file", "a.txt:1:6-1:14 anywhere file"}; !reflect.DeepEqual(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}

// What a path allows, no generic rule reports instead.
func TestScanAllowedPathKeepsGenericRulesQuiet(t *testing.T) {
	pack, err := rules.DecodePack("allowed.toml", []byte(`
[[rules]]
id = "acme"
regex = 'acme_([0-9a-f]{16})'
[[rules.allowlists]]
paths = ['^test/']
[[rules]]
id = "assignment"
generic = true
regex = 'api_key = (\w{12,40})'
`))
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.NewSet(pack)
	if err != nil {
		t.Fatal(err)
	}
	const line = "api_key = acme_7f3a9c1e5b2d8046"
	res, err := scanner.Scan(context.Background(), &memory{blobs: []scanner.Blob{file("src/a", line), file("test/a", line)}}, scanner.Options{Set: set})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := where(res), []string{"src/a:1:16-1:32 acme file"}; !reflect.DeepEqual(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}

// A place may lower the confidence: the finding stays, says why, and blocks only when low ones do.
func TestScanLowers(t *testing.T) {
	pack, err := rules.DecodePack("lower.toml", []byte(testRules+`
[[lower]]
description = "in a directory for tests"
paths = ['^test/']
targetRules = ["acme-token", "keystore"]
`))
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.NewSet(pack)
	if err != nil {
		t.Fatal(err)
	}
	names := scanner.Blob{
		Origins: []scanner.Origin{{Kind: scanner.KindPathName, Path: "test/a.jks"}, {Kind: scanner.KindPathName, Path: "src/a.jks"}},
		Open:    func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("")), nil },
	}
	both := file("test/a", token)
	both.Origins = append(both.Origins, scanner.Origin{Path: "src/a"})
	for _, failOn := range []rules.Confidence{rules.ConfidenceLow, rules.ConfidenceMedium} {
		res, err := scanner.Scan(t.Context(), &memory{blobs: []scanner.Blob{both, names}}, scanner.Options{Set: set, FailOn: failOn})
		if err != nil {
			t.Fatal(err)
		}
		if len(res.Findings) != 4 {
			t.Fatalf("%d findings", len(res.Findings))
		}
		for _, f := range res.Findings {
			low := strings.HasPrefix(f.Places[0].Path, "test/")
			said := f.Reasons[len(f.Reasons)-1] == "in a directory for tests"
			if low != said || low != (f.Confidence == rules.ConfidenceLow) || f.Blocks != (!low || failOn == rules.ConfidenceLow) {
				t.Errorf("fail on %v: %s %s: %v, blocks %v, %q", failOn, f.Rule.ID, f.Places[0].Path, f.Confidence, f.Blocks, f.Reasons)
			}
		}
	}
}

func TestScanExitCodes(t *testing.T) {
	unread := scanner.Blob{Origins: []scanner.Origin{{Path: "gone"}}, Open: func() (io.ReadCloser, error) { return nil, errors.New("gone") }}
	tests := []struct {
		name string
		src  memory
		opts scanner.Options
		want int
	}{
		{"clean", memory{blobs: []scanner.Blob{file("a", "nothing")}}, scanner.Options{}, scanner.ExitClean},
		{"empty", memory{}, scanner.Options{}, scanner.ExitClean},
		{"weak only", memory{blobs: []scanner.Blob{file("a", "weak=abcdef")}}, scanner.Options{}, scanner.ExitClean},
		{"weak blocks when asked", memory{blobs: []scanner.Blob{file("a", "weak=abcdef")}}, scanner.Options{FailOn: rules.ConfidenceLow}, scanner.ExitFindings},
		{"unread", memory{blobs: []scanner.Blob{unread}}, scanner.Options{}, scanner.ExitIncomplete},
		{"skipped by the source", memory{skips: []scanner.Skip{{Path: "x", Reason: "y"}}}, scanner.Options{}, scanner.ExitIncomplete},
		{"findings win over unread", memory{blobs: []scanner.Blob{unread, file("a", token)}}, scanner.Options{}, scanner.ExitFindings},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if res := scan(t, &tt.src, tt.opts); res.ExitCode != tt.want {
				t.Errorf("exit %d, want %d: %+v", res.ExitCode, tt.want, res)
			}
		})
	}
}

func TestScanSourceError(t *testing.T) {
	cause := errors.New("no such thing")
	_, err := scanner.Scan(context.Background(), &memory{err: cause}, scanner.Options{Set: testSet(t)})
	if !errors.Is(err, cause) {
		t.Errorf("error %v", err)
	}
}

func TestScanLeavesOutWhatStoodBefore(t *testing.T) {
	b := file("a.txt", token+"\nacme_f0e1d2c3b4a59687\n")
	b.Before = func(_ context.Context, o scanner.Origin) ([]scanner.Blob, error) {
		return []scanner.Blob{file(o.Path, "moved: "+token)}, nil
	}
	if got := where(scan(t, &memory{blobs: []scanner.Blob{b}}, scanner.Options{})); !reflect.DeepEqual(got, []string{"a.txt:2:1-2:22 acme-token file"}) {
		t.Errorf("found %q", got)
	}
	b.Before = func(context.Context, scanner.Origin) ([]scanner.Blob, error) { return nil, errors.New("corrupt") }
	res := scan(t, &memory{blobs: []scanner.Blob{b}}, scanner.Options{})
	if len(res.Findings) != 2 || len(res.Skipped) != 1 {
		t.Errorf("when what stood before can not be read everything counts: %+v", res)
	}
}

func TestScanPathNames(t *testing.T) {
	res := scan(t, &memory{blobs: []scanner.Blob{{
		Origins: []scanner.Origin{{Kind: scanner.KindPathName, Path: "dir/" + token + ".JKS"}}, Size: -1,
		Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("dir/" + token + ".JKS")), nil },
	}}}, scanner.Options{})
	want := []string{"dir/" + token + ".JKS:1:5-1:26 acme-token path-name", "dir/" + token + ".JKS:1:1-1:30 keystore path-name"}
	got := where(res)
	if len(got) != 2 || got[0] != want[1] || got[1] != want[0] {
		t.Errorf("found %q, want %q", got, want)
	}
	if res.Summary.Blobs != 0 {
		t.Error("a path name counts as a content read")
	}
}

func TestScanOrderDoesNotDependOnWorkers(t *testing.T) {
	var blobs []scanner.Blob
	for i := range 500 {
		blobs = append(blobs, file(fmt.Sprintf("f%03d", (i*7)%500), fmt.Sprintf("%d weak=abcdef acme_%016x weak=x%d_y", i, i, i)))
	}
	var first []string
	for _, workers := range []int{1, 2, 7} {
		got := where(scan(t, &memory{blobs: blobs}, scanner.Options{Workers: workers}))
		if first == nil {
			first = got
		}
		if !reflect.DeepEqual(got, first) {
			t.Fatalf("with %d workers the order differs", workers)
		}
	}
	if len(first) != 1500 {
		t.Errorf("%d places, want 1500", len(first))
	}
}

// What was found before an error still counts, and no copy of a secret stays in clear.
func TestScanKeepsWhatItReadBeforeAnError(t *testing.T) {
	broken := io.MultiReader(strings.NewReader(token+"\n"), iotest.ErrReader(errors.New("disk fell off")))
	b := scanner.Blob{Origins: []scanner.Origin{{Path: "a"}, {Path: "b"}}, Size: -1, Open: func() (io.ReadCloser, error) { return io.NopCloser(broken), nil }}
	res := scan(t, &memory{blobs: []scanner.Blob{b}}, scanner.Options{})
	if len(res.Findings) != 2 || len(res.Skipped) != 2 || res.ExitCode != scanner.ExitFindings {
		t.Errorf("%d findings, %d skipped, exit %d", len(res.Findings), len(res.Skipped), res.ExitCode)
	}
}

func TestScanMasksEverySecretOfALine(t *testing.T) {
	const other = "acme_fedcba9876543210"
	for _, line := range []string{
		token + " " + other,
		token + " and again " + token,
		token + " weak=s3cretpw # was s3cretpw",
		"weak=s3cretpw " + token + " # keysieve\x3aallow acme-token sample",
		"weak=s3cretpw # " + base64.StdEncoding.EncodeToString([]byte("s3cretpw")) + " " + hex.EncodeToString([]byte("s3cretpw")),
	} {
		res := scan(t, &memory{blobs: []scanner.Blob{file("a", line)}}, scanner.Options{})
		for _, f := range res.Findings {
			for _, secret := range []string{token, other, "s3cretpw", base64.RawStdEncoding.EncodeToString([]byte("s3cretpw")), hex.EncodeToString([]byte("s3cretpw"))} {
				if strings.Contains(f.Excerpt.Text, secret) {
					t.Errorf("%q: %q stands in clear in %q", line, secret, f.Excerpt.Text)
				}
			}
		}
	}
}

func TestScanManyFindingsIsLinear(t *testing.T) {
	var b strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&b, "acme_%016x # keysieve\x3aallow acme-token %d\nweak=x%07d\n", i, i, i)
	}
	start := time.Now()
	res := scan(t, &memory{blobs: []scanner.Blob{file("a", b.String())}}, scanner.Options{})
	if took := time.Since(start); len(res.Findings) != 20_000 || took > 20*time.Second {
		t.Errorf("%d findings in %v", len(res.Findings), took)
	}
}

func TestScanInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	res, err := scanner.Scan(ctx, &memory{blobs: []scanner.Blob{file("a", token)}}, scanner.Options{Set: testSet(t)})
	if err != nil || res.ExitCode != scanner.ExitIncomplete {
		t.Errorf("exit %d, error %v", res.ExitCode, err)
	}
}

func TestScanStreamsLargeContents(t *testing.T) {
	const size = 40 << 20
	content := io.MultiReader(io.LimitReader(zeros('.'), size), strings.NewReader("\n"+token+"\n"), io.LimitReader(zeros('x'), 1<<20))
	b := scanner.Blob{Origins: []scanner.Origin{{Path: "big"}}, Size: -1, Open: func() (io.ReadCloser, error) { return io.NopCloser(content), nil }}
	res := scan(t, &memory{blobs: []scanner.Blob{b}}, scanner.Options{})
	if got := where(res); !reflect.DeepEqual(got, []string{"big:2:1-2:22 acme-token file"}) {
		t.Errorf("found %q", got)
	}
	if res.Summary.Bytes != size+1<<20+int64(len(token))+2 {
		t.Errorf("%d bytes counted", res.Summary.Bytes)
	}
}

type zeros byte

func (z zeros) Read(p []byte) (int, error) {
	copy(p, bytes.Repeat([]byte{byte(z)}, len(p)))
	return len(p), nil
}

func TestScanSurvivesPanics(t *testing.T) {
	b := scanner.Blob{Origins: []scanner.Origin{{Path: "bad"}}, Open: func() (io.ReadCloser, error) { panic("boom") }}
	res := scan(t, &memory{blobs: []scanner.Blob{b, file("good", token)}}, scanner.Options{Workers: 1})
	if len(res.Skipped) != 1 || !strings.Contains(res.Skipped[0].Reason, "boom") || len(res.Findings) != 1 {
		t.Errorf("%+v", res)
	}
	// The stack is for whoever asks for it: not in what every report shows.
	if s := res.Skipped[0]; strings.Contains(s.Reason+s.Hint, "goroutine") || strings.Contains(s.Hint, "\n") || !strings.Contains(s.Detail, "goroutine") {
		t.Errorf("%+v", s)
	}
}

func TestDirectives(t *testing.T) {
	tests := []struct {
		name, content string
		findings      int
		unused        int
	}{
		{"on the line", token + " # keysieve\x3aallow acme-token a fixture", 0, 0},
		{"on the line before", "# keysieve\x3aallow-next-line acme-token a fixture\n" + token, 0, 0},
		{"another rule", token + " # keysieve\x3aallow other-rule a fixture", 1, 1},
		{"prose", token + " keysieve\x3aallow RULE-ID REASON accepts a finding", 1, 0},
		{"gitleaks', unused", "// gitleaks:allow", 0, 0},
		{"no reason", token + " # keysieve\x3aallow acme-token", 1, 1},
		{"no rule", token + " # keysieve\x3aallow", 1, 1},
		{"a rule that there is not", token + " # keysieve\x3aallow nosuchrule a fixture", 1, 1},
		{"another line", "# keysieve\x3aallow acme-token a fixture\n" + token, 1, 1},
		{"gitleaks", token + " // gitleaks:allow", 0, 0},
		{"in a block comment", token + " /* keysieve\x3aallow acme-token fixture */", 0, 0},
		{"a second secret on the line under another rule", token + " weak=abcdef # keysieve\x3aallow acme-token fixture", 1, 0},
		{"nothing there", "# keysieve\x3aallow acme-token fixture", 0, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res := scan(t, &memory{blobs: []scanner.Blob{file("a", tt.content)}}, scanner.Options{})
			if len(res.Findings) != tt.findings || len(res.Unused) != tt.unused {
				t.Errorf("%d findings and %d unused directives, want %d and %d", len(res.Findings), len(res.Unused), tt.findings, tt.unused)
			}
		})
	}
}
