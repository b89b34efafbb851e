package packfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zlib"
)

// Inflater undoes the compression of objects. It keeps decompressors for
// further use, which are large. The zero value is ready, and safe for
// concurrent use.
type Inflater struct {
	pool  sync.Pool // of *decompressor
	shots sync.Pool // of *oneShot
	bases baseCache
}

// decompressor is a zlib reader and what it reads from, used again together.
type decompressor struct {
	zlib   io.ReadCloser
	memory bytes.Reader
	file   *bufio.Reader // made for the first file
}

// open begins a stream at the front of data.
func (i *Inflater) open(data []byte) (*decompressor, error) {
	d, ok := i.pool.Get().(*decompressor)
	if !ok {
		d = &decompressor{}
	}
	d.memory.Reset(data)
	return d, d.begin(&d.memory)
}

// openFile begins a stream at the front of a file.
func (i *Inflater) openFile(file io.Reader) (*decompressor, error) {
	d, ok := i.pool.Get().(*decompressor)
	if !ok {
		d = &decompressor{}
	}
	if d.file == nil {
		d.file = bufio.NewReaderSize(nil, 32<<10)
	}
	d.file.Reset(file)
	return d, d.begin(d.file)
}

// begin begins a stream. That source is an io.ByteReader keeps it from being
// read further than to the stream's end.
func (d *decompressor) begin(source flate.Reader) (err error) {
	if d.zlib == nil {
		d.zlib, err = zlib.NewReader(source)
	} else {
		err = d.zlib.(zlib.Resetter).Reset(source, nil)
	}
	return inflateError(err)
}

// close gives the decompressor back.
func (i *Inflater) close(d *decompressor) {
	d.memory.Reset(nil)
	if d.file != nil {
		d.file.Reset(nil)
	}
	if d.zlib != nil {
		i.pool.Put(d)
	}
}

// inflateError says which layer failed.
func inflateError(err error) error {
	switch {
	case err == nil, err == io.EOF: //nolint:errorlint // io.EOF is never wrapped here
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("inflate: truncated data")
	}
	return fmt.Errorf("inflate: corrupt data: %w", err)
}

// Allocations that follow a size that a file declares are bounded: the rest is
// allocated when there is something to put there.
const maxAhead = 4 << 20

// bytes inflates a stream of exactly size bytes from the front of data.
func (i *Inflater) bytes(data []byte, size int64) ([]byte, error) {
	if content, ok := i.atOnce(data, size); ok {
		return content, nil
	}
	d, err := i.open(data)
	defer i.close(d)
	if err != nil {
		return nil, err
	}
	return readExactly(d.zlib, size)
}

// atOnce inflates a stream in one go, which is about twice as fast as to stream it.
// It is not ok if the size that is declared is large, or if anything is wrong: the
// stream will say what.
func (i *Inflater) atOnce(data []byte, size int64) ([]byte, bool) {
	if size > maxAhead {
		return nil, false
	}
	shot := i.shot()
	defer i.shots.Put(shot)
	content := make([]byte, size)
	_, err := shot.inflate(content, data, true)
	return content, err == nil
}

// readExactly reads size bytes, the end of the stream and its checksum.
func readExactly(r io.Reader, size int64) ([]byte, error) {
	// A byte more than declared is room for noticing that there is one.
	buf := make([]byte, 0, min(size, maxAhead)+1)
	for {
		if len(buf) == cap(buf) { // few steps: each leaves the memory of the one before to the garbage collector
			grown := make([]byte, len(buf), min(size+1, 4*int64(cap(buf)))+1)
			copy(grown, buf)
			buf = grown
		}
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		switch {
		case int64(len(buf)) > size:
			return nil, fmt.Errorf("inflate: more than the declared %d bytes", size)
		case err == io.EOF && int64(len(buf)) == size: //nolint:errorlint // readers return it as it is
			return buf, nil
		case err == io.EOF: //nolint:errorlint // as above
			return nil, fmt.Errorf("inflate: %d bytes instead of the declared %d", len(buf), size)
		case err != nil:
			return nil, inflateError(err)
		}
	}
}
