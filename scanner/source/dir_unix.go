//go:build unix

package source

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// A folder is an open directory. It is shared by the walk and the contents
// that are still to be opened, and closed when the last of them lets go; any
// goroutine may do so.
type folder struct {
	path string // absolute; for messages and for finding work trees
	file *os.File
	held atomic.Int32
}

const folderFlags = unix.O_RDONLY | unix.O_DIRECTORY | unix.O_NOFOLLOW | unix.O_CLOEXEC

// openFolder opens a directory by its absolute path, held once.
func openFolder(path string) (*folder, error) {
	return newFolder(unix.AT_FDCWD, path, path)
}

// openFolder opens a directory in this one, held once.
func (f *folder) openFolder(name string) (*folder, error) {
	path := f.path + "/" + name
	if f.path == "/" {
		path = "/" + name
	}
	return newFolder(int(f.file.Fd()), name, path)
}

func newFolder(at int, name, path string) (*folder, error) {
	fd, err := openAt(at, name, folderFlags)
	if err != nil {
		return nil, err
	}
	f := &folder{path: path, file: os.NewFile(uintptr(fd), path)}
	f.held.Store(1)
	return f, nil
}

func openAt(at int, name string, flags int) (int, error) {
	for {
		fd, err := unix.Openat(at, name, flags, 0)
		if err != unix.EINTR {
			return fd, err
		}
	}
}

func (f *folder) retain() { f.held.Add(1) }

func (f *folder) release() {
	if f.held.Add(-1) == 0 {
		_ = f.file.Close() // read only: nothing can be lost
	}
}

// entries lists the directory, as far as it can be read. The types come with
// the list; no file is looked at.
func (f *folder) entries() ([]fs.DirEntry, error) { return f.file.ReadDir(-1) }

// identity tells a directory from all others, also across mounts.
type identity struct{ device, inode uint64 }

func (f *folder) identity() (identity, error) {
	var st unix.Stat_t
	if err := fstat(int(f.file.Fd()), &st); err != nil {
		return identity{}, err
	}
	return identity{uint64(st.Dev), uint64(st.Ino)}, nil //nolint:unconvert // the types differ between systems
}

func fstat(fd int, st *unix.Stat_t) error {
	for {
		if err := unix.Fstat(fd, st); err != unix.EINTR {
			return err
		}
	}
}

// readLink returns the target of a symbolic link.
func (f *folder) readLink(name string) (string, error) {
	for size := 256; ; size *= 2 {
		buf := make([]byte, size)
		n, err := unix.Readlinkat(int(f.file.Fd()), name, buf)
		if err != nil {
			return "", err
		}
		if n < size {
			return string(buf[:n]), nil
		}
	}
}

// openFile opens a regular file and nothing else: a link is not followed, and a
// named pipe that took the file's place does not block.
func (f *folder) openFile(name string) (io.ReadCloser, error) {
	fd, err := openAt(int(f.file.Fd()), name, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC|unix.O_NOCTTY)
	if err != nil {
		return nil, err
	}
	file := &regularFile{fd: fd, name: name}
	if err := fstat(fd, &file.opened); err != nil {
		_ = file.Close()
		return nil, err
	}
	if uint32(file.opened.Mode)&unix.S_IFMT != unix.S_IFREG { //nolint:unconvert // the types differ between systems
		_ = file.Close()
		return nil, errReplaced
	}
	return file, nil
}

var errReplaced = errors.New("replaced during the scan")

// isReplaced reports whether the error says that a name stands for something
// else than when its directory was listed.
func isReplaced(err error) bool {
	return errors.Is(err, errReplaced) || errors.Is(err, unix.ELOOP) || errors.Is(err, unix.EMLINK) || errors.Is(err, unix.ENOTDIR) ||
		errors.Is(err, unix.ENXIO)
}

// A regularFile reads a file and notices when it changes meanwhile. It does
// without os.File, which would ask the poller about every file.
type regularFile struct {
	fd     int // -1: closed
	name   string
	opened unix.Stat_t
	read   int64 // bytes so far
}

// Read reads as io.Reader does. At the end of a file that changed since it was
// opened, or that ends before the size that it says, it returns an error instead of io.EOF.
func (f *regularFile) Read(p []byte) (int, error) {
	if f.fd < 0 {
		return 0, fs.ErrClosed
	}
	if len(p) == 0 {
		return 0, nil
	}
	// Linux reads no more than 2 GiB at once, other systems return an error for more.
	if len(p) > 1<<30 {
		p = p[:1<<30]
	}
	for {
		n, err := unix.Read(f.fd, p)
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return 0, asOpenError(err)
		case n > 0:
			f.read += int64(n)
			return n, nil
		}
		var now unix.Stat_t
		if err := fstat(f.fd, &now); err != nil {
			return 0, asOpenError(err)
		}
		if now.Size != f.opened.Size || now.Mtim != f.opened.Mtim {
			return 0, &openError{reason: "changed while it was read", hint: "scan again"}
		}
		if f.read < now.Size && !madeUp(&now) {
			return 0, endsEarly(f.read, now.Size)
		}
		return 0, io.EOF
	}
}

// madeUp says that a file's size says nothing: it takes no room and is said to be one page, as the files that Linux's sysfs
// makes up when they are read.
func madeUp(st *unix.Stat_t) bool { return st.Blocks == 0 && st.Size == int64(os.Getpagesize()) }

// Close closes the file.
func (f *regularFile) Close() error {
	if f.fd < 0 {
		return fs.ErrClosed
	}
	fd := f.fd
	f.fd = -1
	return unix.Close(fd)
}

// Stat tells what the file was when it was opened.
func (f *regularFile) Stat() (fs.FileInfo, error) { return fileInfo{f}, nil }

// fileInfo is a regularFile's fs.FileInfo.
type fileInfo struct{ f *regularFile }

func (i fileInfo) Name() string       { return i.f.name }
func (i fileInfo) Size() int64        { return i.f.opened.Size }
func (i fileInfo) Mode() fs.FileMode  { return fs.FileMode(i.f.opened.Mode & 0o777) }
func (i fileInfo) ModTime() time.Time { return time.Unix(i.f.opened.Mtim.Unix()) }
func (i fileInfo) IsDir() bool        { return false }
func (i fileInfo) Sys() any           { return &i.f.opened }
