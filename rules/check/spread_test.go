package check

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// TestSpread: what stands around the lines of a key is taken away if it is the same everywhere, or if the lines are as long as each other.
func TestSpread(t *testing.T) {
	rsa, ssh := madeBlock("RSA PRIVATE KEY", 1190), madeBlock("OPENSSH PRIVATE KEY", 400)
	for _, plain := range []string{strings.TrimSpace(rsa), strings.TrimSpace(ssh)} {
		lines := strings.Split(plain, "\n")
		anew := strings.Join(lines[:3], `" & vbCrLf & _`+"\n  \"") + "\" & vbCrLf\nkey = key & \"" + strings.Join(lines[3:], `" & vbCrLf & _`+"\n  \"")
		for name, text := range map[string]string{
			"one statement":    strings.Join(lines, `" & vbCrLf & _`+"\n  \""),
			"begun anew":       anew,
			"a sign of base64": strings.Join(lines, "\n+"),
			"two signs":        strings.Join(lines, "\n++"),
			"a word before":    strings.Join(lines, "\necho "),
			"comments":         strings.ReplaceAll(strings.Join(lines, "\");\nk.push(\""), lines[2]+"\");", lines[2]+"\"); // and so on"),
		} {
			if r := (pem{}).Check(text); r.Verdict != Holds {
				t.Errorf("%s: %v %q", name, r.Verdict, r.Notes)
			}
			if got, _ := PlainArmour(text); got != plain {
				t.Errorf("%s: %q", name, got)
			}
		}
	}
}

// TestSpreadUsed: what stands between a key without an END line and another's is not the key's, though base64 and quotation marks
// are all that it is written in.
func TestSpreadUsed(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(madeBlock("RSA PRIVATE KEY", 1190)), "\n")
	key, end := strings.Join(lines[:len(lines)-1], "\n"), lines[len(lines)-1]
	for between, used := range map[string]int{
		"\n":                                     0,
		"\n\"\"\"\npassword = \"abc\"\nend = \"": len(key),
		"\n\"\"\"\ndb_password = abc\nend = \"":  len(key),
		"</p>\n<p>password = abc</p>\n<p>end = ": len(key),
	} {
		text := key + between + end
		if used == 0 {
			used = len(text)
		}
		if r := (pem{}).Check(text); r.Verdict != Holds || r.Used != used {
			t.Errorf("%q: %v %q, %d bytes of %d", between, r.Verdict, r.Notes, r.Used, used)
		}
	}
}

// TestSpreadNone: between the marks of a key stands a program, which is no key, or one with a line changed.
func TestSpreadNone(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(madeBlock("RSA PRIVATE KEY", 1190)), "\n")
	head, end := lines[0], lines[len(lines)-1]
	for name, text := range map[string]string{
		"program":  head + `"); text = strings.TrimSuffix(text, "` + end,
		"variable": head + `" + body + "` + end,
		"missing":  strings.Join(append(lines[:5:5], lines[6:]...), `");`+"\n"+`sb.append("`),
		"nothing":  head + end,
	} {
		if r := (pem{}).Check(text); r.Verdict != None {
			t.Errorf("%s: %v %q", name, r.Verdict, r.Notes)
		}
	}
	for _, plain := range []string{strings.Join(lines, "\n"), strings.Join(lines, "\r\n  "), head + "\n" + strings.Join(lines[1:len(lines)-1], "") + "\n" + end} {
		if got, ok := PlainArmour(plain); ok {
			t.Errorf("%q has nothing around its lines and became %q", plain, got)
		}
	}
}

// TestSpreadHostile: no text makes the check panic, or take long.
func TestSpreadHostile(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	lines := strings.Split(strings.TrimSpace(madeBlock("PRIVATE KEY", 400)), "\n")
	for range 3000 {
		text := []byte(strings.Join(lines, []string{"\n", `\n`, "\" +\n \"", ";", "\n12: ", "%0A", "-"}[rng.IntN(7)]))
		for range rng.IntN(6) {
			switch at := rng.IntN(len(text)); rng.IntN(3) {
			case 0:
				text[at] = byte(rng.Uint32())
			case 1:
				text = append(text[:at:at], text[min(at+rng.IntN(200), len(text)):]...)
			default:
				text = append(text[:at:at], append([]byte(lines[0]), text[at:]...)...)
			}
		}
		pem{}.Check(string(text))
		PlainArmour(string(text))
	}
	for _, piece := range []string{"A", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA;", `\n`, " ", "MIIE", "-----END ", "a\n"} {
		start := time.Now()
		pem{}.Check(lines[0] + strings.Repeat(piece, 1<<20/len(piece)) + lines[len(lines)-1])
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("%q again and again: %v", piece, took)
		}
	}
}
