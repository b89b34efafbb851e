package rules

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode"

	"github.com/keysieve/keysieve/rules/shape"
)

// lintKeywords compares a rule's keywords with its regex. A content that holds
// none of the keywords is not looked at. They may be part of the match, or stand
// elsewhere in the content on purpose; so that both are notes, and an error only where the regex demands
// a text that differs from a keyword by a slip.
//
// Both are questions about the language of the regex, answered by walking the
// product of its compiled program with an automaton that follows the keywords
// (Aho and Corasick 1975). Assertions (\b, ^) are taken as met, so that the walk
// sees a few texts more than the regex matches: a text that it finds is
// confirmed by the regex itself.
func lintKeywords(r *Rule) []lack {
	if len(r.Keywords) == 0 {
		return nil
	}
	tree, err := parseRegex(r.Pattern())
	if err != nil {
		return nil // problems says it
	}
	program, err := syntax.Compile(tree.Simplify())
	if err != nil || len(program.Inst) > 2*maxInstructions+nearInstructions {
		return nil
	}
	var found []lack
	var stray []string // keywords that no match contains
	for i, word := range r.Keywords {
		if word == "" {
			continue
		}
		if !newKeywordWalk(program, []string{word}).reaches(true) {
			if slip, ok := r.slip(i); ok {
				found = append(found, slip)
			}
			stray = append(stray, strconv.Quote(word))
		}
	}
	if len(stray) > len(found) {
		found = append(found, lack{problem{"keywords", fmt.Sprintf("no match of the regex contains %s: "+
			"what the regex matches is found only where such a keyword stands elsewhere in the content", strings.Join(stray, " or "))}, FlawNote})
	}
	w := newKeywordWalk(program, r.Keywords)
	if len(stray) == len(r.Keywords) || !w.reaches(false) {
		return found
	}
	text := w.text()
	if re, err := regexp.Compile(r.Pattern()); err != nil || !re.MatchString(text) || holdsAny(text, r.Keywords) {
		return found // an assertion rules it out
	}
	return append(found, lack{problem{"keywords", fmt.Sprintf("a match may hold none of the keywords, and is then found only where one stands elsewhere in the content: for example %q",
		shortened(text))}, FlawNote})
}

// slip tells whether keyword i, which no match contains, is a misspelt literal.
func (r *Rule) slip(i int) (lack, bool) {
	word := r.Keywords[i]
	derived, err := shape.Analyse(r.Pattern(), r.MaxLength)
	if err != nil || len(word) < 3 {
		return lack{}, false
	}
	for _, l := range derived.Literals {
		if text := strings.ToLower(l.Text); EditDistance(text, word) <= max(1, len(word)/4) {
			return lack{problem{element("keywords", i), fmt.Sprintf("no match of the regex contains the keyword %q: did you mean %q?", word, text)}, FlawError}, true
		}
	}
	return lack{}, false
}

func holdsAny(text string, words []string) bool {
	text = strings.ToLower(text)
	for _, word := range words {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// maxShown bounds a text that a message quotes, in characters.
const maxShown = 80

func shortened(text string) string {
	if runes := []rune(text); len(runes) > maxShown {
		return string(runes[:maxShown]) + "…"
	}
	return text
}

// keywordWalk looks for a text that a program matches and that contains one of
// some words, or none of them.
type keywordWalk struct {
	program *syntax.Prog
	words   *wordTrie
	seen    map[walkState]walkStep
	queue   []walkState
	end     walkState // where the text that was found ends
}

// walkState is an instruction and how much of a word stands before it.
type walkState struct {
	pc   uint32
	node int
}

// walkStep is how a state was first reached.
type walkStep struct {
	from walkState
	char rune // -1: without reading
}

func newKeywordWalk(program *syntax.Prog, words []string) *keywordWalk {
	return &keywordWalk{program: program, words: newWordTrie(words)}
}

// reaches tells whether some text that the program matches contains a word
// (held) or none (not held). It keeps the first and thus a shortest one.
func (w *keywordWalk) reaches(held bool) bool {
	w.seen = map[walkState]walkStep{}
	w.queue = w.queue[:0]
	start := walkState{uint32(w.program.Start), 0}
	w.visit(start, walkStep{start, -1})
	for k := 0; k < len(w.queue); k++ {
		at := w.queue[k]
		in := &w.program.Inst[at.pc]
		switch in.Op {
		case syntax.InstMatch:
			if (at.node == w.words.accept) == held {
				w.end = at
				return true
			}
		case syntax.InstAlt, syntax.InstAltMatch:
			w.visit(walkState{in.Out, at.node}, walkStep{at, -1})
			w.visit(walkState{in.Arg, at.node}, walkStep{at, -1})
		case syntax.InstCapture, syntax.InstEmptyWidth, syntax.InstNop:
			w.visit(walkState{in.Out, at.node}, walkStep{at, -1})
		case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			w.read(at, in, held)
		}
	}
	return false
}

// read follows every character that the instruction takes and that makes a difference.
func (w *keywordWalk) read(at walkState, in *syntax.Inst, held bool) {
	for _, char := range w.words.alphabet {
		if !in.MatchRune(char) {
			continue
		}
		next := walkState{in.Out, w.words.next(at.node, unicode.ToLower(char))}
		if next.node != w.words.accept || held {
			w.visit(next, walkStep{at, char})
		}
	}
	if char, ok := otherRune(in, w.words.alphabet); ok {
		next := walkState{in.Out, 0}
		if at.node == w.words.accept {
			next.node = at.node
		}
		w.visit(next, walkStep{at, char})
	}
}

func (w *keywordWalk) visit(s walkState, step walkStep) {
	if _, ok := w.seen[s]; !ok {
		w.seen[s] = step
		w.queue = append(w.queue, s)
	}
}

// text returns the text on the way to the end.
func (w *keywordWalk) text() string {
	var reversed []rune
	for at := w.end; ; {
		step := w.seen[at]
		if step.char >= 0 {
			reversed = append(reversed, step.char)
		}
		if step.from == at {
			break
		}
		at = step.from
	}
	var b strings.Builder
	for i := len(reversed) - 1; i >= 0; i-- {
		b.WriteRune(reversed[i])
	}
	return b.String()
}

// otherRune returns a character that the instruction takes and that is none of
// the words': a printable one where there is one.
func otherRune(in *syntax.Inst, alphabet []rune) (rune, bool) {
	const printable = "0a_9zAZ -./:=+,;!#%&*?@^|~'\"`()[]{}<>$\\bcdefghijklmnopqrstuvwxyBCDEFGHIJKLMNOPQRSTUVWXY12345678"
	for _, char := range printable {
		if in.MatchRune(char) && !strings.ContainsRune(string(alphabet), char) {
			return char, true
		}
	}
	for i := 0; i < len(in.Rune); i += 2 {
		if char := in.Rune[i]; !strings.ContainsRune(string(alphabet), char) && in.MatchRune(char) {
			return char, true
		}
	}
	return 0, false
}

// wordTrie follows several words at once: its nodes are their beginnings.
type wordTrie struct {
	children []map[rune]int
	fallback []int
	ends     []bool
	accept   int    // the node of every text that has held a word
	alphabet []rune // the words' characters, letters in both cases
}

func newWordTrie(words []string) *wordTrie {
	t := &wordTrie{children: []map[rune]int{{}}, fallback: []int{0}, ends: []bool{false}}
	for _, word := range words {
		at := 0
		for _, char := range word {
			next, ok := t.children[at][char]
			if !ok {
				next = len(t.children)
				t.children[at][char] = next
				t.children, t.fallback, t.ends = append(t.children, map[rune]int{}), append(t.fallback, 0), append(t.ends, false)
			}
			at = next
			for _, form := range []rune{char, unicode.ToUpper(char)} {
				if !strings.ContainsRune(string(t.alphabet), form) {
					t.alphabet = append(t.alphabet, form)
				}
			}
		}
		t.ends[at] = t.ends[at] || at != 0
	}
	t.accept = len(t.children)
	t.link()
	return t
}

// link finds, for every node, the longest other beginning that its text ends in.
func (t *wordTrie) link() {
	queue := []int{0}
	for k := 0; k < len(queue); k++ {
		at := queue[k]
		for char, child := range t.children[at] {
			queue = append(queue, child)
			if at != 0 {
				t.fallback[child] = t.step(t.fallback[at], char)
			}
			t.ends[child] = t.ends[child] || t.ends[t.fallback[child]]
		}
	}
}

// next returns the node after one more character, lower case.
func (t *wordTrie) next(at int, char rune) int {
	if at == t.accept {
		return at
	}
	if at = t.step(at, char); t.ends[at] {
		return t.accept
	}
	return at
}

func (t *wordTrie) step(at int, char rune) int {
	for {
		if child, ok := t.children[at][char]; ok {
			return child
		}
		if at == 0 {
			return 0
		}
		at = t.fallback[at]
	}
}
