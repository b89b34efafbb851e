package detect

import (
	"fmt"
	"testing"
)

// TestRowsOfCopy holds that the values of a dump's columns that are named after credentials are found in every row, up to its end.
func TestRowsOfCopy(t *testing.T) {
	d := New(mustBuiltin(t))
	const head, a, b = "COPY public.users (id, login, password) FROM stdin;\n", "h7Kq9xZ2mW4v", "Zt3LmX0vR5yN"
	for content, want := range map[string]string{
		head + "1\tbob\t" + a + "\n2\tann\t\\N\n3\teve\t" + b + "\n\\.\n": "[2:7 4:7]",
		head + "1\tbob\t" + a + "\n\\.\n\n4\tjoe\t" + b + "\n":            "[2:7]",
		head + "1\tbob\t" + a + "\n2\tann\n4\tjoe\t" + b + "\n":           "[2:7]",
		head + "1\tbob\t" + a:                                                  "[2:7]",
		head + "1\t" + a + "\t$1$" + b + "\n\\.\n":                             "[]",
		"COPY t (id, password, at) FROM stdin;\n1\t" + a + "\t5\n\\.\n":        "[2:3]",
		"COPY t (id, secret_hash) FROM stdin;\n1\t\\N\n\\.\n":                  "[]",
		"copy t (\"id\", \"password\") from stdin;\r\n1\t" + a + "\r\n\\.\r\n": "[2:3]",
	} {
		got := []string{}
		for _, m := range foundAnywhere(d, content) {
			got = append(got, fmt.Sprintf("%d:%d", m.Line, m.Column))
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%q: found at %v, want %s", content, got, want)
		}
	}
}
