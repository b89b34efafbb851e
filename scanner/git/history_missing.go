package git

import (
	"context"
	"fmt"
	"slices"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// KeptTips gives what the references name that git keeps: neither entries of logs nor what a command left behind (ORIG_HEAD).
func (h *History) KeptTips() []packfile.ID {
	var tips []packfile.ID
	for i := range h.refs {
		if ref := &h.refs[i]; !ref.isWeak() {
			tips = append(tips, ref.ID)
		}
	}
	slices.SortFunc(tips, packfile.CompareIDs)
	return slices.Compact(tips)
}

// Missing gives the objects of a set that are not in the store, as in a partial
// clone, sorted by id. Each is to be taken as a *MissingError, which
// MissingObject makes.
func (h *History) Missing(ctx context.Context, set *ObjectSet) ([]packfile.ID, error) {
	objects := h.repo.Objects()
	present := newIDTable(h.repo.Format())
	err := objects.eachPrefix("", func(id packfile.ID) bool {
		var buf [32]byte
		present.add(id.Append(buf[:0]))
		return ctx.Err() == nil
	})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		h.options.Fail("object store", fmt.Errorf("list objects: %w", err))
	}
	var missing []packfile.ID
	set.Each(func(id packfile.ID) {
		if _, ok := present.findID(id); !ok && id != objects.emptyTree {
			missing = append(missing, id)
		}
	})
	slices.SortFunc(missing, packfile.CompareIDs)
	return missing, nil
}

// MissingObject is the error for an object that is not in the store, with a
// hint where the repository lacks objects on purpose.
func (r *Repository) MissingObject(id packfile.ID) error { return &MissingError{id, r.missingHint()} }
