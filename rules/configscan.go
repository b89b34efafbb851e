package rules

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/keysieve/keysieve/rules/pathglob"
)

// The keys of the settings under [scan], as Setting has them. A Threshold is two
// settings, since each of its levels may come from somewhere else.
const (
	keyConfidence  = "scan.failOn.confidence"
	keySeverity    = "scan.failOn.severity"
	keyInclude     = "scan.include"
	keyExclude     = "scan.exclude"
	keyMaxSize     = "scan.maxSize"
	keyTimeout     = "scan.timeout"
	keyInlineAllow = "scan.inlineAllow"
	keyStrict      = "scan.strict"
)

// scope is a [[scopes]] table: at some paths another threshold holds. What is left
// out at a path under some rules is an allowlist's business, and which
// rules count for less there a [[lower]] table's.
type scope struct {
	paths  []listed
	failOn Threshold
	line   int
}

// scanFields lists every key of [scan].
func scanFields() []field[Config] {
	return []field[Config]{
		{"failOn", func(v value, c *Config) {
			c.FailOn = v.threshold()
			if c.FailOn.Confidence != 0 {
				c.state(v, keyConfidence)
			}
			if c.FailOn.Severity != 0 {
				c.state(v, keySeverity)
			}
		}},
		{"include", func(v value, c *Config) {
			c.include = v.patterns()
			c.state(v, keyInclude)
		}},
		{"exclude", func(v value, c *Config) {
			c.exclude = v.patterns()
			c.state(v, keyExclude)
		}},
		{"maxSize", func(v value, c *Config) {
			c.Limits.MaxSize = v.size()
			c.state(v, keyMaxSize)
		}},
		{"timeout", func(v value, c *Config) {
			if word, ok := v.word(); ok {
				var err error
				if c.Limits.Timeout, err = ParseTimeout(word); err != nil {
					v.report(v.place, "timeout: %v", err)
				}
			}
			c.state(v, keyTimeout)
		}},
		{"inlineAllow", func(v value, c *Config) {
			c.NoInlineAllow = !v.boolean()
			c.state(v, keyInlineAllow)
		}},
		{"strict", func(v value, c *Config) {
			c.Strict = v.boolean()
			c.state(v, keyStrict)
		}},
	}
}

// scopeFields lists every key of [[scopes]].
func scopeFields() []field[scope] {
	return []field[scope]{
		{"description", func(v value, _ *scope) { v.text() }},
		{"paths", func(v value, s *scope) { s.paths = v.patterns() }},
		{"failOn", func(v value, s *scope) { s.failOn = v.threshold() }},
	}
}

func readScopes(v value, c *Config) {
	for _, t := range v.tables() {
		s := scope{line: t.lines.of(t.place)}
		stated := readTable(t, scopeFields(), &s)
		for _, key := range []string{"paths", "failOn"} {
			if !stated[key] {
				t.report(t.place, "a [[scopes]] table has no %s", key)
			}
		}
		c.scopes = append(c.scopes, s)
	}
}

// threshold reads a Threshold.
func (v value) threshold() Threshold {
	word, ok := v.word()
	if !ok {
		return Threshold{}
	}
	t, err := ParseThreshold(word)
	if err != nil {
		v.report(v.place, "failOn: %v", err)
	}
	return t
}

// size reads a number of bytes, which may be written with a unit.
func (v value) size() int64 {
	word := ""
	switch data := v.data.(type) {
	case string:
		word = data
	case int64:
		word = fmt.Sprint(data)
	default:
		v.wrong(`a size like "50MB"`)
		return 0
	}
	n, err := ParseSize(word)
	if err != nil {
		v.report(v.place, "%s: %v", v.key, err)
	}
	return n
}

// patterns reads a list of path patterns.
func (v value) patterns() []listed {
	list := v.list()
	for i, entry := range list {
		place := element(v.place, i)
		if err := pathglob.Check(entry.text); err != nil && entry.text != "" {
			v.report(place, "%s: the path pattern %q: %v", v.key, entry.text, err)
		}
	}
	return list
}

// checkPaths finds path patterns that contradict each other.
func (c *Config) checkPaths(f *file) {
	at := func(line int, format string, args ...any) {
		f.errs = append(f.errs, c.errorAt(line, format, args...))
	}
	if len(c.exclude) > 0 && patternsOf(c.exclude).HoldsAll() {
		at(c.stated[keyExclude], "exclude matches every path: nothing would be scanned")
	}
	if len(c.include) > 0 && !slices.ContainsFunc(c.include, func(p listed) bool { return p.text != "" && p.text[0] != '!' }) {
		at(c.stated[keyInclude], "include has only patterns that begin with !: nothing would be scanned; name them under exclude without it")
	}
	for _, p := range c.exclude {
		if i := indexOf(c.include, p.text); i >= 0 {
			at(p.line, "the path pattern %q stands under exclude and, in line %d, under include", p.text, c.include[i].line)
		}
	}
	for i, s := range c.scopes {
		for _, p := range s.paths {
			for _, earlier := range c.scopes[:i] {
				if k := indexOf(earlier.paths, p.text); k >= 0 {
					at(p.line, "the path pattern %q stands in the [[scopes]] table in line %d already, which would never count", p.text, earlier.line)
				}
			}
		}
	}
}

// checkDisabled finds settings for rules that the same file leaves out. A rule of its own
// may take the id of one that it leaves out.
func (c *Config) checkDisabled(f *file) {
	at := func(line int, format string, args ...any) {
		f.errs = append(f.errs, c.errorAt(line, format, args...))
	}
	own := make(map[string]bool, len(c.doc.pack.Rules))
	for i := range c.doc.pack.Rules {
		own[c.doc.pack.Rules[i].ID] = true
	}
	for _, id := range c.disabled {
		if own[id.text] {
			continue
		}
		if i := indexOf(c.enabled, id.text); i >= 0 {
			at(max(id.line, c.enabled[i].line), "the rule %q stands under enabledRules (line %d) and under disabledRules (line %d)", id.text, c.enabled[i].line, id.line)
		}
		targets := func(kind string, index int, rules []string) {
			if i := slices.Index(rules, id.text); i >= 0 {
				place := element(kind, index) + "." + element("targetRules", i)
				at(c.lines.of(place), "targetRules names the rule %q, which disabledRules (line %d) leaves out", id.text, id.line)
			}
		}
		for i := range c.doc.pack.Allowlists {
			targets("allowlists", i, c.doc.pack.Allowlists[i].TargetRules)
		}
		for i := range c.doc.pack.Lowerings {
			targets("lower", i, c.doc.pack.Lowerings[i].TargetRules)
		}
	}
}

func indexOf(list []listed, text string) int {
	return slices.IndexFunc(list, func(l listed) bool { return l.text == text })
}

// firstOfScan returns the first setting under [scan] or [[scopes]] that the file states, and its line.
func (c *Config) firstOfScan() (key string, line int) {
	for _, k := range []string{keyConfidence, keySeverity, keyInclude, keyExclude, keyMaxSize, keyTimeout, keyInlineAllow, keyStrict} {
		if at, ok := c.stated[k]; ok && (key == "" || cmp.Less(at, line)) {
			key, line = "[scan]", at
		}
	}
	if len(c.scopes) > 0 && (key == "" || c.scopes[0].line < line) {
		key, line = "[[scopes]]", c.scopes[0].line
	}
	return key, line
}
