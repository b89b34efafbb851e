package detect

import (
	"slices"
	"strings"
	"unicode"

	"github.com/keysieve/keysieve/rules"
)

// isBareName reports whether what a rule with a Near found at text[s:e) has no form of its own, and stands where nothing says that it was
// issued by whom the name near it names: in another method's call, acme.render("…"), beside it in an array, under a name that goes on,
// acme_board = "…". loc holds the places of the match's groups, those of a Near last.
func isBareName(text []byte, loc []int, s, e int, r *rules.Rule) bool {
	n := len(loc)
	if n < 8 || r.Near.Keyed || loc[n-4] < 0 && loc[n-6] < 0 || !formless(r.Near.Value) { // before the last group stands a word as key
		return false
	}
	return !speaksOfCredential(text, loc[0], loc[1], s, e, r.Provider) && !givenToIssuer(text, loc[0], s, e, r)
}

// formless reports whether a regex of a value is that of any random text: one class of characters, so many times.
func formless(regex string) bool {
	for part := range strings.SplitSeq(regex, "|") {
		end := strings.LastIndexByte(part, ']')
		if !strings.HasPrefix(part, "[") || strings.IndexByte(part[1:], '[') >= 0 || end < 0 || end+1 >= len(part) || part[end+1] != '{' {
			return false
		}
	}
	return true
}

// A given is what stands before a value, read from its end.
type given struct {
	head   string // of the line, up to the name
	name   string // the last word before the value, with what joins its parts
	sign   string // what stands between both, without blanks and quotation marks
	line   bool   // a line ends between both
	quoted bool   // a quotation mark stands between both
	text   bool   // one ends the name
}

// readGiven reads what stands before a value.
func readGiven(head string) given {
	end := len(head)
	for end > 0 && !isAlphanumeric(head[end-1]) && head[end-1] != '_' && head[end-1] < 0x80 {
		end--
	}
	start := end
	for start > 0 && (isNamePart(head[start-1]) || head[start-1] == '$' || head[start-1] >= 0x80) {
		start--
	}
	between := head[end:]
	sign := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n\"'`\\", r) {
			return -1
		}
		return r
	}, between)
	return given{head[:start], head[start:end], sign, strings.Contains(between, "\n"), strings.ContainsAny(between, "\"'`"), between != "" && strings.IndexByte("\"'`", between[0]) >= 0}
}

// givenToIssuer reports whether what stands before a value at text[s] gives it to its issuer, whose name the match at text[from] begins
// with: an assignment, a setting or a section whose name ends with the issuer's, or a call of it.
func givenToIssuer(text []byte, from, s, e int, r *rules.Rule) bool {
	head := withoutAccessors(string(text[lineStart(text, from, valueReach):s]))
	g := readGiven(head)
	introduced := g.introduces()
	if introduced {
		g = readGiven(g.head)
	}
	switch {
	case introduced:
		return endsInIssuer(g.name, r) && !strings.Contains(g.sign, "(")
	case g.sign == "":
		return endsInIssuer(g.name, r) && g.begins()
	case strings.HasSuffix(g.sign, ","):
		return g.sign == "," && endsInIssuer(g.name, r) && (g.isPair() || g.isBraced(text[e:lineEnd(text, e, valueReach)]))
	case strings.Contains(g.sign, "(") || strings.HasSuffix(g.sign, "{") && !strings.ContainsAny(g.sign, ":=|"):
		return g.quoted && !strings.Contains(g.sign, ",") && (endsInIssuer(g.name, r) || isMaker(g.name))
	}
	return g.assigns() && endsInIssuer(g.name, r)
}

// introduces reports whether the last word is one that introduces a value, behind the name: a type, the key of a pair.
func (g *given) introduces() bool {
	switch strings.ToLower(g.name) {
	case "to": // "acme" to "…"
		return g.quoted && strings.HasSuffix(strings.TrimRight(g.head, " "), `"`)
	case "value", "default", "body", "string", "str", "or", "basic", "bot":
		return g.head != "" && !strings.HasSuffix(g.sign, ",")
	}
	return false
}

// begins reports whether a name that blanks alone divide from its value is a setting's, an option's or a variable's: it begins the line, or
// what stands before it sets variables. A word in a sentence is none.
func (g *given) begins() bool {
	before := strings.TrimSpace(g.head)
	if before == "" || strings.HasPrefix(g.name, "-") || g.quoted && strings.HasSuffix(g.head, ":") { // :acme "…"
		return true
	}
	words := strings.Fields(before)
	last := strings.Trim(words[len(words)-1], "`*")
	switch last {
	case "-x", "-gx", "-xg", "-Ux", "-xU", "-lx", "--export", "#define":
		return true
	}
	switch strings.ToLower(strings.Trim(last, "-")) {
	case "env", "set", "setenv", "export", "arg", "setx", "putenv", "declare", "define":
		return true
	}
	return g.line && strings.HasSuffix(before, "name:")
}

// isPair reports whether a comma divides a name from its value in the call of something that sets names, or reads them and is given what
// counts where none is set: setenv("ACME", "…"), getenv("ACME", "…").
func (g *given) isPair() bool {
	open := strings.LastIndexByte(g.head, '(')
	if open < 0 {
		return false
	}
	words := nameWords(readGiven(g.head[:open]).name)
	if len(words) == 0 {
		return false
	}
	if n := len(words); isFallbackCall(callee(g.head)) || n > 1 && words[n-1] == "of" && words[n-2] == "map" {
		return true
	}
	return slices.ContainsFunc(words, func(word string) bool {
		switch word {
		case "env", "setenv", "putenv", "environ", "define", "property", "setting", "settings", "option", "field", "value", "put", "set", "add", "param", "entry", "pair":
			return true
		}
		return false
	})
}

// isBraced reports whether a name and its value are all that braces hold, as an entry of a map or a tuple: {"acme", "…"}, {:acme, "…"}.
func (g *given) isBraced(after []byte) bool {
	before := strings.TrimRight(g.head, ` "':`)
	rest := strings.TrimLeft(string(after), "\"'` \t")
	return strings.HasSuffix(before, "{") && strings.HasPrefix(rest, "}")
}

// withoutAccessors returns what stands before a value without the accessors of the property that it is given: Acme { get; set; } = "…".
func withoutAccessors(head string) string {
	open := strings.LastIndexByte(head, '{')
	if open < 0 || !strings.HasPrefix(strings.TrimLeft(head[open+1:], " "), "get;") {
		return head
	}
	shut := strings.IndexByte(head[open:], '}')
	if shut < 0 {
		return head
	}
	return strings.TrimRight(head[:open], " ") + head[open+shut+1:]
}

// assigns reports whether the sign between a name and a value assigns: not a comparison, a case, a cell, a place in a table of values.
func (g *given) assigns() bool {
	sign := g.sign
	switch {
	case strings.HasSuffix(sign, ">") && !strings.HasSuffix(sign, "=>"): // an element, or one called so
		return sign == ">" && (strings.HasSuffix(g.head, "<") || g.isAttribute())
	case strings.HasSuffix(sign, "=>"):
		return sign == "=>" && (g.text || !strings.HasSuffix(g.head, "::") && !strings.Contains(g.name, ".")) || strings.HasPrefix(sign, "]")
	case sign == "<-" || sign == "<<-": // R
		return true
	case strings.Contains(sign, "==") || strings.Contains(sign, "!=") || strings.Contains(sign, "<") || strings.Contains(sign, "=~") || strings.HasSuffix(sign, "+="):
		return false
	case sign == "||" || sign == "??" || sign == "?:" || strings.HasSuffix(sign, ")||") || strings.HasSuffix(sign, "]||"):
		return true
	case strings.HasPrefix(sign, ":"):
		words := strings.Fields(g.head)
		return len(words) == 0 || words[len(words)-1] != "case" && words[len(words)-1] != "when"
	}
	return strings.ContainsAny(sign, "=:") || g.line && strings.HasPrefix(sign, "]")
}

// isAttribute reports whether a name is the value of an attribute that names an element: name="acme".
func (g *given) isAttribute() bool {
	before, found := strings.CutSuffix(strings.TrimRight(g.head, `"'\`), "=")
	if !found {
		return false
	}
	switch name := readGiven(before + " ").name; strings.ToLower(name) {
	case "name", "key", "id", "k", "property", "variable", "param":
		return true
	}
	return false
}

// isMaker reports whether a call's name says that what it is given makes a client: acme.create("…").
func isMaker(name string) bool {
	words := nameWords(name)
	if len(words) == 0 {
		return false
	}
	switch words[len(words)-1] {
	case "create", "start", "boot", "launch", "install", "activate", "enable", "register", "instance", "shared", "make", "build", "builder", "with", "use", "constructor":
		return true
	}
	return false
}

// endsInIssuer reports whether a name ends with the issuer's, but for what says which of several the value is: ACME_PROD. Where a Near
// knows one word of the issuer's name, the others may follow it: ACME_AI, acmeai. A name may have digits: M3O.
func endsInIssuer(name string, r *rules.Rule) bool {
	name = strings.TrimPrefix(name, "-D")
	known := wordsOfRegex(r.Near.Name + "|" + strings.ReplaceAll(r.Near.Name, "_?", ""))
	if endsInWords(nameWords(name), known, r.Provider) {
		return true
	}
	return strings.ContainsAny(name, "0123456789") && endsInWords(strings.FieldsFunc(strings.ToLower(name), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }), known, r.Provider)
}

// endsInWords reports whether words end with some that are known, or with the provider's name, but for its other words and for those of a scope.
func endsInWords(words []string, known map[string]bool, provider string) bool {
	full, whole := nameWords(provider), foldName(provider)
	for ; len(words) > 0; words = words[:len(words)-1] {
		for tail, i := "", len(words)-1; i >= 0 && len(tail) < len(whole); i-- {
			if tail = words[i] + tail; tail == whole { // RED_HAT
				return true
			}
		}
		last := words[len(words)-1]
		switch scope := len(words) > 1 && isScope(last); {
		case !scope && isMadeOf(last, known, full):
			return true
		case !scope && !slices.Contains(full, last):
			return false
		}
	}
	return false
}

// isMadeOf reports whether a word is one of those that are known, or such joined, and then others.
func isMadeOf(word string, known map[string]bool, others []string) bool {
	if known[word] {
		return true
	}
	for end := 2; end < len(word); end++ {
		if known[word[:end]] && (isMadeOf(word[end:], known, others) || slices.Contains(others, word[end:])) {
			return true
		}
	}
	return false
}

// isScope reports whether a word behind an issuer's name says which of several values stands there.
func isScope(word string) bool {
	switch word {
	case "prod", "production", "live", "dev", "devel", "development", "test", "testing", "tests", "staging", "stage", "sandbox", "qa", "uat", "local", "main", "default", "backup", "old",
		"new", "primary", "secondary", "ci", "v", "val", "value", "str", "string", "var", "env", "cfg", "conf", "settings", "options", "opts", "arg", "param", "input", "field", "com", "io", "app",
		"personal", "team", "paid", "pro", "free", "backend", "cloud", "sdk", "service", "account", "integration", "bot", "plugin", "provider", "server", "instance", "x", "y", "a", "b", "eu", "us":
		return true
	}
	return false
}

// wordForms is how many forms of a word are told apart by the letters in it that need not stand, or twice as many.
const wordForms = 8

// wordsOfRegex returns the words that stand in a Near's name, of two letters and digits or more, with and without a letter that need not stand.
// What may stand between them ends a word: a class, a count, a group.
func wordsOfRegex(regex string) map[string]bool {
	words, forms := make(map[string]bool), []string{""}
	flush := func() {
		for _, form := range forms {
			for _, word := range append(nameWords(form), form) { // auth0 gives auth, too, as names do
				if len(word) > 1 {
					words[word] = true
				}
			}
		}
		forms = []string{""}
	}
	before := byte(0)
	for i := 0; i < len(regex); i++ {
		c := regex[i]
		switch {
		case isAlphanumeric(c):
			for j := range forms {
				forms[j] += string(c | 0x20) // a digit has the bit
			}
		case c == '?' && isAlphanumeric(before) && len(forms) <= wordForms: // the letter before it need not stand
			for _, word := range forms {
				forms = append(forms, word[:len(word)-1])
			}
		default:
			flush()
			i += lengthOfPart(regex[i:]) - 1
		}
		before = c
	}
	flush()
	return words
}

// lengthOfPart returns how long what a regex begins with is that is no letter: a class, a count, an escape, a sign.
func lengthOfPart(regex string) int {
	switch regex[0] {
	case '\\':
		if strings.HasPrefix(regex, `\x`) {
			return min(4, len(regex))
		}
		return min(2, len(regex))
	case '{':
		return max(strings.IndexByte(regex, '}')+1, 1)
	case '[':
		for i := 1; i < len(regex); i++ {
			switch regex[i] {
			case '\\':
				i++
			case ']':
				return i + 1
			}
		}
	}
	return 1
}
