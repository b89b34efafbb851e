package git

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// eachPrefix calls f for the ids of all objects in the store that begin with
// some hexadecimal digits (none: for all), until f gives false. An object that
// is stored several times is given several times. Loose objects come first: what
// is packed meanwhile is found in the new pack then. A pack that cannot be
// searched is an error, after the others were.
func (o *Objects) eachPrefix(digits string, f func(packfile.ID) bool) error {
	low, ok := o.format.ParsePrefix(digits)
	if !ok {
		return fmt.Errorf("%.80q is no beginning of an object id", digits)
	}
	dirs, err := o.dirs()
	if err != nil {
		return err
	}
	going := true
	once := func(id packfile.ID) bool {
		going = going && f(id)
		return going
	}
	var errs []error
	for _, dir := range dirs {
		if going {
			errs = append(errs, o.looseIDs(dir, digits, once))
		}
	}
	for _, x := range o.indexes(&errs) {
		if going {
			errs = append(errs, x.EachPrefix(low, len(digits), once))
		}
	}
	return errors.Join(errs...)
}

// indexes opens those of all packs.
func (o *Objects) indexes(errs *[]error) (list []*packfile.Index) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.listPacks()
	for _, p := range o.packs {
		if p.broken {
			continue
		}
		// Looking for what is in no pack opens it.
		if _, _, err := o.search(p, o.emptyTree); err != nil {
			p.broken = true
			o.failed = append(o.failed, err)
		}
		if p.pack != nil {
			list = append(list, p.pack.Index())
		}
	}
	*errs = append(*errs, o.failed...)
	return list
}

// looseIDs lists the loose objects of one object directory.
func (o *Objects) looseIDs(dir, digits string, f func(packfile.ID) bool) error {
	for first := range 256 {
		name := fmt.Sprintf("%02x", first)
		if n := min(len(digits), 2); name[:n] != digits[:n] {
			continue
		}
		files, err := os.ReadDir(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotDir) {
			continue
		}
		if err != nil {
			return fmt.Errorf("list loose objects: %w", err)
		}
		for _, file := range files {
			full := name + file.Name()
			if len(full) != 2*o.format.Size() || full[:len(digits)] != digits {
				continue
			}
			if id, err := packfile.ParseID(full); err == nil && !f(id) {
				return nil
			}
		}
	}
	return nil
}
