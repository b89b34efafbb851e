package detect

import "sync/atomic"

// pass is the state of one text's scan across its blocks.
type pass struct {
	depth  int // of decoding
	binary bool
	from   int64           // matches that start before are found already
	ends   map[int32]int64 // where a rule's last match ended: matches of one rule do not overlap
	seen   map[int32]bool  // rules of which a keyword was seen
	found  []Match
	filled filling // by those of found and of the texts around this one
	surplus
	notes []Directive
	// accepted is what directives accepted, once the pass is settled.
	accepted []Match
	// unheeded counts the directives that there is no room for; lastUnheeded is where the last of them stands.
	unheeded     int
	lastUnheeded int64
	cursor       cursor
	budget       *budget             // of decoding, shared by all levels
	severalRead  int                 // bytes of the block that were read for further values of matches
	tables       map[tableHead]int64 // headings of tables that were read to their end, and where that is
	drawn        map[int32]int64     // where the last table that is drawn ends, by rule
	pairs        map[int32]int64     // up to where a command's pairs were read, by rule
	// keepDead keeps what was judged to be no secret: for tests that compare
	// windows with the whole. In a large content it would be most of the memory.
	keepDead bool
	crowd    func() // called when there are manyMatches or manyAsks; nil: nobody wants to know
	asks     int    // of the block under way
	trace    *Trace // what is noted for contents made from this one; nil: nothing
	// unsearched are the rules of which a match may have been too long for the blocks, alive those of which
	// one will have been if their literal stands in a later block.
	unsearched []int
	halt       *atomic.Bool // ends the pass early; nil: nothing does
	halted     bool
	keyless    bool  // see Result
	unfinished []int // rules of which a match stands for more values than were read
	alive      []int32
}

// newPass begins a content; its decoded parts share its budget.
func newPass(depth int, b *budget) *pass {
	return &pass{depth: depth, cursor: cursor{line: 1, column: 1}, budget: b}
}

// block is a stretch of a text in memory.
type block struct {
	text []byte
	base int64 // the text's offset of text[0]
	last bool  // the text ends with this block
}

// see notes that a keyword of a rule stands in the content.
func (p *pass) see(rule int32) {
	if !p.seen[rule] {
		if p.seen == nil {
			p.seen = make(map[int32]bool)
		}
		p.seen[rule] = true
	}
}
