package detect

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestTablesOfHTML holds that the values of a column that is named after credentials are found in every row of a table of HTML or Jira, and
// nothing beside it.
func TestTablesOfHTML(t *testing.T) {
	d := New(mustBuiltin(t))
	const a, b = "h7Kq9xZ2mW4v", "Zt3LmX0vR5yN"
	for content, want := range map[string]string{
		"<table>\n<tr><th>User</th><th>Password</th></tr>\n<tr><td>joe</td><td>" + a + "</td></tr>\n<tr><td>ann</td><td>" + b + "</td></tr>\n</table>\n":                                "[3:21 4:21]",
		"<TABLE>\n<TR><TD>User<TD>Password</TD>\n<TR><TD>joe<TD>" + a + "\n<TR><TD>ann<TD>" + b + "\n</TABLE>\n":                                                                        "[3:16 4:16]",
		"<table>\n<thead>\n<tr>\n<th>Host</th>\n<th class=\"x\">API key</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>x</td>\n<td><code>" + a + "</code></td>\n</tr>\n</tbody>\n</table>\n": "[11:11]",
		"<table>\n<tr><th>Password</th><th>Access token</th></tr>\n<tr><td>" + a + "</td><td>" + b + "</td></tr>\n</table>\n":                                                           "[3:9 3:30]",
		"<table>\n<tr><th>User</th><th>Password</th></tr>\n<tr><td colspan=2>" + b + "</td></tr>\n<tr><td>joe</td><td>" + a + "</td></tr>\n</table>\n":                                  "[4:21]",
		"<table><tr><th>User</th><th>Password</th></tr></table>\n<table>\n<tr><td>joe</td><td>" + a + "</td></tr>\n</table>\n":                                                          "[]",
		"<table>\n<tr><th>User</th><th>Password hash</th></tr>\n<tr><td>joe</td><td>" + a + "</td></tr>\n</table>\n":                                                                    "[]",
		"<table>\n<tr><th>Password</th><th>Score</th></tr>\n<tr><td>" + a + "</td><td>3</td></tr>\n</table>\n":                                                                          "[]",
		"<table>\n<tr><th>User</th><th>Password</th></tr>\n<tr><td>" + a + "</td><td>the old one</td></tr>\n</table>\n":                                                                 "[]",
		"<table><tr><th>User</th><th>Password</th></tr><tr><td>joe</td><td>" + a + "</td></tr><tr><td>ann</td><td>" + b + "</td>":                                                       "[1:67 1:109]",
		"<table>\n<tr><td>Password:</td><td>" + a + "</td></tr>\n</table>\n":                                                                                                            "[2:27]",
		"<tr><td>Password hint</td><td>" + a + "</td></tr>\n":                                                                                                                           "[]",
		"||User||Password||\n|joe|" + a + "|\n|ann|" + b + "|\n\n|eve|" + a + "|\n":                                                                                                     "[2:6 3:6]",
		"if (user || password || token) {\n|joe|" + a + "|\n":                                                                                                                           "[]",
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

// TestTableOfHTMLGrows holds that a row that is added to an old table of HTML is looked at under the table's heading, and one of an
// old row whose heading was changed.
func TestTableOfHTMLGrows(t *testing.T) {
	d := New(mustBuiltin(t))
	table := strings.Repeat("Some words on a line.\n", 20) + "<table>\n<tr><th>User</th><th>Password</th></tr>\n" + strings.Repeat("<tr><td>somebody</td><td></td></tr>\n", 200)
	if d.AddsNothing([]byte(table), []byte(table+"<tr><td>joe</td><td>h7Kq9xZ2mW4v</td></tr>\n")) {
		t.Error("a row with a password adds nothing")
	}
	row := "<tr><td>h7Kq9xZ2mW4v</td><td>joe</td></tr>\n"
	if old := table + row; d.AddsNothing([]byte(old), []byte(strings.Replace(old, "<th>User</th><th>Password</th>", "<th>Password</th><th>User</th>", 1))) {
		t.Error("a heading that makes a password of a cell adds nothing")
	}
}

// TestManyHeadingsOfHTML holds that a content of headings alone is read in time that grows with its size.
func TestManyHeadingsOfHTML(t *testing.T) {
	d := New(mustBuiltin(t))
	took := func(n int) time.Duration {
		content := strings.Repeat("<tr><th>User</th><th>Password</th>", n)
		start := time.Now()
		foundAnywhere(d, content)
		return time.Since(start)
	}
	took(100)
	if small, large := took(1000), took(8000); large > 64*small+time.Second {
		t.Errorf("eight times as many headings take %v, before %v", large, small)
	}
}
