package shape

import "strings"

// literal is one text of a set, with its place in the match.
type literal struct {
	text          string
	fold          bool
	before, after int
	broken        bool // a line break can stand before it
}

// finite is the info of a subtree that matches exactly a set of texts.
func finite(set []literal) info {
	in := info{min: len(set[0].text), exact: set}
	for _, l := range set {
		in.min = min(in.min, len(l.text))
		in.max = max(in.max, len(l.text))
		in.breaks = in.breaks || strings.Contains(l.text, "\n")
	}
	in.cover = placed(set, 0, 0, false)
	return in
}

// placed returns the set as a cover standing that far from the match's ends, perhaps behind a line break,
// or nil if a text of it is too short to be looked for.
func placed(set []literal, before, after int, broken bool) []literal {
	out := make([]literal, 0, len(set))
	for _, l := range set {
		if len(l.text) < minLiteral {
			return nil
		}
		l.before, l.after, l.broken = before, after, broken
		out = append(out, l)
	}
	return out
}

// powers returns the texts of none to hi copies of a set, or nil if they are more
// than a few: optional separators and blanks are worth writing out.
func powers(set []literal, hi int) []literal {
	const most = 12
	if set == nil || hi == Unbounded || hi > most {
		return nil
	}
	out := []literal{{}}
	last := out
	for range hi {
		if last = product(last, set); last == nil {
			return nil
		}
		out = append(out, last...)
		if len(out) > most && hi > 1 || len(out) > maxExact {
			return nil
		}
	}
	return dedupe(out)
}

// product joins every text of a with every text of b, or returns nil if that is
// too many or too long.
func product(a, b []literal) []literal {
	if a == nil || b == nil || len(a)*len(b) > maxExact {
		return nil
	}
	out := make([]literal, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			l := literal{text: x.text + y.text, fold: x.fold || y.fold}
			if len(l.text) > maxText {
				return nil
			}
			if l.fold {
				l.text = strings.ToLower(l.text)
			}
			out = append(out, l)
		}
	}
	return dedupe(out)
}

func dedupe(set []literal) []literal {
	seen := make(map[literal]bool, len(set))
	out := set[:0]
	for _, l := range set {
		if !seen[l] {
			seen[l] = true
			out = append(out, l)
		}
	}
	return out
}
