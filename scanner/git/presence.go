package git

import (
	"errors"
	"fmt"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// Presence tells which objects are stored, without reading them. It is
// immutable and safe for concurrent use.
type Presence struct {
	indexes   []*packfile.Index
	loose     map[packfile.ID]struct{}
	emptyTree packfile.ID // needs not be stored
}

// Presence lists the object store. The error says what could not be listed; the rest counts.
func (r *Repository) Presence() (*Presence, error) {
	o := r.Objects()
	p := &Presence{loose: map[packfile.ID]struct{}{}, emptyTree: o.emptyTree}
	dirs, err := o.dirs()
	errs := []error{err}
	for _, dir := range dirs {
		errs = append(errs, o.looseIDs(dir, "", func(id packfile.ID) bool {
			p.loose[id] = struct{}{}
			return true
		}))
	}
	p.indexes = o.indexes(&errs) // last: what is packed meanwhile is in a new pack
	if err := errors.Join(errs...); err != nil {
		return p, fmt.Errorf("list objects: %w", err)
	}
	return p, nil
}

// Has says whether an object is stored. A pack whose index cannot be searched has none.
func (p *Presence) Has(id packfile.ID) bool {
	for _, x := range p.indexes {
		if _, ok, err := x.Find(id); ok && err == nil {
			return true
		}
	}
	_, ok := p.loose[id]
	return ok || id == p.emptyTree
}
