package git

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// ErrNotRepository is what Discover's error is when there is no repository.
var ErrNotRepository = errors.New("not a git repository")

// ErrUnsupported is what Discover's error is when the repository has a format
// that this program does not read.
var ErrUnsupported = errors.New("unsupported repository format")

// ErrTreeLimit is what an error is when trees stand for more paths, or for deeper ones, than are read.
var ErrTreeLimit = errors.New("the rest was not read")

// UnlistedError says that not everything is listed that was found: nothing was left unread for it.
type UnlistedError struct{ reason string }

// Error says what is not listed.
func (e *UnlistedError) Error() string { return e.reason }

// MissingError says that an object is not in the object store.
type MissingError struct {
	ID   packfile.ID
	hint string
}

// Error names the object.
func (e *MissingError) Error() string { return fmt.Sprintf("object %s is missing", e.ID) }

// Hint says what completes the repository; empty when it should be complete.
func (e *MissingError) Hint() string { return e.hint }

// CorruptError says that an object is in the store, but cannot be read from it.
type CorruptError struct {
	ID  packfile.ID
	Err error // names the file
}

// Error names the object and the cause.
func (e *CorruptError) Error() string { return fmt.Sprintf("object %s: %v", e.ID, e.Err) }

// Unwrap returns the cause.
func (e *CorruptError) Unwrap() error { return e.Err }

// Hint says how to look into it; what the cause says goes first.
func (e *CorruptError) Hint() string {
	var known interface{ Hint() string }
	if errors.As(e.Err, &known) {
		return known.Hint()
	}
	return "git fsck"
}

// UnreadableError says that a file of the repository is there and cannot be read.
type UnreadableError struct {
	What string // "index"
	Path string
	Err  error
}

// Error names the file and the cause.
func (e *UnreadableError) Error() string {
	err := e.Err
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	return fmt.Sprintf("cannot read the %s %s: %v", e.What, e.Path, err)
}

// Unwrap returns the cause.
func (e *UnreadableError) Unwrap() error { return e.Err }

// IndexError says that an index file does not hold together.
type IndexError struct {
	Path   string
	Offset int64 // in bytes from the start of the file; -1 where it does not apply
	Reason string
}

// Error names the file and the offset.
func (e *IndexError) Error() string {
	if e.Offset < 0 {
		return fmt.Sprintf("corrupt index %s: %s", e.Path, e.Reason)
	}
	return fmt.Sprintf("corrupt index %s: %s at offset %d", e.Path, e.Reason, e.Offset)
}
