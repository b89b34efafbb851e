package main

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/spf13/cobra"

	"github.com/keysieve/keysieve/report"
	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/ruletest"
)

func (a *app) rulesTestCommand() *cobra.Command {
	var flags ruleFlags
	var options ruletest.Options
	cmd := &cobra.Command{
		Use:   "test [ID...] [flags]",
		Short: "run the examples of rules through the whole pipeline",
		Long: `Run the examples and counterexamples of rules through the whole pipeline: at the
start, in the middle and at the end of a content, and across the edges of the
blocks in which large contents are read. Without ID all rules are tested.

Secrets are generated from each rule's regex; --seed repeats a run.`,
		Example: `  keysieve rules test
  keysieve rules test github-pat-classic npm-access-token
  keysieve rules test --no-builtin --pack my-rules.toml --samples 50`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if options.Samples < 1 {
				return &usageError{message: fmt.Sprintf("flag --samples: %d is less than 1", options.Samples)}
			}
			if !cmd.Flags().Changed("seed") {
				options.Seed = rand.Uint64()
			}
			return a.testRules(cmd.Context(), &flags, args, options)
		},
		ValidArgsFunction: completeRules,
	}
	cmd.Flags().IntVar(&options.Samples, "samples", 3, "make `N` texts of every template")
	cmd.Flags().Uint64Var(&options.Seed, "seed", 0, "make the texts that the seed `N` gives (default random)")
	flags.add(cmd)
	return cmd
}

func (a *app) testRules(ctx context.Context, flags *ruleFlags, ids []string, options ruletest.Options) error {
	set, err := a.resolveHere(flags)
	if err != nil {
		return err
	}
	chosen, err := chooseRules(set, ids)
	if err != nil {
		return err
	}
	if chosen, err = withExamples(chosen); err != nil {
		return err
	}
	summary, failures, err := ruletest.Run(ctx, set, chosen, options)
	if err != nil {
		return &incompleteError{err: fmt.Errorf("the test was interrupted after %d of %d rules", summary.Rules, len(chosen))}
	}
	w := bufio.NewWriter(a.stdout)
	for _, f := range failures {
		_, _ = fmt.Fprintln(w, printable(f.Error()))
	}
	for _, id := range summary.Bare {
		_, _ = fmt.Fprintf(w, "%s: no examples\n", id)
	}
	_, _ = fmt.Fprintf(w, "%s, %s, %s: %d failed (seed %d)\n", report.Count(int64(summary.Rules), "rule", "rules"),
		report.Count(int64(summary.Examples), "example", "examples"), report.Count(int64(summary.Counterexamples), "counterexample", "counterexamples"),
		len(failures), options.Seed)
	if err := w.Flush(); err != nil {
		return asIncomplete(err)
	}
	if len(failures) > 0 {
		return &statusError{scanner.ExitFindings}
	}
	return nil
}
