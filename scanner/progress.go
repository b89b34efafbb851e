package scanner

import "sync/atomic"

// Progress is told how far a scan has come. A source or the engine that is given
// one calls it from any goroutine, as often as it likes: each call is a few
// atomic additions. Every number is an increment; none is negative.
type Progress interface {
	// Expect adds to what there is to do. It is called as early as the size is
	// known and may be called again when more turns up. Bytes are those that
	// Advance will count.
	Expect(objects, bytes int64)
	// Advance adds what has been dealt with: objects or files, and the bytes that
	// they take where they are read from (in a pack: deflated).
	Advance(objects, bytes int64)
	// Found adds findings.
	Found(findings int64)
}

// Counters is a Progress that is looked at from time to time, by whoever draws
// it. The zero value is ready. It may be used from any goroutine.
type Counters struct {
	objects, allObjects atomic.Int64
	bytes, allBytes     atomic.Int64
	findings            atomic.Int64
}

// Counts is how far a scan has come at one moment. What is to be done may be
// unknown: it is 0 then, and may be less than what was done.
type Counts struct {
	Objects, AllObjects int64
	Bytes, AllBytes     int64
	Findings            int64
}

// Expect adds to what there is to do.
func (c *Counters) Expect(objects, bytes int64) {
	c.allObjects.Add(objects)
	c.allBytes.Add(bytes)
}

// Advance adds what has been dealt with.
func (c *Counters) Advance(objects, bytes int64) {
	c.objects.Add(objects)
	c.bytes.Add(bytes)
}

// Found adds findings.
func (c *Counters) Found(findings int64) { c.findings.Add(findings) }

// Counts returns the counters. Each is exact; they are not read at one instant.
func (c *Counters) Counts() Counts {
	return Counts{
		Objects: c.objects.Load(), AllObjects: c.allObjects.Load(),
		Bytes: c.bytes.Load(), AllBytes: c.allBytes.Load(),
		Findings: c.findings.Load(),
	}
}

// Done is the part that has been done, from 0 to 1, by bytes where their total is
// known, else by objects; 0 where neither is.
func (c Counts) Done() float64 {
	done, all := c.Bytes, c.AllBytes
	if all <= 0 {
		done, all = c.Objects, c.AllObjects
	}
	if all <= 0 {
		return 0
	}
	return min(float64(max(done, 0))/float64(all), 1)
}
