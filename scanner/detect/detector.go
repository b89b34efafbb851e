// Package detect turns bytes into matches: the heart of keysieve. It is pure:
// no I/O, no goroutines, the same bytes give the same matches.
//
// How a content flows through it:
//
//	Detector.Scan / Stream     normalise to UTF-8 (package decode), cut contents of any size into overlapping blocks
//	prefilter                  one pass for all rules: where does a literal stand that a match must contain
//	dfa                        per candidate: can the rule's regex match around it at all
//	window                     the exact regex, on merged windows around the candidates that are left
//	judge                      secret group, entropy, randomness, offline check, allowlists, references and placeholders
//	decode                     base64, hex, percent … runs are decoded and go through the same, up to three times over
//	settle                     required parts, overlaps, directives on the line
//
// A Detector is safe for concurrent use. What a scan needs to
// write is a worker, kept in a pool and used by one scan at a time; what it learns of the rules' automata
// is in tables that all workers share (table.go).
package detect

import (
	"sync"
	"sync/atomic"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/rules/check"
	"github.com/keysieve/keysieve/rules/shape"
)

// Detector finds the matches of a Set's rules.
type Detector struct {
	set       *rules.Set
	prefilter *prefilter
	rules     []ruleInfo
	roaming   []int32 // rules without a literal to look for
	blockSize int
	overlap   int
	most      int  // how much is kept of what is found in a content: see room
	deaf      bool // directives accept nothing
	traceable bool // all rules wait for a literal, which stands in one line
	endless   bool // a rule's matches have no upper bound
	pairs     bool // a rule's matches need another part
	stores    stores
	automata  automata
	unions    unions
	tables    atomic.Int64 // bytes of all automata's tables
	pruning   sync.Mutex
	pruned    atomic.Int64 // how often they were forgotten
	memo      lineMemo
	halt      *atomic.Bool // ends scans early; nil: nothing does
	idle      idleWorkers
}

// ruleInfo is what the hot path needs of a rule.
type ruleInfo struct {
	rule      *rules.Rule
	shape     *shape.Shape
	generic   bool
	needy     bool // counts only beside another rule's match
	keyworded bool // counts only where one of its keywords stands in the content
	trailing  bool // what stands before its literals has no upper bound
	scheme    check.Scheme
}

const (
	// blockSize is how much of a content is looked at at once, in bytes: contents up
	// to it are looked at whole, larger ones in blocks of this size.
	blockSize = 1 << 20
	// minOverlap is how many bytes of a block are looked at again in the next
	// one at least; the longest bounded match of any rule may ask for more. A
	// match of a rule without a bound is found in a larger content when it is no longer than this;
	// where one may be longer, Result.Unsearched names the rule.
	minOverlap = 64 << 10
	// maxOverlap: a rule that states a longer match than this counts as unbounded.
	maxOverlap = 1 << 20
)

// NewWithoutDirectives builds a Detector to which directives are ordinary text: they
// accept nothing.
func NewWithoutDirectives(set *rules.Set) *Detector {
	d := New(set)
	d.deaf = true
	return d
}

// New builds a Detector for the rules of a set. It compiles no regex.
func New(set *rules.Set) *Detector { return newDetector(set, blockSize, minOverlap) }

func newDetector(set *rules.Set, block, overlap int) *Detector {
	d := &Detector{set: set, blockSize: block, overlap: overlap, most: MaxMatches, prefilter: prefilterOf(set)}
	d.rules = make([]ruleInfo, set.Len())
	d.automata.makeRoom(set.Len())
	for i, r := range set.Rules() {
		traits := d.prefilter.traits[i]
		info := ruleInfo{
			rule: r, shape: set.Shape(i), generic: r.Generic, needy: r.Needs(),
			keyworded: traits&traitKeyworded != 0, trailing: traits&traitTrailing != 0,
		}
		if r.Check != "" {
			info.scheme, _ = check.ByName(r.Check) // an unknown name is refused when the pack is read
		}
		if store, ok := info.scheme.(check.Store); ok {
			d.stores.add(i, store)
			d.rules[i] = info
		}
		if !r.Reads() { // a rule on paths alone is judged where the content stands
			continue
		}
		d.rules[i] = info
		if n := info.shape.MaxLen; n != shape.Unbounded && n <= maxOverlap {
			d.overlap = max(d.overlap, n+reachMost+8)
		}
		d.endless = d.endless || info.endless()
		d.pairs = d.pairs || info.needy
		if traits&traitRoaming != 0 {
			d.roaming = append(d.roaming, int32(i))
		}
	}
	d.traceable = len(d.roaming) == 0 && !d.prefilter.spanning
	return d
}

// Scan returns the matches in a content that is held in memory.
func (d *Detector) Scan(content []byte) Result {
	if len(content) <= d.blockSize {
		return d.whole(content)
	}
	s := d.NewStream()
	s.Write(content)
	return s.Close()
}

// Rules returns the set that the detector was made for.
func (d *Detector) Rules() *rules.Set { return d.set }
