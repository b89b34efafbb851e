package rules

import (
	"crypto/sha256"
	"encoding/binary"
	"math"

	"github.com/keysieve/keysieve/rules/shape"
)

// The compact form of packs, in which the built-in rules are embedded. It is
// written and read by one build of one program, so it has a version instead of
// compatibility: the magic, a stamp of all that follows it, a header with what rules
// with a Near share, then the packs with all their rules, field after
// field in the order of the code below. Numbers are unsigned varints, signed ones zigzag varints
// (encoding/binary), floats the eight bytes of their IEEE 754 form, strings a length and bytes,
// lists a count and elements. The header says how many strings, allowlists and so
// on all lists hold together, so that each kind is allocated once. Examples and
// counterexamples are left out; shapes are put in.

// compactMagic changes whenever the form, the fields of Rule or the meaning of a
// Shape do.
const compactMagic = "keysieve rules 10\n"

// compactCounts are the numbers of things in lists, over all packs.
type compactCounts struct {
	packs, rules, strings, required, allowlists, lowerings int
}

// fields returns the counts in the order in which they are written.
func (c *compactCounts) fields() []*int {
	return []*int{&c.packs, &c.rules, &c.strings, &c.required, &c.allowlists, &c.lowerings}
}

// The bits of a rule's flags.
const (
	flagGeneric = 1 << iota
	flagJudge
	flagDrop
	flagSkipReport
	flagRequired
	flagAllowlists
	flagNear
	flagKeyed
	flagPublic
	flagEntries
	flagStored
)

// compactWriter appends values to its buffer and counts what lists hold.
type compactWriter struct {
	buf    []byte
	counts compactCounts
}

// encodePacks writes packs, whose shapes must be set, in the compact form.
func encodePacks(packs []Pack, shared sharedCodes) []byte {
	var w compactWriter
	w.counts.packs = len(packs)
	for i := range packs {
		w.pack(&packs[i])
	}
	var head compactWriter
	for _, code := range shared.list() {
		head.text(string(*code))
	}
	for _, n := range w.counts.fields() {
		head.uint(*n)
	}
	body := append(head.buf, w.buf...)
	sum := sha256.Sum256(body)
	stamp := max(1, binary.LittleEndian.Uint64(sum[:])) // 0 stands for none
	return append(binary.LittleEndian.AppendUint64([]byte(compactMagic), stamp), body...)
}

// bodyAt is where what the stamp is of begins.
const bodyAt = len(compactMagic) + 8

func (w *compactWriter) pack(p *Pack) {
	w.text(p.ID)
	w.text(p.Description)
	w.text(p.file)
	w.allowlists(p.Allowlists)
	w.lowerings(p.Lowerings)
	w.uint(len(p.Rules))
	w.counts.rules += len(p.Rules)
	for i := range p.Rules {
		w.rule(&p.Rules[i])
		w.shape(p.shapeOf(i), &p.Rules[i])
	}
}

func (w *compactWriter) rule(r *Rule) {
	flags := 0
	for _, f := range []struct {
		bit int
		set bool
	}{
		{flagGeneric, r.Generic}, {flagJudge, r.Judge}, {flagDrop, r.OnFail == Drop}, {flagSkipReport, r.SkipReport},
		{flagRequired, len(r.Required) > 0}, {flagAllowlists, len(r.Allowlists) > 0}, {flagNear, r.Near.set()}, {flagKeyed, r.Near.Keyed}, {flagPublic, r.Public}, {flagEntries, r.Entries != ""}, {flagStored, r.Stored},
	} {
		if f.set {
			flags |= f.bit
		}
	}
	w.uint(flags)
	for _, s := range []string{r.ID, r.Description, r.Provider, r.Regex, r.Path, r.Check, r.Remedy, r.Docs} {
		w.text(s)
	}
	if r.Near.set() {
		for _, f := range r.Near.fields() {
			w.text(f.regex)
		}
	}
	if r.Entries != "" {
		w.text(r.Entries)
	}
	for _, n := range []int{r.SecretGroup, r.MaxLength, int(r.Severity), int(r.Confidence)} {
		w.uint(n)
	}
	w.float(r.Entropy)
	w.float(r.Randomness)
	w.texts(r.Keywords)
	w.texts(r.Tags)
	if len(r.Required) > 0 {
		w.uint(len(r.Required))
		w.counts.required += len(r.Required)
		for _, need := range r.Required {
			w.text(need.ID)
			w.int(need.WithinLines)
			w.int(need.WithinColumns)
			w.bool(need.Optional)
		}
	}
	if len(r.Allowlists) > 0 {
		w.allowlists(r.Allowlists)
	}
}

func (w *compactWriter) allowlists(lists []Allowlist) {
	w.uint(len(lists))
	w.counts.allowlists += len(lists)
	for i := range lists {
		a := &lists[i]
		w.text(a.Description)
		w.bool(a.And)
		w.bool(a.OnlyHere)
		w.text(a.RegexTarget)
		for _, list := range [][]string{a.Paths, a.Regexes, a.Stopwords, a.Commits, a.TargetRules} {
			w.texts(list)
		}
	}
}

func (w *compactWriter) lowerings(list []Lowering) {
	w.uint(len(list))
	w.counts.lowerings += len(list)
	for i := range list {
		w.text(list[i].Description)
		w.texts(list[i].Paths)
		w.texts(list[i].ExceptPaths)
		w.texts(list[i].TargetRules)
	}
}

// shape writes a shape; its regex only where it is not the rule's own. Of a rule with a Near most of the regex is what
// all of these share: it is made from the rule, and its code put together from parts, when they are needed.
func (w *compactWriter) shape(s *shape.Shape, r *Rule) {
	if !r.Near.set() {
		same := s.Regex == r.Regex
		w.bool(same)
		if !same {
			w.text(s.Regex)
		}
		w.text(string(s.Code))
	} else {
		for _, code := range r.Near.codes.list() {
			w.text(string(*code))
		}
	}
	w.uint(s.Value.Max)
	if s.Value.Known() {
		w.uint(s.Value.Min)
		w.class(s.Value.Class)
	}
	w.bool(s.OneLine)
	w.int(s.MinLen)
	w.int(s.MaxLen)
	w.uint(s.Run.Len)
	w.class(s.Run.Class)
	w.text(packLiterals(s))
}

// packLiterals writes a shape's literals by themselves, which they may be already; none as nothing.
func packLiterals(s *shape.Shape) string {
	if len(s.Literals) == 0 {
		return s.Packed
	}
	var w compactWriter
	w.uint(len(s.Literals))
	for _, l := range s.Literals {
		w.text(l.Text)
		w.bool(l.Fold)
		w.int(l.Before)
		w.int(l.After)
		w.bool(l.Broken)
		w.uint(l.Rare)
	}
	return string(w.buf)
}

func (w *compactWriter) class(c shape.Class) {
	for _, word := range c {
		w.buf = binary.AppendUvarint(w.buf, word>>32)
		w.buf = binary.AppendUvarint(w.buf, word&0xffffffff)
	}
}

func (w *compactWriter) uint(n int) { w.buf = binary.AppendUvarint(w.buf, uint64(n)) }
func (w *compactWriter) int(n int)  { w.buf = binary.AppendVarint(w.buf, int64(n)) }

func (w *compactWriter) float(f float64) {
	w.buf = binary.LittleEndian.AppendUint64(w.buf, math.Float64bits(f))
}

func (w *compactWriter) bool(b bool) {
	if b {
		w.buf = append(w.buf, 1)
	} else {
		w.buf = append(w.buf, 0)
	}
}

func (w *compactWriter) text(s string) {
	w.uint(len(s))
	w.buf = append(w.buf, s...)
}

func (w *compactWriter) texts(list []string) {
	w.uint(len(list))
	w.counts.strings += len(list)
	for _, s := range list {
		w.text(s)
	}
}
