package report

import (
	"strings"
	"testing"

	"github.com/keysieve/keysieve/scanner"
)

// Secrets that no finding lists are masked, too, in every format.
func TestVeiledNames(t *testing.T) {
	const name = "Xk29" + "dkQ1z"
	r := result("dir", 1, []scanner.Finding{found("keys/"+name+"/a.txt", 3, "t=", "", 2)},
		scanner.Skip{Path: "b/" + name, Reason: "open b/" + name + ": permission denied", Hint: "chmod +r b/" + name})
	r.Unused = []scanner.Place{at("c/"+name, 1, 1, 1)}
	for _, f := range Formats() {
		if out := string(write(t, f, Options{Verbose: true}, r)); !strings.Contains(out, name) {
			t.Fatalf("%s does not show the names", f.Name)
		}
	}
	r.Veiled = []scanner.Secret{scanner.NewSecret(name)}
	for _, f := range Formats() {
		if out := string(write(t, f, Options{Verbose: true}, r)); strings.Contains(out, name) {
			t.Errorf("%s shows a secret: %s", f.Name, out)
		}
	}
	if said := Masked(r, "first b/"+name); strings.Contains(said, name) {
		t.Errorf("masked: %s", said)
	}
}

// What was read and is not listed is not called unread, in any format, nor the other way round.
func TestUnlistedIsNotUnread(t *testing.T) {
	for _, unlisted := range []bool{true, false} {
		skip, word := scanner.Skip{Path: "b", Reason: "for a reason"}, "not listed"
		if unlisted {
			skip.Kind, word = scanner.SkipUnlisted, "not read"
		}
		r := result("dir", 3, nil, skip)
		for _, f := range Formats() {
			out := string(write(t, f, Options{}, r))
			if f.Name == "sarif" { // whose table has both
				_, out, _ = strings.Cut(out, `"invocations"`)
			}
			if strings.Contains(out, word) || unlisted && strings.Contains(out, "could not be read") {
				t.Errorf("%s, unlisted %v: %s", f.Name, unlisted, out)
			}
		}
		if got, want := Incomplete(r), map[bool]string{true: "1 not listed in full", false: "1 not read"}[unlisted]; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
