package packfile

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/adler32"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// reference is what compress/zlib makes of a stream of size bytes, and where the
// stream ends.
func reference(stream []byte, size int) (content []byte, read int, err error) {
	in := bytes.NewReader(stream)
	r, err := zlib.NewReader(in)
	if err != nil {
		return nil, 0, err
	}
	content, err = io.ReadAll(io.LimitReader(r, int64(size)+1))
	if err == nil && len(content) != size {
		err = fmt.Errorf("%d bytes instead of %d", len(content), size)
	}
	return content, len(stream) - in.Len(), err
}

// inflateGuarded inflates into the middle of memory, and looks whether what is
// around stays as it is.
func inflateGuarded(t testing.TB, one *oneShot, stream []byte, size int, verify bool) ([]byte, int, error) {
	t.Helper()
	const around = 300
	memory := bytes.Repeat([]byte{0xa5}, size+2*around)
	read, err := one.inflate(memory[around:around+size], stream, verify)
	for _, outside := range [][]byte{memory[:around], memory[around+size:]} {
		if bytes.Count(outside, []byte{0xa5}) != around {
			t.Fatal("bytes outside were written to")
		}
	}
	return memory[around : around+size], read, err
}

// checkInflate compares a stream's result with that of compress/zlib.
func checkInflate(t testing.TB, one *oneShot, stream []byte, size int) error {
	t.Helper()
	want, wantRead, wantErr := reference(stream, size)
	got, read, err := inflateGuarded(t, one, stream, size, true)
	if (err == nil) != (wantErr == nil) {
		t.Fatalf("%d bytes for %d: error %v, that of compress/zlib is %v", len(stream), size, err, wantErr)
	}
	if err == nil && (!bytes.Equal(got, want) || read != wantRead) {
		t.Fatalf("%d bytes for %d: other than compress/zlib; read %d, it %d", len(stream), size, read, wantRead)
	}
	if err != nil && !strings.HasPrefix(err.Error(), "inflate: ") {
		t.Fatalf("error %v", err)
	}
	return err
}

// checkMended compares what becomes of a damaged stream, and of what is left of
// it with a header and a checksum that are sound.
func checkMended(t testing.TB, one *oneShot, stream []byte, size int) {
	t.Helper()
	_ = checkInflate(t, one, stream, size)
	if len(stream) < 2 {
		return
	}
	in := bytes.NewReader(stream[2:])
	content, err := io.ReadAll(io.LimitReader(flate.NewReader(in), 1<<17))
	if err != nil {
		_ = checkInflate(t, one, slices.Concat([]byte{0x78, 0x9c}, stream[2:]), len(content))
		return
	}
	mended := slices.Concat([]byte{0x78, 0x9c}, stream[2:len(stream)-in.Len()])
	mended = binary.BigEndian.AppendUint32(mended, adler32.Checksum(content))
	_ = checkInflate(t, one, mended, len(content))
}

// TestInflateCompressed takes what compress/zlib made, at all levels.
func TestInflateCompressed(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 1))
	one := &oneShot{}
	for name, content := range map[string]func(n int) []byte{
		"random": func(n int) []byte { return randomBytes(random, n) },
		"text":   func(n int) []byte { return likeText(random, n) },
		"zeros":  func(n int) []byte { return make([]byte, n) },
		"period": func(n int) []byte { return bytes.Repeat(randomBytes(random, 1+random.IntN(40)), n)[:n] },
		"window": func(n int) []byte { return bytes.Repeat(randomBytes(random, 32<<10), n/(32<<10)+1)[:n] },
		"mixed":  func(n int) []byte { return slices.Concat(likeText(random, n/2), randomBytes(random, n-n/2)) },
	} {
		for level := zlib.HuffmanOnly; level <= zlib.BestCompression; level++ {
			for _, size := range []int{0, 1, 2, 15, 100, 258, 300, 1000, 1023, 1024, 5000, 70_000, 200_000} {
				b := content(size)
				var stream bytes.Buffer
				w, err := zlib.NewWriterLevel(&stream, level)
				if err == nil {
					_, err = w.Write(b)
				}
				if err == nil {
					err = w.Close()
				}
				if err != nil {
					t.Fatal(err)
				}
				end := stream.Len()
				stream.Write(randomBytes(random, random.IntN(40))) // does not matter
				got, read, err := inflateGuarded(t, one, stream.Bytes(), size, true)
				if err != nil || read != end || !bytes.Equal(got, b) {
					t.Fatalf("%s, level %d, %d bytes: read %d of %d, %v", name, level, size, read, end, err)
				}
			}
		}
	}
}

// TestInflateCrafted takes what no compressor makes: codes of up to 15 bits,
// copies of any length from anywhere, changes from block to block.
func TestInflateCrafted(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 3))
	one := &oneShot{}
	for range 800 {
		stream, content := randomStream(random)
		if err := checkInflate(t, one, stream, len(content)); err != nil {
			t.Fatal(err)
		}
		if got, _, err := inflateGuarded(t, one, stream, len(content), false); err != nil || !bytes.Equal(got, content) {
			t.Fatalf("not what was written: %v", err)
		}
		for range 4 {
			checkMended(t, one, flip(stream, random.IntN(min(len(stream), 1<<random.IntN(13))), random), len(content))
		}
		_ = checkInflate(t, one, stream, max(len(content)+random.IntN(3)-1, 0))
	}
}

// TestInflateTruncated cuts streams everywhere.
func TestInflateTruncated(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	one := &oneShot{}
	for range 40 {
		stream, content := randomStream(random)
		for end := range len(stream) {
			if end%(len(stream)/300+1) != 0 && end < len(stream)-50 {
				continue
			}
			_, _, err := inflateGuarded(t, one, stream[:end:end], len(content), true)
			if err == nil || err.Error() != "inflate: truncated data" {
				t.Fatalf("%d of %d bytes: %v", end, len(stream), err)
			}
		}
	}
}

func TestInflateAllocatesNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 4))
	one := &oneShot{}
	stream, content := randomStream(random)
	dst := make([]byte, len(content))
	if n := testing.AllocsPerRun(10, func() { _, _ = one.inflate(dst, stream, true) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// with gives a code of n symbols with the lengths given.
func with(n int, lengths map[int]int) []int {
	code := make([]int, n)
	for symbol, length := range lengths {
		code[symbol] = length
	}
	return code
}

// deepest gives 16 symbols codes of 15, 15, 14, ..., 1 bits.
func deepest(n int, symbols ...int) []int {
	code := make([]int, n)
	for k, symbol := range symbols {
		code[symbol] = min(15, 16-k)
	}
	return code
}

// TestInflateCodes holds what is a code and what is none against compress/zlib.
// A body has literals, digits for copies of 3 bytes from so far before, and a
// full stop for the end.
func TestInflateCodes(t *testing.T) {
	plain := with(258, map[int]int{'a': 1, 256: 2, 257: 2})
	for name, c := range map[string]struct {
		literals, distances []int
		body, err           string
	}{
		"one distance of one bit":   {plain, []int{1}, "a1.", ""},
		"one distance, not used":    {plain, []int{1}, "a.", ""},
		"one distance, not first":   {plain, []int{0, 1}, "aa2.", ""},
		"one distance of two bits":  {plain, []int{2}, "a1.", "bad code of distances"},
		"no distance, none used":    {plain, []int{0}, "a.", ""},
		"no distance, one used":     {plain, []int{0}, "a1.", "unknown symbol"},
		"incomplete distances":      {plain, []int{2, 2, 2}, "a1.", "bad code of distances"},
		"over-subscribed distances": {plain, []int{1, 1, 1}, "a1.", "bad code of distances"},
		"before the beginning":      {plain, []int{1, 1}, "a2.", "distance beyond the beginning"},
		"the end only":              {with(257, map[int]int{256: 1}), []int{0}, ".", ""},
		"the end only, of two bits": {with(257, map[int]int{256: 2}), []int{0}, ".", "bad code of literals"},
		"incomplete literals":       {with(258, map[int]int{'a': 2, 256: 2, 257: 2}), []int{1}, "a.", "bad code of literals"},
		"over-subscribed literals":  {with(258, map[int]int{'a': 1, 256: 1, 257: 2}), []int{1}, "a.", "bad code of literals"},
		"one over 15 bits":          {with(273, map[int]int{'a': 1, 256: 1, 272: 15}), []int{1}, "a.", "bad code of literals"},
		"no literals":               {with(258, nil), []int{1}, "a.", "unknown symbol"},
		"no end":                    {with(258, map[int]int{'a': 1, 257: 1}), []int{1}, "a", "more than the declared"},
		"too many literals":         {with(287, map[int]int{'a': 1, 256: 1}), []int{1}, "a.", "too many codes"},
		"too many distances":        {plain, with(31, map[int]int{0: 1}), "a1.", "too many codes"},
		"the longest codes": {
			deepest(270, 'a', 'b', 256, 257, 258, 259, 260, 261, 262, 263, 264, 265, 266, 267, 268, 269),
			deepest(16, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), "ab2a1bb4a.", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDeflater()
			l, distances := d.head(c.literals, c.distances, true, true)
			for _, b := range []byte(c.body) {
				switch {
				case b == '.':
					d.symbol(l, 256)
				case b < 'a':
					d.match(l, distances, 3, int(b-'0'))
				default:
					d.literal(l, b)
				}
			}
			expectInflate(t, d.close(), len(d.content), c.err)
		})
	}
}

// expectInflate expects an error that contains the text, or none.
func expectInflate(t *testing.T, stream []byte, size int, text string) {
	t.Helper()
	err := checkInflate(t, &oneShot{}, stream, size)
	if (err == nil) != (text == "") || err != nil && !strings.Contains(err.Error(), text) {
		t.Errorf("error %v, not %q", err, text)
	}
}

// TestInflateRefuses is about everything but the codes that blocks bring.
func TestInflateRefuses(t *testing.T) {
	fixed := func(symbols ...int) func(d *deflater) {
		return func(d *deflater) {
			l, distances := fixedTables()
			d.put(1|1<<1, 3)
			for _, symbol := range symbols {
				if symbol < 0 {
					d.symbol(distances, -symbol)
				} else {
					d.symbol(l, symbol)
				}
			}
			d.symbol(l, 256)
		}
	}
	tooLong := func(d *deflater) {
		l, distances := fixedTables()
		d.put(1|1<<1, 3)
		d.literal(l, 'a')
		d.match(l, distances, 3, 1)
		d.symbol(l, 256)
	}
	stored := func(d *deflater) { d.stored([]byte("content"), true) }
	for name, c := range map[string]struct {
		write  func(d *deflater)
		change [2]int // a byte, from the end if negative, and the bits that are inverted
		size   int
		err    string
	}{
		"nothing wrong":         {stored, [2]int{}, 7, ""},
		"less than declared":    {stored, [2]int{}, 8, "7 bytes instead of the declared 8"},
		"more, stored":          {stored, [2]int{}, 6, "more than the declared 6 bytes"},
		"more literals":         {fixed('a', 'b'), [2]int{}, 1, "more than the declared 1 bytes"},
		"more copied":           {tooLong, [2]int{}, 3, "more than the declared 3 bytes"},
		"method":                {stored, [2]int{0, 1}, 7, "bad zlib header"},
		"window":                {stored, [2]int{0, 0x80}, 7, "bad zlib header"},
		"header check":          {stored, [2]int{1, 1}, 7, "bad zlib header"},
		"dictionary":            {stored, [2]int{1, 0x9c ^ 0xbb}, 7, "bad zlib header"}, // 0x78bb is a multiple of 31
		"checksum":              {stored, [2]int{-1, 1}, 7, "bad checksum"},
		"size of stored":        {stored, [2]int{3, 1}, 7, "bad size of a stored block"},
		"kind of block":         {stored, [2]int{2, 6}, 7, "unknown kind of block"},
		"fixed length 286":      {fixed('a', 286), [2]int{}, 1, "unknown symbol"},
		"fixed length 287":      {fixed('a', 287), [2]int{}, 1, "unknown symbol"},
		"fixed distance 30":     {fixed('a', 257, -30), [2]int{}, 4, "unknown symbol"},
		"fixed distance 31":     {fixed('a', 257, -31), [2]int{}, 4, "unknown symbol"},
		"fixed, from too far":   {fixed('a', 257, -1), [2]int{}, 4, "distance beyond the beginning"},
		"repeats nothing":       {firstLengths(16), [2]int{}, 0, "bad code length"},
		"lengths past the last": {firstLengths(18, 18, 18), [2]int{}, 0, "too many code lengths"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDeflater()
			c.write(d)
			stream := d.close()
			at := c.change[0]
			if at < 0 {
				at += len(stream)
			}
			stream[at] ^= byte(c.change[1])
			expectInflate(t, stream, c.size, c.err)
		})
	}
}

// firstLengths writes the beginning of a block with codes of its own: symbols
// of the code of code lengths, with as many repetitions as they can say.
func firstLengths(symbols ...int) func(d *deflater) {
	return func(d *deflater) {
		d.put(1|2<<1, 3)
		d.put(0, 5+5)
		d.put(15, 4)
		for _, symbol := range lengthOrder {
			d.put(uint64(codeLengths[symbol]), 3)
		}
		t := newCodeTable(codeLengths)
		for _, symbol := range symbols {
			d.symbol(t, symbol)
			d.put(1<<7-1, map[int]uint{16: 2, 17: 3, 18: 7}[symbol])
		}
		d.put(0, 64)
	}
}

func FuzzInflate(f *testing.F) {
	random := rand.New(rand.NewPCG(5, 5))
	for range 30 {
		stream, content := randomStream(random)
		f.Add(stream, len(content))
	}
	f.Add([]byte{0x78, 0x9c, 3, 0, 0, 0, 0, 1}, 0)
	one := &oneShot{}
	f.Fuzz(func(t *testing.T, stream []byte, size int) {
		if size < 0 || size > 1<<17 {
			return
		}
		checkMended(t, one, stream, size)
	})
}
