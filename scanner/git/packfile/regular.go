package packfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

var errSpecial = errors.New("not a regular file")

// openRegular opens a regular file for reading. Anything else that stands at the path is an
// error: opening a named pipe would wait for whoever writes to it, and a device may never end.
// What the file is, is asked of what was opened, so that nothing can take its place in between.
func openRegular(path string) (*os.File, os.FileInfo, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|openNonblock, 0)
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "read", Path: path, Err: errSpecial}
	}
	if err != nil {
		_ = file.Close()
		return nil, nil, err
	}
	return file, info, nil
}

// ReadRegular reads a regular file of at most limit bytes. What is larger, or no regular
// file, or ends before the size that it says, is an error; that a file is absent is fs.ErrNotExist.
func ReadRegular(path string, limit int64) ([]byte, error) {
	file, info, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	tooLarge := &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("larger than %d bytes", limit)}
	if info.Size() > limit { // which need not be found out by reading
		return nil, tooLarge
	}
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	switch {
	case err != nil:
	case int64(len(data)) > limit: // it grew, or the system does not know its size
		err = tooLarge
	case int64(len(data)) < info.Size(): // it was cut short, or the reading was
		err = &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("%w: %d of %d bytes were read", io.ErrUnexpectedEOF, len(data), info.Size())}
	}
	return data, err
}
