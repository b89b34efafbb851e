package git

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// TestMissing names what a partial clone lacks.
func TestMissing(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put(0, "first", "a", "1", "d/b", "2")
	f.put(1, "second", "a", "3")
	f.git("config", "uploadpack.allowFilter", "true")
	for filter, count := range map[string]int{"blob:none": 3, "tree:0": 6} {
		clone := &fixture{t: t, dir: f.dir + "/" + strings.ReplaceAll(filter, ":", "-")}
		f.git("clone", "-q", "--bare", "--filter="+filter, "file://"+f.dir, clone.dir)
		h, failed := clone.openDamagedHistory()
		set, err := h.Select(context.Background(), Selection{From: h.KeptTips()})
		if err != nil {
			t.Fatal(err)
		}
		missing, err := h.Missing(context.Background(), set)
		if err != nil {
			t.Fatal(err)
		}
		if filter == "tree:0" {
			// Root trees are not there, so nothing is known of what is below.
			if len(*failed) != 2 || !strings.Contains((*failed)[0], "is missing") {
				t.Errorf("%s: %q", filter, *failed)
			}
			continue
		}
		var want []packfile.ID
		for _, name := range []string{"HEAD:a", "HEAD~1:a", "HEAD:d/b"} {
			want = append(want, f.id(name))
		}
		slices.SortFunc(want, packfile.CompareIDs)
		if len(missing) != count || !slices.Equal(missing, want) || len(*failed) > 0 {
			t.Errorf("%s: %v, %q, want %v", filter, missing, *failed, want)
		}
		var lacking *MissingError
		if err := h.repo.MissingObject(want[0]); !errors.As(err, &lacking) || !strings.Contains(lacking.Hint(), "partial clone") {
			t.Errorf("%v", err)
		}
	}
}

// FuzzReadTree gives damaged trees to what notes their directories.
func FuzzReadTree(f *testing.F) {
	raw := strings.Repeat("i", 20)
	f.Add([]byte("100644 a\x00"+raw+"40000 d\x00"+raw), []byte("40000 d\x00"+raw))
	f.Add([]byte("160000 a\x00"+raw), []byte(""))
	f.Add([]byte("40000 "), []byte(" "))
	f.Fuzz(func(t *testing.T, first, second []byte) {
		s := newTreeStore(packfile.SHA1)
		blob := packfile.MakeID([]byte(raw))
		s.lookForBlob(blob, 0)
		a, b := packfile.SHA1.Sum(packfile.KindTree, first), packfile.SHA1.Sum(packfile.KindTree, append([]byte("x"), second...))
		s.lookForName("d", 1)
		s.lookForFile("a", 2)
		v := s.newVisitor()
		state, err := v.visit(&packfile.Object{ID: a, Kind: packfile.KindTree, Content: first}, nil)
		if err != nil {
			return
		}
		if _, err = v.visit(&packfile.Object{ID: b, Kind: packfile.KindTree, Content: second, Delta: true, Leaf: true}, state); err != nil {
			return
		}
		n, _ := s.find(b)
		got, ok := s.list(n, nil)
		// The same tree without a base has the same list.
		whole := newTreeStore(packfile.SHA1)
		whole.lookForBlob(blob, 0)
		whole.lookForName("d", 1)
		whole.lookForFile("a", 2)
		if _, err := whole.newVisitor().visit(&packfile.Object{ID: b, Content: second}, nil); err != nil || !ok {
			t.Fatal(err, ok)
		}
		n, _ = whole.find(b)
		want, _ := whole.list(n, nil)
		if len(got) != len(want) {
			t.Fatalf("%d edges, want %d", len(got), len(want))
		}
		for i := range got {
			if s.names[got[i].name&^isTarget] != whole.names[want[i].name&^isTarget] || got[i].name&isTarget != want[i].name&isTarget ||
				got[i].name&isTarget == 0 && s.id(got[i].to) != whole.id(want[i].to) {
				t.Errorf("edge %d differs", i)
			}
		}
	})
}

// FuzzParseTag reads damaged tags and reflogs.
func FuzzParseTag(f *testing.F) {
	f.Add("object " + strings.Repeat("a", 40) + "\ntype commit\ntag v1\ntagger A <a@x> 1 +0000\n\nx")
	f.Add(strings.Repeat("a", 40) + " " + strings.Repeat("b", 40) + " A <a@x> 1 +0000\tx")
	r := &Repository{config: config{format: packfile.SHA1}}
	f.Fuzz(func(t *testing.T, text string) {
		id := packfile.SHA1.Sum(packfile.KindTag, []byte(text))
		if tag, err := ParseTag(id, []byte(text)); err == nil && (tag.Object.IsZero() != (tag.Object.String() == strings.Repeat("0", 40)) || tag.Kind == 0) {
			t.Errorf("%+v", tag)
		}
		if e, ok := r.parseLogEntry([]byte(text)); ok && e.New.Format() != packfile.SHA1 {
			t.Errorf("%+v", e)
		}
	})
}

// TestGraphMemory holds what a commit takes to what is promised.
func TestGraphMemory(t *testing.T) {
	t.Parallel()
	const count = 40_000
	b := NewGraphBuilder(packfile.SHA1)
	tree := packfile.SHA1.Sum(packfile.KindTree, nil)
	parent := packfile.ID{}
	for n := range count {
		text := "tree " + tree.String() + "\n"
		if n > 0 {
			text += "parent " + parent.String() + "\n"
		}
		text += "author A <a@x> 1700000000 +0000\ncommitter A <a@x> 1700000000 +0000\n\nx\n"
		parent = packfile.SHA1.Sum(packfile.KindCommit, []byte(text))
		if err := b.Add(parent, packfile.KindCommit, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	g := b.build(rewrites{}, nil, func() string { return "" }, func(what string, err error) { t.Error(what, err) })
	if g.Len() != count || g.ID(count-1) != parent || len(g.Parents(count-1)) != 1 {
		t.Errorf("%d commits", g.Len())
	}
	size := 4*cap(g.ids.slots) + cap(g.trees) + 8*cap(g.dates) + 4*cap(g.first) + 4*cap(g.parents)
	for _, chunk := range g.ids.chunks {
		size += cap(chunk)
	}
	if size > 77*count {
		t.Errorf("%d bytes a commit", size/count)
	}
}
