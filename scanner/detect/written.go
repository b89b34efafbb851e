package detect

import (
	"math"
	"strings"
)

// What follows holds the model of written text behind randomness: the tables
// in written_table.go are counted from source trees (see written_test.go) and say
// how likely one character follows another in identifiers, paths and words.

// Prices of the steps that writtenCost puts a text together from, in decimal
// digits. Every one includes the price of saying that it is this kind of step.
const (
	wordPrice      = 3.6 // one of about 1,500 words
	capitalPrice   = 0.3 // Word or WORD instead of word
	copyPrice      = 1.6 // a copy of an earlier block: where from is added
	runPrice       = 1.2 // the same character again and again
	sequencePrice  = 2.2 // abcdef, 654321
	keyboardPrice  = 3.0 // qwerty, asdf, 1qaz2wsx
	leastWord      = 4
	longestWord    = 16
	leastCopy      = 3
	leastRun       = 3
	leastSequence  = 3
	leastKeyboard  = 4
	writtenSymbols = 42 // see symbolOf
	startSymbol    = writtenSymbols
)

// keyboardRows are the walks over a keyboard that people take for random.
var keyboardRows = [...]string{
	"`1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "qwertzuiop", "azertyuiop", "yxcvbnm",
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.", "qazwsxedcrfvtgbyhnujmikolp", "!@#$%^&*()_+", "!qaz@wsx#edc$rfv",
	"q1w2e3r4t5y6u7i8o9p0", "1q2w3e4r5t6y7u8i9o0p", "zaq1xsw2cde3vfr4bgt5",
}

// writtenCost is the length in decimal digits of the shortest description of a
// text as written by a person: a shortest path over its positions, whose steps
// are single characters, words, copies, runs, sequences and keyboard walks.
func writtenCost(text string) float64 {
	n := len(text)
	cost := make([]float64, n+1)
	for i := 1; i <= n; i++ {
		cost[i] = math.Inf(1)
	}
	folded := strings.ToLower(text)
	if len(folded) != n { // not ASCII: folding moved bytes
		folded = text
	}
	words := writtenSet()
	for i := range n {
		reach := func(length int, price float64) {
			if total := cost[i] + price; total < cost[i+length] {
				cost[i+length] = total
			}
		}
		reach(1, characterPrice(text, i))
		words.lengths(folded[i:], leastWord, longestWord, func(length int) {
			reach(length, wordPrice+casePrice(text[i:i+length]))
		})
		if length, from := longestCopy(folded, i); length >= leastCopy {
			price := copyPrice + math.Log10(float64(from+1))
			for ; length >= leastCopy; length-- {
				reach(length, price)
			}
		}
		for length := stepRun(folded, i, 0); length >= leastRun; length-- {
			reach(length, runPrice+characterPrice(text, i))
		}
		for _, step := range [...]int{1, -1} {
			for length := stepRun(folded, i, step); length >= leastSequence; length-- {
				reach(length, sequencePrice)
			}
		}
		for length := keyboardWalk(folded, i); length >= leastKeyboard; length-- {
			reach(length, keyboardPrice)
		}
	}
	return cost[n]
}

// characterPrice is the price of the character at i after the two before it.
func characterPrice(text string, i int) float64 {
	before, last, class := classStart, classStart, classOf(text[i])
	previous := startSymbol
	if i > 0 {
		last = classOf(text[i-1])
		previous = symbolOf(text[i-1])
	}
	if i > 1 {
		before = classOf(text[i-2])
	}
	price := tablePrice(writtenClasses[before*classCount+last][class])
	symbol := symbolOf(text[i])
	price += tablePrice(writtenPairs[previous][symbol])
	if symbol == otherSymbol {
		price += otherPrice
	}
	return price
}

// tablePrice decodes a cell of the tables: '!' stands for 0, each character
// above it for another twentieth of a decimal digit.
func tablePrice(cell byte) float64 { return float64(cell-'!') / 20 }

// Classes of characters, whose alternation tells camelCase from base64.
const (
	classLower = iota
	classUpper
	classDigit
	classMark
	classStart
	classCount
)

func classOf(c byte) int {
	switch {
	case c >= 'a' && c <= 'z':
		return classLower
	case c >= 'A' && c <= 'Z':
		return classUpper
	case c >= '0' && c <= '9':
		return classDigit
	}
	return classMark
}

const (
	otherSymbol = writtenSymbols - 1
	// otherPrice is the price of saying which of the other marks it is.
	otherPrice = 1.4
)

// symbolOf numbers the characters that the pair table tells apart: letters
// without regard to case, digits, _ - . / and + or =, and all others together.
func symbolOf(c byte) int {
	switch {
	case c >= 'a' && c <= 'z':
		return int(c - 'a')
	case c >= 'A' && c <= 'Z':
		return int(c - 'A')
	case c >= '0' && c <= '9':
		return 26 + int(c-'0')
	}
	switch c {
	case '_':
		return 36
	case '-':
		return 37
	case '.':
		return 38
	case '/':
		return 39
	case '+', '=':
		return 40
	}
	return otherSymbol
}

func isWord(folded string) bool { return writtenSet().has(folded) }

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// casePrice is what a word's capitals cost beyond the word: word is free, Word
// and WORD are cheap, wOrd is charged for each change.
func casePrice(word string) float64 {
	if word == strings.ToLower(word) {
		return 0
	}
	changes := 0
	for i := 2; i < len(word); i++ {
		if classOf(word[i]) != classOf(word[i-1]) {
			changes++
		}
	}
	if classOf(word[0]) == classLower {
		changes++
	}
	return capitalPrice + float64(changes)
}

// longestCopy finds the longest block at i that also starts earlier, and where.
func longestCopy(text string, i int) (length, from int) {
	for start := range i {
		l := 0
		for i+l < len(text) && text[start+l] == text[i+l] {
			l++
		}
		if l > length {
			length, from = l, start
		}
	}
	return length, from
}

// stepRun counts the letters or digits from i on that each differ from the one
// before by step.
func stepRun(text string, i, step int) int {
	length := 1
	for i+length < len(text) && int(text[i+length])-int(text[i+length-1]) == step {
		length++
	}
	return length
}

// keyNeighbours says which ASCII character may follow which in a walk over a keyboard.
var keyNeighbours = neighboursOf(keyboardRows[:])

func neighboursOf(rows []string) (next [0x80][2]uint64) {
	for _, row := range rows {
		for i := 1; i < len(row); i++ {
			a, b := row[i-1], row[i]
			next[a][b/64] |= 1 << (b % 64)
			next[b][a/64] |= 1 << (a % 64)
		}
	}
	return next
}

// keyboardWalk is the longest walk over a keyboard from i on, either way, if that has two keys or more.
func keyboardWalk(folded string, i int) int {
	if i+1 >= len(folded) || (folded[i]|folded[i+1])&0x80 != 0 || keyNeighbours[folded[i]][folded[i+1]/64]&(1<<(folded[i+1]%64)) == 0 {
		return 0
	}
	longest := 0
	for _, row := range keyboardRows {
		at := strings.IndexByte(row, folded[i])
		if at < 0 {
			continue
		}
		for _, step := range [...]int{1, -1} {
			length := 1
			for i+length < len(folded) {
				next := at + step*length
				if next < 0 || next >= len(row) || row[next] != folded[i+length] {
					break
				}
				length++
			}
			longest = max(longest, length)
		}
	}
	return longest
}
