package detect

import "testing"

func TestDirectiveProblems(t *testing.T) {
	d := New(mustSet(t, detectorRules))
	const secret = "x = acme_0123456789abcdef "
	const none, noReason = "names no rule: write keysieve:allow RULE-ID REASON", "gives no reason: write keysieve:allow acme REASON"
	for _, tt := range []struct {
		line, problem string
		accepted      int
		directives    int
	}{
		{"# keysieve:allow acme a fixture", "", 1, 1},
		{"// gitleaks:allow", "", 1, 1},
		{"// keysieve:allow acme", noReason, 0, 1},
		{"# keysieve:allow", none, 0, 1},
		{"#keysieve:allow ", none, 0, 1},
		{"/* keysieve:allow */", none, 0, 1},
		{"<!-- keysieve:allow -->", none, 0, 1},
		{"-- keysieve:allow-next-line", none, 0, 1},
		{"# keysieve:allow no-such-rule a fixture", "there is no rule no-such-rule", 0, 1},
		{"text and keysieve:allow no-such-rule a fixture", "there is no rule no-such-rule", 0, 1},
		{"# keysieve:allow nosuchrule a fixture", "there is no rule nosuchrule", 0, 1},
		{"# keysieve:allow-next-line ACME a fixture", "there is no rule ACME", 0, 1},
		{"# keysieve:allow, but why", "", 0, 0},
		{"# it is a keysieve:allow comment that says so", "", 0, 0},
		{"# and ends with keysieve:allow", "", 0, 0},
		{"# keysieve:allow RULE-ID REASON", "", 0, 0},
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
