package git

import "context"

// Files calls f for what the index has staged at a path or, if it is a
// directory, below it, in the order of the paths: those of sparse directories,
// too, and stages 2 and 3 of a path with a conflict, but not those that are
// only intended to be added. The root is ".". An error of f is returned as it
// is.
func (x *Index) Files(ctx context.Context, path string, f func(path string, side Side) error) error {
	each := func(e *Entry) error {
		switch {
		case e.Mode() == ModeTree:
			return x.repo.WalkTree(ctx, e.ID(), string(e.Path), f)
		case e.IntentToAdd(), e.Stage() == 1:
			return ctx.Err()
		}
		return f(string(e.Path), Side{e.Mode(), e.ID()})
	}
	return x.mapping.Guard(func() error {
		if path == "." {
			return x.eachBelow("", each)
		}
		c, ok := x.seek(path)
		for ; ok && string(c.entry.Path) == path; ok, _ = c.next() { // walked before
			if err := each(&c.entry); err != nil {
				return err
			}
		}
		if err := x.eachBelow(path+"/", each); err != nil || !x.file.directories {
			return err
		}
		mode, id, err := x.inSparse(path)
		switch {
		case err != nil || mode == ModeNone:
			return err
		case mode == ModeTree:
			return x.repo.WalkTree(ctx, id, path+"/", f)
		}
		return f(path, Side{mode, id})
	})
}
