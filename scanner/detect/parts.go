package detect

import (
	"cmp"
	"slices"
)

// Some credentials have several parts: a key counts where its account stands near, or is reported with its id. A content
// may hold thousands of both, on as many lines or all on one, so that a part is not looked for among all of them.

// parts are the places of the matches that rules name as parts, by rule.
type parts map[int]*partPlaces

// partsOf lists the places of the live matches that are named as parts by rules with live matches.
func (d *Detector) partsOf(found []Match) parts {
	var places parts
	for i := range found {
		if found[i].dead {
			continue
		}
		for _, need := range d.rules[found[i].Rule].rule.Required {
			part, ok := d.set.Index(need.ID)
			if !ok { // an optional one that is disabled; without any other the pack is refused
				continue
			}
			if places == nil {
				places = make(parts)
			}
			if places[part] == nil {
				of := placesOf(found, part)
				places[part] = &of
			}
		}
	}
	return places
}

// requireParts kills the matches of rules that need other parts and have none near.
func (d *Detector) requireParts(found []Match, places parts) []Match {
	if len(places) == 0 {
		return found
	}
	var lacking []int
	for i := range found {
		m := &found[i]
		for _, need := range d.rules[m.Rule].rule.Required {
			part, ok := d.set.Index(need.ID)
			if ok && !need.Optional && !m.dead && !places[part].near(m, need.WithinLines, need.WithinColumns) {
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
	free    *free   // which of byLine belong to no match yet; made when asked for
	columns []int   // in order
	levels  [][]int // the columns in the order of byLine, and with each level twice as many at a time in order; made when asked for
}

type spot struct{ line, column, match int } // match is an index

func compareSpots(a, b spot) int {
	return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.column, b.column), cmp.Compare(a.match, b.match))
}

// placesOf returns the places of a rule's live matches.
func placesOf(found []Match, rule int) (of partPlaces) {
	for i := range found {
		if m := &found[i]; m.Rule == rule && !m.dead {
			of.byLine = append(of.byLine, spot{m.Line, m.Column, i})
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
	from, _ := slices.BinarySearchFunc(of.byLine, spot{line: m.Line - lines}, compareSpots)
	to, _ := slices.BinarySearchFunc(of.byLine, spot{line: m.Line + lines + 1}, compareSpots)
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
