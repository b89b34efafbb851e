package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// jsonText encodes values as JSON text, one after the other, into a buffer
// that it uses again. HTML characters stand as they are. The characters that
// JSON allows and a terminal obeys or hides (DEL, C1 controls, text direction
// marks) are written as \u escapes, which mean the same.
type jsonText struct {
	buffer  bytes.Buffer
	escaped []byte
}

// marshal returns v as JSON without a trailing newline: on one line when
// indent is empty, otherwise with every further line starting with prefix.
// The bytes are valid until the next call.
func (j *jsonText) marshal(v any, prefix, indent string) ([]byte, error) {
	j.buffer.Reset()
	encoder := json.NewEncoder(&j.buffer)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent(prefix, indent)
	if err := encoder.Encode(v); err != nil {
		return nil, fmt.Errorf("encode as JSON: %w", err)
	}
	text := bytes.TrimSuffix(j.buffer.Bytes(), []byte("\n"))
	j.escaped = appendEscaped(j.escaped[:0], text)
	return j.escaped, nil
}

// appendEscaped appends JSON text with its unsafe characters escaped. They can
// stand in strings only, so the text need not be parsed.
func appendEscaped(out, text []byte) []byte {
	done := 0
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf && text[i] != 0x7f {
			i++
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		if !printable(r) {
			out = append(out, text[done:i]...)
			for _, unit := range utf16.AppendRune(nil, r) {
				out = fmt.Appendf(out, `\u%04x`, unit)
			}
			done = i + size
		}
		i += size
	}
	return append(out, text[done:]...)
}

// array writes n elements as a JSON array, an element starting a line at
// prefix and indented by indent, and the closing bracket at the prefix's outer level.
func (j *jsonText) array(w *bufio.Writer, n int, prefix, indent string, element func(int) any) error {
	if n == 0 {
		_, err := w.WriteString("[]")
		return err
	}
	inner := prefix + indent
	for i := range n {
		text, err := j.marshal(element(i), inner, indent)
		if err != nil {
			return err
		}
		separator := ","
		if i == 0 {
			separator = "["
		}
		if _, err := fmt.Fprintf(w, "%s\n%s%s", separator, inner, text); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "\n%s]", prefix)
	return err
}

// framed writes a value as indented JSON with the elements of one of its lists, which is
// empty in the value, encoded one by one: a large report would otherwise be in memory as
// text three times. The list's key stands in the value once, with prefix before its line.
func (j *jsonText) framed(w *bufio.Writer, frame any, key, prefix string, n int, element func(int) any) error {
	const indent = "  "
	text, err := j.marshal(frame, "", indent)
	if err != nil {
		return err
	}
	// A quote inside a JSON string is escaped, so this text is the key.
	label := fmt.Sprintf("%q: ", key)
	before, after, found := strings.Cut(string(text), label+"[]")
	if !found {
		return fmt.Errorf("encode as JSON: no empty list %q", key)
	}
	_, _ = w.WriteString(before + label)
	if err := j.array(w, n, prefix, indent, element); err != nil {
		return err
	}
	_, err = w.WriteString(after + "\n")
	return err
}
