package scanner

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/keysieve/keysieve/scanner/detect"
)

// quoter makes the excerpts of matches in order. Those in one encoded run, of which there may be thousands, share theirs.
type quoter struct {
	last struct {
		start, end, at int64
		line           string
	}
	made Excerpt
}

func (q *quoter) excerpt(m *detect.Match, all []detect.Known) Excerpt {
	this := q.last
	this.start, this.end, this.at, this.line = m.Start, m.End, m.ExcerptStart, m.Excerpt
	if this != q.last || q.made.Text == "" || m.Whole {
		q.last, q.made = this, excerpt(m, all)
	}
	return q.made
}

// excerpt returns the line of a match with every secret on it masked, also those
// that are not reported here, and every copy of one, encoded ones among them.
func excerpt(m *detect.Match, all []detect.Known) Excerpt {
	if m.Whole {
		return wholeExcerpt(m.Secret)
	}
	base := m.ExcerptStart
	end := base + int64(len(m.Excerpt))
	var spans [][2]int
	for _, o := range near(all, base, end) {
		lo, hi := int(max(o.Start, base)-base), int(min(o.End, end)-base)
		spans = append(spans, [2]int{lo, hi + cutOff(m.Excerpt, lo, hi)})
		spans = append(spans, copies(m.Excerpt, o.Secret)...)
		for _, form := range encoded(o.Secret) {
			spans = append(spans, copies(m.Excerpt, form)...)
		}
	}
	own := [2]int{int(m.Start - base), int(min(m.End, end) - base)}
	spans = append(spans, [2]int{own[0], own[1] + cutOff(m.Excerpt, own[0], own[1])})
	slices.SortFunc(spans, func(a, b [2]int) int { return a[0] - b[0] })
	var out strings.Builder
	x := Excerpt{}
	columns, at := 0, 0
	write := func(s string) {
		s = printable(s)
		out.WriteString(s)
		columns += utf8.RuneCountInString(s)
	}
	for i := 0; i < len(spans); {
		lo, hi := spans[i][0], spans[i][1]
		for i++; i < len(spans) && spans[i][0] < hi; i++ { // overlapping ones are masked as one
			hi = max(hi, spans[i][1])
		}
		write(m.Excerpt[at:lo])
		start := columns
		write(Mask(m.Excerpt[lo:hi]))
		if lo <= own[0] && own[1] <= hi {
			x.Start, x.End = start, columns
		}
		at = hi
	}
	write(m.Excerpt[at:])
	x.Text = out.String()
	return x
}

// cutOff returns how many bytes behind a secret may belong to it, though the rule ended it before them: a quotation mark that is
// escaped or doubled in quotation marks, or a sign in a value without any, may be part of a password. More is masked then than
// is told, rather than less.
func cutOff(line string, lo, hi int) int {
	if lo < 0 || hi <= lo || hi >= len(line) {
		return 0
	}
	rest := line[hi:]
	if quote := quoteBefore(line, lo); quote != 0 {
		escaped := 0
		if line[hi-1] == '\\' { // the mark behind it is
			escaped = 1
		}
		if n := untilClosed(rest[escaped:], quote); n < len(rest)-escaped {
			return n + escaped
		}
	}
	n := strings.IndexAny(rest, " \t\r\n")
	if i := strings.IndexByte(rest, '<'); i > 0 && (n < 0 || i < n) {
		n = i
	}
	if n < 0 {
		n = len(rest)
	}
	if goesOn(rest[:n]) {
		return n
	}
	return 0
}

// quoteBefore returns the quotation mark that a value begins behind; 0 for none.
func quoteBefore(line string, lo int) byte {
	if lo > 0 && strings.IndexByte("\"'`", line[lo-1]) >= 0 {
		return line[lo-1]
	}
	return 0
}

// untilClosed returns where a quotation mark stands that closes: it is neither escaped nor doubled.
func untilClosed(rest string, quote byte) int {
	for i := 0; i < len(rest); i++ {
		switch {
		case rest[i] == '\\':
			i++
		case rest[i] == quote && i+1 < len(rest) && rest[i+1] == quote:
			i++
		case rest[i] == quote:
			return i
		}
	}
	return len(rest)
}

// goesOn tells whether what stands between a value and the next blank may be the rest of it: it begins with a sign that does not close
// what was open before, and holds letters or digits.
func goesOn(rest string) bool {
	if len(rest) < 2 {
		return false
	}
	switch rest[0] {
	case '"', '\'', '`':
		return isAlnum(rest[1])
	case '<':
		return rest[1] != '/' // the end of an element
	case '&':
		return strings.HasPrefix(rest, "&amp;") || strings.IndexByte(rest, '=') < 0 // else a query's next field
	case '[', '(', '{', '\\', '$':
		return strings.IndexFunc(rest, func(r rune) bool { return r < utf8.RuneSelf && isAlnum(byte(r)) }) > 0
	case ',', ';', ')', ']', '}', '>', '|': // else the next field: ,name=
		return isAlnum(rest[1]) && !namesField(rest[1:])
	}
	return false
}

// namesField tells whether a text begins with a name and the sign behind it.
func namesField(text string) bool {
	end := strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf || !isAlnum(byte(r)) && r != '_' && r != '-' && r != '.' })
	return end > 0 && (text[end] == '=' || text[end] == ':')
}

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// wholeExcerpt stands for a content that is no text, by its masked SHA-256.
func wholeExcerpt(sum string) Excerpt {
	const what = "the file as a whole, SHA-256 "
	masked := Mask(sum)
	return Excerpt{Text: what + masked, Start: len(what), End: len(what) + utf8.RuneCountInString(masked)}
}

// longestSecret is how far before a line a secret that reaches into it may begin, in
// bytes: matches are bounded.
const longestSecret = 64 << 10

// near returns the matches that may overlap [base, end), of all in order of
// their start: a content can hold hundreds of thousands.
func near(all []detect.Known, base, end int64) []detect.Known {
	from := sort.Search(len(all), func(i int) bool { return all[i].Start >= base-longestSecret })
	to := sort.Search(len(all), func(i int) bool { return all[i].Start >= end })
	var out []detect.Known
	for i := from; i < to; i++ {
		if all[i].End > base {
			out = append(out, all[i])
		}
	}
	return out
}

// How much of a secret gives a copy of it away, in bytes: its beginning, or the
// whole of a short one.
const (
	copyPrefix = 12
	leastCopy  = 5
	// leastEncoded is the length of a secret from which an encoded copy is looked for.
	leastEncoded = 8
)

// encoded returns a secret as people and programs repeat it beside itself: in base64 and hexadecimal.
func encoded(secret string) []string {
	if len(secret) < leastEncoded {
		return nil
	}
	raw := []byte(secret)
	digits := hex.EncodeToString(raw)
	return []string{base64.RawStdEncoding.EncodeToString(raw), base64.RawURLEncoding.EncodeToString(raw), digits, strings.ToUpper(digits)}
}

// copies returns where else in a line a secret or the beginning of it stands.
func copies(line, secret string) [][2]int {
	if len(secret) < leastCopy {
		return nil
	}
	prefix := secret[:min(copyPrefix, len(secret))]
	var out [][2]int
	for at := 0; ; {
		i := strings.Index(line[at:], prefix)
		if i < 0 {
			return out
		}
		at += i
		n := len(prefix)
		for n < len(secret) && at+n < len(line) && line[at+n] == secret[n] {
			n++
		}
		out = append(out, [2]int{at, at + n})
		at += n
	}
}

// printable makes text safe to show: control characters and bytes that are no
// UTF-8 can move a terminal's cursor or hide what stands beside them.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case r < ' ', 0x7f <= r && r < 0xa0, r == utf8.RuneError,
			0x200b <= r && r <= 0x200f, 0x202a <= r && r <= 0x202e, 0x2060 <= r && r <= 0x2069, r == 0xfeff:
			return '\u00b7'
		}
		return r
	}, s)
}
