package report

import "github.com/keysieve/keysieve/scanner"

// jsonExposure is scanner.Exposure. A commit that there is none of has no key.
type jsonExposure struct {
	First   *jsonCommit `json:"first,omitempty"`
	Last    *jsonCommit `json:"last,omitempty"`
	Removed *jsonCommit `json:"removed,omitempty"`
	Commits int         `json:"commits"`
	Blobs   int         `json:"blobs"`
	InHead  bool        `json:"in_head"`
	Refs    []jsonRef   `json:"refs"`
	Days    int         `json:"days"`
	// AtBoundary is left out where it is false.
	AtBoundary bool `json:"at_boundary,omitempty"`
}

type jsonCommit struct {
	Commit  string `json:"commit"`
	Author  string `json:"author"`
	Date    string `json:"date"` // RFC 3339, UTC
	Subject string `json:"subject"`
}

type jsonRef struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
	Tip  bool   `json:"tip"`
}

// exposure returns the shape of e, nil for nil.
func (d documenter) exposure(e *scanner.Exposure) *jsonExposure {
	if e == nil {
		return nil
	}
	refs := make([]jsonRef, len(e.Refs))
	for i, r := range e.Refs {
		refs[i] = jsonRef{Name: d.text(r.Name), Kind: r.Kind.String(), Tip: r.Tip}
	}
	return &jsonExposure{
		First: d.commit(e.First), Last: d.commit(e.Last), Removed: d.commit(e.Removed),
		Commits: e.Commits, Blobs: e.Blobs, InHead: e.InHead, Refs: refs, Days: e.Days, AtBoundary: e.AtBoundary,
	}
}

func (d documenter) commit(c *scanner.Commit) *jsonCommit {
	if c == nil {
		return nil
	}
	return &jsonCommit{Commit: c.ID, Author: d.text(c.Author), Date: timestamp(c.Date), Subject: d.subject(c.Subject)}
}
