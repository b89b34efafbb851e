package reftable

import (
	"bytes"
	"container/heap"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// Ref is a reference: it has an id, or is symbolic and has a target.
type Ref struct {
	Name   string
	ID     packfile.ID
	Target string
}

// LogEntry says that a reference moved.
type LogEntry struct {
	Name     string
	Old, New packfile.ID
	Seconds  int64 // since 1970
}

// Stack is the tables of a directory.
type Stack struct {
	list    string   // path of tables.list
	tables  []*table // oldest first
	damaged []error  // of tables that could not be opened
}

// maxList bounds the file tables.list, in bytes. Git keeps some dozens of tables.
const maxList = 1 << 20

// Open opens the tables that the file tables.list in a directory names. The error
// wraps fs.ErrNotExist when there is no such file. A table that cannot be opened is
// no error yet: Ref and the lists report it.
func Open(dir string, format packfile.Format) (*Stack, error) {
	const attempts = 4 // git may replace tables while they are opened
	for n := 1; ; n++ {
		s, err := open(dir, format)
		if err != nil {
			return nil, err
		}
		if n == attempts || !errors.Is(errors.Join(s.damaged...), fs.ErrNotExist) {
			return s, nil
		}
		_ = s.Close() // only read
	}
}

func open(dir string, format packfile.Format) (*Stack, error) {
	s := &Stack{list: filepath.Join(dir, "tables.list")}
	names, err := readList(s.list)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		t, err := openTable(filepath.Join(dir, name), format)
		if err != nil {
			s.damaged = append(s.damaged, err)
			continue
		}
		s.tables = append(s.tables, t)
	}
	return s, nil
}

// readList reads tables.list: the name of a file in the same directory a line.
func readList(path string) ([]string, error) {
	text, err := packfile.ReadRegular(path, maxList)
	if err != nil {
		return nil, fmt.Errorf("list reftables: %w", err)
	}
	var names []string
	seen := map[string]bool{}
	number := 0
	for line := range strings.SplitSeq(string(text), "\n") {
		if number++; line == "" {
			continue
		}
		if strings.ContainsAny(line, "/\\:\x00") || !filepath.IsLocal(line) || line == "." || seen[line] {
			return nil, fmt.Errorf("list reftables: %s:%d: %.200q cannot be a table's name, or is there twice", path, number, line)
		}
		seen[line] = true
		names = append(names, line)
	}
	return names, nil
}

// Close unmaps the tables.
func (s *Stack) Close() error {
	var errs []error
	for _, t := range s.tables {
		errs = append(errs, t.mapping.Close())
	}
	s.tables = nil
	return errors.Join(errs...)
}

// Ref looks for one reference; ok is false if there is none of that name.
func (s *Stack) Ref(name string) (ref Ref, ok bool, err error) {
	if err := errors.Join(s.damaged...); err != nil {
		return Ref{}, false, err
	}
	for n := len(s.tables) - 1; n >= 0; n-- {
		t, found := s.tables[n], false
		err := t.mapping.Guard(func() error {
			c, err := t.seek(t.refs, []byte(name), nil) // which inflates nothing
			if found = c != nil && string(c.key) == name; found {
				ref, ok = c.ref(), c.valueType != deletion
			}
			return err
		})
		if found || err != nil {
			return ref, ok, err
		}
	}
	return Ref{}, false, nil
}

// Refs calls yield for every reference whose name begins with prefix, in the order
// of names, until it gives false. What is damaged is given to fail.
func (s *Stack) Refs(prefix string, yield func(Ref) bool, fail func(error)) {
	s.merge(func(t *table) section { return t.refs }, prefix, func(c *cursor) bool { return yield(c.ref()) }, fail)
}

// Log calls yield for the entries of a reference's log, the latest first, until it
// gives false. What is damaged is given to fail.
func (s *Stack) Log(name string, yield func(LogEntry) bool, fail func(error)) {
	s.logs(name+"\x00", yield, fail)
}

// Logs calls yield for the entries of all logs, in the order of names and of each
// the latest first. What is damaged is given to fail.
func (s *Stack) Logs(yield func(LogEntry) bool, fail func(error)) { s.logs("", yield, fail) }

func (s *Stack) logs(prefix string, yield func(LogEntry) bool, fail func(error)) {
	s.merge(func(t *table) section { return t.logs }, prefix, func(c *cursor) bool {
		e := c.entry()
		if e.Old.IsZero() && e.New.IsZero() {
			return true // it says only that there is a log
		}
		return yield(e)
	}, fail)
}

// merge calls yield for the records of a section of all tables whose keys begin
// with prefix, in order, of equal keys for that of the newest table, unless it is a
// deletion.
func (s *Stack) merge(of func(*table) section, prefix string, yield func(*cursor) bool, fail func(error)) {
	for _, err := range s.damaged {
		fail(err)
	}
	var m merger
	room := maxInflated
	for n, t := range s.tables {
		section := of(t)
		if prefix == "" {
			section.index = 0 // it may lead past records
		}
		m.guard(t, fail, func() (*cursor, error) { return t.seek(section, []byte(prefix), &room) }, len(s.tables)-n)
	}
	heap.Init(&m)
	var key []byte
	for more := true; more && len(m) > 0; {
		top := m[0].cursor
		if !bytes.HasPrefix(top.key, []byte(prefix)) {
			return
		}
		key = append(key[:0], top.key...)
		if top.valueType != deletion {
			err := top.table.mapping.Guard(func() error {
				more = yield(top)
				return nil
			})
			if err != nil {
				fail(err)
			}
		}
		for len(m) > 0 && bytes.Equal(m[0].cursor.key, key) {
			m.advance(fail)
		}
	}
}

// merger is a heap of cursors, the least key first, of equal ones that of the
// newest table.
type merger []source

type source struct {
	cursor *cursor
	age    int // of the table; 1 is the newest
}

// guard adds what open gives.
func (m *merger) guard(t *table, fail func(error), open func() (*cursor, error), age int) {
	var c *cursor
	err := t.mapping.Guard(func() (err error) {
		c, err = open()
		return err
	})
	if err != nil {
		fail(err)
	} else if c != nil {
		*m = append(*m, source{c, age})
	}
}

// advance moves the first cursor.
func (m *merger) advance(fail func(error)) {
	c := (*m)[0].cursor
	var ok bool
	err := c.table.mapping.Guard(func() (err error) {
		ok, err = c.next()
		return err
	})
	if err != nil {
		fail(err)
	}
	if ok && err == nil {
		heap.Fix(m, 0)
	} else {
		heap.Pop(m)
	}
}

// Len, Less, Swap, Push and Pop are those of heap.Interface.
func (m merger) Len() int { return len(m) }

// Less orders by key, then by age.
func (m merger) Less(i, j int) bool {
	if order := bytes.Compare(m[i].cursor.key, m[j].cursor.key); order != 0 {
		return order < 0
	}
	return m[i].age < m[j].age
}

// Swap exchanges two cursors.
func (m merger) Swap(i, j int) { m[i], m[j] = m[j], m[i] }

// Push adds a cursor.
func (m *merger) Push(x any) { *m = append(*m, x.(source)) } //nolint:forcetypeassert // heap.Interface

// Pop removes the last cursor.
func (m *merger) Pop() any {
	last := (*m)[len(*m)-1]
	*m = (*m)[:len(*m)-1]
	return last
}
