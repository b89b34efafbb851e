package detect

import (
	"cmp"
	"slices"
)

// Some rules ask for a second part: a key id counts where its key stands near. A content may hold thousands of both, on
// as many lines or all on one, so that the part is not looked for among all of them.

// requireParts kills the matches of rules with required parts that have none near.
func (d *Detector) requireParts(found []Match) []Match {
	var places map[int]*partPlaces // of live matches by rule, made when a rule asks
	var lacking []int
	for i := range found {
		m := &found[i]
		for _, need := range d.rules[m.Rule].rule.Required {
			part, ok := d.set.Index(need.ID)
			if !ok { // refused when the pack was read
				continue
			}
			if places == nil {
				places = make(map[int]*partPlaces)
			}
			of, ok := places[part]
			if !ok {
				seen := placesOf(found, part)
				of = &seen
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
	byLine  []spot  // in order of line and column
	columns []int   // in order
	levels  [][]int // the columns in the order of byLine, and with each level twice as many at a time in order; made when asked for
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
		return columns < 0 && len(of.columns) > 0 || columns >= 0 && within(of.columns, m.Column-columns, m.Column+columns)
	}
	from, _ := slices.BinarySearchFunc(of.byLine, spot{m.Line - lines, 0}, compareSpots)
	to, _ := slices.BinarySearchFunc(of.byLine, spot{m.Line + lines + 1, 0}, compareSpots)
	if columns < 0 {
		return from < to
	}
	return of.amid(from, to, m.Column-columns, m.Column+columns)
}

// within tells whether a number from lo to hi is among ordered ones.
func within(ordered []int, lo, hi int) bool {
	k, _ := slices.BinarySearch(ordered, lo)
	return k < len(ordered) && ordered[k] <= hi
}

// amid tells whether one of byLine[from:to) stands in a column from lo to hi. Rules may ask for parts within thousands of
// lines, so that it does not look at each (method: a merge sort's passes, kept).
func (of *partPlaces) amid(from, to, lo, hi int) bool {
	of.sortLevels()
	for level, size := 0, 1; from < to; level, size = level+1, 2*size {
		columns := of.levels[level]
		if from&size != 0 {
			if within(columns[from:from+size], lo, hi) {
				return true
			}
			from += size
		}
		if to&size != 0 {
			to -= size
			if within(columns[to:min(to+size, len(columns))], lo, hi) {
				return true
			}
		}
	}
	return false
}

// sortLevels makes the levels.
func (of *partPlaces) sortLevels() {
	if of.levels != nil {
		return
	}
	columns := make([]int, len(of.byLine))
	for i := range columns {
		columns[i] = of.byLine[i].column
	}
	of.levels = append(of.levels, columns)
	for size := 2; size/2 <= len(columns); size *= 2 {
		columns = slices.Clone(columns)
		for at := 0; at < len(columns); at += size {
			slices.Sort(columns[at:min(at+size, len(columns))])
		}
		of.levels = append(of.levels, columns)
	}
}
