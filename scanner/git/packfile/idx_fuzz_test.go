package packfile

import (
	"bytes"
	"testing"
)

// FuzzPackIndex reads any bytes as a pack's index, and again with two bits flipped: no panic, no endless search, no more
// objects than the index says, and no offset before the pack.
func FuzzPackIndex(f *testing.F) {
	p, _ := craftPack(f, blobEntry("one"), blobEntry("two"), blobEntry("three"))
	sound := bytes.Clone(p.Index().data)
	f.Add(sound, uint16(len(sound)/2))
	f.Add(sound[:len(sound)-8], uint16(8))
	large := bytes.Clone(sound) // an offset of eight bytes that is not there
	large[len(large)-2*20-4] |= 0x80
	f.Add(large, uint16(9))
	f.Add(append(make([]byte, fanoutSize), make([]byte, 40)...), uint16(0)) // version 1, of nothing
	f.Fuzz(func(t *testing.T, data []byte, flip uint16) {
		for _, flipped := range []bool{false, true} {
			if flipped && len(data) > 0 {
				data = bytes.Clone(data)
				data[int(flip)%len(data)] ^= 0x81
			}
			x := &Index{mapping: &Mapping{path: "x.idx", data: data}, data: data, hash: SHA1.Size()}
			if x.readHeader() != nil {
				continue
			}
			low, _ := SHA1.ParsePrefix("")
			var ids []ID
			if err := x.EachPrefix(low, 0, func(id ID) bool {
				ids = append(ids, id)
				return true
			}); err != nil {
				continue
			}
			if len(ids) > x.Count() {
				t.Fatalf("%d of %d ids", len(ids), x.Count())
			}
			for _, id := range ids {
				if offset, ok, err := x.Find(id); err == nil && ok && offset < 0 {
					t.Errorf("%v at %d", id, offset)
				}
			}
		}
	})
}

// FuzzLooseHeader reads any bytes as what a loose object begins with: what is accepted is a known kind and a size.
func FuzzLooseHeader(f *testing.F) {
	for _, header := range []string{"blob 12\x00hello", "commit 9223372036854775807\x00", "tree 0\x00", "tag 1 \x00", "blob -1\x00", "blob 012\x00", "commit 18446744073709551616\x00"} {
		f.Add([]byte(header))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		kind, size, content, err := parseLooseHeader(data)
		if err == nil && (size < 0 || kind.String() == "" || len(content) > len(data)) {
			t.Errorf("%q: %v of %d bytes, %d of them here", data, kind, size, len(content))
		}
	})
}
