package shape

// Frequency estimates in how many of a source text's bytes one of the literals
// begins, from 0 to 1: how often what follows the prefilter is asked about the
// rule. It is 0 where there are no literals: such a rule is asked everywhere.
func (s *Shape) Frequency() float64 {
	total := 0.0
	for _, l := range s.Literals {
		total += frequency(l.Text)
	}
	return min(total, 1)
}
