package rules

import (
	"slices"
	"strings"

	"github.com/keysieve/keysieve/rules/pathglob"
)

// checkOutside finds paths under include and in scopes that nothing which is scanned can have: only such of which that is
// certain whatever a repository holds.
func (c *Config) checkOutside(f *file) {
	at := func(line int, format string, args ...any) {
		f.errs = append(f.errs, c.errorAt(line, format, args...))
	}
	for _, p := range c.include {
		if i := indexOf(c.exclude, p.text); i >= 0 {
			continue // said already
		}
		if q, ok := c.excluder(p.text); ok {
			at(p.line, "include names %q, all of which exclude (line %d: %q) leaves out: include does not take back what is excluded; remove one of them", p.text, q.line, q.text)
		}
	}
	for _, s := range c.scopes {
		for _, p := range s.paths {
			if q, ok := c.excluder(p.text); ok {
				at(p.line, "the [[scopes]] table in line %d can never count for %q, which exclude (line %d: %q) leaves out; remove one of them", s.line, p.text, q.line, q.text)
			} else if c.outsideInclude(p.text) {
				at(p.line, "the [[scopes]] table in line %d can never count for %q, which include (line %d) does not name; add it there or remove it here", s.line, p.text, c.stated[keyInclude])
			}
		}
	}
}

// excluder gives the pattern under exclude that takes all that another pattern takes, if there surely is one.
func (c *Config) excluder(text string) (listed, bool) {
	path, isDir, fixed := fixedPath(text)
	for i, q := range c.exclude {
		if strings.HasPrefix(q.text, "!") || slices.ContainsFunc(c.exclude[i:], func(l listed) bool { return strings.HasPrefix(l.text, "!") }) {
			continue // a later one may take something back
		}
		if q.text == text || q.text == strings.TrimSuffix(text, "/") {
			return q, true
		}
		if !fixed {
			continue
		}
		if one := pathglob.ParsePatterns([]string{q.text}); one.HoldsBelow(path) && (isDir || one.Holds(path)) {
			return q, true
		}
	}
	return listed{}, false
}

// outsideInclude says that a pattern stands for one path, include for others, and that none of them lies below another.
func (c *Config) outsideInclude(text string) bool {
	path, _, fixed := fixedPath(text)
	if !fixed || len(c.include) == 0 {
		return false
	}
	return !slices.ContainsFunc(c.include, func(p listed) bool {
		if strings.HasPrefix(p.text, "!") {
			return false // it takes out more
		}
		other, _, fixed := fixedPath(p.text)
		return !fixed || strings.HasPrefix(path+"/", other+"/") || strings.HasPrefix(other+"/", path+"/")
	})
}

// fixedPath gives the only path that a pattern stands for, where it is anchored at the root and has no wildcards;
// isDir says that it stands for a directory alone. Without a slash before its end a pattern stands for a name anywhere.
func fixedPath(pattern string) (path string, isDir, ok bool) {
	path = strings.TrimSuffix(pattern, "/")
	isDir = path != pattern
	ok = strings.Contains(path, "/") && !strings.ContainsAny(path, "*?[\\ \t") && !strings.Contains(path, "//") &&
		!strings.HasPrefix(path, "!") && pathglob.Check(pattern) == nil
	return strings.TrimPrefix(path, "/"), isDir, ok
}

// unwantedTargets finds targets in the file's own tables that its enabledRules leaves out.
func (c *Config) unwantedTargets(b *builder, wanted map[string]bool) {
	isWanted := func(i int) bool { return wanted[b.entries[i].rule.ID] }
	targets := func(kind string, index int, rules []string) {
		for j, id := range rules {
			found := b.known(id, c.doc.pack.tolerant)
			if start, ok := strings.CutSuffix(id, "*"); ok {
				found, _ = b.beginning(start)
			}
			if len(found) == 0 || slices.ContainsFunc(found, isWanted) {
				continue // what names nothing is said elsewhere
			}
			place := element(kind, index) + "." + element("targetRules", j)
			b.errs = append(b.errs, c.errorAt(c.lines.of(place), "targetRules names the rule %q, which enabledRules (line %d) leaves out; add it there or remove it here", id, c.enabled[0].line))
		}
	}
	for i := range c.doc.pack.Allowlists {
		targets("allowlists", i, c.doc.pack.Allowlists[i].TargetRules)
	}
	for i := range c.doc.pack.Lowerings {
		targets("lower", i, c.doc.pack.Lowerings[i].TargetRules)
	}
}
