package rules

import (
	"fmt"
	"path/filepath"
	"time"
)

// Overrides are what a command line changes in a configuration. Zero values change nothing.
type Overrides struct {
	Packs         []string // pack files to add, relative to the current directory
	NoBuiltin     bool     // leave the built-in packs out
	Disabled      []string // ids of rules to leave out, whichever pack they come from
	FailOn        Threshold
	MaxSize       *int64         // in bytes; 0: no limit
	Timeout       *time.Duration // 0: no limit
	NoInlineAllow bool           // comments in what is scanned accept nothing
	Strict        bool           // a match whose check fails is dropped
}

// Override makes the configuration follow the command line as well. Call it before
// Set and Policy.
func (c *Config) Override(o Overrides) {
	if o.NoBuiltin {
		none := false
		c.builtin = &none
		c.decide("packs.builtin", "--no-builtin")
	}
	for _, path := range o.Packs {
		if absolute, err := filepath.Abs(path); err == nil {
			path = absolute // else Set says that it cannot be read
		}
		c.added = append(c.added, listed{text: path})
	}
	c.unwanted = append(c.unwanted, o.Disabled...)
	if o.FailOn.Confidence != 0 {
		c.decide(keyConfidence, "--fail-on")
	}
	if o.FailOn.Severity != 0 {
		c.decide(keySeverity, "--fail-on")
	}
	c.FailOn = o.FailOn.Or(c.FailOn)
	if o.MaxSize != nil {
		c.Limits.MaxSize = *o.MaxSize
		c.decide(keyMaxSize, "--max-size")
	}
	if o.Timeout != nil {
		c.Limits.Timeout = *o.Timeout
		c.decide(keyTimeout, "--timeout")
	}
	if o.NoInlineAllow {
		c.NoInlineAllow = true
		c.decide(keyInlineAllow, "--no-inline-allow")
	}
	if o.Strict {
		c.Strict = true
		c.decide(keyStrict, "--strict")
	}
}

// decide notes that a flag decides a setting.
func (c *Config) decide(key, flag string) {
	if c.flags == nil {
		c.flags = map[string]string{}
	}
	c.flags[key] = flag
}

// dropUnwanted removes the rules that the command line leaves out.
func (c *Config) dropUnwanted(b *builder) {
	for _, id := range c.unwanted {
		if !b.remove(id) {
			b.errs = append(b.errs, &Error{Message: fmt.Sprintf("cannot disable the rule %s: there is none%s", id, suggestion(id, b.ids()))})
		}
	}
}
