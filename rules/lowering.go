package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Lowering says at which paths the findings of some rules have low confidence:
// they warn there instead of blocking. The private key that a test server
// listens with is a private key all the same, so it is reported with the
// reason, and never left out as an Allowlist would.
type Lowering struct {
	Description string   // the reason that a finding gives, one phrase: "below a directory for tests"
	Paths       []string // regexes on the slash-separated path; one of them must match
	ExceptPaths []string // regexes on the path, none of which may match; may be empty
	TargetRules []string // ids of the rules it is for; one that ends in "*" is for all whose ids begin so
}

// loweringFields lists every key of [[lower]].
func loweringFields() []field[Lowering] {
	return []field[Lowering]{
		{"description", func(v value, l *Lowering) { l.Description = v.text() }},
		{"paths", func(v value, l *Lowering) { l.Paths = v.texts() }},
		{"exceptPaths", func(v value, l *Lowering) { l.ExceptPaths = v.texts() }},
		{"targetRules", func(v value, l *Lowering) { l.TargetRules = v.texts() }},
	}
}

func readLowerings(v value, d *document) {
	for _, t := range v.tables() {
		var l Lowering
		readTable(t, loweringFields(), &l)
		d.pack.Lowerings = append(d.pack.Lowerings, l)
	}
}

// problems says what is wrong with a lowering; prefix is its place with a dot at
// the end.
func (l *Lowering) problems(prefix string) []problem {
	// Its lists are judged as an allowlist's are.
	list := Allowlist{Paths: l.Paths, TargetRules: l.TargetRules}
	place := prefix[:len(prefix)-1]
	var found []problem
	if l.Description == "" {
		found = append(found, problem{place, "a [[lower]] table has no description: it is the reason that findings give"})
	}
	if len(l.TargetRules) == 0 {
		found = append(found, problem{place, "a [[lower]] table has no targetRules"})
	}
	if len(l.Paths) == 0 {
		return append(found, problem{place, "a [[lower]] table has no paths"})
	}
	found = append(found, list.problems(prefix)...)
	for i, path := range l.ExceptPaths {
		field := prefix + element("exceptPaths", i)
		if strings.TrimSpace(path) == "" {
			found = append(found, problem{field, fmt.Sprintf("entry %d of a [[lower]] table's exceptPaths is empty", i+1)})
		} else if _, err := parseRegex(path); err != nil {
			found = append(found, problem{field, fmt.Sprintf("exceptPaths of a [[lower]] table: %v", err)})
		}
	}
	return found
}

// compiledLowering is a Lowering whose paths are compiled when they are first asked for.
type compiledLowering struct {
	source *Lowering
	once   sync.Once
	paths  []*regexp.Regexp
	except []*regexp.Regexp
}

func (l *compiledLowering) matches(path string) bool {
	l.once.Do(func() { l.paths, l.except = compileAll(l.source.Paths), compileAll(l.source.ExceptPaths) })
	matched := func(re *regexp.Regexp) bool { return re.MatchString(path) }
	return slices.ContainsFunc(l.paths, matched) && !slices.ContainsFunc(l.except, matched)
}

// Lowered says whether findings of rule i have low confidence at a path, and why.
func (s *Set) Lowered(i int, path string) (reason string, ok bool) {
	for _, l := range s.lowerings[i] {
		if l.matches(path) {
			return l.source.Description, true
		}
	}
	return "", false
}

// globalLowering is a lowering on its way into a Set.
type globalLowering struct {
	*Lowering
	pack *Pack
	at   int
}

// compileLowerings gives each rule the lowerings that target it.
func (b *builder) compileLowerings(s *Set) {
	count := 0
	for _, l := range b.lowerings {
		count += len(l.TargetRules)
	}
	targets := make([]loweringTarget, 0, count)
	for _, l := range b.lowerings {
		report := func(field, message string, tolerated bool) {
			e := l.pack.errorIn(field, message)
			if tolerated {
				b.warnings = append(b.warnings, e)
			} else {
				b.errs = append(b.errs, e)
			}
		}
		if l.pack.shapes == nil { // the built-in ones were validated when they were prepared
			for _, found := range l.problems(element("lower", l.at) + ".") {
				report(found.field, found.message, false)
			}
		}
		compiled := &compiledLowering{source: l.Lowering}
		for j, id := range l.TargetRules {
			if i, ok := b.index[id]; ok {
				targets = append(targets, loweringTarget{i, compiled})
				continue
			}
			found, removed := b.known(id, l.pack.tolerant), b.removed[id]
			if start, ok := strings.CutSuffix(id, "*"); ok {
				found, removed = b.beginning(start)
			}
			for _, i := range found {
				targets = append(targets, loweringTarget{i, compiled})
			}
			if len(found) == 0 && !removed {
				report(element("lower", l.at)+"."+element("targetRules", j), "the target rule "+id+" of a [[lower]] table does not exist"+suggestion(id, b.ids()), l.pack.tolerant)
			}
		}
	}
	s.lowerings = byRule(targets)
}

// beginning returns the rules whose ids begin so, and tells whether one of those that were disabled did.
func (b *builder) beginning(start string) (found []int, removed bool) {
	for id := range b.removed {
		removed = removed || strings.HasPrefix(id, start)
	}
	for i := range b.entries {
		if strings.HasPrefix(b.entries[i].rule.ID, start) {
			found = append(found, i)
		}
	}
	return found, removed
}

// loweringTarget is a rule that a lowering is for.
type loweringTarget struct {
	rule     int
	lowering *compiledLowering
}

// byRule lists the lowerings of each rule in the order they stand in. The lists are cut from one slice: there are
// a hundred, and every start makes them.
func byRule(targets []loweringTarget) map[int][]*compiledLowering {
	slices.SortStableFunc(targets, func(a, b loweringTarget) int { return a.rule - b.rule })
	all := make([]*compiledLowering, len(targets))
	lists := make(map[int][]*compiledLowering, len(targets))
	for start := 0; start < len(targets); {
		end := start
		for end < len(targets) && targets[end].rule == targets[start].rule {
			all[end] = targets[end].lowering
			end++
		}
		lists[targets[start].rule] = all[start:end:end]
		start = end
	}
	return lists
}
