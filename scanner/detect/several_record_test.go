package detect

import (
	"slices"
	"testing"
)

// TestTableRecords: a row goes on where a cell in quotation marks breaks a line, and ends with its line where nothing closes it.
func TestTableRecords(t *testing.T) {
	for text, want := range map[string][]string{
		"name,note,password\nwilli,\"two\nlines\",kh7Tz9Qw2L\notto,x,Tz9Qw2Lkh7\n": {"kh7Tz9Qw2L", "Tz9Qw2Lkh7"},
		"name,note,password\nwilli,\"a \"\"b\"\"\",kh7Tz9Qw2L\n":                   {"kh7Tz9Qw2L"},
		"name,note,password\nwilli,\"open,kh7Tz9Qw2L\notto,x,Tz9Qw2Lkh7\n":         nil,
		"usuario;contraseña\nwilli;kh7Tz9Qw2L\notto;Tz9Qw2Lkh7\n":                  {"kh7Tz9Qw2L", "Tz9Qw2Lkh7"},
		"utilisateur,mot de passe\nwilli,kh7Tz9Qw2L\n":                             {"kh7Tz9Qw2L"},
	} {
		row := slices.Index([]byte(text), '\n') + 1
		parts, _ := tableParts([]byte(text), 0, row)
		var got []string
		for _, p := range parts {
			got = append(got, text[p.start:p.end])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
