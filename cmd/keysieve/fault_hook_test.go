//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestHookFaults puts every fault into a hook: somebody else's, one of keysieve's, and one of keysieve's that
// runs somebody else's first. Installing and removing end, in time, either done or with a reason; and
// whatever somebody else wrote is there afterwards, in the one place or the other.
func TestHookFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many processes")
	}
	t.Parallel()
	g := newGitRunner(t)
	g.git("", "init", "-q", "-b", "main", "repo")
	r := newRunner(t, g)
	for k, kind := range []string{"foreign", "own", "chained"} {
		for i, f := range faults() {
			for j, verb := range []string{"install", "uninstall"} {
				for l, name := range []string{"pre-commit", "pre-commit" + chainedSuffix} {
					chosen := os.Getenv(everyFault) != "" || (i*7+j*3+k*5+l)%6 == 0 || !f.text && k != 1
					if chosen && (l == 0 || kind == "chained") {
						hookFault(t, g, r, kind, verb, name, f)
					}
				}
			}
		}
	}
}

// otherHook is what somebody else wrote.
const otherHook = "#!/bin/sh\n# somebody's own hook, which is long enough to be cut\nexit 0\n"

// hookFault makes the hooks anew, puts a fault into the file of a name, and installs or removes.
func hookFault(t *testing.T, g gitRunner, r runner, kind, verb, name string, f fault) {
	t.Helper()
	dir := filepath.Join(g.root, "repo")
	hooks := filepath.Join(dir, ".git", "hooks")
	if err := errors.Join(os.RemoveAll(hooks), os.Mkdir(hooks, 0o755), os.Chmod(hooks, 0o777)); err != nil { // as somebody else has to write there
		t.Fatal(err)
	}
	if kind != "own" {
		g.write("repo/.git/hooks/pre-commit", otherHook)
	}
	if kind != "foreign" {
		if code, out := r.call(dir, "hook", "install"); code != 0 {
			t.Fatalf("%s: install: %d %s", kind, code, out)
		}
	}
	inject(t, filepath.Join(hooks, name), f, func() {
		broken := contents(t, hooks)
		start := time.Now()
		code, out := r.call(dir, "hook", verb)
		what := fmt.Sprintf("%s, %s %s: hook %s, exit %d", kind, name, f.name, verb, code)
		switch {
		case time.Since(start) > faultLimit:
			t.Errorf("%s: did not end in time", what)
		case code != 0 && code != 2 && code != 3 || strings.Contains(out, "goroutine "):
			t.Errorf("%s: %s", what, out)
		case code != 0 && !strings.HasPrefix(out, "keysieve: "):
			t.Errorf("%s and does not say why: %s", what, out)
		}
		after := contents(t, hooks)
		if strings.Contains(broken, otherHook) && !strings.Contains(after, otherHook) {
			t.Errorf("%s: somebody's hook is lost:\n%s\nbefore\n%s", what, after, broken)
		}
	})
}

// call runs the program and gives its exit code and all that it writes.
func (r runner) call(dir string, arguments ...string) (int, string) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), r.limit)
	defer cancel()
	cmd := r.command(ctx, dir, arguments...)
	out, _ := cmd.CombinedOutput() // the code says it
	return cmd.ProcessState.ExitCode(), string(out)
}

// contents gives the regular files of a directory with what they hold.
func contents(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, entry := range entries {
		path := filepath.Join(dir, entry.Name())
		if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() || strings.HasSuffix(path, ".lock") {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all.WriteString("-- " + entry.Name() + " --\n" + string(text))
	}
	return all.String()
}
