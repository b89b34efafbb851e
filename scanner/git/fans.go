package git

import (
	"os"
	"sync"
)

// fans knows which of the 256 directories of loose objects there are: a repository
// that was just cloned has none, and to try and open a file for every object that is in
// a pack would take longer than to find it there. The zero value is ready and safe for
// concurrent use.
type fans struct {
	mu    sync.Mutex
	asked int
	known map[string]map[string]bool // by object directory: the names in it
}

// fansAfter is how many objects are looked for before the directories are listed:
// that takes as long as to try and open some ten files.
const fansAfter = 16

// holds says whether there may be a loose object in a directory.
func (f *fans) holds(dir, fan string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.asked++; f.asked <= fansAfter {
		return true
	}
	names, ok := f.known[dir]
	if !ok {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return true // to open the file says what is wrong
		}
		names = make(map[string]bool, len(entries))
		for _, entry := range entries {
			names[entry.Name()] = true
		}
		if f.known == nil {
			f.known = map[string]map[string]bool{}
		}
		f.known[dir] = names
	}
	return names[fan]
}

// forget makes the next look list the directories anew. It reports whether there was
// anything to forget.
func (f *fans) forget() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	had := f.known != nil
	f.known = nil
	f.asked = 0
	return had
}
