package git

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
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

// defaultReplaceBase is what the names of replacements begin with, unless GIT_REPLACE_REF_BASE says otherwise.
const defaultReplaceBase = "refs/replace/"

// readRewrites reads the shallow file and the grafts, and picks the
// replacements out of the references.
func (r *Repository) readRewrites(refs []Reference, fail func(name string, err error)) rewrites {
	w := rewrites{map[packfile.ID]bool{}, map[packfile.ID][]packfile.ID{}, map[packfile.ID]packfile.ID{}}
	eachLine(r.shallowPath, "shallow", fail, func(line []byte) error {
		id, _, err := r.leadingID(line) // git heeds nothing behind it
		if err == nil {
			w.shallow[id] = true
		}
		return err
	})
	eachLine(r.graftsPath, "info/grafts", fail, func(line []byte) error {
		ids, err := r.parseGraft(line)
		if err != nil || len(ids) == 0 {
			return err
		}
		if _, again := w.grafts[ids[0]]; again {
			return fmt.Errorf("a second graft of commit %s", ids[0]) // git keeps to the first one
		}
		w.grafts[ids[0]] = ids[1:]
		return nil
	})
	if !r.asStored {
		w.replace = follow(r.replacements(refs, fail), r.replacementBase(), fail)
	}
	return w
}

// replacements gives what the references for it replace: each object by the one that a
// reference names whose own name begins with the base and ends in a slash and that object's id.
func (r *Repository) replacements(refs []Reference, fail func(name string, err error)) map[packfile.ID]packfile.ID {
	base := r.replacementBase()
	direct := map[packfile.ID]packfile.ID{}
	named := slices.Clone(refs)
	slices.SortFunc(named, func(a, b Reference) int { return cmp.Compare(a.Name, b.Name) })
	for _, ref := range named {
		if !strings.HasPrefix(ref.Name, base) || !strings.HasPrefix(ref.Name, "refs/") || ref.Kind == RefReflog {
			continue
		}
		id, _, err := r.leadingID([]byte(ref.Name[strings.LastIndexByte(ref.Name, '/')+1:]))
		if err != nil {
			fail(ref.Name, fmt.Errorf("reference %s: its name is no object id", ref.Name))
			continue
		}
		if _, again := direct[id]; again {
			fail(ref.Name, fmt.Errorf("reference %s: another one replaces that object, too", ref.Name))
			continue
		}
		direct[id] = ref.ID
	}
	return direct
}

// replacementBase is what the names of replacements begin with.
func (r *Repository) replacementBase() string { return cmp.Or(r.replaceBase, defaultReplaceBase) }

// follow goes from replacements, whose names begin with base, to what replaces those in turn.
func follow(direct map[packfile.ID]packfile.ID, base string, fail func(name string, err error)) map[packfile.ID]packfile.ID {
	last := make(map[packfile.ID]packfile.ID, len(direct))
	for id := range direct {
		at, steps := id, 0
		for next, ok := direct[at]; ok && steps <= maxSymbolic; next, ok = direct[at] {
			at = next
			steps++
		}
		if steps > maxSymbolic {
			fail(base+id.String(), fmt.Errorf("object %s: replacements are nested too deep", id))
			continue
		}
		last[id] = at
	}
	return last
}

// parseGraft reads a line of the grafts: a commit and its parents with one white space between
// them. A comment (#) and a blank line have none.
func (r *Repository) parseGraft(line []byte) (ids []packfile.ID, err error) {
	line = bytes.TrimRight(line, " \t\r\n")
	if len(line) == 0 || line[0] == '#' {
		return nil, nil
	}
	for {
		id, rest, err := r.leadingID(line)
		if err != nil {
			return nil, err
		}
		if ids = append(ids, id); len(rest) == 0 {
			return ids, nil
		}
		if strings.IndexByte(" \t\r", rest[0]) < 0 {
			return nil, fmt.Errorf("%.80q follows an id", rest)
		}
		line = rest[1:]
	}
}

// leadingID reads the id that a text begins with.
func (r *Repository) leadingID(text []byte) (id packfile.ID, rest []byte, err error) {
	digits := 2 * r.Format().Size()
	if len(text) < digits {
		return id, text, fmt.Errorf("%.80q is no object id of %d digits", text, digits)
	}
	id, err = packfile.ParseID(string(text[:digits]))
	return id, text[digits:], err
}

// eachLine calls f for every line of a file, and gives what f says is wrong with one to fail,
// under the name of the file. An absent file has no lines.
func eachLine(path, name string, fail func(string, error), f func(line []byte) error) {
	mapping, err := packfile.Map(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotDir) {
		return
	}
	if err == nil {
		defer func() { _ = mapping.Close() }()
		err = mapping.Guard(func() error {
			number := 0
			for line := range bytes.Lines(mapping.Bytes()) {
				number++
				if bad := f(bytes.TrimSuffix(line, []byte{'\n'})); bad != nil {
					fail(name, fmt.Errorf("%s:%d: %w", name, number, bad))
				}
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
	if base := cmp.Or(r.replaceBase, defaultReplaceBase); !r.asStored && strings.HasPrefix(base, "refs/") {
		refs = r.refsBelow(ctx, base[:strings.LastIndexByte(base, '/')+1], fail)
	}
	return r.readRewrites(refs, fail)
}

// refsBelow lists the references of this worktree whose names begin with a prefix that ends in a slash.
func (r *Repository) refsBelow(ctx context.Context, prefix string, fail func(string, error)) []Reference {
	named := map[string]Reference{}
	dirs := []string{r.commonDir}
	if r.gitDir != r.commonDir {
		dirs = append(dirs, r.gitDir)
	}
	for _, dir := range dirs {
		r.refStore(dir).each(prefix, func(name string, id packfile.ID, target string) {
			if place, _ := r.refPlace(name); ctx.Err() == nil && place == dir {
				named[name] = Reference{Name: name, Kind: RefOther, ID: id, Target: target}
			}
		}, fail)
	}
	refs := make([]Reference, 0, len(named))
	for name, ref := range named {
		if ref.Target != "" {
			var err error
			if ref.ID, err = r.Ref(ref.Target); err != nil {
				fail(name, err)
			}
		}
		if !ref.ID.IsZero() {
			refs = append(refs, ref)
		}
	}
	return refs
}
