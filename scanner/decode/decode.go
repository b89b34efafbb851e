// Package decode finds text that is hidden behind an encoding and decodes it,
// so that the detector can look at it as well.
//
// There are two layers. Text (text.go, utf16.go) turns a whole content in UTF-16
// or UTF-32 into UTF-8, with a way back from offsets; Converter does it for
// contents that are read in blocks. Find (this file) looks inside UTF-8 content
// for runs of base64, hexadecimal and so on, and yields the decoded text of those
// that hold text: a decoded image or a hash is nothing to look into. Decoders
// lists the encodings, one a file; base64 and hexadecimal are a code (code.go) of which a finder
// (finder.go) tries the bodies (body.go): pieces of a run, or lines that are joined.
//
// Every finder takes time linear in the content's length, whatever that is, and memory
// that is bounded: a long run is looked at in overlapping parts (finder.go) and what is
// binary in it is told by samples, so that it need not be decoded.
//
// The finders see every byte that is scanned, so speed decides their form: Find
// looks for long runs of encoding alphabets in one pass over words (runs.go) that
// base64, base64url and hexadecimal share, and in another for the marks of the other
// encodings, both by maps of bits (signs.go). Nothing is allocated until text, or
// long wrapped base64, is found.
//
// Everything here is pure and safe for concurrent use, except a Converter,
// which belongs to one goroutine.
package decode

// Run is an encoded text inside a content. A long one comes in parts that overlap: Text is
// about 1 MiB at most, and what is decoded from less than 60 KiB is whole in one of them.
type Run struct {
	// Start and End are where the encoded text stands, in bytes, End exclusive.
	Start, End int
	// Text is the decoded text in UTF-8. It belongs to the receiver.
	Text []byte
	// By is the name of the decoder that found it.
	By string
	// Map says for each byte of Text, and for its end, at which byte of the
	// content it stands: set where only some of the run's characters are encoded, nil where the
	// whole run is.
	Map []int32
}

// Decoder finds one encoding.
type Decoder interface {
	// Name is the word by which reports call the encoding: "base64".
	Name() string
	// Find yields the runs of the encoding that decode to text, in order of
	// Start. Runs of fewer encoded characters than minLen are left out; 0 stands
	// for the encoding's own least length. The content need not be valid UTF-8.
	Find(content []byte, minLen int, yield func(Run))
}

// Decoders lists the encodings. A new one is one file and one line here.
func Decoders() []Decoder {
	return []Decoder{
		Base64{},
		Base64URL{},
		Hex{},
		Percent{},
		Escapes{},
		Entities{},
		QuotedPrintable{},
		UTF16Runs{},
		NarrowBase64{},
		ByteArrays{},
	}
}

// runDecoder is a Decoder of runs of an alphabet. Find asks several of them
// about each long run that one pass finds.
type runDecoder interface {
	Decoder
	// try yields what a run of class inRun, content[start:end), holds, and returns
	// how far the content is dealt with: end, or beyond it.
	// Likely is what likelyText says of the run, worked out once for all.
	try(content []byte, start, end, minLen int, likely bool, yield func(Run)) int
}

// markDecoder is a Decoder of escapes with a mark.
type markDecoder interface {
	Decoder
	syntax() syntax
}

// Find yields the runs of all encodings that decode to text. It equals running
// every decoder with its least length, in fewer passes; the runs of each decoder
// come in order of Start, but those of different decoders may overlap.
func Find(content []byte, yield func(Run)) {
	var at [maxDecoders]int // how far each decoder is
	narrow := narrowFinder{content: content, yield: yield}
	eachRun(content, func(start, end int) int {
		likely := likelyText(content[start:end])
		for i, d := range runTable {
			switch rest := end - at[i]; {
			case start >= at[i]:
				at[i] = d.try(content, start, end, 0, likely, yield)
			case rest >= leastRun: // lines that were joined end within the run
				at[i] = d.try(content, at[i], end, 0, likelyText(content[at[i]:end]), yield)
			}
		}
		return end
	}, narrow.line)
	eachMark(content, yield)
	UTF16Runs{}.Find(content, 0, yield)
	ByteArrays{}.Find(content, 0, yield)
}

// eachMark finds the regions of all encodings with a mark.
func eachMark(content []byte, yield func(Run)) {
	var at [maxDecoders]int // how far each encoding is
	var marks bitMap
	for from := 0; from < len(content); from += mapBits {
		marks.marks(content[from:min(from+mapBits, len(content))], markSigns, fastSigns)
		for k := marks.from(0); k >= 0; k = marks.from(k + 1) {
			place := from + k
			i := 0
			for markTable[i].mark != content[place] {
				i++
			}
			if place >= at[i] {
				at[i] = markTable[i].follow(content, place, 0, yield)
			}
		}
	}
}

// maxDecoders lets Find keep a number for each decoder without allocating.
const maxDecoders = 16

// The decoders by how Find runs them.
var (
	runTable  = runDecoders()
	markTable = markSyntaxes()
	markSigns = signsOf(markTable)
)

func runDecoders() (out []runDecoder) {
	for _, d := range Decoders() {
		if r, ok := d.(runDecoder); ok {
			out = append(out, r)
		}
	}
	return out
}

// signsOf returns the marks, of which there are four.
func signsOf(table []syntax) (signs [4]byte) {
	for i, s := range table {
		signs[i] = s.mark
	}
	return signs
}

func markSyntaxes() (out []syntax) {
	for _, d := range Decoders() {
		if m, ok := d.(markDecoder); ok {
			out = append(out, m.syntax())
		}
	}
	return out
}
