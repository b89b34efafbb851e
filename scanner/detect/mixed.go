package detect

import (
	"bytes"
	"slices"

	"github.com/keysieve/keysieve/scanner/decode"
)

// A content that mixes UTF-16 with text in bytes is read twice: as what its beginning says that it is, and without the zero
// bytes that UTF-16 has between ASCII characters, which makes the same of both parts. The second reading begins where the first
// bytes show that are not in the content's encoding, so that contents that are not mixed do not pay for it.

// tailKept is how much of what went by is kept, in bytes: where foreign bytes begin, their line is read from its start.
const tailKept = 4 << 10

// seekReach is how much of what went by is looked at again with what follows, in bytes.
const seekReach = 32

// otherReading is the second reading of a stream.
type otherReading struct {
	stream  *Stream // nil until there is something to read
	unmixer decode.Unmixer
	text    []byte
	// While it watches, enc is the encoding of what goes by, tail the last bytes of that, and what was before tail is at bytes and lines long.
	enc    decode.Encoding
	tail   []byte
	at     int64
	lines  int
	from   int  // the line with which it begins
	better bool // what both readings find stands where this one says
}

// watch begins no reading until bytes turn up that are not in the encoding.
func watch(enc decode.Encoding) *otherReading { return &otherReading{enc: enc} }

// read begins a reading at a line of the content.
func (o *otherReading) read(d *Detector, line int, crowd func()) {
	o.stream = &Stream{d: d, pass: newPass(0, newBudget()), opened: true}
	o.stream.pass.cursor.line, o.from = line, line
	o.stream.OnCrowd(crowd)
}

// write takes the content's next bytes.
func (o *otherReading) write(s *Stream, piece []byte) {
	if o.stream == nil {
		if piece = o.seek(s, piece); o.stream == nil {
			return
		}
	}
	for len(piece) > 0 {
		n := min(len(piece), s.d.blockSize)
		o.text = o.unmixer.Append(o.text[:0], piece[:n])
		o.stream.Write(o.text)
		piece = piece[n:]
	}
}

// seek looks for foreign bytes, and begins the reading with the line in which they are. It returns what is to be read.
func (o *otherReading) seek(s *Stream, piece []byte) []byte {
	for len(piece) > 0 {
		n := min(len(piece), tailKept)
		looked := max(len(o.tail)-seekReach, 0)
		o.tail = append(o.tail, piece[:n]...)
		piece = piece[n:]
		looked += (int(o.at) + looked) & 1
		if i := decode.Foreign(o.enc, o.tail[looked:]); i >= 0 {
			return append(o.begin(s, looked+i), piece...)
		}
		if drop := len(o.tail) - tailKept; drop >= tailKept {
			o.lines += bytes.Count(o.tail[:drop], newline)
			o.at += int64(drop)
			o.tail = append(o.tail[:0], o.tail[drop:]...)
		}
	}
	return nil
}

// begin begins the reading with the line in which something foreign was found, and returns what is known of it.
func (o *otherReading) begin(s *Stream, at int) []byte {
	from := bytes.LastIndexByte(o.tail[:at], '\n') + 1
	o.read(s.d, 1+o.lines+bytes.Count(o.tail[:from], newline), s.pass.crowd)
	o.stream.begun, o.stream.pass.binary = true, bytes.Contains(o.tail, noText)
	o.better = true
	line := bytes.TrimLeft(o.tail[from:], "\x00") // of the line feed
	o.tail = nil
	return line
}

// noText stands in no text of any encoding.
var noText = make([]byte, 8)

// join ends the reading and adds what it found to the result of the first.
func (o *otherReading) join(res *Result) {
	if o.stream == nil {
		return
	}
	o.stream.Write(o.unmixer.Flush(nil))
	other := o.stream.Close()
	other.setApart()
	o.choose(res, &other)
	both := func(n Directive) bool { return n.Line >= o.from }
	if o.better {
		res.Directives = slices.DeleteFunc(res.Directives, both)
	} else if slices.ContainsFunc(res.Directives, both) {
		other.Directives = nil
	}
	res.join(&other)
}

// choose leaves what both readings found in one of them: in that which found it at more places, so that none is lost. The two
// count lines in different texts, which keeps places from being compared.
func (o *otherReading) choose(first, second *Result) {
	type secret struct {
		rule int
		text string
	}
	of := func(m *Match) secret { return secret{m.Rule, m.Secret} }
	more := make(map[secret]int, len(second.Matches)) // how many more places the second reading has
	for i := range second.Matches {
		more[of(&second.Matches[i])]++
	}
	both := make(map[secret]bool)
	for i := range first.Matches {
		m := &first.Matches[i]
		if n, ok := more[of(m)]; ok && m.Line >= o.from {
			more[of(m)], both[of(m)] = n-1, true
		}
	}
	inSecond := func(m *Match) bool { n := more[of(m)]; return n > 0 || n == 0 && o.better }
	first.Matches = slices.DeleteFunc(first.Matches, func(m Match) bool { return m.Line >= o.from && both[of(&m)] && inSecond(&m) })
	second.Matches = slices.DeleteFunc(second.Matches, func(m Match) bool { return both[of(&m)] && !inSecond(&m) })
}

// join adds the result of another reading of the content.
func (r *Result) join(other *Result) {
	r.Matches = append(r.Matches, other.Matches...)
	r.Directives = append(r.Directives, other.Directives...)
	r.Known = append(r.Known, other.Known...)
	r.Accepted += other.Accepted
	r.Left, r.Uncounted = r.Left+other.Left, r.Uncounted || other.Uncounted
	r.Unheeded += other.Unheeded
	r.Undecoded = r.Undecoded || other.Undecoded
	r.Halted = r.Halted || other.Halted
	r.Unsearched = append(r.Unsearched, other.Unsearched...)
	slices.Sort(r.Unsearched)
	r.Unsearched = slices.Compact(r.Unsearched)
	r.Unfinished = append(r.Unfinished, other.Unfinished...)
	slices.Sort(r.Unfinished)
	r.Unfinished = slices.Compact(r.Unfinished)
}
