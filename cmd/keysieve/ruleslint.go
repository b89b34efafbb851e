package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/ruletest"
)

// lintFormats are what --format of rules lint takes.
func lintFormats() []string { return []string{"text", "json"} }

func (a *app) rulesLintCommand() *cobra.Command {
	var format string
	var strict bool
	cmd := &cobra.Command{
		Use:   "lint [FILE...] [flags]",
		Short: "look for mistakes in rules that are valid",
		Long: `Look for mistakes in rules that are valid: FILE is a pack or a configuration, and
is looked at together with the built-in rules; without FILE these are.

error    the rule does not find what it is meant to, or makes every scan slow: a regex
         without bounds or without a text to look for first, an example that is not
         found, a rule whose matches another one takes, a keyword that is misspelt
warning  something is lacking: severity, confidence, a remedy, examples
note     it may well be meant: keywords that stand outside of the match

Exit status: 0 no error; 1 errors, with --strict warnings, too; 2 a file is not valid.`,
		Example: `  keysieve rules lint my-rules.toml
  keysieve rules lint --strict --format json my-rules.toml | jq -r '.[].message'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(lintFormats(), format) {
				return unknown("format", format, lintFormats())
			}
			return a.lintRules(cmd.Context(), args, format, strict)
		},
	}
	cmd.Flags().StringVarP(&format, "format", "f", "text", "write what was found as `FORMAT`: "+joined(lintFormats()))
	cmd.Flags().BoolVar(&strict, "strict", false, "warnings make the exit status 1, too")
	valuesOf(cmd, "format", lintFormats())
	return cmd
}

func (a *app) lintRules(ctx context.Context, files []string, format string, strict bool) error {
	packs, set, err := rulesToLint(files)
	if err != nil {
		return err
	}
	flaws, err := flawsOf(ctx, packs, set)
	if err != nil {
		return &incompleteError{err: fmt.Errorf("lint was interrupted: %w", err)}
	}
	w := bufio.NewWriter(a.stdout)
	if format == "json" {
		err = flawsJSON(w, flaws)
	} else {
		err = flawsText(w, packs, flaws)
	}
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		return asIncomplete(err)
	}
	least := rules.FlawError
	if strict {
		least = rules.FlawWarning
	}
	if slices.ContainsFunc(flaws, func(f rules.Flaw) bool { return f.Level >= least }) {
		return &statusError{scanner.ExitFindings}
	}
	return nil
}

// rulesToLint reads the files with the built-in rules, which are looked at themselves where there is no file.
func rulesToLint(files []string) ([]rules.Pack, *rules.Set, error) {
	if len(files) == 0 {
		packs, err := rules.BuiltinPacks()
		if err != nil {
			return nil, nil, err
		}
		set, err := rules.Builtin()
		return packs, set, err
	}
	draft, err := rules.OpenDraft(files...)
	if err != nil {
		return nil, nil, err
	}
	set, err := draft.Set()
	return draft.Packs, set, err
}

// flawsOf lists what rules alone show, and what the pipeline shows of them, by file and line.
func flawsOf(ctx context.Context, packs []rules.Pack, set *rules.Set) ([]rules.Flaw, error) {
	var all []rules.Flaw
	for p := range packs {
		pack := &packs[p]
		flaws := rules.Flaws(*pack, set)
		chosen, at := asMerged(pack, set)
		note := func(id, field, message string) {
			flaws = append(flaws, rules.Flaw{Rule: id, Level: rules.FlawError, At: pack.At(at[id], field, message)})
		}
		_, failures, err := ruletest.Run(ctx, set, chosen, ruletest.Options{Samples: 1, Seed: 1})
		if err != nil {
			return nil, err
		}
		for _, f := range failures {
			note(f.Rule, exampleField(&pack.Rules[at[f.Rule]], f.Template), strings.TrimSpace(fmt.Sprintf("example %q: %s %s", f.Template, f.Reason, f.Where)))
		}
		hidden, err := ruletest.FindHidden(ctx, set, chosen, ruletest.Options{Seed: 1})
		if err != nil {
			return nil, err
		}
		for _, h := range hidden {
			note(h.Rule, patternField(&pack.Rules[at[h.Rule]]), h.Reason())
		}
		slices.SortStableFunc(flaws, func(a, b rules.Flaw) int { return a.At.Line - b.At.Line })
		all = append(all, flaws...)
	}
	return all, nil
}

// asMerged returns the rules of a pack as they are in the set, with the examples
// of the pack, and where each stands in the pack.
func asMerged(pack *rules.Pack, set *rules.Set) (chosen []*rules.Rule, at map[string]int) {
	at = map[string]int{}
	for i := range pack.Rules {
		written := &pack.Rules[i]
		index, ok := set.Index(written.ID)
		if !ok {
			continue // it is left out, or known under another name
		}
		merged := *set.Rules()[index]
		merged.Examples, merged.Counterexamples = written.Examples, written.Counterexamples
		chosen, at[written.ID] = append(chosen, &merged), i
	}
	return chosen, at
}

// exampleField names the place of a template in a rule.
func exampleField(r *rules.Rule, template string) string {
	if i := slices.Index(r.Examples, template); i >= 0 {
		return fmt.Sprintf("examples[%d]", i)
	}
	if i := slices.Index(r.Counterexamples, template); i >= 0 {
		return fmt.Sprintf("counterexamples[%d]", i)
	}
	return patternField(r)
}

// patternField names the place of what a rule looks for.
func patternField(r *rules.Rule) string {
	if r.Regex == "" && r.Near.Name != "" {
		return "near"
	}
	return "regex"
}

func flawsText(w io.Writer, packs []rules.Pack, flaws []rules.Flaw) error {
	count := map[rules.FlawLevel]int{}
	for _, f := range flaws {
		count[f.Level]++
		place := f.At.File
		if f.At.Line > 0 {
			place = fmt.Sprintf("%s:%d", f.At.File, f.At.Line)
		}
		if _, err := fmt.Fprintf(w, "%s: %s: %s\n", printable(place), f.Level, printable(f.At.Message)); err != nil {
			return err
		}
	}
	n := 0
	for i := range packs {
		n += len(packs[i].Rules)
	}
	_, err := fmt.Fprintf(w, "%s: %s, %s, %s\n", quantity(n, "rule"), quantity(count[rules.FlawError], "error"),
		quantity(count[rules.FlawWarning], "warning"), quantity(count[rules.FlawNote], "note"))
	return err
}

// quantity is a number with its noun.
func quantity(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// shownFlaw is a flaw in JSON.
type shownFlaw struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Rule    string `json:"rule"`
	Level   string `json:"level"`
	Message string `json:"message"`
}

func flawsJSON(w io.Writer, flaws []rules.Flaw) error {
	shown := make([]shownFlaw, 0, len(flaws))
	for _, f := range flaws {
		shown = append(shown, shownFlaw{f.At.File, f.At.Line, f.Rule, f.Level.String(), f.At.Message})
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(shown)
}
