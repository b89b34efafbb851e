package detect

// A history of hostile contents, each of them full of what looks like secrets, must not fill the memory with traces: those of
// all contents that wait for what is made of them are held at a time.
const (
	// freeWeight is how many bytes a trace may take whatever its content, and
	// weightRatio how many for each byte of its content: contents that wait are bounded by their bytes.
	freeWeight  = 16 << 10
	weightRatio = 4
)

// What the parts of a trace take, in bytes.
const (
	askWeight   = 24
	matchWeight = 300 // with its reasons
	runWeight   = 72
)

// weight is about how many bytes a trace takes, without its marks, of which a content has few for its size.
func (t *Trace) weight() int {
	return len(t.asks)*askWeight + len(t.found)*matchWeight + len(t.runs)*runWeight
}

// heavy tells whether a trace costs more than it saves: what is made of its content is scanned whole. One that is full of hits is
// of no use in any case (see costly).
func (t *Trace) heavy() bool { return t.hits > maxHits || t.weight() > freeWeight+weightRatio*t.size }
