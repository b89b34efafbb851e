package detect

import (
	"slices"
	"strings"
	"testing"
)

const endlessRules = `
[[rules]]
id = "lazy"
regex = '''BEGIN[\s\S]*?END'''
[[rules]]
id = "greedy"
regex = '''FROM [a-z ]* UNTIL'''
[[rules]]
id = "line"
regex = '''open\("[^"\n]*"\)'''
[[rules]]
id = "before"
regex = '''[a-z]+_suffix'''
[[rules]]
id = "roaming"
regex = '''[0-9]{5}(?:x|y)*z'''
[[rules]]
id = "switched"
regex = '''START[\s\S]*?STOP'''
keywords = ["neverthere"]
[[rules]]
id = "bounded"
regex = '''HERE[\s\S]{0,40}THERE'''
`

// A match that is longer than blocks overlap by is named, one that is found, or cannot go on, is not.
func TestUnsearched(t *testing.T) {
	d := newDetector(mustSet(t, endlessRules), 4<<10, 512)
	line := strings.Repeat("- ", 40) + "\n"
	long := strings.Repeat(line, 300)
	words := strings.Repeat("abc ", 6000)
	for _, tt := range []struct {
		name, content string
		want          []string
	}{
		{"nothing", long, nil},
		{"found at once", long + "BEGIN x END" + long, nil},
		{"found again and again", strings.Repeat("BEGIN x END "+line, 300), nil},
		{"too long", long + "BEGIN" + long + "END" + long, []string{"lazy"}},
		{"never ends", "BEGIN" + long, []string{"lazy"}},
		{"begins in the last block", long + "BEGIN" + line, nil},
		{"a class goes on", "FROM " + words + "UNTIL" + long, []string{"greedy"}},
		{"a class is left", "FROM abc 1" + words + "UNTIL" + long, nil},
		{"a line goes on", "open(\"" + strings.ReplaceAll(long, "\n", "") + "\")", []string{"line"}},
		{"a line ends", "open(\"" + long + "\")", nil},
		{"what stands before goes on", strings.Repeat("abc", 8000) + "_suffix" + long, []string{"before"}},
		{"what stands before goes on to nothing", strings.Repeat("abc", 8000) + " suffix" + long, nil},
		{"what stands before may have gone on", strings.Repeat("abc", 8000) + " _suffix" + long, []string{"before"}},
		{"a rule without a literal", "12345" + strings.Repeat("xy", 15000) + "z" + long, []string{"roaming"}},
		{"a rule that is not switched on", "START" + long, nil},
		{"one that is bounded", "HERE" + long + "THERE", nil},
		{"two", "BEGIN FROM " + words + words, []string{"lazy", "greedy"}},
	} {
		var got []string
		for _, rule := range d.Scan([]byte(tt.content)).Unsearched {
			got = append(got, d.set.Rules()[rule].ID)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
