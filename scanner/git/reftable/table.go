package reftable

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// TableError says that a table does not hold together.
type TableError struct {
	Path   string
	Offset int64 // in bytes from the start of the file; in a block of logs, that of the block
	Reason string
}

// Error names the file and the offset.
func (e *TableError) Error() string {
	return fmt.Sprintf("corrupt reftable %s: %s at offset %d", e.Path, e.Reason, e.Offset)
}

// The types of blocks.
const (
	refBlock   = 'r'
	indexBlock = 'i'
	logBlock   = 'g'
)

const (
	headerV1 = 24 // bytes
	headerV2 = 28 // those of version 1 and the hash's name
	// footerFields stand in the footer behind a copy of the header: five offsets
	// and a checksum.
	footerFields = 5*8 + 4
)

// table is one mapped file.
type table struct {
	mapping   *packfile.Mapping
	path      string
	format    packfile.Format
	data      []byte // without the footer
	header    int    // bytes before the first block's own header
	blockSize int    // what blocks are padded to; 0: they are not
	refs      section
	logs      section
}

// section is where blocks of a kind begin, and where their index does.
type section struct {
	kind    byte
	present bool
	start   int // offset of the first block; the very first is taken to begin at 0
	index   int // 0: none
}

func (t *table) corrupt(offset int, reason string) error {
	return &TableError{Path: t.path, Offset: int64(offset), Reason: reason}
}

// openTable maps a table and checks its header and footer.
func openTable(path string, format packfile.Format) (*table, error) {
	mapping, err := packfile.Map(path)
	if err != nil {
		return nil, fmt.Errorf("open reftable: %w", err)
	}
	t := &table{mapping: mapping, path: path, format: format}
	if err := mapping.Guard(func() error { return t.parse(mapping.Bytes()) }); err != nil {
		_ = mapping.Close()
		return nil, err
	}
	return t, nil
}

// parse reads header and footer.
func (t *table) parse(data []byte) error {
	if len(data) < headerV1+headerV1+footerFields {
		return t.corrupt(len(data), "truncated file")
	}
	if string(data[:4]) != "REFT" {
		return t.corrupt(0, "no reftable signature")
	}
	format := packfile.SHA1
	switch version := data[4]; version {
	case 1:
		t.header = headerV1
	case 2:
		t.header = headerV2
		switch name := string(data[headerV1:headerV2]); name {
		case "sha1":
		case "s256":
			format = packfile.SHA256
		default:
			return t.corrupt(headerV1, fmt.Sprintf("unknown hash %q", name))
		}
	default:
		return t.corrupt(4, fmt.Sprintf("unknown version %d", version))
	}
	end := len(data) - t.header - footerFields
	if end < t.header {
		return t.corrupt(len(data), "truncated file")
	}
	footer := data[end:]
	if string(footer[:t.header]) != string(data[:t.header]) {
		return t.corrupt(end, "the footer does not repeat the header: the file is truncated or damaged")
	}
	body := footer[:len(footer)-4]
	if crc32.ChecksumIEEE(body) != binary.BigEndian.Uint32(footer[len(body):]) {
		return t.corrupt(end, "the footer's checksum does not hold")
	}
	if format != t.format {
		return t.corrupt(0, fmt.Sprintf("its ids are %v, those of the repository %v", format, t.format))
	}
	t.data = data[:end]
	t.blockSize = uint24(data[5:])
	return t.locate(body[t.header:])
}

// locate finds the sections: those of the footer, and what the first block is.
func (t *table) locate(fields []byte) error {
	var offsets [5]int
	for n := range offsets {
		value := binary.BigEndian.Uint64(fields[8*n:])
		if n == 1 {
			value >>= 5 // the rest is how long the ids of the object blocks are
		}
		if value != 0 && (value < uint64(t.header) || value >= uint64(len(t.data))) { //nolint:gosec // lengths
			return t.corrupt(len(t.data)+t.header+8*n, fmt.Sprintf("a section at offset %d, which lies outside of the blocks", value))
		}
		offsets[n] = int(value) //nolint:gosec // less than a length
	}
	var first byte
	if len(t.data) > t.header {
		first = t.data[t.header]
	}
	for n, kind := range [5]byte{0: indexBlock, 3: logBlock, 4: indexBlock} {
		if at := offsets[n]; at != 0 && kind != 0 && t.data[at] != kind {
			return t.corrupt(at, fmt.Sprintf("a block of type %q instead of %q", t.data[at], kind))
		}
	}
	t.refs = section{kind: refBlock, present: first == refBlock, index: offsets[0]}
	t.logs = section{kind: logBlock, present: first == logBlock || offsets[3] != 0, start: offsets[3], index: offsets[4]}
	if len(t.data) > t.header && !t.refs.present && !t.logs.present {
		return t.corrupt(t.header, fmt.Sprintf("a block of type %q is the first", first))
	}
	return nil
}

// uint24 reads a big-endian number of three bytes.
func uint24(data []byte) int { return int(data[0])<<16 | int(data[1])<<8 | int(data[2]) }
