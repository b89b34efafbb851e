package detect

import (
	"cmp"
	"slices"
)

// Some rules ask for a second part: a key id counts where its key stands near. A content may hold thousands of both, on
// as many lines or all on one, so that the part is not looked for among all of them.

// requireParts kills the matches of rules with required parts that have none near.
func (d *Detector) requireParts(found []Match) []Match {
	var places map[int]partPlaces // of live matches by rule, made when a rule asks
	var lacking []int
	for i := range found {
		m := &found[i]
		for _, need := range d.rules[m.Rule].rule.Required {
			part, ok := d.set.Index(need.ID)
			if !ok { // refused when the pack was read
				continue
			}
			if places == nil {
				places = make(map[int]partPlaces)
			}
			of, ok := places[part]
			if !ok {
				of = placesOf(found, part)
				places[part] = of
			}
			if !of.near(m, need.WithinLines, need.WithinColumns) {
				lacking = append(lacking, i)
			}
		}
	}
	for _, i := range lacking { // after all were asked: the order makes no difference
		found[i].dead = true
	}
	return found
}

// partPlaces is where the matches of a rule begin.
type partPlaces struct {
	byLine  []spot // in order of line and column
	columns []int  // in order
}

type spot struct{ line, column int }

func compareSpots(a, b spot) int {
	return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.column, b.column))
}

// placesOf returns the places of a rule's live matches.
func placesOf(found []Match, rule int) (of partPlaces) {
	for i := range found {
		if m := &found[i]; m.Rule == rule && !m.dead {
			of.byLine = append(of.byLine, spot{m.Line, m.Column})
			of.columns = append(of.columns, m.Column)
		}
	}
	slices.SortFunc(of.byLine, compareSpots)
	slices.Sort(of.columns)
	return of
}

// near tells whether a place stands within so many lines and columns of a match; -1 sets no limit.
func (of *partPlaces) near(m *Match, lines, columns int) bool {
	if lines < 0 {
		if columns < 0 {
			return len(of.columns) > 0
		}
		k, _ := slices.BinarySearch(of.columns, m.Column-columns)
		return k < len(of.columns) && of.columns[k] <= m.Column+columns
	}
	for line := m.Line - lines; ; {
		from := spot{line, 0}
		if columns >= 0 {
			from.column = m.Column - columns
		}
		k, _ := slices.BinarySearchFunc(of.byLine, from, compareSpots)
		switch {
		case k == len(of.byLine) || of.byLine[k].line > m.Line+lines:
			return false
		case of.byLine[k].line > line: // the next line that has one
			line = of.byLine[k].line
			if columns >= 0 && of.byLine[k].column < m.Column-columns {
				continue
			}
		}
		if s := of.byLine[k]; columns < 0 || s.column <= m.Column+columns {
			return true
		}
		line++
	}
}
