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
	slices.SortFunc(found, packfile.CompareIDs)
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

// minNamed is the least number of digits of what is taken for an id that is
// missing and not for a name that was mistyped.
const minNamed = 7

// nothing is the error for a name that names nothing, with the command that may
// bring it where it looks like something that a clone lacks on purpose.
func (v *resolver) nothing(text string) error {
	err := v.errorf("there is no such reference or object")
	r := v.repo
	_, digits := r.Format().ParsePrefix(text)
	shallow := r.isShallow()
	if digits && len(text) >= minNamed && shallow {
		err.Fetch, err.Shallow = "git fetch --unshallow", true
		return err
	}
	for _, known := range r.config.remotes {
		remote := known.Name
		branch, ok := strings.CutPrefix(strings.TrimPrefix(text, "refs/remotes/"), remote+"/")
		if !ok || branch == "" {
			continue
		}
		unshallow := ""
		if shallow {
			unshallow = "--unshallow "
		}
		err.Fetch, err.Shallow = fmt.Sprintf("git fetch %s%s +refs/heads/%s:refs/remotes/%s/%s", unshallow, remote, branch, remote, branch), shallow
	}
	return err
}

// fetchHint is the command that brings an object that is not here.
func (r *Repository) fetchHint(id packfile.ID) string {
	remote := r.Origin().Name
	switch {
	case r.isShallow() && remote != "":
		return fmt.Sprintf("this is a shallow clone; run: git fetch --unshallow %s %s", remote, id)
	case remote != "" && !r.config.promisor:
		return fmt.Sprintf("is it on %s? run: git fetch %s %s", remote, remote, id)
	}
	return r.missingHint()
}

// shortNames are the names that a user may have meant.
func (r *Repository) shortNames(ctx context.Context) []string {
	l := refLister{repo: r, fail: func(string, error) {}, named: map[string]Reference{}}
	l.shared(ctx, "refs/")
	if ctx.Err() == nil {
		l.list(refDir{r.gitDir, ""})
	}
	l.resolve()
	names := make([]string, 0, len(l.found))
	for i := range l.found {
		if short := l.found[i].Short; !strings.Contains(short, " (") { // a further line of FETCH_HEAD or the like
			names = append(names, short)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
