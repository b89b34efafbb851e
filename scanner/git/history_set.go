package git

import (
	"sync"
	"sync/atomic"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// ObjectSet is a set of object ids.
type ObjectSet struct {
	parts [treeShards]struct {
		sync.Mutex
		ids *idTable
	}
	matched atomic.Bool
	graph   *Graph
	chosen  bitSet // commits of graph
}

func newObjectSet(format packfile.Format) *ObjectSet {
	s := &ObjectSet{}
	for i := range s.parts {
		s.parts[i].ids = newIDTable(format)
	}
	return s
}

func (s *ObjectSet) add(raw []byte) {
	part := &s.parts[raw[len(raw)-1]%treeShards]
	part.Lock()
	defer part.Unlock()
	part.ids.add(raw)
}

func (s *ObjectSet) addID(id packfile.ID) {
	var buf [32]byte
	s.add(id.Append(buf[:0]))
}

// Has says whether an object is in the set. It is safe for concurrent use.
func (s *ObjectSet) Has(id packfile.ID) bool {
	var buf [32]byte
	raw := id.Append(buf[:0])
	_, ok := s.parts[raw[len(raw)-1]%treeShards].ids.find(raw)
	return ok
}

// HasCommit says whether a commit was selected. Where paths are, its message was not.
func (s *ObjectSet) HasCommit(id packfile.ID) bool {
	n, ok := s.graph.Find(id)
	return ok && s.chosen.has(n)
}

// PathsMatched says that a pattern of the Selection's Paths matched something that the selected commits hold, or,
// where what is new is selected, added.
func (s *ObjectSet) PathsMatched() bool { return s.matched.Load() }

// Each calls f for every object of the set, in no particular order.
func (s *ObjectSet) Each(f func(packfile.ID)) {
	for i := range s.parts {
		ids := s.parts[i].ids
		for n := range uint32(ids.count) { //nolint:gosec // see idTable
			f(ids.id(n))
		}
	}
}

// Len is the number of objects in the set.
func (s *ObjectSet) Len() (n int) {
	s.Each(func(packfile.ID) { n++ })
	return n
}
