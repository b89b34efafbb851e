package ruletest

import (
	"strings"
	"testing"
)

func TestMisspeltWord(t *testing.T) {
	for _, c := range []struct{ template, word, meant string }{
		{"KEY={{sekret}}", "{{sekret}}", "{{secret}}"},
		{"KEY={{Secret}}", "{{Secret}}", "{{secret}}"},
		{"{{secret}} {{mach}}", "{{mach}}", "{{match}}"},
		{"KEY={{secret}} {{match}} {{re:[0-9]{8}}}", "", ""},
		{"password: {{ secret }}", "", ""},
		{"password: {{secrets.DB}}", "", ""},
		{"password: {{token}} {{db_password}} {{", "", ""},
		{"{{{secret}}}", "", ""},
		{"{{}}{{:}}", "", ""},
	} {
		if word, meant := misspeltWord(c.template); word != c.word || meant != c.meant {
			t.Errorf("%s: %q, %q", c.template, word, meant)
		}
	}
	if got := plainWord("KEY={{token}}"); !strings.Contains(got, "{{token}} is plain text") {
		t.Errorf("%q", got)
	}
	if got := plainWord("KEY={{secret}}{{re:a{2}}}"); got != "" {
		t.Errorf("%q", got)
	}
}
