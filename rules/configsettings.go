package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Setting is one value of a configuration, and where it comes from.
type Setting struct {
	Key   string // "scan.exclude"; those of a list share it
	Value string
	// Unset says that nothing is set, and Value what that means.
	Unset bool
	// File and Line say where it stands, Flag which flag decided it; all are empty for a default.
	File string
	Line int
	Flag string
}

// Source says in words where a setting comes from.
func (s *Setting) Source() string {
	switch {
	case s.Flag != "":
		return "flag " + s.Flag
	case s.File != "":
		return fmt.Sprintf("%s:%d", s.File, s.Line)
	}
	return "default"
}

// Settings lists everything that the configuration and the command line say, in a
// stable order, with the defaults of what they do not say. Call it after Override.
func (c *Config) Settings() []Setting {
	l := &settingList{config: c}
	t := c.FailOn.Or(DefaultThreshold())
	confidence, severity := t.words()
	l.one(keyConfidence, confidence)
	l.one(keySeverity, severity)
	l.many(keyInclude, c.include, "every path")
	l.many(keyExclude, c.exclude, "none")
	size, timeout := "no limit", "no limit"
	if c.Limits.MaxSize > 0 {
		size = FormatSize(c.Limits.MaxSize)
	}
	if c.Limits.Timeout > 0 {
		timeout = c.Limits.Timeout.String()
	}
	l.one(keyMaxSize, size)
	l.one(keyTimeout, timeout)
	l.one(keyInlineAllow, fmt.Sprint(!c.NoInlineAllow))
	l.one(keyStrict, fmt.Sprint(c.Strict))
	for _, s := range c.scopes {
		for _, p := range s.paths {
			l.add(Setting{Key: "scopes", Value: fmt.Sprintf("%s: failOn %s", p.text, s.failOn), File: c.Path, Line: p.line})
		}
	}
	l.packs()
	l.tables()
	return l.settings
}

// settingList collects settings.
type settingList struct {
	config   *Config
	settings []Setting
}

func (l *settingList) add(s Setting) { l.settings = append(l.settings, s) }

// one adds a setting of one value.
func (l *settingList) one(key, value string) {
	s := Setting{Key: key, Value: value, Flag: l.config.flags[key]}
	if line, ok := l.config.stated[key]; ok && s.Flag == "" {
		s.File, s.Line = l.config.Path, line
	}
	l.add(s)
}

// many adds a list, or what it means that it is empty.
func (l *settingList) many(key string, list []listed, empty string) {
	for _, entry := range list {
		l.add(Setting{Key: key, Value: entry.text, File: l.config.Path, Line: entry.line})
	}
	if len(list) > 0 {
		return
	}
	s := Setting{Key: key, Value: empty, Unset: true}
	if line, ok := l.config.stated[key]; ok {
		s.File, s.Line = l.config.Path, line
	}
	l.add(s)
}

// packs adds which packs and rules take part.
func (l *settingList) packs() {
	c := l.config
	l.one("packs.builtin", fmt.Sprint(c.wantsBuiltin()))
	if c.useDefault && c.builtin == nil {
		s := &l.settings[len(l.settings)-1]
		s.File, s.Line = c.Path, c.stated["extend.useDefault"]
	}
	if c.extendPath != "" {
		l.one("extend.path", c.extendPath)
	}
	if len(c.files) > 0 || len(c.added) == 0 {
		l.many("packs.files", c.files, "none")
	}
	for _, file := range c.added {
		l.add(Setting{Key: "packs.files", Value: file.text, Flag: "--pack"})
	}
	l.many("packs.enabledRules", c.enabled, "all")
	if len(c.disabled) > 0 || len(c.unwanted) == 0 {
		l.many("packs.disabledRules", c.disabled, "none")
	}
	for _, id := range c.unwanted {
		l.add(Setting{Key: "packs.disabledRules", Value: id, Flag: "--disable-rule"})
	}
	if len(c.notInherited) > 0 {
		l.many("extend.disabledRules", c.notInherited, "none")
	}
}

// tables adds the file's own rules, allowlists and lowerings.
func (l *settingList) tables() {
	c := l.config
	at := func(key, value, place string) {
		l.add(Setting{Key: key, Value: value, File: c.Path, Line: c.lines.of(place)})
	}
	for i := range c.doc.pack.Rules {
		r, note := &c.doc.pack.Rules[i], c.doc.pack.note(i)
		at("rules", r.ID+": "+statedKeys(note.stated), note.path)
	}
	for i := range c.doc.pack.Allowlists {
		a := &c.doc.pack.Allowlists[i]
		at("allowlists", about(a.Description, a.Paths, a.Regexes, a.Stopwords, a.Commits)+targetsOf(a.TargetRules), element("allowlists", i))
	}
	for i := range c.doc.pack.Lowerings {
		lowering := &c.doc.pack.Lowerings[i]
		except := ""
		if len(lowering.ExceptPaths) > 0 {
			except = " except " + strings.Join(lowering.ExceptPaths, ", ")
		}
		at("lower", about(lowering.Description, lowering.Paths)+except+targetsOf(lowering.TargetRules), element("lower", i))
	}
}

// statedKeys lists what a rule states beside its id.
func statedKeys(stated map[string]bool) string {
	var keys []string
	for key := range stated {
		if key != "id" {
			keys = append(keys, key)
		}
	}
	order := func(key string) int {
		return slices.IndexFunc(ruleFields(), func(f ruleField) bool { return f.name == key })
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Compare(order(a), order(b)) })
	return strings.Join(keys, ", ")
}

// about describes a table by its description or, without one, by what it holds.
func about(description string, lists ...[]string) string {
	if description != "" {
		return description
	}
	return strings.Join(slices.Concat(lists...), ", ")
}

func targetsOf(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return " (" + strings.Join(ids, ", ") + ")"
}
