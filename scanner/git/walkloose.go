package git

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// readLoose reads a loose object and compares it with its id.
func (w *walk) readLoose(id packfile.ID, at location) (packfile.Kind, []byte, error) {
	r, kind, size, err := w.objects.openAt(id, at)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = r.Close() }()
	if size > packfile.MaxDeltified {
		return 0, nil, fmt.Errorf("%d bytes are more than the limit of %d", size, packfile.MaxDeltified)
	}
	content, err := io.ReadAll(r) // gives no more than size
	return kind, content, err
}

// looseSize is what the file of a loose object counts for, in bytes, until it is opened: a block of a file
// system, since to open it takes more time than to read what most of them hold.
const looseSize = 4 << 10

// progressBytes is after how many bytes of loose objects their progress is told.
const progressBytes = 4 << 20

// passOver takes a loose object that is not visited out of what there is to do.
func (w *walker) passOver() {
	w.options.Progress.TotalObjects.Add(-1)
	w.options.Progress.TotalStored.Add(-looseSize)
}

// weigh counts the file of a loose object that is visited with what it takes, a block at least.
func (w *walker) weigh(path string, counts *packfile.WalkCounts) {
	stored := int64(looseSize)
	if info, err := os.Lstat(path); err == nil {
		stored = max(stored, info.Size())
	}
	w.options.Progress.TotalStored.Add(stored - looseSize)
	counts.Stored += stored
}

// visitLoose visits the loose objects first to end-1 of a directory.
func (w *walker) visitLoose(dir *looseDir, first, end int) {
	var counts packfile.WalkCounts
	for n := first; n < end && !w.Stopped(); n++ {
		id := dir.ids[n]
		if dir.taken.has(n) {
			continue
		}
		if w.skips(id) || dir.known != nil && dir.known(n) {
			w.passOver()
			continue
		}
		visited, size, err := w.visitFile(id, dir.path(id))
		if !visited && err == nil {
			w.passOver()
			continue
		}
		w.weigh(dir.path(id), &counts)
		counts.Objects++
		counts.Bytes += size
		if err != nil {
			counts.Failed++
			w.failed(id, dir.path(id), err)
		}
		if counts.Stored >= progressBytes {
			w.countLoose(&counts)
		}
	}
	w.countLoose(&counts)
}

// countLoose adds what was done, and begins to count anew.
func (w *walker) countLoose(counts *packfile.WalkCounts) {
	w.count(*counts)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stats.Loose += int(counts.Objects)
	*counts = packfile.WalkCounts{}
}

// visitFile visits a loose object; false if its kind is not asked for.
func (w *walker) visitFile(id packfile.ID, path string) (visited bool, size int64, err error) {
	o := packfile.Object{ID: id, Leaf: true}
	r, kind, size, err := w.objects.openAt(id, location{path: path})
	if err == nil {
		defer func() { _ = r.Close() }()
		maxWhole := w.options.Limits.MaxWhole
		if maxWhole == 0 {
			maxWhole = packfile.DefaultMaxWhole
		}
		o.Kind, o.Size = kind, size
		switch {
		case !w.wantsKind(kind):
			return false, 0, nil
		case size > maxWhole:
			o.Open = func() (io.ReadCloser, error) { return io.NopCloser(r), nil }
		default:
			o.Content, err = io.ReadAll(r)
		}
	}
	if err != nil {
		var ok bool
		if o.Kind, o.Content, ok = w.Elsewhere(id, nil); !ok && errors.Is(err, fs.ErrNotExist) {
			// Another process packed it since the directory was listed.
			o.Kind, o.Content, err = w.objects.read(id, packfile.MaxDeltified, 0)
			ok = err == nil
		}
		if !ok {
			return true, 0, err
		}
		if o.Size = int64(len(o.Content)); !w.wantsKind(o.Kind) {
			return false, 0, nil
		}
	}
	_, err = w.visitor.Visit(&o, nil)
	return true, o.Size, err
}

// wantsKind says whether objects of a kind are visited.
func (w *walk) wantsKind(kind packfile.Kind) bool {
	return len(w.options.Kinds) == 0 || slices.Contains(w.options.Kinds, kind)
}
