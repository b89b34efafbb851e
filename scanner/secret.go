package scanner

import (
	"fmt"
	"log/slog"
	"unicode/utf8"
)

// Secret holds a secret's text and shows it to nobody by accident: every way of
// printing, formatting, logging or encoding it gives the masked form. Reveal is
// the one way to the text.
type Secret struct{ text string }

// NewSecret wraps a secret's text.
func NewSecret(text string) Secret { return Secret{text} }

// Reveal returns the text. Call it only to compare, to hash or to mask.
func (s Secret) Reveal() string { return s.text }

// String returns the masked form.
func (s Secret) String() string { return Mask(s.text) }

// GoString keeps %#v from printing the text.
func (s Secret) GoString() string { return "scanner.Secret(" + s.String() + ")" }

// Format keeps every verb of package fmt, %x and %q among them, from printing the text.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.String())) }

// MarshalText makes encoders write the masked form.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue makes log/slog write the masked form.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

const bullet = '•'

// maxMasked bounds the masked form, in characters: a private key is thousands.
const maxMasked = 40

// Mask shows enough of a secret for its owner to recognise it and too little
// for anybody else to use it: of n characters at most n/4, from both ends, and
// no more than four at the end, and nothing of one shorter than eight.
func Mask(text string) string {
	runes := make([]rune, 0, maxMasked)
	n := utf8.RuneCountInString(text)
	show := n / 4
	head, tail := min((show+1)/2, 6), min(show/2, 4)
	if n < 8 {
		head, tail = 0, 0
	}
	hidden := min(n, maxMasked) - head - tail
	i := 0
	for _, r := range text {
		switch {
		case i < head, i >= n-tail:
			if r < ' ' || r == utf8.RuneError || r == 0x7f {
				r = bullet
			}
			runes = append(runes, r)
		case hidden > 0:
			runes = append(runes, bullet)
			hidden--
		}
		i++
	}
	return string(runes)
}
