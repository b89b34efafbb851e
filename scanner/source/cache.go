package source

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/keysieve/keysieve/scanner/git"
)

// Cache is a directory that remembers what audits found clean, and with what they looked for it, so
// that the next audit reads only what is new. Its files hold digests, object ids and places, never a
// content. One file says all of one object store (storeRecord); its name is a digest of the store's path, of the
// rules and of the keysieve that scanned, so that other rules or another version find nothing rather
// than something wrong. A file that does not hold what its checksum says is as if it was not there, and noted.
//
// A directory may be shared by repositories, by audits at the same time and by
// versions: files are replaced as a whole. What they say is trusted; whoever can write there can
// hide a secret from audits, as whoever can change the configuration.
type Cache struct {
	dir      string
	scan     [sha256.Size]byte
	readOnly bool

	mu    sync.Mutex
	notes []string
}

// CacheOptions say how a Cache is used.
type CacheOptions struct {
	Rules    [sha256.Size]byte // digest of the rules
	Build    string            // which keysieve scans
	ReadOnly bool              // nothing is remembered: only a part of the history is audited
}

const (
	cacheSuffix    = ".seen"
	cacheTemporary = ".tmp"
	// cacheLife is how long a file is kept that no audit asked for.
	cacheLife = 90 * 24 * time.Hour
	// temporaryLife is how long another audit may need to write a file.
	temporaryLife = 24 * time.Hour
	// touchAfter is how old the time of a file may get before its use is noted.
	touchAfter = 24 * time.Hour
)

// OpenCache opens a cache; the directory is made if there is none, readable by the user
// only, unless nothing is to be remembered. The error says that it cannot be written.
func OpenCache(dir string, o CacheOptions) (*Cache, error) {
	c := &Cache{dir: dir, readOnly: o.ReadOnly}
	h := sha256.New()
	_, _ = h.Write(o.Rules[:]) // a hash never fails
	_, _ = io.WriteString(h, o.Build)
	h.Sum(c.scan[:0])
	if o.ReadOnly {
		return c, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the cache: %w", err)
	}
	file, err := c.temporary()
	if err != nil {
		return nil, fmt.Errorf("write to the cache: %w", err)
	}
	return c, errors.Join(file.Close(), os.Remove(file.Name()))
}

// Notes are what a user should know of the cache after an audit: files that were damaged, or
// could not be written.
func (c *Cache) Notes() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.notes
}

func (c *Cache) note(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.notes = append(c.notes, fmt.Sprintf(format, args...))
}

// path is where the record of a store is.
func (c *Cache) path(store [sha256.Size]byte) string {
	sum := sha256.Sum256(append(c.scan[:], store[:]...))
	return filepath.Join(c.dir, hex.EncodeToString(sum[:20])+cacheSuffix)
}

// load reads the record of a store; nil if there is none, or none that can be trusted.
func (c *Cache) load(store [sha256.Size]byte) *storeRecord {
	path := c.path(store)
	r, err := c.read(path, &storeRecord{scan: c.scan, store: store})
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		c.note("the cache's file %s is not used: %v; what it stood for is scanned again", path, pathless(err))
		return nil
	}
	if info, err := os.Stat(path); err == nil && time.Since(info.ModTime()) > touchAfter {
		now := time.Now()
		_ = os.Chtimes(path, now, now) // it is pruned too early at worst
	}
	return r
}

// maxRecord bounds a file, in bytes: some 50 million loose objects, or 8 billion packed ones.
const maxRecord = 1 << 30

func (c *Cache) read(path string, want *storeRecord) (*storeRecord, error) {
	data, err := git.ReadRegular(path, maxRecord)
	if err != nil {
		return nil, err
	}
	return decodeRecord(data, want)
}

// pathless is an error of a file without its path.
func pathless(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// save writes the record of a store: whole, or not at all.
func (c *Cache) save(r *storeRecord) error {
	r.scan = c.scan
	file, err := c.temporary()
	if err != nil {
		return err
	}
	_, err = file.Write(r.encode())
	if err == nil {
		err = file.Sync()
	}
	err = errors.Join(err, file.Close())
	if err == nil {
		err = os.Rename(file.Name(), c.path(r.store))
	}
	if err != nil {
		_ = os.Remove(file.Name()) // prune does it later
	}
	return err
}

// forget removes the record of a store.
func (c *Cache) forget(store [sha256.Size]byte) error {
	err := os.Remove(c.path(store))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// temporary makes a file that only its owner may read.
func (c *Cache) temporary() (*os.File, error) {
	return os.CreateTemp(c.dir, "new-*"+cacheTemporary)
}

// prune removes files that were not used for long.
func (c *Cache) prune(now time.Time) error {
	files, err := os.ReadDir(c.dir)
	if err != nil {
		return err
	}
	var errs []error
	for _, file := range files {
		life := cacheLifeOf(file.Name())
		if life == 0 || !file.Type().IsRegular() {
			continue
		}
		info, err := file.Info()
		if err != nil || now.Sub(info.ModTime()) < life {
			continue // one that is gone was removed by another audit
		}
		if err := os.Remove(filepath.Join(c.dir, file.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// cacheLifeOf is how long a file is kept; 0: for ever, as it is none of a cache's.
func cacheLifeOf(name string) time.Duration {
	switch {
	case strings.HasPrefix(name, "new-") && strings.HasSuffix(name, cacheTemporary):
		return temporaryLife
	case len(name) == 40+len(cacheSuffix) && strings.HasSuffix(name, cacheSuffix):
		return cacheLife
	}
	return 0
}
