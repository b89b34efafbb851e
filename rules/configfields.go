package rules

import "strings"

// configFields lists every key of a configuration file: its own and a pack's.
func configFields() []field[Config] {
	fields := []field[Config]{
		{"scan", func(v value, c *Config) { readInner(v, scanFields(), c) }},
		{"scopes", readScopes},
		{"packs", func(v value, c *Config) { readInner(v, packsFields(), c) }},
		{"extend", func(v value, c *Config) {
			c.extends = true
			readInner(v, extendFields(), c)
		}},
	}
	for _, inner := range documentFields() {
		fields = append(fields, field[Config]{inner.name, func(v value, c *Config) { inner.read(v, &c.doc) }})
	}
	return fields
}

func readInner(v value, fields []field[Config], c *Config) {
	if t, ok := v.inner(); ok {
		readTable(t, fields, c)
	}
}

// packsFields lists every key of [packs].
func packsFields() []field[Config] {
	return []field[Config]{
		{"builtin", func(v value, c *Config) {
			b := v.boolean()
			c.builtin = &b
			c.state(v, "packs.builtin")
		}},
		{"files", func(v value, c *Config) { c.files = v.list() }},
		{"disabledRules", func(v value, c *Config) { c.disabled = v.list() }},
		{"enabledRules", func(v value, c *Config) { c.enabled = v.list() }},
	}
}

// extendFields lists every key of gitleaks' [extend].
func extendFields() []field[Config] {
	return []field[Config]{
		{"useDefault", func(v value, c *Config) { c.useDefault = v.boolean(); c.state(v, "extend.useDefault") }},
		{"path", func(v value, c *Config) { c.extendPath = v.text(); c.state(v, "extend.path") }},
		{"url", func(v value, _ *Config) {
			if v.text() != "" {
				v.report(v.place, "extend.url is not supported: configurations are not read from the network; use extend.path")
			}
		}},
		{"disabledRules", func(v value, c *Config) { c.notInherited = v.list() }},
	}
}

// list reads a list of strings that must not be empty, with their lines.
func (v value) list() []listed {
	var list []listed
	for i, text := range v.texts() {
		place := element(v.place, i)
		if strings.TrimSpace(text) == "" && !v.follows(place) {
			v.report(place, "entry %d of %s is empty", i+1, v.key)
		}
		list = append(list, listed{text, v.lines.of(place)})
	}
	return list
}

// state notes that the file states a setting, and where.
func (c *Config) state(v value, key string) { c.stated[key] = v.lines.of(v.place) }
