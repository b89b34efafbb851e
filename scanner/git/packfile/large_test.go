package packfile

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
)

// TestLargePack reads and walks a pack of more than 4 GB, most of which is a hole in
// the file: offsets of more than 32 bits, and a delta whose base is as far away.
func TestLargePack(t *testing.T) {
	t.Parallel()
	if strconv.IntSize < 64 || runtime.GOOS == "windows" {
		t.Skip("needs 64 bits and files with holes")
	}
	const far = 5 << 30
	near := blobEntry("a base near the front")
	zeros := blobEntry(string(make([]byte, 9<<20))) // so large that it is streamed: what follows it is not looked at
	behind := blobEntry("behind the hole")
	changed := blobEntry("behind the hole!")
	distant := blobEntry("a base near the front?")
	delta := func(e, base crafted, at int) crafted {
		n := len(base.content)
		code := craftDelta(uint64(n), uint64(n+1), 0x90, byte(n), 1, e.content[n])
		return crafted{id: e.id, kind: KindOfsDelta, base: at, content: code}
	}
	entries := []crafted{near, zeros, behind, delta(changed, behind, 2), delta(distant, near, 0)}
	contents := [][]byte{near.content, zeros.content, behind.content, changed.content, distant.content}

	indexPath, offsets := writeHole(t, entries, 2, far)
	p, err := OpenPack(indexPath, SHA1, &Inflater{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Close() }()

	for i, e := range entries {
		offset, ok, err := p.Index().Find(e.id)
		if err != nil || !ok || offset != offsets[i] {
			t.Errorf("object %d stands at %d, %v, %v; want %d", i, offset, ok, err, offsets[i])
		}
		r, kind, size, streamed, err := p.Open(offset)
		if err == nil && streamed {
			content, readErr := io.ReadAll(r)
			if readErr != nil || kind != KindBlob || size != int64(len(contents[i])) || !bytes.Equal(content, contents[i]) {
				t.Errorf("object %d: %d bytes of %d, %v", i, len(content), size, readErr)
			}
			_ = r.Close()
			continue
		}
		_, content, err := p.Read(offset, 1<<20, noOutside)
		if err != nil || !bytes.Equal(content, contents[i]) {
			t.Errorf("object %d: %q, %v", i, content, err)
		}
	}

	h := newTestHost(t)
	if _, err := h.walk(p, WalkLimits{}); err != nil || len(h.fails) > 0 || len(h.nameless) > 0 {
		t.Errorf("%v, %v, %v", err, h.fails, h.nameless)
	}
	for i, e := range entries {
		if content, ok := h.visits[e.id]; !ok || !bytes.Equal(content, contents[i]) {
			t.Errorf("object %d: visited %v, with %d bytes", i, ok, len(content))
		}
	}
}

// writeHole writes a pack and its index to files; before one of the entries there is a
// hole, up to an offset.
func writeHole(t *testing.T, entries []crafted, before int, until int64) (indexPath string, offsets []int64) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pack-large.pack")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	if _, err := file.WriteAt(binary.BigEndian.AppendUint32([]byte("PACK\x00\x00\x00\x02"), uint32(len(entries))), 0); err != nil {
		t.Fatal(err)
	}
	offsets = make([]int64, len(entries))
	sums := map[ID]uint32{}
	at := int64(12)
	for i, e := range entries {
		if i == before {
			at = until
		}
		offsets[i] = at
		var stored bytes.Buffer
		stored.Write(e.head(offsets, i))
		w := zlib.NewWriter(&stored)
		_, _ = w.Write(e.content)
		_ = w.Close()
		sums[e.id] = crc32.ChecksumIEEE(stored.Bytes())
		if _, err := file.WriteAt(stored.Bytes(), at); err != nil {
			t.Fatal(err)
		}
		at += int64(stored.Len())
	}
	trailer := make([]byte, SHA1.Size())
	if _, err := file.WriteAt(trailer, at); err != nil {
		t.Fatal(err)
	}
	index := craftIndex(entries, offsets, trailer)
	for n := range entries {
		id := MakeID(index[idxV2Header+fanoutSize+20*n:][:20])
		binary.BigEndian.PutUint32(index[idxV2Header+fanoutSize+20*len(entries)+4*n:], sums[id])
	}
	indexPath = filepath.Join(filepath.Dir(path), "pack-large.idx")
	if err := os.WriteFile(indexPath, index, 0o600); err != nil {
		t.Fatal(err)
	}
	return indexPath, offsets
}
