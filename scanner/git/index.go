package git

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// Index is the staging area: the paths that are tracked, what is staged at
// each, and which directories are known to equal a tree.
type Index struct {
	repo    *Repository
	mapping *packfile.Mapping
	own     *indexFile // as it was read
	file    *indexFile // of a split index: the merged one
	tree    cacheTree
}

// Index reads the index (GIT_INDEX_FILE where it is set). A file that does not
// exist is an empty index. What is wrong with one that does is an *IndexError
// that names file and offset. Nothing is kept for a second call.
func (r *Repository) Index() (*Index, error) {
	x, err := r.OpenIndex()
	if err == nil {
		err = x.Verify()
	}
	if err != nil {
		return nil, err
	}
	return x, nil
}

// OpenIndex is Index, but for that the checksum is still being verified. What
// the index says must not be taken for true before Verify has returned nil.
func (r *Repository) OpenIndex() (*Index, error) {
	x := &Index{repo: r}
	file, err := r.openIndexFile(r.indexPath)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		x.mapping, x.own = &packfile.Mapping{}, emptyIndexFile(r.Format())
	case err != nil:
		return nil, err
	default:
		x.mapping, x.own = file.mapping, file
	}
	x.file = x.own
	if err := x.mapping.Guard(x.complete); err != nil {
		_ = x.own.verified()
		return nil, err
	}
	return x, nil
}

// Verify waits until the whole file is hashed, and says whether its checksum
// holds.
func (x *Index) Verify() error { return x.own.verified() }

func emptyIndexFile(format packfile.Format) *indexFile {
	return &indexFile{hash: format.Size(), version: 2, verified: func() error { return nil }}
}

// complete reads the cache tree and, for a split index, the rest of the entries.
func (x *Index) complete() (err error) {
	if x.own.link != nil {
		open := func(name string) (*indexFile, error) {
			file, err := x.repo.openIndexFile(filepath.Join(x.repo.gitDir, name))
			if err == nil {
				err = file.verified()
			}
			return file, err
		}
		if x.file, err = x.own.merge(open); err != nil {
			return err
		}
	}
	x.tree, err = x.own.readCacheTree()
	return err
}

// openIndexFile maps and parses one index file.
func (r *Repository) openIndexFile(path string) (*indexFile, error) {
	mapping, err := packfile.Map(path)
	if err != nil {
		return nil, &UnreadableError{"index", path, err}
	}
	file := &indexFile{path: path, mapping: mapping, hash: r.Format().Size()}
	file.verified = file.verifyChecksum(r.Format())
	r.keep(file)
	if err = mapping.Guard(func() error { return file.parse(mapping.Bytes()) }); err != nil {
		// Waited for in any case: Close takes away the memory that is being read.
		_ = file.verified()
		return nil, err
	}
	return file, nil
}

// verifyChecksum hashes the file in a goroutine of its own, since that takes
// longer than everything else: 50 MB are 40 ms and more. The function that it
// gives waits for the verdict. A checksum of zeros means that there is none
// (index.skipHash).
func (f *indexFile) verifyChecksum(format packfile.Format) func() error {
	data := f.mapping.Bytes()
	if len(data) < format.Size() {
		return func() error { return f.corrupt(len(data), "truncated file") }
	}
	content, sum := data[:len(data)-format.Size()], data[len(data)-format.Size():]
	verify := func() error {
		if bytes.Count(sum, []byte{0}) == len(sum) {
			return nil
		}
		h := format.New()
		_, _ = h.Write(content)
		if !bytes.Equal(h.Sum(nil), sum) {
			return f.corrupt(len(content), "the checksum does not hold")
		}
		return nil
	}
	verdict := make(chan error, 1)
	go func() { verdict <- f.mapping.Guard(verify) }()
	return sync.OnceValue(func() error { return <-verdict })
}

// indexFile is one parsed index file: gitformat-index(5).
type indexFile struct {
	path    string
	mapping *packfile.Mapping
	hash    int // bytes of an object id
	version uint32
	data    []byte // without the trailing checksum
	sum     []byte // the trailing checksum
	// verified waits for verifyChecksum.
	verified func() error
	count    int
	entries  int // offset of the first entry
	// sparse says that directories may be entries; directories, that one is.
	sparse, directories bool
	unnamed             int // entries without a path, at the front

	restarts []restart // every restartInterval entries

	tree, link []byte // the extensions of these names; nil: absent
	treeAt     int    // offset of the former, for errors
	linkAt     int
}

// restart is a place where a cursor can begin: the binary search over entries
// goes from one to the next.
type restart struct {
	pos int
	// before is the path of the entry before, which version 4 builds on.
	before []byte
}

const restartInterval = 32

// What the paths of an index may take, in bytes: version 4 says of a path only how it differs from the one before, so that
// a small file could stand for any amount. An entry takes 64 bytes at least, which leaves a kibibyte for each path.
const (
	pathsFloor   = 64 << 20
	pathsPerByte = 16 // of the file
)

func (f *indexFile) corrupt(offset int, reason string) error {
	return &IndexError{Path: f.path, Offset: int64(offset), Reason: reason}
}

// parse walks the whole file once: header, entries, extensions.
func (f *indexFile) parse(data []byte) error {
	const header = 12
	if len(data) < header+f.hash {
		return f.corrupt(len(data), "truncated file")
	}
	f.data, f.sum = data[:len(data)-f.hash], data[len(data)-f.hash:]
	if string(data[:4]) != "DIRC" {
		return f.corrupt(0, "no index signature")
	}
	f.version = binary.BigEndian.Uint32(data[4:])
	if f.version < 2 || f.version > 4 {
		return f.corrupt(4, fmt.Sprintf("unknown version %d", f.version))
	}
	count := binary.BigEndian.Uint32(data[8:])
	if uint64(count) > uint64(len(f.data)-header)/uint64(entryID+f.hash+4) { // the least that an entry takes
		return f.corrupt(8, fmt.Sprintf("%d entries in %d bytes", count, len(data)))
	}
	f.count, f.entries = int(count), header
	c := f.begin()
	end, err := f.walk(&c)
	if err != nil {
		return err
	}
	if err := f.parseExtensions(end); err != nil {
		return err
	}
	switch {
	case f.unnamed > 0 && f.link == nil:
		return f.corrupt(f.entries, "entry without a path")
	case f.directories && !f.sparse:
		return f.corrupt(f.entries, "a directory as an entry, but no sparse index")
	}
	return nil
}

// begin gives a cursor before the first entry.
func (f *indexFile) begin() cursor {
	return cursor{data: f.data, hash: f.hash, version: f.version, pos: f.entries, left: f.count}
}

// walk goes through all entries once, checks them and notes the restarts.
func (f *indexFile) walk(c *cursor) (end int, err error) {
	var last []byte // the path before
	var lastStage int
	room := pathsFloor + pathsPerByte*len(f.data)
	for i := 0; ; i++ {
		if i%restartInterval == 0 {
			r := restart{pos: c.pos}
			if f.version == 4 {
				r.before = bytes.Clone(c.buffer)
			}
			f.restarts = append(f.restarts, r)
		}
		at := c.pos
		ok, reason := c.next()
		if reason == "" && ok {
			reason = f.check(&c.entry, last, lastStage)
			if room -= len(c.entry.Path); room < 0 {
				reason = "the paths up to here are too long for an index of this size"
			}
		}
		if reason != "" {
			return 0, f.corrupt(at, reason)
		}
		if !ok {
			return at, nil
		}
		if lastStage = c.entry.Stage(); f.version == 4 {
			last = append(last[:0], c.entry.Path...)
		} else {
			last = c.entry.Path
		}
	}
}

// check says what is wrong with an entry that comes after one at the path last.
func (f *indexFile) check(e *Entry, last []byte, lastStage int) (reason string) {
	mode := e.Mode()
	if mode == ModeNone {
		return "unknown mode of an entry"
	}
	if len(e.Path) == 0 {
		// Only a split index has them, before all others: they take their paths
		// from the shared index.
		if f.unnamed++; len(last) > 0 {
			return "entry without a path"
		}
		return ""
	}
	if bytes.IndexByte(e.Path, 0) >= 0 {
		return "NUL in a path"
	}
	if (mode == ModeTree) != (e.Path[len(e.Path)-1] == '/') {
		return "mode and path of an entry do not go together"
	}
	f.directories = f.directories || mode == ModeTree
	switch order := bytes.Compare(last, e.Path); {
	case order > 0:
		return "paths are not in order"
	case order == 0 && (lastStage == 0 || lastStage >= e.Stage()):
		return "two entries for one path and stage"
	}
	return ""
}
