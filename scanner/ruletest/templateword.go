package ruletest

import (
	"strings"

	"github.com/keysieve/keysieve/rules"
)

// templateWords are the words that templates know, and how each is written.
var templateWords = [...]struct{ word, written string }{{"secret", "{{secret}}"}, {"match", "{{match}}"}, {"re", "{{re:REGEX}}"}}

// misspeltWord returns the first {{word}} of a template that differs from a word that templates know by a slip, and what is meant;
// empty: there is none. Other words are text, as those of Jinja or Helm.
func misspeltWord(template string) (word, meant string) {
	for _, found := range wordsOf(template) {
		name, _, regex := strings.Cut(strings.TrimSuffix(found[len("{{"):], "}}"), ":")
		for _, known := range templateWords {
			slip := rules.EditDistance(strings.ToLower(name), known.word)
			if slip == 0 && name == known.word && regex == (known.word == "re") {
				break
			}
			if slip <= len(known.word)/3 && regex == (known.word == "re") {
				return found, known.written
			}
		}
	}
	return "", ""
}

// plainWord says of a template that was not found that a word in it is none that templates know; empty: there is none.
func plainWord(template string) string {
	for _, found := range wordsOf(template) {
		if found != "{{secret}}" && found != "{{match}}" && !strings.HasPrefix(found, "{{re:") {
			return " (" + found + " is plain text: templates know {{secret}}, {{match}} and {{re:REGEX}})"
		}
	}
	return ""
}

// wordsOf lists what stands in double braces and begins with a letter right behind them.
func wordsOf(template string) []string {
	var words []string
	for rest := template; ; {
		from := strings.Index(rest, "{{")
		if from < 0 {
			return words
		}
		rest = rest[from:]
		to := strings.Index(rest, "}}")
		if to < 0 {
			return words
		}
		word := rest[:to+len("}}")]
		if inside := word[len("{{"):]; inside != "" && isLetter(inside[0]) && !strings.ContainsAny(inside[:strings.IndexAny(inside, ":}")], " .\t\n{") {
			words = append(words, word)
			rest = rest[to+len("}}"):]
			continue
		}
		rest = rest[1:] // {{{secret}} holds a word
	}
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
