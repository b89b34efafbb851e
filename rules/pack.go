package rules

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/keysieve/keysieve/rules/shape"
)

// Pack is one file of rules.
type Pack struct {
	ID          string
	Description string
	Rules       []Rule
	Allowlists  []Allowlist // for all rules of a Set, or for their TargetRules
	Lowerings   []Lowering

	file   string         // where it was read; empty for a pack built in code
	lines  lines          // line numbers of keys; nil where there was no text
	notes  []ruleNote     // beside Rules; nil for a pack built in code
	shapes []*shape.Shape // beside Rules; set for the compact built-in rules, which were validated when they were prepared
	stamp  uint64         // of those (Set.Prepared)
	// tolerant: ids in allowlists and changes that no rule has are warnings. A
	// gitleaks configuration may name rules of gitleaks that keysieve has under
	// another id.
	tolerant bool
	warnings []*Error // what is wrong without making it unusable
}

// DecodePack reads a pack, keysieve's or a gitleaks configuration without
// [extend]. name is what the file is called in messages. It is strict: the error
// joins an *Error for every mistake, with its line. That a required or target
// rule exists is left to NewSet, since it may stand in another pack.
func DecodePack(name string, data []byte) (Pack, error) { return decodePack(name, name, data) }

// decodePack reads a pack that stands at a path and is called otherwise in messages.
func decodePack(label, path string, data []byte) (Pack, error) {
	f, root, err := parseFile(label, data)
	if err != nil {
		return Pack{}, err
	}
	doc := document{pack: Pack{ID: packName(path), file: label, lines: f.lines}}
	if t, ok := root.values["pack"]; ok {
		_, doc.strict = t.(map[string]any)
	}
	f.foreign = isGitleaks(path, root)
	readTable(root, packFields(), &doc)
	doc.finish(f)
	if err := joinErrors(f.errs); err != nil {
		return Pack{}, err
	}
	doc.pack.warnings = f.warnings
	return doc.pack, nil
}

// document is a file of rules being read: a pack or a configuration.
type document struct {
	pack   Pack
	strict bool     // ids have keysieve's form: the file has a [pack] table
	own    override // what its rules do when their id is taken
}

// packFields lists every key of a pack file.
func packFields() []field[document] {
	fields := append(documentFields(), field[document]{"pack", func(v value, d *document) {
		if t, ok := v.inner(); ok {
			readTable(t, packTableFields(), d)
		}
	}})
	for _, name := range []string{"scan", "scopes", "packs", "extend"} {
		fields = append(fields, field[document]{name, func(v value, _ *document) {
			v.report(v.place, "[%s] has no meaning in a pack: it belongs in %s", v.key, ConfigName)
		}})
	}
	return fields
}

// documentFields lists every key that pack files and configurations share.
func documentFields() []field[document] {
	return []field[document]{
		{"title", func(v value, _ *document) { v.text() }},
		{"description", func(v value, d *document) { d.pack.Description = v.text() }},
		{"minVersion", func(v value, _ *document) { v.text() }}, // gitleaks' version; it says nothing here
		{"rules", readRules},
		{"allowlists", readGlobalAllowlists},
		{"allowlist", readOldGlobalAllowlist},
		{"lower", readLowerings},
	}
}

func packTableFields() []field[document] {
	return []field[document]{
		{"id", func(v value, d *document) { d.pack.ID = v.text() }},
		{"description", func(v value, d *document) { d.pack.Description = v.text() }},
	}
}

func readRules(v value, d *document) {
	fields := make([]field[Rule], 0, len(ruleFields()))
	for _, f := range ruleFields() {
		fields = append(fields, field[Rule]{f.name, f.read})
	}
	for _, t := range v.tables() {
		r := Rule{}
		for key, data := range t.values { // the id first: messages on the other keys start with it
			if id, ok := data.(string); ok && equalKey(key, "id") {
				r.ID = id
			}
		}
		t.owner = ruleLabel(r.ID)
		note := ruleNote{path: t.place, override: d.own}
		note.stated = readTable(t, fields, &r)
		for key, data := range t.values {
			if equalKey(key, "override") && data == true {
				note.override = overrideDemands
			}
		}
		d.pack.Rules = append(d.pack.Rules, r)
		d.pack.notes = append(d.pack.notes, note)
	}
}

func readGlobalAllowlists(v value, d *document) {
	for _, t := range v.tables() {
		d.pack.Allowlists = append(d.pack.Allowlists, readAllowlist(t, globalAllowlistFields()))
	}
}

// readOldGlobalAllowlist reads [allowlist], gitleaks' spelling before 8.25.
func readOldGlobalAllowlist(v value, d *document) {
	if t, ok := v.inner(); ok {
		v.oldAndNew("allowlists")
		d.pack.Allowlists = append(d.pack.Allowlists, readAllowlist(t, globalAllowlistFields()))
	}
}

// finish validates what was read as far as the file alone allows, and fills in
// defaults. Where a value has the wrong type, that something is empty may follow
// from it and is no news.
func (d *document) finish(f *file) {
	p := &d.pack
	if d.strict && !kebab(p.ID) && !f.follows("pack.id") {
		f.report("pack.id", "pack id %q is not lower-case words joined by single hyphens", p.ID)
	}
	seen := make(map[string]int, len(p.Rules))
	for i := range p.Rules {
		d.finishRule(f, i, seen)
	}
	for i := range p.Allowlists {
		f.reportAll(p.Allowlists[i].problems(element("allowlists", i) + "."))
	}
	for i := range p.Lowerings {
		f.reportAll(p.Lowerings[i].problems(element("lower", i) + "."))
	}
}

// finishRule is finish for rule i; seen says where each id stood first.
func (d *document) finishRule(f *file, i int, seen map[string]int) {
	p := &d.pack
	r, path := &p.Rules[i], p.notes[i].path
	r.Pack = p.ID
	if !f.follows(path + ".id") {
		message := idProblem(r.ID, d.strict)
		if first, taken := seen[r.ID]; message == "" && taken {
			message = fmt.Sprintf("the id is taken already, by the rule in line %d", p.errorAt(first, "id", "").Line)
		}
		if message != "" {
			f.errs = append(f.errs, p.errorAt(i, "id", message))
		} else {
			seen[r.ID] = i
		}
	}
	if p.notes[i].override == overrideNever {
		*r = *withDefaults(*r)
	}
	empty := f.follows(path+".regex") || f.follows(path+".near") || f.follows(path+".path")
	for _, found := range r.problems() {
		if !p.concerns(i, found) || f.follows(path+"."+found.field) || found.field == "" && empty {
			continue
		}
		f.errs = append(f.errs, p.errorAt(i, found.field, found.message))
	}
}

func (f *file) reportAll(problems []problem) {
	for _, found := range problems {
		if !f.follows(found.field) {
			f.report(found.field, "%s", found.message)
		}
	}
}

// concerns reports whether a problem is one of what rule i states itself. Of a
// rule that may change another one the rest is known only when they are merged.
func (p *Pack) concerns(i int, found problem) bool {
	note := p.notes[i]
	name, _, _ := strings.Cut(found.field, "[")
	switch {
	case note.override == overrideNever:
		return true
	case name == "secretGroup":
		return note.stated["regex"] || note.stated["near"]
	case name == "allowlists":
		return true
	}
	return note.stated[name] && name != "severity" && name != "confidence"
}

// ruleNote is what a decoded rule says beyond its fields.
type ruleNote struct {
	path     string // of its table in the file: "rules[3]"
	stated   map[string]bool
	override override
}

// override says what a rule does when its id is taken.
type override uint8

const (
	overrideNever   override = iota // a duplicate is a mistake
	overrideDemands                 // changes an existing rule, which must exist
	overrideMay                     // changes an existing rule or is a new one: a configuration's own rules
)

// errorAt makes a mistake out of what is wrong with a field of rule i; its line
// is the field's, or the rule's where the field is not stated.
func (p *Pack) errorAt(i int, field, message string) *Error {
	e := &Error{File: p.file, Message: ruleLabel(p.Rules[i].ID) + message}
	if p.file == "" {
		e.File = p.ID
	}
	if p.notes != nil {
		e.Line = p.lines.of(p.notes[i].path + "." + field)
	}
	return e
}

// note returns what rule i said beyond its fields.
func (p *Pack) note(i int) ruleNote {
	if p.notes == nil {
		return ruleNote{}
	}
	return p.notes[i]
}

func ruleLabel(id string) string {
	if id == "" {
		return "rule without id: "
	}
	return fmt.Sprintf("rule %q: ", id)
}

// packName derives a pack's id from a file name.
func packName(file string) string {
	base := filepath.Base(filepath.ToSlash(file))
	return strings.TrimPrefix(strings.TrimSuffix(base, ".toml"), ".")
}
