package source

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/git"
)

// The audit of a history must find what a naive scan of every object finds, as git
// prints them all. Both go through the engine with the object's id in place of a
// path, so that rule, secret, line and column can be compared object by object.

// byObject is a History that knows nothing of commits: every object stands at
// its own id, and a name at itself.
type byObject struct{ scanner.History }

// Attribute implements scanner.History.
func (byObject) Attribute(_ context.Context, groups [][]scanner.Object, _ func(scanner.Skip)) ([]scanner.Standing, error) {
	standings := make([]scanner.Standing, len(groups))
	for i, group := range groups {
		for _, o := range group {
			standings[i].Places = append(standings[i].Places, scanner.Standpoint{Object: o, Path: idPath(o)})
		}
	}
	return standings, nil
}

func idPath(o scanner.Object) string {
	if o.Kind == scanner.KindPathName {
		return o.Name
	}
	return o.ID
}

// everyObject is a Source of what git cat-file prints of a repository.
type everyObject struct{ dir string }

// Blobs implements scanner.Source.
func (s everyObject) Blobs(ctx context.Context, yield func(scanner.Blob) error, _ func(scanner.Skip)) error {
	cmd := exec.CommandContext(ctx, "git", "-C", s.dir, "--no-replace-objects", "cat-file", "--batch-all-objects", "--batch", "--unordered")
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	names := map[string]bool{}
	r := bufio.NewReaderSize(out, 1<<20)
	for {
		header, err := r.ReadString('\n')
		if err == io.EOF {
			return cmd.Wait()
		}
		fields := strings.Fields(header)
		if err != nil || len(fields) != 3 {
			return fmt.Errorf("git cat-file printed %q: %w", header, err)
		}
		size, err := strconv.Atoi(fields[2])
		if err != nil {
			return err
		}
		content := make([]byte, size)
		if _, err := io.ReadFull(r, content); err != nil {
			return err
		}
		if _, err := r.Discard(1); err != nil {
			return err
		}
		if err := eachContent(fields[0], fields[1], content, names, yield); err != nil {
			return err
		}
	}
}

// eachContent yields what an object holds: a tree the names that were not seen before.
func eachContent(id, kind string, content []byte, names map[string]bool, yield func(scanner.Blob) error) error {
	one := func(kind scanner.Kind, path string, text []byte) error {
		return yield(scanner.Blob{
			Origins: []scanner.Origin{{Kind: kind, Path: path}}, Size: int64(len(text)),
			Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil },
		})
	}
	switch kind { // TestMessageOf holds messageOf against its own table
	case "commit":
		return one(scanner.KindCommitMessage, id, messageOf(git.KindCommit, content))
	case "tag":
		return one(scanner.KindTagMessage, id, messageOf(git.KindTag, content))
	case "blob":
		return one(scanner.KindFile, id, content)
	}
	for len(content) > 0 {
		entry, rest, _ := bytes.Cut(content, []byte{0})
		_, name, _ := strings.Cut(string(entry), " ")
		if !names[name] {
			names[name] = true
			if err := one(scanner.KindPathName, name, []byte(name)); err != nil {
				return err
			}
		}
		content = rest[len(id)/2:]
	}
	return nil
}

// foundLines lists what was found, a line for each place. An audit names of each secret
// one rule, so the rule is part of a line only where it alone finds the secret: of others it must be one of rules,
// which are the rules by secret.
func foundLines(t *testing.T, result scanner.Result, rules map[string][]string) []string {
	t.Helper()
	var lines []string
	for _, f := range result.Findings {
		if !f.Rule.Reads() {
			continue // depends on whole paths
		}
		rule := f.Rule.ID
		if known := rules[f.Secret.Reveal()]; len(known) > 1 {
			if !slices.Contains(known, rule) {
				t.Errorf("rule %s does not find %q: %v do", rule, f.Secret.Reveal(), known)
			}
			rule = "several rules"
		}
		for _, p := range f.Places {
			lines = append(lines, fmt.Sprintf("%s %d:%d-%d:%d %s %q", p.Path, p.Line, p.Column, p.EndLine, p.EndColumn, rule, f.Secret.Reveal()))
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

// rulesBySecret lists the rules that found each secret, each once.
func rulesBySecret(result scanner.Result) map[string][]string {
	rules := map[string][]string{}
	for _, f := range result.Findings {
		if secret := f.Secret.Reveal(); !slices.Contains(rules[secret], f.Rule.ID) {
			rules[secret] = append(rules[secret], f.Rule.ID)
		}
	}
	return rules
}

// compareWithNaive audits a repository both ways and returns how much was found.
func compareWithNaive(t *testing.T, dir string, set *rules.Set) int {
	t.Helper()
	ctx := context.Background()
	options := scanner.Options{Set: set, FailOn: rules.ConfidenceLow}
	repo, err := git.Discover(dir, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = repo.Close() }()
	audit, err := scanner.ScanHistory(ctx, byObject{NewHistory(repo, HistoryOptions{})}, options)
	if err != nil {
		t.Fatal(err)
	}
	naive, err := scanner.Scan(ctx, everyObject{dir}, options)
	if err != nil {
		t.Fatal(err)
	}
	known := rulesBySecret(naive)
	got, want := foundLines(t, audit, known), foundLines(t, naive, known)
	t.Logf("%d objects, %d contents, %d bytes: %d found in %v; one by one %d contents, %d bytes, %d found in %v",
		audit.Summary.Objects, audit.Summary.Blobs, audit.Summary.Bytes, len(got), audit.Summary.Elapsed,
		naive.Summary.Blobs, naive.Summary.Bytes, len(want), naive.Summary.Elapsed)
	sameLines(t, "found", got, want)
	if audit.Summary.Blobs != naive.Summary.Blobs || audit.Summary.Bytes != naive.Summary.Bytes {
		t.Errorf("the audit read %d contents of %d bytes, git printed %d of %d", audit.Summary.Blobs, audit.Summary.Bytes, naive.Summary.Blobs, naive.Summary.Bytes)
	}
	sameLines(t, "skipped", skippedLines(audit), skippedLines(naive))
	return len(got)
}

func skippedLines(result scanner.Result) []string {
	var lines []string
	for _, s := range result.Skipped {
		if strings.HasSuffix(s.Reason, "is missing") {
			continue // git prints what there is
		}
		lines = append(lines, s.Path+": "+s.Reason)
	}
	return lines
}

// sameLines compares sorted lists and shows the first differences.
func sameLines(t *testing.T, what string, got, want []string) {
	t.Helper()
	only := func(a, b []string) (rest []string) {
		for _, line := range a {
			if _, ok := slices.BinarySearch(b, line); !ok {
				rest = append(rest, line)
			}
		}
		return rest
	}
	for _, side := range []struct {
		name  string
		lines []string
	}{{"the audit", only(got, want)}, {"the naive scan", only(want, got)}} {
		for i, line := range side.lines {
			if i == 10 {
				t.Errorf("and %d more", len(side.lines)-i)
				break
			}
			t.Errorf("%s by %s only: %.300s", what, side.name, line)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d by the audit, %d by the naive scan", what, len(got), len(want))
	}
}

// TestHistoryEqualsNaive audits a real repository: the one at KEYSIEVE_HISTORY_REPO.
func TestHistoryEqualsNaive(t *testing.T) {
	dir := os.Getenv("KEYSIEVE_HISTORY_REPO")
	if dir == "" {
		t.Skip("KEYSIEVE_HISTORY_REPO is not set")
	}
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	compareWithNaive(t, dir, set)
}

func (byObject) Counting(_ context.Context, counted []scanner.Counted) ([]*scanner.Exposure, error) {
	return make([]*scanner.Exposure, len(counted)), nil
}
