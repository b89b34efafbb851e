package git

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// ambiguous is the error for an abbreviation of several ids.
func (v *resolver) ambiguous(found []packfile.ID) error {
	slices.SortFunc(found, func(a, b packfile.ID) int { return a.Compare(b.Append(nil)) })
	var lines []string
	for _, id := range found[:min(len(found), maxCandidates)] {
		kind, _, err := v.repo.Objects().Stat(id)
		if err != nil {
			lines = append(lines, id.String())
			continue
		}
		lines = append(lines, fmt.Sprintf("%s (%s)", id, kind))
	}
	if more := len(found) - len(lines); more > 0 {
		lines = append(lines, fmt.Sprintf("%d more", more))
	}
	return &RevisionError{
		Revision: v.text, Candidates: found,
		Reason: fmt.Sprintf("it is short for %d objects: %s", len(found), strings.Join(lines, ", ")),
	}
}

// shortNames are the names that a user may have meant.
func (r *Repository) shortNames(ctx context.Context) []string {
	l := refLister{repo: r, fail: func(string, error) {}, named: map[string]Reference{}}
	l.packed()
	if ctx.Err() == nil {
		l.loose(r.commonDir, "")
		l.worktree(r.gitDir, "")
	}
	l.resolve()
	names := make([]string, 0, len(l.found))
	for i := range l.found {
		names = append(names, l.found[i].Short)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
