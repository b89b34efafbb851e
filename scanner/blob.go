package scanner

import (
	"context"
	"io"
	"time"
)

// Kind says what a content is.
type Kind uint8

// The kinds of content. A path's own text is content, too.
const (
	KindFile Kind = iota
	KindPathName
	KindCommitMessage
	KindTagMessage
)

// String returns the word used in reports.
func (k Kind) String() string {
	switch k {
	case KindPathName:
		return "path-name"
	case KindCommitMessage:
		return "commit-message"
	case KindTagMessage:
		return "tag-message"
	}
	return "file"
}

// Origin says where a content stands.
type Origin struct {
	Kind   Kind
	Path   string // slash-separated, relative to the root that the report names; any bytes but NUL
	Commit string // hexadecimal object id; empty outside a history
	Author string
	Date   time.Time // zero outside a history
	// Unchanged says that the content was named and is scanned whole, although
	// nothing of it is new: it is not what a commit would add.
	Unchanged bool
}

// name is what a skip calls the content by: a message has no path.
func (o Origin) name() string {
	switch {
	case o.Path != "" || o.Commit == "":
		return o.Path
	case o.Kind == KindCommitMessage:
		return "message of commit " + o.Commit
	}
	return o.Kind.String() + " of " + o.Commit
}

// Blob is content with an identity: the unit of scanning. However often it
// occurs it is read once.
type Blob struct {
	// ID is what equal contents share (an object id) or the empty string.
	ID string
	// Origins are the places where the content stands, at least one.
	Origins []Origin
	// Size in bytes, or -1 where only reading tells.
	Size int64
	// Open gives the content. It is called at most once and from any goroutine. Of a reader
	// that is InMemory no copy is made.
	Open func() (io.ReadCloser, error)
	// Earlier gives a content that stood at all of the origins before, where there is one that is cheap to
	// read; nil: none. What this content has of it need not be searched. Too large a one is an error. It may be called from any goroutine.
	Earlier func() ([]byte, error)
	// Before gives what stood at an origin before: contents whose secrets are
	// not new there. It is called only when something was found, may be nil,
	// and is never called for kinds other than KindFile.
	Before func(ctx context.Context, origin Origin) ([]Blob, error)
}

// InMemory is a reader that has all of its content at hand. It is not changed.
type InMemory interface {
	io.Reader
	Bytes() []byte
}

// Source yields blobs. It does not read them: the engine does, concurrently.
type Source interface {
	// Blobs calls yield for every blob, in any order, from one goroutine. What
	// cannot be reached goes to skip, and the walk goes on; an error is
	// returned only when nothing more can be yielded. An error from yield is
	// returned as it is.
	Blobs(ctx context.Context, yield func(Blob) error, skip func(Skip)) error
}

// Summarizer is a Source that knows more about what it yielded than the blobs
// tell. Summarize is called once, when Blobs has returned.
type Summarizer interface {
	Summarize(*Summary)
}

// Skip is something that was not read, or of which not all that was found is told, and why. Nothing is left out silently.
type Skip struct {
	Kind   SkipKind
	Path   string // path or object name
	Reason string // lower case, no full stop
	Hint   string // what to do about it, a command where there is one; may be empty
	Detail string // lines for a bug report, shown only when asked for; mostly empty
}
