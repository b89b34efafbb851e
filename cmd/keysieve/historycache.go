package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner/source"
)

// openCache opens the cache that --cache names; nil without it. An audit of a part of the
// history reads it only.
func (f *historyFlags) openCache(set *rules.Set, readOnly bool) (*source.Cache, error) {
	if f.cache == "" {
		return nil, nil
	}
	fail := func(err error) error {
		return &usageError{fmt.Sprintf("cannot use the cache %s: %v", f.cache, cause(err)), "name a directory that you can write to"}
	}
	dir, err := cacheDirectory(f.cache)
	if err != nil {
		return nil, fail(err)
	}
	digest, err := set.Digest()
	if err != nil {
		return nil, err
	}
	build, err := buildIdentity()
	if err != nil {
		return nil, err
	}
	cache, err := source.OpenCache(dir, source.CacheOptions{Rules: digest, Build: build, ReadOnly: readOnly})
	if err != nil {
		return nil, fail(err)
	}
	return cache, nil
}

// sayNotes says what an audit noticed about its cache.
func (a *app) sayNotes(cache *source.Cache) {
	if cache == nil {
		return
	}
	for _, note := range cache.Notes() {
		say(a.stderr, "warning: "+note, "")
	}
}

// cacheDirectory returns the cache's directory as an absolute path. What is there
// must be a directory; where nothing is, the audit makes one.
func cacheDirectory(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	switch info, err := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return "", err
	case !info.IsDir():
		return "", errors.New("it is not a directory")
	}
	return path, nil
}

// buildIdentity tells this keysieve from any that might find something else: by its
// version or, where that does not say all that is in it, by the program itself.
func buildIdentity() (string, error) {
	v := version()
	if v != "devel" && !strings.Contains(v, "+dirty") {
		return v, nil
	}
	path, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find out which keysieve this is, for the cache: %w", err)
	}
	file, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("find out which keysieve this is, for the cache: %w", err)
	}
	h := sha256.New()
	_, err = io.Copy(h, file)
	if err = errors.Join(err, file.Close()); err != nil {
		return "", fmt.Errorf("find out which keysieve this is, for the cache: %w", err)
	}
	return fmt.Sprintf("%s %x", v, h.Sum(nil)), nil
}
