package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// rewrites are what makes git show another history than the commits tell: the
// shallow boundary, grafts and replaced objects (gitrepository-layout(5),
// git-replace(1)).
type rewrites struct {
	shallow map[packfile.ID]bool          // commits whose parents are not there on purpose
	grafts  map[packfile.ID][]packfile.ID // other parents
	replace map[packfile.ID]packfile.ID   // other content; chains are followed
}

// readRewrites reads the files shallow and info/grafts, and picks the
// replacements out of the references.
func (r *Repository) readRewrites(refs []Reference, fail func(name string, err error)) rewrites {
	w := rewrites{map[packfile.ID]bool{}, map[packfile.ID][]packfile.ID{}, map[packfile.ID]packfile.ID{}}
	r.idLines("shallow", fail, func(ids []packfile.ID) {
		for _, id := range ids {
			w.shallow[id] = true
		}
	})
	r.idLines("info/grafts", fail, func(ids []packfile.ID) { w.grafts[ids[0]] = ids[1:] })
	if r.asStored {
		return w
	}
	direct := map[packfile.ID]packfile.ID{}
	for _, ref := range refs {
		digits, ok := strings.CutPrefix(ref.Name, "refs/replace/")
		if !ok {
			continue
		}
		id, err := packfile.ParseID(digits)
		if err != nil || id.Format() != r.Format() {
			fail(ref.Name, fmt.Errorf("reference %s: its name is no object id", ref.Name))
			continue
		}
		direct[id] = ref.ID
	}
	for id := range direct {
		at, steps := id, 0
		for next, ok := direct[at]; ok && steps <= maxSymbolic; next, ok = direct[at] {
			at = next
			steps++
		}
		if steps > maxSymbolic {
			fail("refs/replace/"+id.String(), fmt.Errorf("object %s: replacements are nested too deep", id))
			continue
		}
		w.replace[id] = at
	}
	return w
}

// idLines calls f for every line of a file of the common directory that holds
// ids with spaces between them. An absent file has no lines.
func (r *Repository) idLines(name string, fail func(string, error), f func(ids []packfile.ID)) {
	mapping, err := packfile.Map(filepath.Join(r.commonDir, filepath.FromSlash(name)))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotDir) {
		return
	}
	if err == nil {
		defer func() { _ = mapping.Close() }()
		err = mapping.Guard(func() error {
			number := 0
			for line := range bytes.SplitSeq(mapping.Bytes(), []byte{'\n'}) {
				number++
				fields := bytes.Fields(line)
				if len(fields) == 0 || fields[0][0] == '#' {
					continue
				}
				ids := make([]packfile.ID, len(fields))
				var bad error
				for i, field := range fields {
					ids[i], err = packfile.ParseID(string(field))
					if err == nil && ids[i].Format() != r.Format() {
						err = errors.New("id of another object format")
					}
					bad = errors.Join(bad, err)
				}
				if bad != nil {
					fail(name, fmt.Errorf("%s:%d: %w", name, number, bad))
					continue
				}
				f(ids)
			}
			return nil
		})
	}
	if err != nil {
		fail(name, fmt.Errorf("read %s: %w", name, err))
	}
}

// content is the object that git reads when it is asked for id.
func (w *rewrites) content(id packfile.ID) packfile.ID {
	if other, ok := w.replace[id]; ok {
		return other
	}
	return id
}

// parents are the parents that git log goes to from a commit whose content
// names those given.
func (w *rewrites) parents(id packfile.ID, stored []packfile.ID) []packfile.ID {
	if w.shallow[id] {
		return nil
	}
	if grafted, ok := w.grafts[id]; ok {
		return grafted
	}
	return stored
}

// rewritesNow reads what is rewritten without reading the other references.
func (r *Repository) rewritesNow(ctx context.Context, fail func(string, error)) rewrites {
	var refs []Reference
	if !r.asStored {
		l := refLister{repo: r, fail: fail, named: map[string]Reference{}}
		l.shared(ctx, "refs/replace/")
		l.resolve()
		refs = l.found
	}
	return r.readRewrites(refs, fail)
}
