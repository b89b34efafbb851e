package rules

import "github.com/keysieve/keysieve/rules/pathglob"

// Policy says what depends on where something stands, and on no rule: which paths
// are left out, and which findings block. It is immutable and safe for concurrent use.
type Policy struct {
	failOn  Threshold
	scopes  []scopePolicy
	include *pathglob.List // nil: everything
	exclude *pathglob.List // nil: nothing
}

type scopePolicy struct {
	paths  *pathglob.List
	failOn Threshold
}

// NewPolicy makes a Policy that leaves no path out and has one threshold. A level that
// it does not state is that of DefaultThreshold.
func NewPolicy(failOn Threshold) *Policy { return &Policy{failOn: failOn.Or(DefaultThreshold())} }

// Excludes says that the file at a path is left out, or that all below the directory at
// it is. The path is slash-separated and relative to the root that reports name.
func (p *Policy) Excludes(path string, isDir bool) bool {
	if isDir { // something that include names may lie below any directory
		return p.exclude != nil && p.exclude.HoldsBelow(path)
	}
	return p.exclude != nil && p.exclude.Holds(path) || p.include != nil && !p.include.Holds(path)
}

// ExcludesAny says that there may be paths that Excludes leaves out.
func (p *Policy) ExcludesAny() bool { return p.include != nil || p.exclude != nil }

// Threshold returns what decides at a path; both levels are stated. An empty path
// is content without one: no scope holds there.
func (p *Policy) Threshold(path string) Threshold {
	for i := len(p.scopes) - 1; i >= 0 && path != ""; i-- {
		if p.scopes[i].paths.Holds(path) {
			return p.scopes[i].failOn.Or(p.failOn)
		}
	}
	return p.failOn
}

// Blocks says whether a finding at a path blocks.
func (p *Policy) Blocks(path string, s Severity, c Confidence) bool {
	t := p.Threshold(path)
	return c >= t.Confidence && s >= t.Severity
}

// Policy compiles what the configuration says of paths and thresholds. Call it
// after Override.
func (c *Config) Policy() *Policy {
	p := NewPolicy(c.FailOn)
	if len(c.include) > 0 {
		p.include = patternsOf(c.include)
	}
	if len(c.exclude) > 0 {
		p.exclude = patternsOf(c.exclude)
	}
	for _, s := range c.scopes {
		p.scopes = append(p.scopes, scopePolicy{patternsOf(s.paths), s.failOn})
	}
	return p
}

func patternsOf(list []listed) *pathglob.List {
	patterns := make([]string, len(list))
	for i, entry := range list {
		patterns[i] = entry.text
	}
	return pathglob.ParsePatterns(patterns)
}
