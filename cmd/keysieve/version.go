package main

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"
)

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "show the version",
		Example: "  keysieve version",
		Args:    noArguments,
		RunE:    func(*cobra.Command, []string) error { return a.printVersion() },
	}
}

func (a *app) printVersion() error {
	_, err := fmt.Fprintf(a.stdout, "keysieve %s %s %s/%s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return asIncomplete(err)
}

// version is what the build recorded: a tag or a pseudo-version with the commit.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return info.Main.Version
}

// errNotRead says that whoever reads standard output went away before its end, where that is nothing to be told.
var errNotRead = errors.New("not read to its end")

// asIncomplete makes an error of writing to standard output one of the exit
// codes: the user did not get everything.
func asIncomplete(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.EPIPE):
		return errNotRead
	}
	return &incompleteError{err: fmt.Errorf("cannot write to standard output: %w", cause(err))}
}
