package git

import (
	"errors"
	"os"
	"sync"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// Repository is where a repository's parts lie. All its paths are absolute.
type Repository struct {
	gitDir    string
	commonDir string
	workTree  string // empty: there is none
	indexPath string
	config    config

	// What shows another history than the commits tell.
	shallowPath string // empty: nothing is shallow, whatever the files say
	graftsPath  string
	replaceBase string // what names of replacements begin with; empty: refs/replace/
	asStored    bool   // GIT_NO_REPLACE_OBJECTS or core.useReplaceRefs = false: replacements are not heeded

	objects func() *Objects // made when first asked for
	opened  struct {
		sync.Mutex
		indexes []*indexFile // for Close
	}
}

// WorkTree is the root of the work tree, with symbolic links resolved; empty
// when there is none (a bare repository, or a start inside the git directory).
func (r *Repository) WorkTree() string { return r.workTree }

// GitDir is the repository's own directory: what holds HEAD and the index.
func (r *Repository) GitDir() string { return r.gitDir }

// IndexPath is the file that holds the index, whether it is there or not: the repository's own, or the one of GIT_INDEX_FILE.
func (r *Repository) IndexPath() string { return r.indexPath }

// CommonDir is the directory that linked worktrees share: what holds objects
// and branches. Elsewhere it is GitDir.
func (r *Repository) CommonDir() string { return r.commonDir }

// Format is the hash that names the repository's objects.
func (r *Repository) Format() packfile.Format { return r.config.format }

// IgnoresCase says that core.ignoreCase is set: git takes names that differ in the case of their letters only for one file,
// and folds case in patterns of ignored files.
func (r *Repository) IgnoresCase() bool { return r.config.folded }

// Objects is the repository's object store.
func (r *Repository) Objects() *Objects { return r.objects() }

// Close gives the mapped files back. Nothing that the repository gave out may
// be used afterwards.
func (r *Repository) Close() error {
	return errors.Join(r.objects().close(), r.closeIndexes())
}

// closeIndexes gives mapped index files back.
func (r *Repository) closeIndexes() error {
	r.opened.Lock()
	defer r.opened.Unlock()
	var errs []error
	for _, file := range r.opened.indexes {
		_ = file.verified() // its goroutine reads what is unmapped now
		errs = append(errs, file.mapping.Close())
	}
	r.opened.indexes = nil
	return errors.Join(errs...)
}

// keep remembers an index file for Close.
func (r *Repository) keep(file *indexFile) {
	r.opened.Lock()
	defer r.opened.Unlock()
	r.opened.indexes = append(r.opened.indexes, file)
}

// IsShallow says whether history is cut off: commits named in the file shallow
// have parents that are not there.
func (r *Repository) IsShallow() bool { return r.isShallow() }

func (r *Repository) isShallow() bool {
	info, err := os.Stat(r.shallowPath)
	return err == nil && info.Size() > 0
}
