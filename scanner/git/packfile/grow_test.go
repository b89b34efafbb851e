package packfile

import (
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// addChecksums writes the CRC-32 of the entries into a crafted index.
func addChecksums(t testing.TB, p *Pack, offsets []int64) {
	t.Helper()
	data, err := os.ReadFile(p.path)
	if err != nil {
		t.Fatal(err)
	}
	data = data[:len(data)-20]
	file, err := os.OpenFile(p.index.mapping.path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	sorted := slices.Compact(slices.Sorted(slices.Values(append(offsets, int64(len(data))))))
	x := p.index
	sums := make([]byte, 0, 4*x.count)
	for n := range x.count {
		at, err := x.offset(n)
		if err != nil {
			t.Fatal(err)
		}
		next, _ := slices.BinarySearch(sorted, at+1)
		var stored []byte
		if next < len(sorted) && at < int64(len(data)) {
			stored = data[at:min(sorted[next], int64(len(data)))]
		}
		sums = binary.BigEndian.AppendUint32(sums, crc32.ChecksumIEEE(stored))
	}
	if _, err := file.WriteAt(sums, int64(x.ids+x.count*x.hash)); err != nil {
		t.Fatal(err)
	}
}

// grown is a random forest of blobs.
type grown struct {
	entries  []crafted
	contents [][]byte
	parents  []int // -1: a root
}

// grow makes n blobs of about size bytes, most of them deltas on each other, of
// which some stand before their base.
func grow(random *rand.Rand, n, size int) grown {
	g := grown{entries: make([]crafted, n), contents: make([][]byte, n), parents: make([]int, n)}
	place := random.Perm(n) // of the nodes, which are made bases first
	for node, at := range place {
		g.parents[at] = -1
		if node == 0 || random.IntN(10) == 0 {
			content := make([]byte, random.IntN(2*size))
			for i := range content {
				content[i] = byte(random.Uint32() >> 3 & 0x3f)
			}
			content = fmt.Append(content, " root ", node)
			g.contents[at], g.entries[at] = content, blobEntry(string(content))
			continue
		}
		parent := place[max(0, node-1-random.IntN(1+random.IntN(node)))]
		delta, content := randomDelta(random, g.contents[parent], node)
		g.parents[at], g.contents[at] = parent, content
		g.entries[at] = crafted{id: SHA1.Sum(KindBlob, content), kind: KindRefDelta, baseID: g.entries[parent].id, content: delta}
		if parent < at && random.IntN(4) > 0 {
			g.entries[at].kind, g.entries[at].base = KindOfsDelta, parent
		}
	}
	return g
}

// randomDelta copies and inserts at random; the result names node.
func randomDelta(random *rand.Rand, base []byte, node int) (delta, content []byte) {
	var code []byte
	insert := func(text []byte) {
		code = append(append(code, byte(len(text))), text...)
		content = append(content, text...)
	}
	insert(fmt.Append(nil, "node ", node, " "))
	for at := 0; at < len(base); {
		size := min(len(base)-at, 1+random.IntN(len(base)))
		code = append(code, 0xff, byte(at), byte(at>>8), byte(at>>16), byte(at>>24), byte(size), byte(size>>8), byte(size>>16))
		content = append(content, base[at:at+size]...)
		at += size
		switch random.IntN(4) {
		case 0:
			at += random.IntN(20)
		case 1:
			insert(fmt.Append(nil, random.Uint64()))
		}
	}
	return append(append(number(uint64(len(base))), number(uint64(len(content)))...), code...), content
}

func (g *grown) ids() []ID {
	ids := make([]ID, len(g.entries))
	for i, e := range g.entries {
		ids[i] = e.id
	}
	return ids
}

// below says whether entry n is, or stands on, entry top.
func (g *grown) below(n, top int) bool {
	for ; n >= 0; n = g.parents[n] {
		if n == top {
			return true
		}
	}
	return false
}

// craftRaw writes a pack with any body and an index with any offsets.
func craftRaw(t testing.TB, body []byte, entries []crafted, offsets []int64) *Pack {
	t.Helper()
	data := append(binary.BigEndian.AppendUint32([]byte("PACK\x00\x00\x00\x02"), uint32(len(entries))), body...)
	sum := sha1.Sum(data)
	dir := t.TempDir()
	err := errors.Join(
		os.WriteFile(filepath.Join(dir, "x.pack"), append(data, sum[:]...), 0o600),
		os.WriteFile(filepath.Join(dir, "x.idx"), craftIndex(entries, offsets, sum[:]), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	p, err := OpenPack(filepath.Join(dir, "x.idx"), SHA1, &Inflater{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}
