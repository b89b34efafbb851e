package git

import (
	"context"
	"slices"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// RefTips gives what the references whose names begin with a prefix ("refs/",
// "refs/remotes/origin/") name, if chosen says so, each object once, without their logs. What cannot be
// read is given to fail, and names nothing: neither a value of it that stands elsewhere
// nor, where the store as a whole cannot be read to its end, anything else counts.
func (r *Repository) RefTips(ctx context.Context, prefix string, chosen func(name string) bool, fail func(name string, err error)) []packfile.ID {
	unread := map[string]bool{}
	l := refLister{repo: r, named: map[string]Reference{}, fail: func(name string, err error) {
		unread[name] = true
		fail(name, err)
	}}
	l.shared(ctx, prefix)
	l.resolve()
	if unread["reftable"] {
		return nil
	}
	tips := make([]packfile.ID, 0, len(l.found))
	for i := range l.found {
		if name := l.found[i].Name; !unread[name] && chosen(name) {
			tips = append(tips, l.found[i].ID)
		}
	}
	slices.SortFunc(tips, packfile.CompareIDs)
	return slices.Compact(tips)
}

// Peel follows annotated tags: through are the tags, end is what the last one
// names, of the kind.
func (r *Repository) Peel(id packfile.ID) (through []packfile.ID, end packfile.ID, kind packfile.Kind, err error) {
	for range maxTagDepth {
		if kind, _, err = r.Objects().Stat(id); err != nil || kind != packfile.KindTag {
			return through, id, kind, err
		}
		tag, err := r.Tag(id)
		if err != nil {
			return through, id, kind, err
		}
		through = append(through, id)
		id = tag.Object
	}
	return through, id, kind, &CorruptError{id, errTagDepth}
}
