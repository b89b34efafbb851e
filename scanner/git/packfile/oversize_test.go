package packfile

import (
	"bytes"
	"encoding/binary"
	"strings"
	"sync/atomic"
	"testing"
)

// copies are the instructions that copy all of a base of 65,536 bytes so many times.
func copiesOf(times int) []byte { return bytes.Repeat([]byte{0x80}, times) }

// TestWalkLeavesOutWhatIsNotRead holds that a delta that makes more than is read is not made unless something small stands on it,
// and that all are shown, the large ones with their size.
func TestWalkLeavesOutWhatIsNotRead(t *testing.T) {
	t.Parallel()
	const unit = 1 << 16
	base := blobEntry(strings.Repeat("0123456789abcde\n", unit/16))
	name := func(n int) ID { return MakeID(binary.BigEndian.AppendUint64(make([]byte, 12), uint64(n))) }
	entries := []crafted{
		base,
		{id: name(1), kind: KindOfsDelta, base: 0, content: craftDelta(unit, 40*unit, copiesOf(40)...)},             // nothing small stands on it
		{id: name(2), kind: KindOfsDelta, base: 1, content: craftDelta(40*unit, 40*unit, copiesOf(40)...)},          // nor on that
		{id: name(3), kind: KindOfsDelta, base: 0, content: craftDelta(unit, 30*unit, copiesOf(30)...)},             // something does
		{id: name(4), kind: KindOfsDelta, base: 3, content: craftDelta(30*unit, 20*unit, copiesOf(20)...)},          // on that
		{id: name(5), kind: KindOfsDelta, base: 4, content: craftDelta(20*unit, 10, 0x90, 10)},                      // the small one
		{id: name(6), kind: KindOfsDelta, base: 3, content: craftDelta(30*unit, 50*unit, copiesOf(50)...)},          // beside it
		{id: name(7), kind: KindOfsDelta, base: 1, content: craftDelta(40*unit, MaxDeltified+1, copiesOf(8193)...)}, // more than is ever made
	}
	p, offsets := craftPack(t, entries...)
	addChecksums(t, p, offsets)
	h := &sizesHost{testHost: newTestHost(t), sizes: map[ID]int64{}}
	forest, flaw, err := p.Forest(Selection{})
	if err != nil || flaw != nil {
		t.Fatal(err, flaw)
	}
	w := NewWalker(h, h, WalkLimits{MaxRead: 2 * unit, Gate: &Gate{}}, func(WalkCounts) {})
	w.Run(forest.Walk())
	for n, want := range map[int]int64{1: 40 * unit, 2: 40 * unit, 3: 30 * unit, 4: 20 * unit, 5: 10, 6: 50 * unit, 7: MaxDeltified + 1} {
		if got := h.sizes[name(n)]; got != want {
			t.Errorf("object %d has %d bytes, want %d", n, got, want)
		}
	}
	if len(h.fails) > 0 || h.made.Load() != int64(unit+30*unit+20*unit+10) {
		t.Errorf("%d bytes made, failed %v", h.made.Load(), h.fails)
	}
}

// sizesHost notes sizes, and what was made.
type sizesHost struct {
	*testHost
	sizes map[ID]int64
	made  atomic.Int64
}

func (h *sizesHost) Visit(o *Object, _ any) (any, error) {
	h.sizes[o.ID] = o.Size
	h.made.Add(int64(len(o.Content)))
	return nil, nil
}

// TestWalkOversize holds that a delta that makes more than can be made is not called corrupt.
func TestWalkOversize(t *testing.T) {
	t.Parallel()
	base := blobEntry(strings.Repeat("0123456789abcde\n", 1<<12))
	large := crafted{id: MakeID(bytes.Repeat([]byte{7}, 20)), kind: KindOfsDelta, content: craftDelta(1<<16, MaxDeltified+1<<16, copiesOf(8193)...)}
	p, offsets := craftPack(t, base, large)
	addChecksums(t, p, offsets)
	h := newTestHost(t)
	if _, err := h.walk(p, WalkLimits{}); err != nil {
		t.Fatal(err)
	}
	if err := h.fails[large.id]; err == nil || strings.Contains(err.Error(), "corrupt") || !strings.Contains(err.Error(), "more than the limit of 536870912") {
		t.Errorf("%v", err)
	}
}

// TestWalkGate holds that Walkers that share a gate hold large contents in turn.
func TestWalkGate(t *testing.T) {
	t.Parallel()
	base := blobEntry(strings.Repeat("0123456789abcde\n", 1<<12))
	entries := []crafted{base}
	for n := range 6 {
		entries = append(entries, crafted{id: MakeID(bytes.Repeat([]byte{byte(n + 1)}, 20)), kind: KindOfsDelta, content: craftDelta(1<<16, 600<<16, copiesOf(600)...)})
	}
	p, offsets := craftPack(t, entries...)
	addChecksums(t, p, offsets)
	var gate Gate
	var now, most, seen atomic.Int64
	done := make(chan struct{})
	for range 3 {
		forest, _, err := p.Forest(Selection{})
		if err != nil {
			t.Fatal(err)
		}
		h := newTestHost(t)
		go func() {
			NewWalker(h, gateVisitor{&now, &most, &seen}, WalkLimits{Gate: &gate}, func(WalkCounts) {}).Run(forest.Walk())
			done <- struct{}{}
		}()
	}
	for range 3 {
		<-done
	}
	if most.Load() != 1 || seen.Load() != 18 {
		t.Errorf("%d at a time, %d seen", most.Load(), seen.Load())
	}
}

type gateVisitor struct{ now, most, seen *atomic.Int64 }

func (v gateVisitor) Visit(o *Object, _ any) (any, error) {
	if len(o.Content) >= leastGated {
		n := v.now.Add(1)
		v.most.Store(max(n, v.most.Load()))
		v.seen.Add(1)
		v.now.Add(-1)
	}
	return nil, nil
}
