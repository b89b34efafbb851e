package detect

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/keysieve/keysieve/rules/check"
	"github.com/keysieve/keysieve/rules/sample"
)

// githubToken returns a token that GitHub's checksum holds for.
func githubToken(t *testing.T) string {
	t.Helper()
	set := mustBuiltin(t)
	i, ok := set.Index("github-pat-classic")
	if !ok {
		t.Fatal("no such rule")
	}
	r := set.Rules()[i]
	scheme, _ := check.ByName(r.Check)
	s, err := sample.Generate(r.Pattern(), r.SecretGroup, scheme.Mend, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		t.Fatal(err)
	}
	return s.Secret
}

func utf16Bytes(text string, order binary.AppendByteOrder) string {
	var out []byte
	for _, u := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, u)
	}
	return string(out)
}

// TestMixedEncodings holds that of a file in which UTF-16 and bytes are mixed nothing is lost, whatever it begins with
// and wherever the parts meet, whole and streamed.
func TestMixedEncodings(t *testing.T) {
	token := githubToken(t)
	password := "DB_PASSWORD=" + "kX9#vQ2m" + "Lp7wRt4z"
	writers := map[string]func(string) string{
		"LE": func(s string) string { return utf16Bytes(s, binary.LittleEndian) },
		"BE": func(s string) string { return utf16Bytes(s, binary.BigEndian) },
		"":   func(s string) string { return s },
	}
	marks := map[string]string{"LE": "\xff\xfe", "BE": "\xfe\xff", "": ""}
	d := New(mustBuiltin(t))
	for first, begin := range writers {
		for second, then := range writers {
			if first == second {
				continue
			}
			for _, mark := range []string{"", marks[first]} {
				for _, filler := range []int{1, 4, 60, 400, 50_000} {
					for _, odd := range []string{"", "x"} {
						other := strings.Repeat("name = value\r\n", filler)
						for _, tt := range []struct {
							name, content string
							line          int
						}{
							{"at the end", mark + begin(other) + then(odd+"\r\nTOKEN="+token+"\r\n"+password+"\r\n"), filler + 2},
							{"at the beginning", mark + begin("TOKEN="+token+"\r\n"+password+"\r\n") + then(odd+other), 1},
							{"in the middle", mark + begin(other) + then(odd+"\r\nTOKEN="+token+"\r\n"+password+"\r\n") + begin(other), filler + 2},
							{"behind the middle", mark + begin(other) + then("abcdefgh"+odd+"\r\n") + begin("TOKEN="+token+"\r\n"+password+"\r\n"), filler + 2},
						} {
							if filler > 1000 && (odd == "" || mark == "" || second == "BE") {
								continue
							}
							name := fmt.Sprintf("%q then %q, mark %q, %d lines, %q, %s", first, second, mark, filler, odd, tt.name)
							checkMixed(t, d, name, tt.content, token, tt.line, 0)
						}
					}
				}
			}
		}
	}
}

// checkMixed holds that the token and the password are found once each, the token in the line or up to slack lines further on.
func checkMixed(t *testing.T, d *Detector, name, content, token string, line, slack int) {
	t.Helper()
	s := d.NewStream()
	for rest := content; rest != ""; {
		n := min(len(rest), 5001)
		s.Write([]byte(rest[:n]))
		rest = rest[n:]
	}
	for how, res := range map[string]Result{"whole": d.Scan([]byte(content)), "streamed": s.Close()} {
		tokens, passwords := 0, 0
		for _, m := range res.Matches {
			switch {
			case m.Secret == token:
				tokens++
				if m.Line < line || m.Line > line+slack {
					t.Errorf("%s, %s: line %d, want %d", name, how, m.Line, line)
				}
			case strings.HasPrefix(m.Secret, "kX9#"):
				passwords++
			}
		}
		if tokens != 1 || passwords != 1 {
			t.Errorf("%s, %s: %d tokens and %d passwords found", name, how, tokens, passwords)
		}
	}
}
