package git

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// readBlobs adds the blobs of the trees that are marked. Of a tree that is a
// delta of another with the same mark, only what the delta inserts is looked at.
func (x *selector) readBlobs(ctx context.Context) error {
	skip := func(id packfile.ID) bool {
		n, ok := x.trees.find(id)
		return !ok || *x.mark(n) == 0
	}
	_, err := x.repo.WalkObjects(ctx, WalkOptions{Workers: x.options.Workers, Kinds: []packfile.Kind{packfile.KindTree}, Skip: skip},
		func() packfile.Visitor { return wholeVisitor(x.blobs) },
		func(id packfile.ID, where string, err error) {}) // reported by the first pass
	if err != nil {
		return fmt.Errorf("read trees: %w", err)
	}
	return nil
}

// blobs adds the blobs of a tree. Its state is its mark.
func (x *selector) blobs(o *packfile.Object, base any) (any, error) {
	n, _ := x.trees.find(o.ID)
	mark := *x.mark(n)
	copies := o.Copies
	if before, ok := base.(treeMark); !ok || before != mark || mark&treePartly != 0 {
		copies = nil
	}
	size := x.repo.Format().Size()
	data := o.Content
	for at := 0; at < len(data); {
		end := bytes.IndexByte(data[at:], 0)
		if end < 0 || len(data)-at-end-1 < size {
			break // reported by the first pass
		}
		next := at + end + 1 + size
		for len(copies) > 0 && copies[0].Target+copies[0].Size < next {
			copies = copies[1:]
		}
		known := len(copies) > 0 && copies[0].Target <= at
		entry := data[at : at+end]
		raw := data[next-size : next]
		at = next
		if known || len(entry) == 0 || entry[0] == '4' || entry[0] == '0' || binary.BigEndian.Uint16(entry) == '1'<<8|'6' {
			continue // not new, a directory, or a submodule
		}
		if mark&treeAll == 0 && !x.fitsIn(n, entry) {
			continue
		}
		x.set.add(raw)
	}
	return mark, nil
}

// fitsIn says whether an entry of a tree that is selected for some directories
// fits to the patterns in one of them.
func (x *selector) fitsIn(n uint32, entry []byte) bool {
	_, name, ok := splitEntry(entry)
	if !ok {
		return false
	}
	for _, dir := range x.partly[n] {
		if dir != "" {
			dir += "/"
		}
		if x.globs.fit(dir+string(name)) == fitAll {
			x.set.matched.Store(true)
			return true
		}
	}
	return false
}
