// Package report writes the result of a scan in the format that its reader
// needs: text for a person, JSON, JSON Lines and CSV for programs, SARIF and the
// formats of GitHub and GitLab for code hosts, JUnit for everything else that runs
// tests, Markdown for where people talk.
//
// Every format is a scanner.Sink in a file of its own and a line in Formats. A
// Result goes through three steps: a redactor makes sure that no secret stands
// in the strings that come from outside (a file may be named after a secret), the
// format lays the result out, and a buffered writer hands the bytes on and
// returns the first error of the writer below. Formats share nothing between
// calls, start no goroutines, read no clock and no environment: the same Result
// and Options give the same bytes.
//
// What is written for a person never holds a control character or an invisible
// one, wherever a name or a content comes from: see terminal.go.
package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
)

// Options say how a report is to look and what the command that ran knows
// beyond the Result. Formats for programs heed the last group alone.
type Options struct {
	Color   bool // SGR colours
	Unicode bool // box drawing and bullets; otherwise nothing but ASCII is written, but for names with UTF8
	UTF8    bool // the characters of names as they are
	Width   int  // the terminal's columns; 0: not a terminal, nothing is cut
	Height  int  // the terminal's lines; 0: not a terminal
	Verbose bool // write when clean, too, and every finding in full

	// Prefix is the directory of the user's shell as a path from the scan's root, slash-separated;
	// empty at the root. Text shows paths, and commands to paste, relative to it.
	Prefix string
	// Root is the scan's root as seen from there, where the shell does not stand in it; else empty.
	Root string
	// Directory is where git has to run, as seen from the shell, and DirectoryPrefix the same as a path from the
	// scan's root; empty where it is the shell's own. Commands to paste run git there.
	Directory, DirectoryPrefix string
	// Targets are the paths that the user named, as seen from the shell; empty: all of what the command looks at.
	Targets []string
	// Unborn says that HEAD names no commit yet: unstaging takes another command.
	Unborn bool

	// Repository is the URL of the scanned repository, Revision the commit and
	// Branch the branch that were scanned; empty where unknown. A user name or
	// password in the URL is dropped.
	Repository, Revision, Branch string
}

// Format is one way of writing a result.
type Format struct {
	Name        string // what a user types
	Description string // one line for the help
	New         func(w io.Writer, opts Options) scanner.Sink
}

// Formats lists every format, the default first.
func Formats() []Format {
	return []Format{
		{"text", "for people: what leaked, where, and what to do now (default)", newText},
		{"json", "one JSON document, described by a JSON schema", newJSON},
		{"jsonl", "JSON Lines: one finding a line, the summary last", newJSONLines},
		{"sarif", "SARIF 2.1.0, for code scanning on GitHub, GitLab and Azure DevOps", newSARIF},
		{"github", "GitHub Actions workflow commands: annotations on files and lines", newGitHub},
		{"gitlab", "GitLab Secret Detection report, schema 15", newGitLab},
		{"gitlab-codequality", "GitLab Code Quality report", newCodeQuality},
		{"junit", "JUnit XML: a secret is a test that failed", newJUnit},
		{"csv", "CSV with a header: one place a row", newCSV},
		{"markdown", "Markdown for a job's summary, at most 1 MiB", newMarkdown},
		{"markdown-comment", "the same for a comment, at most 65,536 characters", newMarkdownComment},
	}
}

// New returns the sink that writes in the named format. The error for an
// unknown name lists the known ones and suggests the nearest.
func New(name string, w io.Writer, opts Options) (scanner.Sink, error) {
	formats := Formats()
	names := make([]string, len(formats))
	for i, f := range formats {
		if f.Name == name {
			return f.New(w, opts), nil
		}
		names[i] = f.Name
	}
	hint := ""
	if near, ok := nearest(name, names); ok {
		hint = fmt.Sprintf(", did you mean %s?", near)
	}
	return nil, fmt.Errorf("unknown report format %q%s (%s)", name, hint, strings.Join(names, ", "))
}

// nearest returns the candidate with the least edit distance from word, if one
// is near enough to be a slip of the hand. Of equals the first wins.
func nearest(word string, candidates []string) (string, bool) {
	const limit = 32 // a longer word is no slip; bounds the work
	word = strings.ToLower(word)
	best, bestDistance := "", 3
	if len(word) > limit {
		return "", false
	}
	for _, c := range candidates {
		if d := rules.EditDistance(word, c); d < bestDistance && d < len(c) {
			best, bestDistance = c, d
		}
	}
	return best, best != ""
}

// buffered runs write on a buffered writer over w and returns the first error
// of either. The buffer keeps the first error, so write needs to check none of its own writes.
func buffered(w io.Writer, format string, write func(*bufio.Writer) error) error {
	bw := bufio.NewWriterSize(w, 1<<16)
	err := write(bw)
	if flushErr := bw.Flush(); err == nil {
		err = flushErr
	}
	if err != nil {
		return fmt.Errorf("write %s report: %w", format, err)
	}
	return nil
}
