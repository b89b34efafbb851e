// Package ruletest runs the examples and counterexamples of rules through the
// whole pipeline, as `keysieve rules test` and the tests of the built-in packs
// do.
//
// A template becomes a text (package sample), the text is put at the start, in
// the middle and at the end of a content and across the edges of a streamed
// content's blocks (package detect), and every rule of the set looks at it: an
// example must then be found by its own rule where one of its secrets stands,
// whatever the others find, and a counterexample must not. Of the random texts that
// stand for a token one in some thousands looks written or ordered, and is
// rightly no secret: an example fails when several texts of it do.
//
// The same set, options and seed give the same texts and the same answer.
package ruletest

import (
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/rules/check"
	"github.com/keysieve/keysieve/rules/sample"
	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/detect"
)

// Options say how thoroughly to test.
type Options struct {
	// Samples is how many texts are made of each template; 0: three.
	Samples int
	// Seed chooses the random texts.
	Seed uint64
}

// Failure is one example or counterexample that does not hold.
type Failure struct {
	Rule     string
	Template string // as the pack has it
	Where    string // "at the start", "across a block's edge"; empty when the template itself is wrong
	Reason   string // lower case, no full stop
}

// Error returns everything in one line.
func (f Failure) Error() string {
	if f.Where == "" {
		return fmt.Sprintf("%s: %q: %s", f.Rule, f.Template, f.Reason)
	}
	return fmt.Sprintf("%s: %q: %s %s", f.Rule, f.Template, f.Reason, f.Where)
}

// Summary counts what was run.
type Summary struct {
	Rules, Examples, Counterexamples int
	// Bare are the ids of the rules without an example.
	Bare []string
}

// tries is how many texts of an example are made before it counts as not found.
const tries = 3

// blockSize is small, in bytes, so that edges are met in small contents.
const blockSize = 4 << 10

// A runner tests the rules of one set.
type runner struct {
	set      *rules.Set
	opts     Options
	whole    *detect.Detector
	blocks   *detect.Detector
	summary  Summary
	failures []Failure
}

// Run tests the chosen rules, each of which the set must hold under its id;
// examples are taken from chosen, since a Set for scanning carries none. The
// failures stand in the order of the rules. The error is that of ctx.
func Run(ctx context.Context, set *rules.Set, chosen []*rules.Rule, opts Options) (Summary, []Failure, error) {
	r := newRunner(set, opts)
	for _, rule := range chosen {
		if err := ctx.Err(); err != nil {
			return r.summary, r.failures, err
		}
		if rule.SkipReport { // it is seen in what it is a part of only
			all := r.set
			r.use(all.Reporting(rule.ID))
			r.rule(rule)
			r.use(all)
			continue
		}
		r.rule(rule)
	}
	return r.summary, r.failures, nil
}

func newRunner(set *rules.Set, opts Options) *runner {
	if opts.Samples <= 0 {
		opts.Samples = 3
	}
	r := &runner{opts: opts}
	r.use(set)
	return r
}

// use makes the rules of a set those that look.
func (r *runner) use(set *rules.Set) {
	r.set, r.whole, r.blocks = set, detect.New(set), detect.NewWithBlocks(set, blockSize)
}

func (r *runner) fail(rule *rules.Rule, template, where, reason string) {
	r.failures = append(r.failures, *failure(rule, template, where, reason))
}

func failure(rule *rules.Rule, template, where, reason string) *Failure {
	return &Failure{rule.ID, template, where, reason}
}

func (r *runner) rule(rule *rules.Rule) {
	r.summary.Rules++
	index, ok := r.set.Index(rule.ID)
	if !ok {
		r.fail(rule, "", "", "the rule is not in the set")
		return
	}
	if len(rule.Examples) == 0 && !rule.SkipReport {
		r.summary.Bare = append(r.summary.Bare, rule.ID)
	}
	generator, err := generatorFor(rule)
	if err != nil {
		r.fail(rule, rule.Pattern(), "", err.Error())
		return
	}
	templates := func(list []string, test tester, tries int) {
		for _, template := range list {
			if word, meant := misspeltWord(template); word != "" {
				r.fail(rule, template, "", fmt.Sprintf("unknown template word %s: did you mean %s?", word, meant))
				continue
			}
			for n := range r.opts.Samples {
				if f := r.try(rule, index, template, generator, n, tries, test); f != nil {
					r.failures = append(r.failures, *f)
					break // one failure of a template says enough
				}
			}
		}
	}
	r.summary.Examples += len(rule.Examples)
	r.summary.Counterexamples += len(rule.Counterexamples)
	if rule.OnPaths() {
		templates(rule.Examples, r.pathExample(true), tries)
		templates(rule.Counterexamples, r.pathExample(false), 1)
		return
	}
	templates(rule.Examples, r.example, tries)
	templates(rule.Counterexamples, r.counterexample, 1)
}

// try tests the n-th sample of a template: up to so many texts, until one holds. It returns the first failure.
func (r *runner) try(rule *rules.Rule, index int, template string, g *sample.Generator, n, tries int, test tester) *Failure {
	var first *Failure
	var before string
	for again := range tries {
		e, err := sample.Expand(template, g, r.random(rule.ID, template, n, again))
		if err != nil {
			return failure(rule, template, "", err.Error())
		}
		if again > 0 && e.Text == before {
			break // there is nothing random in it
		}
		before = e.Text
		f := test(rule, index, template, e, n == 0)
		if f == nil {
			return nil
		}
		if first == nil {
			first = f
		}
	}
	return first
}

// generatorFor makes the samples of a rule, mended so that its check holds. It
// is nil for a rule on paths alone.
func generatorFor(rule *rules.Rule) (*sample.Generator, error) {
	if rule.OnPaths() {
		return nil, nil
	}
	var mend func(string) (string, bool)
	if rule.Check != "" {
		scheme, ok := check.ByName(rule.Check)
		if !ok {
			return nil, fmt.Errorf("there is no check %q", rule.Check)
		}
		mend = check.Mended(scheme)
	}
	if !rule.Reads() {
		return sample.New(anyContent, 0, mend)
	}
	return sample.New(rule.Pattern(), rule.SecretGroup, mend)
}

// anyContent is the regex of what a check that knows contents as a whole makes a sample of.
const anyContent = `(?s:.+)`

// random returns the source of one template's n-th sample, made again so many times, independent of what
// else is tested.
func (r *runner) random(id, template string, n, again int) *rand.Rand {
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%s\x00%s\x00%d", id, template, n)
	if again > 0 {
		_, _ = fmt.Fprintf(h, "\x00%d", again)
	}
	return rand.New(rand.NewPCG(r.opts.Seed, h.Sum64()))
}

// A tester runs one text of a template and returns how it fails, nil if it holds. The first
// text goes to more places than later ones, which are there for what differs
// from text to text.
type tester func(rule *rules.Rule, index int, template string, e sample.Expansion, first bool) *Failure

// example tests that the rule finds an example's secret wherever it stands, and that of its first one as surely as the rule says.
func (r *runner) example(rule *rules.Rule, index int, template string, e sample.Expansion, first bool) *Failure {
	places := around(e.Text)
	if first {
		places = append(places, r.acrossEdges(e.Text)...)
	}
	if !rule.Reads() {
		places = asWhole(e.Text)
	}
	for _, p := range places {
		found := p.scan(r)
		if !touched(found, e.Secrets, p.offset, index) {
			return failure(rule, template, p.where, "not found"+r.others(found, e.Secrets, p.offset)+plainWord(template))
		}
		found = slices.DeleteFunc(found, func(m detect.Match) bool {
			return m.Confidence < rule.Confidence && m.Check.Verdict != check.Fails // no check mends what a template makes without {{secret}}
		})
		if len(rule.Examples) > 0 && template == rule.Examples[0] && !touched(found, e.Secrets, p.offset, index) {
			return failure(rule, template, p.where, "the rule's first example, and found with less than its confidence,")
		}
	}
	return nil
}

// touched reports whether a match of the rule touches one of the secrets, moved
// by offset; in an example without a generated secret any match will do.
func touched(found []detect.Match, secrets []sample.Span, offset, rule int) bool {
	for _, m := range found {
		if m.Rule != rule {
			continue
		}
		if len(secrets) == 0 {
			return true
		}
		for _, s := range secrets {
			if m.Start < int64(s.End+offset) && m.End > int64(s.Start+offset) {
				return true
			}
		}
	}
	return false
}

// others names the rules that found a secret instead, for the failure's reason.
func (r *runner) others(found []detect.Match, secrets []sample.Span, offset int) string {
	var ids []string
	for i, rule := range r.set.Rules() {
		if touched(found, secrets, offset, i) {
			ids = append(ids, rule.ID)
		}
	}
	if len(ids) == 0 {
		return ""
	}
	return " (but by " + strings.Join(ids, ", ") + ")"
}

// counterexample tests that the rule finds nothing in a counterexample.
func (r *runner) counterexample(rule *rules.Rule, index int, template string, e sample.Expansion, _ bool) *Failure {
	places := around(e.Text)
	if !rule.Reads() {
		places = asWhole(e.Text)
	}
	for _, p := range places {
		if touched(p.scan(r), nil, 0, index) {
			return failure(rule, template, p.where, "found, although it is a counterexample,")
		}
	}
	return nil
}

// A placement is an example in a content.
type placement struct {
	where   string
	content string
	offset  int // of the example, in bytes
	split   int // the content is streamed in blocks, the first Write up to here; 0: it is looked at whole
}

// scan returns what all rules find.
func (p placement) scan(r *runner) []detect.Match {
	if p.split == 0 {
		return r.whole.Scan([]byte(p.content)).Matches
	}
	stream := r.blocks.NewStream()
	stream.Write([]byte(p.content[:p.split]))
	stream.Write([]byte(p.content[p.split:]))
	return stream.Close().Matches
}

// around puts a text at every place of a content that is looked at whole. It
// keeps its own lines: what stands around it is other lines.
func around(text string) []placement {
	before := prose(300)
	return []placement{
		{"alone", text, 0, 0},
		{"at the start", text + "\n" + before, 0, 0},
		{"in the middle", before + text + "\n" + before, len(before), 0},
		{"at the end", before + text, len(before), 0},
	}
}

// asWhole gives a text that is a content as a whole, at once and in pieces.
func asWhole(text string) []placement {
	return []placement{{"alone", text, 0, 0}, {"in pieces", text, 0, min(len(text), 50)}}
}

// acrossEdges puts a text across the edges of the first block of a content that
// is streamed: with its first byte, its first half and all but its last byte
// before where the block stops deciding, and half before where it ends.
func (r *runner) acrossEdges(text string) []placement {
	decided, end := r.blocks.FirstEdges()
	var list []placement
	for _, edge := range []struct {
		where      string
		at, before int
	}{
		{"across a block's edge", decided, 1},
		{"across a block's edge", decided, len(text) / 2},
		{"across a block's edge", decided, len(text) - 1},
		{"across a block's end", end, len(text) / 2},
	} {
		if offset := edge.at - edge.before; edge.before > 0 && offset > 0 {
			list = append(list, placement{edge.where, prose(offset) + text + "\n" + prose(end-offset+300), offset, end})
		}
	}
	return list
}

// prose returns n bytes of lines that hold nothing, ending in a line's end.
func prose(n int) string {
	const line = "the quick brown fox jumps over the lazy dog\n"
	if n <= 0 {
		return ""
	}
	text := strings.Repeat(line, n/len(line)+1)[:n]
	return text[:n-1] + "\n"
}

// pathExample tests a rule on paths alone, whose examples are paths, through
// the engine: such a rule is judged where content stands.
func (r *runner) pathExample(wanted bool) tester {
	return func(rule *rules.Rule, _ int, template string, e sample.Expansion, _ bool) *Failure {
		result, err := scanner.Scan(context.Background(), onePath(e.Text), scanner.Options{Set: r.set, Workers: 1, FailOn: rules.ConfidenceLow})
		if err != nil {
			return failure(rule, template, "", err.Error())
		}
		found := false
		for _, f := range result.Findings {
			found = found || f.Rule.ID == rule.ID
		}
		if found != wanted {
			return failure(rule, template, "as a path", map[bool]string{true: "not found", false: "found, although it is a counterexample,"}[wanted])
		}
		return nil
	}
}

// onePath is a source of one file.
type onePath string

// Blobs yields the file, whose content is a line of prose.
func (p onePath) Blobs(_ context.Context, yield func(scanner.Blob) error, _ func(scanner.Skip)) error {
	text := prose(50)
	return yield(scanner.Blob{
		Origins: []scanner.Origin{{Kind: scanner.KindPathName, Path: string(p)}},
		Size:    int64(len(text)),
		Open:    func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil },
	})
}
