package decode

import "encoding/binary"

// Base64 finds base64 of the standard alphabet (RFC 4648, section 4), padded
// or not, in one piece or wrapped over lines of equal length. A run may
// begin within a group of four characters: all four alignments are tried.
type Base64 struct{}

// Name implements Decoder.
func (Base64) Name() string { return "base64" }

// Find implements Decoder. The least length is 24.
func (b Base64) Find(content []byte, minLen int, yield func(Run)) {
	findRuns(b, content, minLen, yield)
}

func (Base64) try(content []byte, start, end, minLen int, likely bool, yield func(Run)) int {
	if !likely && end-start <= longWord && !breaks(content, end) {
		return end
	}
	return tryBase64(&standard, content, start, end, minLen, yield)
}

// Base64URL finds base64 of the URL-safe alphabet (RFC 4648, section 5) that
// has at least one of its two own characters: without one, it is Base64.
type Base64URL struct{}

// Name implements Decoder.
func (Base64URL) Name() string { return "base64url" }

// Find implements Decoder. The least length is 24.
func (b Base64URL) Find(content []byte, minLen int, yield func(Run)) {
	findRuns(b, content, minLen, yield)
}

func (Base64URL) try(content []byte, start, end, minLen int, likely bool, yield func(Run)) int {
	if !likely && end-start <= longWord && !breaks(content, end) {
		return end
	}
	own := false
	for _, c := range content[start:end] {
		if classes[c]&onlyURL != 0 {
			own = true
			break
		}
	}
	if !own {
		return end
	}
	return tryBase64(&urlSafe, content, start, end, minLen, yield)
}

// findRuns is Find of a decoder of runs.
func findRuns(d runDecoder, content []byte, minLen int, yield func(Run)) {
	eachRun(content, func(start, end int) int {
		return d.try(content, start, end, minLen, likelyText(content[start:end]), yield)
	}, nil)
}

// tryBase64 splits a run at the characters that are not of the alphabet, and tries the pieces.
func tryBase64(c *code, content []byte, start, end, minLen int, yield func(Run)) int {
	f := finder{code: c, content: content, minLen: max(minLen, leastRun), yield: yield, last: -1}
	done := start
	for from := start; from < end; {
		to := from
		for to < end && classes[content[to]]&c.foreign == 0 {
			to++
		}
		if to-from >= f.minLen {
			done = f.piece(from, to, to == end)
		}
		from = to + 1
	}
	return max(done, end)
}

// likelyText says whether the first, the last or the middle leastRun characters of a
// run may be text, at any alignment. It is cheap, and nearly no identifier passes.
//
// The first character of a group of four encodes the upper six bits of a byte: for
// ASCII, and UTF-16 that is mostly ASCII, one of the first 32 digits. One in six may be another.
func likelyText(piece []byte) bool {
	if likelyGroups(piece[:leastRun]) {
		return true
	}
	last := len(piece) - leastRun
	return last > 0 && (likelyGroups(piece[last:]) || last > leastRun && likelyGroups(piece[last/2:]))
}

func likelyGroups(p []byte) bool {
	p = p[:leastRun:leastRun]
	// Capitals and underscores alone are a constant's name (or the base64 of a text like
	// 00A00A…). Lower-case letters, digits and the other signs have the bit 0x20.
	all := binary.LittleEndian.Uint64(p) | binary.LittleEndian.Uint64(p[8:]) | binary.LittleEndian.Uint64(p[16:])
	if all&0x2020202020202020 == 0 {
		return false
	}
	var n [4]uint8
	for i := 0; i < leastRun; i += 4 {
		n[0] += classes[p[i]] & lowSix
		n[1] += classes[p[i+1]] & lowSix
		n[2] += classes[p[i+2]] & lowSix
		n[3] += classes[p[i+3]] & lowSix
	}
	const enough = 5 * lowSix
	return n[0] >= enough || n[1] >= enough || n[2] >= enough || n[3] >= enough
}

// maxGroups is how many groups of a piece likelyAligned looks at.
const maxGroups = 64

// likelyAligned decodes groups spread over a piece and says whether six bytes in
// ten are printable ASCII or zero. In a hurry, the first four decide against it alone.
func likelyAligned(piece []byte, hurry bool) bool {
	groups := len(piece) / 4
	step := max(groups/maxGroups, 1)
	good, n := 0, 0
	for g := 0; g < groups; g += step {
		p := piece[4*g : 4*g+4 : 4*g+4]
		v := uint32(sextets[p[0]])<<18 | uint32(sextets[p[1]])<<12 | uint32(sextets[p[2]])<<6 | uint32(sextets[p[3]])
		// Without a branch for each byte, which no processor could predict.
		good += int(classes[byte(v>>16)]&printingOrZero) + int(classes[byte(v>>8)]&printingOrZero) + int(classes[byte(v)]&printingOrZero)
		if n += 3; n == 12 && good < 5*printingOrZero && hurry {
			return false
		}
	}
	return good*10 >= n*6*printingOrZero
}
