package rules

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/keysieve/keysieve/rules/shape"
)

// Regexes of allowlists on lines. A line can be as long as its file, thousands of matches can stand on it, and each asks about
// thousands of bytes around itself. Package regexp steps through these one by one, and in most of them nothing stands that the regex needs.

const (
	// longTarget is from how many bytes on a text is asked for a regex's literals first: the literals of a regex are derived for long
	// texts alone, since that takes longer than a search in a short one.
	longTarget = 1024
	// mostNeeded is how many literals a search may be for. A megabyte of assertions on one line took 117 s by the
	// regex of two dozen words alone that its allowlist asks lines for, and 2 s with these searches before it.
	mostNeeded = 40
)

// contentRegex is a regex that is asked about a match's text.
type contentRegex struct {
	regex *regexp.Regexp

	once   sync.Once
	needed []shape.Literal // every match contains one of them; nil: nothing is known
	// tail is how far from a text's end on the regex can match, in bytes, if it does so at the end alone; 0 if that is not known.
	tail int
}

// matches tells whether the regex matches in a text.
func (c *contentRegex) matches(text string) bool {
	if len(text) >= longTarget {
		if text = c.part(text); text == "" {
			return false
		}
	}
	return c.regex.MatchString(text)
}

// part returns what of a long text the regex can match in: no more than its end where it matches there alone, and nothing where the
// text holds none of the literals that every match contains.
func (c *contentRegex) part(text string) string {
	c.once.Do(c.analyse)
	if c.tail > 0 && c.tail < len(text) {
		text = text[len(text)-c.tail:]
	}
	if len(c.needed) == 0 {
		return text
	}
	for _, l := range c.needed {
		if !l.Fold && strings.Contains(text, l.Text) || l.Fold && containsFold(text, l.Text) {
			return text
		}
	}
	// Package regexp folds two letters more than ASCII does.
	if strings.Contains(text, "\u212a") || strings.Contains(text, "\u017f") {
		return text
	}
	return ""
}

func (c *contentRegex) analyse() {
	s, err := shape.Analyse(c.regex.String(), 0)
	if err != nil {
		return
	}
	if len(s.Literals) <= mostNeeded {
		c.needed = s.Literals
	}
	if s.MaxLen != shape.Unbounded && matchesAtEnd(c.regex.String()) {
		// Those two letters take up to three bytes. Some more bytes keep the first of them, which may be cut, out of every match.
		c.tail = 3*s.MaxLen + 2*utf8.UTFMax
	}
}

// matchesAtEnd tells whether every match of a regex ends at the end of the text.
func matchesAtEnd(regex string) bool {
	re, err := syntax.Parse(regex, syntax.Perl)
	for err == nil && re.Op == syntax.OpConcat && len(re.Sub) > 0 {
		re = re.Sub[len(re.Sub)-1]
	}
	return err == nil && re.Op == syntax.OpEndText
}

// containsFold tells whether a text contains a literal of small letters, in any case. Its rarest letter is looked for.
func containsFold(text, literal string) bool {
	const commonFirst = "etaoinsrhldcumfpgwybvkxjqz"
	rare, rank := 0, -2
	for i := range len(literal) {
		if r := strings.IndexByte(commonFirst, literal[i]); r > rank {
			rare, rank = i, r
		}
	}
	small, big := literal[rare], literal[rare]
	if 'a' <= small && small <= 'z' {
		big -= 'a' - 'A'
	}
	nextSmall, nextBig := -1, -1
	for at := rare; ; at++ {
		if nextSmall < at {
			nextSmall = indexFrom(text, small, at)
		}
		if nextBig < at {
			nextBig = indexFrom(text, big, at)
		}
		at = min(nextSmall, nextBig)
		if len(text)-at < len(literal)-rare {
			return false
		}
		if foldsTo(text[at-rare:at-rare+len(literal)], literal) {
			return true
		}
	}
}

// indexFrom returns where a byte stands next; the text's length where it stands nowhere.
func indexFrom(text string, c byte, from int) int {
	if from >= len(text) {
		return len(text)
	}
	if i := strings.IndexByte(text[from:], c); i >= 0 {
		return from + i
	}
	return len(text)
}

// foldsTo tells whether a text is a literal of small letters, in any case.
func foldsTo(text, literal string) bool {
	for i := range len(literal) {
		c := text[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != literal[i] {
			return false
		}
	}
	return true
}
