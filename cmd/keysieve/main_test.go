package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/git"
	"github.com/keysieve/keysieve/scanner/source"
)

// Every command has a description and examples that name it, and its help says so.
func TestHelp(t *testing.T) {
	a := &app{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv}
	root := a.rootCommand()
	var visit func(cmd *cobra.Command)
	visit = func(cmd *cobra.Command) {
		t.Run(cmd.CommandPath(), func(t *testing.T) {
			if cmd.Short == "" || strings.HasSuffix(cmd.Short, ".") {
				t.Errorf("short description %q", cmd.Short)
			}
			if !strings.Contains(cmd.Example, "keysieve") {
				t.Errorf("examples %q", cmd.Example)
			}
			for line := range strings.SplitSeq(cmd.Example, "\n") {
				if !strings.HasPrefix(line, "  ") {
					t.Errorf("example %q is not indented by two blanks", line)
				}
			}
			help := helpText(cmd)
			for _, want := range []string{"Usage:\n", "Examples:\n", cmd.Example} {
				if !strings.Contains(help, want) {
					t.Errorf("the help lacks %q:\n%s", want, help)
				}
			}
		})
		for _, sub := range cmd.Commands() {
			visit(sub)
		}
	}
	visit(root)
}

func TestNearest(t *testing.T) {
	candidates := []string{"format", "fail-on", "config", "color", "verbose"}
	for word, want := range map[string]string{
		"fromat": "format", "formt": "format", "colour": "color", "conf": "config", "verb": "verbose",
		"xyz": "", "": "", "f": "", "Format": "format", strings.Repeat("format", 100): "",
	} {
		if got := nearest(word, candidates); got != want {
			t.Errorf("nearest to %q: %q, want %q", word, got, want)
		}
	}
}

func TestExit(t *testing.T) {
	tests := []struct {
		name string
		err  error
		code int
		said string
	}{
		{"nothing", nil, 0, ""},
		{"findings", &statusError{scanner.ExitFindings}, 1, ""},
		{"wrong call", &usageError{"message", "hint"}, 2, "keysieve: message\n  hint\n"},
		{"wrapped", fmt.Errorf("around: %w", &usageError{"message", ""}), 2, "keysieve: message\n"},
		{"several", errors.Join(&usageError{"one", ""}, errors.Join(&usageError{"two", "hint"}, errors.New("three"))), 2,
			"keysieve: one\nkeysieve: two\n  hint\nkeysieve: three\n"},
		{"path", &source.UsageError{Subject: "a\nb", Reason: "no such file", Hint: "look"}, 2, "keysieve: a\\x0ab: no such file\n  look\n"},
		{"rule", &rules.Error{File: "a.toml", Line: 3, Message: "wrong"}, 2, "keysieve: a.toml:3: wrong\n"},
		{"no repository", git.ErrNotRepository, 2, "keysieve: not a git repository\n  run it inside a repository, or scan files with keysieve dir\n"},
		{"index", &git.IndexError{Path: "index", Offset: -1, Reason: "truncated"}, 3, "keysieve: corrupt index index: truncated\n"},
		{"report after a clean scan", &incompleteError{scanner.ExitClean, errors.New("disk full")}, 3, "keysieve: disk full\n"},
		{"report after findings", &incompleteError{scanner.ExitFindings, errors.New("disk full")}, 1, "keysieve: disk full\n"},
		{"unknown", errors.New("anything"), 2, "keysieve: anything\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var said bytes.Buffer
			if code := exit(&said, test.err); code != test.code || said.String() != test.said {
				t.Errorf("code %d, said %q; want %d, %q", code, said.String(), test.code, test.said)
			}
		})
	}
}

// A panic is a bug, never a clean result.
func TestPanic(t *testing.T) {
	var said bytes.Buffer
	code := func() (code int) {
		defer func() { code = sayBug(&said, recover()) }()
		var nothing []int
		return nothing[len(os.Args)+1]
	}()
	if code != scanner.ExitIncomplete || !strings.HasPrefix(said.String(), "keysieve: internal error: ") || !strings.Contains(said.String(), "bug") {
		t.Errorf("code %d, said %q", code, said.String())
	}
}

func TestPrintable(t *testing.T) {
	for text, want := range map[string]string{
		"plain ünïcödé": "plain ünïcödé", "a\nb": `a\x0ab`, "\x1b[2J": `\x1b[2J`, "\xff": `\xff`, "a\u202eb": `a\u202eb`, "##[error]x": `##\x5berror]x`, "tab\t": `tab\x09`,
	} {
		if got := printable(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// A report replaces what was there whole or not at all, and leaves nothing else behind.
func TestDestination(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report")
	write := func(text string, fail error) error {
		d, err := destinationOf(path)
		if err != nil {
			return err
		}
		if err := d.check(); err != nil {
			return err
		}
		return d.write(t.Context(), func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return errors.Join(err, fail)
		})
	}
	look := func(want string) {
		t.Helper()
		text, err := os.ReadFile(path)
		entries, dirErr := os.ReadDir(dir)
		if err != nil || dirErr != nil || string(text) != want || len(entries) != 1 {
			t.Errorf("the report holds %q, want %q; %d files; %v, %v", text, want, len(entries), err, dirErr)
		}
	}
	if err := write("one", nil); err != nil {
		t.Fatal(err)
	}
	look("one")
	failed := errors.New("failed half-way")
	if err := write("two", failed); !errors.Is(err, failed) {
		t.Errorf("error %v", err)
	}
	look("one")
	if err := write("three", nil); err != nil {
		t.Fatal(err)
	}
	look("three")
}

func TestShellQuote(t *testing.T) {
	for text, want := range map[string]string{"/usr/bin": "'/usr/bin'", "it's": `'it'\''s'`, "$(x) `y`": "'$(x) `y`'", "": "''"} {
		if got := shellQuote(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
