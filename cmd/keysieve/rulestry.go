package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/keysieve/keysieve/report"
	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/ruletest"
	"github.com/keysieve/keysieve/scanner/source"
)

// tryFlags are the raw flags of rules try.
type tryFlags struct {
	on      []string
	history string
	all     bool
	changed bool // --history was given
}

// hereHistory is what --history means without a value.
const hereHistory = "."

func (a *app) rulesTryCommand() *cobra.Command {
	var flags tryFlags
	cmd := &cobra.Command{
		Use:   "try FILE [flags]",
		Short: "see what rules would find before they are published",
		Long: `See what the rules of FILE, a pack or a configuration, would find in files, or with
--history in all that a repository has ever held: their matches (masked), how many
they are, the time each rule takes, and which of the built-in rules' findings they
would replace or lose to. Nothing is changed, and findings do not turn the exit status.

Paths and thresholds of a configuration do not count here: all matches
of the rules are shown, whatever their confidence.`,
		Example: `  keysieve rules try my-rules.toml
  keysieve rules try my-rules.toml --on src --on ../other-project
  keysieve rules try my-rules.toml --history
  keysieve rules try my-rules.toml --on ../other-project --history
  keysieve rules try my-rules.toml --history=../mirror.git`,
		RunE: func(cmd *cobra.Command, args []string) error {
			flags.changed = cmd.Flags().Changed("history")
			if len(args) == 2 && flags.changed && flags.history == hereHistory { // an optional value is taken behind = only
				return &usageError{"rules try needs one file of rules, and was given " + args[0] + " and " + args[1], "to name a repository write --history=REPO, with the equals sign"}
			}
			if len(args) != 1 {
				return &usageError{"rules try needs one file of rules", "keysieve rules new ID --to my-rules.toml begins one"}
			}
			if flags.changed && len(flags.on) > 0 { // --on says which repository's
				if len(flags.on) > 1 || flags.history != hereHistory {
					return &usageError{message: "--history takes one repository: --on REPO --history, or --history=REPO"}
				}
				flags.history, flags.on = flags.on[0], nil
			}
			return a.tryRules(cmd.Context(), args[0], &flags)
		},
	}
	cmd.Flags().StringArrayVar(&flags.on, "on", nil, "scan the file or directory `PATH` (default the current directory); may repeat")
	cmd.Flags().StringVar(&flags.history, "history", "", "scan the history of `REPO`: --history alone that of the current directory, --history=REPO another")
	cmd.Flags().Lookup("history").NoOptDefVal = hereHistory
	cmd.Flags().BoolVar(&flags.all, "all", false, "show all matches, not the first ten of each rule")
	return cmd
}

// trial is what rules did on some material.
type trial struct {
	with    scanner.Result // the built-in rules and those of the file
	alone   scanner.Result // those of the file
	before  scanner.Result // the built-in ones
	rules   []*rules.Rule
	each    map[string]time.Duration // that each rule takes for a megabyte
	builtin time.Duration            // that all built-in rules take
	metered int64                    // bytes on which that was measured
	plain   bool                     // standard output is a file, or a terminal without Unicode
}

func (a *app) tryRules(ctx context.Context, file string, flags *tryFlags) error {
	draft, err := rules.OpenDraft(file)
	if err != nil {
		return err
	}
	full, err := draft.Set()
	if err != nil {
		return err
	}
	own, err := draft.Alone()
	if err != nil {
		return err
	}
	if own.Len() == 0 {
		return &usageError{message: file + " has no rules of its own to try"}
	}
	for _, r := range own.Rules() {
		if r.SkipReport { // what it finds as a part of others is to be seen, too
			own, full = own.Reporting(r.ID), full.Reporting(r.ID)
		}
	}
	built, err := rules.Builtin()
	if err != nil {
		return err
	}
	on, err := a.material(flags)
	if err != nil {
		return err
	}
	defer on.close()
	t := &trial{rules: own.Rules()}
	for _, run := range []struct {
		set  *rules.Set
		into *scanner.Result
	}{{own, &t.alone}, {built, &t.before}, {full, &t.with}} {
		options := scanner.Options{Set: run.set, FailOn: rules.ConfidenceLow, Command: "rules try", Version: version()}
		if *run.into, err = on.scan(ctx, options); err != nil {
			return err
		}
	}
	meter := ruletest.NewMeter(own, ruleIDs(own), built)
	if err := on.feed(ctx, meter); err != nil && ctx.Err() == nil {
		return err
	}
	t.each, t.builtin = meter.PerMegabyte()
	t.metered = meter.Bytes()
	t.plain = !a.terminalFor(colorNever).unicode
	w := bufio.NewWriter(a.stdout)
	t.write(w, flags.all)
	if err := w.Flush(); err != nil {
		return asIncomplete(err)
	}
	if len(t.with.Skipped) > 0 {
		first := t.with.Skipped[0]
		message := fmt.Sprintf("%s, first %s: %s", report.Incomplete(t.with), first.Path, first.Reason)
		return &incompleteError{err: errors.New("incomplete: " + report.Masked(t.with, message))}
	}
	return nil
}

// shownMatches is how many matches of a rule are shown unless all are asked for.
const shownMatches = 10

// write says of each rule what it found, takes and costs.
func (t *trial) write(w io.Writer, all bool) {
	say := func(format string, args ...any) {
		line := report.Masked(t.with, report.Masked(t.alone, fmt.Sprintf(format, args...)))
		if t.plain {
			line = strings.ReplaceAll(line, "•", "*")
		}
		_, _ = fmt.Fprintln(w, printable(line))
	}
	for _, r := range t.rules {
		found := findingsOf(t.with, r.ID)
		say("%s: %s%s", r.ID, matchCount(found), t.rate(", %s per MB", t.each[r.ID]))
		shown := 0
		for i := range found {
			for at, p := range found[i].Places {
				if shown++; shown > shownMatches && !all {
					break
				}
				text := found[i].Excerpt.Text
				if at > 0 { // the excerpt is the first place's line
					text = "the same secret"
				}
				say("  %s:%d:%d  %s  (%s)", p.Path, p.Line, p.Column, text, found[i].Confidence)
			}
		}
		if shown > shownMatches && !all {
			say("  and more: --all shows them")
		}
		for _, o := range overlaps(findingsOf(t.alone, r.ID), t.with, func(f *scanner.Finding) bool { return f.Rule.ID != r.ID }) {
			say("  %d reported by %s instead", o.n, o.rule)
		}
		for _, o := range t.ousted(found) {
			say("  %d that %s reports now", o.n, o.rule)
		}
	}
	cost := "; too little was read to tell the time"
	if t.metered >= leastMetered {
		cost = t.rate("; all built-in rules together take %s per MB", t.builtin)
	}
	s, noun := t.with.Summary, "file"
	if s.Objects > 0 {
		noun = "content"
	}
	say("%s on %s, %.1f MB%s", quantity(len(t.rules), "rule"), quantity(int(s.Blobs), noun), float64(s.Bytes)/1e6, cost)
}

func findingsOf(result scanner.Result, id string) []*scanner.Finding {
	var found []*scanner.Finding
	for i := range result.Findings {
		if result.Findings[i].Rule.ID == id {
			found = append(found, &result.Findings[i])
		}
	}
	return found
}

// matchCount says how many matches, secrets and files findings are about.
func matchCount(found []*scanner.Finding) string {
	places, secrets, files := 0, map[string]bool{}, map[string]bool{}
	for _, f := range found {
		places += len(f.Places)
		secrets[f.Secret.Reveal()] = true
		for _, p := range f.Places {
			files[p.Path] = true
		}
	}
	switch places {
	case 0:
		return "no match"
	case 1:
		return "1 match"
	}
	return fmt.Sprintf("%d matches of %s in %s", places, quantity(len(secrets), "secret"), quantity(len(files), "file"))
}

// leastMetered is how much must have been measured to tell a rate, in bytes: before that
// automata are built more than used.
const leastMetered = 1 << 20

// rate writes the time for a million bytes in milliseconds, where enough was measured.
func (t *trial) rate(format string, d time.Duration) string {
	if t.metered < leastMetered {
		return ""
	}
	if d < 10*time.Microsecond {
		return fmt.Sprintf(format, "under 0.01 ms")
	}
	return fmt.Sprintf(format, fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond)))
}

// overlap says how many findings a rule is involved in.
type overlap struct {
	rule string
	n    int
}

// ousted counts the findings of the built-in rules that are gone with the file's rules and
// stand where one of found does.
func (t *trial) ousted(found []*scanner.Finding) []overlap {
	left := map[string]bool{}
	for i := range t.with.Findings {
		left[t.with.Findings[i].Fingerprint] = true
	}
	return overlaps(found, t.before, func(f *scanner.Finding) bool { return !left[f.Fingerprint] })
}

// overlaps counts, by rule, those findings of a result that wanted keeps and that stand at a place of found.
func overlaps(found []*scanner.Finding, result scanner.Result, wanted func(*scanner.Finding) bool) []overlap {
	at := map[string][]scanner.Place{} // by path
	for _, f := range found {
		for _, p := range f.Places {
			at[p.Path] = append(at[p.Path], p)
		}
	}
	count := map[string]int{}
	for i := range result.Findings {
		f := &result.Findings[i]
		for _, p := range f.Places {
			if slices.ContainsFunc(at[p.Path], func(q scanner.Place) bool { return samePlace(p, q) }) && wanted(f) {
				count[f.Rule.ID]++
			}
		}
	}
	var list []overlap
	for id, n := range count {
		list = append(list, overlap{id, n})
	}
	slices.SortFunc(list, func(a, b overlap) int { return strings.Compare(a.rule, b.rule) })
	return list
}

// samePlace tells whether two places of one path share a character.
func samePlace(a, b scanner.Place) bool {
	before := func(line, column, otherLine, otherColumn int) bool {
		return line < otherLine || line == otherLine && column < otherColumn
	}
	return a.Commit == b.Commit && before(a.Line, a.Column, b.EndLine, b.EndColumn) && before(b.Line, b.Column, a.EndLine, a.EndColumn)
}

// material is what rules are tried on. Each scan makes its source anew.
type material struct {
	scan  func(context.Context, scanner.Options) (scanner.Result, error)
	feed  func(context.Context, *ruletest.Meter) error
	close func()
}

func (a *app) material(flags *tryFlags) (material, error) {
	if flags.changed {
		return a.historyMaterial(flags.history)
	}
	open := func() (*source.Dir, error) { return source.NewDir(source.DirOptions{Paths: flags.on}) }
	if _, err := open(); err != nil {
		return material{}, err
	}
	return material{
		scan: func(ctx context.Context, options scanner.Options) (scanner.Result, error) {
			src, err := open()
			if err != nil {
				return scanner.Result{}, err
			}
			return scanner.Scan(ctx, src, options)
		},
		feed: func(ctx context.Context, m *ruletest.Meter) error {
			src, err := open()
			if err != nil {
				return err
			}
			return feedBlobs(ctx, src, m)
		},
		close: func() {},
	}, nil
}

// maxMetered is how large a content may be to be measured, in bytes.
const maxMetered = 1 << 20

var errEnough = errors.New("enough was measured")

// feedBlobs measures rules on the files of a source. What cannot be read was named by the scan.
func feedBlobs(ctx context.Context, src scanner.Source, m *ruletest.Meter) error {
	err := src.Blobs(ctx, func(b scanner.Blob) error {
		if m.Full() {
			return errEnough
		}
		if b.Origins[0].Kind != scanner.KindFile || b.Size > maxMetered {
			return ctx.Err()
		}
		r, err := b.Open()
		if err != nil {
			return ctx.Err()
		}
		content, err := io.ReadAll(io.LimitReader(r, maxMetered))
		if r.Close() == nil && err == nil {
			m.Add(content)
		}
		return ctx.Err()
	}, func(scanner.Skip) {})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// historyMaterial is the history of a repository.
func (a *app) historyMaterial(path string) (material, error) {
	var args []string
	if path != hereHistory {
		args = []string{path}
	}
	repo, err := a.openHistory(args)
	if err != nil {
		return material{}, err
	}
	return material{
		scan: func(ctx context.Context, options scanner.Options) (scanner.Result, error) {
			return scanner.ScanHistory(ctx, source.NewHistory(repo, source.HistoryOptions{}), options)
		},
		feed: func(ctx context.Context, m *ruletest.Meter) error {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			examiner := func() scanner.Examiner { return &metered{m, cancel} }
			_, err := source.NewHistory(repo, source.HistoryOptions{Workers: 1}).Walk(ctx, 1, examiner, func(scanner.Skip) {})
			if m.Full() {
				return nil // it was ended for that
			}
			return err
		},
		close: func() { _ = repo.Close() }, // read only: nothing can be lost
	}, nil
}

// metered measures rules on the contents of a history until there are enough.
type metered struct {
	meter  *ruletest.Meter
	enough context.CancelFunc
}

// Examine implements scanner.Examiner.
func (m *metered) Examine(c *scanner.Content, _ any) (any, error) {
	if c.Kind == scanner.KindFile && len(c.Bytes) <= maxMetered {
		m.meter.Add(c.Bytes)
	}
	if m.meter.Full() {
		m.enough()
	}
	return nil, nil
}
