package scanner

import "time"

// Exposure says since when a secret stands in a history, until when, and what
// still reaches it.
type Exposure struct {
	// First is the commit that introduced it: it holds the secret and no parent
	// does; of several the earliest. Last is the latest commit that holds it.
	// Both are nil when no commit holds it (a dangling blob, one that is only staged).
	First, Last *Commit
	// AtBoundary says that First is where a shallow clone ends: the secret may be older.
	AtBoundary bool
	// Removed is the commit by which HEAD's history lost it; nil while HEAD
	// holds it, and where HEAD's history never did.
	Removed *Commit
	Commits int // commits whose files, message or path names hold it
	Blobs   int // distinct contents that hold it
	// InHead says that the commit that HEAD names holds it.
	InHead bool
	// Refs are the references from which a commit that holds it is reached; empty: nothing
	// reaches it but its object id. Sorted: those whose own commit holds it first, then by kind and name.
	Refs []Reach
	// Days is how long it was or has been exposed, whole days begun: from First until Removed, or until the scan
	// while the commit of any reference holds it; 0 without commits.
	Days int
}

// Commit is what reports say of a commit.
type Commit struct {
	ID      string // hexadecimal
	Author  string // name and address; any bytes
	Date    time.Time
	Subject string // the message's first line; any bytes, nothing masked: a report masks what it finds there
}

// Reach is a reference that reaches a secret.
type Reach struct {
	Name string // as git shows it: "HEAD", "main", "origin/main", "v1.2", "stash@{0}", "HEAD@{3}"
	Kind RefKind
	Tip  bool // the commit it names holds the secret; else only its history does
}

// RefKind says what kind of reference it is.
type RefKind uint8

// The kinds of references, in the order in which reports name them.
const (
	RefHead RefKind = iota
	RefBranch
	RefRemote
	RefTag
	RefStash
	RefReflog
	RefOther // notes, pull requests, bisect, other worktrees' HEADs; the index
)

// String returns the word used in reports.
func (k RefKind) String() string {
	switch k {
	case RefHead:
		return "head"
	case RefBranch:
		return "branch"
	case RefRemote:
		return "remote"
	case RefTag:
		return "tag"
	case RefStash:
		return "stash"
	case RefReflog:
		return "reflog"
	}
	return "other"
}
