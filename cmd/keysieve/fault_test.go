//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// everyFault makes TestFaults try every fault on every file under every command, which takes minutes;
// else it tries a part of them.
const everyFault = "KEYSIEVE_EVERY_FAULT"

// faultLimit is how long a scan of a small repository may take, whatever is wrong with it.
const faultLimit = 20 * time.Second

// A fault is what may be wrong with a file.
type fault struct {
	name string
	make func(path string, sound []byte) error
	text bool // it leaves a file that can be read, with another text
}

func faults() []fault {
	rewrite := func(change func(data []byte) []byte) func(string, []byte) error {
		return func(path string, sound []byte) error { return os.WriteFile(path, change(bytes.Clone(sound)), 0o644) }
	}
	flip := func(where func(n int) int) func(string, []byte) error {
		return rewrite(func(data []byte) []byte {
			if len(data) > 0 {
				data[where(len(data))] ^= 0x10
			}
			return data
		})
	}
	link := func(target string) func(string, []byte) error {
		return func(path string, _ []byte) error { return os.Symlink(target, path) }
	}
	return []fault{
		{"removed", func(string, []byte) error { return nil }, false},
		{"emptied", rewrite(func([]byte) []byte { return nil }), true},
		{"cut at 1", rewrite(func(data []byte) []byte { return data[:min(1, len(data))] }), true},
		{"cut in the middle", rewrite(func(data []byte) []byte { return data[:len(data)/2] }), true},
		{"cut by one", rewrite(func(data []byte) []byte { return data[:max(0, len(data)-1)] }), true},
		{"head flipped", flip(func(int) int { return 0 }), true},
		{"second flipped", flip(func(n int) int { return min(9, n-1) }), true},
		{"middle flipped", flip(func(n int) int { return n / 2 }), true},
		{"tail flipped", flip(func(n int) int { return n - 1 }), true},
		{"zeros", rewrite(func(data []byte) []byte { clear(data); return data }), true},
		{"garbage", rewrite(func(data []byte) []byte {
			random := rand.New(rand.NewPCG(7, uint64(len(data))))
			for i := range data {
				data[i] = byte(random.Uint32())
			}
			return data
		}), true},
		{"longer", rewrite(func(data []byte) []byte { return append(data, "garbage behind the end\n"...) }), true},
		{"closed", func(path string, sound []byte) error { return os.WriteFile(path, sound, 0o000) }, false},
		{"directory", func(path string, _ []byte) error { return os.Mkdir(path, 0o755) }, false},
		{"dangling link", link("nowhere"), false},
		{"link to itself", func(path string, _ []byte) error { return os.Symlink(filepath.Base(path), path) }, false},
		{"pipe", func(path string, _ []byte) error { return syscall.Mkfifo(path, 0o644) }, false},
		{"endless device", link("/dev/zero"), false},
		{"read error", link("/proc/self/mem"), false}, // a regular file: reading its beginning fails with EIO
	}
}

// legitimate says of a fault that what it leaves is a sound repository that holds less, for git
// as well: there is nothing to say. Every other loss must be said.
func legitimate(command, name string, f fault, reached, lost string) bool {
	gone := f.name == "removed" || f.name == "dangling link"
	object := strings.Join(strings.Split(name, "/")[max(0, strings.Count(name, "/")-1):], "")
	switch {
	case gone && strings.HasSuffix(name, "/index"): // nothing is staged then
		return command == "staged" || command == "dir"
	case gone && objectName.MatchString(object): // git prunes what nothing reaches
		return command == "history" && !strings.Contains(reached, object)
	}
	return legitimatePolicy(command, filepath.Base(name), f, lost)
}

// legitimatePolicy says it of the files that say what is scanned and with which rules: whoever writes
// them may leave out what only they bring in.
func legitimatePolicy(command, base string, f fault, lost string) bool {
	gone := f.name == "removed"
	switch base {
	case ".keysieve.toml", "acme.toml":
		return command == "dir" && gone && lost == "contents" || lost == "a secret of acme-key" && (gone || f.text) && (base == ".keysieve.toml" || f.text)
	case ".gitignore", "exclude":
		return command == "dir" && (gone || f.text)
	}
	return false
}

// outcome is what a scan said.
type outcome struct {
	code   int
	stderr string
	late   bool
	report struct {
		Summary struct {
			Blobs, Objects, Commits int64
		}
		Findings []struct {
			Rule, Secret string
			Places       []struct{ Path string }
		}
		Skipped []struct{ Path, Reason, Hint string }
	}
}

// secrets lists what was found: rule, masked secret.
func (o *outcome) secrets() []string {
	var list []string
	for _, f := range o.report.Findings {
		list = append(list, f.Rule+" "+f.Secret)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// runner runs this program as somebody whom permissions bind.
type runner struct {
	t       testing.TB
	program string
	env     []string
	limit   time.Duration // of one call
}

func newRunner(t testing.TB, g gitRunner) runner {
	t.Helper()
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// Whoever runs it must be able to get at it.
	for dir := g.root; dir != filepath.Dir(dir) && strings.HasPrefix(dir, os.TempDir()+"/"); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	r := runner{t, filepath.Join(g.root, "bin", "keysieve"), g.environment(), faultLimit}
	if err := os.Mkdir(filepath.Dir(r.program), 0o755); err != nil {
		t.Fatal(err)
	}
	if os.Link(own, r.program) == nil {
		return r
	}
	in, err := os.Open(own)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(r.program, os.O_WRONLY|os.O_CREATE, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); errors.Join(err, out.Close()) != nil {
		t.Fatal(err)
	}
	return r
}

func (r runner) command(ctx context.Context, dir string, arguments ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, r.program, arguments...)
	cmd.Dir, cmd.Env = dir, r.env
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	return cmd
}

func (r runner) run(dir string, arguments ...string) (o outcome) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), r.limit)
	defer cancel()
	cmd := r.command(ctx, dir, arguments...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		r.t.Fatal(err)
	}
	o.code, o.stderr, o.late = cmd.ProcessState.ExitCode(), stderr.String(), ctx.Err() != nil
	if stdout.Len() > 0 {
		if err := json.Unmarshal(stdout.Bytes(), &o.report); err != nil {
			r.t.Errorf("the report is not JSON: %v\n%s", err, stdout.String())
		}
	}
	return o
}

// commands are the scans of a hurt repository.
func (h hurt) commands() map[string][]string {
	return map[string][]string{
		"staged":  {"staged", "--format", "json"},
		"range":   {"range", h.spans, "--format", "json"},
		"history": append([]string{"history", "--format", "json"}, h.history...),
		"dir":     {"dir", "--format", "json"},
	}
}

// files lists the files of a store but the samples of hooks, which say nothing about the rest.
func (h hurt) files(t *testing.T) (files []string) {
	t.Helper()
	for _, store := range h.stores {
		err := filepath.WalkDir(store, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && filepath.Ext(path) != ".sample" && filepath.Base(path) != "description" {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// TestFaults puts every fault into every file of repositories of every kind, one after the other. Whatever is
// wrong, a scan ends, in time and not in a panic, and finds what it finds in the sound repository or says
// what it could not read.
func TestFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many processes")
	}
	every := os.Getenv(everyFault) != ""
	for kind, build := range hurts() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			g := newGitRunner(t)
			h := build(g)
			r := newRunner(t, g)
			sound := map[string]outcome{}
			for name, arguments := range h.commands() {
				r.run(h.dir, arguments...) // which fills a cache
				o := r.run(h.dir, arguments...)
				sound[name] = o
				if len(o.report.Findings) == 0 {
					t.Fatalf("%s finds nothing in the sound repository: %d %s", name, o.code, o.stderr)
				}
			}
			reached := h.reached
			tried := 0
			for i, path := range h.files(t) {
				for j, f := range faults() {
					for k, name := range []string{"staged", "range", "history", "dir"} {
						if !every && (i*131+j*17+k*7)%29 != 0 {
							continue
						}
						tried++
						inject(t, path, f, func() {
							o := r.run(h.dir, h.commands()[name]...)
							relative, _ := filepath.Rel(g.root, path)
							before := sound[name]
							if complaint := judge(name, relative, f, reached, &before, &o); complaint != "" {
								t.Errorf("%s, %s: keysieve %s %s; exit %d, %q, skipped %q", relative, f.name, name, complaint, o.code, o.stderr, o.report.Skipped)
							}
						})
					}
				}
			}
			t.Logf("%d faults", tried)
		})
	}
}

// inject puts a fault into a file, calls f, and mends the file.
func inject(t *testing.T, path string, f fault, call func()) {
	t.Helper()
	sound, err := os.ReadFile(path)
	kept := path + ".lock" // which git and keysieve take for no file of a repository
	if err == nil {
		err = os.Rename(path, kept)
	}
	if err == nil {
		err = f.make(path, sound)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := errors.Join(os.RemoveAll(path), os.Rename(kept, path)); err != nil {
			t.Fatal(err)
		}
	}()
	call()
}

var objectName = regexp.MustCompile(`\b[0-9a-f]{40}\b`)

// judge says what is wrong with a scan of a damaged repository; empty: nothing. The objects that something reaches are reached.
func judge(command, name string, f fault, reached string, sound, o *outcome) string {
	said := o.stderr
	for _, s := range o.report.Skipped {
		said += s.Path + " " + s.Reason + " " + s.Hint + "\n"
	}
	switch {
	case o.late:
		return "did not end in time"
	case o.code < 0 || o.code > 3:
		return "did not end as it should"
	case strings.Contains(said, "goroutine ") || strings.Contains(said, "internal error"):
		return "panics"
	case o.code == 2:
		if !strings.HasPrefix(o.stderr, "keysieve: ") {
			return "gives up and does not say why"
		}
		return ""
	}
	lost := lostOf(sound, o)
	switch {
	case lost == "":
	case legitimate(command, filepath.ToSlash(name), f, reached, lost):
	case o.code == 0:
		return "misses " + lost + " and calls it clean"
	case len(o.report.Skipped) == 0 && o.stderr == "":
		return "misses " + lost + " and says nothing"
	case len(o.report.Skipped) == len(sound.report.Skipped) && o.stderr == sound.stderr:
		return "misses " + lost + " and says nothing new"
	case !objectName.MatchString(said) && !strings.Contains(said, filepath.Base(name)):
		return fmt.Sprintf("misses %s and names neither the file nor an object", lost)
	}
	return ""
}

// lostOf says what a scan of the sound repository has and the other lacks.
func lostOf(sound, o *outcome) string {
	have := o.secrets()
	for _, s := range sound.secrets() {
		if !slices.Contains(have, s) {
			rule, _, _ := strings.Cut(s, " ")
			return "a secret of " + rule
		}
	}
	switch {
	case o.report.Summary.Objects < sound.report.Summary.Objects:
		return "objects"
	case o.report.Summary.Blobs < sound.report.Summary.Blobs:
		return "contents"
	}
	return ""
}
