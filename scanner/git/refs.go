package git

import (
	"fmt"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// maxSymbolic bounds symbolic references that point to each other, as git does.
const maxSymbolic = 5

// Head gives the commit that HEAD names; the zero ID if its branch has no
// commit yet (unborn).
func (r *Repository) Head() (packfile.ID, error) { return r.Ref("HEAD") }

// Ref gives what a reference names ("HEAD", "MERGE_HEAD", "refs/heads/main"),
// symbolic ones followed; the zero ID if it does not exist.
func (r *Repository) Ref(name string) (packfile.ID, error) {
	for range maxSymbolic + 1 {
		if err := validateRef(name); err != nil {
			return packfile.ID{}, fmt.Errorf("reference %.200q: %w", name, err)
		}
		id, target, err := r.readRef(name)
		if err != nil {
			return packfile.ID{}, fmt.Errorf("reference %s: %w", name, err)
		}
		if target == "" {
			return id, nil
		}
		name = target
	}
	return packfile.ID{}, fmt.Errorf("reference %s: symbolic references are nested too deep", name)
}

// validateRef says what is wrong with a name, that of a worktree before it left aside.
func validateRef(name string) error {
	_, local := splitWorktree(name)
	if !strings.Contains(local, "/") {
		return nil
	}
	return plumbing.ReferenceName(local).Validate()
}

// isSafeRef says whether a name can be that of a reference, and stays inside of a directory.
func isSafeRef(name string) bool { return plumbing.ReferenceName(name).IsSafe() }

func errRefName(name string) error {
	return fmt.Errorf("reference %.200q: %w", name, plumbing.ErrInvalidReferenceName)
}
