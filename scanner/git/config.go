package git

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// config is what a repository's own configuration says about how to read it.
// The user's configuration and included files are left alone, as git leaves
// them when it looks at a repository's format.
type config struct {
	format   packfile.Format
	bare     *bool  // core.bare; nil: not said
	workTree string // core.worktree
	remotes  []Remote
	promisor bool // a partial clone: objects may be absent on purpose
	refs     refStorage
	asStored bool // core.useReplaceRefs = false
	folded   bool // core.ignoreCase: names that differ in case only are the same file
}

// maxConfig bounds a configuration file, in bytes.
const maxConfig = 16 << 20

// readConfig reads config of the common directory and, where the repository
// asks for it, config.worktree of the git directory.
func readConfig(gitDir, commonDir string) (config, error) {
	path := filepath.Join(commonDir, "config")
	file, err := decodeConfig(path)
	if err != nil {
		return config{}, err
	}
	c := config{format: packfile.SHA1}
	perWorktree, err := c.readExtensions(file)
	if err == nil {
		err = c.readIgnoreCase(file)
	}
	if err != nil {
		return config{}, fmt.Errorf("%s: %w", path, err)
	}
	// A linked worktree does not take the main one's place for its own.
	if gitDir == commonDir {
		if err := c.readCore(file); err != nil {
			return config{}, fmt.Errorf("%s: %w", path, err)
		}
	}
	if !perWorktree {
		return c, nil
	}
	path = filepath.Join(gitDir, "config.worktree")
	if file, err = decodeConfig(path); err != nil {
		return config{}, err
	}
	if err := errors.Join(c.readCore(file), c.readIgnoreCase(file)); err != nil {
		return config{}, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// decodeConfig reads a configuration file; one that is absent is empty.
func decodeConfig(path string) (configFile, error) {
	text, err := packfile.ReadRegular(path, maxConfig)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var file configFile
	if err == nil {
		file, err = parseConfig(string(text))
	}
	if err != nil {
		return nil, fmt.Errorf("read configuration %s: %w", path, err)
	}
	return file, nil
}

// readCore reads core.bare and core.worktree.
func (c *config) readCore(file configFile) error {
	if v, ok := file.get("core.bare"); ok {
		bare, err := v.bool()
		if err != nil {
			return err
		}
		c.bare = &bare
	}
	if v, ok := file.get("core.worktree"); ok {
		c.workTree = v.value
	}
	return nil
}

// readIgnoreCase reads core.ignoreCase, which git init sets where the file system does not tell names apart by the case of
// their letters.
func (c *config) readIgnoreCase(file configFile) error {
	v, ok := file.get("core.ignorecase")
	if !ok {
		return nil
	}
	folded, err := v.bool()
	c.folded = folded
	return err
}

// readExtensions judges the repository's format as gitrepository-layout and
// repository-version in Git's documentation say: a version above 1 and, in
// version 1, an extension that is not known mean hands off.
func (c *config) readExtensions(file configFile) (perWorktree bool, err error) {
	version := 0
	if v, ok := file.get("core.repositoryformatversion"); ok {
		if version, err = strconv.Atoi(v.value); err != nil || version < 0 {
			return false, fmt.Errorf("%s: %q is not a number", v.name, v.value)
		}
	}
	if version > 1 {
		return false, fmt.Errorf("%w: repository format version %d", ErrUnsupported, version)
	}
	for _, v := range file {
		section, key, _ := strings.Cut(v.name, ".")
		switch {
		case v.name == "remote.promisor":
			if yes, err := v.bool(); err == nil && yes {
				c.promisor = true
			}
		case v.name == "core.usereplacerefs" && v.sub == "":
			heeded, err := v.bool()
			if err != nil {
				return false, err
			}
			c.asStored = !heeded
		case v.name == "remote.url":
			c.remotes = append(c.remotes, Remote{v.sub, v.value})
		case section != "extensions" || v.sub != "":
		case key == "noop", key == "preciousobjects":
		case key == "partialclone":
			c.promisor = true
		case key == "worktreeconfig":
			if perWorktree, err = v.bool(); err != nil {
				return false, err
			}
		default:
			if err := c.readExtension(version, key, v.value); err != nil {
				return false, err
			}
		}
	}
	return perWorktree, nil
}

// readExtension judges an extension that exists only in version 1.
func (c *config) readExtension(version int, key, value string) error {
	switch key {
	case "noop-v1", "compatobjectformat", "relativeworktrees", "submodulepathconfig":
	case "objectformat":
		format, err := packfile.ParseFormat(value)
		if err != nil {
			return fmt.Errorf("%w: extensions.objectFormat: %w", ErrUnsupported, err)
		}
		c.format = format
	case "refstorage":
		refs, err := parseRefStorage(value)
		if err != nil {
			return fmt.Errorf("extensions.refStorage: %w", err)
		}
		c.refs = refs
	default:
		if version == 0 {
			return nil // as git: in version 0 only the extensions above mean anything
		}
		return fmt.Errorf("%w: unknown extension extensions.%s", ErrUnsupported, key)
	}
	if version == 0 {
		return fmt.Errorf("%w: extensions.%s needs core.repositoryformatversion = 1", ErrUnsupported, key)
	}
	return nil
}

// bool reads a variable's value; a key that stands alone is true.
func (v variable) bool() (bool, error) {
	if !v.hasValue {
		return true, nil
	}
	yes, err := parseBool(v.value)
	if err != nil {
		return false, fmt.Errorf("%s: %w", v.name, err)
	}
	return yes, nil
}

// parseBool reads a boolean as git-config(1) says.
func parseBool(word string) (bool, error) {
	switch strings.ToLower(word) {
	case "true", "yes", "on":
		return true, nil
	case "", "false", "no", "off":
		return false, nil
	}
	n, err := strconv.ParseInt(word, 0, 64)
	if err != nil {
		return false, fmt.Errorf("%q is not a boolean", word)
	}
	return n != 0, nil
}
