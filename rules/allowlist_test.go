package rules

import "testing"

func TestAllowlistJudgement(t *testing.T) {
	const secret, match, named, line = "S3cretValue", "key=S3cretValue # t", "key=S3cretValue", "  key=S3cretValue # test"
	tests := []struct {
		name    string
		list    Allowlist
		content Verdict
		places  map[[2]string]bool // path and commit
	}{
		{"regex looks at the secret", Allowlist{Regexes: []string{`^S3cret`}}, Allowed, nil},
		{"regex does not look at the match", Allowlist{Regexes: []string{`key=`}}, Denied, nil},
		{"regexTarget match", Allowlist{Regexes: []string{`^key=`}, RegexTarget: TargetMatch}, Allowed, nil},
		{"regexTarget line", Allowlist{Regexes: []string{`# test$`}, RegexTarget: TargetLine}, Allowed, nil},
		{"any regex is enough", Allowlist{Regexes: []string{`no`, `Value$`}}, Allowed, nil},
		{"flags end with their regex", Allowlist{Regexes: []string{`(?i)no`, `s3CRET`}}, Denied, nil},
		{"stop word in any case", Allowlist{Stopwords: []string{"CRETv"}}, Allowed, nil},
		{"named", Allowlist{Regexes: []string{`^key=S3cretValue$`}, RegexTarget: TargetNamed}, Allowed, nil},
		{"what follows is not named", Allowlist{Regexes: []string{`#`}, RegexTarget: TargetNamed}, Denied, nil},
		{"stop word looks at the secret", Allowlist{Stopwords: []string{"key"}, RegexTarget: TargetLine}, Denied, nil},
		{"path", Allowlist{Paths: []string{`_test\.go$`}}, Pending,
			map[[2]string]bool{{"a_test.go", ""}: true, {"a.go", ""}: false, {"", ""}: false}},
		{"commit in any case", Allowlist{Commits: []string{" ABC12 "}}, Pending,
			map[[2]string]bool{{"a", "abc12"}: true, {"a", "abc1"}: false, {"a", ""}: false}},
		{"or: content is enough", Allowlist{Paths: []string{`x`}, Stopwords: []string{"secret", "cret"}}, Allowed, nil},
		{"or: place is enough", Allowlist{Paths: []string{`x`}, Commits: []string{"c1"}, Stopwords: []string{"absent"}}, Pending,
			map[[2]string]bool{{"x", "c2"}: true, {"y", "c1"}: true, {"y", "c2"}: false}},
		{"and: content fails", Allowlist{And: true, Paths: []string{`x`}, Regexes: []string{`^no`}}, Denied, nil},
		{"and: stop word fails", Allowlist{And: true, Regexes: []string{`S3`}, Stopwords: []string{"absent"}}, Denied, nil},
		{"and: all content holds", Allowlist{And: true, Regexes: []string{`S3`}, Stopwords: []string{"value"}}, Allowed, nil},
		{"and: content holds, place decides", Allowlist{And: true, Paths: []string{`x`}, Commits: []string{"c1"}, Regexes: []string{`S3`}}, Pending,
			map[[2]string]bool{{"x", "c1"}: true, {"x", "c2"}: false, {"y", "c1"}: false, {"", ""}: false}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := CompiledAllowlist{source: &test.list}
			if got := a.Content(MatchText{Secret: secret, Match: match, Named: named, Line: line}); got != test.content {
				t.Errorf("Content = %v, want %v", got, test.content)
			}
			for place, want := range test.places {
				if got := a.Place(place[0], place[1]); got != want {
					t.Errorf("Place(%q, %q) = %v, want %v", place[0], place[1], got, want)
				}
			}
		})
	}
}

func TestAllowlistOfNothingAllowsNothing(t *testing.T) {
	for _, and := range []bool{false, true} {
		a := CompiledAllowlist{source: &Allowlist{And: and}}
		if got := a.Content(MatchText{Secret: "s", Match: "m", Line: "l"}); got != Denied {
			t.Errorf("And %v: Content = %v, want denied", and, got)
		}
		if a.Place("p", "c") {
			t.Errorf("And %v: Place holds", and)
		}
	}
}
