package detect

import (
	"bytes"

	"github.com/keysieve/keysieve/scanner/decode"
)

// A content that mixes UTF-16 with text in bytes is read twice: as what its beginning says that it is, and without the zero
// bytes that UTF-16 has between ASCII characters, which makes the same of both parts. The second reading begins where the first
// bytes show that are not in the content's encoding, so that contents that are not mixed do not pay for it.

// tailKept is how much of what went by is kept, in bytes: where foreign bytes begin, their line is read from its start.
const tailKept = 4 << 10

// seekReach is how much of what went by is looked at again with what follows, in bytes.
const seekReach = 64

// otherReading is the second reading of a stream.
type otherReading struct {
	stream  *Stream // nil until there is something to read
	unmixer decode.Unmixer
	text    []byte
	// While it watches, enc is the encoding of what goes by, tail the last bytes of that, from a character on, and lines how many lines ended before.
	enc    decode.Encoding
	tail   []byte
	lines  int
	from   int  // the line with which it begins
	better bool // what both readings find stands where this one says
}

// watch begins no reading until bytes turn up that are not in the encoding.
func watch(enc decode.Encoding) *otherReading { return &otherReading{enc: enc} }

// read begins a reading at a line of the content.
func (o *otherReading) read(d *Detector, line int, crowd func()) {
	o.unmixer = decode.NewUnmixer(o.enc, nil)
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
		looked += looked & 1
		if i := decode.Foreign(o.enc, o.tail[looked:], false); i >= 0 {
			return append(o.begin(s, looked+i), piece...)
		}
		if drop := (len(o.tail) - tailKept) &^ 3; drop >= tailKept { // whole characters
			n, _ := decode.LineFeeds(o.enc, o.tail[:drop])
			o.lines += n
			o.tail = append(o.tail[:0], o.tail[drop:]...)
		}
	}
	return nil
}

// end looks for foreign bytes once more when the content has ended.
func (o *otherReading) end(s *Stream) {
	if o.stream != nil {
		return
	}
	looked := max(len(o.tail)-seekReach, 0) &^ 1
	if i := decode.Foreign(o.enc, o.tail[looked:], true); i >= 0 {
		o.write(s, o.begin(s, looked+i))
	}
}

// begin begins the reading with the line in which something foreign was found, and returns what is known of it that is to be unmixed: what
// stands before is still in the encoding.
func (o *otherReading) begin(s *Stream, at int) []byte {
	own := decode.Seam(o.enc, o.tail, at)
	lines, from := decode.LineFeeds(o.enc, o.tail[:own])
	o.read(s.d, 1+o.lines+lines, s.pass.crowd)
	o.stream.begun, o.stream.pass.binary = true, bytes.Contains(o.tail, noText)
	o.better = true
	o.stream.Write(decode.NewConverter(o.enc).Append(nil, o.tail[from:own]))
	o.unmixer = decode.NewUnmixer(o.enc, o.tail[:own])
	rest := o.tail[own:]
	o.tail = nil
	return rest
}

// noText stands in no text of any encoding.
var noText = make([]byte, 8)
