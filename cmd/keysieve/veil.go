package main

import (
	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
)

// newVeil returns what masks secrets in messages that come before or beside a scan: the
// name of a file or directory in them may be one. What a scan has found is masked by report.
func newVeil() func(text string) string {
	set, err := rules.Builtin()
	if err != nil { // a keysieve without its rules has said so
		return func(text string) string { return text }
	}
	return scanner.Veil(set)
}
