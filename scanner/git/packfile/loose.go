package packfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
)

// looseReader streams a loose object: a file that holds one zlib stream of
// KIND SP SIZE NUL CONTENT.
type looseReader struct {
	path     string
	inflater *Inflater
	file     *os.File
	d        *decompressor
	head     []byte // content that was read along with the header
	left     int64
	err      error
}

// maxLooseHeader is the longest header, in bytes: "commit", a space, 19 digits, NUL.
const maxLooseHeader = 32

// OpenLoose opens the loose object in the file at path and reads its header.
// Declared size and checksum are verified when the stream ends; that the
// content is that of the object's name is for the caller to verify. The error
// is fs.ErrNotExist if there is no such file. A small object is read at once: then r is a Memory.
func (i *Inflater) OpenLoose(path string) (r io.ReadCloser, kind Kind, size int64, err error) {
	file, info, err := openRegular(path)
	if err != nil {
		return nil, 0, 0, err
	}
	if r, kind, size, ok := i.looseAtOnce(file, info.Size()); ok {
		return r, kind, size, file.Close()
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		_ = file.Close()
		return nil, 0, 0, fmt.Errorf("loose object %s: %w", path, err)
	}
	l := &looseReader{path: path, inflater: i, file: file}
	kind, size, err = l.readHeader()
	if err != nil {
		_ = l.Close()
		return nil, 0, 0, fmt.Errorf("loose object %s: %w", path, err)
	}
	return l, kind, size, nil
}

// StatLoose reads the header of the loose object in the file at path, and no more of the file than that takes.
// Errors are those of OpenLoose, but that of content which ends too early or too late.
func (i *Inflater) StatLoose(path string) (kind Kind, size int64, err error) {
	file, _, err := openRegular(path)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = file.Close() }()
	var front [looseFront]byte
	if n, err := io.ReadFull(file, front[:]); err == nil || errors.Is(err, io.ErrUnexpectedEOF) {
		if kind, size, ok := i.frontHeader(front[:n]); ok {
			return kind, size, nil
		}
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return 0, 0, fmt.Errorf("loose object %s: %w", path, err)
	}
	l := &looseReader{path: path, inflater: i, file: file}
	defer func() { _ = l.Close() }()
	if kind, size, err = l.readHeader(); err != nil {
		return 0, 0, fmt.Errorf("loose object %s: %w", path, err)
	}
	return kind, size, nil
}

// looseFront is how many bytes of a loose object's file hold its header for nearly all: zlib's header, the
// description of the first block's codes, and 32 symbols of up to 15 bits.
const looseFront = 512

// frontHeader reads the header from the first bytes of a file; not ok where they do not hold it.
func (i *Inflater) frontHeader(front []byte) (kind Kind, size int64, ok bool) {
	shot := i.shot()
	defer i.shots.Put(shot)
	kind, size, _, err := shot.header(front)
	return kind, size, err == nil
}

// shot gives an inflater for what is in memory; it goes back to i.shots.
func (i *Inflater) shot() *oneShot {
	if shot, known := i.shots.Get().(*oneShot); known {
		return shot
	}
	return &oneShot{}
}

// header inflates no more than a loose object's header from what its file begins with, and gives its length.
func (s *oneShot) header(data []byte) (kind Kind, size int64, length int, err error) {
	var head [maxLooseHeader]byte
	for k := range head {
		head[k] = 0xff // what is not written is no end of the header
	}
	if _, err := s.inflate(head[:], data, false); errors.Is(err, errCut) { // any other error is that the stream is longer
		return 0, 0, 0, err
	}
	kind, size, rest, err := parseLooseHeader(head[:])
	return kind, size, len(head) - len(rest), err
}

// readHeader begins the stream.
func (l *looseReader) readHeader() (kind Kind, size int64, err error) {
	if l.d, err = l.inflater.openFile(l.file); err != nil {
		return 0, 0, err
	}
	buf := make([]byte, maxLooseHeader)
	n, err := io.ReadFull(l.d.zlib, buf)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && err != io.EOF { //nolint:errorlint // ReadFull returns it as it is
		return 0, 0, inflateError(err)
	}
	kind, size, l.head, err = parseLooseHeader(buf[:n])
	l.left = size
	return kind, size, err
}

// parseLooseHeader reads what a loose object begins with, and gives what follows.
func parseLooseHeader(text []byte) (kind Kind, size int64, content []byte, err error) {
	header, content, ok := bytes.Cut(text, []byte{0})
	word, digits, okSize := bytes.Cut(header, []byte{' '})
	if !ok || !okSize {
		return 0, 0, nil, errors.New("bad header")
	}
	if kind, err = ParseKind(string(word)); err != nil {
		return 0, 0, nil, err
	}
	if size, err = strconv.ParseInt(string(digits), 10, 64); err != nil || digits[0] < '0' || digits[0] > '9' {
		return 0, 0, nil, fmt.Errorf("bad size %q", digits)
	}
	return kind, size, content, nil
}

const (
	// atOnce is the size of a loose object's file, in bytes, up to which it is read as a whole.
	atOnce = 256 << 10
	// atOnceContent is the size of its content up to which it is.
	atOnceContent = 4 << 20
)

// looseAtOnce reads a small object, whose file has the bytes stored, into memory, which is much faster than to stream
// it. It is not ok if the object is large, or if anything is wrong with it: the stream will say what.
func (i *Inflater) looseAtOnce(file *os.File, stored int64) (r io.ReadCloser, kind Kind, size int64, ok bool) {
	if stored > atOnce {
		return nil, 0, 0, false
	}
	data := make([]byte, stored+1)
	n, err := io.ReadFull(file, data)
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, 0, 0, false
	}
	shot := i.shot()
	defer i.shots.Put(shot)
	kind, size, length, err := shot.header(data[:n])
	if err != nil || size > atOnceContent {
		return nil, 0, 0, false
	}
	content := make([]byte, length+int(size))
	if read, err := shot.inflate(content, data[:n], true); err != nil || read != n {
		return nil, 0, 0, false
	}
	return NewMemory(content[length:]), kind, size, true
}

// Read inflates. It reports an object that is longer or shorter than declared.
func (l *looseReader) Read(buf []byte) (n int, err error) {
	if l.err != nil || len(buf) == 0 {
		return 0, l.err
	}
	if len(l.head) > 0 {
		n = copy(buf, l.head)
		l.head = l.head[n:]
	} else {
		n, l.err = l.d.zlib.Read(buf)
	}
	l.left -= int64(n)
	switch {
	case l.left < 0:
		l.err = errors.New("inflate: more than the declared size")
	case l.err == nil:
		return n, nil
	case l.err == io.EOF && l.left == 0: //nolint:errorlint // zlib returns it as it is
		if _, err := l.d.file.ReadByte(); err == io.EOF { //nolint:errorlint // a file returns it as it is
			return n, io.EOF
		}
		l.err = errors.New("inflate: more data after the end")
	case l.err == io.EOF: //nolint:errorlint // as above
		l.err = fmt.Errorf("inflate: %d bytes less than the declared size", l.left)
	default:
		l.err = inflateError(l.err)
	}
	l.err = fmt.Errorf("loose object %s: %w", l.path, l.err)
	return 0, l.err
}

// Close closes the file and gives the decompressor back; later reads fail.
func (l *looseReader) Close() error {
	if l.d != nil {
		l.inflater.close(l.d)
		l.d = nil
	}
	l.err = errors.New("read after close")
	return l.file.Close()
}
