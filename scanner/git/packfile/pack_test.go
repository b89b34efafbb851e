package packfile

import (
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
)

// crafted is an entry of a pack that a test makes: what it claims, and what
// its stream holds.
type crafted struct {
	id      ID
	kind    Kind
	size    uint64 // as declared; 0: that of the content
	base    int    // KindOfsDelta: which entry
	baseID  ID     // KindRefDelta
	content []byte
}

// craftPack writes a pack and its index, and opens it.
func craftPack(t testing.TB, entries ...crafted) (*Pack, []int64) {
	t.Helper()
	data := binary.BigEndian.AppendUint32([]byte("PACK\x00\x00\x00\x02"), uint32(len(entries)))
	offsets := make([]int64, len(entries))
	w := zlib.NewWriter(nil) // which is costly to make
	for i, e := range entries {
		offsets[i] = int64(len(data))
		data = append(data, e.head(offsets, i)...)
		var stream bytes.Buffer
		w.Reset(&stream)
		_, _ = w.Write(e.content)
		_ = w.Close()
		data = append(data, stream.Bytes()...)
	}
	sum := sha1.Sum(data)
	data = append(data, sum[:]...)
	path := filepath.Join(t.TempDir(), "pack-x.pack")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	index := strings.TrimSuffix(path, "pack") + "idx"
	if err := os.WriteFile(index, craftIndex(entries, offsets, sum[:]), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := OpenPack(index, SHA1, &Inflater{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p, offsets
}

func (e crafted) head(offsets []int64, i int) []byte {
	size := e.size
	if size == 0 {
		size = uint64(len(e.content))
	}
	b := byte(e.kind)<<4 | byte(size&15)
	var raw []byte
	for size >>= 4; size > 0; size >>= 7 {
		raw = append(raw, b|0x80)
		b = byte(size & 0x7f)
	}
	raw = append(raw, b)
	switch e.kind {
	case KindOfsDelta:
		distance := offsets[i] - offsets[e.base]
		tail := []byte{byte(distance & 0x7f)}
		for distance >>= 7; distance > 0; distance >>= 7 {
			distance--
			tail = append(tail, 0x80|byte(distance&0x7f))
		}
		slices.Reverse(tail)
		raw = append(raw, tail...)
	case KindRefDelta:
		raw = e.baseID.Append(raw)
	}
	return raw
}

// craftIndex makes an index of version 2.
func craftIndex(entries []crafted, offsets []int64, sum []byte) []byte {
	order := make([]int, len(entries))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return entries[i].id.Compare(entries[j].id.Append(nil)) })
	data := []byte("\377tOc\x00\x00\x00\x02")
	for first := range 256 {
		n := 0
		for _, e := range entries {
			if e.id.first() <= first {
				n++
			}
		}
		data = binary.BigEndian.AppendUint32(data, uint32(n))
	}
	for _, i := range order {
		data = entries[i].id.Append(data)
	}
	data = append(data, make([]byte, 4*len(entries))...)
	var large []byte
	for _, i := range order {
		offset := uint32(offsets[i])
		if offsets[i] >= largeOffsets {
			offset = largeOffsets | uint32(len(large)/8)
			large = binary.BigEndian.AppendUint64(large, uint64(offsets[i]))
		}
		data = binary.BigEndian.AppendUint32(data, offset)
	}
	data = append(data, large...)
	data = append(data, sum...)
	return append(data, make([]byte, sha1.Size)...)
}

func blobEntry(content string) crafted {
	return crafted{id: SHA1.Sum(KindBlob, []byte(content)), kind: KindBlob, content: []byte(content)}
}

// number writes a size as deltas have it.
func number(n uint64) (raw []byte) {
	for ; n > 0x7f; n >>= 7 {
		raw = append(raw, byte(n)|0x80)
	}
	return append(raw, byte(n))
}

func craftDelta(base, result uint64, instructions ...byte) []byte {
	return append(append(number(base), number(result)...), instructions...)
}

func noOutside(id ID) (Kind, []byte, error) { return 0, nil, fmt.Errorf("%s is elsewhere", id) }

func TestDeltas(t *testing.T) {
	t.Parallel()
	base := blobEntry("0123456789")
	large := blobEntry(strings.Repeat("abcdefg", 20000))
	tests := []struct {
		name  string
		base  crafted
		delta []byte
		want  string // empty: an error
	}{
		{"insert", base, craftDelta(10, 3, 3, 'x', 'y', 'z'), "xyz"},
		{"copy", base, craftDelta(10, 4, 0x91, 3, 4), "3456"},
		{"copy from the front", base, craftDelta(10, 2, 0x90, 2), "01"},
		{"both", base, craftDelta(10, 6, 1, '<', 0x91, 5, 5), "<56789"},
		{"copy without a size", large, craftDelta(140000, 0x10000, 0x80), strings.Repeat("abcdefg", 20000)[:0x10000]},
		{"large offset and size", large, craftDelta(140000, 0x10101, 0xf1, 7, 1, 1, 1), strings.Repeat("abcdefg", 20000)[7 : 7+0x10101]},
		{"beyond the base", base, craftDelta(10, 4, 0x91, 7, 4), ""},
		{"far beyond", base, craftDelta(10, 4, 0xff, 255, 255, 255, 255, 255, 255, 255), ""},
		{"wrong base size", base, craftDelta(11, 3, 3, 'x', 'y', 'z'), ""},
		{"wrong result size", base, craftDelta(10, 4, 3, 'x', 'y', 'z'), ""},
		{"too long a result", base, craftDelta(10, 2, 3, 'x', 'y', 'z'), ""},
		{"truncated insert", base, craftDelta(10, 3, 3, 'x'), ""},
		{"truncated copy", base, craftDelta(10, 3, 0x91, 1), ""},
		{"reserved", base, craftDelta(10, 0, 0), ""},
		{"no head", base, nil, ""},
		{"half a head", base, []byte{10}, ""},
		{"absurd result", base, craftDelta(10, 1<<60, 0x90, 10), ""},
		{"endless number", base, bytes.Repeat([]byte{0xff}, 30), ""},
	}
	for _, test := range tests {
		for _, kind := range []Kind{KindOfsDelta, KindRefDelta} {
			p, offsets := craftPack(t, test.base, crafted{id: MakeID(bytes.Repeat([]byte{7}, 20)), kind: kind, baseID: test.base.id, content: test.delta})
			got, content, err := p.Read(offsets[1], 1<<30, noOutside)
			if test.want == "" {
				if err == nil || !strings.Contains(err.Error(), "offset") {
					t.Errorf("%s: %.20q, %v", test.name, content, err)
				}
				continue
			}
			if err != nil || got != KindBlob || string(content) != test.want {
				t.Errorf("%s: %v %.20q, %v", test.name, got, content, err)
			}
			if kind, size, err := p.Stat(offsets[1], noOutside); err != nil || kind != KindBlob || size != int64(len(test.want)) {
				t.Errorf("%s: Stat gives %v, %d, %v", test.name, kind, size, err)
			}
			if _, _, _, streamed, err := p.Open(offsets[1]); streamed || err != nil {
				t.Errorf("%s: a delta is streamed, %v", test.name, err)
			}
		}
	}
}

func TestHostilePacks(t *testing.T) {
	t.Parallel()
	a, b := MakeID(bytes.Repeat([]byte{1}, 20)), MakeID(bytes.Repeat([]byte{2}, 20))
	same := craftDelta(10, 10, 0x90, 10)
	base := blobEntry("0123456789")
	chain := []crafted{base}
	for i := range maxDepth + 1 {
		chain = append(chain, crafted{id: MakeID(binary.BigEndian.AppendUint64(make([]byte, 12), uint64(i))), kind: KindOfsDelta, base: i, content: same})
	}
	bomb := []crafted{blobEntry(strings.Repeat("x", 1<<16))}
	for size := uint64(1 << 16); size < 1<<40; size <<= 4 {
		content := craftDelta(size, size<<4)
		for range 16 {
			if size <= 0xffffff {
				content = append(content, 0xf0, byte(size), byte(size>>8), byte(size>>16))
			}
		}
		bomb = append(bomb, crafted{id: MakeID(binary.BigEndian.AppendUint64(make([]byte, 12), size)), kind: KindOfsDelta, base: len(bomb) - 1, content: content})
	}
	tests := []struct {
		name    string
		entries []crafted
		err     string
	}{
		{"cycle", []crafted{{id: a, kind: KindRefDelta, baseID: b, content: same}, {id: b, kind: KindRefDelta, baseID: a, content: same}}, "cycle"},
		{"its own base", []crafted{{id: a, kind: KindRefDelta, baseID: a, content: same}}, "cycle"},
		{"too long a chain", chain, "cycle"},
		{"bomb of deltas", bomb, "offset"},
		{"base is elsewhere", []crafted{{id: a, kind: KindRefDelta, baseID: b, content: same}}, "is elsewhere"},
		{"absurd size", []crafted{{id: a, kind: KindBlob, size: 1 << 50, content: []byte("x")}}, "offset"},
		{"size of 70 bits", []crafted{{id: a, kind: KindBlob, size: 1 << 63, content: []byte("x")}}, "absurd size"},
		{"too large", []crafted{{id: a, kind: KindBlob, size: 1 << 29, content: []byte("x")}}, "instead of the declared"},
		{"longer than declared", []crafted{{id: a, kind: KindBlob, size: 5, content: []byte("0123456789")}}, "more than the declared"},
		{"unknown kind", []crafted{{id: a, kind: 5, content: []byte("x")}}, "unknown kind 5"},
		{"base before the pack", []crafted{{id: a, kind: KindOfsDelta, base: 0, content: same}}, "bad base"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p, offsets := craftPack(t, test.entries...)
			last := offsets[len(offsets)-1]
			if _, content, err := p.Read(last, 1<<30, noOutside); err == nil || !strings.Contains(err.Error(), test.err) {
				t.Errorf("%d bytes, %v; want %q", len(content), err, test.err)
			}
			_, _, _ = p.Stat(last, noOutside)
			if r, _, _, streamed, _ := p.Open(last); streamed {
				if _, err := io.Copy(io.Discard, r); err == nil {
					t.Error("streamed without an error")
				}
				_ = r.Close()
			}
		})
	}
}

func TestStreams(t *testing.T) {
	t.Parallel()
	content := strings.Repeat("some content, ", 100_000)
	other := strings.Repeat("other content, ", 100_000)
	p, offsets := craftPack(t, blobEntry("small"), blobEntry(content), blobEntry(other))
	if _, _, _, streamed, err := p.Open(offsets[0]); streamed || err != nil {
		t.Errorf("a small one is streamed: %v, %v", streamed, err)
	}
	for i, want := range []string{content, other} {
		r, kind, size, streamed, err := p.Open(offsets[i+1])
		if err != nil || !streamed || kind != KindBlob || size != int64(len(want)) {
			t.Fatalf("%v %d %v %v", kind, size, streamed, err)
		}
		if err := iotest.TestReader(r, []byte(want)); err != nil {
			t.Error(err)
		}
		if err := errors.Join(r.Close(), r.Close()); err != nil {
			t.Error(err)
		}
		if _, err := r.Read(make([]byte, 1)); err == nil || err == io.EOF {
			t.Errorf("read after close: %v", err)
		}
	}
	if _, _, _, _, err := p.Open(5); err == nil {
		t.Error("an entry inside of the header")
	}
	if _, _, err := p.Read(1<<40, 10, noOutside); err == nil {
		t.Error("an entry behind the end")
	}
}

// What was rebuilt once is kept: it must be right the second time, whoever asks,
// and no larger than asked for.
func TestKeptBases(t *testing.T) {
	t.Parallel()
	var entries []crafted
	wants := []string{strings.Repeat("0123456789", 1000)}
	entries = append(entries, blobEntry(wants[0]))
	for i := range 40 { // each is its base with another first byte
		delta := craftDelta(10000, 10000, append([]byte{1, byte('a' + i%26)}, 0xb1, 1, 0x0f, 0x27)...)
		entries = append(entries, crafted{id: MakeID(binary.BigEndian.AppendUint64(make([]byte, 12), uint64(i))), kind: KindOfsDelta, base: i, content: delta})
		wants = append(wants, string(rune('a'+i%26))+wants[i][1:])
	}
	p, offsets := craftPack(t, entries...)
	var readers sync.WaitGroup
	for reader := range 4 {
		readers.Add(1)
		go func() {
			defer readers.Done()
			for i := range 400 {
				n := (i*7 + reader*13) % len(entries)
				if _, content, err := p.Read(offsets[n], 1<<20, noOutside); err != nil || string(content) != wants[n] {
					t.Errorf("object %d: %.20q, %v", n, content, err)
				}
			}
		}()
	}
	readers.Wait()
	if _, _, err := p.Read(offsets[3], 9999, noOutside); err == nil || !strings.Contains(err.Error(), "limit") {
		t.Errorf("beyond the limit: %v", err)
	}
	cache := &p.inflater.bases
	if cache.size == 0 || len(cache.known) != cache.order.Len() {
		t.Errorf("%d bytes, %d known, %d in order", cache.size, len(cache.known), cache.order.Len())
	}
	for i := range 100 {
		cache.put(p, int64(-i-1), KindBlob, make([]byte, maxBase))
	}
	if cache.size > maxBases || len(cache.known) != cache.order.Len() || len(cache.known) != maxBases/(maxBase+baseOverhead) {
		t.Errorf("%d bytes, %d known", cache.size, len(cache.known))
	}
	cache.put(p, -1000, KindBlob, make([]byte, 10, maxBases))
	if _, content, ok := cache.get(p, -1000); !ok || cap(content) > maxBase {
		t.Errorf("a small content keeps %d bytes", cap(content))
	}
}

func TestIndexRefuses(t *testing.T) {
	t.Parallel()
	entries := []crafted{blobEntry("a"), blobEntry("b"), blobEntry("c")}
	sound := craftIndex(entries, []int64{12, 30, 50}, make([]byte, 20))
	damage := func(f func(data []byte) []byte) []byte { return f(bytes.Clone(sound)) }
	tests := []struct {
		name string
		data []byte
		open bool // whether the damage is noticed when it is opened
	}{
		{"empty", nil, true},
		{"short", sound[:500], true},
		{"cut", sound[:len(sound)-1], true},
		{"longer", append(bytes.Clone(sound), 0, 0, 0), true},
		{"version", damage(func(d []byte) []byte { d[7] = 3; return d }), true},
		{"count", damage(func(d []byte) []byte { d[idxV2Header+fanoutSize-4] = 0xff; return d }), true},
		{"large offset that is not there", damage(func(d []byte) []byte {
			for i := range 3 {
				d[len(d)-40-12+4*i] = 0xff
			}
			return d
		}), false},
	}
	for _, test := range tests {
		path := filepath.Join(t.TempDir(), "x.idx")
		if err := os.WriteFile(path, test.data, 0o600); err != nil {
			t.Fatal(err)
		}
		x, err := OpenIndex(path, SHA1)
		if test.open {
			if err == nil {
				t.Errorf("%s: opened", test.name)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if _, _, err := x.Find(entries[0].id); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", test.name, err)
		}
		_ = x.Close()
	}
}

// TestDamagedFanout finds every object, and none more, whatever the fan-out table says.
func TestDamagedFanout(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	var entries []crafted
	offsets := make([]int64, 600)
	for n := range offsets {
		entries, offsets[n] = append(entries, blobEntry(fmt.Sprint("blob ", n))), int64(12+n)
	}
	sound := craftIndex(entries, offsets, make([]byte, 20))
	for round := range 20 {
		data := bytes.Clone(sound)
		for range round * 10 {
			binary.BigEndian.PutUint32(data[idxV2Header+4*random.IntN(255):], random.Uint32()>>random.IntN(32))
		}
		path := filepath.Join(t.TempDir(), "x.idx")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		x, err := OpenIndex(path, SHA1)
		if err != nil {
			t.Fatal(err)
		}
		for n, e := range entries {
			if offset, ok, err := x.Find(e.id); err != nil || !ok || offset != offsets[n] {
				t.Fatalf("round %d, object %d: %d, %v, %v", round, n, offset, ok, err)
			}
			if _, ok, err := x.Find(SHA1.Sum(KindBlob, []byte(fmt.Sprint("none ", n)))); err != nil || ok {
				t.Fatalf("round %d: found what is not there, %v", round, err)
			}
		}
		if err := x.fanoutFlaw(); (err != nil) != !bytes.Equal(data, sound) {
			t.Errorf("round %d: %v", round, err)
		}
		_ = x.Close()
	}
}

// TestGuard cuts a mapped file short: reading it is an error then, no crash.
func TestGuard(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, make([]byte, 1<<16), 0o600); err != nil {
		t.Fatal(err)
	}
	m, err := Map(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = m.Close() }()
	if m.unmap == nil {
		t.Skip("files are not mapped here")
	}
	data := m.Bytes()
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	sum := 0
	err = m.Guard(func() error {
		for _, b := range data {
			sum += int(b)
		}
		return nil
	})
	if !errors.Is(err, errFault) || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v", err)
	}
	if err := m.Guard(func() error { _ = sha1.Sum(data); return nil }); !errors.Is(err, errFault) {
		t.Errorf("in assembly: %v", err)
	}
	defer func() {
		if recover() == nil {
			t.Error("another panic was swallowed")
		}
	}()
	_ = m.Guard(func() error { panic("another") })
}

// FuzzPack reads any bytes as a pack of one object and a delta on it.
func FuzzPack(f *testing.F) {
	f.Add(blobEntry("0123456789").head(nil, 0), craftDelta(10, 4, 0x91, 3, 4))
	f.Fuzz(func(t *testing.T, entry, delta []byte) {
		base := blobEntry("0123456789")
		p, offsets := craftPack(t, base, crafted{id: MakeID(bytes.Repeat([]byte{9}, 20)), kind: KindOfsDelta, content: delta})
		if _, content, err := p.Read(offsets[1], 1<<20, noOutside); err == nil {
			if d, err := NewDelta(delta); err != nil || d.Result != int64(len(content)) {
				t.Errorf("a delta that cannot be read gives %d bytes", len(content))
			}
		}
		data := append(append([]byte("PACK\x00\x00\x00\x02\x00\x00\x00\x01"), entry...), make([]byte, 20)...)
		if e, err := p.entry(data[:len(data)-20], 12); err == nil && (e.Size < 0 || e.Base < 0 || e.Data > int64(len(data))) {
			t.Errorf("absurd entry %+v", e)
		}
	})
}

func TestIDs(t *testing.T) {
	t.Parallel()
	for _, digits := range []string{strings.Repeat("0f", 20), strings.Repeat("a1", 32)} {
		id, err := ParseID(digits)
		if err != nil || id.String() != digits || id.IsZero() || id.Format().Size()*2 != len(digits) {
			t.Errorf("%s: %v, %v", digits, id, err)
		}
	}
	for _, digits := range []string{"", "abc", strings.Repeat("g", 40), strings.Repeat("0", 41)} {
		if id, err := ParseID(digits); err == nil || id != (ID{}) {
			t.Errorf("%q: %v", digits, id)
		}
	}
	if id, err := ParseID(strings.Repeat("0", 40)); err != nil || !id.IsZero() || id.Format() != SHA1 {
		t.Errorf("null id: %v", err)
	}
	if sum := SHA1.Sum(KindBlob, nil).String(); sum != "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391" {
		t.Errorf("empty blob is %s", sum)
	}
	if sum := SHA256.Sum(KindTree, nil).String(); sum != "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321" {
		t.Errorf("empty tree is %s", sum)
	}
}
