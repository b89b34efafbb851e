package git

import (
	"io/fs"
	"strings"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// unindexed lists the packs of a directory that have no index, so that nothing can be
// found in them: a multi-pack index does not take its place, for git neither.
func unindexed(files []fs.DirEntry) (names []string) {
	indexes := map[string]bool{}
	for _, file := range files {
		if name, ok := strings.CutSuffix(file.Name(), ".idx"); ok {
			indexes[name] = true
		}
	}
	for _, file := range files {
		name, isPack := strings.CutSuffix(file.Name(), ".pack")
		if isPack && strings.HasPrefix(name, "pack-") && !indexes[name] {
			names = append(names, file.Name())
		}
	}
	return names
}

// indexOf is the path of a pack's index.
func indexOf(pack string) string { return strings.TrimSuffix(pack, ".pack") + ".idx" }

// missing is the error for an object that is nowhere.
func (o *Objects) missing(id packfile.ID) *MissingError {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.unindexed != "" {
		return &MissingError{id, unindexedHint + o.unindexed}
	}
	return &MissingError{id, o.hint()}
}

// unindexedHint begins the hint that says more than any other: the object may be here.
const unindexedHint = "a pack has no index; run: git index-pack "
