package git

import (
	"context"
	"fmt"
	"io"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// wholeVisitor is a packfile.Visitor for objects that always fit into memory:
// commits, tags and trees.
type wholeVisitor func(o *packfile.Object, base any) (state any, err error)

// Visit implements packfile.Visitor.
func (visit wholeVisitor) Visit(o *packfile.Object, base any) (any, error) {
	if o.Open == nil {
		return visit(o, base)
	}
	if o.Size > maxTree {
		return nil, fmt.Errorf("%d bytes are more than the limit of %d", o.Size, maxTree)
	}
	r, err := o.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	content, err := io.ReadAll(io.LimitReader(r, maxTree+1))
	if err != nil {
		return nil, err
	}
	whole := *o
	whole.Content, whole.Open = content, nil
	return visit(&whole, base)
}

// scan shows every object of some kinds in the store once; each worker has a
// visitor of its own. What cannot be read goes to fail.
func (r *Repository) scan(ctx context.Context, workers int, kinds []packfile.Kind, newVisitor func() wholeVisitor, fail func(what string, err error)) error {
	_, err := r.WalkObjects(ctx, WalkOptions{Workers: workers, Kinds: kinds}, func() packfile.Visitor { return newVisitor() },
		func(id packfile.ID, where string, err error) {
			if id.IsZero() {
				fail(where, err)
			} else {
				fail("object "+id.String(), err)
			}
		})
	return err
}
