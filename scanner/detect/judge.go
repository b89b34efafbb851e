package detect

import (
	"bytes"
	"fmt"
	"math"
	"strings"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/rules/check"
)

// lineReach is how much of a line on both sides of a match is given to
// allowlists on lines, in bytes.
const lineReach = 4096

// valueReach is how much of a line on both sides of a value is given to its judgement, in bytes.
const valueReach = 80

// longestName is how much of a name before a match is given to allowlists, in bytes.
const longestName = 64

// judge turns a value of a regex match into a Match: dead if it is not a secret after all.
// loc holds the places of the regex's groups in the block.
func (w *worker) judge(b block, rule int, loc []int, value part) Match {
	info := &w.d.rules[rule]
	r := info.rule
	s, e := value.start, value.end
	from, to := s, e // of the secret in what the rule took
	if r.Generic || r.Judge {
		from, to = defaultIn(b.text, s, e)
	}
	m := Match{
		Rule: rule, Secret: string(b.text[from:to]),
		Start: b.base + int64(from), End: b.base + int64(to),
		Severity: r.Severity, Confidence: r.Confidence,
		all: span{b.base + int64(loc[0]), b.base + int64(loc[1])},
	}
	if !m.random(r) {
		m.dead = true
		return m
	}
	if r.Generic && (closesElement(b.text, loc[0]) || marksPlace(b.text, loc[0], s)) {
		m.dead = true
		return m
	}
	low, name := false, ""
	if r.Generic || r.Judge {
		v := valueNamed(b.text, min(loc[0], s), s, e, value.name)
		v.plain, v.generic, v.encoded = r.Path != "" || value.plain, r.Generic && r.Provider == "", r.Entries != ""
		if value.name != "" {
			v.quote = '"'
		}
		verdict := w.verdicts.of(v)
		if !verdict.ok {
			m.dead, m.shadow = true, v.encoded && v.decodesHereOnly()
			return m
		}
		// A rule that rests on the name alone, and a password that looks like words, is no surer than a generic rule.
		if verdict.low || verdict.weak && (r.Generic || r.Confidence < rules.ConfidenceHigh && !v.key && verdict.odds < randomWord) {
			m.Confidence = rules.ConfidenceLow
		}
		low, name = r.Generic && verdict.low, v.name
		m.addReason(verdict.reason)
	}
	m.checkOffline(info)
	if end := int(m.End - b.base); end < to { // the rule took more than the secret
		to, loc = end, []int{loc[0], end}
	}
	if low { // that two words were encoded makes them no surer
		m.Confidence = rules.ConfidenceLow
	}
	if r.Provider != "" && r.Confidence < rules.ConfidenceHigh && m.Check.Verdict != check.Holds && isSequence(strings.ToLower(m.Secret)) {
		m.dead, m.shadow = true, true // of no shape that is known for sure, and in order
	}
	if r.Provider != "" && !r.Generic && !r.Judge && m.Check.Verdict != check.Holds && isPrefixedIdentifier(m.Secret) {
		m.dead = true // an issuer draws its tokens; a rule of nobody's means what it says
	}
	if r.Near.Name != "" || r.Generic {
		m.dead = m.dead || sumsFile(b.text, from, to)
		if r.Entries == "" { // a Secret keeps files under their names
			w.doubtNamedSum(&m, b.text, from, to)
		}
		w.doubtCacheKey(&m, b.text, from, to)
	}
	m.doubtName(r, b.text, loc, from, to)
	w.noteObject(&m, r, b.text, name, from, to)
	if !m.dead {
		value.start, value.end = from, to
		w.allow(b, &m, rule, loc, value)
		m.doubtStored(r, b.text, loc, value, name)
	}
	if len(m.Reasons) == 0 {
		m.addReason(formReason(m.Confidence))
	}
	return m
}

func (m *Match) addReason(text string) {
	if text != "" {
		m.Reasons = append(m.Reasons, text)
	}
}

// formReason says why a match counts that no test has anything to say about.
func formReason(c rules.Confidence) string {
	if c == rules.ConfidenceHigh {
		return "the format is the issuer's own"
	}
	return "the shape fits and the name beside it says so"
}

// secretGroup returns where the secret stands: the rule's group, or where that
// is 0 the first group that took part, or else the whole match.
func secretGroup(group int, loc []int) (start, end int) {
	if group > 0 && 2*group+1 < len(loc) && loc[2*group] >= 0 {
		return loc[2*group], loc[2*group+1]
	}
	if group == 0 {
		for i := 2; i+1 < len(loc); i += 2 {
			if loc[i] >= 0 && loc[i+1] > loc[i] {
				return loc[i], loc[i+1]
			}
		}
	}
	return loc[0], loc[1]
}

// random applies the rule's demands on the secret's disorder.
func (m *Match) random(r *rules.Rule) bool {
	if m.Secret == "" || r.Entropy > 0 && shannon(m.Secret) <= r.Entropy {
		return false
	}
	if r.Randomness > 0 {
		odds := randomness(m.Secret)
		if odds < r.Randomness {
			return false
		}
		if !r.Generic && !r.Judge { // there the judgement says it
			m.addReason(fmt.Sprintf("random (1 in 10^%d)", int(odds)))
		}
	}
	return true
}

// shannon is the entropy of a text's bytes in bits per byte (Shannon 1948), as
// gitleaks' rules demand it.
func shannon(text string) float64 {
	var counts [256]int
	for i := range len(text) {
		counts[text[i]]++
	}
	h, n := 0.0, float64(len(text))
	for _, c := range counts {
		if c > 0 {
			f := float64(c) / n
			h -= f * math.Log2(f)
		}
	}
	return h
}

// checkOffline lets the rule's scheme judge the secret.
func (m *Match) checkOffline(info *ruleInfo) {
	if info.scheme == nil {
		return
	}
	m.conclude(info.rule, info.scheme.Check(m.Secret))
}

// conclude makes of a match what its rule's scheme said of it.
func (m *Match) conclude(r *rules.Rule, result check.Result) {
	m.Check = result
	if n := result.Used; n > 0 && n < len(m.Secret) {
		m.End -= int64(len(m.Secret) - n)
		m.Secret = m.Secret[:n]
	}
	m.Reasons = append(m.Reasons, m.Check.Notes...)
	switch m.Check.Verdict {
	case check.Harmless:
		m.dead, m.shadow = true, true
	case check.None:
		m.dead = true
	case check.Fails:
		if r.OnFail == rules.Drop && !m.Check.Unproven {
			m.dead, m.shadow = true, true
			return
		}
		m.Confidence = rules.ConfidenceLow
	case check.Holds:
		m.Confidence = max(m.Confidence, rules.ConfidenceMedium)
	}
	if m.Check.Spent {
		m.Confidence = rules.ConfidenceLow
	}
	if m.Check.Mild && m.Severity > rules.SeverityLow {
		m.Severity--
	}
}

// allow applies what the allowlists say of the content; what depends on the
// place is left pending.
func (w *worker) allow(b block, m *Match, rule int, loc []int, value part) {
	lists := w.d.set.Allowlists(rule)
	if len(lists) == 0 {
		return
	}
	on := rules.MatchText{Secret: m.Secret, Match: string(b.text[loc[0]:loc[1]])}
	name := loc[0] // a rule may begin inside of a name
	for name > 0 && loc[0]-name < longestName && isNamePart(b.text[name-1]) {
		name--
	}
	on.Named = string(b.text[name:max(min(value.end, loc[1]), loc[0])])
	lo, hi := loc[0], loc[1]
	if value.start >= hi || value.end <= lo { // elsewhere
		lo, hi = value.start, value.end
		if value.name != "" {
			on.Named = value.name + ": " + m.Secret
		}
	}
	for i, a := range lists {
		if on.Line == "" && a.Allowlist().RegexTarget == rules.TargetLine {
			on.Line = string(b.text[lineStart(b.text, lo, lineReach):lineEnd(b.text, hi, lineReach)])
		}
		switch a.Content(on) {
		case rules.Allowed:
			m.dead, m.shadow = true, !a.Allowlist().OnlyHere
			if m.shadow {
				return
			}
		case rules.Pending:
			m.Pending = append(m.Pending, i)
		}
	}
}

// closesElement tells whether a name stands in a closing tag, </password>: what follows belongs to something else.
func closesElement(text []byte, name int) bool {
	for lo := max(name-64, 0); name > lo && (isNamePart(text[name-1]) || text[name-1] == ':'); {
		name--
	}
	return name >= 2 && text[name-1] == '/' && text[name-2] == '<'
}

// marksPlace tells whether a name in angle brackets marks the place of a value rather than begins an element, and the text at value
// stands on another line: PASSWORD=<password> and SECRET=x below it.
func marksPlace(text []byte, name, value int) bool {
	if bytes.IndexByte(text[name:value], '\n') < 0 {
		return false
	}
	for lo := max(name-64, 0); name > lo && (isNamePart(text[name-1]) || text[name-1] == ' '); {
		name--
	}
	if name == 0 || text[name-1] != '<' {
		return false
	}
	head := bytes.TrimRight(text[max(name-16, 0):name-1], " \t\"'`")
	return len(head) > 0 && (head[len(head)-1] == '=' || head[len(head)-1] == ':')
}

// valueAt describes a secret with what stands around it, for its judgement.
func valueAt(text []byte, match, s, e int) value { return valueNamed(text, match, s, e, "") }

// valueNamed does that for a value of which the name is known, as that of a table's column is: it may stand a file's length before it.
func valueNamed(text []byte, match, s, e int, name string) value {
	lo, hi := lineStart(text, s, valueReach), lineEnd(text, e, valueReach)
	v := value{text: string(text[s:e]), before: string(text[lo:s]), after: string(text[e:max(hi, e)])}
	v.quote = quoteBefore(text[max(match, s-16):s])
	if v.name = name; name == "" {
		if v.name = nameBefore(text, match, s); saysSignIn(v.name, v.before) {
			v.name = ""
		}
	}
	v.key = speaksOfKey(v.name)
	return v
}

// saysSignIn reports whether a name is the verb in "sign in as": what follows are a user's name and password, and no signature.
func saysSignIn(name, before string) bool {
	if len(name) < len("sign") || len(name) > len("signed") || !strings.EqualFold(name[:4], "sign") {
		return false
	}
	at := strings.LastIndex(before, name)
	if at < 0 {
		return false
	}
	rest := strings.TrimLeft(before[at+len(name):], " -_")
	return len(rest) > 2 && strings.EqualFold(rest[:2], "in") && !isLetter(rest[2])
}

// quoteBefore returns the quotation mark at the end of what stands before a value, '"' for those of more
// than one character: [[, [=[, q{, %q(, <![CDATA[.
func quoteBefore(before []byte) byte {
	before = bytes.TrimRight(before, " \t\r\n")
	n := len(before)
	if n == 0 {
		return 0
	}
	switch c := before[n-1]; c {
	case '"', '\'', '`':
		return c
	case '[':
		if head := bytes.TrimRight(before[:n-1], "="); bytes.HasSuffix(head, []byte("[")) || bytes.HasSuffix(before, []byte("<![CDATA[")) {
			return '"'
		}
	case '{', '(':
		if head := bytes.TrimRight(before[:n-1], "qQ"); len(head) < n-1 && len(head) > 0 && bytes.IndexByte([]byte(" \t=%,(>"), head[len(head)-1]) >= 0 {
			return '"'
		}
	}
	return 0
}

// nameBefore returns the name that a value is given: the last run of name
// characters before the value and its operator, reaching to the left of the match if
// the match begins inside it.
func nameBefore(text []byte, match, s int) string {
	isName := func(c byte) bool {
		return c == '_' || c == '-' || c == '.' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c >= 0x80
	}
	end := s
	for end > match && !isName(text[end-1]) {
		end--
	}
	// Words between the name and the value: a type, Bearer, an operator spelt out.
	start := end
	for start > 0 && end-start < 64 && isName(text[start-1]) {
		start--
	}
	if start > match && bytes.IndexByte(text[match:start], '=') < 0 && !speaksOfSecret(string(text[start:end])) {
		// The match begins with the keyword; take the run there.
		start, end = match, match
		for end < s && isName(text[end]) {
			end++
		}
		for start > 0 && end-start < 64 && isName(text[start-1]) {
			start--
		}
	}
	return string(text[start:end])
}

func speaksOfSecret(name string) bool {
	name = strings.ToLower(name)
	return speaksOfKey(name) || strings.Contains(name, "pass") || strings.Contains(name, "pwd")
}

// speaksOfKey tells whether a name speaks of a key or token, of which a random
// value is expected, rather than of a password, which people choose.
func speaksOfKey(name string) bool {
	name = strings.ToLower(name)
	for _, word := range []string{"pass", "pwd", "phrase", "masterauth", "primaryauth"} {
		if strings.Contains(name, word) {
			return false
		}
	}
	for _, word := range []string{"key", "token", "secret", "auth", "cred", "api", "sig", "salt", "bearer", "jwt"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}
