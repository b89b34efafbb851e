package decode

import (
	"encoding/binary"
)

// ByteArrays finds texts that a program writes as a list of numbers, one for
// each byte, decimal or with 0x, separated by commas: {0x67, 0x68} of C, Java and Go,
// [103, 104] of JavaScript, Python and Rust, #(103, 104). Of a private key in DER, which is no text, its armour is found.
type ByteArrays struct{}

const (
	// leastArray is the least length of an array, in numbers: the shortest tokens of a provider have as
	// many characters, and the places to look at can be far apart.
	leastArray = 20
	// arrayStep is how far apart the places are at which Find looks for an array. The shortest
	// one, of numbers of two digits and commas between, has one with a word behind it.
	arrayStep = 3*leastArray - word
	// arrayPart is how many bytes of a long array are looked at together, and arrayOverlap how
	// many of those again with the next ones.
	arrayPart    = 1 << 18
	arrayOverlap = 16 << 10
)

// Name implements Decoder.
func (ByteArrays) Name() string { return "byte-array" }

// Find implements Decoder. The least length, in characters of the content, is that of 20 numbers.
func (d ByteArrays) Find(content []byte, minLen int, yield func(Run)) {
	a := arrayFinder{content: content, minLen: minLen, yield: yield, by: d.Name()}
	for at := a.next(0); at < len(content); at = a.next(a.done) {
		a.around(at)
	}
}

// arrayFinder reads the arrays of one content.
type arrayFinder struct {
	content []byte
	minLen  int
	yield   func(Run)
	by      string

	done   int // everything before is dealt with
	bytes  []byte
	places []int32 // where each of bytes begins, as a distance from first
	ends   []int32 // and ends
	first  int
}

// next returns the next place from one on at which a word may be part of an array, of
// some that are looked at; the content's length if there is none. A word of an array has
// a comma, where no line ends.
func (a *arrayFinder) next(at int) int {
	const ones = 0x0101010101010101
	for n := 0; at+word <= len(a.content); n++ {
		x := binary.LittleEndian.Uint64(a.content[at:])
		if comma := x ^ ','*ones; (comma-ones)&^comma&upper != 0 && allInArray(a.content[at:at+word]) {
			return at
		}
		at += arrayStep - n%3 // not in step with the lines
	}
	return len(a.content)
}

func allInArray(p []byte) bool {
	all := uint8(inArray)
	for _, c := range p {
		all &= classes[c]
	}
	return all != 0
}

// around reads the numbers in the run of an array's characters around a place.
func (a *arrayFinder) around(at int) {
	start := at
	for start > a.done && classes[a.content[start-1]]&inArray != 0 {
		start--
	}
	end := at
	for end < len(a.content) && classes[a.content[end]]&inArray != 0 {
		end++
	}
	a.read(start, end)
	a.done = max(end, at+1)
}

// read reads the numbers in a run. What is none ends an array.
func (a *arrayFinder) read(at, end int) {
	for at < end {
		if isArrayBlank(a.content[at]) || a.content[at] == ',' {
			at++
			continue
		}
		to := at
		for to < end && a.content[to] != ',' && !isArrayBlank(a.content[to]) {
			to++
		}
		v := byteValue(a.content[at:to])
		next := to
		for next < end && isArrayBlank(a.content[next]) {
			next++
		}
		if v >= 0 {
			a.add(v, at, to)
		}
		if v < 0 || next == end || a.content[next] != ',' {
			a.flush(true)
		}
		at = next
	}
	a.flush(true)
}

// add appends the number that stands in content[at:to).
func (a *arrayFinder) add(v, at, to int) {
	if len(a.bytes) == 0 {
		a.first = at
	}
	a.bytes = append(a.bytes, byte(v))
	a.places = append(a.places, int32(at-a.first))
	a.ends = append(a.ends, int32(to-a.first))
	if len(a.bytes) == arrayPart {
		a.flush(false)
	}
}

// flush yields the texts in the numbers so far and forgets them, but for the
// overlap if more may follow.
func (a *arrayFinder) flush(last bool) {
	if len(a.bytes) >= leastArray {
		a.texts(last)
	}
	keep := 0
	if !last {
		keep = arrayOverlap
	}
	if keep == 0 {
		a.bytes, a.places, a.ends = a.bytes[:0], a.places[:0], a.ends[:0]
		return
	}
	drop := len(a.bytes) - keep
	shift := a.places[drop]
	a.first += int(shift)
	a.bytes = a.bytes[:copy(a.bytes, a.bytes[drop:])]
	a.places = a.places[:copy(a.places, a.places[drop:])]
	a.ends = a.ends[:copy(a.ends, a.ends[drop:])]
	for i := range a.places {
		a.places[i] -= shift
		a.ends[i] -= shift
	}
}

func (a *arrayFinder) texts(last bool) {
	if key, ok := keyBytes(a.bytes); ok {
		a.emit(0, len(a.bytes), key)
		return
	}
	if sniffUTF16(a.bytes) != UTF8 {
		if text, ok := utf16Text(a.bytes); ok {
			a.emit(0, len(a.bytes), text)
		}
		return
	}
	least, ok := leastOf(a.bytes)
	if !ok {
		return
	}
	for s, e := nextStretch(a.bytes, 0); s < e; s, e = nextStretch(a.bytes, e) {
		if e-s < least || !last && s >= len(a.bytes)-arrayOverlap {
			continue // the latter is whole in the next part
		}
		a.emit(s, e, append([]byte(nil), a.bytes[s:e]...))
	}
}

func (a *arrayFinder) emit(s, e int, text []byte) {
	run := Run{Start: a.first + int(a.places[s]), End: a.first + int(a.ends[e-1]), Text: text, By: a.by}
	if run.End-run.Start >= a.minLen {
		a.yield(run)
	}
}

func isArrayBlank(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// byteValue reads 0 to 255, as 103, 0x67 or, of a signed byte, -1; -1 if it is nothing of these.
func byteValue(number []byte) int {
	if len(number) > 2 && number[0] == '0' && number[1]|0x20 == 'x' {
		if len(number) > 4 {
			return -1
		}
		return int(hexValue(number[2:], len(number)-2))
	}
	negative := len(number) > 0 && number[0] == '-'
	if negative {
		number = number[1:]
	}
	if len(number) == 0 || len(number) > 3 {
		return -1
	}
	v := 0
	for _, c := range number {
		if c < '0' || c > '9' {
			return -1
		}
		v = 10*v + int(c-'0')
	}
	switch {
	case negative && v <= 128:
		return (256 - v) & 0xff
	case negative || v > 255:
		return -1
	}
	return v
}
