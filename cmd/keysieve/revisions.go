package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/keysieve/keysieve/scanner/git"
)

// commit resolves what the user calls a commit. In a shallow clone, which mostly has one branch only, a name
// that names nothing may well be a branch of the remote: the error gives the command that brings it.
func (r revisions) commit(text string) (git.ID, error) {
	id, err := r.repo.ResolveCommit(r.ctx, text)
	var unknown *git.RevisionError
	if !errors.As(err, &unknown) || unknown.Fetch != "" || len(unknown.Candidates) > 0 || !r.repo.IsShallow() {
		return id, err
	}
	name, remote := text, r.repo.Origin().Name
	if at := strings.IndexAny(text, "~^"); at >= 0 {
		name = text[:at]
	}
	if _, err := r.repo.Resolve(r.ctx, name); err == nil || remote == "" || !isPlainName(name) || !isPlainName(remote) {
		return id, unknown
	}
	// Into a branch of its own, so that what was called finds it by this name.
	unknown.Fetch, unknown.Shallow = fmt.Sprintf("git fetch --unshallow %s %s:%s", remote, name, name), true
	return id, unknown
}

// isPlainName says whether a name can be a branch's and stands in a command as it is.
func isPlainName(name string) bool {
	plain := func(c rune) bool {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("-_./", c)
	}
	return name != "" && name[0] != '-' && strings.IndexFunc(name, func(c rune) bool { return !plain(c) }) < 0
}
