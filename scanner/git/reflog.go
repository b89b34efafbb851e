package git

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"time"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// LogEntry is one line of a reflog: a reference moved.
type LogEntry struct {
	Old, New packfile.ID // zero: the reference was created, or deleted
	Date     time.Time
}

// readReflog calls yield for the entries of the log in the file at path, the
// latest, which is number 0, first: OLD SP NEW SP NAME <ADDRESS> SECONDS ZONE
// TAB MESSAGE LF (gitrepository-layout(5), "logs"). Nothing is yielded when there
// is no such file. A malformed line is given to fail; it counts as an entry, as it
// does for git.
func (r *Repository) readReflog(path string, yield func(n int, e LogEntry) bool, fail func(error)) {
	mapping, err := packfile.Map(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotDir) {
		return
	}
	if err != nil {
		fail(fmt.Errorf("read reflog: %w", err))
		return
	}
	defer func() { _ = mapping.Close() }()
	err = mapping.Guard(func() error {
		data := bytes.TrimSuffix(mapping.Bytes(), []byte{'\n'})
		for n := 0; len(data) > 0; n++ {
			start := bytes.LastIndexByte(data, '\n') + 1
			e, ok := r.parseLogEntry(data[start:])
			if !ok {
				fail(fmt.Errorf("reflog %s: malformed entry at offset %d", path, start))
			} else if !yield(n, e) {
				return nil
			}
			data = data[:max(start-1, 0)]
		}
		return nil
	})
	if err != nil {
		fail(fmt.Errorf("read reflog: %w", err))
	}
}

// parseLogEntry reads a line of a reflog.
func (r *Repository) parseLogEntry(line []byte) (e LogEntry, ok bool) {
	digits := 2 * r.Format().Size()
	if len(line) < 2*digits+1 || line[digits] != ' ' {
		return e, false
	}
	var errOld, errNew error
	e.Old, errOld = packfile.ParseID(string(line[:digits]))
	e.New, errNew = packfile.ParseID(string(line[digits+1 : 2*digits+1]))
	if errOld != nil || errNew != nil {
		return e, false
	}
	about, _, _ := bytes.Cut(line[2*digits+1:], []byte{'\t'})
	_, e.Date = parseSignature(about)
	return e, true
}

// logNumber gives the entry with a number of a reference's log. With
// a number equal to that of the entries it gives what stood before the oldest,
// as git does.
func (r *Repository) logNumber(name string, number int) (id packfile.ID, err error) {
	count, found := 0, false
	var oldest packfile.ID
	dir, local := r.refPlace(name)
	r.refStore(dir).log(local, func(n int, e LogEntry) bool {
		count = n + 1
		oldest = e.Old
		if n == number {
			id, found = e.New, true
		}
		return !found
	}, func(e error) { err = errors.Join(err, e) })
	switch {
	case found:
		return id, nil
	case err != nil:
		return packfile.ID{}, err
	case count == 0:
		return packfile.ID{}, errors.New("it has no reflog")
	case number == count && !oldest.IsZero():
		return oldest, nil
	}
	return packfile.ID{}, errors.New("its reflog has only " + strconv.Itoa(count) + " entries")
}
