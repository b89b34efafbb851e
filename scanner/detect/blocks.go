package detect

import "github.com/keysieve/keysieve/rules"

// NewWithBlocks is New with blocks of that many bytes instead of several
// megabytes, so that a test meets the edges of blocks in a small content.
func NewWithBlocks(set *rules.Set, block int) *Detector { return newDetector(set, block, 1<<10) }

// FirstEdges returns, for a content that is streamed, how far into its text the
// first block decides what starts there, and where that block ends. Both are
// in bytes and hold when the first Write ends at end or beyond.
func (d *Detector) FirstEdges() (decided, end int) {
	return d.blockSize + keepBack, d.blockSize + keepBack + d.overlap
}
