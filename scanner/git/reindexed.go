package git

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// A pack without an index, or with one that is damaged, is as good as lost for git, but what is in it is all there. An audit
// that is to read everything makes the index anew, in memory; it stays that until the store is closed, as packs are opened
// several times. Nothing is written.

// reindexed holds the indexes that were made. The zero value makes none.
type reindexed struct {
	wanted context.Context //nolint:containedctx // in which indexes are made: objects are looked up without one; nil: none are
	mu     sync.Mutex
	made   map[string]madeIndex // by the path of the pack
}

type madeIndex struct {
	index []byte
	err   error
}

// ReadUnindexed has packs whose index is missing or damaged read all the same, and ctx end the making of their indexes, which
// may take long. It is called before anything is read, and once more where a narrower context holds from then on.
func (r *Repository) ReadUnindexed(ctx context.Context) { r.Objects().reindexed.wanted = ctx }

// ReindexedError says that a pack was read without its index.
type ReindexedError struct {
	Index string // its path
	Err   error  // what is wrong with it; nil: it is not there
}

// Error says what was done.
func (e *ReindexedError) Error() string {
	if e.Err == nil {
		return "the pack has no index: it was read without one, but git finds nothing in it"
	}
	return fmt.Sprintf("%v: the pack was read without it, but git finds nothing in it", e.Err)
}

func (e *ReindexedError) Unwrap() error { return e.Err }

// Hint is the command that mends it.
func (e *ReindexedError) Hint() string { return "run: " + mendIndex(e.Index, e.Err != nil) }

// mendIndex is the command that makes an index, for a POSIX shell.
func mendIndex(indexPath string, there bool) string {
	quoted := func(path string) string {
		if strings.ContainsAny(path, " \t\n'\"$&|;<>()*?[]{}\\`~#!") {
			return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
		}
		return path
	}
	pack := "git index-pack " + quoted(strings.TrimSuffix(indexPath, ".idx")+".pack")
	if there {
		pack = "rm -f " + quoted(indexPath) + " && " + pack
	}
	return pack
}

// openPack opens a pack by the path of its index. Where that cannot be used and is to be made, it is: note is
// what to say of it then.
func (o *Objects) openPack(indexPath string) (pack *packfile.Pack, note *ReindexedError, err error) {
	pack, err = packfile.OpenPack(indexPath, o.format, &o.inflater)
	flaw, gone := err, errors.Is(err, fs.ErrNotExist)
	ctx := o.reindexed.wanted
	if err == nil || ctx == nil {
		return pack, nil, err
	}
	path := strings.TrimSuffix(indexPath, ".idx") + ".pack"
	made := o.reindexed.of(ctx, path, func() ([]byte, error) { return packfile.Reindex(ctx, path, o.format, &o.inflater) })
	switch {
	case errors.Is(made.err, fs.ErrNotExist): // repacked meanwhile
		return nil, nil, err
	case made.err != nil && gone:
		return nil, nil, fmt.Errorf("the pack has no index, and cannot be read without one: %w", made.err)
	case made.err != nil:
		return nil, nil, fmt.Errorf("%w; without it the pack cannot be read either: %w", err, made.err)
	}
	if pack, err = packfile.OpenReindexed(path, made.index, o.format, &o.inflater); err != nil {
		return nil, nil, err
	}
	note = &ReindexedError{Index: indexPath, Err: flaw}
	if gone {
		note.Err = nil
	}
	return pack, note, nil
}

// of gives what was made for a pack, making it the first time, and again where ctx had ended that.
func (r *reindexed) of(ctx context.Context, path string, reindex func() ([]byte, error)) madeIndex {
	r.mu.Lock()
	defer r.mu.Unlock()
	m, ok := r.made[path]
	if !ok {
		m.index, m.err = reindex()
		if m.err != nil && ctx.Err() != nil {
			return m
		}
		if r.made == nil {
			r.made = map[string]madeIndex{}
		}
		r.made[path] = m
	}
	return m
}
