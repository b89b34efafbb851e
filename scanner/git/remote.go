package git

import "strings"

// Remote is a repository that this one exchanges commits with.
type Remote struct {
	Name string
	URL  string // as configured: it may hold a password
}

// Remotes are the remotes that are configured, in the order of the file.
func (r *Repository) Remotes() []Remote { return r.config.remotes }

// Origin is the remote that a repository was probably cloned from: the one of that
// name, else the first one; none has no name.
func (r *Repository) Origin() Remote {
	for _, remote := range r.config.remotes {
		if remote.Name == "origin" {
			return remote
		}
	}
	if len(r.config.remotes) > 0 {
		return r.config.remotes[0]
	}
	return Remote{}
}

// Branch is the short name of the branch that is checked out, or empty.
func (r *Repository) Branch() string {
	_, target, err := r.readRef("HEAD")
	if err != nil {
		return "" // whoever needs HEAD says so
	}
	if name, ok := strings.CutPrefix(target, "refs/heads/"); ok {
		return name
	}
	return ""
}
