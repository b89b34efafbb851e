package report

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/scanner"
)

func TestPath(t *testing.T) {
	for name, want := range map[string][2]string{ // with and without characters beyond ASCII
		"a/b.txt":        {"a/b.txt", "a/b.txt"},
		"a b":            {"a b", "a b"},
		" a":             {`" a"`, `" a"`},
		"":               {`""`, `""`},
		"a\nb\t\r":       {`"a\nb\t\r"`, `"a\nb\t\r"`},
		`a"b\c`:          {`"a\"b\\c"`, `"a\"b\\c"`},
		"\x1b[1m":        {`"\033[1m"`, `"\033[1m"`},
		"\xff\xc3":       {`"\377\303"`, `"\377\303"`},
		"\ufffd":         {"\ufffd", `"\357\277\275"`},
		"é":              {"é", `"\303\251"`},
		"a\u202eb\u009b": {`"a\342\200\256b\302\233"`, `"a\342\200\256b\302\233"`},
	} {
		for i, unicode := range []bool{true, false} {
			if got := (terminal{names: unicode}).path(name); got != want[i] {
				t.Errorf("%q is shown as %s, want %s", name, got, want[i])
			}
		}
	}
}

// TestShellWord asks shells what they read.
func TestShellWord(t *testing.T) {
	for _, unicode := range []bool{true, false} {
		term := terminal{names: unicode}
		var command strings.Builder
		command.WriteString(`printf '%s\0'`)
		words := append(oddNames(), "", "a=b", "=x", "~", "#a", "a;b", "&", "!!", "{a,b}", "%1", "-\x01%s", "\\", "'", "\xff'\\\x01"+"7", "é日本")
		for _, w := range words {
			command.WriteString(" " + term.shellWord(w))
		}
		for _, shell := range []string{"dash", "bash", "zsh", "ksh"} {
			if _, err := exec.LookPath(shell); err != nil {
				continue
			}
			out, err := exec.Command(shell, "-c", command.String()).Output()
			if err != nil {
				t.Fatalf("%s: %v", shell, err)
			}
			if got := strings.Split(string(out), "\x00"); !slices.Equal(got[:len(got)-1], words) {
				t.Errorf("%s reads %q\nwant %q", shell, got, words)
			}
		}
	}
	if got := (terminal{}).shellWord("config/deploy.yml"); got != "config/deploy.yml" {
		t.Errorf("an ordinary path is quoted: %s", got)
	}
}

// TestUnstage pastes the command that text gives into a shell, in a repository
// whose staged files have odd names, from the root and from below.
func TestUnstage(t *testing.T) {
	for _, program := range []string{"dash", "git"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(err)
		}
	}
	for _, unborn := range []bool{false, true} {
		for _, prefix := range []string{"", "some/where"} {
			for _, all := range []bool{false, true} {
				for _, directory := range []string{"", "some"} { // of -C
					testUnstage(t, Options{Unicode: true, Verbose: all, Prefix: prefix, Unborn: unborn, Directory: directory})
				}
			}
		}
	}
}

func testUnstage(t *testing.T, opts Options) {
	t.Helper()
	const innocent = "axbyc" // what the glob a*b?[c] would match
	dir := t.TempDir()
	run(t, dir, "git", "init", "-q")
	if !opts.Unborn {
		run(t, dir, "git", "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "--allow-empty", "-m", "first")
	}
	if !create(t, dir, innocent) || !create(t, dir, "some/where/x") {
		t.Fatal("an ordinary file can not be made")
	}
	findings := []scanner.Finding{found("some/where/x", 1, "", "", 300)}
	secrets := []string{"key/" + token(5).Reveal() + "[x].txt", ":odd/" + token(6).Reveal()}
	for _, name := range append(append(oddNames(), "end\n\n"), secrets...) {
		if !create(t, dir, name) {
			continue // not every file system takes every name
		}
		f := found(name, 1, "", "", 300)
		if i := strings.Index(name, "gh"+"p_"); i >= 0 {
			f.Secret = scanner.NewSecret(name[i : i+40])
			f.Places[0].Kind = scanner.KindPathName
		}
		findings = append(findings, f)
	}
	run(t, dir, "git", "add", "-A")
	// A file that was changed since it was staged, as it is where somebody mends it at once.
	if err := os.WriteFile(filepath.Join(dir, "some/where/x"), []byte("mended"), 0o600); err != nil {
		t.Fatal(err)
	}
	at := filepath.Join(dir, opts.Prefix)
	if opts.Directory != "" {
		opts.Directory, opts.DirectoryPrefix = filepath.Join(dir, opts.Directory), opts.Directory
		at = t.TempDir() // any other
	}
	command := commandIn(t, text(t, opts, result("staged", 1, findings)))
	run(t, at, "dash", "-c", command)
	want := innocent + "\x00"
	if len(findings) > maxUnstaged && !opts.Verbose {
		want = "" // too many to name: everything is taken out
	}
	if left := run(t, dir, "git", "diff", "--cached", "--name-only", "-z"); left != want {
		t.Errorf("unborn %v, in %q, after\n%s\nthe index holds %q, want %q", opts.Unborn, opts.Prefix, command, left, want)
	}
}

func create(t *testing.T, dir, name string) bool {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	return os.WriteFile(file, []byte("x"), 0o600) == nil
}

// run runs a program in a directory, deaf to the git settings of whoever runs the tests.
func run(t *testing.T, dir, program string, args ...string) string {
	t.Helper()
	command := exec.Command(program, args...)
	command.Dir = dir
	command.Env = slices.DeleteFunc(os.Environ(), func(entry string) bool { return strings.HasPrefix(entry, "GIT_") })
	command.Env = append(command.Env, "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", program, args, err, stderr.String())
	}
	return string(out)
}

// commandIn finds the row of advice that holds the command.
func commandIn(t *testing.T, out string) string {
	t.Helper()
	for line := range strings.Lines(out) {
		if i := strings.Index(line, "of this commit"); i >= 0 {
			return strings.TrimSpace(line[i+len("of this commit"):])
		}
	}
	t.Fatalf("no command in:\n%s", out)
	return ""
}

func TestRelativePath(t *testing.T) {
	for _, test := range []struct{ prefix, path, want string }{
		{"", "a/b", "a/b"}, {"a", "a/b", "b"}, {"a", "a", "../a"}, {"a/b", "a/c", "../c"}, {"a/b", "c", "../../c"},
		{"a/", "a/b", "b"}, {"a", "ab/c", "../ab/c"}, {"a", "", ""}, {"a/b", "a", "../../a"},
	} {
		if got := relativePath(test.prefix, test.path); got != test.want {
			t.Errorf("%q from %q is %q, want %q", test.path, test.prefix, got, test.want)
		}
	}
}
