package decode

import (
	"bytes"
	"cmp"
	"slices"
)

const (
	// part is how many characters of a long body are looked at together, and so
	// the bound of what is decoded at once. Parts overlap, so that what is
	// shorter than the overlap is whole in one of them.
	part    = 1 << 20
	overlap = 64 << 10
	// window is how many characters of a part are sampled together.
	window = 256
)

// finder finds the texts of one encoding in the bodies that begin at one run.
type finder struct {
	*code
	content []byte
	minLen  int
	yield   func(Run)
	last    int // where the run that was yielded last starts; -1 before the first
	decoded []byte
	runs    []Run // of one part
}

// piece deals with the piece content[from:to) and, if join is set, the lines
// that follow it. It returns how far the content is dealt with. Whatever they
// hold, joined lines are not looked at again: the time would be quadratic.
func (f *finder) piece(from, to int, join bool) int {
	if to-from > short {
		f.long(from, to)
		return to
	}
	lines := lineReader{content: f.content, foreign: f.foreign, first: to - from, end: to, done: !join}
	next, end, join := lines.next()
	if !join {
		b := pieceOf(f.content, from, to)
		f.short(&b)
		return to
	}
	var chars [short]byte // most bodies cost no allocation
	var places [short / leastRun]line
	b := body{chars: chars[:0], lines: places[:0]}
	b.add(f.content, from, to)
	for whole := true; ; {
		if join {
			b.add(f.content, next, end)
			if len(b.chars) <= part-short {
				next, end, join = lines.next()
				continue
			}
		}
		var found bool
		if whole && !join && len(b.chars) <= short {
			found = f.short(&b)
		} else {
			found = f.part(&b, !join)
		}
		done := len(b.chars) // how many characters no other part has
		if join {
			done = (done - overlap) / window * window
		}
		if !found && (whole || lines.width < wrapped) {
			f.alone(&b, done, lines.width)
		}
		if !join {
			return lines.end
		}
		whole = false
		b.drop(done)
		next, end, join = lines.next()
	}
}

// short yields the texts of a short body; it says whether it holds any.
func (f *finder) short(b *body) bool {
	for shift := range min(f.in, len(b.chars)) {
		if !f.likely(b.chars[shift:], len(b.lines) > 0) {
			continue
		}
		var buf [short / 4 * 3]byte // of base64; hexadecimal needs less
		decoded := buf[:f.decode(buf[:], b.chars[shift:])]
		if f.texts(b, shift, decoded) {
			return true
		}
	}
	if len(b.chars) <= longWord {
		return false
	}
	shift := f.inset(b.chars)
	if shift < 0 {
		return false
	}
	var buf [short / 4 * 3]byte
	return f.texts(b, shift, buf[:f.decode(buf[:], b.chars[shift:])])
}

// texts yields the texts in what b.chars[from:], a short body, make.
func (f *finder) texts(b *body, from int, decoded []byte) bool {
	if sniffUTF16(decoded) != UTF8 {
		text, ok := utf16Text(decoded)
		return ok && f.emit(f.run(b, from, 0, len(decoded), true), text)
	}
	least, ok := leastOf(decoded)
	if !ok {
		return false
	}
	found := false
	for s, e := nextStretch(decoded, 0); s < e; s, e = nextStretch(decoded, e) {
		if e-s >= least {
			found = f.emit(f.run(b, from, s, e, e == len(decoded)), decoded[s:e]) || found
		}
	}
	return found
}

// alone looks at each of the lines that begin in b.chars[:done] for itself, because they may be a list of tokens.
// Wrapped text is wider than most of those: of wide lines only the first and the last may be
// something else. Those of a binary file would yield too much, since many hold a few words.
func (f *finder) alone(b *body, done, width int) {
	const outer = 2
	for i := range b.lines {
		from, to := b.line(i)
		if b.lines[i].chars < done && to-from >= f.minLen && (width < wrapped || i < outer || i >= len(b.lines)-outer) {
			one := pieceOf(f.content, from, to)
			f.short(&one)
		}
	}
}

// run returns the run, still without its text, of the bytes s to e of what
// b.chars[from:] make.
func (f *finder) run(b *body, from, s, e int, toEnd bool) Run {
	r := Run{Start: b.place(from + s/f.out*f.in), By: f.name}
	if !toEnd {
		r.End = b.place(min(len(b.chars), from+(e+f.out-1)/f.out*f.in)-1) + 1
		return r
	}
	r.End = b.end
	if f.enc != nil {
		r.End = skipPadding(f.content, b.end)
	} else {
		r.End -= (len(b.chars) - from) % f.in
	}
	return r
}

// emit yields a copy of a text, unless it is too short or known from the part before.
func (f *finder) emit(r Run, text []byte) bool {
	if r.End-r.Start < f.minLen || r.Start <= f.last {
		return false
	}
	f.last = r.Start
	r.Text = bytes.Clone(text)
	f.yield(r)
	return true
}

// long finds the texts in a long piece, part by part.
func (f *finder) long(from, to int) {
	for {
		end := min(from+part, to)
		b := pieceOf(f.content, from, end)
		f.part(&b, end == to)
		if end == to {
			return
		}
		from = end - overlap
	}
}

// part finds the texts in a part of a body, wherever in it they stand. A few
// groups of every window tell whether it may hold text, so that nothing of a binary
// file is decoded but what may be text. It says whether it found any.
func (f *finder) part(b *body, last bool) bool {
	var shifts [part/window + 1]int8
	var some [4]bool
	windows := 0
	for at := 0; at < len(b.chars); at += window {
		shift := f.alignment(b.chars[at:min(at+window+f.in-1, len(b.chars))])
		if shift >= 0 {
			some[shift] = true
		}
		shifts[windows] = int8(shift)
		windows++
	}
	f.runs = f.runs[:0]
	for shift := range f.in {
		if !some[shift] {
			continue
		}
		// A span is windows of one alignment; one of them may be missing between two.
		first, end := -1, -1
		for w := range windows {
			if int(shifts[w]) != shift {
				continue
			}
			if first >= 0 && w > end+1 {
				f.span(b, last, shift, first*window, end*window)
				first = -1
			}
			if first < 0 {
				first = w
			}
			end = w + 1
		}
		f.span(b, last, shift, first*window, end*window)
	}
	slices.SortStableFunc(f.runs, func(a, b Run) int { return cmp.Compare(a.Start, b.Start) })
	found := false
	for _, r := range f.runs {
		found = f.emit(r, r.Text) || found
	}
	clear(f.runs)
	return found
}

// span appends to f.runs the texts in the windows b.chars[from:to) and in the
// ones before and behind them, into which a text may reach.
func (f *finder) span(b *body, last bool, shift, from, to int) {
	core := 0
	if from > 0 {
		from -= window
		core = window / f.in * f.out
	}
	from += shift
	to = min(to+window+shift, len(b.chars))
	atEnd := to == len(b.chars)
	if size := (to-from)/f.in*f.out + f.out; size > len(f.decoded) {
		f.decoded = make([]byte, size)
	}
	decoded := f.decoded[:f.decode(f.decoded, b.chars[from:to])]
	if core < len(decoded) {
		if enc := sniffUTF16(decoded[core:]); enc != UTF8 {
			text := enc.convert(decoded)
			if s, e := longestStretch(text); e-s >= longText {
				f.keep(f.run(b, from, 0, len(decoded), atEnd), text)
			}
			return
		}
	}
	for s, e := nextStretch(decoded, 0); s < e; s, e = nextStretch(decoded, e) {
		toEnd := atEnd && e == len(decoded)
		if e-s < longText && (!toEnd || !last || e-s < leastText) {
			continue
		}
		if toEnd && !last && from+s/f.out*f.in > len(b.chars)-overlap+window {
			continue // whole in the next part
		}
		f.keep(f.run(b, from, s, e, toEnd), decoded[s:e])
	}
}

// keep appends a text to those of the part.
func (f *finder) keep(r Run, text []byte) {
	r.Text = bytes.Clone(text)
	f.runs = append(f.runs, r)
}
