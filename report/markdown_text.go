package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Text from a repository is to be read in Markdown as it is: it may start no construct, end no table
// cell, bring no HTML, call nobody (@name), close no issue (#1) and lead nowhere (URLs become links by themselves).

// code returns text as code. An HTML element is used: a code span can not hold every text, and
// those who turn names and numbers into links leave out what stands in one.
func code(text string) string { return "<code>" + markdownEntities(shown(text)) + "</code>" }

// markdownProse returns text to stand in a sentence. An empty comment keeps a name from being called.
func markdownProse(text string) string {
	text = markdownEntities(shown(text))
	return strings.NewReplacer("&#64;", "&#64;<!-- -->", "&#35;", "&#35;<!-- -->").Replace(text)
}

// markdownEntities replaces the ASCII punctuation that means something in Markdown, HTML or the extensions of code hosts
// (tables, math, emoji, mentions, links) by numeric character references, which are text whatever they stand for (CommonMark 0.31,
// section 2.5). What means nothing where it stands is left, for those who read the source.
func markdownEntities(text string) string {
	runes := []rune(text)
	var b strings.Builder
	for i, r := range runes {
		if r >= 0x80 || wordRune(runes, i) || harmlessMark(runes, i) {
			b.WriteRune(r)
			continue
		}
		fmt.Fprintf(&b, "&#%d;", r)
	}
	return b.String()
}

func wordRune(text []rune, i int) bool {
	return i >= 0 && i < len(text) && (unicode.IsLetter(text[i]) || unicode.IsDigit(text[i]))
}

// harmlessMark says whether a mark or space means nothing where it stands.
func harmlessMark(text []rune, i int) bool {
	switch text[i] {
	case ' ', ',', '-', '/', '(', ')', '\'', '"', ';', '=', '?', '!', '^', '%':
		return true
	case '_': // inside a word
		return wordRune(text, i-1) && wordRune(text, i+1)
	case '.': // not behind the www of an address (GFM 0.29, section 6.9)
		return i < 3 || !strings.EqualFold(string(text[i-3:i]), "www")
	case '>': // a quotation begins with it
		return i > 0
	case ':': // neither in a name like :emoji: nor in front of //
		rest := text[i+1:]
		return len(rest) == 0 || rest[0] == ' ' || rest[0] != '/' && !slices.Contains(rest, ':')
	}
	return false
}
