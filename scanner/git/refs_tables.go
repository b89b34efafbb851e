package git

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/keysieve/keysieve/scanner/git/packfile"
	"github.com/keysieve/keysieve/scanner/git/reftable"
)

// tableRefs are references in reftables. They are opened anew for each call: git
// replaces the tables at any time.
type tableRefs struct {
	dir      string
	format   packfile.Format
	optional bool // there may be none: of a worktree that is elsewhere and perhaps gone
}

// with calls f with the tables.
func (t tableRefs) with(f func(*reftable.Stack) error) error {
	stack, err := reftable.Open(t.dir, t.format)
	if t.optional && errors.Is(err, fs.ErrNotExist) && !isDir(t.dir) {
		return nil
	}
	if err != nil {
		return err
	}
	err = f(stack)
	return errors.Join(err, stack.Close())
}

func (t tableRefs) read(name string) (id packfile.ID, target string, err error) {
	err = t.with(func(stack *reftable.Stack) error {
		ref, _, err := stack.Ref(name)
		id, target = ref.ID, ref.Target
		return err
	})
	return id, target, err
}

func (t tableRefs) each(prefix string, note func(name string, id packfile.ID, target string), fail func(name string, err error)) {
	err := t.with(func(stack *reftable.Stack) error {
		stack.Refs(prefix, func(ref reftable.Ref) bool {
			if !isSafeRef(ref.Name) {
				fail(ref.Name, errRefName(ref.Name))
			} else {
				note(ref.Name, ref.ID, ref.Target)
			}
			return true
		}, func(err error) { fail("reftable", err) })
		return nil
	})
	if err != nil {
		fail("reftable", fmt.Errorf("list references: %w", err))
	}
}

// tableEntry is an entry of a log. Tables are not clear about zones: their
// specification has minutes, and git writes hours and minutes as one number.
func tableEntry(e reftable.LogEntry) LogEntry {
	return LogEntry{Old: e.Old, New: e.New, Date: time.Unix(e.Seconds, 0).UTC()}
}

func (t tableRefs) log(name string, yield func(n int, e LogEntry) bool, fail func(error)) {
	err := t.with(func(stack *reftable.Stack) error {
		n := -1
		stack.Log(name, func(e reftable.LogEntry) bool {
			n++
			return yield(n, tableEntry(e))
		}, fail)
		return nil
	})
	if err != nil {
		fail(fmt.Errorf("read reflog: %w", err))
	}
}

func (t tableRefs) logs(yield func(name string, n int, e LogEntry), fail func(name string, err error)) {
	err := t.with(func(stack *reftable.Stack) error {
		n, last := 0, ""
		stack.Logs(func(e reftable.LogEntry) bool {
			if e.Name != last {
				n, last = 0, e.Name
			}
			yield(e.Name, n, tableEntry(e))
			n++
			return true
		}, func(err error) { fail("reftable", err) })
		return nil
	})
	if err != nil {
		fail("reftable", fmt.Errorf("list reflogs: %w", err))
	}
}
