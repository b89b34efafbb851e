package git

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// store is all that holds objects, as it was when the walk began.
type store struct {
	packs []*storePack // those that are recalled first, then the largest
	loose []*looseDir
}

// storePack is a pack, and which of its objects are visited elsewhere.
type storePack struct {
	pack   *packfile.Pack
	size   int64 // of the .pack file, in bytes
	taken  placeSet
	known  func(place int) bool // recalled; nil: nothing is
	again  placeSet             // of a recalled pack, what is visited
	flawed bool                 // guarded by walk.mu
	note   *ReindexedError      // nil: its own index is used
}

// unique is the number of objects that are visited here.
func (p *storePack) unique() int { return p.pack.Index().Count() - p.taken.count }

// looseDir is an object directory.
type looseDir struct {
	dir   string
	ids   []packfile.ID // ascending
	taken placeSet
	known func(place int) bool // recalled; nil: nothing is
}

func (d *looseDir) path(id packfile.ID) string {
	name := id.String()
	return filepath.Join(d.dir, name[:2], name[2:])
}

func (s *store) close() {
	for _, p := range s.packs {
		_ = p.pack.Close()
	}
}

// openStore lists the object directories. Loose objects come first: what is
// packed meanwhile is found in the new pack then.
func (w *walk) openStore(ctx context.Context) (*store, error) {
	dirs, err := w.objects.dirs()
	if err != nil {
		return nil, err
	}
	s := &store{}
	for _, dir := range dirs {
		loose, err := w.listLoose(dir)
		if err != nil {
			return nil, err
		}
		s.loose = append(s.loose, loose)
	}
	const attempts = 4 // packs may be replaced while they are listed
	var unusable []*storePack
	for n := range attempts {
		var vanished bool
		if unusable, vanished = w.openPacks(ctx, s, dirs, n == attempts-1); !vanished {
			break
		}
		s.packs = append(s.packs, unusable...)
		s.close()
		s.packs = nil
	}
	defer func() {
		for _, p := range unusable {
			_ = p.pack.Close()
		}
	}()
	if ctx.Err() != nil { // making an index takes long
		s.close()
		return nil, context.Cause(ctx)
	}
	w.recall(s)
	slices.SortStableFunc(s.packs, func(a, b *storePack) int {
		switch {
		case a.known != nil && b.known == nil:
			return -1
		case a.known == nil && b.known != nil:
			return 1
		}
		return cmp.Or(cmp.Compare(b.pack.Index().Count(), a.pack.Index().Count()), strings.Compare(a.pack.Path(), b.pack.Path()))
	})
	if err := s.assign(unusable); err != nil {
		s.close()
		return nil, err
	}
	for _, p := range unusable {
		if lost := p.unique(); lost > 0 {
			w.failed(packfile.ID{}, p.pack.Path(), fmt.Errorf("%w: %d objects are in no other place", p.pack.Check(), lost))
		}
	}
	return s, nil
}

// listLoose lists the loose objects of an object directory.
func (w *walk) listLoose(dir string) (*looseDir, error) {
	l := &looseDir{dir: dir}
	for first := range 256 {
		prefix := fmt.Sprintf("%02x", first)
		files, err := os.ReadDir(filepath.Join(dir, prefix))
		switch {
		case errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotDir):
			continue
		case err != nil:
			w.failed(packfile.ID{}, filepath.Join(dir, prefix), err)
			continue
		}
		for _, file := range files {
			// Others are files that are being written, and the like.
			if id, err := packfile.ParseID(prefix + file.Name()); err == nil && id.Format() == w.objects.format {
				l.ids = append(l.ids, id)
			}
		}
	}
	slices.SortFunc(l.ids, packfile.CompareIDs)
	l.ids = slices.Compact(l.ids) // a file system may tell upper from lower case
	return l, nil
}

// openPacks opens the packs of the directories. vanished says that one was
// there when it was listed, but not any more; last that this does not matter.
func (w *walk) openPacks(ctx context.Context, s *store, dirs []string, last bool) (unusable []*storePack, vanished bool) {
	return w.openListed(ctx, s, dirs, last, os.ReadDir)
}

// openListed is openPacks with what lists a directory, which may change right afterwards.
func (w *walk) openListed(ctx context.Context, s *store, dirs []string, last bool, list func(dir string) ([]os.DirEntry, error)) (unusable []*storePack, vanished bool) {
	type failure struct {
		path string
		err  error
	}
	var failures []failure
	open := func(index, pack string) {
		p, err := w.openPack(index)
		switch {
		case err == nil && p.note != nil:
			failures = append(failures, failure{index, p.note})
			fallthrough
		case err == nil: // of a pack that had no index when it was listed, too: git may have put it in place meanwhile
			s.packs = append(s.packs, p)
		case p != nil:
			unusable = append(unusable, p)
		case errors.Is(err, fs.ErrNotExist): // nothing to be said
		case w.objects.reindexed.wanted != nil: // which says more of the pack than of its index
			failures = append(failures, failure{pack, err})
		default:
			failures = append(failures, failure{index, err})
		}
		vanished = vanished || errors.Is(err, fs.ErrNotExist)
	}
	for _, dir := range dirs {
		dir = filepath.Join(dir, "pack")
		files, err := list(dir)
		if err != nil {
			if !errors.Is(err, fs.ErrNotExist) {
				failures = append(failures, failure{dir, err})
			}
			continue
		}
		for _, name := range unindexed(files) {
			path := filepath.Join(dir, name)
			if w.objects.reindexed.wanted == nil {
				failures = append(failures, failure{path, errors.New("the pack has no index; run: git index-pack " + name)})
				continue
			}
			open(indexOf(path), path)
		}
		for _, file := range files {
			path := filepath.Join(dir, file.Name())
			if filepath.Ext(path) == ".idx" {
				open(path, strings.TrimSuffix(path, ".idx")+".pack")
			}
		}
	}
	if vanished = vanished && !last; vanished || ctx.Err() != nil {
		return unusable, vanished
	}
	for _, f := range failures {
		w.failed(packfile.ID{}, f.path, f.err)
	}
	return unusable, false
}

// openPack opens a pack by its index. The pack is given along with the error if
// the index is sound.
func (w *walk) openPack(indexPath string) (*storePack, error) {
	pack, note, err := w.objects.openPack(indexPath)
	if err != nil {
		return nil, err
	}
	p := &storePack{pack: pack, note: note}
	if info, err := os.Stat(pack.Path()); err == nil {
		p.size = info.Size()
	}
	return p, pack.Check()
}
