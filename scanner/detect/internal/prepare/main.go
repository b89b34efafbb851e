//go:build prepare

// Command prepare writes scanner/detect/prefilter.bin, the packed prefilter of the built-in
// rules, from rules/builtin.bin. It is run by `go generate ./rules`, with a build
// tag of its own so that `go install ./...` leaves it out, in the
// directory of package detect, and needs prefilter.bin to exist (its content does
// not matter).
package main

import (
	"fmt"
	"os"

	"github.com/keysieve/keysieve/scanner/detect"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	data, err := detect.PreparePrefilter()
	if err != nil {
		return fmt.Errorf("prepare the prefilter: %w", err)
	}
	if err := os.WriteFile("prefilter.bin", data, 0o644); err != nil {
		return fmt.Errorf("write the prefilter: %w", err)
	}
	return nil
}
