package source

import (
	"context"
	"sync"

	"github.com/keysieve/keysieve/scanner/git"
)

// renamedFrom finds what files were renamed from, for any commit. It is asked
// only where something was found, from any goroutine.
type renamedFrom struct {
	repo *git.Repository

	mu    sync.Mutex
	pairs map[treePair]*renames
}

// treePair is a commit's tree and that of one of its parents.
type treePair struct{ before, after git.ID }

// maxPairs bounds how many pairs of trees are remembered.
const maxPairs = 64

// find gives the file of the tree before that the addition was renamed from, or ModeNone.
func (f *renamedFrom) find(ctx context.Context, a *addition, before git.ID) (string, git.Side, error) {
	return f.of(ctx, treePair{before, a.tree}).find(ctx, git.Change{Path: a.Path, New: a.New})
}

// of gives the search in what one tree has and the other one lacks.
func (f *renamedFrom) of(ctx context.Context, pair treePair) *renames {
	f.mu.Lock()
	defer f.mu.Unlock()
	if n := f.pairs[pair]; n != nil {
		return n
	}
	if len(f.pairs) >= maxPairs || f.pairs == nil {
		f.pairs = map[treePair]*renames{}
	}
	n := &renames{repo: f.repo}
	n.gone = func(yield func(git.Change) error) error {
		return f.lacking(ctx, pair.before, pair.after, func(a git.Addition) error {
			return yield(git.Change{Path: a.Path, Old: a.New})
		})
	}
	n.added = func(ctx context.Context, yield func(git.Change) error) error {
		return f.lacking(ctx, pair.after, pair.before, func(a git.Addition) error {
			return yield(git.Change{Path: a.Path, New: a.New})
		})
	}
	f.pairs[pair] = n
	return n
}

// lacking lists the files of one tree at whose paths another one has nothing.
func (f *renamedFrom) lacking(ctx context.Context, tree, other git.ID, yield func(git.Addition) error) error {
	quiet := func(string, error) {} // it was said when the trees were compared
	return f.repo.NewTreeCache().Introduced(ctx, tree, []git.ID{other}, func(a git.Addition) error {
		if a.Old[0].Mode != git.ModeNone {
			return nil
		}
		return yield(a)
	}, quiet, quiet)
}
