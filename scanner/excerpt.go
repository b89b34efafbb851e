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

	longest int64               // of the content's secrets; 0 before the first excerpt
	forms   map[string][]string // of secrets in the excerpts before, in base64 and hexadecimal
}

// mostForms is of how many secrets the forms are kept, and longestForm how long they are at most: those that stand close together,
// as on one line, are in each other's excerpts.
const (
	mostForms   = 256
	longestForm = 256
)

func (q *quoter) excerpt(m *detect.Match, all []detect.Known) Excerpt {
	this := q.last
	this.start, this.end, this.at, this.line = m.Start, m.End, m.ExcerptStart, m.Excerpt
	if this != q.last || q.made.Text == "" || m.Whole {
		q.last, q.made = this, q.quote(m, all)
	}
	return q.made
}

// encoded returns a secret in base64 and hexadecimal.
func (q *quoter) encoded(secret string) []string {
	if len(secret) > longestForm {
		return encoded(secret)
	}
	forms, ok := q.forms[secret]
	if !ok {
		if len(q.forms) >= mostForms || q.forms == nil {
			q.forms = make(map[string][]string)
		}
		forms = encoded(secret)
		q.forms[secret] = forms
	}
	return forms
}

// quote returns the line of a match with every secret on it masked, also those
// that are not reported here, and every copy of one, encoded ones among them.
func (q *quoter) quote(m *detect.Match, all []detect.Known) Excerpt {
	if m.Whole {
		return wholeExcerpt(m.Secret)
	}
	base := m.ExcerptStart
	end := base + int64(len(m.Excerpt))
	lo, hi := int(m.Start-base), int(min(m.End, end)-base)
	shown := extent{begins: lo < mostBeside, ends: len(m.Excerpt)-hi < mostBeside && hi-lo < mostBeside}
	own := masked{lo, hi, hi + cutOff(m.Excerpt, lo, hi, shown)}
	spans := []masked{own}
	for _, o := range q.near(all, base, end) {
		lo, hi := int(max(o.Start, base)-base), int(min(o.End, end)-base)
		spans = append(spans, masked{lo, hi, hi + cutOff(m.Excerpt, lo, hi, shown)})
		spans = append(spans, copies(m.Excerpt, o.Secret)...)
		for _, form := range q.encoded(o.Secret) {
			spans = append(spans, copies(m.Excerpt, form)...)
		}
	}
	slices.SortFunc(spans, func(a, b masked) int { return a.from - b.from })
	var out strings.Builder
	x := Excerpt{}
	columns, at := 0, 0
	write := func(s string) {
		s = printable(s)
		out.WriteString(s)
		columns += utf8.RuneCountInString(s)
	}
	for i := 0; i < len(spans); {
		one := spans[i]
		for i++; i < len(spans) && spans[i].from < one.end; i++ { // overlapping ones are masked as one
			if spans[i].from < one.told {
				one.told = max(one.told, spans[i].told)
			}
			one.end = max(one.end, spans[i].end)
		}
		write(m.Excerpt[at:one.from])
		start := columns
		write(one.mask(m.Excerpt))
		if one.from <= own.from && own.end <= one.end {
			x.Start, x.End = start, columns
		}
		at = one.end
	}
	write(m.Excerpt[at:])
	x.Text = out.String()
	return x
}

// masked is a part of a line that is not shown: a secret up to told, and what may be the rest of it.
type masked struct{ from, told, end int }

// mask shows of the secret what Mask shows, and of its rest nothing.
func (m masked) mask(line string) string {
	rest := utf8.RuneCountInString(line[m.told:m.end])
	return Mask(line[m.from:m.told]) + strings.Repeat(string(bullet), min(rest, maxMasked))
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
func (q *quoter) near(all []detect.Known, base, end int64) []detect.Known {
	if q.longest == 0 {
		for i := range all {
			q.longest = max(q.longest, all[i].End-all[i].Start)
		}
		q.longest = min(max(q.longest, 1), longestSecret)
	}
	from := sort.Search(len(all), func(i int) bool { return all[i].Start >= base-q.longest })
	to := from + sort.Search(len(all)-from, func(i int) bool { return all[from+i].Start >= end })
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
func copies(line, secret string) []masked {
	if len(secret) < leastCopy {
		return nil
	}
	prefix := secret[:min(copyPrefix, len(secret))]
	var out []masked
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
		out = append(out, masked{at, at + n, at + n})
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
