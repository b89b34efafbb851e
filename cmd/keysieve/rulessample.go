package main

import (
	"fmt"
	"math/rand/v2"
	"strings"

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
	var inText bool
	cmd := &cobra.Command{
		Use:   "sample ID [flags]",
		Short: "make a random text that a rule takes for a secret",
		Long: `Make a random text that a rule takes for a secret, its checksum made right: to
try a hook with, or to put in the place of a real one in a bug report. It was
issued by nobody and opens nothing. A rule that knows its secrets by a name near them
finds them beside that name only: --text makes a text in which it does.`,
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
			made := sampleOf
			if inText {
				if chosen, err = withExamples(chosen); err != nil {
					return err
				}
				made = sampleText
			}
			text, err := made(chosen[0], seed)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(a.stdout, text)
			return asIncomplete(err)
		},
		ValidArgsFunction: completeRules,
	}
	cmd.Flags().BoolVar(&inText, "text", false, "make a text of the rule's examples, with the secret in it")
	cmd.Flags().Uint64Var(&seed, "seed", 0, "make the text that the seed `N` gives (default random)")
	flags.add(cmd)
	return cmd
}

// sampleOf makes a secret of a rule.
func sampleOf(r *rules.Rule, seed uint64) (string, error) {
	if r.OnPaths() {
		return "", &usageError{message: "rule " + r.ID + " judges paths, there is no secret to make"}
	}
	pattern := r.Pattern()
	if !r.Reads() { // its check knows contents as a whole, and makes one of anything
		pattern = `(?s:.+)`
	}
	made, err := sample.Generate(pattern, r.SecretGroup, mendOf(r), rand.New(rand.NewPCG(seed, 0)))
	if err != nil {
		return "", fmt.Errorf("making a sample of rule %s: %w", r.ID, err)
	}
	return made.Secret, nil
}

// sampleText makes a text in which a rule finds a secret: the first of its examples that holds a random one, else the first.
func sampleText(r *rules.Rule, seed uint64) (string, error) {
	if !r.Reads() {
		return "", &usageError{message: "rule " + r.ID + " judges paths or files as a whole, there is no text to make"}
	}
	generator, err := sample.New(r.Pattern(), r.SecretGroup, mendOf(r))
	if err != nil {
		return "", fmt.Errorf("making a sample of rule %s: %w", r.ID, err)
	}
	var text string
	templates := r.Examples
	if len(templates) == 0 {
		templates = []string{"{{match}}"}
	}
	for i, template := range templates {
		made, err := sample.Expand(template, generator, rand.New(rand.NewPCG(seed, 0)))
		if err != nil {
			return "", fmt.Errorf("making a sample of rule %s: %w", r.ID, err)
		}
		if i == 0 || len(made.Secrets) > 0 {
			text = made.Text
		}
		if len(made.Secrets) > 0 {
			break
		}
	}
	return strings.TrimRight(text, "\n"), nil
}

// mendOf returns what makes the checksum of a rule's secret right; nil: there is none.
func mendOf(r *rules.Rule) func(string) (string, bool) {
	if scheme, ok := check.ByName(r.Check); ok {
		return check.Mended(scheme)
	}
	return nil
}
