package detect

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestDrawnTables holds that the values of a drawn table's column that is named after credentials are found in every row.
func TestDrawnTables(t *testing.T) {
	d := New(mustBuiltin(t))
	const a, b = "h7Kq9xZ2mW4v", "Zt3LmX0vR5yN"
	for content, want := range map[string]string{
		"| user | password |\n|---|:-:|\n| joe | " + a + " |\n| ann | |\n| eve | `" + b + "` |\n\ntext | more | x\n":                                                             "[3:9 5:10]",
		"# Hosts\r\n\r\nUser | API key | Host\r\n--- | --- | ---\r\njoe | **" + a + "** | x\r\n":                                                                                 "[5:9]",
		"+-----+----------+\n| usr | password |\n+-----+----------+\n| joe | " + a + "|\n+-----+----------+\n":                                                                   "[4:9]",
		" user | password \n------+----------\n joe  | " + a + "\n eve  | " + b + "\n(2 rows)\n":                                                                                 "[3:9 4:9]",
		"> | a | mot de passe |\n> |---|---|\n> | joe | " + a + " |\n":                                                                                                           "[3:11]",
		"| a \\| b | password | c |\n|---|---|---|\n| x \\| y | " + a + " | z |\n":                                                                                               "[3:12]",
		"| password | passphrase |\n|---|---|\n| " + a + " | " + b + " |\n":                                                                                                      "[3:3 3:18]",
		"| user | password | host |\n|---|---|---|\n| joe | " + a + "\n| ann | `" + b + "` (the old one) | x | y |\n":                                                            "[3:9 4:10]",
		"| user | password |\n|---|---|\n| joe | <code>" + a + "</code> |\n| ann | ~~" + b + "~~ |\n\nx | " + a + "\n":                                                           "[3:15 4:11]",
		"| password | score | crack time |\n|---|---|---|\n| " + a + " | 2 | 3 days |\n":                                                                                         "[]",
		"the password\n------------\n" + a + "\n":                                                                                                                                "[]",
		"| user | password |\n|---|---|\n| joe | the " + a + " |\n":                                                                                                              "[]",
		"| user | password |\n| joe | " + a + " |\n":                                                                                                                             "[]",
		"| Password hash (sha256) | Password reset token SHA | Password list sha1 |\n|---|---|---|\n| " + strings.Repeat("0123456789abcdef", 4) + " | " + a + " | " + b + " |\n": "[]",
		"| password_hash | user |\n|---|---|\n| " + strings.Repeat("0123456789abcdef", 2) + " | joe |\n":                                                                         "[]",
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

// TestDrawnTableGrows holds that a new row of an old table is looked at under the table's heading.
func TestDrawnTableGrows(t *testing.T) {
	d := New(mustBuiltin(t))
	table := strings.Repeat("Some words on a line.\n", 20) + "| user | password |\n|---|---|\n" + strings.Repeat("| somebody | |\n", 200)
	if !d.AddsNothing([]byte(table), []byte(table+"| somebody | |\n")) {
		t.Error("a row without a password adds something")
	}
	if d.AddsNothing([]byte(table), []byte(table+"| joe | h7Kq9xZ2mW4v |\n")) {
		t.Error("a row with a password adds nothing")
	}
}

// TestDrawnTablesBelowEachOther holds that a table of Markdown ends at the next one's heading, which is none of its rows, and that what looks
// like a heading in a grid is a row: each row is read once, however many there are.
func TestDrawnTablesBelowEachOther(t *testing.T) {
	d := New(mustBuiltin(t))
	const a, b = "h7Kq9xZ2mW4v", "Zt3LmX0vR5yN"
	for content, want := range map[string]string{
		"| u | password |\n|---|---|\n| joe | " + a + " |\n| v | passphrase |\n|---|---|\n| eve | " + b + " |\n":                                                                                            "[3:9 6:9]",
		"+-----+----------+\n| u   | password |\n+-----+----------+\n| joe | password |\n+-----+----------+\n| eve | " + b + "|\n+---+---+\n":                                                               "[6:9]",
		"+-----+----------+\n| u   | password |\n+-----+----------+\n| joe | " + a + " |\n+-----+----------+\n+----------+-----+\n| password | u   |\n+----------+-----+\n| " + b + " | eve |\n+---+---+\n": "[4:9 9:3]",
		"+-----+----------+\n| u   | password |\n+-----+----------+\n| joe | " + a + " |\n+-----+----------+\n+---+---+---+\n| host | u | password |\n+---+---+---+\n| h | eve | " + b + "|\n":              "[4:9 9:13]",
	} {
		got := []string{}
		for _, m := range foundAnywhere(d, content) {
			if m.Secret != "password" {
				got = append(got, fmt.Sprintf("%d:%d", m.Line, m.Column))
			}
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%q: found at %v, want %s", content, got, want)
		}
	}
	for _, unit := range []string{
		"| Password |b|\n|---|---|\n|required|x|\n",
		"a|password\n-|-\n",
		"|a|password|\n+-+-+\n",
		strings.Repeat("|Password", 60) + "|\n" + strings.Repeat("|---", 60) + "|\n" + strings.Repeat("|required", 60) + "|\n",
	} {
		content := strings.Repeat(unit, 512<<10/len(unit))
		begun := time.Now()
		d.Scan([]byte(content))
		if took := time.Since(begun); took > 10*time.Second {
			t.Errorf("%d bytes of %.30q took %v", len(content), unit, took)
		}
	}
}

// TestTablesEndWithLines holds that a table that is longer than what is read of it ends with a whole row: a cut one would be told with the
// rest of its password in clear.
func TestTablesEndWithLines(t *testing.T) {
	d := New(mustBuiltin(t))
	const password = "h7Kq9xZ2mW4vZt3LmX0vR5yN"
	for _, table := range []string{"| user | password |\n|---|---|\n" + strings.Repeat("| joe | "+password+" |\n", 30<<10), "user,password\n" + strings.Repeat("joe,"+password+"\n", 40<<10)} {
		for _, m := range d.Scan([]byte(table)).Matches {
			if m.Secret != password {
				t.Fatalf("%.20q: line %d: found %q", table, m.Line, m.Secret)
			}
		}
	}
}
