package detect

// verdicts remembers how values were judged. Several generic rules ask about one value, and a content that was made to be
// dear asks about the same ones again and again. Most values are asked about once, so that remembering must cost next to nothing.
type verdicts []verdict

type verdict struct {
	value
	judgement
}

const (
	// mostVerdicts is how many are remembered, a power of two, and longestJudged how long the text of one may be, in bytes.
	mostVerdicts  = 32
	longestJudged = 512
)

// of is judgeValue, which depends on the value alone.
func (r *verdicts) of(v value) judgement {
	if len(v.text) > longestJudged || v.text == "" {
		return judgeValue(v)
	}
	if *r == nil {
		*r = make(verdicts, mostVerdicts)
	}
	hash := uint(len(v.text))*31 + uint(len(v.name))*7 + uint(len(v.before)) + uint(v.text[0]) + uint(v.text[len(v.text)-1])*3
	known := &(*r)[hash%mostVerdicts]
	if known.value != v {
		*known = verdict{v, judgeValue(v)}
	}
	return known.judgement
}
