package detect

import (
	"strings"

	"github.com/keysieve/keysieve/rules"
)

// isGivenToMaker reports whether the value at text[s:e) is the first argument of what makes an issuer's client, and the client is kept:
// sp = SparkPost('…'), otx = OTXv2("…"). The name is written as a type's and made of the issuer's words, which a call that draws, loads or compares
// (drawLine(toggl, "…"), x = sentry("…")) is not.
func isGivenToMaker(text []byte, s, e int, r *rules.Rule) bool {
	g := readGiven(string(text[lineStart(text, s, valueReach):s]))
	name := g.name[strings.LastIndexByte(g.name, '.')+1:]
	if g.sign != "(" || !g.quoted || g.line || name == "" || name[0] < 'A' || name[0] > 'Z' || !endsInIssuer(name, r) {
		return false
	}
	head := strings.TrimRight(g.head, " \t")
	if !strings.HasSuffix(head, "=") || strings.HasSuffix(head, "==") || strings.HasSuffix(head, "!=") {
		return false
	}
	rest := strings.TrimLeft(string(text[e:lineEnd(text, e, valueReach)]), "\"'`")
	return strings.HasPrefix(rest, ")") || strings.HasPrefix(rest, ",")
}
