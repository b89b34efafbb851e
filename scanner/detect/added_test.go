package detect

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"
)

// newIn lists the secrets of a content that stood nowhere in the version before, by a scan of both.
func newIn(d *Detector, old, content []byte) []string {
	known := map[string]bool{}
	for _, k := range d.Scan(old).Known {
		known[k.Secret] = true
	}
	var out []string
	for _, m := range d.Scan(content).Matches {
		if !known[m.Secret] {
			out = append(out, fmt.Sprintf("%s %q at %d", d.set.Rules()[m.Rule].ID, m.Secret, m.Start))
		}
	}
	return out
}

// checkAdds holds what AddsNothing says against a scan of both versions.
func checkAdds(t *testing.T, d *Detector, old, content string) (nothing bool) {
	t.Helper()
	nothing = d.AddsNothing([]byte(old), []byte(content))
	if nothing {
		if found := newIn(d, []byte(old), []byte(content)); len(found) > 0 {
			t.Fatalf("adds nothing, but %q\nbefore %q\nafter  %q", found, old, content)
		}
	}
	return nothing
}

// TestAddsNothing edits contents with secrets of all rules, plain and encoded, among dull lines.
func TestAddsNothing(t *testing.T) {
	t.Parallel()
	d := New(mustBuiltin(t))
	said := map[bool]int{}
	for seed := range uint64(rounds(10, 40, 3000)) { //nolint:gosec // a few
		rng := rand.New(rand.NewPCG(seed, 11))
		pieces := tracedText(t, d, rng)
		inserts := pieces
		for i := range 300 {
			pieces = append(pieces, fmt.Sprintf("for i := range %d { call(value, %d) }\n", i, i*i), "\n", "}\n")
		}
		rng.Shuffle(len(pieces), func(i, j int) { pieces[i], pieces[j] = pieces[j], pieces[i] })
		old := strings.Join(pieces, "")
		for range 12 {
			content := old
			for n := rng.IntN(3); n >= 0; n-- {
				content = change(rng, content, inserts)
			}
			said[checkAdds(t, d, old, content)]++
			if rng.IntN(4) == 0 {
				old = content
			}
		}
	}
	if said[true] < said[false]/8 || said[false] == 0 {
		t.Errorf("adds nothing %d times, something %d times: the test tests little", said[true], said[false])
	}
}

// change removes, inserts or moves a piece of a text.
func change(rng *rand.Rand, text string, inserts []string) string {
	at := rng.IntN(len(text))
	end := min(at+rng.IntN(40), len(text))
	switch rng.IntN(4) {
	case 0:
		return text[:at] + text[end:]
	case 1:
		return text[:at] + "dull(1)\n" + text[at:]
	case 2:
		to := rng.IntN(len(text) - (end - at) + 1)
		rest := text[:at] + text[end:]
		return rest[:to] + text[at:end] + rest[to:]
	}
	return text[:at] + inserts[rng.IntN(len(inserts))] + text[at:]
}

// TestAddsNothingFarFrom: what makes a secret of a text may stand far from it.
func TestAddsNothingFarFrom(t *testing.T) {
	dull := strings.Repeat("for i := range 10 { call(value) }\n", 40)
	secret := "Zx8vQ2mN7pLr4TkW" + "9sYb"
	items := ""
	for i := range 12 {
		items += fmt.Sprintf("    \"%d%s\",\n", i, secret)
	}
	d := New(mustBuiltin(t))
	tests := []struct{ name, old, content string }{
		{"the rest of a list", "passwords = [\n" + items + "]\n", "passwords = [\n" + items + "    \"Qm2" + secret + "\",\n]\n"},
		{"a table's row", "name,password\n" + strings.Repeat("joe,x\n", 20), "name,password\n" + strings.Repeat("joe,x\n", 20) + "ann," + secret + "\n"},
		{"a row of HTML", "<table><tr><th>User</th><th>Password</th></tr>\n" + strings.Repeat("<tr><td>joe</td><td>"+secret+"</td></tr>\n", 10) + "</table>\n",
			"<table><tr><th>User</th><th>Password</th></tr>\n" + strings.Repeat("<tr><td>joe</td><td>"+secret+"</td></tr>\n", 10) + "<tr><td>ann</td><td>Qm2" + secret + "</td></tr>\n</table>\n"},
		{"a row of HTML behind a heading of more lines", "<table><tr>\n<th>User</th>\n<th>\nPassword\n</th></tr>\n" + strings.Repeat("<tr><td>joe</td><td>"+secret+"</td></tr>\n", 10) + "</table>\n",
			"<table><tr>\n<th>User</th>\n<th>\nPassword\n</th></tr>\n" + strings.Repeat("<tr><td>joe</td><td>"+secret+"</td></tr>\n", 10) + "<tr><td>ann</td><td>Qm2" + secret + "</td></tr>\n</table>\n"},
		{"a row of Jira", "||User||Password||\n" + strings.Repeat("|joe|"+secret+"|\n", 400), "||User||Password||\n" + strings.Repeat("|joe|"+secret+"|\n", 400) + "|ann|Qm2" + secret + "|\n"},
		{"a statement's row", "INSERT INTO users (name, password) VALUES ('joe', 'x')" + strings.Repeat(",\n ('joe', 'x')", 20) + ";\n",
			"INSERT INTO users (name, password) VALUES ('joe', 'x')" + strings.Repeat(",\n ('joe', 'x')", 20) + ",\n ('ann', '" + secret + "');\n"},
		{"an item of YAML", "passwords:\n  - k1" + secret + "\n  - k2" + secret + "\n", "passwords:\n  - k1" + secret + "\n  - k2" + secret + "\n  - " + secret + "\n"},
		{"a list below another", "tokens:\n" + items16(40, "  - %s\n") + "secrets:\n" + items16(40, "  - %s\n"), "tokens:\n" + items16(40, "  - %s\n") + "secrets:\n" + items16(40, "  - %s\n") + "  - Qm2" + secret + "\n"},
		{"a list beside another", "tokens = [\"a1" + secret + "\"]\ntokens = [\"b1" + secret + "\",\n" + items16(40, "  \"%s\",\n") + "]\n",
			"tokens = [\"a1" + secret + "\"]\ntokens = [\"b1" + secret + "\",\n" + items16(40, "  \"%s\",\n") + "  \"Qm2" + secret + "\",\n]\n"},
		{"a long table's row", "name,password\n" + strings.Repeat("joe,x\n", 3000), "name,password\n" + strings.Repeat("joe,x\n", 3000) + "ann," + secret + "\n"},
		{"a row below wide columns", "INSERT INTO users (password, " + strings.Repeat("\U00020000", 270) + ") VALUES " + strings.Repeat("('x', 1),\n", 240) + "('x', 1);\n",
			"INSERT INTO users (password, " + strings.Repeat("\U00020000", 270) + ") VALUES " + strings.Repeat("('x', 1),\n", 240) + "('" + secret + "', 1);\n"},
		{"text in UTF-16", strings.Repeat(dull, 8) + utf16LE("hello there, this is a text of some length\npassword:\n  - Zx8vQ2mN7pLr4TkW9sYbPq3Rt6Wm\nmore text here\n"),
			strings.Repeat(dull, 8) + utf16LE("hello there, this is a text of some length\npassword:\n  - Zx8vQ2mN7pLr4TkW9sYbPq3Rt7Xn\nmore text here\n")},
		{"the name", "the_name = \"" + secret + "\"\n", "password = \"" + secret + "\"\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			old, content := dull+tt.old+dull, dull+tt.content+dull
			if len(newIn(d, []byte(old), []byte(content))) == 0 {
				t.Fatal("the scan finds nothing new")
			}
			for range 3 {
				if checkAdds(t, d, old, content) {
					t.Error("adds nothing")
				}
			}
			if !checkAdds(t, d, content, content+"\n") && !strings.Contains(content, "\x00") && !strings.Contains(content, "<table") { // of these all is looked at
				t.Error("a line break adds something")
			}
		})
	}
	t.Run("a keyword", func(t *testing.T) {
		d := New(mustSet(t, "[[rules]]\nid = \"switched\"\nregex = '''tok_[a-z0-9]{20}'''\nkeywords = [\"acmecorp\"]\n"))
		old := "a tok_abcdefghij0123456789\n" + dull
		if checkAdds(t, d, old, old+"acmecorp\n") {
			t.Error("adds nothing")
		}
	})
	t.Run("an allowlist on the line", func(t *testing.T) {
		d := New(mustSet(t, "[[rules]]\nid = \"r\"\nregex = 'one_[a-z]{12}'\n[[rules.allowlists]]\nregexTarget = \"line\"\nregexes = ['# fine$']\n"))
		old := dull + "x one_abcdefghijkl, with text that follows upon it for more than a few bytes # fine\n" + dull
		if content := strings.Replace(old, "# fine", "# bad", 1); checkAdds(t, d, old, content) {
			t.Error("adds nothing")
		}
	})
	t.Run("a directive", func(t *testing.T) {
		if checkAdds(t, d, dull, dull+"x = 1 // "+directiveOwn+"\n") {
			t.Error("adds nothing")
		}
	})
}

// items16 writes invented values into rows.
func items16(n int, row string) string {
	return rowsOf(0, n, "", row, func(i int) string { return fmt.Sprintf("kRw%dvZq%dTqxMb%dLp", i%10, i*7%10, i) })
}

func utf16LE(text string) string { return strings.Join(strings.Split(text, ""), "\x00") + "\x00" }

// TestAddsNothingIsNotDearer: candidates in long lines are looked at for what their matches may stand for, but not without end.
func TestAddsNothingIsNotDearer(t *testing.T) {
	d := New(mustBuiltin(t))
	line := strings.Repeat("password, ", 2000)
	old := []byte(strings.Repeat(line+"\n", 10))
	content := []byte(strings.Repeat(line+"\nz\n", 10))
	took := func(f func()) time.Duration {
		least := time.Hour
		for range 5 {
			began := time.Now()
			f()
			least = min(least, time.Since(began))
		}
		return least
	}
	fast, whole := took(func() { d.AddsNothing(old, content) }), took(func() { d.Scan(content) })
	if fast > 3*whole {
		t.Errorf("%v, and %v to scan all of it", fast, whole)
	}
}

// TestAddsNothingTree does the same with the files below KEYSIEVE_BENCH_DIR.
func TestAddsNothingTree(t *testing.T) {
	if os.Getenv("KEYSIEVE_BENCH_DIR") == "" {
		t.Skip("KEYSIEVE_BENCH_DIR is not set")
	}
	d := New(mustBuiltin(t))
	contents, _ := benchContents(t)
	rng := rand.New(rand.NewPCG(1, 2))
	said := map[bool]int{}
	for i, c := range contents {
		if len(c) == 0 || len(c) > 100<<10 {
			continue
		}
		other := string(contents[(i+1)%len(contents)])
		inserts := []string{other[:min(len(other), 300)], "\n", "password = \"Zx8vQ2mN7pLr4TkW9sYb\"\n"}
		for range 3 {
			said[checkAdds(t, d, string(c), change(rng, string(c), inserts))]++
		}
	}
	t.Log(said)
}

func FuzzDiff(f *testing.F) {
	line := strings.Repeat("a line of some length, that is not unlike others\n", 3)
	f.Add([]byte("one\n"+line+"two\n"+line), []byte("two\n"+line+"one\n"))
	f.Add([]byte(""), []byte("x"))
	f.Add([]byte(line+line), []byte(line))
	f.Fuzz(func(t *testing.T, old, content []byte) {
		end := 0
		for _, c := range diff(nil, old, content) {
			if c.Size <= 0 || c.Target < end || !bytes.Equal(old[c.Source:c.Source+c.Size], content[c.Target:c.Target+c.Size]) {
				t.Fatalf("%+v of %q in %q", c, old, content)
			}
			end = c.Target + c.Size
		}
	})
}

// BenchmarkAddsNothing is what a new version of a file costs of which one line is new.
func BenchmarkAddsNothing(b *testing.B) {
	d := New(mustBuiltin(b))
	contents, size := benchContents(b)
	changed := make([][]byte, len(contents))
	for i, c := range contents {
		at := bytes.LastIndexByte(c[:len(c)/2], '\n') + 1
		changed[i] = append(append(bytes.Clone(c[:at]), "one line more\n"...), c[at:]...)
	}
	b.SetBytes(size)
	for b.Loop() {
		for i, c := range contents {
			d.AddsNothing(c, changed[i])
		}
	}
}

// TestAddsNothingInAdjacentLists: what was noted of one list may take in the head of the next. It is noted so when
// automata are there, that is from the third time on.
func TestAddsNothingInAdjacentLists(t *testing.T) {
	d := New(mustBuiltin(t))
	dull := strings.Repeat("- name: one of many lines\n  run: make all\n", 90)
	lists := func(n int, last string) string {
		items := func(seed, size int) (out string) {
			for i := range size {
				out += fmt.Sprintf("  - Qm%dyH%dxN9dKs2VtB%drEg\n", seed, (i*7+seed)%10, i)
			}
			return out
		}
		return dull + "client_secrets:\n" + items(n%10, 4) + "access_tokens:\n" + items((n+3)%10, 4) + last + dull
	}
	for n := range 6 {
		old, content := lists(n, ""), lists(n, "  - Zw4tR8vLq3JmXc7KpYhd\n")
		if len(newIn(d, []byte(old), []byte(content))) != 1 {
			t.Fatal("the scan does not find what is new")
		}
		if checkAdds(t, d, old, content) {
			t.Errorf("round %d: adds nothing", n)
		}
	}
}
