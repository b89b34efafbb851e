package detect

import "sync/atomic"

// A scan may be told to end while a content is being looked at, of which a megabyte of nothing but keywords takes a second. The detector
// knows no context: it looks at a flag between candidates, windows and values, which costs nothing.

// leastHalted is how long a content is, in bytes, from which on its scan heeds the flag. Shorter ones take milliseconds, and names
// are masked by what is found in them, in a report on a scan that was ended, too.
const leastHalted = 32 << 10

// HaltOn makes scans end early once the flag is set: Result.Halted says so. It is to be called before the first scan.
func (d *Detector) HaltOn(flag *atomic.Bool) { d.halt = flag }

// heed makes a pass over a content, or over what is known of it by now, heed the flag.
func (p *pass) heed(d *Detector, size int) {
	if d.halt != nil && size >= leastHalted {
		p.halt = d.halt
	}
}

// halts tells whether the pass is to end.
func (p *pass) halts() bool {
	if p.halt != nil && !p.halted && p.halt.Load() {
		p.halted = true
		p.spoil()
	}
	return p.halted
}

// finish returns a worker that scanned. One whose scan was ended has not put its things in order, and is dropped.
func (d *Detector) finish(w *worker, p *pass) {
	if !p.halted {
		d.giveBack(w)
	}
}
