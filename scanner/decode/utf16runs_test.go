package decode

import (
	"fmt"
	"strings"
	"testing"
)

func TestUTF16Runs(t *testing.T) {
	const text = "token = 0123456789"
	le := strings.Join(strings.Split(text, ""), "\x00") + "\x00"
	be := "\x00" + strings.Join(strings.Split(text, ""), "\x00")
	tests := []struct{ content, want string }{
		{"", ""},
		{text, ""},
		{"\x01\x02" + le + "\xff\xff", "2-38 " + text},
		{"\x01\x02\x03" + le, "3-39 " + text},
		{"ascii before\n" + le + "ascii after", "13-49 " + text},
		{"\xff" + be + "\xff", "2-37 " + text},
		{"a\x00b\x00c\x00", ""},
		{strings.Repeat("\x00", 100), ""},
	}
	for _, tt := range tests {
		got := ""
		UTF16Runs{}.Find([]byte(tt.content), 0, func(r Run) { got += fmt.Sprintf("%d-%d %s", r.Start, r.End, r.Text) })
		if got != tt.want {
			t.Errorf("%q: %q, want %q", tt.content, got, tt.want)
		}
	}
}
