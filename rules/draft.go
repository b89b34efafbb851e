package rules

import (
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
)

// Draft is files of rules that are being written: packs, and a configuration at
// most, together with the built-in rules, which they add to or change.
type Draft struct {
	// Packs are the files as they are written, with examples; that of a
	// configuration holds its own rules, after those of the packs that it names.
	Packs  []Pack
	config *Config
}

// OpenDraft reads files of rules. Which is a configuration is told by its name or
// by a table that only configurations have. The error joins an *Error for every
// mistake.
func OpenDraft(paths ...string) (*Draft, error) {
	d := &Draft{}
	var errs []*Error
	var packs []string
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			errs = append(errs, &Error{File: path, Message: "cannot read the rules: " + reason(err)})
			continue
		}
		if !isConfiguration(path, data) {
			packs = append(packs, path)
			pack, err := DecodePack(path, data)
			if err != nil {
				errs = append(errs, asErrors(err)...)
				continue
			}
			d.Packs = append(d.Packs, pack)
			continue
		}
		if d.config != nil {
			errs = append(errs, &Error{File: path, Message: "is a second configuration, beside " + d.config.Path + ": look at one at a time"})
			continue
		}
		config, err := decodeConfig(nil, path, data)
		if err != nil {
			errs = append(errs, asErrors(err)...)
			continue
		}
		d.config = config
	}
	if d.config == nil {
		d.config = &Config{}
	} else if err := d.readConfig(); err != nil {
		errs = append(errs, asErrors(err)...)
	}
	for _, path := range packs {
		d.config.added = append(d.config.added, listed{text: path}) // as it was named, for messages
	}
	return d, joinErrors(errs)
}

// readConfig adds the packs that the configuration names, and its own rules.
func (d *Draft) readConfig() error {
	var errs []error
	for _, file := range d.config.files {
		path := d.config.relative(file.text)
		data, err := os.ReadFile(path)
		if err != nil {
			errs = append(errs, d.config.errorAt(file.line, "packs.files: cannot read %s: %s", path, reason(err)))
			continue
		}
		pack, err := DecodePack(path, data)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		d.Packs = append(d.Packs, pack)
	}
	d.Packs = append(d.Packs, d.config.doc.pack)
	return errors.Join(errs...)
}

// Set merges the files with the built-in rules, where a configuration does not
// leave these out.
func (d *Draft) Set() (*Set, error) {
	return d.config.Set()
}

// Alone merges the rules of the files without the built-in ones. Rules that only
// change others take no part, nor do those that require one that is not there.
func (d *Draft) Alone() (*Set, error) {
	ids := map[string]bool{}
	for i := range d.Packs {
		for j := range d.Packs[i].Rules {
			if !d.Packs[i].changes(j) {
				ids[d.Packs[i].Rules[j].ID] = true
			}
		}
	}
	full, err := d.Set()
	if err != nil {
		return nil, err
	}
	return full.Only(func(r *Rule) bool { return ids[r.ID] }), nil
}

// Only returns the Set of the rules that wanted keeps, with what applies to them. Of a
// rule that requires one that is left out the requirement falls.
func (s *Set) Only(wanted func(*Rule) bool) *Set {
	part := &Set{index: map[string]int{}}
	for i, r := range s.rules {
		if !wanted(r) {
			continue
		}
		if len(r.Required) > 0 {
			kept := *r
			kept.Required = nil
			for _, need := range r.Required {
				if j, ok := s.index[need.ID]; ok && wanted(s.rules[j]) {
					kept.Required = append(kept.Required, need)
				}
			}
			r = &kept
		}
		at := len(part.rules)
		part.index[r.ID] = at
		part.rules = append(part.rules, r)
		part.shapes = append(part.shapes, s.shapes[i])
		part.allowlists = append(part.allowlists, s.allowlists[i])
		if list, ok := s.lowerings[i]; ok {
			if part.lowerings == nil {
				part.lowerings = map[int][]*compiledLowering{}
			}
			part.lowerings[at] = list
		}
	}
	part.programs = make([]atomic.Pointer[Program], len(part.rules))
	return part
}

// Reporting returns the Set in which the rule with the id is reported by itself, though it is there as a part of others.
func (s *Set) Reporting(id string) *Set {
	told := s.Only(func(*Rule) bool { return true })
	if i, ok := told.index[id]; ok {
		alone := *told.rules[i]
		alone.SkipReport = false
		told.rules[i] = &alone
	}
	return told
}

// IDs returns the ids of the rules that the files state, also of those that
// they only change, in their order.
func (d *Draft) IDs() []string {
	var ids []string
	for i := range d.Packs {
		for j := range d.Packs[i].Rules {
			ids = append(ids, d.Packs[i].Rules[j].ID)
		}
	}
	return ids
}

// isConfiguration tells a configuration from a pack.
func isConfiguration(path string, data []byte) bool {
	_, root, err := parseFile(path, data)
	if err != nil {
		return false // reading it says why
	}
	if namedGitleaks(path) {
		return true
	}
	for key := range root.values {
		for _, own := range []string{"scan", "scopes", "packs", "extend"} {
			if equalKey(key, own) {
				return true
			}
		}
	}
	_, isPack := root.values["pack"].(map[string]any)
	return !isPack && filepath.Base(path) == ConfigName
}

// CheckDraft tells what is wrong with the text of a file of rules, as OpenDraft
// would; rules that stand elsewhere are not asked for.
func CheckDraft(path string, data []byte) error {
	var err error
	if isConfiguration(path, data) {
		_, err = decodeConfig(nil, path, data)
	} else {
		_, err = DecodePack(path, data)
	}
	return err
}

// DraftLine returns the line of a rule's id in the text of a file of rules; 0 if the file has no such rule, or is not valid.
func DraftLine(path string, data []byte, id string) int {
	var pack Pack
	if isConfiguration(path, data) {
		config, err := decodeConfig(nil, path, data)
		if err != nil {
			return 0
		}
		pack = config.doc.pack
	} else {
		var err error
		if pack, err = DecodePack(path, data); err != nil {
			return 0
		}
	}
	for i := range pack.Rules {
		if pack.Rules[i].ID == id {
			return pack.errorAt(i, "id", "").Line
		}
	}
	return 0
}
