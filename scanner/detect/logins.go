package detect

import (
	"encoding/base64"
	"strings"
)

// loginLines is how far from a login a password may stand that it holds, in lines.
const loginLines = 4

// loginMost is how many matches before and behind a login are looked at: a content may hold tens of thousands.
const loginMost = 16

// joinLogins drops a password that generic rules found beside the login that holds it: a registry's "auth" is user and password in
// base64, and some programs write both, and the password once more.
func (d *Detector) joinLogins(found []Match) {
	for i := range found {
		login := &found[i]
		if login.dead || d.rules[login.Rule].rule.Check != "basic-auth" {
			continue
		}
		raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(login.Secret, "="))
		if err != nil {
			continue
		}
		_, password, _ := strings.Cut(string(raw), ":")
		for j := max(i-loginMost, 0); j < min(i+loginMost, len(found)); j++ {
			m := &found[j]
			if d.rules[m.Rule].generic && m.Secret == password && m.Confidence <= login.Confidence && distance(m.Line, login.Line) <= loginLines {
				m.dead = true
			}
		}
	}
}
