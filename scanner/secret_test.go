package scanner

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestMask(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", ""},
		{"short12", "•••••••"},
		{"eight888", "e••••••8"},
		{"ghp_0123456789abcdefghij0123456789abcdef", "ghp_0•••••••••••••••••••••••••••••••cdef"},
		{"pässwörd", "p••••••d"},
		{strings.Repeat("a", 1000), "aaaaaa" + strings.Repeat("•", 30) + "aaaa"},
		{"line\nbreak\nand more text", "lin" + strings.Repeat("•", 18) + "ext"},
	}
	for _, tt := range tests {
		if got := Mask(tt.text); got != tt.want {
			t.Errorf("Mask(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestMaskShowsAtMostAQuarter(t *testing.T) {
	for n := range 200 {
		text := strings.Repeat("x", n)
		if shown := strings.Count(Mask(text), "x"); shown*4 > n {
			t.Errorf("%d of %d characters shown", shown, n)
		}
	}
}

func TestSecretPrintsMaskedEverywhere(t *testing.T) {
	const text = "correct-horse-battery-staple"
	s := NewSecret(text)
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("found", "secret", s)
	encoded, err := json.Marshal(map[string]any{"secret": s})
	if err != nil {
		t.Fatal(err)
	}
	outputs := []string{
		fmt.Sprint(s), fmt.Sprintf("%s %v %+v %#v %q %x %d", s, s, s, s, s, s, s),
		fmt.Sprintf("%v", struct{ S Secret }{s}), fmt.Sprintf("%v", &s), log.String(), string(encoded), s.String(),
		fmt.Sprintf("%v", []Secret{s}), fmt.Errorf("bad: %v", s).Error(),
	}
	for _, out := range outputs {
		if strings.Contains(out, "horse") || strings.Contains(out, fmt.Sprintf("%x", "horse")) {
			t.Errorf("the secret's text shows in %q", out)
		}
	}
	if s.Reveal() != text {
		t.Error("Reveal lost the text")
	}
}
