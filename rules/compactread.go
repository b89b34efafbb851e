package rules

import (
	"encoding/binary"
	"errors"
	"math"
	"strings"

	"github.com/keysieve/keysieve/rules/nfa"
	"github.com/keysieve/keysieve/rules/shape"
)

var (
	errNotPrepared = errors.New("they were not prepared, or for another version")
	errDamaged     = errors.New("they are damaged")
)

// compactReader reads the compact form. Strings alias data. Each kind of list is
// cut from one allocation of the size that the header gives.
type compactReader struct {
	data    string
	pos     int
	damaged bool

	strings    []string
	required   []Required
	allowlists []Allowlist
	lowerings  []Lowering
	rules      []Rule
	shapes     []shape.Shape
	pointers   []*shape.Shape
}

// decodePacks reads what encodePacks wrote.
func decodePacks(data string) ([]Pack, error) {
	if !strings.HasPrefix(data, compactMagic) {
		return nil, errNotPrepared
	}
	if len(data) < bodyAt {
		return nil, errDamaged
	}
	stamp := binary.LittleEndian.Uint64([]byte(data[len(compactMagic):bodyAt]))
	r := compactReader{data: data, pos: bodyAt}
	r.shared(&sharedCodes{})
	var counts compactCounts
	for _, n := range counts.fields() {
		// Whatever is counted takes a byte at least, so that damaged counts
		// cannot ask for much memory.
		*n = r.count(len(data))
	}
	r.strings = make([]string, counts.strings)
	r.required = make([]Required, counts.required)
	r.allowlists = make([]Allowlist, counts.allowlists)
	r.lowerings = make([]Lowering, counts.lowerings)
	r.rules = make([]Rule, counts.rules)
	r.shapes = make([]shape.Shape, counts.rules)
	r.pointers = make([]*shape.Shape, counts.rules)
	packs := make([]Pack, counts.packs)
	for i := range packs {
		r.pack(&packs[i])
		packs[i].stamp = stamp
	}
	if r.damaged || r.pos != len(data) {
		return nil, errDamaged
	}
	return packs, nil
}

// shared reads what rules with a Near share.
func (r *compactReader) shared(s *sharedCodes) {
	for _, code := range s.list() {
		*code = nfa.Code(r.text())
	}
}

func (r *compactReader) pack(p *Pack) {
	p.ID = r.text()
	p.Description = r.text()
	p.file = r.text()
	p.Allowlists = r.allowlistList()
	p.Lowerings = r.loweringList()
	n := r.count(len(r.rules))
	p.Rules = cut(&r.rules, n)
	shapes := cut(&r.shapes, n)
	if p.shapes = cut(&r.pointers, n); p.shapes == nil {
		p.shapes = []*shape.Shape{} // prepared all the same, and so validated
	}
	for i := range p.Rules {
		r.rule(&p.Rules[i])
		p.Rules[i].Pack = p.ID
		r.shape(&shapes[i], &p.Rules[i])
		p.shapes[i] = &shapes[i]
	}
}

func (r *compactReader) rule(rule *Rule) {
	flags := r.uint()
	rule.Generic = flags&flagGeneric != 0
	rule.Judge = flags&flagJudge != 0
	if flags&flagDrop != 0 {
		rule.OnFail = Drop
	}
	rule.SkipReport = flags&flagSkipReport != 0
	rule.Public = flags&flagPublic != 0
	rule.Stored = flags&flagStored != 0
	rule.ID = r.text()
	rule.Description = r.text()
	rule.Provider = r.text()
	rule.Regex = r.text()
	rule.Path = r.text()
	rule.Check = r.text()
	rule.Remedy = r.text()
	rule.Docs = r.text()
	if flags&flagNear != 0 {
		rule.Near = Near{Name: r.text(), Value: r.text(), Other: r.text(), Keyed: flags&flagKeyed != 0}
	}
	if flags&flagEntries != 0 {
		rule.Entries = r.text()
	}
	rule.SecretGroup = r.uint()
	rule.MaxLength = r.uint()
	rule.Severity = Severity(r.uint())
	rule.Confidence = Confidence(r.uint())
	rule.Entropy = r.float()
	rule.Randomness = r.float()
	rule.Keywords = r.texts()
	rule.Tags = r.texts()
	if flags&flagRequired != 0 {
		rule.Required = cut(&r.required, r.count(len(r.required)))
		for i := range rule.Required {
			rule.Required[i] = Required{ID: r.text(), WithinLines: r.int(), WithinColumns: r.int(), Optional: r.bool()}
		}
	}
	if flags&flagAllowlists != 0 {
		rule.Allowlists = r.allowlistList()
	}
}

func (r *compactReader) allowlistList() []Allowlist {
	lists := cut(&r.allowlists, r.count(len(r.allowlists)))
	for i := range lists {
		a := &lists[i]
		a.Description = r.text()
		a.And = r.bool()
		a.OnlyHere = r.bool()
		a.RegexTarget = r.text()
		a.Paths = r.texts()
		a.Regexes = r.texts()
		a.Stopwords = r.texts()
		a.Commits = r.texts()
		a.TargetRules = r.texts()
	}
	return lists
}

func (r *compactReader) loweringList() []Lowering {
	list := cut(&r.lowerings, r.count(len(r.lowerings)))
	for i := range list {
		list[i] = Lowering{Description: r.text(), Paths: r.texts(), ExceptPaths: r.texts(), TargetRules: r.texts()}
	}
	return list
}

func (r *compactReader) shape(s *shape.Shape, rule *Rule) {
	if rule.Near.set() {
		for _, code := range rule.Near.codes.list() {
			*code = nfa.Code(r.text())
		}
	} else {
		if r.bool() {
			s.Regex = rule.Regex
		} else {
			s.Regex = r.text()
		}
		s.Code = nfa.Code(r.text())
	}
	if s.Value.Max = r.uint(); s.Value.Known() {
		s.Value.Min = r.uint()
		s.Value.Class = r.class()
	}
	s.OneLine = r.bool()
	s.MinLen = r.int()
	s.MaxLen = r.int()
	s.Run.Len = r.uint()
	s.Run.Class = r.class()
	s.Packed = r.text()
}

// unpackLiterals reads what packLiterals wrote; of damaged data nothing, which is to look everywhere.
func unpackLiterals(packed string) []shape.Literal {
	r := compactReader{data: packed}
	literals := make([]shape.Literal, r.count(len(packed)))
	for i := range literals {
		literals[i] = shape.Literal{Text: r.text(), Fold: r.bool(), Before: r.int(), After: r.int(), Broken: r.bool(), Rare: r.uint()}
	}
	if r.damaged {
		return nil
	}
	return literals
}

func (r *compactReader) class() (c shape.Class) {
	for i := range c {
		c[i] = uint64(uint32(r.uint()))<<32 | uint64(uint32(r.uint()))
	}
	return c
}

// cut takes the first n elements off a slice; nil for none.
func cut[T any](from *[]T, n int) []T {
	if n == 0 {
		return nil
	}
	taken := (*from)[:n:n]
	*from = (*from)[n:]
	return taken
}

// fail marks the data as damaged and moves to its end, where every read gives a
// zero value.
func (r *compactReader) fail() {
	r.damaged = true
	r.pos = len(r.data)
}

// uint reads an unsigned varint, as encoding/binary does, from a string.
func (r *compactReader) uint() int {
	if r.pos < len(r.data) && r.data[r.pos] < 0x80 { // nearly always
		r.pos++
		return int(r.data[r.pos-1])
	}
	var n uint64
	for shift := 0; r.pos < len(r.data) && shift < 63; shift += 7 {
		c := r.data[r.pos]
		r.pos++
		n |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return int(n)
		}
	}
	r.fail()
	return 0
}

// int reads a zigzag varint.
func (r *compactReader) int() int {
	n := uint64(r.uint())
	return int(n>>1) ^ -int(n&1)
}

// count reads a number of things of which there are at most limit left.
func (r *compactReader) count(limit int) int {
	n := r.uint()
	if n < 0 || n > limit {
		r.fail()
		return 0
	}
	return n
}

func (r *compactReader) bool() bool { return r.uint() == 1 }

func (r *compactReader) float() float64 {
	if len(r.data)-r.pos < 8 {
		r.fail()
		return 0
	}
	var bits uint64
	for i := range 8 {
		bits |= uint64(r.data[r.pos+i]) << (8 * i)
	}
	r.pos += 8
	return math.Float64frombits(bits)
}

func (r *compactReader) text() string {
	n := r.count(len(r.data))
	if n > len(r.data)-r.pos {
		r.fail()
		return ""
	}
	s := r.data[r.pos : r.pos+n]
	r.pos += n
	return s
}

func (r *compactReader) texts() []string {
	list := cut(&r.strings, r.count(len(r.strings)))
	for i := range list {
		list[i] = r.text()
	}
	return list
}
