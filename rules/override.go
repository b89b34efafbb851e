package rules

import (
	"fmt"
	"path/filepath"
)

// Overrides are what a command line changes in a configuration.
type Overrides struct {
	Packs     []string // pack files to add, relative to the current directory
	NoBuiltin bool     // leave the built-in packs out
	Disabled  []string // ids of rules to leave out, whichever pack they come from
}

// Override makes the configuration's Set follow the command line as well. Call
// it before Set.
func (c *Config) Override(o Overrides) {
	if o.NoBuiltin {
		none := false
		c.builtin = &none
	}
	for _, path := range o.Packs {
		if absolute, err := filepath.Abs(path); err == nil {
			path = absolute // else Set says that it cannot be read
		}
		c.files = append(c.files, listed{text: path})
	}
	c.unwanted = append(c.unwanted, o.Disabled...)
}

// dropUnwanted removes the rules that the command line leaves out.
func (c *Config) dropUnwanted(b *builder) {
	for _, id := range c.unwanted {
		if !b.remove(id) {
			b.errs = append(b.errs, &Error{Message: fmt.Sprintf("cannot disable the rule %s: there is none%s", id, suggestion(id, b.ids()))})
		}
	}
}
