package scanner

import "errors"

// HintOf returns what an error says can be done about it (it has a method Hint() string,
// or wraps one that has); empty if it says nothing.
func HintOf(err error) string {
	var h interface{ Hint() string }
	if errors.As(err, &h) {
		return h.Hint()
	}
	return ""
}
