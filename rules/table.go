package rules

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
)

// file is a TOML file being read. It collects every mistake instead of stopping
// at the first.
type file struct {
	name  string
	lines lines
	errs  []*Error
}

// parseFile reads a file's syntax. A mistake of syntax ends the reading.
func parseFile(name string, data []byte) (*file, table, error) {
	var values map[string]any
	if _, err := toml.Decode(string(data), &values); err != nil {
		e := &Error{File: name, Message: err.Error()}
		var syntax toml.ParseError
		if errors.As(err, &syntax) {
			e.Line, e.Message = syntax.Position.Line, syntax.Message
		}
		return nil, table{}, e
	}
	f := &file{name: name, lines: locate(string(data))}
	return f, table{file: f, values: values}, nil
}

func (f *file) report(place, format string, args ...any) {
	f.errs = append(f.errs, &Error{File: f.name, Line: f.lines.of(place), Message: fmt.Sprintf(format, args...)})
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
			t.report(place, "%sunknown key %q%s", t.owner, key, suggestion(key, fieldNames(fields)))
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
	v.report(v.place, "%s%s must be %s, not %s", v.owner, v.key, want, typeName(v.data))
}

func (v value) text() string {
	s, ok := v.data.(string)
	if !ok {
		v.wrong("a string")
	}
	return s
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
