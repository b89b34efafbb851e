package packfile

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // the object format says which hash; it is no choice of ours
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
)

// Format is a repository's object format: the hash that names its objects.
type Format uint8

// The object formats.
const (
	SHA1 Format = iota + 1
	SHA256
)

// ParseFormat reads the value of extensions.objectFormat.
func ParseFormat(word string) (Format, error) {
	switch word {
	case "sha1":
		return SHA1, nil
	case "sha256":
		return SHA256, nil
	}
	return 0, fmt.Errorf("unknown object format %q (sha1, sha256)", word)
}

// String returns the word used in a repository's configuration.
func (f Format) String() string {
	if f == SHA256 {
		return "sha256"
	}
	return "sha1"
}

// Size is the number of bytes of an object id: 20 or 32.
func (f Format) Size() int {
	if f == SHA256 {
		return sha256.Size
	}
	return sha1.Size
}

// New returns the hash function.
func (f Format) New() hash.Hash {
	if f == SHA256 {
		return sha256.New()
	}
	return sha1.New() //nolint:gosec // see the import
}

// ID names an object: the hash of its kind, size and content. It is a value
// that can be compared and used as a key. The zero value names nothing.
type ID struct {
	sum  [sha256.Size]byte
	size uint8
}

// MakeID makes an ID from its 20 or 32 bytes. Any other length gives the zero
// value.
func MakeID(raw []byte) (id ID) {
	if len(raw) != sha1.Size && len(raw) != sha256.Size {
		return ID{}
	}
	id.size = uint8(copy(id.sum[:], raw)) //nolint:gosec // at most 32
	return id
}

// ParseID reads 40 or 64 hexadecimal digits.
func ParseID(digits string) (ID, error) {
	if n := len(digits); n != 2*sha1.Size && n != 2*sha256.Size {
		return ID{}, fmt.Errorf("object id %.80q has %d digits instead of 40 or 64", digits, n)
	}
	raw, err := hex.DecodeString(digits)
	if err != nil {
		return ID{}, fmt.Errorf("object id %.80q: %w", digits, err)
	}
	return MakeID(raw), nil
}

// Sum computes the id of an object.
func (f Format) Sum(kind Kind, content []byte) ID {
	h := f.New()
	fmt.Fprintf(h, "%s %d\x00", kind, len(content))
	_, _ = h.Write(content)
	return MakeID(h.Sum(nil))
}

// Append appends the id's bytes to buf.
func (id ID) Append(buf []byte) []byte { return append(buf, id.sum[:id.size]...) }

// String returns the id in hexadecimal; the zero value gives an empty string.
func (id ID) String() string { return hex.EncodeToString(id.sum[:id.size]) }

// Format returns the object format that the id belongs to; 0 for the zero value.
func (id ID) Format() Format {
	switch id.size {
	case sha1.Size:
		return SHA1
	case sha256.Size:
		return SHA256
	}
	return 0
}

// IsZero says that the id names nothing: it is the zero value or Git's null id
// (all bytes zero).
func (id ID) IsZero() bool { return id.sum == [sha256.Size]byte{} }

// Equals says whether raw holds the id's bytes.
func (id *ID) Equals(raw []byte) bool { return bytes.Equal(id.sum[:id.size], raw) }

// Compare orders ids by their bytes.
func (id *ID) Compare(raw []byte) int { return bytes.Compare(id.sum[:id.size], raw) }

// first is the index into a fan-out table.
func (id *ID) first() int { return int(id.sum[0]) }

// CompareIDs orders ids by their bytes, for slices.SortFunc.
func CompareIDs(a, b ID) int {
	return bytes.Compare(a.sum[:a.size], b.sum[:b.size])
}
