package git

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// Trees that hold each other stand for more paths than can be counted: a walk over them ends, and so does
// the comparison of a sparse directory, and both say that they did not read all.
func TestTreesAreBounded(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	tree := func(lines string) string { return strings.TrimSpace(f.gitInput(lines, "mktree")) }
	empty := tree("")
	wide := empty
	for range 4 {
		var lines strings.Builder
		for i := range 200 {
			fmt.Fprintf(&lines, "040000 tree %s\t%03d\n", wide, i)
		}
		wide = tree(lines.String())
	}
	r := f.discover()
	id := parseTestID(t, wide)
	none := func(string, Side) error { return nil }
	if err := r.WalkTree(context.Background(), id, "", none); !errors.Is(err, ErrTreeLimit) {
		t.Errorf("walk: %v", err)
	}
	var damaged []string
	d := differ{repo: r, ctx: context.Background(), yield: func(Change) error { return nil }, damaged: func(_ string, err error) {
		if !errors.Is(err, ErrTreeLimit) {
			t.Error(err)
		}
		damaged = append(damaged, err.Error())
	}}
	if err := d.trees([]byte("d/"), packfile.ID{}, id); err != nil || len(damaged) != 1 {
		t.Errorf("compare: %q, %v", damaged, err)
	}
}
