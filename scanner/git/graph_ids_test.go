package git

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// Whoever writes a commit chooses what ids it names: ids that differ in a few bits only are numbered and found as fast as
// any others, each of its own number.
func TestIDTableOfChosenIDs(t *testing.T) {
	t.Parallel()
	const count = 200_000
	for _, format := range []packfile.Format{packfile.SHA1, packfile.SHA256} {
		for at := 0; at+4 <= format.Size(); at += 4 {
			start := time.Now()
			table := newIDTable(format)
			id := make([]byte, format.Size())
			for n := range uint32(count) {
				binary.BigEndian.PutUint32(id[at:], n)
				if number, fresh := table.add(id); number != n || !fresh {
					t.Fatalf("%v, at %d: the id %d has number %d, new: %v", format, at, n, number, fresh)
				}
			}
			for n := uint32(0); n < count; n += 1000 {
				binary.BigEndian.PutUint32(id[at:], n)
				if number, ok := table.find(id); number != n || !ok {
					t.Fatalf("%v, at %d: the id %d has number %d, found: %v", format, at, n, number, ok)
				}
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("%v: %d ids that differ at byte %d take %v", format, count, at, took)
			}
		}
	}
}

// TestIDTableOfIDsAlikeBelow is about ids that differ in the highest bits of their words alone, which multiplying carries nowhere.
func TestIDTableOfIDsAlikeBelow(t *testing.T) {
	t.Parallel()
	const bits = 18
	for _, format := range []packfile.Format{packfile.SHA1, packfile.SHA256} {
		for _, ends := range [][]int{{7, 15}, {7, 15, format.Size() - 1}, {3, 7, 11, 15}} {
			start := time.Now()
			table := newIDTable(format)
			id := make([]byte, format.Size())
			for n := range uint32(1 << bits) {
				clear(id)
				for bit := range bits { // the bits of n, dealt out to the words from their highest bit down
					step := bit / len(ends)
					if n>>bit&1 != 0 {
						id[ends[bit%len(ends)]-step/8] |= 0x80 >> (step % 8)
					}
				}
				if number, fresh := table.add(id); number != n || !fresh {
					t.Fatalf("%v, %v: the id %d has number %d, new: %v", format, ends, n, number, fresh)
				}
			}
			if took := time.Since(start); took > 3*time.Second {
				t.Errorf("%v: ids that differ at %v take %v", format, ends, took)
			}
		}
	}
}

// A commit may name any number of parents.
func TestCommitOfManyParents(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.write("a", "a")
	f.git("add", ".")
	f.git("commit", "-qm", "one")
	var text strings.Builder
	text.WriteString("tree " + f.git("rev-parse", "HEAD^{tree}"))
	for n := range 100_000 {
		fmt.Fprintf(&text, "parent %040x\n", max(1, n))
	}
	text.WriteString("author A <a@x> 1700000000 +0000\ncommitter A <a@x> 1700000000 +0000\n\nx\n")
	id := f.gitInput(text.String(), "hash-object", "-t", "commit", "-w", "--stdin", "--literally")
	start := time.Now()
	commit, err := packfile.ParseID(strings.TrimSpace(id))
	if err != nil {
		t.Fatal(err)
	}
	repo := f.discover()
	c, err := repo.Commit(commit)
	if err != nil || len(c.Parents) < 99_999 {
		t.Fatal(err)
	}
	n := &spanNode{}
	n.addParents(c.Parents)
	b := NewGraphBuilder(packfile.SHA1)
	b.setParents(b.number(commit), c.Parents)
	parents := 0
	b.each(b.number(commit), func(uint32) { parents++ })
	if len(n.parents) != 99_999 || parents != 99_999 {
		t.Errorf("%d and %d parents", len(n.parents), parents)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("they take %v", took)
	}
}
