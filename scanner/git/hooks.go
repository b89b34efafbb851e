package git

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// HooksDir is where git takes a repository's hooks from.
type HooksDir struct {
	Path   string // absolute
	Source string // the configuration file, or the variable of the environment, that says so; empty: the default
	Shared bool   // that file is the user's or the system's, not the repository's own
	// Environment says that Source is a variable: it holds where that is set.
	Environment bool
}

// UndecidedError says that core.hooksPath depends on what this package does not
// evaluate: the condition under which a file is included.
type UndecidedError struct{ Including, Included string }

// Error names both files.
func (e *UndecidedError) Error() string {
	return fmt.Sprintf("whether core.hooksPath of %s holds depends on %s, which includes it", e.Included, e.Including)
}

// EmptyHooksPathError says that core.hooksPath is set to nothing. git then looks for hooks in the file system's root.
type EmptyHooksPathError struct{ Source string }

// Error names what sets it.
func (e *EmptyHooksPathError) Error() string {
	return fmt.Sprintf("core.hooksPath is empty in %s: git runs no hooks here", e.Source)
}

// HooksDir finds the directory as git does (git-config(1), core.hooksPath):
// what the configuration says, else hooks in the common directory. For this
// question alone the system's and the user's configuration are read, since git
// will heed them when it looks for a hook; getenv says where they are. What is
// set for one command only (git -c) does not count; what GIT_CONFIG_COUNT says does. The
// error is an *UndecidedError, an *EmptyHooksPathError, or that of a file that cannot be read.
func (r *Repository) HooksDir(getenv func(string) string) (HooksDir, error) {
	dir := HooksDir{Path: filepath.Join(r.commonDir, "hooks")}
	reader := hooksReader{home: getenv("HOME")}
	files, err := r.hooksConfigs(getenv)
	if err != nil {
		return dir, err
	}
	for _, file := range files {
		value, from, err := reader.hooksPath(file.path, 0)
		if err != nil {
			return dir, err
		}
		if from != "" {
			dir = HooksDir{Path: value, Source: from, Shared: file.shared}
		}
	}
	value, from, err := reader.environment(getenv)
	if err != nil {
		return dir, err
	}
	if from != "" {
		dir = HooksDir{Path: value, Source: from, Environment: true}
	}
	if dir.Path == "" {
		return dir, &EmptyHooksPathError{dir.Source}
	}
	// A relative one is relative to where hooks run.
	base := r.workTree
	if base == "" {
		base = r.gitDir
	}
	dir.Path = absolute(base, dir.Path)
	return dir, nil
}

type hooksConfig struct {
	path   string
	shared bool
}

// hooksConfigs lists the configuration files that git reads, the least
// important first (git-config(1), FILES).
func (r *Repository) hooksConfigs(getenv func(string) string) ([]hooksConfig, error) {
	var files []hooksConfig
	if !isSet(getenv("GIT_CONFIG_NOSYSTEM")) {
		system := getenv("GIT_CONFIG_SYSTEM")
		if system == "" {
			system = "/etc/gitconfig"
		}
		files = append(files, hooksConfig{system, true})
	}
	home, xdg := getenv("HOME"), getenv("XDG_CONFIG_HOME")
	if xdg == "" && home != "" {
		xdg = filepath.Join(home, ".config")
	}
	if global := getenv("GIT_CONFIG_GLOBAL"); global != "" {
		files = append(files, hooksConfig{global, true})
	} else {
		if xdg != "" {
			files = append(files, hooksConfig{filepath.Join(xdg, "git", "config"), true})
		}
		if home != "" {
			files = append(files, hooksConfig{filepath.Join(home, ".gitconfig"), true})
		}
	}
	own := filepath.Join(r.commonDir, "config")
	files = append(files, hooksConfig{own, false})
	config, err := decodeConfig(own)
	if err != nil {
		return nil, err
	}
	if v, ok := config.get("extensions.worktreeconfig"); ok {
		perWorktree, err := v.bool()
		if err != nil {
			return nil, fmt.Errorf("%s: extensions.worktreeConfig: %w", own, err)
		}
		if perWorktree {
			files = append(files, hooksConfig{filepath.Join(r.gitDir, "config.worktree"), false})
		}
	}
	return files, nil
}

// maxIncludes bounds how deep configuration files include one another, as git does.
const maxIncludes = 10

type hooksReader struct{ home string }

// hooksPath returns core.hooksPath as a file and what it includes set it, with
// "~/" expanded, and the file that does, which is empty when none does.
func (h hooksReader) hooksPath(path string, depth int) (value, from string, err error) {
	if depth > maxIncludes {
		return "", "", fmt.Errorf("read configuration %s: files include one another more than %d deep", path, maxIncludes)
	}
	if info, err := os.Stat(path); err == nil && info.Mode()&os.ModeDevice != 0 {
		return "", "", nil // /dev/null: how the user's configuration is left out
	}
	config, err := decodeConfig(path)
	if err != nil {
		return "", "", err
	}
	for _, v := range config {
		switch {
		case v.name == "core.hookspath" && v.sub == "":
			value, from = h.expand(v.value, ""), path
		case v.name == "include.path" && v.sub == "", v.name == "includeif.path":
			inner, innerFrom, err := h.hooksPath(h.expand(v.value, path), depth+1)
			if err == nil && innerFrom != "" && v.name == "includeif.path" {
				err = &UndecidedError{Including: path, Included: innerFrom}
			}
			if err != nil {
				return "", "", err
			}
			if innerFrom != "" {
				value, from = inner, innerFrom
			}
		}
	}
	return value, from, nil
}

// environment returns core.hooksPath as GIT_CONFIG_COUNT and its GIT_CONFIG_KEY_n and GIT_CONFIG_VALUE_n set it
// (git-config(1), ENVIRONMENT), and the variable that does, which is empty when none does.
func (h hooksReader) environment(getenv func(string) string) (value, from string, err error) {
	count := getenv("GIT_CONFIG_COUNT")
	if count == "" {
		return "", "", nil
	}
	n, err := strconv.ParseUint(count, 10, 31)
	if err != nil || n > maxEnvironment {
		return "", "", fmt.Errorf("GIT_CONFIG_COUNT: %q is not a number up to %d", count, maxEnvironment)
	}
	for i := range n {
		if strings.EqualFold(getenv(fmt.Sprintf("GIT_CONFIG_KEY_%d", i)), "core.hooksPath") {
			from = fmt.Sprintf("GIT_CONFIG_VALUE_%d", i)
			value = h.expand(getenv(from), "")
		}
	}
	return value, from, nil
}

// maxEnvironment bounds GIT_CONFIG_COUNT.
const maxEnvironment = 10_000

// expand expands "~/" and makes a path that stands in a file, if one is given,
// relative to that file.
func (h hooksReader) expand(path, file string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok && h.home != "" {
		return filepath.Join(h.home, rest)
	}
	path = filepath.FromSlash(path)
	if file != "" {
		return absolute(filepath.Dir(file), path)
	}
	return path
}
