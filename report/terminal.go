package report

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// terminal knows how text is shown: what a character is replaced by, how many
// cells it takes, and the codes for colour. Everything that is shown to a
// person passes through show, path or shellWord; none lets through a control
// character, nor one that hides or reorders text, nor what GitHub's runner takes for a command in a log: ##[ anywhere in a line, or :: at
// its beginning.
type terminal struct {
	color, unicode bool
	names          bool // the characters of path names are written as they are, beyond ASCII, too
	width          int  // columns; 0: nothing is cut
}

// The look of a piece of text, as the parameters of ECMA-48's SGR.
type look string

const (
	bold   look = "1"
	dim    look = "2"
	red    look = "31"
	yellow look = "33"
	cyan   look = "36"
	alarm  look = "1;31"
)

// paint gives text a look. The text must be measured before, not after.
func (t terminal) paint(l look, text string) string {
	if !t.color || text == "" {
		return text
	}
	return "\x1b[" + string(l) + "m" + text + "\x1b[0m"
}

// printable says whether a character is seen and stays in its place: a letter,
// mark, number, punctuation mark, symbol or a space of any width.
func printable(r rune) bool { return unicode.IsPrint(r) || unicode.Is(unicode.Zs, r) }

// show returns text fit to be seen, character by character: what is not
// printable or not UTF-8, and the bracket of ##[, becomes U+FFFD, and without Unicode what is not ASCII its
// nearest ASCII character or "?". The number of characters stays.
func (t terminal) show(text string) string {
	signs := 0 // of number, in a row
	return strings.Map(func(r rune) rune {
		before := signs
		if signs = 0; r == '#' {
			signs = before + 1
		}
		switch {
		case r == '[' && before >= 2:
			r = utf8.RuneError
		case r == '\t', r == '\n':
			return ' '
		case !printable(r):
			r = utf8.RuneError
		}
		if t.unicode || r < utf8.RuneSelf {
			return r
		}
		return nearestASCII(r)
	}, text)
}

func nearestASCII(r rune) rune {
	switch r {
	case '•':
		return '*'
	case '‘', '’':
		return '\''
	case '“', '”':
		return '"'
	case '–', '—', '−':
		return '-'
	case '…':
		return '.'
	case '·':
		return '.'
	}
	if unicode.IsSpace(r) {
		return ' '
	}
	return '?'
}

// symbol returns one of two spellings of a drawing element.
func (t terminal) symbol(unicode, ascii string) string {
	if t.unicode {
		return unicode
	}
	return ascii
}

// cells returns the number of terminal columns that text takes: two for East
// Asian wide and full-width characters (Unicode Annex 11), none for combining
// marks and for the vowels and finals that a Hangul syllable is built from.
func cells(text string) int {
	n := 0
	for _, r := range text {
		n += runeCells(r)
	}
	return n
}

func runeCells(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me), r >= 0x1160 && r <= 0x11ff:
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// pad returns text followed by spaces up to n cells.
func pad(text string, n int) string { return text + strings.Repeat(" ", max(n-cells(text), 0)) }

// wrap breaks text at spaces into lines of at most n cells; a longer word has a line of its own.
func wrap(text string, n int) []string {
	var lines []string
	line, used := "", 0
	for word := range strings.FieldsSeq(text) {
		size := cells(word)
		switch {
		case line == "":
			line, used = word, size
		case used+1+size <= n:
			line, used = line+" "+word, used+1+size
		default:
			lines = append(lines, line)
			line, used = word, size
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	for i, l := range lines {
		if strings.HasPrefix(l, "::") {
			lines[i] = ": " + l[1:]
		}
	}
	return lines
}

// view returns the part of a line that fits into n cells around the characters
// start to end, where these stand in it then, and an ellipsis for what
// was cut off. When the marked part alone is too long its beginning is shown.
func (t terminal) view(line string, start, end, n int) (string, int, int) {
	runes := []rune(line)
	if cells(line) <= n {
		return line, start, end
	}
	ellipsis := []rune(t.symbol("…", "..."))
	n = max(n-2*len(ellipsis), 1)
	// Grow from the start of the mark: over the mark, then by turns to the left
	// and to the right as long as there is room.
	left, right, used := start, start, 0
	for right < end && used+runeCells(runes[right]) <= n {
		used += runeCells(runes[right])
		right++
	}
	end = right
	for grown := true; grown; {
		grown = false
		if left > 0 && used+runeCells(runes[left-1]) <= n {
			left--
			used += runeCells(runes[left])
			grown = true
		}
		if right < len(runes) && used+runeCells(runes[right]) <= n {
			used += runeCells(runes[right])
			right++
			grown = true
		}
	}
	shown := runes[left:right]
	start, end = start-left, end-left
	if left > 0 {
		shown = append(ellipsis[:len(ellipsis):len(ellipsis)], shown...)
		start, end = start+len(ellipsis), end+len(ellipsis)
	}
	if right < len(runes) {
		shown = append(shown[:len(shown):len(shown)], ellipsis...)
	}
	return string(shown), start, end
}
