package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/term"
)

// terminal is what standard output can show.
type terminal struct {
	color   bool
	unicode bool
	utf8    bool // what reads standard output, whatever it is, understands UTF-8
	width   int  // columns; 0: not a terminal
	height  int  // lines; 0: not a terminal
}

// terminalFor looks at standard output, the environment and the value of
// --color.
func (a *app) terminalFor(color string) terminal {
	fd := int(a.stdout.Fd())
	isTerminal := term.IsTerminal(fd)
	dumb := a.getenv("TERM") == "dumb"
	t := terminal{
		color:   color == colorAlways,
		unicode: isTerminal && !dumb && a.localeIsUTF8(),
		utf8:    a.localeIsUTF8(),
	}
	if color == colorAuto {
		t.color = isTerminal && !dumb && a.getenv("NO_COLOR") == ""
	}
	if isTerminal {
		if width, height, err := term.GetSize(fd); err == nil {
			t.width, t.height = width, height
		}
	}
	return t
}

// localeIsUTF8 looks at the variables in the order in which POSIX says that
// they count.
func (a *app) localeIsUTF8() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value := a.getenv(name); value != "" {
			value = strings.ToLower(value)
			return strings.Contains(value, "utf-8") || strings.Contains(value, "utf8")
		}
	}
	return false
}

// shortPath names a path relative to the directory of the user's shell if it lies there,
// else as it is.
func (a *app) shortPath(path string) string {
	if relative, ok := a.fromShell(path); ok && filepath.IsLocal(relative) {
		return relative
	}
	return path
}

// openPath names a path relative to the current directory, which -C may have led to, if it lies there, else as it is.
func openPath(path string) string {
	if cwd, err := os.Getwd(); err == nil {
		if relative, ok := relativeTo(cwd, path); ok && filepath.IsLocal(relative) {
			return relative
		}
	}
	return path
}

// fromShell returns a path as seen from the directory of the user's shell, and false where there is none: the path is not
// absolute, or on another drive.
func (a *app) fromShell(path string) (string, bool) {
	cwd := a.started
	if cwd == "" {
		var err error
		if cwd, err = os.Getwd(); err != nil {
			return "", false
		}
	}
	return relativeTo(cwd, path)
}

// relativeTo returns an absolute path as seen from a directory, which may be a link to where the path lies.
func relativeTo(cwd, path string) (string, bool) {
	if !filepath.IsAbs(path) {
		return "", false
	}
	if resolved, err := filepath.EvalSymlinks(cwd); err == nil && filepath.VolumeName(resolved) == filepath.VolumeName(path) {
		if _, below := strings.CutPrefix(path, cwd+string(filepath.Separator)); !below { // the path is as the user wrote it
			cwd = resolved
		}
	}
	relative, err := filepath.Rel(cwd, path)
	return relative, err == nil
}

// workingDirectory is the current directory.
func workingDirectory() (string, error) {
	cwd, err := os.Getwd()
	if err != nil {
		return "", &usageError{fmt.Sprintf("cannot tell what the current directory is: %v", cause(err)), "it may have been removed: go to one that is there"}
	}
	return cwd, nil
}
