package git

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// refStore is where the references of one git directory stand, and their logs: in
// files (fileRefs) or in reftables (tableRefs). Names are those inside of it: the
// HEAD of a linked worktree is "HEAD" in the store of that worktree.
type refStore interface {
	// read gives one reference: an id, the name of another, or neither if there is none of that name.
	read(name string) (id packfile.ID, target string, err error)
	// each calls note for all references whose names begin with a prefix that ends in a slash;
	// without one, also for those outside of refs, as far as the store keeps them. What cannot be
	// read is given to fail.
	each(prefix string, note func(name string, id packfile.ID, target string), fail func(name string, err error))
	// log calls yield for the entries of a reference's log, the latest, which is number 0,
	// first, until it gives false. There are none if there is no log.
	log(name string, yield func(n int, e LogEntry) bool, fail func(error))
	// logs calls yield for the entries of all logs, those of one log in the order of log.
	logs(yield func(name string, n int, e LogEntry), fail func(name string, err error))
}

// The names of extensions.refStorage.
const (
	storageFiles  = "files"
	storageTables = "reftable"
)

// refStorage says how references are stored: extensions.refStorage.
type refStorage struct {
	format string // storageTables, or else in files
	// dir is where, if not in the common directory, which it is relative to.
	dir string
}

// parseRefStorage reads FORMAT or FORMAT://DIRECTORY.
func parseRefStorage(value string) (refStorage, error) {
	format, dir, _ := strings.Cut(value, "://")
	switch format {
	case storageFiles, storageTables:
		return refStorage{format, dir}, nil
	}
	return refStorage{}, fmt.Errorf("%w: references are stored as %.80q, which is not known", ErrUnsupported, format)
}

// refRoot is the directory that a git directory's references stand below.
func (r *Repository) refRoot(gitDir string) string {
	if r.config.refs.dir == "" {
		return gitDir
	}
	root := absolute(r.commonDir, r.config.refs.dir)
	if gitDir != r.commonDir {
		root = filepath.Join(root, "worktrees", filepath.Base(gitDir))
	}
	return root
}

// refStore gives the references of a git directory.
func (r *Repository) refStore(gitDir string) refStore {
	if r.config.refs.format == storageTables {
		optional := gitDir != r.commonDir && gitDir != r.gitDir
		return tableRefs{filepath.Join(r.refRoot(gitDir), "reftable"), r.Format(), optional}
	}
	files := fileRefs{repo: r, dir: r.refRoot(gitDir)}
	if gitDir == r.commonDir {
		files.packed = filepath.Join(files.dir, "packed-refs")
	}
	return files
}

// isPerWorktree says whether each worktree has its own reference of that name
// (git-worktree(1), "Refs").
func isPerWorktree(name string) bool {
	if !strings.HasPrefix(name, "refs/") {
		return true
	}
	for _, own := range []string{"refs/bisect/", "refs/worktree/", "refs/rewritten/"} {
		if strings.HasPrefix(name, own) {
			return true
		}
	}
	return false
}

// splitWorktree takes the name of a worktree off the name of a reference in it: "." for
// main-worktree/NAME, ID for worktrees/ID/NAME, else nothing.
func splitWorktree(name string) (worktree, local string) {
	if local, ok := strings.CutPrefix(name, "main-worktree/"); ok {
		return ".", local
	}
	if other, ok := strings.CutPrefix(name, "worktrees/"); ok {
		if id, local, ok := strings.Cut(other, "/"); ok && id != "" && id != "." && filepath.IsLocal(id) {
			return id, local
		}
	}
	return "", name
}

// refPlace gives the git directory that a reference stands in, and its name there.
func (r *Repository) refPlace(name string) (gitDir, local string) {
	worktree, local := splitWorktree(name)
	switch {
	case worktree == ".":
		return r.commonDir, local
	case worktree != "":
		return filepath.Join(r.commonDir, "worktrees", worktree), local
	case isPerWorktree(name):
		return r.gitDir, name
	}
	return r.commonDir, name
}

// readRef reads one reference: an id, the name of another, or neither.
func (r *Repository) readRef(name string) (id packfile.ID, target string, err error) {
	dir, local := r.refPlace(name)
	if local == "FETCH_HEAD" || local == "MERGE_HEAD" {
		return fileRefs{repo: r, dir: dir}.read(local) // which hold more than a reference does
	}
	return r.refStore(dir).read(local)
}
