package detect

import (
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
)

func TestDirectiveProblems(t *testing.T) {
	d := New(mustSet(t, detectorRules))
	const secret = "x = acme_0123456789abcdef "
	const none, noReason = "names no rule: write keysieve\x3aallow RULE-ID REASON", "gives no reason: write keysieve\x3aallow acme REASON"
	for _, tt := range []struct {
		line, problem string
		accepted      int
		directives    int
	}{
		{"# keysieve\x3aallow acme a fixture", "", 1, 1},
		{"// gitleaks:allow", "", 1, 1},
		{"// keysieve\x3aallow acme", noReason, 0, 1},
		{"# keysieve\x3aallow", none, 0, 1},
		{"#keysieve\x3aallow ", none, 0, 1},
		{"/* keysieve\x3aallow */", none, 0, 1},
		{"<!-- keysieve\x3aallow -->", none, 0, 1},
		{"-- keysieve\x3aallow-next-line", none, 0, 1},
		{"# keysieve\x3aallow no-such-rule a fixture", "names an unknown rule, no-such-rule", 0, 1},
		{"text and keysieve\x3aallow no-such-rule a fixture", "names an unknown rule, no-such-rule", 0, 1},
		{"# keysieve\x3aallow nosuchrule a fixture", "names an unknown rule, nosuchrule", 0, 1},
		{"# keysieve\x3aallow-next-line ACME a fixture", "names an unknown rule, ACME", 0, 1},
		{"# keysieve\x3aallow, but why", "", 0, 0},
		{"# it is a keysieve\x3aallow comment that says so", "", 0, 0},
		{"# and ends with keysieve\x3aallow", "", 0, 0},
		{"# keysieve\x3aallow RULE-ID REASON", "", 0, 0},
		{"# keysieve\x3aallow acme REASON", "still says REASON: write why it is no secret instead", 0, 1},
		{"not a secret? end the line with a comment: keysieve\x3aallow acme REASON", "", 0, 0},
		{"# `keysieve:allow` accepts a line", "", 0, 0},
		{`fmt.Print("keysieve:allow comments")`, "", 0, 0},
	} {
		res := d.Scan([]byte(secret + tt.line + "\n" + secret + "\n"))
		if res.Accepted != tt.accepted || len(res.Directives) != tt.directives || len(res.Matches) != 2-tt.accepted {
			t.Errorf("%s: %d accepted, %d found, directives %+v", tt.line, res.Accepted, len(res.Matches), res.Directives)
			continue
		}
		for _, n := range res.Directives {
			if n.Problem != tt.problem || n.Used != (tt.accepted > 0) || n.Foreign() != (tt.line == "// gitleaks:allow") {
				t.Errorf("%s: %+v", tt.line, n)
			}
		}
	}
}

// A rule's id counts whatever its length, and no word that only begins with it.
func TestDirectiveWithALongID(t *testing.T) {
	id := strings.Repeat("acme-", 23) + "token"
	if len(id) != rules.MaxIDLength {
		t.Fatal(len(id))
	}
	d := New(mustSet(t, "[[rules]]\nid = '"+id+"'\nregex = 'acme_([0-9a-f]{16})'\n"))
	for _, test := range []struct {
		word     string
		accepted int
	}{{id, 1}, {id + "x", 0}, {id + "-and-more", 0}} {
		if res := d.Scan([]byte("acme_0123456789abcdef # keysieve\x3aallow " + test.word + " a fixture")); res.Accepted != test.accepted || len(res.Directives) != 1 {
			t.Errorf("%s: %d accepted, %+v", test.word, res.Accepted, res.Directives)
		}
	}
}
