package rules

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// maxExtends bounds a chain of [extend] path.
const maxExtends = 10

// Set reads the packs that the configuration names and merges them: the built-in
// ones, what it extends, its pack files in order, and its own rules and
// allowlists, which change the others by id. What is questionable but usable is
// added to Warnings; it must therefore not be called concurrently.
func (c *Config) Set() (*Set, error) {
	var b builder
	c.mergeInto(&b, nil)
	if err := joinErrors(b.unread); err != nil {
		return nil, err // anything else may only follow from what is missing
	}
	for _, id := range c.enabled {
		if _, ok := b.index[id.text]; !ok {
			b.errs = append(b.errs, c.errorAt(id.line, "enabledRules: there is no rule %q%s", id.text, suggestion(id.text, b.ids())))
		}
	}
	if len(c.enabled) > 0 {
		wanted := b.withRequired(c.enabled)
		c.unwantedTargets(&b, wanted)
		b.keep(func(r *Rule) bool { return wanted[r.ID] })
	}
	c.dropUnwanted(&b)
	set, err := b.finish()
	c.Warnings = append(c.Warnings, b.warnings...)
	if err == nil && c.Strict {
		set = set.Strict() // here, so that whatever is derived of the rules (digests, caches) follows
	}
	return set, err
}

// mergeInto adds everything the configuration brings. above holds the
// configurations that extend this one, nearest last.
func (c *Config) mergeInto(b *builder, above []*Config) {
	if c.wantsBuiltin() && !b.builtin {
		b.builtin = true
		packs, err := preparedPacks()
		if err != nil {
			b.unread = append(b.unread, &Error{Message: err.Error()})
		}
		b.addAll(packs)
	}
	if c.extendPath != "" {
		c.mergeExtended(b, above)
	}
	for _, id := range c.notInherited {
		if !b.removeAll(b.known(id.text, c.useDefault)) {
			// gitleaks only warns, and the rule may be one of gitleaks'.
			b.warnings = append(b.warnings, c.errorAt(id.line, "extend.disabledRules: there is no rule %q%s", id.text, suggestion(id.text, b.ids())))
		}
	}
	for _, file := range c.files {
		if pack := c.readPack(b, c.tree, c.relative(file.text), file.line); pack != nil {
			b.add(pack)
		}
	}
	for _, file := range c.added {
		if pack := c.readPack(b, nil, file.text, 0); pack != nil {
			b.add(pack)
		}
	}
	for _, id := range c.disabled {
		if !b.remove(id.text) {
			b.errs = append(b.errs, c.errorAt(id.line, "disabledRules: there is no rule %q%s", id.text, suggestion(id.text, b.ids())))
		}
	}
	b.add(&c.doc.pack)
}

// mergeExtended adds the configuration that [extend] path names. gitleaks takes
// the path as relative to where it is started; a path that exists beside the
// configuration comes first here, since that does not depend on the start.
func (c *Config) mergeExtended(b *builder, above []*Config) {
	line := c.lines.of("extend.path")
	path := c.relative(c.extendPath)
	if c.tree == nil {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			if _, err := os.Stat(c.extendPath); err == nil {
				path = c.extendPath
			}
		}
	}
	above = append(above, c)
	if slices.ContainsFunc(above, func(a *Config) bool { return c.tree.same(a.file, path) }) {
		b.unread = append(b.unread, c.errorAt(line, "extend.path: %s extends itself", c.tree.label(path)))
		return
	}
	if len(above) > maxExtends {
		b.unread = append(b.unread, c.errorAt(line, "extend.path: more than %d configurations extend one another", maxExtends))
		return
	}
	data, err := c.tree.read(path)
	if err != nil {
		b.unread = append(b.unread, c.errorAt(line, "extend.path: cannot read %s: %s", c.tree.label(path), reason(err)))
		return
	}
	base, err := decodeConfig(c.tree, path, data)
	if err != nil {
		b.unread = append(b.unread, asErrors(err)...)
		return
	}
	if base.builtin == nil && !base.extends {
		none := false // only what it states: the extending file decides on the rest
		base.builtin = &none
	}
	b.warnings = append(b.warnings, base.Warnings...)
	if key, at := base.firstOfScan(); key != "" {
		b.warnings = append(b.warnings, base.errorAt(at, "%s does not count in a configuration that another one extends; state it there", key))
	}
	base.mergeInto(b, above)
}

// readPack reads a pack file that the configuration or, with line 0, the command line names.
func (c *Config) readPack(b *builder, tree *Tree, path string, line int) *Pack {
	data, err := tree.read(path)
	if err != nil {
		b.unread = append(b.unread, c.errorAt(line, "packs.files: cannot read %s: %s", tree.label(path), reason(err)))
		return nil
	}
	pack, err := decodePack(tree.label(path), path, data)
	if err != nil {
		b.unread = append(b.unread, asErrors(err)...)
		return nil
	}
	b.warnings = append(b.warnings, pack.warnings...)
	return &pack
}

// relative resolves a path that stands in the configuration.
func (c *Config) relative(text string) string {
	if c.tree != nil {
		return c.tree.relative(c.file, text)
	}
	text = filepath.FromSlash(text)
	if filepath.IsAbs(text) {
		return text
	}
	return filepath.Join(filepath.Dir(c.file), text)
}

func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

// withRequired returns the ids listed and those of the rules that they require.
func (b *builder) withRequired(ids []listed) map[string]bool {
	wanted := map[string]bool{}
	var add func(id string)
	add = func(id string) {
		i, ok := b.index[id]
		if !ok || wanted[id] {
			return
		}
		wanted[id] = true
		for _, need := range b.entries[i].rule.Required {
			if part, ok := b.index[need.ID]; ok && need.Optional && !b.entries[part].rule.SkipReport {
				continue // it would be reported by itself, too
			}
			add(need.ID)
		}
	}
	for _, id := range ids {
		add(id.text)
	}
	return wanted
}
