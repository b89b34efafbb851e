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
		x := reindexer{ctx: t.Context(), format: SHA1, inflater: p.inflater, data: data, left: left, held: none, pack: &Pack{format: SHA1, inflater: p.inflater}}
		if err := errors.Join(x.entries(), x.identify()); !errors.Is(err, errTooDear) {
			t.Errorf("%d bytes: %v", left, err)
		}
	}
}
