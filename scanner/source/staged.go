package source

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sort"
	"strings"

	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/git"
)

// StagedOptions say what a Staged scans.
type StagedOptions struct {
	// Paths are files and directories; none: all that is staged.
	Paths []string
	// Dir is the directory that Paths are relative to.
	Dir string
}

// Staged is the source of what a commit would add: contents in the index that
// differ from HEAD's at their path, and the paths that HEAD does not have. A
// symbolic link's content is its target; a submodule has none. During a merge
// with conflicts both sides (stages 2 and 3) count where they differ.
//
// A blob's Before gives HEAD's version at a path; for a path that HEAD does not
// have it gives the file that was renamed to it, if there is one.
//
// Paths narrow the scan. A named file in which nothing is staged is scanned
// whole, with nothing before it: as the index has it, or if it is not tracked
// as it lies in the work tree. So is all that is tracked below a named
// directory in which nothing is staged.
//
// Paths in origins are relative to the work tree's root. What is staged and
// cannot be read (an object is missing) is skipped; so is a directory of HEAD,
// whose files then count as new.
type Staged struct {
	repo *git.Repository
	opts StagedOptions
}

// NewStaged makes the source. The repository stays open until the contents
// that the source yielded have been read; closing it is the caller's.
func NewStaged(repo *git.Repository, opts StagedOptions) *Staged {
	return &Staged{repo, opts}
}

// Root is what the paths in origins are relative to: the work tree's root, or
// the git directory where there is no work tree.
func (s *Staged) Root() string {
	if root := s.repo.WorkTree(); root != "" {
		return root
	}
	return s.repo.GitDir()
}

// Blobs implements scanner.Source. A *UsageError says that a path does not
// exist or lies outside of the work tree; a *git.IndexError, *git.MissingError
// or *git.CorruptError that the index or HEAD's commit cannot be read.
func (s *Staged) Blobs(ctx context.Context, yield func(scanner.Blob) error, skip func(scanner.Skip)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	index, err := s.repo.OpenIndex()
	if err != nil {
		return err
	}
	run := &stagedRun{repo: s.repo, index: index, ctx: ctx, yield: yield, skip: skip}
	run.renames.repo, run.renames.gone, run.renames.added = s.repo, run.eachGone, run.eachNew
	if err := run.compare(); err != nil {
		return err
	}
	if err := index.Verify(); err != nil {
		return err
	}
	if len(s.opts.Paths) > 0 {
		if err := run.choose(s.opts); err != nil {
			return err
		}
	} else {
		run.chosen = run.changes
	}
	return run.contents()
}

// stagedRun is one run over what is staged. After compare, its changes stay
// as they are: Before is called from any goroutine.
type stagedRun struct {
	repo  *git.Repository
	index *git.Index
	ctx   context.Context
	yield func(scanner.Blob) error
	skip  func(scanner.Skip)

	changes []git.Change    // with something on the new side, by path
	gone    []git.Change    // files and whole directories that HEAD has and the index does not
	chosen  []git.Change    // what is scanned: changes, or files that are scanned whole
	whole   map[string]bool // the paths of the latter
	renames renames
}

// compare finds what differs between HEAD and the index.
func (r *stagedRun) compare() error {
	return r.index.Staged(r.ctx, func(c git.Change) error {
		if c.New.Mode == git.ModeNone {
			r.gone = append(r.gone, c)
		} else {
			r.changes = append(r.changes, c)
		}
		return nil
	}, func(dir string, err error) {
		if dir == "" {
			dir = "HEAD"
		}
		reason := "HEAD's version of this directory cannot be read, so that all in it counts as new: " + err.Error()
		if errors.Is(err, git.ErrTreeLimit) {
			reason = err.Error()
		}
		r.skip(scanner.Skip{Path: dir, Reason: reason, Hint: scanner.HintOf(err)})
	})
}

// eachGone calls yield for what HEAD has and the index does not.
func (r *stagedRun) eachGone(yield func(git.Change) error) error {
	for _, c := range r.gone {
		if err := yield(c); err != nil {
			return err
		}
	}
	return nil
}

// eachNew calls yield for the files that the index has and HEAD has not.
func (r *stagedRun) eachNew(_ context.Context, yield func(git.Change) error) error {
	for _, c := range r.changes {
		if c.Old.Mode != git.ModeNone {
			continue
		}
		if err := yield(c); err != nil {
			return err
		}
	}
	return nil
}

// maxStat is up to how many contents are looked up before they are yielded, so
// that their sizes are known and those missing are reported with a hint. That
// takes some microseconds each, which the engine's workers wait for.
const maxStat = 4096

// contents yields what was chosen: each content once, with all the paths where
// it is staged, and each new path.
func (r *stagedRun) contents() error {
	// next links the chosen files that have one content; first begins each chain.
	next := make([]int, len(r.chosen))
	first := make(map[git.ID]int, min(len(r.chosen), maxStat))
	for i := len(r.chosen) - 1; i >= 0; i-- {
		if side := r.chosen[i].New; side.Mode == git.ModeFile || side.Mode == git.ModeSymlink {
			next[i] = first[side.ID]
			first[side.ID] = i + 1 // so that 0 ends a chain
		}
	}
	give := r.yield
	var known []scanner.Blob
	if len(first) <= maxStat {
		give = func(blob scanner.Blob) error {
			known = append(known, blob)
			return nil
		}
	}
	for i, c := range r.chosen {
		if first[c.New.ID] != i+1 || c.New.Mode == git.ModeGitlink {
			continue
		}
		blob := r.blob(c.New.ID)
		places := 0
		for n := i + 1; n > 0; n = next[n-1] {
			places++
		}
		blob.Origins = make([]scanner.Origin, 0, places) // an empty file may stand at a million
		for n := i + 1; n > 0; n = next[n-1] {
			blob.Origins = append(blob.Origins, scanner.Origin{Kind: scanner.KindFile, Path: r.chosen[n-1].Path, Unchanged: r.whole[r.chosen[n-1].Path]})
		}
		if places == 1 && !r.whole[c.Path] && c.Old.Mode == git.ModeFile && c.New.Mode == git.ModeFile {
			blob.Earlier = earlierBlob(r.repo, c.Old.ID)
		}
		if err := r.content(blob, c.New.ID, len(first) <= maxStat, give); err != nil {
			return err
		}
	}
	// The largest come first: a worker that got it last would keep the committer waiting.
	slices.SortStableFunc(known, func(x, y scanner.Blob) int { return cmp.Compare(y.Size, x.Size) })
	for _, blob := range known {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		if err := r.yield(blob); err != nil {
			return err
		}
	}
	return r.pathNames()
}

// pathNames yields each new path.
func (r *stagedRun) pathNames() error {
	for i, c := range r.chosen {
		again := i > 0 && r.chosen[i-1].Path == c.Path // another stage
		if c.Old.Mode != git.ModeNone || again {
			continue
		}
		if err := r.ctx.Err(); err != nil {
			return err
		}
		if err := r.pathName(c.Path); err != nil {
			return err
		}
	}
	return nil
}

// pathName yields a path as a content.
func (r *stagedRun) pathName(path string) error {
	blob := pathNameBlob(path)
	blob.Origins[0].Unchanged = r.whole[path]
	return r.yield(blob)
}

// content gives a content, or skips it at all its places when it is missing.
func (r *stagedRun) content(blob scanner.Blob, id git.ID, stat bool, give func(scanner.Blob) error) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	if stat {
		size, err := r.repo.Objects().Size(id)
		if err != nil {
			for _, origin := range blob.Origins {
				r.skip(scanner.Skip{Path: origin.Path, Reason: err.Error(), Hint: scanner.HintOf(err)})
			}
			return nil
		}
		blob.Size = size
	}
	return give(blob)
}

// blob is an object as a content without origins.
func (r *stagedRun) blob(id git.ID) scanner.Blob {
	blob := objectBlob(r.repo, id)
	blob.Before = r.before
	return blob
}

// before gives what stood at a path in HEAD, or what was renamed to it.
func (r *stagedRun) before(ctx context.Context, origin scanner.Origin) ([]scanner.Blob, error) {
	i := sort.Search(len(r.changes), func(i int) bool { return r.changes[i].Path >= origin.Path })
	if i == len(r.changes) || r.changes[i].Path != origin.Path {
		return nil, nil // scanned whole
	}
	c := r.changes[i]
	path, old := c.Path, c.Old
	if old.Mode == git.ModeNone {
		var err error
		if path, old, err = r.renames.find(ctx, c); err != nil {
			return nil, err
		}
	}
	if old.Mode != git.ModeFile && old.Mode != git.ModeSymlink {
		return nil, nil
	}
	blob := objectBlob(r.repo, old.ID)
	blob.Origins = []scanner.Origin{{Kind: scanner.KindFile, Path: path}}
	return []scanner.Blob{blob}, nil
}

// isBelow says whether a path lies below a directory; everything but the root
// lies below the root.
func isBelow(path, dir string) bool {
	return dir == "." || len(path) > len(dir) && path[len(dir)] == '/' && strings.HasPrefix(path, dir)
}
