package packfile

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
)

// Mapping is a file shown as memory. What is not looked at is not read. Where
// the system offers no mapping, the whole file is read instead.
type Mapping struct {
	path  string
	data  []byte
	unmap func() error // nil when there is nothing to give back
}

// Map maps the file at path for reading. An empty file has no bytes; a
// directory or another special file is an error.
func Map(path string) (*Mapping, error) {
	file, info, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	size := info.Size()
	if size != int64(int(size)) {
		return nil, fmt.Errorf("%s: %d bytes are more than this machine can address", path, size)
	}
	m := &Mapping{path: path}
	if size == 0 {
		// Files that the system makes up have no size: they are not what they say.
		if n, err := file.Read(make([]byte, 1)); n > 0 || err != io.EOF { //nolint:errorlint // a file returns it as it is
			return nil, fmt.Errorf("%s has no size, but is not empty: %w", path, errFault)
		}
		return m, nil
	}
	m.data, m.unmap, err = mapFile(file, int(size))
	if err != nil {
		return nil, fmt.Errorf("map %s: %w", path, err)
	}
	return m, nil
}

// Path is the name that the file was opened by.
func (m *Mapping) Path() string { return m.path }

// Bytes is the file's content, valid until Close. Reading it may fault when
// the file was cut short or its disk fails: do it inside Guard.
func (m *Mapping) Bytes() []byte { return m.data }

// Close gives the memory back. No slice of Bytes may be used afterwards.
func (m *Mapping) Close() error {
	unmap := m.unmap
	m.data, m.unmap = nil, nil
	if unmap == nil {
		return nil
	}
	return unmap()
}

// errFault is what a failed access to mapped memory becomes.
var errFault = errors.New("the file was cut short or could not be read")

// Guard runs f and turns a fault in mapped memory, which would otherwise end
// the process, into an error that names the file. It holds for the calling
// goroutine only.
func (m *Mapping) Guard(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch r := recover().(type) {
		case nil:
		case interface {
			runtime.Error
			Addr() uintptr
		}: // the runtime's error for a fault at an address that is not nil
			err = fmt.Errorf("%s: %w", m.path, errFault)
		default:
			panic(r)
		}
	}()
	return f()
}
