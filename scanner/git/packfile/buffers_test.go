package packfile

import (
	"bytes"
	"runtime"
	"testing"
)

// Versions of a large file take the memory of two of them.
func TestBuffersKeepOneThatIsLarge(t *testing.T) {
	var b buffers
	const size = leastGated + 1<<20
	first, second := b.get(size), b.get(size+1000)
	b.put(first)
	third := b.get(size + 5000) // a version that is a little longer
	if &third[0] != &first[0] {
		t.Error("the memory was not used again")
	}
	b.put(second)
	b.put(third)
	if b.kept != 0 {
		t.Errorf("%d bytes are kept among small ones", b.kept)
	}
	if got := b.get(size); &got[0] != &third[0] && &got[0] != &second[0] || b.spare != nil {
		t.Error("none of those that were given back is kept")
	}
	b.put(make([]byte, size))
	if got := b.get(2 * size); len(got) != 2*size || b.spare != nil {
		t.Error("what is too small is kept while another is made")
	}
}

// To read what is declared large takes few steps, and no more memory than four times what is there.
func TestReadExactlyGrows(t *testing.T) {
	content := make([]byte, 40<<20)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got, err := readExactly(bytes.NewReader(content), int64(len(content)))
	runtime.ReadMemStats(&after)
	if err != nil || len(got) != len(content) {
		t.Fatal(len(got), err)
	}
	if made := after.TotalAlloc - before.TotalAlloc; made > 64<<20 {
		t.Errorf("%d MB were allocated for 40", made>>20)
	}
	runtime.ReadMemStats(&before)
	if _, err := readExactly(bytes.NewReader(content[:5<<20]), 1<<30); err == nil {
		t.Error("no error")
	}
	runtime.ReadMemStats(&after)
	if made := after.TotalAlloc - before.TotalAlloc; made > 24<<20 {
		t.Errorf("%d MB were allocated for 5", made>>20)
	}
}
