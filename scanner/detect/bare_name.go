package detect

import (
	"slices"
	"strings"

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
	return !speaksOfCredential(text, loc[0], loc[1], s, e, r.Provider) && !givenToIssuer(text, loc[0], s, &r.Near)
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
func givenToIssuer(text []byte, from, s int, near *rules.Near) bool {
	head := string(text[lineStart(text, from, valueReach):s])
	g := readGiven(head)
	introduced := g.introduces()
	if introduced {
		g = readGiven(g.head)
	}
	switch {
	case introduced:
		return endsInIssuer(g.name, near) && !strings.Contains(g.sign, "(")
	case g.sign == "":
		return endsInIssuer(g.name, near) && g.begins()
	case strings.HasSuffix(g.sign, ","):
		return g.sign == "," && endsInIssuer(g.name, near) && g.isPair()
	case strings.Contains(g.sign, "(") || strings.HasSuffix(g.sign, "{") && !strings.ContainsAny(g.sign, ":=|"):
		return g.quoted && !strings.Contains(g.sign, ",") && (endsInIssuer(g.name, near) || isMaker(g.name))
	}
	return g.assigns() && endsInIssuer(g.name, near)
}

// introduces reports whether the last word is one that introduces a value, behind the name: a type, the key of a pair.
func (g *given) introduces() bool {
	switch strings.ToLower(g.name) {
	case "value", "default", "body", "string", "str", "or", "basic", "bot":
		return g.head != "" && !strings.HasSuffix(g.sign, ",")
	}
	return false
}

// begins reports whether a name that blanks alone divide from its value is a setting's, an option's or a variable's: it begins the line, or
// what stands before it sets variables. A word in a sentence is none.
func (g *given) begins() bool {
	before := strings.TrimSpace(g.head)
	if before == "" || strings.HasPrefix(g.name, "-") {
		return true
	}
	words := strings.Fields(before)
	switch last := strings.ToLower(strings.Trim(words[len(words)-1], "`*-")); last {
	case "env", "set", "setenv", "export", "arg", "-x", "-gx", "setx", "putenv", "declare":
		return true
	}
	return g.line && strings.HasSuffix(before, "name:")
}

// isPair reports whether a comma divides a name from its value in the call of something that sets names: setenv("ACME", "…").
func (g *given) isPair() bool {
	open := strings.LastIndexByte(g.head, '(')
	if open < 0 {
		return false
	}
	words := nameWords(readGiven(g.head[:open]).name)
	if len(words) == 0 {
		return false
	}
	return slices.ContainsFunc(words, func(word string) bool {
		switch word {
		case "env", "setenv", "putenv", "environ", "define", "property", "setting", "settings", "option", "field", "value", "put", "set", "add", "param":
			return true
		}
		return false
	})
}

// assigns reports whether the sign between a name and a value assigns: not a comparison, a case, a cell, a place in a table of values.
func (g *given) assigns() bool {
	sign := g.sign
	switch {
	case strings.HasSuffix(sign, ">") && !strings.HasSuffix(sign, "=>"): // an element, or one called so
		return sign == ">" && (strings.HasSuffix(g.head, "<") || g.isAttribute())
	case strings.HasSuffix(sign, "=>"):
		return sign == "=>" && (g.text || !strings.HasSuffix(g.head, "::") && !strings.Contains(g.name, ".")) || strings.HasPrefix(sign, "]")
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

// endsInIssuer reports whether a name ends with the issuer's, but for what says which of several the value is: ACME_PROD.
func endsInIssuer(name string, near *rules.Near) bool {
	words := nameWords(name)
	for len(words) > 1 && isScope(words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	if len(words) == 0 {
		return false
	}
	last := words[len(words)-1]
	return len(last) > 1 && strings.Contains(lettersOf(near.Name), last)
}

// isScope reports whether a word behind an issuer's name says which of several values stands there.
func isScope(word string) bool {
	switch word {
	case "prod", "production", "live", "dev", "devel", "development", "test", "testing", "tests", "staging", "stage", "sandbox", "qa", "uat", "local", "main", "default", "backup", "old",
		"new", "primary", "secondary", "ci", "v", "val", "value", "str", "string", "var", "env", "cfg", "conf", "settings", "options", "opts", "arg", "param", "input", "field", "com", "io", "app",
		"cloud", "sdk", "service", "account", "integration", "bot", "plugin", "provider", "server", "instance", "x", "y", "a", "b", "eu", "us":
		return true
	}
	return false
}

// lettersOf returns the letters of a Near's name without what may stand between its words: a class and how often it stands.
func lettersOf(regex string) string {
	out, class := make([]byte, 0, len(regex)), false
	for i := 0; i < len(regex); i++ {
		switch c := regex[i]; {
		case class:
			class = c != ']'
		case c == '[':
			class = true
		case c == '~' || c == '?':
		case c == '\\':
			if i++; i < len(regex) && strings.IndexByte("bdsw", regex[i]) < 0 {
				out = append(out, regex[i])
			}
		case c >= 'A' && c <= 'Z':
			out = append(out, c|0x20)
		default:
			out = append(out, c)
		}
	}
	return string(out)
}
