package detect

import "slices"

// reading is what one reading of a content found; accepted are the matches that its directives accepted.
type reading struct {
	*Result
	accepted []Match
}

// join ends the reading and adds what it found to the result of the first.
func (o *otherReading) join(s *Stream, res *Result) {
	if o.end(s); o.stream == nil {
		return
	}
	o.stream.Write(o.unmixer.Flush(nil))
	o.heed(res)
	other := o.stream.Close()
	o.choose(reading{res, s.pass.accepted}, reading{&other, o.stream.pass.accepted})
	other.setApart()
	both := func(n Directive) bool { return n.Line >= o.from }
	if o.better {
		res.Directives = slices.DeleteFunc(res.Directives, both)
	} else if slices.ContainsFunc(res.Directives, both) {
		other.Directives = nil
	}
	res.join(&other)
}

// heed hands the directives on that stand before the reading and cover a line in it.
func (o *otherReading) heed(first *Result) {
	reaches := func(n Directive) bool { return n.Line < o.from && n.covers >= o.from }
	var notes []Directive
	for _, n := range first.Directives {
		if reaches(n) {
			n.at = -1 // before all of the reading's text
			notes = append(notes, n)
		}
	}
	if len(notes) > 0 {
		first.Directives = slices.DeleteFunc(first.Directives, reaches)
		o.stream.pass.notes = append(notes, o.stream.pass.notes...)
	}
}

// choose leaves what both readings found, be it accepted or not, in one of them: in that which found it at more places, so that none
// is lost. The two count lines in different texts, which keeps places from being compared.
func (o *otherReading) choose(first, second reading) {
	type secret struct {
		rule int
		text string
	}
	of := func(m *Match) secret { return secret{m.Rule, m.Secret} }
	more := make(map[secret]int, len(second.Matches)) // how many more places the second reading has
	second.each(func(m *Match) { more[of(m)]++ })
	both := make(map[secret]bool)
	first.each(func(m *Match) {
		if n, ok := more[of(m)]; ok && m.Line >= o.from {
			more[of(m)], both[of(m)] = n-1, true
		}
	})
	if len(both) == 0 {
		return
	}
	inSecond := func(m *Match) bool { n := more[of(m)]; return n > 0 || n == 0 && o.better }
	first.drop(func(m *Match) bool { return m.Line >= o.from && both[of(m)] && inSecond(m) })
	second.drop(func(m *Match) bool { return both[of(m)] && !inSecond(m) })
}

// each calls f with all matches.
func (r reading) each(f func(*Match)) {
	for _, list := range [][]Match{r.Matches, r.accepted} {
		for i := range list {
			f(&list[i])
		}
	}
}

// drop drops the matches of which f is true, as if the reading had not found them.
func (r reading) drop(f func(*Match) bool) {
	gone := make(map[Known]bool)
	for _, dropped := range []bool{true, false} { // a secret that another rule's match stays for stays known
		r.each(func(m *Match) {
			if f(m) == dropped {
				gone[Known{m.Start, m.End, m.Secret}] = dropped
			}
		})
	}
	r.Matches = slices.DeleteFunc(r.Matches, func(m Match) bool { return f(&m) })
	for i := range r.accepted {
		if f(&r.accepted[i]) {
			r.Accepted--
		}
	}
	r.Known = slices.DeleteFunc(r.Known, func(k Known) bool { return gone[k] })
}

// join adds the result of another reading of the content.
func (r *Result) join(other *Result) {
	r.Matches = append(r.Matches, other.Matches...)
	r.Directives = append(r.Directives, other.Directives...)
	r.Known = append(r.Known, other.Known...)
	r.Accepted += other.Accepted
	r.Left, r.Uncounted = r.Left+other.Left, r.Uncounted || other.Uncounted
	r.Unheeded += other.Unheeded
	r.Undecoded = r.Undecoded || other.Undecoded
	r.Halted = r.Halted || other.Halted
	r.Unsearched = append(r.Unsearched, other.Unsearched...)
	slices.Sort(r.Unsearched)
	r.Unsearched = slices.Compact(r.Unsearched)
	r.Unfinished = append(r.Unfinished, other.Unfinished...)
	slices.Sort(r.Unfinished)
	r.Unfinished = slices.Compact(r.Unfinished)
}
