package check

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Phrases that several schemes share.
const (
	noteHolds      = "checksum holds"
	noteFails      = "checksum fails"
	noteStructure  = "structure holds"
	noteUnreadable = "does not decode to what the issuer puts in"
	noteExample    = "an example from documentation"
	noteUnproven   = "no published token confirms this check"
)

// checksum turns whether a checksum holds into a result, with more notes after
// the verdict's own when it does.
func checksum(holds bool, notes ...string) Result {
	if !holds {
		return Result{Verdict: Fails, Notes: []string{noteFails}}
	}
	return Result{Verdict: Holds, Notes: append([]string{noteHolds}, notes...)}
}

// structured is the result for a text that decodes to what its issuer puts in,
// empty notes left out.
func structured(notes ...string) Result {
	r := Result{Verdict: Holds}
	for _, n := range notes {
		if n != "" {
			r.Notes = append(r.Notes, n)
		}
	}
	if len(r.Notes) == 0 {
		r.Notes = []string{noteStructure}
	}
	return r
}

// unreadable is the result for a text that does not decode.
func unreadable() Result {
	return Result{Verdict: Fails, Notes: []string{noteUnreadable}}
}

// unproven is the result of a scheme that no published credential confirms: a failure says so.
func unproven(r Result) Result {
	if r.Verdict == Fails {
		r.Unproven, r.Notes = true, append(r.Notes, noteUnproven)
	}
	return r
}

// maxShown bounds what a note shows of a decoded name, in characters.
const maxShown = 60

// about returns "label value" for a value taken from decoded text, which is
// anybody's: control characters go, and a long one is cut. An empty value gives "".
func about(label, value string) string {
	value = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, value)
	if value = strings.TrimSpace(value); value == "" {
		return ""
	}
	if utf8.RuneCountInString(value) > maxShown {
		value = string([]rune(value)[:maxShown-1]) + "…"
	}
	return fmt.Sprintf("%s %s", label, value)
}
