package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// hookMark is how a hook is known to be keysieve's. It stays the same for ever.
const hookMark = "# keysieve-hook: "

// hookScript is the hook, for any POSIX shell. It fails closed: without
// keysieve nothing passes.
//
// The hook that was there before runs first, since it may change what is staged
// (formatters do); what keysieve then checks is what will be committed. What git says
// on standard input is read once, for both.
const hookScript = `#!/bin/sh
` + hookMark + `%[1]s
# Written by "keysieve hook install"; "keysieve hook uninstall" removes it.
# %[5]s

case $0 in
*/*) hooks=${0%%/*} ;;
*) hooks=. ;;
esac
%[6]s
# The hook that was here before.
if [ -x "$hooks/%[2]s" ]; then
	%[7]s"$hooks/%[2]s" "$@" || exit $?
fi

keysieve=%[3]s
if [ ! -x "$keysieve" ]; then
	there=$keysieve
	keysieve=$(command -v keysieve) || {
		printf '%%s\n' "keysieve: not found, neither at $there nor in PATH: nothing was checked, so this is refused" \
			"  install keysieve or remove this hook ($0)" >&2
		printf '  %%s\n' %[8]s >&2
		exit 1
	}
fi
%[4]s
status=$?
if [ $status -ne 0 ]; then
	printf '  %%s\n' %[8]s >&2
fi
exit $status
`

// readInput is the part of a hook that keeps its standard input, to the last newline.
const readInput = `
# What git says on standard input, for the former hook and for keysieve.
input=$(cat && printf .) || exit 1
input=${input%.}
`

// script makes the text of the hook.
func (h hookFile) script(binary string) string {
	read, feed := "", ""
	if h.kind.stdin {
		read, feed = readInput, `printf '%s' "$input" | `
	}
	return fmt.Sprintf(hookScript, h.kind.name, h.chainedName(), shellQuote(filepath.ToSlash(binary)), h.kind.run,
		h.kind.bypass, read, feed, shellQuote(h.kind.bypass))
}

// chainedSuffix is what the name of the former hook gets.
const chainedSuffix = ".keysieve-chained"

// A hookFile is one hook in a hooks directory.
type hookFile struct {
	kind hookType
	dir  string
}

func (h hookFile) path() string        { return filepath.Join(h.dir, h.kind.name) }
func (h hookFile) chainedName() string { return h.kind.name + chainedSuffix }
func (h hookFile) chainedPath() string { return filepath.Join(h.dir, h.chainedName()) }

// hookState is what stands in the hooks directory.
type hookState struct {
	own     bool // keysieve's hook is there
	foreign bool // another hook is there
	chained bool // a former hook is kept
}

func (h hookFile) state() (hookState, error) {
	var s hookState
	if _, err := os.Lstat(h.chainedPath()); err == nil {
		s.chained = true
	} else if !errors.Is(err, fs.ErrNotExist) {
		return s, fmt.Errorf("look for a former hook: %w", err)
	}
	info, err := os.Lstat(h.path())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return s, nil
	case err != nil:
		return s, fmt.Errorf("look for a hook: %w", err)
	case info.IsDir():
		return s, &usageError{message: fmt.Sprintf("%s is a directory", shortPath(h.path()))}
	}
	// Keysieve's is a file. Anything else is not ours to lose, and reading it might not end: a pipe, or a link to a device.
	if info.Mode().IsRegular() {
		if s.own, err = hasHookMark(h.path()); err != nil {
			return s, fmt.Errorf("read the hook: %w", err)
		}
	}
	s.foreign = !s.own
	return s, nil
}

// maxMarkedHook is how far a file is read for the mark that keysieve's hooks have near their beginning, in bytes.
const maxMarkedHook = 1 << 20

func hasHookMark(path string) (bool, error) {
	file, err := os.Open(path)
	if err != nil {
		return false, err
	}
	text, err := io.ReadAll(io.LimitReader(file, maxMarkedHook))
	return bytes.Contains(text, []byte("\n"+hookMark)), errors.Join(err, file.Close())
}

// install writes the hook; a foreign one that is there is kept beside it.
func (h hookFile) install(before hookState, binary string) error {
	if before.foreign && before.chained {
		return &usageError{
			message: fmt.Sprintf("%s is not keysieve's, and a former hook is kept already in %s", shortPath(h.path()), shortPath(h.chainedPath())),
			hint:    "join the two into one of them and remove the other, then install again",
		}
	}
	if err := os.MkdirAll(h.dir, 0o777); err != nil {
		return fmt.Errorf("make the hooks directory: %w", err)
	}
	script := h.script(binary)
	// Written beside and renamed: a commit that happens meanwhile finds one hook or the other, whole.
	temporary := filepath.Join(h.dir, fmt.Sprintf("%s.keysieve-%d", h.kind.name, os.Getpid()))
	if err := os.WriteFile(temporary, []byte(script), 0o777); err != nil {
		return fmt.Errorf("write the hook: %w", err)
	}
	if before.foreign {
		if err := os.Rename(h.path(), h.chainedPath()); err != nil {
			_ = os.Remove(temporary) // the error that matters is the other one
			return fmt.Errorf("keep the former hook: %w", err)
		}
	}
	if err := os.Rename(temporary, h.path()); err != nil {
		if before.foreign {
			err = errors.Join(err, os.Rename(h.chainedPath(), h.path()))
		}
		_ = os.Remove(temporary)
		return fmt.Errorf("write the hook: %w", err)
	}
	return nil
}

// uninstall removes keysieve's hook and puts the former one back, as it was.
func (h hookFile) uninstall(before hookState) error {
	if before.chained {
		if err := os.Rename(h.chainedPath(), h.path()); err != nil {
			return fmt.Errorf("restore the former hook: %w", err)
		}
		return nil
	}
	if err := os.Remove(h.path()); err != nil {
		return fmt.Errorf("remove the hook: %w", err)
	}
	return nil
}

// shellQuote quotes a text for a POSIX shell.
func shellQuote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
