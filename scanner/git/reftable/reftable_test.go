package reftable

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// openFiles opens a stack of tables, the oldest first.
func openFiles(t testing.TB, format packfile.Format, files ...[]byte) *Stack {
	t.Helper()
	dir := t.TempDir()
	var list strings.Builder
	for n, file := range files {
		name := fmt.Sprintf("0x%012x-0x%012x-%08x.ref", n, n, n)
		if err := os.WriteFile(filepath.Join(dir, name), file, 0o600); err != nil {
			t.Fatal(err)
		}
		list.WriteString(name + "\n")
	}
	if err := os.WriteFile(filepath.Join(dir, "tables.list"), []byte(list.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(dir, format)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// contents gives all that a stack has, a line each, and what fails.
func contents(s *Stack, prefix string) (refs, logs []string, failed []error) {
	fail := func(err error) { failed = append(failed, err) }
	s.Refs(prefix, func(r Ref) bool {
		refs = append(refs, refLine(r))
		return true
	}, fail)
	s.Logs(func(e LogEntry) bool {
		logs = append(logs, logLine(e))
		return true
	}, fail)
	return refs, logs, failed
}

func refLine(r Ref) string {
	if r.Target != "" {
		return r.Name + " -> " + r.Target
	}
	return r.Name + " " + r.ID.String()
}

func logLine(e LogEntry) string { return fmt.Sprintf("%s %v %v %d", e.Name, e.Old, e.New, e.Seconds) }

// model is what a stack should have.
type model struct {
	refs, logs map[string]string // lines by key
}

// apply lets the records of a newer table replace those of older ones.
func (m *model) apply(t testTable) {
	c := cursor{table: &table{format: t.format}}
	for _, r := range t.refs {
		c.key, c.valueType, c.value = []byte(r.key), r.kind, r.value
		if delete(m.refs, r.key); r.kind != deletion {
			m.refs[r.key] = refLine(c.ref())
		}
	}
	for _, r := range t.logs {
		c.key, c.valueType, c.value = []byte(r.key), r.kind, r.value
		if delete(m.logs, r.key); r.kind != deletion {
			if e := c.entry(); !e.Old.IsZero() || !e.New.IsZero() {
				m.logs[r.key] = logLine(e)
			}
		}
	}
}

func inOrder(lines map[string]string) (values []string) {
	for _, key := range slices.Sorted(maps.Keys(lines)) {
		values = append(values, lines[key])
	}
	return values
}

// check holds a stack against the model: lists, lists of a prefix, single names.
func (m *model) check(t *testing.T, s *Stack, names []string) {
	t.Helper()
	refs, logs, failed := contents(s, "")
	if len(failed) > 0 {
		t.Fatal(failed)
	}
	if want := inOrder(m.refs); !slices.Equal(refs, want) {
		t.Errorf("references:\n%s\nwant:\n%s", strings.Join(refs, "\n"), strings.Join(want, "\n"))
	}
	if want := inOrder(m.logs); !slices.Equal(logs, want) {
		t.Errorf("logs:\n%s\nwant:\n%s", strings.Join(logs, "\n"), strings.Join(want, "\n"))
	}
	for _, name := range names {
		ref, ok, err := s.Ref(name)
		if want, wanted := m.refs[name]; err != nil || ok != wanted || ok && refLine(ref) != want {
			t.Errorf("%q: %v, %v, %v; want %q", name, ref, ok, err, want)
		}
		var log, want []string
		s.Log(name, func(e LogEntry) bool {
			log = append(log, logLine(e))
			return true
		}, func(err error) { t.Error(err) })
		for _, key := range slices.Sorted(maps.Keys(m.logs)) {
			if strings.HasPrefix(key, name+"\x00") {
				want = append(want, m.logs[key])
			}
		}
		if !slices.Equal(log, want) {
			t.Errorf("log of %q:\n%s\nwant:\n%s", name, strings.Join(log, "\n"), strings.Join(want, "\n"))
		}
	}
	below, _, _ := contents(s, "refs/heads/a")
	var want []string
	for _, key := range slices.Sorted(maps.Keys(m.refs)) {
		if strings.HasPrefix(key, "refs/heads/a") {
			want = append(want, m.refs[key])
		}
	}
	if !slices.Equal(below, want) {
		t.Errorf("references below a prefix: %q, want %q", below, want)
	}
}

// randomTable has a random part of the names, with values of every kind.
func randomTable(random *rand.Rand, names []string, shape testTable) testTable {
	for _, name := range names {
		switch n := 1 + random.IntN(1<<20); random.IntN(8) {
		case 0, 1:
		case 2:
			shape.refs = append(shape.refs, refRecord(shape.format, name, "", 0, false))
		case 3:
			shape.refs = append(shape.refs, refRecord(shape.format, name, "refs/heads/target", 0, false))
		default:
			shape.refs = append(shape.refs, refRecord(shape.format, name, "", n, random.IntN(3) == 0))
		}
		for update := range uint64(random.IntN(4)) {
			before, after := random.IntN(50), random.IntN(50)
			if random.IntN(5) == 0 {
				before, after = -1, -1
			}
			shape.logs = append(shape.logs, logRecord(shape.format, name, update, before, after))
		}
	}
	sortRecords(shape.refs)
	sortRecords(shape.logs)
	return shape
}

func someNames(random *rand.Rand, count int) (names []string) {
	names = []string{"HEAD", "refs/heads/main", "refs/heads/a", "refs/heads/absent"}
	for range count {
		names = append(names, fmt.Sprintf("refs/%s/%c%d", []string{"heads", "tags", "remotes/origin"}[random.IntN(3)], 'a'+rune(random.IntN(5)), random.IntN(10*count+1)))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// TestStacks holds stacks of random tables of every shape against a map.
func TestStacks(t *testing.T) {
	t.Parallel()
	shapes := map[string]testTable{
		"small":            {},
		"padded":           {blockSize: 512, padded: true},
		"not padded":       {blockSize: 512},
		"many levels":      {blockSize: 160, padded: true},
		"no index":         {blockSize: 512, noIndex: true},
		"few restarts":     {restarts: 1000},
		"only restarts":    {restarts: 1, blockSize: 1024},
		"objects":          {objects: true, blockSize: 512, padded: true},
		"sha1, version 2":  {version: 2, blockSize: 512},
		"sha256":           {version: 2, format: packfile.SHA256, blockSize: 512, padded: true},
		"one large block":  {blockSize: 1 << 20},
		"large and padded": {blockSize: 1 << 16, padded: true},
	}
	for name, shape := range shapes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if shape.format == 0 {
				shape.format = packfile.SHA1
			}
			random := rand.New(rand.NewPCG(7, uint64(len(name))))
			for _, count := range []int{0, 1, 20, 400} {
				names := someNames(random, count)
				m := model{map[string]string{}, map[string]string{}}
				var files [][]byte
				for n := range 1 + random.IntN(5) {
					table := randomTable(random, names, shape)
					switch n {
					case 1:
						table.refs = nil // a table of logs only
					case 2:
						table.logs = nil
					case 3:
						table.refs, table.logs, table.objects = nil, nil, false
					}
					m.apply(table)
					files = append(files, writeTable(table))
				}
				m.check(t, openFiles(t, shape.format, files...), names)
			}
		})
	}
}

// TestDamage holds tables that do not hold together against what is said of them.
func TestDamage(t *testing.T) {
	t.Parallel()
	sha1 := packfile.SHA1
	refs := []testRecord{refRecord(sha1, "refs/heads/a", "", 1, false), refRecord(sha1, "refs/heads/b", "", 2, false)}
	sound := writeTable(testTable{refs: refs, logs: []testRecord{logRecord(sha1, "refs/heads/a", 1, 0, 1)}})
	with := func(at int, to ...byte) []byte {
		file := slices.Clone(sound)
		copy(file[at:], to)
		return reseal(file)
	}
	many := testTable{blockSize: 160, refs: nil}
	for n := range 50 {
		many.refs = append(many.refs, refRecord(sha1, fmt.Sprintf("refs/heads/%02d", n), "", n+1, false))
	}
	index := writeTable(many)
	loop := tableWriter{testTable: many}
	loop.blockSize = 1 << 16
	loop.out = loop.header()
	loop.section(refBlock, many.refs)
	at := len(loop.out)
	loop.block(indexBlock, []testRecord{{"refs/heads/zz", 0, putVarint(uint64(at))}})
	bomb := tableWriter{testTable: testTable{}}
	bomb.out = append(bomb.header(), logBlock, 0xff, 0xff, 0xff, 0x78, 0x9c)
	logAt := strings.IndexByte(string(sound[headerV1+4:]), logBlock) // of the record's names none has a g
	tests := []struct {
		name, err string
		file      []byte
	}{
		{"empty", "truncated file at offset 0", nil},
		{"cut short", "the footer does not repeat the header", sound[:len(sound)-1]},
		{"no signature", "no reftable signature at offset 0", with(0, 'X')},
		{"version", "unknown version 3 at offset 4", with(4, 3)},
		{"checksum", "the footer's checksum does not hold", func() []byte {
			file := slices.Clone(sound)
			file[len(file)-1]++
			return file
		}()},
		{"another hash", "its ids are sha256", writeTable(testTable{version: 2, format: packfile.SHA256})},
		{"unknown hash", `unknown hash "shaX"`, func() []byte {
			file := writeTable(testTable{version: 2, format: packfile.SHA256})
			copy(file[headerV1:], "shaX")
			return reseal(file)
		}()},
		{"section outside", "outside of the blocks", with(len(sound)-footerFields, 0x7f)},
		{"index elsewhere", `instead of 'i'`, with(len(sound)-footerFields+7, headerV1)},
		{"first block", `a block of type 'x' is the first`, reseal(func() []byte {
			file := writeTable(testTable{refs: refs})
			file[headerV1] = 'x'
			return file
		}())},
		{"block too long", "truncated block at offset 24", with(headerV1+1, 0x10)},
		{"block too short", "a block that is too short at offset 24", with(headerV1+1, 0, 0, 29)},
		{"prefix of the first record", "bad prefix of a name at offset 28", with(headerV1+4, 1)},
		{"length of a name", "truncated name at offset 28", with(headerV1+5, 0xff, 0x78)},
		{"type of a reference", "unknown type 4 at offset 28", with(headerV1+5, byte(len(refs[0].key)<<3|4))},
		{"order", "records are not in order", writeTable(testTable{refs: []testRecord{refs[1], refs[0]}})},
		{"name twice", "records are not in order", writeTable(testTable{refs: []testRecord{refs[0], refs[0]}})},
		{"name empty", "records are not in order", writeTable(testTable{refs: []testRecord{refRecord(sha1, "", "", 1, false)}})},
		{"log without a number", "has no number", writeTable(testTable{logs: []testRecord{{"refs/heads/a", logUpdate, nil}}})},
		{"log cut short", "truncated record", writeTable(testTable{logs: []testRecord{{logKey("HEAD", 1), logUpdate, []byte{1}}}})},
		{"log that cannot be inflated", "cannot be inflated", with(headerV1+4+logAt+6, 0xff, 0xff)},
		{"log longer than it says", "cannot be inflated", with(headerV1+4+logAt+3, 60)},
		{"log that does not end", "cannot be inflated", bomb.seal(0, 0, 0, 0, 0)},
		{"index in a circle", "points forward", loop.seal(at, 0, 0, 0, 0)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := openFiles(t, sha1, test.file)
			_, _, failed := contents(s, "")
			_, _, err := s.Ref("refs/heads/a")
			s.Log("refs/heads/a", func(LogEntry) bool { return true }, func(err error) { failed = append(failed, err) })
			err = errors.Join(append(failed, err)...)
			var damage *TableError
			if err == nil || !strings.Contains(err.Error(), test.err) || !errors.As(err, &damage) || !strings.Contains(err.Error(), ".ref: ") {
				t.Errorf("got %v, want an error with %q", err, test.err)
			}
		})
	}
	if refs, _, failed := contents(openFiles(t, sha1, index), ""); len(refs) != 50 || len(failed) > 0 {
		t.Errorf("%d references, %v", len(refs), failed)
	}
}

// TestDamagedTableAmongOthers: what the others have is listed, no single name is looked up.
func TestDamagedTableAmongOthers(t *testing.T) {
	t.Parallel()
	sha1 := packfile.SHA1
	one := writeTable(testTable{refs: []testRecord{refRecord(sha1, "refs/heads/a", "", 1, false)}})
	two := writeTable(testTable{refs: []testRecord{refRecord(sha1, "refs/heads/b", "", 2, false)}})
	s := openFiles(t, sha1, one, two[:len(two)/2], one)
	refs, _, failed := contents(s, "")
	if len(refs) != 1 || len(failed) != 2 { // once for references, once for logs
		t.Errorf("references %q, failed %v", refs, failed)
	}
	if _, _, err := s.Ref("refs/heads/a"); err == nil {
		t.Error("a reference was found although a table cannot be read")
	}
}

// TestEveryByte flips each byte of a table in turn: it is an error, or does not
// matter, and never ends the program.
func TestEveryByte(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 1))
	shape := testTable{format: packfile.SHA1, blockSize: 256, padded: true}
	file := writeTable(randomTable(random, someNames(random, 12), shape))
	for at := range file {
		for _, flip := range []byte{1, 0xff} {
			changed := slices.Clone(file)
			changed[at] ^= flip
			exercise(t, "x.ref", reseal(changed))
		}
		x := &table{path: "x.ref", format: packfile.SHA1}
		if err := x.parse(file[:at]); err == nil {
			t.Errorf("a file of which %d bytes are left was opened", at)
		}
	}
}

// exercise reads all of a table, and looks up names.
func exercise(t testing.TB, path string, file []byte) {
	t.Helper()
	x := &table{mapping: &packfile.Mapping{}, path: path, format: packfile.SHA1}
	if err := x.parse(file); err != nil {
		return
	}
	s := &Stack{tables: []*table{x, x}}
	refs, logs, failed := contents(s, "")
	for _, err := range failed {
		var damage *TableError
		if !errors.As(err, &damage) || damage.Offset < 0 || damage.Offset > int64(len(file)) {
			t.Errorf("%v", err)
		}
	}
	if len(refs)+len(logs) > 8*len(file)+1<<20 {
		t.Errorf("%d references and %d entries of %d bytes", len(refs), len(logs), len(file))
	}
	for _, name := range []string{"HEAD", "refs/heads/main", "refs/zzz"} {
		_, _, _ = s.Ref(name)
		s.Log(name, func(LogEntry) bool { return true }, func(error) {})
	}
}

// FuzzTable reads damaged tables.
func FuzzTable(f *testing.F) {
	random := rand.New(rand.NewPCG(3, 3))
	for _, shape := range []testTable{{blockSize: 256, padded: true}, {blockSize: 200}, {version: 2, objects: true}} {
		shape.format = packfile.SHA1
		f.Add(writeTable(randomTable(random, someNames(random, 12), shape)))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		exercise(t, "fuzz.ref", file)
		exercise(t, "fuzz.ref", reseal(file))
	})
}

// TestList: what a list of tables may not say.
func TestList(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, list, err string }{
		{"empty", "", ""},
		{"no table of that name", "a.ref\n", "a.ref"},
		{"outside", "../a.ref\n", "tables.list:1"},
		{"absolute", "x.ref\n/etc/passwd\n", "tables.list:2"},
		{"twice", "a.ref\na.ref\n", "tables.list:2"},
		{"the directory", ".\n", "tables.list:1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "tables.list"), []byte(test.list), 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := Open(dir, packfile.SHA1)
			if err == nil {
				_, _, err = s.Ref("HEAD")
			}
			if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("got %v, want %q", err, test.err)
			}
		})
	}
	if _, err := Open(t.TempDir(), packfile.SHA1); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no list: %v", err)
	}
}
