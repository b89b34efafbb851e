// Package source holds the sources of content: what lies in a directory, what
// is staged for a commit, what the commits of a range add, what standard input gives,
// and all that a history holds. One source has the files that begin with its name.
//
// A source is a scanner.Source: it names contents and says where they stand,
// and gives each of them a function that opens it. The engine calls that
// function later, from another goroutine; a source itself starts none. What
// holds for all of them is written down, and tested, in package sourcetest.
//
// Data flows one way: a command builds a source from what its user asked for,
// the engine calls Blobs, reads what is yielded, and hands on what was skipped.
package source

import "fmt"

// UsageError says that a source was asked for something that cannot be
// scanned at all: a path that does not exist, a named pipe. Nothing was read.
type UsageError struct {
	Subject string // what was asked for, as the user wrote it
	Reason  string // lower case, no full stop
	Hint    string // what to do instead; may be empty
	Err     error  // the cause; may be nil
}

// Error returns subject and reason.
func (e *UsageError) Error() string { return fmt.Sprintf("%s: %s", e.Subject, e.Reason) }

// Unwrap returns the cause.
func (e *UsageError) Unwrap() error { return e.Err }
