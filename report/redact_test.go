package report

import (
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
)

// TestOwnPath looks in every format for a short password that the file with it is named after. A mere word stays, and so does
// the password in other files' paths, where it says nothing.
func TestOwnPath(t *testing.T) {
	const secret, word = "Xk29dkQ1", "staging"
	r := result("dir", 0, []scanner.Finding{password("keys/"+secret+".cfg", 1, secret), password(word+"/app.cfg", 2, word), password("other.cfg", 3, "Yk29dkQ2")})
	for _, f := range Formats() {
		for _, verbose := range []bool{false, true} {
			out := string(write(t, f, Options{Verbose: verbose}, r))
			if strings.Contains(out, secret) || !strings.Contains(out, word+"/app.cfg") && f.Name != "gitlab" {
				t.Errorf("%s:\n%s", f.Name, out)
			}
		}
	}
	redact := newRedactor(r)
	for path, want := range map[string]string{
		"keys/" + secret + ".cfg": "keys/" + scanner.Mask(secret) + ".cfg", word + "/app.cfg": word + "/app.cfg", secret + ".txt": secret + ".txt",
	} {
		if got := redact.text(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

// TestWordsInPaths: a word of low confidence, however long, makes no riddle of paths; what is sure, or drawn, does not stand in them.
func TestWordsInPaths(t *testing.T) {
	word, sure, drawn := password("a.py", 1, "access_token"), password("b.py", 1, "refresh_token"), password("c.py", 1, "Xk29dkQ1vBn3")
	word.Confidence, sure.Confidence, drawn.Confidence = rules.ConfidenceLow, rules.ConfidenceMedium, rules.ConfidenceLow
	redact := newRedactor(result("dir", 0, []scanner.Finding{word, sure, drawn}))
	for _, name := range []string{"access_token", "refresh_token", "Xk29dkQ1vBn3"} {
		want := "src/" + name + "_test.py"
		if name != "access_token" {
			want = "src/" + scanner.Mask(name) + "_test.py"
		}
		if got := redact.text("src/" + name + "_test.py"); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
