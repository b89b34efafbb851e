package rules

import (
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/keysieve/keysieve/rules/shape"
)

// builder merges packs into a Set.
type builder struct {
	entries   []entry
	index     map[string]int
	globals   []global
	lowerings []globalLowering
	builtin   bool            // the built-in packs are among them
	prepared  int             // how many rules those have
	removed   map[string]bool // ids of rules that were disabled
	unread    []*Error        // packs that could not be read
	errs      []*Error
	warnings  []*Error
}

// entry is a rule on its way into a Set.
type entry struct {
	rule  *Rule
	shape *shape.Shape // nil: still to be derived
	valid bool         // the rule has been validated as it stands
	pack  *Pack        // that had the last word, for messages
	at    int          // position in that pack
}

// global is an allowlist from outside the rules.
type global struct {
	list *Allowlist
	pack *Pack
	at   int
}

// addAll adds packs in their order.
func (b *builder) addAll(packs []Pack) {
	n := 0
	for i := range packs {
		n += len(packs[i].Rules)
	}
	if b.index == nil { // every start makes them: they are not to grow with each pack
		b.index, b.entries = make(map[string]int, n), make([]entry, 0, n)
	}
	for i := range packs {
		b.add(&packs[i])
	}
}

// add merges a pack's rules and allowlists into what is there.
func (b *builder) add(p *Pack) {
	if b.index == nil {
		b.index = make(map[string]int, len(p.Rules))
	}
	for i := range p.Rules {
		b.addRule(p, i)
	}
	if p.stamp != 0 {
		b.prepared += len(p.Rules)
	}
	for i := range p.Allowlists {
		b.globals = append(b.globals, global{&p.Allowlists[i], p, i})
	}
	for i := range p.Lowerings {
		b.lowerings = append(b.lowerings, globalLowering{&p.Lowerings[i], p, i})
	}
}

func (b *builder) addRule(p *Pack, i int) {
	rule, note := &p.Rules[i], p.note(i)
	old, exists := b.index[rule.ID]
	switch {
	case exists && note.override != overrideNever:
		b.change(old, p, i)
		return
	case exists:
		earlier := &b.entries[old]
		b.errs = append(b.errs, p.errorAt(i, "id", fmt.Sprintf("the id is taken already, by the rule at %s", earlier.where())))
		return
	case note.override == overrideDemands:
		b.errs = append(b.errs, p.errorAt(i, "override", "it overrides a rule that does not exist"+suggestion(rule.ID, b.ids())))
		return
	case note.override == overrideMay && !rule.Reads() && rule.Path == "" && !rule.ReadsWhole():
		message := "it has neither a regex nor near nor a path, and there is no rule of that id to change"
		if b.removed[rule.ID] {
			message = "it changes a rule that is disabled: do one or the other"
		}
		e := p.errorAt(i, "id", message+suggestion(rule.ID, b.ids()))
		if found := b.known(rule.ID, p.tolerant); len(found) > 0 {
			for _, old := range found {
				b.change(old, p, i)
			}
		} else if p.tolerant {
			b.warnings = append(b.warnings, e)
		} else {
			b.errs = append(b.errs, e)
		}
		return
	}
	e := entry{rule: rule, pack: p, at: i}
	if p.shapes != nil {
		e.shape, e.valid = p.shapes[i], true
	} else if note.override == overrideMay {
		e.rule = withDefaults(*rule)
	}
	b.index[rule.ID] = len(b.entries)
	b.entries = append(b.entries, e)
}

// change applies what rule i of a pack states to the rule of that id.
func (b *builder) change(old int, p *Pack, i int) {
	e := &b.entries[old]
	changed := *e.rule
	stated := p.note(i).stated
	changeRule(&changed, &p.Rules[i], stated)
	if stated["regex"] || stated["near"] || stated["maxLength"] {
		e.shape = nil
	}
	e.rule, e.valid, e.pack, e.at = &changed, false, p, i
}

// remove drops a rule and reports whether it was there.
func (b *builder) remove(id string) bool {
	return b.removeAll(b.known(id, false))
}

// removeAll drops the rules at some positions and reports whether there are any.
func (b *builder) removeAll(at []int) bool {
	unwanted := map[string]bool{}
	for _, i := range at {
		unwanted[b.entries[i].rule.ID] = true
	}
	if len(at) > 0 {
		b.keep(func(r *Rule) bool { return !unwanted[r.ID] })
	}
	return len(at) > 0
}

// keep drops the rules that wanted rejects.
func (b *builder) keep(wanted func(*Rule) bool) {
	if b.removed == nil {
		b.removed = map[string]bool{}
	}
	b.entries = slices.DeleteFunc(b.entries, func(e entry) bool {
		if wanted(e.rule) {
			return false
		}
		b.removed[e.rule.ID] = true
		return true
	})
	clear(b.index)
	for i := range b.entries {
		b.index[b.entries[i].rule.ID] = i
	}
}

func (b *builder) ids() []string {
	ids := make([]string, len(b.entries))
	for i := range b.entries {
		ids[i] = b.entries[i].rule.ID
	}
	return ids
}

// where names the place of an entry for a message about another one.
func (e *entry) where() string {
	at := e.pack.errorAt(e.at, "id", "")
	switch {
	case e.pack.file == "":
		return "pack " + e.pack.ID
	case at.Line == 0:
		return e.pack.file
	}
	return fmt.Sprintf("%s:%d", e.pack.file, at.Line)
}

// finish validates what is new and builds the Set.
func (b *builder) finish() (*Set, error) {
	n := len(b.entries)
	s := &Set{
		rules:      make([]*Rule, n),
		shapes:     make([]*shape.Shape, n),
		programs:   make([]atomic.Pointer[Program], n),
		index:      b.index,
		allowlists: make([][]*CompiledAllowlist, n),
	}
	s.stamp = b.stamp()
	for i := range b.entries {
		e := &b.entries[i]
		b.prepare(e)
		b.checkRequired(e)
		s.rules[i], s.shapes[i] = e.rule, e.shape
	}
	b.compileAllowlists(s)
	b.compileLowerings(s)
	if err := joinErrors(b.errs); err != nil {
		return nil, err
	}
	return s, nil
}

// stamp returns the stamp of the prepared packs, if the rules are all of theirs and no others, none of them changed; else 0.
func (b *builder) stamp() uint64 {
	if len(b.entries) == 0 || len(b.entries) != b.prepared {
		return 0
	}
	stamp := b.entries[0].pack.stamp
	for i := range b.entries {
		if e := &b.entries[i]; !e.valid || e.pack.stamp != stamp {
			return 0
		}
	}
	return stamp
}

// prepare validates a rule and derives its shape where that was not done before.
func (b *builder) prepare(e *entry) {
	if !e.valid {
		found := e.rule.problems()
		if message := idProblem(e.rule.ID, false); message != "" {
			found = append(found, problem{"id", message})
		}
		for _, f := range found {
			b.errs = append(b.errs, e.pack.errorAt(e.at, f.field, f.message))
		}
		e.valid = len(found) == 0
	}
	if e.shape != nil {
		return
	}
	e.shape = &shape.Shape{}
	if !e.valid || !e.rule.Reads() {
		return
	}
	derived, err := shape.Analyse(e.rule.Pattern(), e.rule.MaxLength)
	if err != nil {
		b.errs = append(b.errs, e.pack.errorAt(e.at, "regex", err.Error()))
		return
	}
	if derived.MinLen == 0 {
		b.errs = append(b.errs, e.pack.errorAt(e.at, "regex", "the regex matches the empty text, which is in every content"))
		return
	}
	if e.rule.Near.set() && tooLarge(derived.Regex) != "" {
		b.errs = append(b.errs, e.pack.errorAt(e.at, "near", tooLarge(derived.Regex)))
		return
	}
	if e.rule.Near.set() && e.rule.Regex == "" {
		// Validated above.
		derived.Value, _ = shape.WordOf(grouped(e.rule.Near.loose()))
	}
	e.shape = &derived
}

func (b *builder) checkRequired(e *entry) {
	for i, need := range e.rule.Required {
		if _, ok := b.index[need.ID]; !ok && need.ID != "" {
			if b.removed[need.ID] && need.Optional {
				continue
			}
			message := fmt.Sprintf("it requires the rule %q, which is disabled: disable both or none", need.ID)
			if !b.removed[need.ID] { // what it may have meant is looked for among all rules
				message = fmt.Sprintf("it requires the rule %q, which does not exist%s", need.ID, suggestion(need.ID, b.ids()))
			}
			b.errs = append(b.errs, e.pack.errorAt(e.at, element("required", i)+".id", message))
		}
	}
}

// compileAllowlists gives each rule its own allowlists and the global ones that
// apply to it.
func (b *builder) compileAllowlists(s *Set) {
	var forAll []*CompiledAllowlist
	count := 0
	for _, g := range b.globals {
		count += len(g.list.TargetRules)
	}
	targets := make([]allowlistTarget, 0, count)
	for _, g := range b.globals {
		if g.pack.shapes == nil {
			for _, found := range g.list.problems(element("allowlists", g.at) + ".") {
				b.errs = append(b.errs, g.pack.errorIn(found.field, found.message))
			}
		}
		compiled := &CompiledAllowlist{source: g.list}
		if len(g.list.TargetRules) == 0 {
			forAll = append(forAll, compiled)
		}
		for j, id := range g.list.TargetRules {
			if i, ok := b.index[id]; ok {
				targets = append(targets, allowlistTarget{i, compiled})
				continue
			}
			found := b.known(id, g.pack.tolerant)
			for _, i := range found {
				targets = append(targets, allowlistTarget{i, compiled})
			}
			if len(found) > 0 || b.removed[id] {
				continue
			}
			message := fmt.Sprintf("an allowlist's target rule %q does not exist%s", id, suggestion(id, b.ids()))
			e := g.pack.errorIn(element("allowlists", g.at)+"."+element("targetRules", j), message)
			if g.pack.tolerant {
				b.warnings = append(b.warnings, e)
			} else {
				b.errs = append(b.errs, e)
			}
		}
	}
	b.assignAllowlists(s, forAll, targets)
}

// allowlistTarget is a rule that an allowlist outside the rules names.
type allowlistTarget struct {
	rule int
	list *CompiledAllowlist
}

// assignAllowlists gives each rule its own allowlists, those for all rules and
// those that name it. All are cut from a few slices: there are hundreds, and every
// start makes them.
func (b *builder) assignAllowlists(s *Set, forAll []*CompiledAllowlist, targets []allowlistTarget) {
	slices.SortStableFunc(targets, func(a, b allowlistTarget) int { return a.rule - b.rule })
	targeted := make([]*CompiledAllowlist, len(targets))
	for i, t := range targets {
		targeted[i] = t.list
	}
	owned, rules := 0, 0
	for i := range b.entries {
		if n := len(b.entries[i].rule.Allowlists); n > 0 {
			owned, rules = owned+n, rules+1
		}
	}
	compiled, room := make([]CompiledAllowlist, owned), make([]*CompiledAllowlist, 0, owned+rules*len(forAll)+len(targets))
	next := 0
	for i := range b.entries {
		start := next
		for next < len(targets) && targets[next].rule == i {
			next++
		}
		named, own := targeted[start:next:next], b.entries[i].rule.Allowlists
		switch {
		case len(own) == 0 && len(named) == 0:
			s.allowlists[i] = forAll
			continue
		case len(own) == 0 && len(forAll) == 0:
			s.allowlists[i] = named
			continue
		}
		begin := len(room)
		for j := range own {
			compiled[j].source = &own[j]
			room = append(room, &compiled[j])
		}
		compiled = compiled[len(own):]
		room = append(append(room, forAll...), named...)
		s.allowlists[i] = room[begin:len(room):len(room)]
	}
}

// errorIn makes a mistake out of what is wrong with a table outside the rules.
func (p *Pack) errorIn(field, message string) *Error {
	e := &Error{File: p.file, Message: message}
	if e.File == "" {
		e.File = p.ID
	}
	e.Line = p.lines.of(field)
	return e
}
