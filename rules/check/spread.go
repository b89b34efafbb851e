package check

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strings"
)

// A program writes a key line by line: between two lines of the armour stands what ends one literal or statement and begins the
// next, the same between all of them, or nearly. Nothing of a language need be known to take it away: it stands as well behind the line with
// BEGIN and in front of that with END. What is put together so counts if it is a key as a whole, and else it is nothing.

const (
	// longestBetween is how many characters may stand between two lines.
	longestBetween = 400
	// longerAtEnd is how much longer than between two lines that may be which stands between the last one and END.
	longerAtEnd = 8
	// leastLine is the length of the shortest line of which there are several: all but the last of a block have one length.
	leastLine = 32
	// widthTries is how many lengths may be that of the lines.
	widthTries = 3
	// lastTries is how many texts behind the last full line may be the last line.
	lastTries = 24
	// armourSigns are the characters of a body.
	armourSigns = base62 + "+/="
)

// spread puts together a block whose lines stand apart, as a private key that parses, and tells where in the text it ends; not ok if it
// is none.
func spread(text string) (a armour, end int, ok bool) {
	a, inner, ok := spreadParts(text)
	if !ok || len(inner) < leastLine {
		return armour{}, 0, false
	}
	if a.lines = between(inner); a.lines != nil {
		if a.join(); a.holds() {
			return a, len(text), true
		}
	}
	inner = unescape(inner)
	if a, ok = a.fromRuns(inner); !ok {
		return armour{}, 0, false
	}
	end = len(text)
	if last, gap := a.place(inner); len(inner)-last > min(gap+longerAtEnd, longestBetween) {
		if end, _ = a.place(text); end < 0 {
			return armour{}, 0, false
		}
	}
	return a, end, true
}

// place returns where in a text a block's lines end, and the most that stands between two of them: below 0 if they are not there.
func (a armour) place(text string) (end, gap int) {
	for i, line := range a.lines {
		at := strings.Index(text[end:], line)
		if at < 0 {
			return -1, 0
		}
		if i > 0 || len(a.lines) == 1 {
			gap = max(gap, at)
		}
		end += at + len(line)
	}
	return end, gap
}

// spreadParts takes the label off a block that has an end.
func spreadParts(text string) (a armour, inner string, ok bool) {
	_, text, ok = strings.Cut(text, "-----BEGIN ")
	if !ok {
		return armour{}, "", false
	}
	a.label, text, ok = strings.Cut(text, "-----")
	if !ok || len(a.label) > 60 {
		return armour{}, "", false
	}
	inner, _, a.ended = strings.Cut(text, "-----END")
	return a, oneBlank(inner), a.ended
}

// holds tells whether what was put together is a private key.
func (a armour) holds() bool { return a.judge().Verdict == Holds }

// oneBlank ends lines in line feeds and makes several blanks one: how many there are depends on the length of the lines.
func oneBlank(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	var b strings.Builder
	b.Grow(len(text))
	for i := range len(text) {
		switch c := text[i]; {
		case c != ' ' && c != '\t':
			b.WriteByte(c)
		case i == 0 || text[i-1] != ' ' && text[i-1] != '\t':
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// between returns the lines of a block's inner text apart by what it begins and ends with: nil if nothing stands between them.
func between(inner string) []string {
	k := min(longestBetween, len(inner)/2)
	separator := inner[:border(inner[:k], inner[len(inner)-k:])]
	if strings.Trim(separator, armourSigns) == "" {
		return nil
	}
	lines := strings.Split(inner, separator)
	lines = lines[1 : len(lines)-1]
	for i := range lines {
		lines[i] = strings.TrimSpace(unescape(lines[i]))
	}
	return lines
}

// border returns the length of the longest text that one begins and the other ends with (Knuth, Morris and Pratt 1977).
func border(head, tail string) int {
	fail := make([]int, len(head)+1) // of each beginning of head, the longest that it ends with as well
	fail[0] = -1
	for i, k := 0, -1; i < len(head); i++ {
		for k >= 0 && head[k] != head[i] {
			k = fail[k]
		}
		k++
		fail[i+1] = k
	}
	n := 0
	for i := range len(tail) {
		for n == len(head) || n >= 0 && head[n] != tail[i] {
			n = fail[n]
		}
		n++
	}
	return n
}

// join makes the body of the lines and takes the headers from them.
func (a *armour) join() {
	var b strings.Builder
	a.encrypted, a.body, a.rest = false, "", ""
	headers := true
	for _, line := range a.lines {
		if name, _, ok := strings.Cut(line, ":"); headers && ok {
			if !isArmourHeader(strings.TrimRight(name, `\`)) { // two lines, the second of which would be lost
				return
			}
			line = a.header(line)
		}
		headers = headers && line == ""
		b.WriteString(line)
	}
	a.body = b.String()
	if strings.Trim(a.body, armourSigns) != "" {
		a.body = ""
	}
}

// fromRuns takes for the block's lines the runs of base64 that have the length of most, and one behind the last of them.
func (a armour) fromRuns(inner string) (armour, bool) {
	runs := strings.FieldsFunc(inner, func(r rune) bool { return r >= 0x80 || strings.IndexByte(armourSigns, byte(r)) < 0 })
	a.encrypted = strings.Contains(inner, "4,ENCRYPTED")
	for _, width := range usualLengths(runs, a.encrypted) {
		if b, ok := a.ofWidth(runs, width); ok {
			return b, true
		}
	}
	return armour{}, false
}

// ofWidth takes for the block's lines the runs of a length, and one behind the last of them.
func (a armour) ofWidth(runs []string, width int) (armour, bool) {
	a.lines = nil
	last := 0
	for i, run := range runs {
		if len(run) == width {
			a.lines, last = append(a.lines, run), i
		}
	}
	full := a.lines[:len(a.lines):len(a.lines)]
	announced := a.announced()
	for try := range min(lastTries, len(runs)-last) {
		run := runs[last+try]
		a.lines = full
		size := len(full) * width
		if try > 0 {
			a.lines = append(full, run)
			size += len(run)
		}
		if len(run) > width || size%4 != 0 || announced > 0 && size != announced ||
			try > 0 && slices.Contains(runs[:last], run) { // the last does not stand on every line
			continue
		}
		a.body = strings.Join(a.lines, "")
		if checksum := a.checksum(runs[last+try+1:]); a.complete(checksum) && a.holds() {
			if checksum != "" {
				a.lines = append(a.lines, checksum)
			}
			return a, true
		}
	}
	return armour{}, false
}

// announced returns how many characters of base64 the body of a key in DER has, by its beginning; 0 if that is of another form.
func (a armour) announced() int {
	if a.encrypted || strings.Contains(a.label, "PGP") || strings.HasPrefix(a.label, "OPENSSH") {
		return 0
	}
	data, err := base64.StdEncoding.DecodeString(a.lines[0][:8])
	if err != nil || data[0] != derSequence {
		return 1 // which no body has
	}
	size := int(data[1]) + 2
	switch data[1] {
	case 0x81:
		size = int(data[2]) + 3
	case 0x82:
		size = int(data[2])<<8 + int(data[3]) + 4
	}
	return (size + 2) / 3 * 4
}

// complete tells whether a body has the length that its beginning announces, or the checksum that follows it.
func (a armour) complete(checksum string) bool {
	data, err := base64.StdEncoding.DecodeString(a.body)
	if err != nil || len(data) < 32 {
		return false
	}
	switch {
	case checksum != "":
		sum := crc24(data)
		return checksum == "="+base64.StdEncoding.EncodeToString([]byte{byte(sum >> 16), byte(sum >> 8), byte(sum)})
	case a.encrypted:
		return len(data)%8 == 0
	case strings.HasPrefix(a.label, "OPENSSH"):
		return sshEnds(data)
	}
	return true
}

// checksum returns OpenPGP's own checksum, a line of its own behind the last: "" if there is none.
func (a armour) checksum(runs []string) string {
	for _, run := range runs[:min(len(runs), lastTries)] {
		if strings.Contains(a.label, "PGP") && len(run) == 5 && run[0] == '=' {
			return run
		}
	}
	return ""
}

// crc24 is the checksum of OpenPGP's armour (RFC 4880, section 6.1).
func crc24(data []byte) uint32 {
	sum := uint32(0xb704ce)
	for _, c := range data {
		sum ^= uint32(c) << 16
		for range 8 {
			if sum <<= 1; sum&0x1000000 != 0 {
				sum ^= 0x1864cfb
			}
		}
	}
	return sum & 0xffffff
}

// usualLengths returns the lengths that most long runs have, the most frequent first: that of a block's lines, and of what a log writes
// on each of them. Where nothing but the length tells whether it was the right one, a log's is half as frequent at least, and the shorter.
func usualLengths(runs []string, blind bool) []int {
	counts := map[int]int{}
	var widths []int
	for _, run := range runs {
		if n := len(run); n >= leastLine {
			if counts[n]++; counts[n] == 1 {
				widths = append(widths, n)
			}
		}
	}
	slices.SortStableFunc(widths, func(a, b int) int { return cmp.Compare(counts[b], counts[a]) })
	widths = widths[:min(len(widths), widthTries)]
	if blind && len(widths) > 0 {
		most := counts[widths[0]]
		widths = slices.DeleteFunc(widths, func(n int) bool { return 2*counts[n] < most })
		slices.SortFunc(widths, func(a, b int) int { return cmp.Compare(b, a) })
	}
	return widths
}
