package rules

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
)

// file is a TOML file being read. It collects every mistake instead of stopping
// at the first.
type file struct {
	name  string
	lines lines
	errs  []*Error
	// mistyped are the places of values of the wrong type: what they leave empty is no mistake of its own.
	mistyped []string
	// foreign is set for a gitleaks configuration: a key that is unknown here may be
	// one of another version's, so that it is a warning.
	foreign  bool
	warnings []*Error
}

// parseFile reads a file's syntax. A mistake of syntax ends the reading.
func parseFile(name string, data []byte) (*file, table, error) {
	if line := notUTF8(data); line > 0 {
		return nil, table{}, &Error{File: name, Line: line, Message: "it is not UTF-8 text"}
	}
	var values map[string]any
	if _, err := toml.Decode(string(data), &values); err != nil {
		e := &Error{File: name, Message: err.Error()}
		var syntax toml.ParseError
		if errors.As(err, &syntax) {
			e.Line, e.Message = syntax.Position.Line, asClause(syntax.Message)
		}
		return nil, table{}, e
	}
	f := &file{name: name, lines: locate(string(data))}
	return f, table{file: f, values: values}, nil
}

// asClause makes a message that begins like a sentence one that goes on behind a colon. An abbreviation stays as it is.
func asClause(message string) string {
	first, size := utf8.DecodeRuneInString(message)
	if next, _ := utf8.DecodeRuneInString(message[size:]); unicode.IsUpper(next) {
		return strings.TrimSuffix(message, ".")
	}
	return string(unicode.ToLower(first)) + strings.TrimSuffix(message[size:], ".")
}

// notUTF8 returns the line of the first bytes that are no UTF-8; 0 if there are none.
func notUTF8(data []byte) int {
	if utf8.Valid(data) {
		return 0
	}
	line := 1
	for len(data) > 0 {
		r, n := utf8.DecodeRune(data)
		if r == utf8.RuneError && n == 1 {
			break
		}
		if r == '\n' {
			line++
		}
		data = data[n:]
	}
	return line
}

func (f *file) report(place, format string, args ...any) {
	f.errs = append(f.errs, &Error{File: f.name, Line: f.lines.of(place), Message: fmt.Sprintf(format, args...)})
}

// reportUnknown reports a key that no field has.
func (t table) reportUnknown(place, key string, names []string) {
	message := fmt.Sprintf("%sunknown key %q%s", t.owner, key, suggestion(key, names))
	if !t.foreign {
		t.report(place, "%s", message)
		return
	}
	t.warnings = append(t.warnings, &Error{File: t.name, Line: t.lines.of(place), Message: message + "; it is ignored"})
}

// follows says whether a mistake at a place may follow from a value of the wrong
// type there or in what stands there: it was read as empty.
func (f *file) follows(place string) bool {
	place = strings.ToLower(place)
	return slices.ContainsFunc(f.mistyped, func(at string) bool {
		rest, ok := strings.CutPrefix(strings.ToLower(at), place)
		return ok && (rest == "" || rest[0] == '.')
	})
}

// table is a TOML table in a file.
type table struct {
	*file
	place  string // "" for the file itself
	owner  string // what messages start with: `rule "x": `
	values map[string]any
}

// value is what stands at one key of a table.
type value struct {
	table
	key   string // as the field is named, not as the file spells it
	place string
	data  any
}

// field is a key that a table may hold and how it is read into a T.
type field[T any] struct {
	name string
	read func(value, *T)
}

// readTable reads a table strictly by its fields and returns the names of those
// that were there. Keys match in any case, as they do in gitleaks.
func readTable[T any](t table, fields []field[T], into *T) map[string]bool {
	stated := make(map[string]bool, len(t.values))
	for _, key := range t.keys() {
		place := join(t.place, key)
		at := slices.IndexFunc(fields, func(f field[T]) bool { return equalKey(f.name, key) })
		if at < 0 {
			t.reportUnknown(place, key, fieldNames(fields))
			continue
		}
		f := fields[at]
		if stated[f.name] {
			t.report(place, "%s%s is given twice", t.owner, f.name)
			continue
		}
		stated[f.name] = true
		f.read(value{t, f.name, place, t.values[key]}, into)
	}
	return stated
}

// keys returns the table's keys in the order of the file.
func (t table) keys() []string {
	keys := make([]string, 0, len(t.values))
	for key := range t.values {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int {
		return cmp.Or(cmp.Compare(t.lines.of(join(t.place, a)), t.lines.of(join(t.place, b))), strings.Compare(a, b))
	})
	return keys
}

// equalKey compares keys as gitleaks does.
func equalKey(a, b string) bool { return strings.EqualFold(a, b) }

func fieldNames[T any](fields []field[T]) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	return names
}

// wrong reports a value of the wrong type.
func (v value) wrong(want string) {
	v.mistyped = append(v.mistyped, v.place)
	v.report(v.place, "%s%s must be %s, not %s", v.owner, v.key, want, typeName(v.data))
}

func (v value) text() string {
	s, _ := v.word()
	return s
}

// word is text for a reader that has something to say of the text.
func (v value) word() (string, bool) {
	s, ok := v.data.(string)
	if !ok {
		v.wrong("a string")
	}
	return s, ok
}

func (v value) integer() int {
	n, ok := v.data.(int64)
	if !ok {
		v.wrong("a whole number")
	} else if int64(int(n)) != n {
		v.report(v.place, "%s%s is out of range", v.owner, v.key)
	}
	return int(n)
}

func (v value) number() float64 {
	switch n := v.data.(type) {
	case float64:
		return n
	case int64:
		return float64(n)
	}
	v.wrong("a number")
	return 0
}

func (v value) boolean() bool {
	b, ok := v.data.(bool)
	if !ok {
		v.wrong("true or false")
	}
	return b
}

func (v value) texts() []string {
	list, ok := v.data.([]any)
	if !ok {
		v.wrong("a list of strings")
		return nil
	}
	texts := make([]string, 0, len(list))
	for i, item := range list {
		s, ok := item.(string)
		if !ok {
			v.mistyped = append(v.mistyped, element(v.place, i))
			v.report(element(v.place, i), "%s%s must be a list of strings; entry %d is %s", v.owner, v.key, i+1, typeName(item))
		}
		texts = append(texts, s)
	}
	return texts
}

// inner returns the table at a key.
func (v value) inner() (table, bool) {
	values, ok := v.data.(map[string]any)
	if !ok {
		v.wrong("a table")
	}
	return table{v.file, v.place, v.owner, values}, ok
}

// tables returns an array of tables. A single table counts as an array of one,
// as it does in gitleaks.
func (v value) tables() []table {
	switch data := v.data.(type) {
	case map[string]any:
		return []table{{v.file, v.place, v.owner, data}}
	case []map[string]any:
		tables := make([]table, len(data))
		for i, values := range data {
			tables[i] = table{v.file, element(v.place, i), v.owner, values}
		}
		return tables
	case []any:
		tables := make([]table, 0, len(data))
		for i, item := range data {
			values, ok := item.(map[string]any)
			if !ok {
				v.report(element(v.place, i), "%s%s must be a list of tables; entry %d is %s", v.owner, v.key, i+1, typeName(item))
				continue
			}
			tables = append(tables, table{v.file, element(v.place, i), v.owner, values})
		}
		return tables
	}
	v.wrong("a list of tables ([[" + v.key + "]])")
	return nil
}

func typeName(data any) string {
	switch data.(type) {
	case string:
		return "a string"
	case int64:
		return "a whole number"
	case float64:
		return "a number"
	case bool:
		return "true or false"
	case time.Time:
		return "a date or time"
	case map[string]any:
		return "a table"
	case []any, []map[string]any:
		return "a list"
	}
	return fmt.Sprintf("%T", data)
}
