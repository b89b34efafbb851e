package ruletest

import (
	"time"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner/detect"
)

// meterBytes is how much content a Meter takes, in bytes: enough for a rate, and read within seconds.
const meterBytes = 32 << 20

// Meter measures what single rules cost on real contents: the time that a
// detector of one rule takes beyond one without rules. It is for one goroutine.
type Meter struct {
	none  *detect.Detector
	all   timed
	rules []timed
	bytes int64
}

// timed is a detector and the time that it has taken.
type timed struct {
	id       string
	detector *detect.Detector
	spent    time.Duration
}

// NewMeter makes a meter for some rules of a set, and for all of another, which may be nil.
func NewMeter(set *rules.Set, ids []string, all *rules.Set) *Meter {
	m := &Meter{none: detect.New(set.Only(func(*rules.Rule) bool { return false }))}
	if all != nil {
		m.all.detector = detect.New(all)
	}
	for _, id := range ids {
		one := set.Only(func(r *rules.Rule) bool { return r.ID == id })
		m.rules = append(m.rules, timed{id: id, detector: detect.New(one)})
	}
	return m
}

// Full tells whether the meter has seen enough.
func (m *Meter) Full() bool { return m.bytes >= meterBytes }

// Add measures all rules on one more content, unless the meter is full.
func (m *Meter) Add(content []byte) {
	if m.Full() || len(content) == 0 {
		return
	}
	m.bytes += int64(len(content))
	base := clock(m.none, content)
	for i := range m.rules {
		m.rules[i].spent += clock(m.rules[i].detector, content) - base
	}
	if m.all.detector != nil {
		m.all.spent += clock(m.all.detector, content) - base
	}
}

func clock(d *detect.Detector, content []byte) time.Duration {
	start := time.Now()
	d.Scan(content)
	return time.Since(start)
}

// Bytes returns how much was measured.
func (m *Meter) Bytes() int64 { return m.bytes }

// PerMegabyte returns the time that each rule takes for a million bytes, by id,
// and that all rules of the other set take together; 0 where nothing was measured.
func (m *Meter) PerMegabyte() (each map[string]time.Duration, all time.Duration) {
	each = map[string]time.Duration{}
	for i := range m.rules {
		each[m.rules[i].id] = m.rate(m.rules[i].spent)
	}
	return each, m.rate(m.all.spent)
}

func (m *Meter) rate(spent time.Duration) time.Duration {
	if m.bytes == 0 {
		return 0
	}
	return max(0, time.Duration(float64(spent)*1e6/float64(m.bytes)))
}
