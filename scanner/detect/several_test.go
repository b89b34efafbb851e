package detect

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// Every value of a list, a table and an INSERT is reported for itself, where it stands.
func TestSeveralValues(t *testing.T) {
	d := New(mustBuiltin(t))
	values := []string{"kRw7vZq29TqxMb", "hP4nXe8cWz2LtQ", "9fVdKs3mYbG6Jr"}
	fillIn := strings.NewReplacer("V1", values[0], "V2", values[1], "V3", values[2])
	for _, text := range []string{
		`passwords = ["V1", "V2", "V3"]`, "passwords = [\n  \"V1\",\n  \"V2\",\n  \"V3\",\n]", `$passwords = array('V1', 'V2', 'V3');`, `PASSWORDS=(V1 V2 V3)`, `passwords = %w[V1 V2 V3]`,
		"passwords:\n  - V1\n  - \"V2\"\n  - V3 # old\nother:\n  - x\n", `List<String> passwords = List.of("V1", "V2", "V3");`,
		"name,password\na,V1\nb,V2\nc,V3\n", "password\tid\r\nV1\t1\r\nV2\t2\r\nV3\t3", "id;\"password\";\"token\"\n1;\"V1\";\"V2\"\n2;\"V3\";\"\"\n",
		"INSERT INTO t (id, password) VALUES (1, 'V1'), (2, 'V2'), (3, 'V3');",
	} {
		content := "first line\n" + fillIn.Replace(text) + "\nlast line\n"
		var got []string
		for _, m := range d.Scan([]byte(content)).Matches {
			if content[m.Start:m.End] != m.Secret {
				t.Errorf("%q: %q does not stand at %d", text, m.Secret, m.Start)
			}
			got = append(got, m.Secret)
		}
		want := slices.Clone(values)
		if strings.Contains(text, "token") { // a short token is a possible one only, but reported
			slices.Sort(got)
			slices.Sort(want)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: found %q", text, got)
		}
	}
}

// A dfa that has to forget its states in the middle of a text goes on.
func TestLinesWithManyStates(t *testing.T) {
	d := New(mustSet(t, "[[rules]]\nid = \"x\"\nregex = '(?m)^([a-z ]{0,300}(?:pass|word)[a-z ]{0,300}\\n)(Z)'\nsecretGroup = 2\n"))
	rng := rand.New(rand.NewPCG(5, 7))
	var b strings.Builder
	for range 2000 {
		for b.WriteString("pass"); rng.IntN(12) > 0; {
			b.WriteString([]string{"pass", "word", "a", " "}[rng.IntN(4)])
		}
		b.WriteString("\n\n")
	}
	content := b.String() + "a word\nZ\n"
	if got := d.Scan([]byte(content)).Matches; len(got) != 1 {
		t.Errorf("%d matches", len(got))
	}
}

// TestSeveralValuesWithoutEnd: lists, tables and statements are read to their end, and where that is too far away it is said.
func TestSeveralValuesWithoutEnd(t *testing.T) {
	d := New(mustBuiltin(t))
	value := func(i int) string { return fmt.Sprintf("kRw%dvZq%dTqxMb%d", i%10, i*7%10, i) }
	const many = 3000
	build := map[string]func(from, to int) string{
		"list":  func(from, to int) string { return rowsOf(from, to, "passwords = [", "\"%s\",\n", value) + "]\n" },
		"table": func(from, to int) string { return rowsOf(from, to, "name,password\n", "joe,%s\n", value) },
		"statement": func(from, to int) string {
			return strings.TrimSuffix(rowsOf(from, to, "INSERT INTO t (id, password) VALUES ", "(1, '%s'),\n", value), ",\n") + ";\n"
		},
	}
	for name, text := range build {
		res := d.Scan([]byte(text(0, many)))
		if len(res.Matches) < many*9/10 || len(res.Unfinished) > 0 {
			t.Errorf("%s: %d of %d, unfinished %v", name, len(res.Matches), many, res.Unfinished)
		}
		small := newDetector(mustBuiltin(t), 128<<10, minOverlap)
		long := text(0, 16*many)
		stream := small.NewStream()
		stream.Write([]byte(long))
		if res := stream.Close(); len(res.Matches) < 16*many*9/10 && len(res.Unfinished) == 0 {
			t.Errorf("%s in blocks: %d of %d, and nothing is said to be unfinished", name, len(res.Matches), 16*many)
		}
	}
}

func rowsOf(from, to int, head, row string, value func(int) string) string {
	var b strings.Builder
	b.WriteString(head)
	for i := from; i < to; i++ {
		fmt.Fprintf(&b, row, value(i))
	}
	return b.String()
}

func TestEndsPlural(t *testing.T) {
	for _, name := range []string{"passwords", "PASSWDS", "pass-phrases", "db_pwds", "clientSecrets", "api_keys", "accessKeys", "Tokens", "token_s"} {
		if !isPlural(name) || !endsPlural([]byte(name)) {
			t.Errorf("%q", name)
		}
	}
	if endsPlural([]byte("password")) {
		t.Error("one password")
	}
}

// TestListFarOnItsLine: where a line begins does not cost each of its lists a walk back to it.
func TestListFarOnItsLine(t *testing.T) {
	head := strings.Repeat("x", 4<<20)
	text := []byte(head + `passwords = ["kRw7vZq29TqxMb", "hP4nXe8cWz2LtQ"]`)
	first := part{start: len(head) + len(`passwords = ["`)}
	first.end = first.start + len("kRw7vZq29TqxMb")
	start := time.Now()
	for range 20_000 {
		if parts, _ := listParts(text, []part{first}, "passwords"); len(parts) != 2 {
			t.Fatalf("%d parts", len(parts))
		}
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
}
