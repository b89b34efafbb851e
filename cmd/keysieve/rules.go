package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/keysieve/keysieve/rules"
)

func (a *app) rulesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rules COMMAND",
		Short: "list, show, test and write rules",
		Long: `List, show and test the rules that apply here: the built-in ones and those of
.keysieve.toml and --pack. new, lint and try help to write rules of one's own.`,
		Example: `  keysieve rules list
  keysieve rules show github-pat-classic
  keysieve rules test --pack my-rules.toml
  keysieve rules new acme-api-key --to my-rules.toml
  keysieve rules lint my-rules.toml
  keysieve rules try my-rules.toml --on src`,
	}
	return subCommands(cmd, a.rulesListCommand(), a.rulesShowCommand(), a.rulesTestCommand(), a.rulesSampleCommand(),
		a.rulesNewCommand(), a.rulesLintCommand(), a.rulesTryCommand())
}

// resolveHere resolves the rules for the current directory and tells warnings.
func (a *app) resolveHere(f *ruleFlags) (*rules.Set, error) {
	at, err := currentPlace()
	if err != nil {
		return nil, err
	}
	c, err := resolveRules(f, at)
	if err != nil {
		return nil, err
	}
	a.tell("warning: ", c.warnings)
	return c.set, nil
}

// listFormats are what --format of rules list takes.
func listFormats() []string { return []string{"text", "json"} }

func (a *app) rulesListCommand() *cobra.Command {
	var flags ruleFlags
	var format string
	cmd := &cobra.Command{
		Use:   "list [flags]",
		Short: "list the rules",
		Example: `  keysieve rules list
  keysieve rules list --format json | jq -r '.[].id'
  keysieve rules list --no-builtin --pack my-rules.toml`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			if !slices.Contains(listFormats(), format) {
				return unknown("format", format, listFormats())
			}
			set, err := a.resolveHere(&flags)
			if err != nil {
				return err
			}
			w := bufio.NewWriter(a.stdout)
			if format == "json" {
				err = listJSON(w, set.Rules())
			} else {
				err = listTable(w, set.Rules())
			}
			if err == nil {
				err = w.Flush()
			}
			return asIncomplete(err)
		},
	}
	cmd.Flags().StringVarP(&format, "format", "f", "text", "write the list as `FORMAT`: "+joined(listFormats()))
	valuesOf(cmd, "format", listFormats())
	flags.add(cmd)
	return cmd
}

func listTable(w io.Writer, list []*rules.Rule) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "ID\tPROVIDER\tSEVERITY\tCONFIDENCE\tPACK")
	for _, r := range list {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", r.ID, printable(r.Provider), r.Severity, r.Confidence, printable(r.Pack))
	}
	return table.Flush() // returns the first error of a write
}

// listedRule is a rule in the JSON list.
type listedRule struct {
	ID          string   `json:"id"`
	Description string   `json:"description"`
	Provider    string   `json:"provider"`
	Severity    string   `json:"severity"`
	Confidence  string   `json:"confidence"`
	Pack        string   `json:"pack"`
	Check       string   `json:"check"`
	Tags        []string `json:"tags"`
}

func listJSON(w io.Writer, list []*rules.Rule) error {
	out := make([]listedRule, 0, len(list))
	for _, r := range list {
		tags := r.Tags
		if tags == nil {
			tags = []string{}
		}
		out = append(out, listedRule{r.ID, r.Description, r.Provider, r.Severity.String(), r.Confidence.String(), r.Pack, r.Check, tags})
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(out)
}

func (a *app) rulesShowCommand() *cobra.Command {
	var flags ruleFlags
	cmd := &cobra.Command{
		Use:     "show ID... [flags]",
		Short:   "show everything about a rule",
		Example: "  keysieve rules show aws-access-key-id",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return &usageError{"rules show needs the id of a rule", "keysieve rules list shows them all"}
			}
			set, err := a.resolveHere(&flags)
			if err != nil {
				return err
			}
			chosen, err := chooseRules(set, args)
			if err != nil {
				return err
			}
			if chosen, err = withExamples(chosen); err != nil {
				return err
			}
			w := bufio.NewWriter(a.stdout)
			for i, r := range chosen {
				if i > 0 {
					_, _ = fmt.Fprintln(w)
				}
				showRule(w, r)
			}
			return asIncomplete(w.Flush())
		},
		ValidArgsFunction: completeRules,
	}
	flags.add(cmd)
	return cmd
}

// chooseRules returns the rules with the given ids, all of them for none.
func chooseRules(set *rules.Set, ids []string) ([]*rules.Rule, error) {
	if len(ids) == 0 {
		return set.Rules(), nil
	}
	var chosen []*rules.Rule
	for _, id := range ids {
		i, ok := set.Index(id)
		if !ok {
			return nil, unknown("rule", id, ruleIDs(set))
		}
		chosen = append(chosen, set.Rules()[i])
	}
	return chosen, nil
}

func ruleIDs(set *rules.Set) []string {
	ids := make([]string, 0, set.Len())
	for _, r := range set.Rules() {
		ids = append(ids, r.ID)
	}
	return ids
}

// completeRules completes the ids of the built-in rules.
func completeRules(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
	set, err := rules.Builtin()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var found []string
	for _, r := range set.Rules() {
		if strings.HasPrefix(r.ID, begun) {
			found = append(found, r.ID+"\t"+r.Description)
		}
	}
	return found, cobra.ShellCompDirectiveNoFileComp
}

// withExamples completes built-in rules with their examples, which a Set for
// scanning does not carry. A rule that was changed to another regex keeps none.
func withExamples(chosen []*rules.Rule) ([]*rules.Rule, error) {
	packs, err := rules.BuiltinPacks()
	if err != nil {
		return nil, err
	}
	written := map[string]*rules.Rule{}
	for i := range packs {
		for j := range packs[i].Rules {
			written[packs[i].Rules[j].ID] = &packs[i].Rules[j]
		}
	}
	complete := make([]*rules.Rule, len(chosen))
	for i, r := range chosen {
		complete[i] = r
		from, ok := written[r.ID]
		if !ok || len(r.Examples)+len(r.Counterexamples) > 0 || from.Pattern() != r.Pattern() {
			continue
		}
		full := *r
		full.Examples, full.Counterexamples = from.Examples, from.Counterexamples
		complete[i] = &full
	}
	return complete, nil
}

// showRule writes what a rule is, a line for each thing that it states.
func showRule(w io.Writer, r *rules.Rule) {
	row := func(name string, values ...string) {
		for _, value := range values {
			if value != "" {
				_, _ = fmt.Fprintf(w, "%-15s %s\n", name, printable(value))
				name = ""
			}
		}
	}
	row("id", r.ID)
	row("description", r.Description)
	row("provider", r.Provider)
	row("pack", r.Pack)
	row("severity", r.Severity.String())
	row("confidence", r.Confidence.String())
	row("regex", r.Regex)
	row("near.name", r.Near.Name)
	row("near.value", r.Near.Value)
	row("near.other", r.Near.Other)
	if r.Near.Keyed {
		row("near.keyed", "yes: a word like key or token stands between name and value")
	}
	row("path", r.Path)
	showConditions(row, r)
	row("tags", strings.Join(r.Tags, ", "))
	row("remedy", r.Remedy)
	row("docs", r.Docs)
	row("examples", r.Examples...)
	row("counterexamples", r.Counterexamples...)
	for _, list := range r.Allowlists {
		row("allowlist", allowlistText(list))
	}
}

// showConditions writes in rows what a rule asks of a match, and what becomes of it.
func showConditions(row func(name string, values ...string), r *rules.Rule) {
	number := func(n float64) string {
		if n == 0 {
			return ""
		}
		return fmt.Sprintf("%g", n)
	}
	row("secret group", number(float64(r.SecretGroup)))
	row("entries", r.Entries)
	row("keywords", strings.Join(r.Keywords, ", "))
	row("entropy", number(r.Entropy))
	row("randomness", number(r.Randomness))
	if r.Generic {
		row("generic", "yes: yields to every other rule")
	}
	if r.Stored {
		row("stored", "yes: unless its name says that it is an id, a sum or no secret")
	}
	if r.Check != "" {
		row("check", fmt.Sprintf("%s (on failure: %s)", r.Check, r.OnFail))
	}
	if r.SkipReport {
		shown := "only with what it belongs to"
		if r.Public {
			shown += ", and shown"
		}
		row("reported", shown)
	}
	row("max length", number(float64(r.MaxLength)))
	for _, need := range r.Required {
		word := "requires"
		if need.Optional {
			word = "goes with"
		}
		row(word, requirement(need))
	}
}

func requirement(need rules.Required) string {
	text := need.ID
	if need.WithinLines >= 0 {
		text += fmt.Sprintf(" within %d lines", need.WithinLines)
	}
	if need.WithinColumns >= 0 {
		text += fmt.Sprintf(" within %d columns", need.WithinColumns)
	}
	return text
}

// allowlistText puts an allowlist in one line.
func allowlistText(list rules.Allowlist) string {
	var parts []string
	part := func(name string, values []string) {
		if len(values) > 0 {
			parts = append(parts, name+" "+joined(values))
		}
	}
	if list.Description != "" {
		parts = append(parts, list.Description)
	}
	part("paths", list.Paths)
	target := list.RegexTarget
	if target == "" {
		target = rules.TargetSecret
	}
	part("regexes on the "+target, list.Regexes)
	part("stop words", list.Stopwords)
	part("commits", list.Commits)
	text := strings.Join(parts, "; ")
	if list.And {
		text += " (all must hold)"
	}
	if list.OnlyHere {
		text += " (for this rule only: generic rules may report it)"
	}
	return text
}
