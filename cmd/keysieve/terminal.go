package main

import (
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/term"
)

// terminal is what standard output can show.
type terminal struct {
	color   bool
	unicode bool
	width   int // columns; 0: not a terminal
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
	}
	if color == colorAuto {
		t.color = isTerminal && !dumb && a.getenv("NO_COLOR") == ""
	}
	if isTerminal {
		if width, _, err := term.GetSize(fd); err == nil {
			t.width = width
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

// shortPath names a path relative to the current directory if it lies there,
// else as it is.
func shortPath(path string) string {
	if !filepath.IsAbs(path) {
		return path
	}
	if cwd, err := os.Getwd(); err == nil {
		if relative, err := filepath.Rel(cwd, path); err == nil && filepath.IsLocal(relative) {
			return relative
		}
	}
	return path
}
