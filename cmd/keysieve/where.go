package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/keysieve/keysieve/report"
	"github.com/keysieve/keysieve/scanner"
)

// reportOptions are what reports know beyond the result: what the terminal shows, and where the user stands.
func (a *app) reportOptions(p *plan, s scan, result scanner.Result) report.Options {
	options := report.Options{
		Color:   p.terminal.color,
		Unicode: p.terminal.unicode,
		UTF8:    p.terminal.utf8,
		Width:   p.terminal.width,
		Height:  p.terminal.height,
		Verbose: p.verbose,
		Unborn:  s.unborn,
		Targets: a.targets(s.named),
	}
	options.Prefix, options.Root = a.seen(s.root)
	if s.history != nil { // its paths are those of commits: no files to open
		options.Root = ""
	}
	if a.started != "" {
		options.Directory = a.directory
		if cwd, err := os.Getwd(); err == nil {
			options.DirectoryPrefix = below(cwd, s.root)
		}
	}
	if !p.silent(result) {
		veilNames(&options)
	}
	return options
}

// silent says that no report has anything to say of a result.
func (p *plan) silent(result scanner.Result) bool {
	return !p.verbose && result.ExitCode == scanner.ExitClean && len(result.Findings) == 0 &&
		len(p.outputs) == 1 && p.outputs[0] == (output{defaultFormat, standardOutput})
}

// veilNames masks what is a secret in the names of directories and files. To look for one takes longer than to check a
// small commit.
func veilNames(options *report.Options) {
	veiled := newVeil()
	for i := range min(len(options.Targets), report.NamedTargets) {
		options.Targets[i] = veiled(options.Targets[i])
	}
	options.Root, options.Directory = veiled(options.Root), veiled(options.Directory)
}

// targets names what the user asked for as seen from the shell; none: the directory that it stands in.
func (a *app) targets(named []string) []string {
	if a.started == "" {
		if len(named) == 1 && filepath.Clean(named[0]) == "." {
			return nil
		}
		return slices.Clone(named)
	}
	if len(named) == 0 {
		return []string{filepath.ToSlash(a.directory)}
	}
	seen := make([]string, len(named))
	for i, path := range named {
		if seen[i] = path; !filepath.IsAbs(path) {
			seen[i] = filepath.ToSlash(filepath.Join(a.directory, path))
		}
	}
	return seen
}

// rootName names the directory that paths are relative to, as the user would.
func (a *app) rootName(root string) string {
	if root == "" {
		return ""
	}
	return filepath.ToSlash(a.shortPath(root))
}

// seen says how the directory of the shell and the root lie to each other: prefix is the one as a path from the other where
// it lies below it; else above is the root as a path that can be opened.
func (a *app) seen(root string) (prefix, above string) {
	if root == "" {
		return "", ""
	}
	relative, ok := a.fromShell(root)
	switch {
	case !ok:
		return "", filepath.ToSlash(root)
	case relative == ".":
		return "", ""
	}
	cwd := a.started
	if cwd == "" {
		cwd, _ = os.Getwd() // fromShell had it
	}
	if prefix = below(cwd, root); prefix != "" {
		return prefix, ""
	}
	// A path that goes up to the top and down again is shorter from there.
	if up := strings.Repeat(".."+string(filepath.Separator), strings.Count(filepath.Clean(resolved(cwd)), string(filepath.Separator))); strings.HasPrefix(relative, up) {
		return "", filepath.ToSlash(root)
	}
	return "", filepath.ToSlash(relative)
}

// below returns a directory as a path from the root, with slashes; empty at the root and outside of it.
func below(dir, root string) string {
	relative, err := filepath.Rel(root, resolved(dir))
	if err != nil || relative == "." || !filepath.IsLocal(relative) {
		return ""
	}
	return strings.TrimSuffix(filepath.ToSlash(relative), "/")
}

// resolved is a directory without links on the way to it, as far as that can be told.
func resolved(dir string) string {
	if direct, err := filepath.EvalSymlinks(dir); err == nil {
		return direct
	}
	return dir
}
