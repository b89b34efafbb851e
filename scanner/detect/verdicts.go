package detect

// verdicts remembers how values were judged. Several generic rules ask about one value, and a content that was made to be
// dear asks about the same one again and again.
type verdicts struct{ known map[value]judgement }

const (
	// mostVerdicts is how many are remembered, and longestJudged how long the text of one may be, in bytes.
	mostVerdicts  = 64
	longestJudged = 512
)

// of is judgeValue, which depends on the value alone.
func (r *verdicts) of(v value) judgement {
	if len(v.text) > longestJudged {
		return judgeValue(v)
	}
	if j, ok := r.known[v]; ok {
		return j
	}
	if r.known == nil || len(r.known) == mostVerdicts {
		r.known = make(map[value]judgement)
	}
	j := judgeValue(v)
	r.known[v] = j
	return j
}
