package git

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// Objects is a repository's object store: loose objects and packs of its own
// directory and of its alternates. What an object's name says is verified:
// every content that is read whole is hashed.
type Objects struct {
	format    packfile.Format
	emptyTree packfile.ID // which needs not be stored
	own       string      // the object directory
	others    []string    // from the environment
	hint      func() string
	inflater  packfile.Inflater
	fans      fans

	dirs   func() ([]string, error) // own and alternates, found when first needed
	absent []string                 // alternates that do not exist, known with dirs

	mu     sync.Mutex // for what follows; held while looking up, not while reading
	packs  []*packed  // most recently used first
	stamps map[string]int64
	failed []error // packs that cannot be opened
	// unindexed is the path of a pack without an index, which cannot be searched; empty: there was none.
	unindexed string
	reindexed reindexed
}

// packed is a pack that is opened when it is first searched.
type packed struct {
	indexPath string
	pack      *packfile.Pack
	broken    bool
}

func newObjects(format packfile.Format, own string, others []string, hint func() string) *Objects {
	o := &Objects{format: format, own: own, others: others, hint: hint}
	o.emptyTree = format.Sum(packfile.KindTree, nil)
	o.dirs = sync.OnceValues(o.findDirs)
	return o
}

// missingHint says what completes a repository that lacks objects on purpose.
func (r *Repository) missingHint() string {
	switch {
	case r.config.promisor:
		return "this is a partial clone; run: git fetch --refetch --no-filter"
	case r.isShallow():
		return "this is a shallow clone; run: git fetch --unshallow"
	}
	return ""
}

// location is where an object was found: in a pack, else a loose file.
type location struct {
	pack   *packfile.Pack
	offset int64
	path   string
}

// Size gives a blob's size in bytes without reading its content. Its errors are
// those of Open.
func (o *Objects) Size(id ID) (int64, error) {
	kind, size, err := o.Stat(id)
	if err == nil && kind != packfile.KindBlob {
		return 0, &CorruptError{id, fmt.Errorf("it is a %s, not a blob", kind)}
	}
	return size, err
}

// Stat gives an object's kind and its size in bytes. It reads no content.
func (o *Objects) Stat(id packfile.ID) (kind packfile.Kind, size int64, err error) {
	return o.stat(id, 0)
}

func (o *Objects) stat(id packfile.ID, level int) (kind packfile.Kind, size int64, err error) {
	if id == o.emptyTree {
		return packfile.KindTree, 0, nil
	}
	err = o.try(id, level, func(at location) error {
		if at.pack != nil {
			kind, size, err = at.pack.Stat(at.offset, func(base packfile.ID) (packfile.Kind, []byte, error) {
				kind, _, err := o.stat(base, level+1)
				return kind, nil, err
			})
			return err
		}
		kind, size, err = o.inflater.StatLoose(at.path)
		return err
	})
	return kind, size, err
}

// maxOutside bounds how often a delta's base may stand in another pack. Git
// writes no such packs at all.
const maxOutside = 8

var errOutside = errors.New("deltas through several packs: too many, or a cycle")

// Open gives a blob's content as a stream, and its size in bytes. Blobs that
// are stored whole take bounded memory whatever their size; those stored as
// deltas are rebuilt in memory. An object that is absent is a *MissingError,
// one that cannot be read a *CorruptError: at once, or at the stream's end.
func (o *Objects) Open(id packfile.ID) (r io.ReadCloser, size int64, err error) {
	err = o.try(id, 0, func(at location) error {
		var kind packfile.Kind
		r, kind, size, err = o.openAt(id, at)
		if err == nil && kind != packfile.KindBlob {
			_ = r.Close()
			err = fmt.Errorf("it is a %s, not a blob", kind)
		}
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	return r, size, nil
}

// openAt opens the object found at a place as a stream that verifies its name.
func (o *Objects) openAt(id packfile.ID, at location) (io.ReadCloser, packfile.Kind, int64, error) {
	if at.pack == nil {
		r, kind, size, err := o.inflater.OpenLoose(at.path)
		if err != nil {
			return nil, 0, 0, err
		}
		r, err = o.verified(id, kind, size, r, at.path)
		return r, kind, size, err
	}
	r, kind, size, streamed, err := at.pack.Open(at.offset)
	if err != nil {
		return nil, 0, 0, err
	}
	if streamed {
		return newVerifier(id, kind, size, r, at.pack.Path()), kind, size, nil
	}
	kind, content, err := o.readPacked(id, at, packfile.MaxDeltified, 0)
	return packfile.NewMemory(content), kind, int64(len(content)), err
}

// Read gives the whole content of an object of a kind, of at most limit bytes.
func (o *Objects) Read(id packfile.ID, want packfile.Kind, limit int64) ([]byte, error) {
	kind, content, err := o.read(id, limit, 0)
	if err == nil && kind != want {
		err = &CorruptError{id, fmt.Errorf("it is a %s, not a %s", kind, want)}
	}
	return content, err
}

func (o *Objects) read(id packfile.ID, limit int64, level int) (kind packfile.Kind, content []byte, err error) {
	if id == o.emptyTree {
		return packfile.KindTree, nil, nil
	}
	err = o.try(id, level, func(at location) error {
		if at.pack != nil {
			kind, content, err = o.readPacked(id, at, limit, level)
			return err
		}
		r, k, size, err := o.openAt(id, at)
		if err != nil {
			return err
		}
		defer func() { _ = r.Close() }()
		if kind = k; size > limit {
			return fmt.Errorf("%d bytes are more than the limit of %d", size, limit)
		}
		content, err = io.ReadAll(r) // the stream gives no more than size
		return err
	})
	return kind, content, err
}

// readPacked rebuilds an object of a pack and verifies its name.
func (o *Objects) readPacked(id packfile.ID, at location, limit int64, level int) (packfile.Kind, []byte, error) {
	kind, content, err := at.pack.Read(at.offset, limit, func(base packfile.ID) (packfile.Kind, []byte, error) {
		return o.read(base, limit, level+1)
	})
	if err != nil {
		return 0, nil, err
	}
	if sum := o.format.Sum(kind, content); sum != id {
		return 0, nil, fmt.Errorf("content has the id %s at %s offset %d", sum, at.pack.Path(), at.offset)
	}
	return kind, content, nil
}

// try calls f with each place where an object is stored until one can be
// read: a copy that is damaged may have a sound one elsewhere. level counts the
// deltas between packs that led here; below the first, one place is enough, so
// that what many packs say of each other does not multiply.
func (o *Objects) try(id packfile.ID, level int, f func(location) error) error {
	err := o.tryPlaces(id, level, f)
	if missing, ok := err.(*MissingError); ok && missing.ID == id && o.fans.forget() { //nolint:errorlint // not one of a base
		return o.tryPlaces(id, level, f) // it may have been written since the directories were listed
	}
	return err
}

// tryPlaces is try for what is known of the directories.
func (o *Objects) tryPlaces(id packfile.ID, level int, f func(location) error) error {
	if level > maxOutside {
		return errOutside
	}
	dirs, err := o.dirs()
	if err != nil {
		return err
	}
	var first error
	attempt := func(at location) (done bool) {
		err := f(at)
		var missing *MissingError
		switch {
		case err == nil:
			return true
		case errors.Is(err, fs.ErrNotExist) && at.pack == nil:
			return false
		case first == nil && !errors.As(err, &missing):
			first = &CorruptError{id, err}
		case first == nil:
			first = &CorruptError{id, fmt.Errorf("the base of its delta: %w", err)}
		}
		return false
	}
	name := id.String()
	for _, dir := range dirs {
		// Loose objects come first: what was just staged is one, and a pack
		// need not be opened to see that it lacks it.
		if o.fans.holds(dir, name[:2]) && attempt(location{path: filepath.Join(dir, name[:2], name[2:])}) {
			return nil
		}
	}
	tried := map[*packed]bool{}
	for {
		at, ok, err := o.lookup(id, tried)
		if err != nil && first == nil {
			first = &CorruptError{id, err}
		}
		if !ok {
			break
		}
		if attempt(at) {
			return nil
		}
		if level > 0 {
			break
		}
	}
	if first != nil {
		return first
	}
	return o.missing(id)
}

// lookup finds an object in a pack that was not tried yet. When no pack has it,
// the directories are listed again if they changed: another process may have
// repacked. The error is one of a pack that could not be searched.
func (o *Objects) lookup(id packfile.ID, tried map[*packed]bool) (location, bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for range 2 {
		for i, p := range o.packs {
			if tried[p] || p.broken {
				continue
			}
			offset, ok, err := o.search(p, id)
			if err != nil {
				p.broken = true
				o.failed = append(o.failed, err)
			}
			if ok {
				tried[p] = true
				copy(o.packs[1:i+1], o.packs[:i])
				o.packs[0] = p
				return location{pack: p.pack, offset: offset}, true, nil
			}
		}
		if !o.listPacks() {
			break
		}
	}
	return location{}, false, errors.Join(o.failed...)
}

// search looks into one pack's index, which it opens first if need be.
func (o *Objects) search(p *packed, id packfile.ID) (offset int64, ok bool, err error) {
	if p.pack == nil {
		pack, _, err := o.openPack(p.indexPath) // the walk says what is to be said
		if errors.Is(err, fs.ErrNotExist) {
			p.broken = true // repacked meanwhile: its objects are elsewhere
			return 0, false, nil
		}
		if err != nil {
			return 0, false, err
		}
		p.pack = pack
	}
	return p.pack.Index().Find(id)
}

// close unmaps all packs.
func (o *Objects) close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	var errs []error
	for _, p := range o.packs {
		if p.pack != nil {
			errs = append(errs, p.pack.Close())
		}
	}
	o.packs, o.stamps = nil, nil
	return errors.Join(errs...)
}

// listPacks adds the packs that are new in the object directories, the newest
// first; false if nothing changed since the last time.
func (o *Objects) listPacks() bool {
	dirs, err := o.dirs()
	if err != nil {
		return false
	}
	if o.stamps == nil {
		o.stamps = map[string]int64{}
	}
	changed := false
	for _, dir := range dirs {
		dir = filepath.Join(dir, "pack")
		info, err := os.Stat(dir)
		if err != nil || o.stamps[dir] == info.ModTime().UnixNano() {
			continue
		}
		o.stamps[dir] = info.ModTime().UnixNano()
		changed = o.addPacks(dir) || changed
	}
	return changed
}

// addPacks notes the packs of a directory that are not known yet.
func (o *Objects) addPacks(dir string) (added bool) {
	files, err := os.ReadDir(dir)
	if err != nil {
		o.failed = append(o.failed, fmt.Errorf("list packs: %w", err))
		return false
	}
	known := make(map[string]bool, len(o.packs))
	for _, p := range o.packs {
		known[p.indexPath] = true
	}
	type dated struct {
		path string
		time time.Time
	}
	var fresh []dated
	if filepath.Dir(o.unindexed) == dir {
		o.unindexed = ""
	}
	for _, name := range unindexed(files) {
		o.unindexed = filepath.Join(dir, name)
		if path := indexOf(o.unindexed); o.reindexed.wanted != nil && !known[path] {
			fresh = append(fresh, dated{path: path})
		}
	}
	for _, file := range files {
		path := filepath.Join(dir, file.Name())
		if filepath.Ext(path) != ".idx" || known[path] {
			continue
		}
		d := dated{path: path}
		if info, err := file.Info(); err == nil {
			d.time = info.ModTime()
		}
		fresh = append(fresh, d)
	}
	slices.SortStableFunc(fresh, func(a, b dated) int { return b.time.Compare(a.time) })
	for _, d := range fresh {
		o.packs = append(o.packs, &packed{indexPath: d.path})
	}
	return len(fresh) > 0
}
