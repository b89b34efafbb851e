package detect

import (
	"bytes"
	"slices"

	"github.com/keysieve/keysieve/scanner/decode"
)

// Stream scans a content that arrives in pieces, in bounded memory: blocks
// that overlap by more than the longest bounded match, so that nothing is lost at
// an edge and nothing is found twice. Close must be called.
type Stream struct {
	d      *Detector
	pass   *pass
	opened bool              // the encoding is known
	conv   *decode.Converter // from UTF-16 or UTF-32; nil for UTF-8
	other  *otherReading     // of the same bytes, where the encoding is in doubt; nil: none
	buf    []byte            // before the encoding is known the content's head, then text
	base   int64             // the text's offset of buf[0]
	begun  bool              // a block was scanned
	store  bool              // the content may be one that a check reads as a whole, and was not yet
	broken int64             // the text's offset up to which its lone carriage returns are line feeds
}

const (
	// headSize is how much of a content tells its encoding, in bytes.
	headSize = 4096
	// keepBack is how much text before the first undecided byte stays in memory:
	// what lines, values and excerpts look back on.
	keepBack = 2 * lineReach
)

// NewStream begins a content.
func (d *Detector) NewStream() *Stream {
	return &Stream{d: d, pass: newPass(0, newBudget())}
}

// Write takes the content's next bytes.
func (s *Stream) Write(piece []byte) {
	for len(piece) > 0 {
		n := min(len(piece), s.d.blockSize)
		s.write(piece[:n])
		piece = piece[n:]
	}
}

func (s *Stream) write(piece []byte) {
	if s.pass.halted {
		return
	}
	if !s.opened {
		s.buf = append(s.buf, piece...)
		if len(s.buf) < headSize {
			return
		}
		s.open()
	} else {
		s.take(piece)
	}
	// Blocks are cut at the same places whatever pieces the content arrives in: what there is room for depends on them.
	for n := s.d.blockSize + keepBack + s.d.overlap; len(s.buf) >= n; {
		s.flush(n, false)
	}
}

// open settles the encoding from what has arrived.
func (s *Stream) open() {
	s.opened = true
	enc, mark := decode.Sniff(s.buf)
	if s.store = s.d.storeAt(s.buf); enc == decode.UTF8 || s.store {
		return
	}
	head := s.buf
	s.buf = nil
	s.conv = decode.NewConverter(enc)
	s.other = watch(enc)
	if doubtful(head[mark:min(len(head), headSize)]) {
		s.other.read(s.d, 1, s.pass.crowd)
		s.other.stream.begun = true // and is text, though zero bytes turn up later
	}
	s.other.write(s, head[mark:])
	s.buf = s.conv.Append(s.buf, head[mark:])
}

// doubtful tells whether what follows a byte-order mark of UTF-16 or UTF-32 may be something else from the beginning: text in
// these encodings has zero bytes, in any script, at least in its line feeds and spaces. What has some is watched for foreign bytes. A byte-order mark in
// front of plain text must hide nothing, not even what is too short to be told there.
func doubtful(head []byte) bool { return bytes.IndexByte(head, 0) < 0 }

// take appends a piece to the text.
func (s *Stream) take(piece []byte) {
	if s.other != nil {
		s.other.write(s, piece)
	}
	if s.conv == nil {
		s.buf = append(s.buf, piece...)
		return
	}
	s.buf = s.conv.Append(s.buf, piece)
	s.conv.Forget(s.base + int64(len(s.buf))) // nobody asks for offsets in the content
}

// Close ends the content and returns what it holds.
func (s *Stream) Close() Result {
	if !s.opened {
		s.open()
	}
	if s.conv != nil {
		s.buf = s.conv.Flush(s.buf)
	}
	s.flush(len(s.buf), true)
	res := s.pass.settle(s.d, s.base+int64(len(s.buf)))
	if s.other != nil {
		s.other.join(s, &res)
	}
	return res
}

// flush scans the buffer's first n bytes and drops what is decided.
func (s *Stream) flush(n int, last bool) {
	if s.pass.halted {
		return
	}
	if !s.begun {
		s.begun = true
		s.pass.binary = isBinary(s.buf)
		if s.pass.binary && s.conv == nil && decode.Mixed(s.buf) {
			s.other = &otherReading{better: true}
			s.other.read(s.d, 1, s.pass.crowd)
			s.other.write(s, s.buf)
		}
	}
	if s.store {
		s.store = false
		s.pass.readStore(s.d, s.buf)
	}
	w := s.d.borrow()
	w.scan(s.pass, block{text: s.broke(n, last), base: s.base, last: last})
	s.d.finish(w, s.pass)
	if last {
		return
	}
	if drop := int(s.pass.from-s.base) - keepBack; drop > 0 {
		s.buf = slices.Delete(s.buf, 0, drop)
		s.base += int64(drop)
	}
}

// broke returns the buffer's first n bytes with its line breaks set: without a carriage return at its end
// unless the text ends there, since the next byte tells whether that stands alone.
func (s *Stream) broke(n int, last bool) []byte {
	text := s.buf[:n]
	if s.pass.binary {
		return text
	}
	if n > 0 && text[n-1] == '\r' && !last {
		text = text[:n-1]
	}
	setBreaks(text, int(s.broken-s.base))
	s.broken = s.base + int64(len(text))
	return text
}

// whole scans a content that is in memory at once, without copying it.
func (d *Detector) whole(content []byte) Result { return d.wholeCrowd(content, nil) }

func (d *Detector) wholeCrowd(content []byte, crowd func()) Result {
	binary := isBinary(content)
	if enc, _ := decode.Sniff(content); enc != decode.UTF8 && !d.storeAt(content) || binary && decode.Mixed(content) {
		s := d.NewStream()
		s.OnCrowd(crowd)
		s.write(content)
		return s.Close()
	}
	p := newPass(0, newBudget())
	p.binary, p.crowd = binary, crowd
	w := d.borrow()
	w.scan(p, block{text: withBreaks(content), last: true})
	d.finish(w, p)
	p.readStore(d, content)
	return p.settle(d, int64(len(content)))
}
