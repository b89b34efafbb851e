package scanner

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/keysieve/keysieve/scanner/detect"
)

// collect turns a blob's matches into findings, one for each rule, secret and
// path, judging what depends on where the content stands.
func (e *engine) collect(ctx context.Context, w *reader, b Blob, res detect.Result) {
	e.noteContent(b.Origins, res.Keyless)
	var unused []Place
	accepted := 0
	for i, origin := range b.Origins {
		matches, ok := e.here(ctx, w, b, origin, res.Matches)
		if !ok {
			return
		}
		if i == len(b.Origins)-1 {
			res.Matches = nil // of which there may be a hundred megabytes
		}
		e.list(b.ID, origin, e.withoutParts(origin, matches), &res)
		if origin.Kind != KindPathName {
			accepted += res.Accepted
			unused = append(unused, unusedAt(origin, res.Directives)...)
		}
	}
	if len(unused) == 0 && accepted == 0 {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.unused.add(unused)
	e.accepted += accepted
}

// here keeps the matches that count at an origin and are new there.
func (e *engine) here(ctx context.Context, w *reader, b Blob, origin Origin, matches []detect.Match) ([]detect.Match, bool) {
	kept := e.counting(origin, matches)
	if len(kept) == 0 || b.Before == nil || origin.Kind != KindFile {
		return kept, true
	}
	before, err := e.secretsBefore(ctx, w, b, origin)
	if err == nil {
		kept = slices.DeleteFunc(kept, func(m detect.Match) bool { return before.known[identity(m.Secret)] })
		kept, err = e.tellApart(ctx, b, origin, before, kept)
	}
	if err != nil {
		// What cannot be compared counts as new: that is the safe side, and it is said.
		e.skip(Skip{Path: origin.Path, Reason: "reading what stood here before: " + err.Error()})
	}
	return kept, err == nil || ctx.Err() == nil
}

// counting keeps the matches that count at an origin: its path may be out of a
// rule's scope, or allowed.
func (e *engine) counting(origin Origin, matches []detect.Match) []detect.Match {
	kept := make([]detect.Match, 0, len(matches))
	for _, m := range matches {
		if re := e.opts.Set.Program(m.Rule).Path(); re != nil && !re.MatchString(origin.Path) {
			continue
		}
		lists := e.opts.Set.Allowlists(m.Rule)
		if slices.ContainsFunc(m.Pending, func(i int) bool { return lists[i].Place(origin.Path, origin.Commit) }) {
			m.Allow() // no generic rule may report it instead
		}
		kept = append(kept, m)
	}
	return e.detector().Resolve(kept)
}

// assemble groups the matches at one origin by rule and secret.
func (e *engine) assemble(origin Origin, matches []detect.Match, all []detect.Known) []Finding {
	type key struct {
		rule   int
		secret string
	}
	var findings []Finding
	index := make(map[key]int, len(matches))
	var quotes quoter
	for i := range matches {
		m := &matches[i]
		place := Place{Origin: origin, Line: m.Line, Column: m.Column, EndLine: m.EndLine, EndColumn: m.EndColumn}
		k := key{m.Rule, identity(m.Secret)}
		if at, ok := index[k]; ok {
			findings[at].Places = append(findings[at].Places, place)
			findings[at].addParts(e.parts(m, origin))
			continue
		}
		index[k] = len(findings)
		rule := e.opts.Set.Rules()[m.Rule]
		confidence, reasons := lowered(e.opts.Set, m.Rule, origin.Path, m.Confidence, m.Reasons)
		findings = append(findings, Finding{
			Rule: rule, Secret: NewSecret(m.Secret), Whole: m.Whole,
			Fingerprint: Fingerprint(rule.ID, origin.Path, m.Secret),
			Severity:    m.Severity, Confidence: confidence,
			Check: checkPhrase(m.Check.Notes), Reasons: reasons,
			Parts:   e.parts(m, origin),
			Excerpt: quotes.excerpt(m, all),
			Places:  []Place{place},
			Blocks:  e.blocks(origin, m.Severity, confidence),
		})
		m.Excerpt = ""
	}
	return findings
}

func checkPhrase(notes []string) string {
	if len(notes) > 0 {
		return notes[0]
	}
	return ""
}

// Fingerprint identifies a finding for baselines and waivers: by rule, path and
// secret, never by a line number or a commit. It is the first 16 hexadecimal
// digits of the SHA-256 of the three, separated by zero bytes. A secret of several lines has
// one fingerprint whatever ends its lines and however they are indented or escaped.
func Fingerprint(rule, path, secret string) string {
	sum := sha256.Sum256([]byte(rule + "\x00" + path + "\x00" + identity(secret)))
	return hex.EncodeToString(sum[:8])
}

// unusedAt returns the places of directives that accepted nothing.
func unusedAt(origin Origin, directives []detect.Directive) []Place {
	var out []Place
	for _, d := range directives {
		if !d.Used && !d.Foreign() { // another scanner may need its own
			out = append(out, Place{Origin: origin, Line: d.Line, Column: d.Column, EndLine: d.Line, EndColumn: d.Column, Problem: d.Problem})
		}
	}
	return out
}

// result sorts what the workers collected.
func (e *engine) result() Result {
	unused, more := e.unused.all()
	e.skipped = append(e.skipped, more...)
	r := Result{Findings: e.findings, Skipped: e.skipped, Unused: unused, Rules: e.opts.Set.Rules()}
	if e.cut.Load() {
		r.Skipped = append(r.Skipped, interruption(e.cause))
	}
	r.Findings = e.contentsFirst(joined(r.Findings))
	for i := range r.Findings {
		if r.Findings[i].Exposure == nil { // else the place that introduced it is the first
			slices.SortFunc(r.Findings[i].Places, compareInTime)
		}
	}
	slices.SortFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(comparePlaces(a.Places[0], b.Places[0]), strings.Compare(a.Rule.ID, b.Rule.ID), strings.Compare(a.Fingerprint, b.Fingerprint))
	})
	slices.SortFunc(r.Skipped, func(a, b Skip) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Reason, b.Reason))
	})
	r.Summary = Summary{
		Command: e.opts.Command, Root: e.root(), Version: e.opts.Version,
		Blobs: e.blobs.Load(), Bytes: e.bytes.Load(), Rules: e.opts.Set.Len(),
		Findings: len(r.Findings), Skipped: len(r.Skipped), Suppressed: e.accepted, Excluded: e.excluded,
		Started: e.started, Elapsed: time.Since(e.started), Interrupted: e.cut.Load(),
	}
	for _, f := range r.Findings {
		if f.Blocks {
			r.Summary.Blocking++
		}
	}
	e.veilNames(&r)
	switch {
	case e.cut.Load(): // what was found is some of it
		r.ExitCode = ExitIncomplete
	case r.Summary.Blocking > 0, e.crowds.blocks:
		r.ExitCode = ExitFindings
	case len(r.Skipped) > 0:
		r.ExitCode = ExitIncomplete
	}
	return r
}

// joined makes one finding of those with one rule, path and secret, which
// several contents may hold: those of a file's versions in a range, both sides of a
// conflict. The one whose place comes first says the rest, the surest one why it is a secret.
func joined(findings []Finding) []Finding {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(strings.Compare(a.Fingerprint, b.Fingerprint), strings.Compare(a.Rule.ID, b.Rule.ID), compareInTime(a.Places[0], b.Places[0]))
	})
	kept := findings[:0]
	for _, f := range findings {
		last := len(kept) - 1
		if last < 0 || f.Exposure != nil || kept[last].Fingerprint != f.Fingerprint || kept[last].Rule != f.Rule || !kept[last].Secret.same(f.Secret) {
			kept = append(kept, f)
			continue
		}
		k := &kept[last]
		k.Places = append(k.Places, f.Places...)
		if f.Confidence > k.Confidence {
			k.Confidence, k.Check, k.Reasons = f.Confidence, f.Check, f.Reasons
		}
		k.addParts(f.Parts)
		k.Severity, k.Blocks = max(k.Severity, f.Severity), k.Blocks || f.Blocks
	}
	return kept
}

// compareInTime orders the places of one finding: the commit that brought it first.
func compareInTime(a, b Place) int { return cmp.Or(a.Date.Compare(b.Date), comparePlaces(a, b)) }

func comparePlaces(a, b Place) int {
	return cmp.Or(strings.Compare(a.Path, b.Path), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Column, b.Column), a.Date.Compare(b.Date), strings.Compare(a.Commit, b.Commit))
}

// sizeOf returns the size of a content that knows it, or -1.
func sizeOf(content io.Reader) int64 {
	f, ok := content.(interface{ Stat() (os.FileInfo, error) })
	if !ok {
		return -1
	}
	info, err := f.Stat()
	if err != nil {
		return -1
	}
	return info.Size()
}
