package pathglob

import "strings"

// A glob is a compiled gitignore pattern: gitignore(5), with the finer points
// as git's own matcher has them and the tests compare them against it.
//
//   - works on bytes, not on characters;
//   - "*", "?" and "[...]" never match a slash;
//   - "**" between slashes (or the pattern's ends) matches any number of
//     directories, elsewhere it is a "*";
//   - a pattern that cannot be read (an open bracket, an unknown class, a
//     backslash at the end) matches nothing.
type glob struct {
	tokens []token
	never  bool
}

type tokenKind uint8

const (
	tokenLiteral  tokenKind = iota // one run of bytes
	tokenAny                       // "?": one byte, no slash
	tokenClass                     // "[...]": one byte, no slash
	tokenStar                      // any bytes without a slash
	tokenAllStar                   // any bytes
	tokenDirsStar                  // "**/": nothing, or any bytes that end in a slash
)

type token struct {
	kind    tokenKind
	literal string
	class   *[256]bool
}

// compileGlob reads a pattern without its marks ("!", a trailing "/"). With folded, the glob is matched against texts
// in lower case, and letters are compared as git does where core.ignoreCase is set: what stands behind a backslash, and a
// letter alone in brackets, is still taken as it is written, so that a capital one matches nothing.
func compileGlob(pattern string, folded bool) glob {
	var g glob
	var literal []byte
	flush := func() {
		if len(literal) > 0 {
			g.tokens = append(g.tokens, token{kind: tokenLiteral, literal: string(literal)})
			literal = nil
		}
	}
	for i := 0; i < len(pattern); {
		switch c := pattern[i]; c {
		case '\\':
			if i+1 == len(pattern) {
				return glob{never: true}
			}
			literal = append(literal, pattern[i+1])
			i += 2
		case '?':
			flush()
			g.tokens = append(g.tokens, token{kind: tokenAny})
			i++
		case '[':
			class, n, ok := compileClass(pattern[i:], folded)
			if !ok {
				return glob{never: true}
			}
			flush()
			g.tokens = append(g.tokens, token{kind: tokenClass, class: class})
			i += n
		case '*':
			flush()
			kind, n := starAt(pattern, i)
			g.tokens = append(g.tokens, token{kind: kind})
			i += n
		default:
			if folded {
				c = lower(c)
			}
			literal = append(literal, c)
			i++
		}
	}
	flush()
	return g
}

// starAt tells what the run of stars at i is and how many bytes it takes.
func starAt(pattern string, i int) (tokenKind, int) {
	end := i
	for end < len(pattern) && pattern[end] == '*' {
		end++
	}
	if end-i == 1 || (i > 0 && pattern[i-1] != '/') {
		return tokenStar, end - i
	}
	switch rest := pattern[end:]; {
	case rest == "", len(rest) > 1 && rest[0] == '\\' && rest[1] == '/':
		return tokenAllStar, end - i
	case rest[0] == '/':
		return tokenDirsStar, end - i + 1
	}
	return tokenStar, end - i
}

// classNames are the POSIX classes, in ASCII as git has them.
var classNames = map[string]func(c byte) bool{
	"alnum":  func(c byte) bool { return isLetter(c) || isDigit(c) },
	"alpha":  isLetter,
	"blank":  func(c byte) bool { return c == ' ' || c == '\t' },
	"cntrl":  func(c byte) bool { return c < ' ' || c == 0x7f },
	"digit":  isDigit,
	"graph":  func(c byte) bool { return c > ' ' && c < 0x7f },
	"lower":  func(c byte) bool { return c >= 'a' && c <= 'z' },
	"print":  func(c byte) bool { return c >= ' ' && c < 0x7f },
	"punct":  func(c byte) bool { return c > ' ' && c < 0x7f && !isLetter(c) && !isDigit(c) },
	"space":  func(c byte) bool { return c == ' ' || (c >= '\t' && c <= '\r') },
	"upper":  func(c byte) bool { return c >= 'A' && c <= 'Z' },
	"xdigit": func(c byte) bool { return isDigit(c) || (c|0x20 >= 'a' && c|0x20 <= 'f') },
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c |= 0x20
	}
	return c
}

// compileClass reads the bracket expression that text starts with and returns
// the bytes it takes. With folded, ranges and named classes take a small letter for its capital one, too.
func compileClass(text string, folded bool) (*[256]bool, int, bool) {
	var set [256]bool
	i := 1
	negated := i < len(text) && (text[i] == '!' || text[i] == '^')
	if negated {
		i++
	}
	previous := -1 // the byte that a range would start from
	for first := true; ; first = false {
		if i >= len(text) {
			return nil, 0, false
		}
		c := text[i]
		switch {
		case c == ']' && !first:
			if negated {
				for b := range set {
					set[b] = !set[b]
				}
			}
			set['/'] = false
			return &set, i + 1, true
		case c == '\\':
			if i++; i >= len(text) {
				return nil, 0, false
			}
			set[text[i]], previous = true, int(text[i])
			i++
		case c == '-' && previous >= 0 && i+1 < len(text) && text[i+1] != ']':
			i++
			if text[i] == '\\' {
				if i++; i >= len(text) {
					return nil, 0, false
				}
			}
			addRange(&set, byte(previous), text[i], folded)
			previous = -1
			i++
		case c == '[' && i+1 < len(text) && text[i+1] == ':':
			n, known := addNamedClass(&set, text[i:], folded)
			if !known {
				return nil, 0, false
			}
			if n == 0 { // no ":]": an ordinary bracket
				set['['], previous = true, '['
				i++
				continue
			}
			previous = -1
			i += n
		default:
			set[c], previous = true, int(c)
			i++
		}
	}
}

// addRange adds the bytes between two, which are included.
func addRange(set *[256]bool, from, to byte, folded bool) {
	for b := int(from); b <= int(to); b++ {
		set[b] = true
		if folded {
			set[lower(byte(b))] = true
		}
	}
}

// addNamedClass adds the "[:name:]" that text starts with and returns its
// length, 0 when it is none, and whether git knows the name.
func addNamedClass(set *[256]bool, text string, folded bool) (int, bool) {
	end := strings.IndexByte(text[2:], ']')
	if end < 0 {
		return 0, false // the outer bracket is open as well
	}
	if end == 0 || text[2+end-1] != ':' {
		return 0, true
	}
	member, known := classNames[text[2:2+end-1]]
	if !known {
		return 0, false
	}
	for b := range set {
		if member(byte(b)) {
			addRange(set, byte(b), byte(b), folded)
		}
	}
	return 2 + end + 1, true
}

// match reports whether the glob matches the whole of text.
//
// On a mismatch the latest "*" takes one byte more, and when it cannot (a
// slash), the latest "**" does. Going back to the latest of each is enough:
// whatever an earlier one could take beyond its shortest, the later one of the
// same reach can take as well. So the time is bounded by the product of the
// lengths for each kind of star, whatever the pattern.
func (g glob) match(text string) bool {
	if g.never {
		return false
	}
	t, at := 0, 0
	starToken, starAt := -1, 0
	wideToken, wideAt := -1, 0
	for {
		if t < len(g.tokens) {
			switch tok := &g.tokens[t]; tok.kind {
			case tokenStar:
				starToken, starAt = t, at
				t++
				continue
			case tokenAllStar, tokenDirsStar:
				wideToken, wideAt, starToken = t, at, -1
				t++
				continue
			case tokenLiteral:
				if len(text)-at >= len(tok.literal) && text[at:at+len(tok.literal)] == tok.literal {
					at += len(tok.literal)
					t++
					continue
				}
			case tokenAny:
				if at < len(text) && text[at] != '/' {
					at++
					t++
					continue
				}
			case tokenClass:
				if at < len(text) && tok.class[text[at]] {
					at++
					t++
					continue
				}
			}
		} else if at == len(text) {
			return true
		}
		switch {
		case starToken >= 0 && starAt < len(text) && text[starAt] != '/':
			starAt++
			t, at = starToken+1, starAt
		case wideToken >= 0 && wideAt < len(text):
			wideAt = g.widen(wideToken, text, wideAt)
			if wideAt < 0 {
				return false
			}
			t, at, starToken = wideToken+1, wideAt, -1
		default:
			return false
		}
	}
}

// widen returns where the "**" at token t ends when it takes the least more
// than up to at, -1 when it cannot.
func (g glob) widen(t int, text string, at int) int {
	if g.tokens[t].kind == tokenAllStar {
		return at + 1
	}
	slash := strings.IndexByte(text[at:], '/')
	if slash < 0 {
		return -1
	}
	return at + slash + 1
}
