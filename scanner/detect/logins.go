package detect

import (
	"encoding/base64"
	"strings"

	"github.com/keysieve/keysieve/rules"
)

// loginLines is how far from a login a password may stand that it holds, in lines.
const loginLines = 4

// loginMost is how many matches before and behind a login are looked at: a content may hold tens of thousands.
const loginMost = 16

// objectReach is how far from a value the braces around it may stand, in bytes.
const objectReach = 512

// joinLogins drops a password that generic rules found beside the login that holds it, in the same braces: a registry's "auth" is user
// and password in base64, and some programs write both, and the password once more. A login that is accepted, or that counts at some
// places only, may not be reported: then the password is.
func (d *Detector) joinLogins(found []Match, accepted func(*Match) bool) {
	for i := range found {
		login := &found[i]
		if login.dead || login.object == "" || d.rules[login.Rule].rule.Check != "basic-auth" || d.conditional(login) || accepted(login) {
			continue
		}
		raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(login.Secret, "="))
		if err != nil {
			continue
		}
		_, password, _ := strings.Cut(string(raw), ":")
		for j := max(i-loginMost, 0); j < min(i+loginMost, len(found)); j++ {
			m := &found[j]
			if i != j && d.rules[m.Rule].generic && m.Secret == password && m.object == login.object && m.Confidence <= login.Confidence && distance(m.Line, login.Line) <= loginLines {
				m.dead = true
			}
		}
	}
}

// noteObject keeps of a login, and of a password under that name alone, the text of the object in which it stands: the same for both if
// they belong together.
func (w *worker) noteObject(m *Match, r *rules.Rule, text []byte, name string, s, e int) {
	if r.Check != "basic-auth" && (!r.Generic || !strings.EqualFold(name, "password")) {
		return
	}
	lo, hi := max(s-objectReach, 0), min(e+objectReach, len(text))
	w.looked = window{lo: min(w.looked.lo, lo), hi: max(w.looked.hi, hi)}
	if start, end := braceBefore(text[lo:s]), braceBehind(text[e:hi]); start >= 0 && end >= 0 {
		m.object = string(text[lo+start : e+end])
	}
}

// braceBefore returns where the brace stands that is open at a text's end, or -1.
func braceBefore(text []byte) int {
	depth := 0
	for i := len(text) - 1; i >= 0; i-- {
		switch text[i] {
		case '}':
			depth++
		case '{':
			if depth--; depth < 0 {
				return i
			}
		}
	}
	return -1
}

// braceBehind returns where the brace stands that closes what is open at a text's beginning, or -1.
func braceBehind(text []byte) int {
	depth := 0
	for i, c := range text {
		switch c {
		case '{':
			depth++
		case '}':
			if depth--; depth < 0 {
				return i
			}
		}
	}
	return -1
}
