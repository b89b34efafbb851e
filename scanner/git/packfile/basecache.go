package packfile

import (
	"bytes"
	"container/list"
	"sync"
)

// Limits of the cache of bases, in bytes.
const (
	maxBases = 16 << 20
	maxBase  = 1 << 20 // of one object
	// baseOverhead is what an object takes beside its content.
	baseOverhead = 256
)

// baseCache keeps the objects that were rebuilt last: what is read one after the
// other is mostly stored as deltas of each other, as the versions of a file or of
// a directory are. The zero value is ready and safe for concurrent use.
type baseCache struct {
	mu    sync.Mutex
	known map[place]*list.Element // of *base
	order list.List               // the one used last in front
	size  int
}

// place is where an object is stored.
type place struct {
	pack   *Pack
	offset int64
}

// base is an object that is kept.
type base struct {
	place
	kind    Kind
	content []byte
}

// get gives an object. Its content must not be changed.
func (c *baseCache) get(p *Pack, offset int64) (kind Kind, content []byte, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.known[place{p, offset}]
	if e == nil {
		return 0, nil, false
	}
	c.order.MoveToFront(e)
	b := e.Value.(*base) //nolint:forcetypeassert // nothing else is put there
	return b.kind, b.content, true
}

// put keeps an object, whose content must not change any more, and forgets those
// that were not used for longest. It reports false where the object is too large to be kept.
func (c *baseCache) put(p *Pack, offset int64, kind Kind, content []byte) bool {
	if len(content) > maxBase {
		return false
	}
	if cap(content) > 2*len(content)+baseOverhead { // of a larger base's memory
		content = bytes.Clone(content)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	at := place{p, offset}
	if c.known[at] != nil {
		return true
	}
	if c.known == nil {
		c.known = map[place]*list.Element{}
	}
	c.known[at] = c.order.PushFront(&base{at, kind, content})
	for c.size += cap(content) + baseOverhead; c.size > maxBases; {
		last := c.order.Back()
		oldest := c.order.Remove(last).(*base) //nolint:forcetypeassert // as above
		delete(c.known, oldest.place)
		c.size -= cap(oldest.content) + baseOverhead
	}
	return true
}
