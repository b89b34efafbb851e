package decode

// NarrowBase64 finds base64 of either alphabet that is wrapped in lines too short for
// Base64 to see: 16 to 23 characters, as in the configurations of routers, in printed
// certificates and folded settings. The first line may stand behind something else, the last may be
// shorter, and those between are nothing but base64 and indentation.
//
// It costs nothing where there is none: the pass that looks for long runs (runs.go) meets
// some of the shorter ones. Of 23 characters that is every line, of 20 five in eight, so that of two lines below
// each other it is nearly always one; of 16 one in eight, so that a block of a few lines may be missed.
// Which ones depends on the content's offsets modulo eight: a stretch of a content is seen as in the
// whole only if it begins at a multiple of eight.
type NarrowBase64 struct{}

const (
	// narrowest is the least length of a line, in characters.
	narrowest = 16
	// maxIndent is how many bytes of indentation a line may have, as in skipBreak.
	maxIndent = 64
)

// Name implements Decoder.
func (NarrowBase64) Name() string { return "narrow base64" }

// Find implements Decoder. The least length is 24.
func (d NarrowBase64) Find(content []byte, minLen int, yield func(Run)) {
	f := narrowFinder{content: content, minLen: minLen, yield: yield}
	eachRun(content, func(_, end int) int { return end }, f.line)
}

// narrowFinder finds the narrow base64 of one content.
type narrowFinder struct {
	content []byte
	minLen  int
	yield   func(Run)
	done    int // everything before was looked at
}

// line looks whether a run of 16 to 23 characters is a line of a block, and yields what that holds.
func (f *narrowFinder) line(start, end int) {
	if start < f.done || end < len(f.content) && f.content[end] != '\n' && f.content[end] != '\r' {
		return
	}
	width := end - start
	first := start
	for {
		before, ok := f.lineBefore(first, width)
		if !ok {
			break
		}
		first = before
	}
	if first == start { // is there a line below, and nothing else on it
		next := skipBreak(f.content, end)
		if next == end || next >= len(f.content) || classes[f.content[next]]&inRun == 0 {
			return
		}
	}
	f.done = f.block(first, width)
}

// lineBefore returns where the line above the one that begins at a place begins, if it ends
// in as many characters of base64; only indentation may stand between the two.
func (f *narrowFinder) lineBefore(at, width int) (start int, ok bool) {
	for n := 0; n < maxIndent && at > f.done && (f.content[at-1] == ' ' || f.content[at-1] == '\t'); n++ {
		at--
	}
	if at == f.done || f.content[at-1] != '\n' {
		return 0, false
	}
	at--
	if at > f.done && f.content[at-1] == '\r' {
		at--
	}
	if at-width < f.done || at-width > 0 && classes[f.content[at-width-1]]&inRun != 0 { // the end of a longer line
		return 0, false
	}
	for _, c := range f.content[at-width : at] {
		if classes[c]&inRun == 0 {
			return 0, false
		}
	}
	return at - width, true
}

// afterBlanks skips a few blanks.
func afterBlanks(content []byte, at int) int {
	for end := min(len(content), at+8); at < end && content[at] == ' '; at++ {
	}
	return at
}

// block yields what the lines from a place on hold; it returns where the last of them ends.
func (f *narrowFinder) block(from, width int) int {
	var b body
	content := f.content
	foreign := uint8(0)
	for to := from + width; ; {
		for _, c := range content[from:to] {
			foreign |= classes[c] & (onlyStd | onlyURL)
		}
		b.add(content, from, to)
		next := skipBreak(content, to)
		if next == to || to-from < width || len(b.chars) > part-short {
			break
		}
		end := next
		for end < len(content) && end-next <= width && classes[content[end]]&inRun != 0 {
			end++
		}
		if end == next || end-next > width || end-next < width && !endsBase64(content, afterBlanks(content, end), true) {
			break
		}
		from, to = next, end
	}
	c := standard
	switch foreign {
	case onlyStd | onlyURL:
		return b.end
	case onlyURL:
		c = urlSafe
	}
	c.name = NarrowBase64{}.Name()
	inner := finder{code: &c, content: content, minLen: max(f.minLen, leastRun), yield: f.yield, last: -1}
	if len(b.chars) <= short {
		inner.short(&b)
	} else {
		inner.part(&b, true)
	}
	return b.end
}
