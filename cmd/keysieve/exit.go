package main

import (
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/git"
	"github.com/keysieve/keysieve/scanner/source"
)

// The exit codes are scanner.ExitClean to scanner.ExitIncomplete. Which one a
// call ends with is decided in this file and by the result of a scan.

// A usageError is a wrong call or a wrong configuration: nothing was scanned.
type usageError struct {
	message string // lower case, no full stop
	hint    string // what to do instead; may be empty
}

func (e *usageError) Error() string { return e.message }

// A statusError ends the program with a code after everything has been said.
type statusError struct{ code int }

func (e *statusError) Error() string { return fmt.Sprintf("exit status %d", e.code) }

// An incompleteError is a failure after the scan: not all of it reached the user.
type incompleteError struct {
	code int // what the scan itself asked for
	err  error
}

func (e *incompleteError) Error() string { return e.err.Error() }
func (e *incompleteError) Unwrap() error { return e.err }

// exit says what went wrong and returns the exit code.
func exit(stderr io.Writer, err error) int {
	if err == nil {
		return scanner.ExitClean
	}
	if errors.Is(err, errNotRead) { // head and its like: they have what they wanted
		return scanner.ExitIncomplete
	}
	var status *statusError
	if errors.As(err, &status) {
		return status.code
	}
	veiled := newVeil()
	var incomplete *incompleteError
	if errors.As(err, &incomplete) {
		say(stderr, veiled(incomplete.Error()), "")
		if incomplete.code == scanner.ExitFindings {
			return scanner.ExitFindings
		}
		return scanner.ExitIncomplete
	}
	for _, e := range flatten(err) {
		message, hint := wording(e)
		say(stderr, veiled(message), veiled(hint))
	}
	if isUnreadable(err) {
		return scanner.ExitIncomplete
	}
	return scanner.ExitUsage
}

// isUnreadable reports whether the call was right and the repository is broken.
func isUnreadable(err error) bool {
	var index *git.IndexError
	var missing *git.MissingError
	var corrupt *git.CorruptError
	var unreadable *git.UnreadableError
	var revision *git.RevisionError
	if errors.As(err, &revision) && revision.Shallow {
		return true // it may well exist where this was cloned from
	}
	var shallow *git.ShallowError
	if errors.As(err, &shallow) {
		return true
	}
	return errors.Is(err, errClosed) || errors.Is(err, git.ErrTreeLimit) || errors.As(err, &index) || errors.As(err, &missing) || errors.As(err, &corrupt) || errors.As(err, &unreadable)
}

// flatten takes apart what errors.Join put together.
func flatten(err error) []error {
	many, ok := err.(interface{ Unwrap() []error }) //nolint:errorlint // only what is joined at the top
	if !ok {
		return []error{err}
	}
	var all []error
	for _, e := range many.Unwrap() {
		all = append(all, flatten(e)...)
	}
	return all
}

// wording gives an error's message and hint.
func wording(err error) (message, hint string) {
	var usage *usageError
	var path *source.UsageError
	var mistake *rules.Error
	var revision *git.RevisionError
	switch {
	case errors.As(err, &usage):
		return usage.message, usage.hint
	case errors.As(err, &path):
		return path.Error(), path.Hint
	case errors.As(err, &mistake):
		return mistake.Error(), ""
	case errors.As(err, &revision):
		return err.Error(), revisionHint(revision)
	case errors.Is(err, git.ErrNotRepository):
		return err.Error(), "run it inside a repository, or scan files with keysieve dir"
	}
	return err.Error(), scanner.HintOf(err)
}

// revisionHint names the reference that was meant, the command that brings it, or the references that there are where they are few.
func revisionHint(e *git.RevisionError) string {
	names := e.Names()
	near := ""
	if e.Revision != "" {
		near = nearest(e.Revision, names)
	}
	if _, branch, ok := strings.Cut(e.Revision, "/"); near == "" && ok && slices.Contains(names, branch) {
		near = branch // of a remote that is not there
	}
	switch {
	case e.Shallow && near != "":
		return "did you mean " + near + "? if not, this is a shallow clone; run: " + e.Fetch
	case e.Shallow:
		return "this is a shallow clone; run: " + e.Fetch
	case e.Fetch != "" && near != "":
		return "did you mean " + near + "? if not, it may not be fetched yet; run: " + e.Fetch
	case near != "":
		return "did you mean " + near + "?"
	case e.Fetch != "":
		return "not fetched yet? run: " + e.Fetch
	case len(names) > 0 && len(names) <= fewWords:
		return "known: " + joined(names)
	}
	return ""
}

// say prints a message, and a hint on the next line.
func say(w io.Writer, message, hint string) {
	_, _ = fmt.Fprintf(w, "keysieve: %s\n", printable(message))
	if hint != "" {
		_, _ = fmt.Fprintf(w, "  %s\n", printable(hint))
	}
}

// printable keeps names of files from writing control characters to a terminal, and commands (##[) to the log of GitHub's runner.
func printable(text string) string {
	text = strings.ReplaceAll(text, "##[", `##\x5b`)
	clean := func(r rune) bool { return unicode.IsPrint(r) && r != utf8.RuneError }
	if strings.IndexFunc(text, func(r rune) bool { return !clean(r) }) < 0 {
		return text
	}
	var b strings.Builder
	for i, r := range text {
		switch {
		case clean(r):
			b.WriteRune(r)
		case r == utf8.RuneError:
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// sayBug reports a panic and returns the exit code: whatever was scanned until
// then, the answer is not complete.
func sayBug(w io.Writer, value any) int {
	say(w, fmt.Sprintf("internal error: %v", value), "this is a bug in keysieve, not in what was scanned; please report it with the version and the lines below")
	_, _ = w.Write(debug.Stack())
	return scanner.ExitIncomplete
}

// flagError words what pflag found wrong with the flags of a command.
func flagError(cmd *cobra.Command, err error) error {
	var missing *pflag.NotExistError
	var value *pflag.InvalidValueError
	var required *pflag.ValueRequiredError
	hint := "see " + cmd.CommandPath() + " --help"
	switch {
	case errors.As(err, &missing):
		if letters := missing.GetSpecifiedShortnames(); letters != "" {
			message := "unknown flag -" + missing.GetSpecifiedName()
			if len(letters) > 1 {
				message += " in -" + letters
			}
			return &usageError{message, hint}
		}
		return unknownFlag(cmd, missing.GetSpecifiedName())
	case errors.As(err, &required):
		return &usageError{"flag " + dashed(required.GetSpecifiedName()) + " needs a value", hint}
	case errors.Is(err, errGivenTwice):
		return &usageError{"flag --format: there is one standard output: it can be given once", "for a report besides: --report FORMAT=FILE"}
	case errors.As(err, &value):
		return &usageError{
			fmt.Sprintf("flag %s: %q is not %s", dashed(value.GetFlag().Name), value.GetValue(), article(value.GetFlag().Value.Type())), hint,
		}
	}
	return &usageError{err.Error(), hint}
}

func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

func article(typeName string) string {
	switch typeName {
	case "int":
		return "a whole number"
	case "bool":
		return "true or false"
	}
	return "a " + typeName
}

// unknownFlag suggests the flag of the command that looks most like the name,
// with its values where they are few.
func unknownFlag(cmd *cobra.Command, name string) error {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	e := &usageError{"unknown flag --" + name, "see " + cmd.CommandPath() + " --help"}
	if near := nearest(name, names); near != "" {
		e.hint = "did you mean --" + near + "?"
		if values := cmd.Flags().Lookup(near).Annotations[valuesAnnotation]; len(values) > 0 {
			e.hint += " (" + joined(values) + ")"
		}
	}
	return e
}
