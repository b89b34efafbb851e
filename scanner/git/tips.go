package git

import (
	"context"
	"slices"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// RefTips gives what the references whose names begin with a prefix ("refs/",
// "refs/remotes/origin/") name, each object once, without their logs. What cannot be
// read is given to fail.
func (r *Repository) RefTips(ctx context.Context, prefix string, fail func(name string, err error)) []packfile.ID {
	l := refLister{repo: r, fail: fail, named: map[string]Reference{}}
	l.shared(ctx, prefix)
	l.resolve()
	tips := make([]packfile.ID, 0, len(l.found))
	for i := range l.found {
		tips = append(tips, l.found[i].ID)
	}
	slices.SortFunc(tips, func(a, b packfile.ID) int { return a.Compare(b.Append(nil)) })
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
