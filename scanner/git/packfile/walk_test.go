package packfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

// TestWalkEqualsRead: a walk gives what reading every object by itself gives.
func TestWalkEqualsRead(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 1))
		g := grow(random, 1+random.IntN(300), 1+random.IntN(3000))
		p, offsets := craftPack(t, g.entries...)
		addChecksums(t, p, offsets)
		for _, greedy := range []bool{false, true} {
			for _, limits := range []WalkLimits{{}, {MaxHeld: 1}, {MaxHeld: 5000, MaxWhole: 100}} {
				h := newTestHost(t)
				h.greedy = greedy
				if _, err := h.walk(p, limits); err != nil || len(h.fails) > 0 || len(h.nameless) > 0 {
					t.Fatalf("seed %d: %v %v %v", seed, err, h.fails, h.nameless)
				}
				deltas := 0
				for i, id := range g.ids() {
					if got, ok := h.visits[id]; !ok || !bytes.Equal(got, g.contents[i]) {
						t.Errorf("seed %d: object %d is visited: %v", seed, i, ok)
					}
					if g.parents[i] >= 0 {
						deltas++
					}
				}
				if h.deltas != deltas {
					t.Errorf("seed %d: %d deltas of %d", seed, h.deltas, deltas)
				}
			}
		}
	}
}

// TestWalkDamaged: what stands on a damaged entry is reported, all else visited.
func TestWalkDamaged(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 2))
		g := grow(random, 2+random.IntN(100), 500)
		p, offsets := craftPack(t, g.entries...)
		addChecksums(t, p, offsets)
		data, err := os.ReadFile(p.path)
		if err != nil {
			t.Fatal(err)
		}
		at := 12 + random.IntN(len(data)-32)
		if err := os.WriteFile(p.path, flip(data, at, random), 0o600); err != nil {
			t.Fatal(err)
		}
		bad := 0
		for i, offset := range offsets {
			if int64(at) >= offset {
				bad = i
			}
		}
		h := newTestHost(t)
		h.greedy = seed%2 == 0
		rescued := random.IntN(len(g.entries))
		h.others[g.entries[rescued].id] = g.contents[rescued]
		if _, err := h.walk(p, WalkLimits{MaxHeld: 1000}); err != nil {
			t.Fatal(err)
		}
		for i, id := range g.ids() {
			lost := g.below(i, bad) && !(g.below(i, rescued) && g.below(rescued, bad))
			if got, ok := h.visits[id]; ok == lost || ok && !bytes.Equal(got, g.contents[i]) {
				t.Errorf("seed %d: object %d, damaged %d, rescued %d: visited %v, %v", seed, i, bad, rescued, ok, h.fails[id])
			}
			if err := h.fails[id]; err != nil && !strings.Contains(err.Error(), fmt.Sprintf("%s offset %d", p.path, offsets[i])) {
				t.Errorf("seed %d: object %d at %d: %v", seed, i, offsets[i], err)
			}
		}
	}
}

func flip(data []byte, at int, random *rand.Rand) []byte {
	data = bytes.Clone(data)
	data[at] ^= 1 << random.IntN(8)
	return data
}

func TestWalkHostile(t *testing.T) {
	t.Parallel()
	name := func(n int) ID { return MakeID(binary.BigEndian.AppendUint64(make([]byte, 12), uint64(n))) }
	same := craftDelta(10, 10, 0x90, 10)
	base := blobEntry("0123456789")
	tests := []struct {
		name    string
		entries []crafted
		fails   []string // from the last entries to the first, those that fail
	}{
		{"cycle", []crafted{base, {id: name(1), kind: KindRefDelta, baseID: name(2), content: same}, {id: name(2), kind: KindRefDelta, baseID: name(1), content: same}}, []string{"delta cycle", "delta cycle"}},
		{"below a cycle", []crafted{base, {id: name(1), kind: KindRefDelta, baseID: name(1), content: same}, {id: name(2), kind: KindRefDelta, baseID: name(1), content: same}, {id: name(3), kind: KindOfsDelta, base: 2, content: same}}, []string{"base of the delta cannot be read", "base of the delta cannot be read", "delta cycle"}},
		{"base is nowhere", []crafted{base, {id: name(1), kind: KindRefDelta, baseID: name(9), content: same}}, []string{"is nowhere"}},
		{"absurd size", []crafted{base, {id: name(1), kind: KindBlob, size: 1 << 50, content: []byte("x")}}, []string{"cannot become"}},
		{"absurd size of a delta", []crafted{base, {id: name(1), kind: KindOfsDelta, size: 1 << 29, content: same}}, []string{"cannot become"}},
		{"absurd result", []crafted{base, {id: name(1), kind: KindOfsDelta, content: craftDelta(10, 1<<29, 0x90, 10)}}, []string{"does not make"}},
		{"absurd result beyond the limit", []crafted{base, {id: name(1), kind: KindOfsDelta, content: craftDelta(10, 1<<50, 0x90, 10)}}, []string{"more than the limit"}},
		{"70 bits of size", []crafted{base, {id: name(1), kind: KindBlob, size: 1 << 63, content: []byte("x")}}, []string{"absurd size"}},
		{"longer than declared", []crafted{base, {id: name(1), kind: KindBlob, size: 5, content: []byte("0123456789")}}, []string{"more than the declared"}},
		{"shorter than declared", []crafted{base, {id: name(1), kind: KindBlob, size: 15, content: []byte("0123456789")}}, []string{"instead of the declared"}},
		{"unknown kind", []crafted{base, {id: name(1), kind: 5, content: []byte("x")}}, []string{"unknown kind 5"}},
		{"beyond the base", []crafted{base, {id: name(1), kind: KindOfsDelta, content: craftDelta(10, 4, 0x91, 7, 4)}}, []string{"corrupt delta"}},
		{"truncated instruction", []crafted{base, {id: name(1), kind: KindOfsDelta, content: craftDelta(10, 4, 0x9f, 7)}}, []string{"corrupt delta"}},
		{"reserved instruction", []crafted{base, {id: name(1), kind: KindOfsDelta, content: craftDelta(10, 1, 0)}}, []string{"corrupt delta"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p, offsets := craftPack(t, test.entries...)
			addChecksums(t, p, offsets)
			h := newTestHost(t)
			if _, err := h.walk(p, WalkLimits{}); err != nil {
				t.Fatal(err)
			}
			for i, want := range test.fails {
				n := len(test.entries) - 1 - i
				err := h.fails[test.entries[n].id]
				if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), fmt.Sprint("offset ", offsets[n])) {
					t.Errorf("object %d: %v; want %q", n, err, want)
				}
			}
			if len(h.fails) != len(test.fails) || h.visits[base.id] == nil {
				t.Errorf("failed: %v; visited: %d", h.fails, len(h.visits))
			}
		})
	}
}

// TestWalkBomb: what a small pack makes is bounded.
func TestWalkBomb(t *testing.T) {
	t.Parallel()
	const size = 1 << 18
	entries := []crafted{blobEntry(strings.Repeat("x", size))}
	for i := range 300 {
		code := []byte{2, byte(i >> 8), byte(i)}
		for range size / 0x10000 {
			code = append(code, 0x80)
		}
		content := append([]byte{byte(i >> 8), byte(i)}, strings.Repeat("x", size)...)
		entries = append(entries, crafted{id: SHA1.Sum(KindBlob, content), kind: KindOfsDelta, content: craftDelta(size, size+2, code...)})
	}
	p, offsets := craftPack(t, entries...)
	addChecksums(t, p, offsets)
	f, _, err := p.Forest(Selection{})
	if err != nil {
		t.Fatal(err)
	}
	f.limit = 50 * size
	h := newTestHost(t)
	h.run(f, WalkLimits{})
	if len(h.fails)+len(h.visits) != len(entries) || len(h.visits) < 50 || len(h.visits) > 60 {
		t.Errorf("%d visited, %d failed", len(h.visits), len(h.fails))
	}
}

// TestWalkLongChain: the depth of a chain is not bounded by a stack, and takes
// no memory where nothing branches off.
func TestWalkLongChain(t *testing.T) {
	t.Parallel()
	const depth = 12_000
	content := []byte("0123456789")
	entries := []crafted{blobEntry(string(content))}
	for i := range depth {
		next := fmt.Appendf(nil, "%010d", i)
		entries = append(entries, crafted{id: SHA1.Sum(KindBlob, next), kind: KindOfsDelta, base: i, content: craftDelta(10, 10, append([]byte{10}, next...)...)})
	}
	p, offsets := craftPack(t, entries...)
	addChecksums(t, p, offsets)
	h := newTestHost(t)
	if _, err := h.walk(p, WalkLimits{}); err != nil || len(h.visits) != depth+1 {
		t.Errorf("%d visited, %d failed, %v", len(h.visits), len(h.fails), err)
	}
	if h.highest > 20 {
		t.Errorf("%d bytes held", h.highest)
	}
}

// TestWalkHolds: contents that are held are bounded, and those that were
// dropped are made again.
func TestWalkHolds(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 8))
	g := grow(random, 400, 20_000)
	p, offsets := craftPack(t, g.entries...)
	addChecksums(t, p, offsets)
	for _, limit := range []int{0, 100_000, 30_000} {
		h := newTestHost(t)
		if _, err := h.walk(p, WalkLimits{MaxHeld: limit}); err != nil || len(h.visits) != len(g.entries) {
			t.Fatalf("%d visited, %v", len(h.visits), err)
		}
		if limit == 0 {
			if h.counts.Rebuilt > 0 || h.highest > 12*h.largest {
				t.Errorf("%d held, largest %d, %d made again", h.highest, h.largest, h.counts.Rebuilt)
			}
			continue
		}
		if h.counts.Rebuilt == 0 || h.highest > limit+2*h.largest {
			t.Errorf("limit %d: %d held, largest %d, %d made again", limit, h.highest, h.largest, h.counts.Rebuilt)
		}
	}
}

// TestWalkTruncated cuts the pack short before, and after it was linked.
func TestWalkTruncated(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(9, 10))
	for _, mapped := range []bool{false, true} {
		g := grow(random, 300, 5000)
		p, offsets := craftPack(t, g.entries...)
		addChecksums(t, p, offsets)
		const keep = 64 << 10
		h := newTestHost(t)
		var f *Forest
		if mapped {
			var err error
			if f, _, err = p.Forest(Selection{}); err != nil {
				t.Fatal(err)
			}
			if p.mapping.unmap == nil {
				t.Skip("files are not mapped here")
			}
		}
		if err := os.Truncate(p.path, keep); err != nil {
			t.Fatal(err)
		}
		if mapped {
			h.run(f, WalkLimits{})
		} else if _, err := h.walk(p, WalkLimits{}); err != nil || len(h.nameless) != 1 {
			t.Fatal(err, h.nameless)
		}
		for i, id := range g.ids() {
			end := int64(1 << 40)
			if i+1 < len(offsets) {
				end = offsets[i+1]
			}
			sound := true
			for n := i; n >= 0; n = g.parents[n] {
				sound = sound && (n+1 < len(offsets) && offsets[n+1] <= keep)
			}
			if _, ok := h.visits[id]; ok != sound {
				t.Errorf("mapped %v: object %d, %d to %d: visited %v, %v", mapped, i, offsets[i], end, ok, h.fails[id])
			}
			if !sound && mapped && offsets[i] > keep+4096 && !errors.Is(h.fails[id], errFault) {
				t.Errorf("object %d: %v", i, h.fails[id])
			}
		}
	}
}

// FuzzForest walks any bytes as a pack, with entries wherever the input says.
func FuzzForest(f *testing.F) {
	random := rand.New(rand.NewPCG(1, 1))
	for range 4 {
		g := grow(random, 6, 60)
		p, offsets := craftPack(f, g.entries...)
		data, err := os.ReadFile(p.path)
		if err != nil {
			f.Fatal(err)
		}
		var at []byte
		for _, offset := range offsets {
			at = binary.BigEndian.AppendUint16(at, uint16(offset))
		}
		f.Add(data[12:len(data)-20], at, true)
	}
	f.Add([]byte{0x71, 1, 2, 3}, []byte{0, 12, 0, 12, 0, 13, 255, 255}, false)
	f.Fuzz(func(t *testing.T, body, at []byte, checksums bool) {
		var offsets []int64
		var entries []crafted
		for ; len(at) >= 2 && len(entries) < 64; at = at[2:] {
			offsets = append(offsets, int64(binary.BigEndian.Uint16(at)))
			entries = append(entries, crafted{id: MakeID(binary.BigEndian.AppendUint64(make([]byte, 12), uint64(len(entries))+1))})
		}
		p := craftRaw(t, body, entries, offsets)
		if checksums {
			addChecksums(t, p, offsets)
		}
		h := newTestHost(t)
		h.greedy = len(body)%2 == 0
		if _, err := h.walk(p, WalkLimits{MaxHeld: 100}); err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if h.visits[e.id] == nil == (h.fails[e.id] == nil) {
				t.Errorf("%s is neither visited nor reported, or both", e.id)
			}
		}
	})
}

// TestWalkComb: a chain with a branch at every entry does not hold the chain.
func TestWalkComb(t *testing.T) {
	t.Parallel()
	const size, teeth = 1000, 300
	entries := []crafted{blobEntry(strings.Repeat("x", size))}
	on := func(base, n int) {
		content := fmt.Appendf(nil, "%0*d", size, n)
		code := []byte{}
		for at := 0; at < size; at += 100 {
			code = append(append(code, 100), content[at:at+100]...)
		}
		entries = append(entries, crafted{id: SHA1.Sum(KindBlob, content), kind: KindOfsDelta, base: base, content: craftDelta(size, size, code...)})
	}
	for n := range teeth { // the next of the chain stands before the tooth
		base := max(0, len(entries)-2)
		on(base, 2*n)
		on(base, 2*n+1)
	}
	p, offsets := craftPack(t, entries...)
	addChecksums(t, p, offsets)
	h := newTestHost(t)
	if _, err := h.walk(p, WalkLimits{}); err != nil || len(h.visits) != len(entries) {
		t.Fatalf("%d of %d visited, %v", len(h.visits), len(entries), err)
	}
	if h.highest > 3*size {
		t.Errorf("%d bytes held, the contents have %d each", h.highest, size)
	}
}
