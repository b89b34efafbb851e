package rules

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ConfigName is the file that holds a repository's own settings.
const ConfigName = ".keysieve.toml"

// Config is a configuration file: which packs to use and what to change in them.
// It may be a gitleaks configuration. There, as in gitleaks, the built-in rules
// take part only with [extend] useDefault = true: in a file with an [extend]
// table or with "gitleaks" in its name. In any other file they do unless [packs]
// says builtin = false.
type Config struct {
	// Path is what messages call the file: as it was given to LoadConfig, or in a Tree
	// with its name. It is empty where there is no file.
	Path string
	// FailOn says which findings block where no scope says otherwise; its levels are 0
	// where neither the file nor the command line says.
	FailOn Threshold
	// Limits bound a scan.
	Limits Limits
	// NoInlineAllow says that comments in what is scanned accept nothing.
	NoInlineAllow bool
	// Strict says that a match whose check fails is dropped, whatever its rule says.
	Strict bool
	// Warnings are what is wrong without making the file unusable; Set adds to them.
	Warnings []*Error

	file     string   // Path without the tree's name
	tree     *Tree    // where the files are; nil: on disk
	doc      document // its own rules and allowlists, which change others by id
	lines    lines
	stated   map[string]int    // the lines of the settings that the file states
	flags    map[string]string // the flags that decided settings instead
	include  []listed          // patterns of the paths that are scanned; empty: all
	exclude  []listed          // patterns of those that are left out
	scopes   []scope
	builtin  *bool
	files    []listed // pack files
	added    []listed // pack files of the command line
	disabled []listed // ids of rules that are left out
	enabled  []listed // ids of the rules that are kept; empty: all
	unwanted []string // ids of rules that the command line leaves out

	extends      bool // there is an [extend] table
	useDefault   bool
	extendPath   string
	notInherited []listed // gitleaks' disabledRules
}

// listed is an entry of a list in the file, with its line for messages.
type listed struct {
	text string
	line int
}

// FindConfig returns the path of the nearest ConfigName in dir or above, up to
// and including stopAt; in every directory above where stopAt is empty or not
// above dir. It returns an empty path, and no error, when there is none.
func FindConfig(dir, stopAt string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("find %s: %w", ConfigName, err)
	}
	if stopAt != "" {
		if stopAt, err = filepath.Abs(stopAt); err != nil {
			return "", fmt.Errorf("find %s: %w", ConfigName, err)
		}
	}
	for {
		path := filepath.Join(dir, ConfigName)
		switch _, err := os.Lstat(path); {
		case err == nil:
			if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
				return "", &Error{File: path, Message: "cannot read the configuration: it is not a regular file"}
			}
			return path, nil
		case !errors.Is(err, fs.ErrNotExist):
			// A directory that cannot be searched may hold a policy: going on
			// without it would be a silent pass.
			return "", fmt.Errorf("find %s: %w", ConfigName, err)
		}
		parent := filepath.Dir(dir)
		if parent == dir || stopAt != "" && (dir == stopAt || sameFile(dir, stopAt)) {
			return "", nil
		}
		dir = parent
	}
}

// LoadConfig reads a configuration file. It is strict, as DecodePack is. Pack
// files are read by Set.
func LoadConfig(path string) (*Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, &Error{File: path, Message: "cannot read the configuration: " + reason(err)}
	}
	return decodeConfig(nil, path, data)
}

// decodeConfig reads the text of a file that stands at a path in a tree; nil: on disk.
func decodeConfig(tree *Tree, path string, data []byte) (*Config, error) {
	label := tree.label(path)
	f, root, err := parseFile(label, data)
	if err != nil {
		return nil, err
	}
	f.foreign = isGitleaks(path, root)
	c := &Config{Path: label, file: path, tree: tree, lines: f.lines, stated: map[string]int{}, doc: document{own: overrideMay}}
	c.doc.pack = Pack{ID: packName(path), file: label, lines: f.lines}
	readTable(root, configFields(), c)
	c.doc.finish(f)
	c.check(f)
	if err := joinErrors(f.errs); err != nil {
		return nil, err
	}
	c.Warnings = f.warnings
	c.doc.pack.tolerant = c.useDefault
	return c, nil
}

// namedGitleaks says whether a file's name says that it is a gitleaks configuration.
func namedGitleaks(path string) bool {
	return strings.Contains(strings.ToLower(filepath.Base(path)), "gitleaks")
}

// isGitleaks says whether a file is a gitleaks configuration: by its name or, unless
// it has keysieve's name or one of its tables, by a key that only gitleaks' have.
func isGitleaks(path string, root table) bool {
	if namedGitleaks(path) {
		return true
	}
	if filepath.Base(path) == ConfigName {
		return false
	}
	marked := false
	for key := range root.values {
		for _, own := range []string{"scan", "scopes", "packs", "pack", "lower"} {
			if equalKey(key, own) {
				return false
			}
		}
		marked = marked || equalKey(key, "extend") || equalKey(key, "minVersion") || equalKey(key, "allowlist")
	}
	return marked
}

// check finds settings that contradict each other.
func (c *Config) check(f *file) {
	if c.useDefault && c.extendPath != "" {
		f.report("extend", "extend.useDefault and extend.path exclude each other; name further packs under packs.files")
	}
	if c.useDefault && c.builtin != nil && !*c.builtin {
		f.report("packs.builtin", "packs.builtin = false contradicts extend.useDefault = true")
	}
	c.checkPaths(f)
	c.checkOutside(f)
	c.checkDisabled(f)
}

// wantsBuiltin says whether the built-in packs take part.
func (c *Config) wantsBuiltin() bool {
	switch {
	case c.builtin != nil:
		return *c.builtin
	case c.extends || namedGitleaks(c.file):
		return c.useDefault
	}
	return true
}

func (c *Config) errorAt(line int, format string, args ...any) *Error {
	return &Error{File: c.Path, Line: line, Message: fmt.Sprintf(format, args...)}
}

// reason returns what went wrong with a file without its path, which messages
// name already.
func reason(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}
