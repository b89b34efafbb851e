package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/keysieve/keysieve/rules"
)

// findConfig returns the path of the configuration that holds at a place, empty where there is none, and what
// should be said about others that were passed over.
//
// In a work tree it is looked for up to the root. Outside of one every directory above counts, so what somebody else
// could put there (in /tmp, in a shared directory) must not decide: as git does with repositories
// (safe.directory), a file above the place is taken only where it belongs to the user or the system's administrator.
func findConfig(at place) (path string, passed []string, err error) {
	if at.stopAt != "" {
		path, err = rules.FindConfig(at.dir, at.stopAt)
		return path, nil, err
	}
	dir, err := filepath.Abs(at.dir)
	if err != nil {
		return "", nil, err
	}
	for above := false; ; above = true {
		path, err := rules.FindConfig(dir, dir)
		switch {
		case above && errors.Is(err, fs.ErrPermission):
			passed = append(passed, fmt.Sprintf("%s may hold a %s, which cannot be read: permission denied", dir, rules.ConfigName))
		case err != nil:
			return "", passed, err
		case path != "" && (!above || isTrusted(path)):
			return path, passed, nil
		case path != "":
			passed = append(passed, fmt.Sprintf("%s is passed over: it belongs to another user; to use it: --config %s", path, shellQuote(path)))
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", passed, nil
		}
		dir = parent
	}
}

// isTrusted says whether a file, and the link that leads to it where it is one, belongs to the user or the administrator.
func isTrusted(path string) bool {
	link, err := os.Lstat(path)
	if err != nil || !ownedByUser(link) {
		return false
	}
	file, err := os.Stat(path)
	return err == nil && ownedByUser(file)
}
