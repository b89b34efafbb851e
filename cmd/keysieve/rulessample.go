package main

import (
	"fmt"
	"math/rand/v2"

	"github.com/spf13/cobra"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/rules/check"
	"github.com/keysieve/keysieve/rules/sample"
)

// rulesSampleCommand makes harmless secrets to try a hook or a rule with: of the
// right form, checksum included, and never issued by anybody.
func (a *app) rulesSampleCommand() *cobra.Command {
	var flags ruleFlags
	var seed uint64
	cmd := &cobra.Command{
		Use:   "sample ID [flags]",
		Short: "make a random text that a rule takes for a secret",
		Long: `Make a random text that a rule takes for a secret, its checksum made right: to
try a hook with, or to put in the place of a real one in a bug report. It was
issued by nobody and opens nothing.`,
		Example: `  keysieve rules sample github-pat-classic
  printf 'token = "%s"\n' "$(keysieve rules sample github-pat-classic)" >leak.py`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &usageError{"rules sample needs the id of one rule", "keysieve rules list shows them all"}
			}
			set, err := a.resolveHere(&flags)
			if err != nil {
				return err
			}
			chosen, err := chooseRules(set, args)
			if err != nil {
				return err
			}
			if !cmd.Flags().Changed("seed") {
				seed = rand.Uint64()
			}
			text, err := sampleOf(chosen[0], seed)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(a.stdout, text)
			return asIncomplete(err)
		},
		ValidArgsFunction: completeRules,
	}
	cmd.Flags().Uint64Var(&seed, "seed", 0, "make the text that the seed `N` gives (default random)")
	flags.add(cmd)
	return cmd
}

// sampleOf makes a secret of a rule.
func sampleOf(r *rules.Rule, seed uint64) (string, error) {
	if !r.Reads() {
		return "", &usageError{message: "rule " + r.ID + " judges paths, there is no secret to make"}
	}
	var mend func(string) (string, bool)
	if scheme, ok := check.ByName(r.Check); ok {
		mend = scheme.Mend
	}
	made, err := sample.Generate(r.Pattern(), r.SecretGroup, mend, rand.New(rand.NewPCG(seed, 0)))
	if err != nil {
		return "", fmt.Errorf("making a sample of rule %s: %w", r.ID, err)
	}
	return made.Secret, nil
}
