//go:build prepare

// Command prepare writes rules/builtin.bin, the compact form of the built-in
// packs, from rules/packs/*.toml. It is run by `go generate ./rules`, with a build
// tag of its own so that `go install ./...` leaves it out, in the
// directory of package rules, and needs builtin.bin to exist (its content does
// not matter).
package main

import (
	"fmt"
	"os"

	"github.com/keysieve/keysieve/rules"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	data, err := rules.PrepareBuiltin()
	if err != nil {
		return fmt.Errorf("prepare built-in rules:\n%w", err)
	}
	if err := os.WriteFile("builtin.bin", data, 0o644); err != nil {
		return fmt.Errorf("write built-in rules: %w", err)
	}
	return nil
}
