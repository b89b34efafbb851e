//go:build !unix

package source

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// A folder is a directory of the walk. Systems without openat reach files by
// their path, and check what they opened.
type folder struct {
	path string
}

func openFolder(path string) (*folder, error) { return &folder{path}, nil }

func (f *folder) openFolder(name string) (*folder, error) {
	path := filepath.Join(f.path, name)
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, errReplaced
	}
	return &folder{path}, nil
}

func (f *folder) retain()  {}
func (f *folder) release() {}

func (f *folder) entries() ([]fs.DirEntry, error) { return os.ReadDir(f.path) }

// identity is the directory's resolved path: links are not followed, so a loop
// can only come from a mounted folder, which resolving shows.
type identity struct{ path string }

func (f *folder) identity() (identity, error) {
	path, err := filepath.EvalSymlinks(f.path)
	return identity{path}, err
}

func (f *folder) readLink(name string) (string, error) {
	return os.Readlink(filepath.Join(f.path, name))
}

func (f *folder) openFile(name string) (io.ReadCloser, error) {
	path := filepath.Join(f.path, name)
	before, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !before.Mode().IsRegular() {
		return nil, errReplaced
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	after, err := file.Stat()
	if err == nil && !os.SameFile(before, after) {
		err = errReplaced
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return &regularFile{File: file, opened: after}, nil
}

var errReplaced = errors.New("replaced during the scan")

func isReplaced(err error) bool { return errors.Is(err, errReplaced) }

// A regularFile reads a file and notices when it changes meanwhile.
type regularFile struct {
	*os.File
	opened fs.FileInfo
	read   int64 // bytes so far
}

// Read reads as io.Reader does. At the end of a file that changed since it was
// opened, or that ends before the size that it says, it returns an error instead of io.EOF.
func (f *regularFile) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	f.read += int64(n)
	if err == io.EOF {
		now, statErr := f.File.Stat()
		if statErr != nil {
			return n, asOpenError(statErr)
		}
		if now.Size() != f.opened.Size() || !now.ModTime().Equal(f.opened.ModTime()) {
			return n, &openError{reason: "changed while it was read", hint: "scan again"}
		}
		if f.read < now.Size() {
			return n, endsEarly(f.read, now.Size())
		}
		return n, err
	}
	return n, asOpenError(err)
}
