package rules

import (
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/keysieve/keysieve/rules/check"
)

// Near is for a credential whose value looks like many others (32 hex digits): it counts near its issuer's name, as the name of a
// variable, a key or a section, in a call, a command, a header, an address or a comment.
//
// What may stand between name and value is the same for all rules and known here (pattern), so that a rule says
// no more than the name and what the value looks like.
type Near struct {
	// Name is a regex of the issuer's name as it stands in identifiers and addresses, in any case. A ~ in it stands for what separates two
	// words of a name; before the value that is also the end of a section's heading, and behind it a group of words after ~ need not stand.
	Name string
	// Value is a regex of the value, without groups.
	Value string
	// Other is a regex of what counts as well where a word as key or token stands between the name and it; empty: nothing.
	Other string
	// Keyed demands such a word for any value.
	Keyed bool

	codes nearCodes // of the built-in packs
}

// nearField is a part of a Near that is a regex, as packs call it.
type nearField struct{ name, regex string }

// set tells whether a rule has a Near.
func (n *Near) set() bool { return n.Name != "" || n.Value != "" || n.Other != "" || n.Keyed }

func (n *Near) fields() []nearField {
	return []nearField{{"near.name", n.Name}, {"near.value", n.Value}, {"near.other", n.Other}}
}

// The parts of the regex that a Near stands for. All are case-insensitive.
const (
	// nearKeyWord is what says that a key follows. The names of keys are in identifiers (apiKey), headers and options. Where any random
	// text counts a password may be anybody's.
	nearKeyWord     = nearKeyBegin + `|passw(?:or)?d` + nearKeyEnd
	nearKeyWordOnly = nearKeyBegin + nearKeyEnd
	nearKeyBegin    = `(?:(?:api|auth|access|app|client|secret|private|service|license|user|x)?[_.\- ]?(?:key|token|secret|bearer`
	nearKeyEnd      = `)|authorization|(?:\b|_)pat\b|(?:[ \t]-u|--user)(?:[ =]{1,2}["']?[^\s"':]{1,60})?|(?:client|init|configure|connect|login|setup|session)(?:(?:\.|::)new)?\((?:["'][^"'\n]{6,40}["'],[ \t]?)?)`
	// nearGap is what may stand between the issuer's name and such a word: the rest of a line and a declaration's begin, lines of a section, or the
	// lines between an import or an address and the call, or the header that holds the key.
	nearGap = `(?:[^\n]{0,72}(?:\n\W{0,16}(?:(?:const|let|var|export|x)\W)?)?` +
		`|[\w./?=&%:\-]{0,56}["'` + "`" + `\[\]:={(,>\\ \t\r]{1,8}\n(?:[^\n]{1,60}\n){0,3}?[ \t"'\-]{0,20}(?:(?:h(?:eaders?)?|d|f|data|form)["'=:{( ]{1,6})?[\w\-]{0,20}` +
		`|[^\n]{0,40}\n(?:[^\n]{0,60}\n){0,2}?[\w \t.:=]{0,32}(?:\([{ ]{0,2})?)`
	// nearValue is what may stand between the end of a name and its value: the rest of the name, an operator, quotes; and a word that
	// introduces values: Bearer, value=, a type; "to" where the value is quoted: "set `ACME_KEY` to `…`" is not "move acme to 3f8a1c2e".
	nearValue = `[\w.:\-]{0,16}[^\w/]{0,24}[^\w/.@#+\-]` +
		`(?:(?:(?:/|--?|android:)?(?:value|body|default|string|bearer|basic|token(?: token)?|(?:api-?)?key|login|is|or|to[ ]|oauth|bot|client-id)|str|get;(?:[a-z ]{0,24};)?` +
		`|/key>\s{1,16}<string|type[ \t]{1,8}=[ \t]string\s{1,8}default)\W{0,8}[^\w/.@#+\-])?`
	// nearCall is what may stand between the issuer's name and a value where a word as key is demanded, and a call says as much:
	// new Acme("…"), acme.New("…"), require('acme')('…').
	nearCall = `(?:(?:\.|::)(?:new|init))?(?:["']\))?\([{ ]{0,2}["'` + "`" + `]`
	// nearKey is a key that does not name its issuer, before a value behind which the issuer is named. Its words are those of
	// credentials: a cache_key, a foreign_key is none.
	nearKey = `(?:(?:(?:(?m:^)|[^\w\-\n])(?:(?:x|api|client|secret)?[_\- ]?(?:` + nearKeyWords + `)?[_\- ]?(?:key|token|secret)|authorization)|\w\()` +
		`[^\w\n/]{1,6}(?:(?:bearer|token|basic|(?:api-?)?key|oauth|bot|value)[^\w\n/]{1,2})?` +
		`|(?:(?m:^)|[^\w\-\n])(?:-u|(?:--)?user)[ =]["']?(?:[^\s"':]{0,40}:)?|://)`
	nearKeyWords = `api|auth|access|account|admin|app|application|client|consumer|deploy|hmac|ingest|integration|license|master|` +
		`private|refresh|routing|secret|server|service|signing|token|webhook|write`
	// nearBehind is what may stand between the value and its issuer's name: a comment, an address, or nothing but the address's begin where
	// the value is the user in it. Not one in the next line: then every place of a name would be looked at together with the line before,
	// which took a sixth of a scan.
	nearBehind = `(?:[:"'` + "`" + `);,\]}]{0,4}(?:[ \t]{1,4}(?:#|//|--|/\*|<!--)[ \t]{0,2}(?:\w{1,12}[ \t])?|[ \t"',][^\n]{0,24}(?:://|host["'=: ]{1,4})[\w.@\-]{0,16})|(?::[\w\-]{0,16})?@[\w.\-]{0,24})`

	nearSeparator = `[_\-. ]?`
	nearHeading   = `(?:[_\-. ]?(?:\([{ ]{0,3})?|["'\]]{0,2}[ \t]?(?::|=>?)[ \t]?[{\[(](?:[^\n{}]{0,20}[ \t,])?["' \t:]{0,3}|["'\]:=>\[({ \t\r]{1,8}\n[ \t"'\-]{1,20}(?:[^\n]{1,60}\n[ \t"'\-]{1,20}){0,2}|\][ \t\r]{0,2}\n)`
)

// pattern returns the regex that a Near stands for: of what is found the first group that takes part is the secret.
func (n *Near) pattern() string {
	direct := folded(nearValue) + `(` + n.Value + `)|`
	if n.Keyed {
		direct = folded(nearCall) + `(` + n.Value + `)|`
	}
	return `(?:` + folded(nearKey) + `(` + n.loose() + `)` + folded(nearBehind) + n.behind() +
		`|` + n.before() + `(?:` + direct + folded(nearGap+n.keyWord()+nearValue) + `(` + n.loose() + `))(?:` + n.end() + `|$))`
}

// keyWord returns the regex of the words that say that a key follows.
func (n *Near) keyWord() string {
	if n.Other != "" {
		return nearKeyWordOnly
	}
	return nearKeyWord
}

// before and behind return the regex of the name where it stands before the value and behind it, loose that of the value where a word
// as key stands between.
func (n *Near) before() string { return folded(strings.ReplaceAll(n.Name, "~", nearHeading)) }
func (n *Near) behind() string {
	return folded(strings.ReplaceAll(alone(n.Name), "~", nearSeparator))
}

// alone lets a name that is a common word stand without the words that it demands, acme~(?:api|key): behind a value that a key
// stands before, a comment and an address say enough.
func alone(name string) string {
	var out strings.Builder
	for {
		before, after, found := strings.Cut(name, "~(?:")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		end := groupEnd(after)
		out.WriteString(`(?:~(?:` + after[:end] + `|\b)`)
		name = after[end:]
	}
}

// groupEnd returns where a regex's first group ends that begins before it.
func groupEnd(regex string) int {
	depth, class := 1, false
	for i := 0; i < len(regex); i++ {
		switch c := regex[i]; {
		case c == '\\':
			i++
		case class:
			class = c != ']'
		case c == '[':
			class = true
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(regex)
}

func (n *Near) loose() string {
	if n.Other == "" {
		return n.Value
	}
	return grouped(n.Value) + "|" + grouped(n.Other)
}

// folded makes a regex match letters of either case.
func folded(regex string) string { return `(?i:` + regex + `)` }

// grouped keeps the alternatives of a regex together.
func grouped(regex string) string { return `(?:` + regex + `)` }

// end returns the class of what may follow a value: nothing that could belong to it.
func (n *Near) end() string {
	class := `[^\w\-`
	for _, c := range `+/=.%` {
		for _, regex := range []string{n.Value, n.Other} {
			if tree, err := parseRegex(regex); err == nil && holds(tree, c) {
				class += string(c)
				break
			}
		}
	}
	return class + `]`
}

// holds tells whether a text that a regex matches may hold a character, as far as its literals and classes tell.
func holds(tree *syntax.Regexp, c rune) bool {
	switch tree.Op {
	case syntax.OpLiteral:
		return slices.Contains(tree.Rune, c)
	case syntax.OpCharClass:
		for i := 0; i+1 < len(tree.Rune); i += 2 {
			if tree.Rune[i] <= c && c <= tree.Rune[i+1] {
				return true
			}
		}
	}
	return slices.ContainsFunc(tree.Sub, func(sub *syntax.Regexp) bool { return holds(sub, c) })
}

// Reads tells whether the rule looks for texts in contents; a rule on paths alone does not, and neither does one whose check
// knows contents as a whole, unless it has a regex besides.
func (r *Rule) Reads() bool { return r.Regex != "" || r.Near.set() }

// ReadsWhole tells whether the rule's check knows contents as a whole.
func (r *Rule) ReadsWhole() bool {
	if r.Check == "" {
		return false
	}
	_, ok := check.StoreByName(r.Check)
	return ok
}

// OnPaths tells whether the rule looks at paths alone.
func (r *Rule) OnPaths() bool { return !r.Reads() && r.Path != "" && !r.ReadsWhole() }

// Pattern returns the regex that the rule runs: what it states as regex, what counts near a name, or both; empty for a rule on paths alone.
func (r *Rule) Pattern() string {
	switch {
	case !r.Near.set():
		return r.Regex
	case r.Regex == "":
		return r.Near.pattern()
	}
	return grouped(r.Regex) + `|` + r.Near.pattern()
}

// problems says what is wrong with a Near.
func (n *Near) problems(r *Rule) []problem {
	var found []problem
	if !n.set() {
		return nil
	}
	for _, f := range n.fields() {
		if f.regex == "" {
			if f.name != "near.other" {
				found = append(found, problem{"near", fmt.Sprintf("%s is missing: near needs the name of the issuer and the regex of the value", f.name)})
			}
			continue
		}
		tree, err := parseRegex(f.regex)
		switch {
		case err != nil:
			found = append(found, problem{f.name, fmt.Sprintf("%s: %v", f.name, err)})
		case tree.MaxCap() > 0:
			found = append(found, problem{f.name, f.name + " has a group that captures: write (?:…)"})
		}
	}
	if len(found) == 0 {
		found = n.unbounded(r.MaxLength)
	}
	if r.SecretGroup > 0 {
		found = append(found, problem{"secretGroup", "secretGroup and near exclude each other: the secret is the value near the name, or the regex's first group that takes part"})
	}
	return found
}

// unbounded says where a Near has no bound: beyond some length the matcher, which alone goes on from a value that is no random one to
// the next, leaves a search to package regexp.
func (n *Near) unbounded(maxLength int) []problem {
	for _, f := range n.fields() {
		if tree, err := parseRegex(f.regex); err == nil && maxLength == 0 {
			if part := unboundedPart(tree); part != "" {
				return []problem{{f.name, fmt.Sprintf("%s has no bound at `%s`: write {0,n}, or state maxLength", f.name, part)}}
			}
		}
	}
	return nil
}

// tooLarge says that a regex, that of a Near, is too large for the matcher; empty: it is not.
func tooLarge(regex string) string {
	if size, most := programSize(regex), maxInstructions+nearInstructions; size > most {
		return fmt.Sprintf("near compiles to %d instructions, more than %d: shorten its repetitions, or write {n,} and state maxLength", size, most)
	}
	return ""
}
