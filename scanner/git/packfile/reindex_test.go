package packfile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"
)

// An index that is made anew is that which the pack was crafted with, in whatever order deltas and bases stand.
func TestReindexEqualsIndex(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		g := grow(rand.New(rand.NewPCG(seed, 7)), 1+int(seed)*40, 60<<(seed%5*3))
		p, offsets := craftPack(t, g.entries...)
		addChecksums(t, p, offsets)
		index, err := Reindex(t.Context(), p.path, SHA1, p.inflater)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		want, err := os.ReadFile(p.index.mapping.path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(index[:len(index)-20], want[:len(index)-20]) { // the crafted one has no checksum of its own
			t.Errorf("seed %d: another index", seed)
		}
	}
}

// reversedChain is a chain of deltas that name their bases by ids, the last one first.
func reversedChain(n int) []crafted {
	content := []byte("the beginning")
	entries := make([]crafted, n)
	entries[n-1] = blobEntry(string(content))
	for i := n - 2; i >= 0; i-- {
		size := len(content)
		next := fmt.Appendf(nil, "%05d", i)
		delta := craftDelta(uint64(size), 13, append([]byte{0x91, 5, 8, 5}, next...)...)
		content = append(bytes.Clone(content[5:13]), next...)
		entries[i] = crafted{id: SHA1.Sum(KindBlob, content), kind: KindRefDelta, baseID: entries[i+1].id, content: delta}
	}
	return entries
}

// Chains in reverse order take time in proportion to their length.
func TestReindexReversed(t *testing.T) {
	t.Parallel()
	p, _ := craftPack(t, reversedChain(maxDepth)...)
	start := time.Now()
	index, err := Reindex(t.Context(), p.path, SHA1, p.inflater)
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > 4*time.Second {
		t.Errorf("it took %v", took)
	}
	again, err := OpenReindexed(p.path, index, SHA1, p.inflater)
	if err != nil || again.index.Count() != maxDepth {
		t.Errorf("%v, %v", again, err)
	}
	p, _ = craftPack(t, reversedChain(maxDepth+2)...)
	if _, err := Reindex(t.Context(), p.path, SHA1, p.inflater); !errors.Is(err, errDepth) {
		t.Errorf("a longer chain: %v", err)
	}
}

// What is made from large contents that stand on each other is made once, though the cache of bases has none of them.
func TestReindexLarge(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	content := make([]byte, maxBase+1000)
	for i := range content[:5000] {
		content[i] = byte(random.Uint32())
	}
	entries := []crafted{blobEntry(string(content))}
	var sum int64
	for i, trunk := 0, 0; i < 40; i++ { // each version has two others beside the one that goes on
		var next []byte
		base := trunk
		for range 3 {
			text := fmt.Appendf(nil, "%08d", random.Uint32()%1e8)
			size := len(content)
			tail := size - 8 // copied from its beginning on
			made := append(bytes.Clone(content[:tail]), text...)
			code := []byte{0x80 | 0x70, byte(tail), byte(tail >> 8), byte(tail >> 16), 8}
			entries = append(entries, crafted{id: SHA1.Sum(KindBlob, made), kind: KindOfsDelta, base: base, content: craftDelta(uint64(size), uint64(size), append(code, text...)...)})
			sum += int64(size)
			if next == nil {
				next, trunk = made, len(entries)-1
			}
		}
		content = next
	}
	p, _ := craftPack(t, entries...)
	data, err := os.ReadFile(p.path)
	if err != nil {
		t.Fatal(err)
	}
	x := reindexer{ctx: t.Context(), format: SHA1, inflater: p.inflater, data: data, left: maxMade, pack: &Pack{format: SHA1, inflater: p.inflater}}
	if err := errors.Join(x.entries(), x.identify()); err != nil {
		t.Fatal(err)
	}
	if spent := maxMade - x.left; spent > 2*sum {
		t.Errorf("%d bytes were made for objects of %d", spent, sum)
	}
}

func TestReindexEnds(t *testing.T) {
	t.Parallel()
	stranger := craftDelta(1, 1, 'a')
	p, _ := craftPack(t, blobEntry("a"), crafted{id: SHA1.Sum(KindBlob, []byte("b")), kind: KindRefDelta, baseID: SHA1.Sum(KindBlob, []byte("c")), content: stranger})
	if _, err := Reindex(t.Context(), p.path, SHA1, p.inflater); !errors.Is(err, errUnknownBase) || !strings.Contains(err.Error(), SHA1.Sum(KindBlob, []byte("c")).String()) {
		t.Errorf("a base that is elsewhere: %v", err)
	}
	p, _ = craftPack(t, reversedChain(100)...)
	cause := errors.New("no time left")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	if _, err := Reindex(ctx, p.path, SHA1, p.inflater); !errors.Is(err, cause) {
		t.Errorf("a context that is over: %v", err)
	}
	data, err := os.ReadFile(p.path)
	if err != nil {
		t.Fatal(err)
	}
	for _, left := range []int64{0, 1000, 2500} { // it charges what is inflated twice, and what deltas make
		x := reindexer{ctx: t.Context(), format: SHA1, inflater: p.inflater, data: data, left: left, pack: &Pack{format: SHA1, inflater: p.inflater}}
		if err := errors.Join(x.entries(), x.identify()); !errors.Is(err, errTooDear) {
			t.Errorf("%d bytes: %v", left, err)
		}
	}
}
