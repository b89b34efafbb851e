package rules

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// Error is a mistake in a pack or configuration file.
type Error struct {
	File    string // as the caller named it; may be empty for packs built in code
	Line    int    // counts from 1; 0: the file as a whole
	Message string
}

// Error returns "file:line: message".
func (e *Error) Error() string {
	switch {
	case e.File == "":
		return e.Message
	case e.Line == 0:
		return e.File + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Message)
}

// joinErrors joins mistakes in the order of their files and lines; files keep
// the order in which they first appear.
func joinErrors(errs []*Error) error {
	if len(errs) == 0 {
		return nil
	}
	order := map[string]int{}
	for _, e := range errs {
		if _, seen := order[e.File]; !seen {
			order[e.File] = len(order)
		}
	}
	slices.SortStableFunc(errs, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(order[a.File], order[b.File]), cmp.Compare(a.Line, b.Line))
	})
	joined := make([]error, len(errs))
	for i, e := range errs {
		joined[i] = e
	}
	return errors.Join(joined...)
}

// asErrors takes apart what joinErrors made.
func asErrors(err error) []*Error {
	var single *Error
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []*Error
		for _, e := range joined.Unwrap() {
			all = append(all, asErrors(e)...)
		}
		return all
	}
	if errors.As(err, &single) {
		return []*Error{single}
	}
	return []*Error{{Message: err.Error()}}
}
