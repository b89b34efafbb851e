package detect

import (
	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/rules/check"
)

// Match is a rule's hit in one content. It holds the secret in clear and never
// leaves the engine.
type Match struct {
	Rule   int // index in the Set
	Secret string
	// Whole says that the content as a whole is the secret, a key store: Secret is then the SHA-256 of its beginning in hexadecimal,
	// and there is no excerpt.
	Whole bool
	// Start and End are the secret's bytes in the content's text (after
	// normalisation to UTF-8), End exclusive. Of a secret found in decoded
	// text they are the encoded run's.
	Start, End int64
	// Lines and columns count from 1, columns in characters; EndColumn is exclusive.
	Line, Column, EndLine, EndColumn int
	// Excerpt is the line around the secret's start, at most a few hundred
	// bytes, in clear, and ExcerptStart where it begins in the text.
	Excerpt      string
	ExcerptStart int64

	Severity   rules.Severity
	Confidence rules.Confidence
	Check      check.Result
	Reasons    []string
	// Pending are the allowlists of the rule (indexes into Set.Allowlists) that
	// suppress the match if the place where the content stands completes them.
	Pending []int
	// Parts are the other parts of the credential, of which the rule's Required say where they stand; sorted by place.
	Parts []Part
	// Encodings are the names of the encodings that hid the secret, outermost first.
	Encodings []string

	dead   bool   // judged not to be a secret
	shadow bool   // and known to be none: no generic rule may report it
	object string // the braces in which a login or its password stands (see joinLogins)
	all    span   // the whole match in its text; of a secret found in decoded text the encoded run
}

// Part is another part of the credential that a match belongs to, as the id is of a key.
type Part struct {
	Rule                             int // index in the Set
	Secret                           string
	Start, End                       int64 // as those of a Match, and what follows, too
	Line, Column, EndLine, EndColumn int
	Check                            check.Result
	Joined                           bool // it is reported with the match, and not by itself
}

// setApart moves offsets out of the way of those of another text of the same content.
func (r *Result) setApart() {
	const far = 1 << 60
	for i := range r.Matches {
		r.Matches[i].Start += far
		r.Matches[i].End += far
		r.Matches[i].ExcerptStart += far
		for k := range r.Matches[i].Parts {
			r.Matches[i].Parts[k].Start += far
			r.Matches[i].Parts[k].End += far
		}
	}
	for i := range r.Known {
		r.Known[i].Start += far
		r.Known[i].End += far
	}
}

// Allow marks a match as accepted by the place where it stands.
func (m *Match) Allow() { m.dead, m.shadow = true, true }

type span struct{ start, end int64 }

// Known is a secret and where it stands.
type Known struct {
	Start, End int64
	Secret     string
}

// Result is what a content holds.
type Result struct {
	Matches    []Match // sorted by Start, then rule
	Directives []Directive
	Accepted   int // matches that a directive accepted
	// Left is how many more places there are at which rules match: they were not judged, and are in none of the
	// lists, since there are more than MaxMatches. Unheeded is how many directives are not in the list for that reason.
	Left, Unheeded int
	// Uncounted says that there may be more than Left: at some point counting ends, too.
	Uncounted bool
	// Known are all the secrets in the content, in order of their start: also
	// those that a directive accepted, and those that lost to a more specific match.
	Known []Known
	// Undecoded is set when encoded text was not looked into because decoding
	// it would have multiplied the content beyond measure.
	Undecoded bool
	// Unsearched are the rules (indexes in the Set, in order) without an upper bound of which a match may begin in
	// the content and be too long for the blocks in which it was looked at: none was found there.
	Unsearched []int
	// Unfinished are the rules of which a match stands for a list of values, a table or a statement that goes on behind what was read of it.
	Unfinished []int
	// Keyless says that the content is a key store or a database of passwords as a whole and holds none.
	Keyless bool
	// Halted says that the scan was ended (see HaltOn) before all of the content was looked at.
	Halted bool
	// Bytes is the length of the content's text.
	Bytes int64
}
