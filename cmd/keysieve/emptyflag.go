package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// noEmptyFlags refuses flags that were given an empty text: mostly a variable of a
// script that is not set. It would pass for the flag's default.
func noEmptyFlags(cmd *cobra.Command) error {
	var wrong error
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if wrong == nil && f.Value.Type() == "string" && f.Value.String() == "" {
			wrong = &usageError{fmt.Sprintf("flag --%s: the value is empty", f.Name), "leave the flag out, or give it a value"}
		}
	})
	return wrong
}
