package git

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// Discover finds the repository that the directory dir belongs to, as git does
// when it is started there: GIT_DIR where it is set; else the nearest directory
// upwards that holds a .git directory, a .git file (worktrees, submodules) or
// is a bare repository, up to GIT_CEILING_DIRECTORIES and the file system's
// edge. getenv gives the environment (os.Getenv): GIT_WORK_TREE,
// GIT_COMMON_DIR, GIT_INDEX_FILE, GIT_OBJECT_DIRECTORY,
// GIT_ALTERNATE_OBJECT_DIRECTORIES, GIT_REFERENCE_BACKEND, GIT_SHALLOW_FILE,
// GIT_GRAFT_FILE, GIT_REPLACE_REF_BASE and GIT_NO_REPLACE_OBJECTS are heeded, too.
// Relative paths mean what they mean to a hook, and an empty variable is one
// that is not set.
//
// The error is ErrNotRepository when there is none, ErrUnsupported when it has
// a format that is not read. Whom the files belong to is not asked
// (safe.directory): nothing that a repository contains is ever executed.
func Discover(dir string, getenv func(string) string) (*Repository, error) {
	start, err := realPath(dir)
	if err != nil {
		return nil, fmt.Errorf("look for a repository in %s: %w", dir, err)
	}
	env := environment{start, getenv}
	r := &Repository{asStored: getenv("GIT_NO_REPLACE_OBJECTS") != "", replaceBase: getenv("GIT_REPLACE_REF_BASE")}
	implied, err := r.locate(env)
	if err != nil {
		return nil, err
	}
	if r.config, err = readConfig(r.gitDir, r.commonDir); err != nil {
		return nil, err
	}
	r.asStored = r.asStored || r.config.asStored
	if uri := getenv("GIT_REFERENCE_BACKEND"); uri != "" {
		if r.config.refs, err = parseRefStorage(uri); err != nil {
			return nil, fmt.Errorf("GIT_REFERENCE_BACKEND: %w", err)
		}
	}
	r.workTree = r.findWorkTree(env, implied)
	base := start
	if r.workTree != "" {
		base = r.workTree // git works from there
	}
	either := func(name, path string) string {
		if other := getenv(name); other != "" {
			return absolute(base, other)
		}
		return path
	}
	r.indexPath = either("GIT_INDEX_FILE", filepath.Join(r.gitDir, "index"))
	if getenv("GIT_SHALLOW_FILE") != os.DevNull {
		r.shallowPath = either("GIT_SHALLOW_FILE", filepath.Join(r.commonDir, "shallow"))
	}
	r.graftsPath = either("GIT_GRAFT_FILE", filepath.Join(r.commonDir, "info", "grafts"))
	objectDir := either("GIT_OBJECT_DIRECTORY", filepath.Join(r.commonDir, "objects"))
	alternates := splitPathList(getenv("GIT_ALTERNATE_OBJECT_DIRECTORIES"))
	for i, path := range alternates {
		alternates[i] = absolute(base, path)
	}
	r.objects = sync.OnceValue(func() *Objects {
		return newObjects(r.config.format, objectDir, alternates, r.missingHint)
	})
	return r, nil
}

// Getenv makes of a look into the environment what Discover asks. An empty GIT_SHALLOW_FILE says that there is none, as
// os.DevNull does; all other variables mean nothing when they are empty.
func Getenv(lookup func(name string) (value string, ok bool)) func(name string) string {
	return func(name string) string {
		value, ok := lookup(name)
		if ok && value == "" && name == "GIT_SHALLOW_FILE" {
			return os.DevNull
		}
		return value
	}
}

// environment is what a repository is looked for with.
type environment struct {
	dir string // absolute, links resolved
	get func(string) string
}

// locate finds the git directory and the common one. implied is the work tree
// that follows from where it was found: empty when it was found from inside.
func (r *Repository) locate(env environment) (implied string, err error) {
	if path := env.get("GIT_DIR"); path != "" {
		r.gitDir, err = resolveGitDir(absolute(env.dir, path))
		if err != nil {
			return "", err
		}
		r.commonDir, err = commonDir(env, r.gitDir)
		if err == nil && !isGitDir(env, r.gitDir, r.commonDir) {
			err = fmt.Errorf("%w: %s (GIT_DIR)", ErrNotRepository, path)
		}
		if word := env.get("GIT_IMPLICIT_WORK_TREE"); word != "" && !isSet(word) {
			return "", err // as git --bare leaves it to what it runs
		}
		return env.dir, err
	}
	ceilings := readCeilings(env.get("GIT_CEILING_DIRECTORIES"))
	oneSystem := !isSet(env.get("GIT_DISCOVERY_ACROSS_FILESYSTEM"))
	for dir := env.dir; ; {
		found, implied, err := r.look(env, dir)
		if found || err != nil {
			return implied, err
		}
		parent := filepath.Dir(dir)
		if parent == dir || ceilings[parent] || oneSystem && !sameDevice(dir, parent) {
			return "", fmt.Errorf("%w (or any parent up to %s): %s", ErrNotRepository, dir, env.dir)
		}
		dir = parent
	}
}

// look says whether dir is a work tree's root or a bare repository.
func (r *Repository) look(env environment, dir string) (found bool, implied string, err error) {
	path := filepath.Join(dir, ".git")
	if info, statErr := os.Stat(path); statErr == nil {
		gitDir := path
		if !info.IsDir() {
			if gitDir, err = readGitFile(path); err != nil {
				return false, "", err
			}
		}
		common, err := commonDir(env, gitDir)
		if err != nil {
			return false, "", err
		}
		if isGitDir(env, gitDir, common) {
			r.gitDir, r.commonDir = gitDir, common
			return true, dir, nil
		}
		if !info.IsDir() {
			return false, "", fmt.Errorf("%w: %s, which %s points to", ErrNotRepository, gitDir, path)
		}
	}
	if _, err := os.Lstat(filepath.Join(dir, "HEAD")); err != nil {
		return false, "", nil
	}
	common, err := commonDir(env, dir)
	if err != nil || !isGitDir(env, dir, common) {
		return false, "", nil //nolint:nilerr // a directory that looks a little like a repository is none
	}
	r.gitDir, r.commonDir = dir, common
	return true, "", nil
}

// findWorkTree says where the work tree is: GIT_WORK_TREE, core.worktree, or
// what the place where the repository was found implies; empty when bare.
func (r *Repository) findWorkTree(env environment, implied string) string {
	var path string
	switch {
	case env.get("GIT_WORK_TREE") != "":
		path = absolute(env.dir, env.get("GIT_WORK_TREE"))
	case r.config.workTree != "":
		path = absolute(r.gitDir, r.config.workTree)
	case r.config.bare != nil && *r.config.bare:
		return ""
	default:
		return implied
	}
	if resolved, err := realPath(path); err == nil {
		return resolved
	}
	return filepath.Clean(path)
}

// resolveGitDir follows a .git file that GIT_DIR may name.
func resolveGitDir(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("%w: GIT_DIR: %w", ErrNotRepository, err)
	}
	if !info.IsDir() {
		return readGitFile(path)
	}
	return realPath(path)
}

// readGitFile reads a .git file: "gitdir: PATH", relative to the file.
func readGitFile(path string) (string, error) {
	text, err := readSmall(path)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", path, err)
	}
	target, ok := strings.CutPrefix(string(text), "gitdir: ")
	target = strings.TrimRight(target, "\r\n")
	if !ok || target == "" || strings.ContainsRune(target, 0) {
		return "", fmt.Errorf("%w: %s does not say gitdir: PATH", ErrNotRepository, path)
	}
	target = absolute(filepath.Dir(path), target)
	if resolved, err := realPath(target); err == nil {
		return resolved, nil
	}
	return filepath.Clean(target), nil
}

// commonDir reads the file commondir that a linked worktree's git directory has.
func commonDir(env environment, gitDir string) (string, error) {
	if path := env.get("GIT_COMMON_DIR"); path != "" {
		return realPath(absolute(env.dir, path))
	}
	path := filepath.Join(gitDir, "commondir")
	text, err := readSmall(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotDir) {
		return gitDir, nil
	}
	if err != nil {
		return "", fmt.Errorf("read %s: %w", path, err)
	}
	target := absolute(gitDir, strings.TrimRight(string(text), "\r\n"))
	if resolved, err := realPath(target); err == nil {
		return resolved, nil
	}
	return filepath.Clean(target), nil
}

// isGitDir says whether a directory is what git takes for a repository: HEAD
// that could be one, objects and refs.
func isGitDir(env environment, gitDir, common string) bool {
	objects := filepath.Join(common, "objects")
	if path := env.get("GIT_OBJECT_DIRECTORY"); path != "" {
		objects = absolute(env.dir, path)
	}
	return isDir(objects) && isDir(filepath.Join(common, "refs")) && isHead(filepath.Join(gitDir, "HEAD"))
}

// isHead says whether a file can be HEAD: "ref: refs/…", an object id, or a
// symbolic link into refs/.
func isHead(path string) bool {
	if target, err := os.Readlink(path); err == nil {
		return strings.HasPrefix(target, "refs/")
	}
	text, err := readSmall(path)
	if err != nil {
		return false
	}
	if target, ok := bytes.CutPrefix(text, []byte("ref:")); ok {
		return bytes.HasPrefix(bytes.TrimLeft(target, " \t\r\n"), []byte("refs/"))
	}
	digits := bytes.TrimSpace(text)
	for _, size := range []packfile.Format{packfile.SHA256, packfile.SHA1} {
		if n := 2 * size.Size(); len(digits) >= n {
			_, err := packfile.ParseID(string(digits[:n]))
			return err == nil
		}
	}
	return false
}
