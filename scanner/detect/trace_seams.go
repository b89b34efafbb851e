package detect

import (
	"math"
	"slices"
	"sort"
)

// A seam is where what a content was made of meets: inserted bytes, or the place where two
// copies do. Stretches of the text are windows that know no rule.

// mergeCopies appends copies, those joined that go on where the one before ended, in both contents.
func mergeCopies(merged, copies []Copy) []Copy {
	for _, c := range copies {
		if n := len(merged); n > 0 && merged[n-1].Target+merged[n-1].Size == c.Target && merged[n-1].Source+merged[n-1].Size == c.Source {
			merged[n-1].Size += c.Size
		} else if c.Size > 0 {
			merged = append(merged, c)
		}
	}
	return merged
}

// cutReturns shortens copies that end in a carriage return by that: whether one is a line break by itself
// is for the byte behind it to say (linebreaks.go), which may be another than in the base.
func cutReturns(copies []Copy, content []byte) []Copy {
	for i := range copies {
		if c := &copies[i]; content[c.Target+c.Size-1] == '\r' {
			c.Size--
		}
	}
	return slices.DeleteFunc(copies, func(c Copy) bool { return c.Size == 0 })
}

// seamsOf returns the stretches of text that no copy covers and, of no length, the places where two
// copies meet, in order. A text's start or end is a seam unless it is that of the base, too.
func seamsOf(seams []window, size int, base *Trace, copies []Copy) []window {
	at := 0
	for i, c := range copies {
		if c.Target > at || i > 0 || c.Source > 0 {
			seams = append(seams, window{lo: at, hi: c.Target})
		}
		at = c.Target + c.Size
	}
	if n := len(copies); at < size || n == 0 || copies[n-1].Source+copies[n-1].Size < base.size {
		seams = append(seams, window{lo: at, hi: size})
	}
	return seams
}

// widen appends stretches, widened by reach on both sides, those that meet joined.
func widen(wide, stretches []window, reach, limit int) []window {
	for _, s := range stretches {
		lo, hi := max(s.lo-reach, 0), min(s.hi+reach, limit)
		if n := len(wide); n > 0 && lo <= wide[n-1].hi {
			wide[n-1].hi = max(wide[n-1].hi, hi)
		} else {
			wide = append(wide, window{lo: lo, hi: hi})
		}
	}
	return wide
}

// join sorts stretches and joins those that meet, in place.
func join(stretches []window) []window {
	byStart := func(a, b window) int { return a.lo - b.lo }
	if !slices.IsSortedFunc(stretches, byStart) {
		slices.SortFunc(stretches, byStart)
	}
	return widen(stretches[:0], stretches, 0, math.MaxInt)
}

// holdsAll tells whether one of the stretches, in order, holds lo to hi.
func holdsAll(stretches []window, lo, hi int) bool {
	i := sort.Search(len(stretches), func(n int) bool { return stretches[n].hi >= hi })
	return i < len(stretches) && stretches[i].lo <= lo
}

// overlaps tells whether one of the stretches, in order, reaches into lo to hi or touches it.
func overlaps(stretches []window, lo, hi int) bool {
	i := sort.Search(len(stretches), func(n int) bool { return stretches[n].hi >= lo })
	return i < len(stretches) && stretches[i].lo <= hi
}
