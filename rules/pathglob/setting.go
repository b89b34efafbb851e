package pathglob

import (
	"errors"
	"strings"
)

// ParsePatterns makes a List of patterns that were written one by one, in their order.
func ParsePatterns(patterns []string) *List { return Parse(strings.Join(patterns, "\n")) }

// Check says what is wrong with a pattern that somebody wrote as a setting. In a
// .gitignore file every line means something, if only that it matches nothing;
// in a setting such a pattern is a mistake.
func Check(pattern string) error {
	switch body := strings.TrimPrefix(pattern, "!"); {
	case strings.TrimSpace(body) == "":
		return errors.New("it is empty")
	case strings.ContainsAny(pattern, "\n\r\x00"):
		return errors.New("it holds a line break")
	case strings.HasPrefix(pattern, "#"):
		return errors.New(`it is a comment; a name that begins with # is written \#`)
	case body == "." || strings.HasPrefix(body, "./"):
		return errors.New("it begins with a dot for this directory, and paths do not: a leading / stands for the root")
	case body == ".." || strings.HasPrefix(body, "../") || strings.Contains(body, "/../"):
		return errors.New("it leads upwards, and paths do not")
	}
	list := Parse(pattern)
	if len(list.patterns) == 0 || list.patterns[0].glob.never || list.paths[""] != nil || list.names[""] != nil {
		return errors.New("it matches nothing: a class without its closing bracket, a backslash at the end, or no name")
	}
	return nil
}

// HoldsAll says that the list takes every path, as far as can be told: it is
// asked for paths that nobody would name in a pattern.
func (l *List) HoldsAll() bool {
	for _, path := range []string{"q7xj", ".q7xj", "q7xj.k9vz", "w3/q7xj.k9vz", ".w3/z8/.q7xj"} {
		if !l.Holds(path) {
			return false
		}
	}
	for i := range l.patterns {
		if l.patterns[i].negated { // it takes out something else
			return false
		}
	}
	return true
}
