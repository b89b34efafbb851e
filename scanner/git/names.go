package git

import (
	"context"
	"sync"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// EachName calls f for the name of every entry of a tree. A malformed entry is a
// *CorruptError; an error of f ends it and is returned as it is. Other than a
// TreeReader it does not mind the order: every name is looked at.
func EachName(id packfile.ID, content []byte, f func(name []byte) error) error {
	hash := id.Format().Size()
	for at := 0; at < len(content); {
		e, size, reason := parseTreeEntry(content[at:], hash)
		if reason != "" {
			return malformedTree(id, reason, at)
		}
		if err := f(e.Name); err != nil {
			return err
		}
		at += size
	}
	return nil
}

// FindNames finds the entries of all trees of the store whose name is wanted,
// which is called from several goroutines.
func (r *Repository) FindNames(ctx context.Context, workers int, wanted func(name []byte) bool, fail func(what string, err error)) ([]TreeName, error) {
	var mu sync.Mutex
	var found []TreeName
	err := r.scan(ctx, workers, []packfile.Kind{packfile.KindTree}, func() wholeVisitor {
		return func(o *packfile.Object, _ any) (any, error) {
			return nil, EachName(o.ID, o.Content, func(name []byte) error {
				if wanted(name) {
					mu.Lock()
					defer mu.Unlock()
					found = append(found, TreeName{o.ID, string(name)})
				}
				return nil
			})
		}
	}, fail)
	return found, err
}
