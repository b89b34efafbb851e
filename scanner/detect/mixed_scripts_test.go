package detect

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// scripts make lines of text that is mostly not ASCII, with characters of which a byte is that of a line feed.
var scripts = map[string]func(rng *rand.Rand) string{
	"Latin":    from("ĊĀăabcdefghij", ' '),
	"Cyrillic": from("ЊабвгдежзийклмнопрстАБВГДЕЖЗ", ' '),
	"Gurmukhi": from("ਅਆਇਈਉਊਏਐਓਔਕਖਗਘਙਚਛਜਝਞਟਠਡਢਣ", ' '),
	"Japanese": from("あいうえおかきくけこさしすせそたちつてとなにはのまみもやらりるれわをんアイウエオカキクケコスタトバラルン上日本語漢字行時間東京人大国会社年月分", '、'),
	"Chinese": func(rng *rand.Rand) string {
		line := make([]rune, 10+rng.IntN(30))
		for i := range line {
			if line[i] = rune(0x4e00 + rng.IntN(0x5000)); rng.IntN(100) == 0 {
				line[i] = '上' // U+4E0A
			}
		}
		return string(line) + "。"
	},
}

func from(letters string, space rune) func(*rand.Rand) string {
	return func(rng *rand.Rand) string {
		line := make([]rune, 10+rng.IntN(40))
		for i := range line {
			if line[i] = []rune(letters)[rng.IntN(len([]rune(letters)))]; rng.IntN(8) == 0 {
				line[i] = space
			}
		}
		return string(line)
	}
}

// TestMixedScripts holds that what another program adds in bytes to a file in UTF-16 is found whatever script that is in. Without a
// byte-order mark UTF-16 is known where most of it is ASCII.
func TestMixedScripts(t *testing.T) {
	token := githubToken(t)
	added := "TOKEN=" + token + "\r\nDB_PASSWORD = \"kX9#vQ2m" + "Lp7wRt4z\"\r\n"
	d := New(mustBuiltin(t))
	for script, line := range scripts {
		end := ""
		if script == "Gurmukhi" { // whose characters' first bytes are line feeds: next to one in bytes nobody can tell
			end = "."
		}
		for _, order := range []interface {
			binary.AppendByteOrder
			fmt.Stringer
		}{binary.LittleEndian, binary.BigEndian} {
			for _, comments := range []bool{false, true} {
				for _, lines := range []int{1, 5, 60, 3000} {
					slack := 0
					if !comments && (script == "Chinese" || script == "Japanese") {
						slack = lines / 50 // of thousands of lines some look like bytes, and what follows is read as both
					}
					rng := rand.New(rand.NewPCG(7, 8))
					var text strings.Builder
					for i := range lines {
						switch {
						case !comments:
							text.WriteString(line(rng) + "\r\n")
						case i%40 == 20:
							text.WriteString("# " + line(rng) + "\r\n")
						default:
							text.WriteString("some_name = some_value, another\r\n")
						}
					}
					for _, mark := range []string{"\ufeff", ""} {
						if mark == "" && !comments {
							continue
						}
						name := fmt.Sprintf("%s, %v, mark %q, %d lines, comments %v", script, order, mark, lines, comments)
						checkMixed(t, d, name, utf16Bytes(mark+text.String(), order)+added, token, lines+1, slack)
						if mark == "" && lines < 5 {
							continue
						}
						checkMixed(t, d, name+", joined", utf16Bytes(mark+text.String()+line(rng)+end, order)+"\n"+added, token, lines+2, slack)
					}
				}
			}
		}
	}
}
