package scanner

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
)

func TestPathNames(t *testing.T) {
	for _, test := range []struct {
		expr, yes, no string // names
	}{
		{`(?:^|/)config/(?:master\.key|credentials/[\w\-]{1,40}\.key)$`, "master.key production.key", "key master.key.md config a.keys"},
		{`(?i)(?:^|/)(?:id_(?:rsa|dsa)(?:_sk)?|[^/]{1,100}\.(?:p12|jks))$`, "id_rsa ID_RSA_SK Server.P12 x.jks é.p12", ".p12 my_id_rsa id_rsa.pub p12"},
		{`\.vnc/passwd$`, "passwd", "my.passwd xpasswd passwd.txt"},
		{`^secrets/`, "anything", ""},
		{`secret`, "anything", ""},
		{`^only$`, "only", "lonely x"},
		{`(?m)^a$`, "a whatever", ""},
		{`a/b.*c$`, "bc c xc", "cb d"},
		{`(`, "anything", ""},
		{`x{2}y$`, "xxy xy", "x"},
	} {
		p := newPathNames(test.expr)
		for range 2 { // with an empty table and a filled one
			for name := range strings.FieldsSeq(test.yes) {
				if !p.can([]byte(name)) {
					t.Errorf("%s: %s cannot", test.expr, name)
				}
			}
			for name := range strings.FieldsSeq(test.no) {
				if p.can([]byte(name)) {
					t.Errorf("%s: %s can", test.expr, name)
				}
			}
		}
	}
}

// Where a path matches, its name can: paths are put together from pieces of the
// regexes that are used for paths.
func TestPathNamesMissNothing(t *testing.T) {
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	exprs := []string{`^a+/b{2,3}$`, `(?i)\bkey\b[^/]*$`, `a/?b$`, `(?:x|/)y`, `é+$`, `^$`}
	for _, r := range set.Rules() {
		if r.Path != "" {
			exprs = append(exprs, r.Path)
		}
	}
	rng := rand.New(rand.NewPCG(5, 6))
	matched := 0
	for _, expr := range exprs {
		re, p := regexp.MustCompile(expr), newPathNames(expr)
		pieces := append(regexp.MustCompile(`[\w.-]+`).FindAllString(strings.ReplaceAll(expr, `\`, ""), -1), "/", "/", "a", "b", "é", "\xff", ".key", "y", "x")
		for range 2000 {
			var path strings.Builder
			for range 1 + rng.IntN(6) {
				path.WriteString(pieces[rng.IntN(len(pieces))])
			}
			text := path.String()
			if !re.MatchString(text) {
				continue
			}
			matched++
			if name := text[strings.LastIndexByte(text, '/')+1:]; !p.can([]byte(name)) {
				t.Errorf("%s matches %q, but %q cannot", expr, text, name)
			}
		}
	}
	if matched < 1000 {
		t.Errorf("only %d paths matched", matched)
	}
}
