package git

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// treeStore holds what is needed of all trees of a store: which directories
// each has, and which of the contents that are looked for. Of two trees that
// are stored as a delta, only the difference is held, so a tree takes about 60
// bytes however many entries it has.
//
// Trees are added by several goroutines: by the first bits of their id they
// belong to one of treeShards parts, each with a lock of its own. A tree's
// number is that in its part, times treeShards, plus the part's.
type treeStore struct {
	hash   int
	shards [treeShards]treeShard

	blobs   map[packfile.ID]uint32 // looked for: numbers of targets
	entries map[TreeName]uint32
	inTree  map[packfile.ID]bool // trees of entries
	filter  [1 << 10]uint64      // of the first 16 bits of blobs' ids

	naming sync.Mutex
	names  []string
	nameOf map[string]uint32
}

// TreeName is an entry of a tree.
type TreeName struct {
	Tree packfile.ID
	Name string
}

const treeShards = 32

type treeShard struct {
	sync.Mutex
	ids     *idTable
	records []treeRecord // by number
	edges   []edge
}

// treeRecord is one tree: a list of edges in their order in the tree. Where
// base is a tree, it is base's list changed by hunks: each is an edge that
// holds a place in base's list and the numbers of edges taken away and put
// there, then those.
type treeRecord struct {
	base  uint32 // or one of the values below
	first uint32 // of its own edges in the part's
	count uint32 // their number, with the hunks' heads
}

const (
	treeWhole   = math.MaxUint32     // the edges are the whole list
	treeUnknown = math.MaxUint32 - 1 // not read: only named by another
)

// edge leads from a tree to a directory in it, or to a target.
type edge struct {
	to   uint32 // number of a tree or target
	name uint32 // with isTarget: to is a target
}

const isTarget = 1 << 31

func newTreeStore(format packfile.Format) *treeStore {
	s := &treeStore{hash: format.Size(), blobs: map[packfile.ID]uint32{}, entries: map[TreeName]uint32{}, inTree: map[packfile.ID]bool{}, nameOf: map[string]uint32{}}
	for i := range s.shards {
		s.shards[i].ids = newIDTable(format)
	}
	return s
}

// lookForBlob adds a blob to the targets, before trees are read.
func (s *treeStore) lookForBlob(id packfile.ID, target uint32) {
	s.blobs[id] = target
	var buf [32]byte
	first := binary.LittleEndian.Uint16(id.Append(buf[:0]))
	s.filter[first>>6] |= 1 << (first & 63)
}

// lookForEntry adds an entry of a tree to the targets.
func (s *treeStore) lookForEntry(entry TreeName, target uint32) {
	s.entries[entry] = target
	s.inTree[entry.Tree] = true
}

// treeState is what is handed from a tree to those stored as deltas of it.
type treeState struct {
	tree  uint32
	chain int // records down to a whole list
	links []link
}

// link is an edge with what it is recognised by.
type link struct {
	edge
	id   packfile.ID
	name string
}

// maxRecordChain bounds how many records make a list. Deltas in a pack may be
// thousands deep.
const maxRecordChain = 24

// treeVisitor adds trees. It belongs to one goroutine.
type treeVisitor struct {
	store *treeStore
	names map[string]nameRef
	links []link
	edges []edge
}

// nameRef is a name and its number.
type nameRef struct {
	number uint32
	text   string
}

func (s *treeStore) newVisitor() *treeVisitor {
	return &treeVisitor{store: s, names: map[string]nameRef{}}
}

// visit reads a tree.
func (v *treeVisitor) visit(o *packfile.Object, base any) (any, error) {
	before, _ := base.(*treeState)
	if err := v.read(o.ID, o.Content, before); err != nil {
		return nil, err
	}
	from, chain := uint32(treeWhole), 0
	v.edges = v.edges[:0]
	if before != nil && before.chain < maxRecordChain && len(before.links) < maxHunk && len(v.links) < maxHunk {
		v.edges = appendHunks(v.edges, before.links, v.links)
		from, chain = before.tree, before.chain+1
	} else {
		for i := range v.links {
			v.edges = append(v.edges, v.links[i].edge)
		}
	}
	tree := v.store.put(o.ID, from, v.edges)
	if o.Leaf {
		return nil, nil
	}
	state := &treeState{tree: tree, chain: chain}
	if from != treeWhole && len(v.edges) == 0 {
		state.links = before.links
	} else {
		state.links = slices.Clone(v.links)
	}
	return state, nil
}

// maxHunk bounds the places and numbers in the head of a hunk, so that it is
// never taken for an edge to a target.
const maxHunk = 1 << 15

// maxResync is how far the two lists of a hunk are searched for the place where
// they agree again. Where they do not, the rest is one hunk.
const maxResync = 16

// appendHunks appends what makes the list b of the list a.
func appendHunks(hunks []edge, a, b []link) []edge {
	tail := 0
	for tail < min(len(a), len(b)) && a[len(a)-1-tail].edge == b[len(b)-1-tail].edge {
		tail++
	}
	a, b = a[:len(a)-tail], b[:len(b)-tail]
	for i, j := 0, 0; i < len(a) || j < len(b); {
		if i < len(a) && j < len(b) && a[i].edge == b[j].edge {
			i++
			j++
			continue
		}
		removed, added := resync(a[i:], b[j:])
		hunks = append(hunks, edge{uint32(i), uint32(removed)<<16 | uint32(added)}) //nolint:gosec // less than maxHunk
		for _, l := range b[j : j+added] {
			hunks = append(hunks, l.edge)
		}
		i += removed
		j += added
	}
	return hunks
}

// resync gives how many edges to pass in two lists until they are equal.
func resync(a, b []link) (removed, added int) {
	for sum := 1; sum <= maxResync; sum++ {
		for removed := range sum + 1 {
			added := sum - removed
			if removed < len(a) && added < len(b) && a[removed].edge == b[added].edge {
				return removed, added
			}
		}
	}
	return len(a), len(b)
}

// put stores a tree.
func (s *treeStore) put(id packfile.ID, base uint32, edges []edge) uint32 {
	n, shard := s.intern(id)
	shard.Lock()
	defer shard.Unlock()
	shard.records[n/treeShards] = treeRecord{base, uint32(len(shard.edges)), uint32(len(edges))} //nolint:gosec // memory holds fewer
	shard.edges = append(shard.edges, edges...)
	return n
}

// intern gives the number of a tree.
func (s *treeStore) intern(id packfile.ID) (uint32, *treeShard) {
	var buf [32]byte
	raw := id.Append(buf[:0])
	part := uint32(raw[len(raw)-1]) % treeShards
	shard := &s.shards[part]
	shard.Lock()
	defer shard.Unlock()
	n, fresh := shard.ids.add(raw)
	if fresh {
		shard.records = append(shard.records, treeRecord{base: treeUnknown})
	}
	return n*treeShards + part, shard
}

// find gives the number of a tree that was read or named.
func (s *treeStore) find(id packfile.ID) (uint32, bool) {
	var buf [32]byte
	raw := id.Append(buf[:0])
	part := uint32(raw[len(raw)-1]) % treeShards
	n, ok := s.shards[part].ids.find(raw)
	return n*treeShards + part, ok
}

func (s *treeStore) id(n uint32) packfile.ID { return s.shards[n%treeShards].ids.id(n / treeShards) }

func (s *treeStore) record(n uint32) *treeRecord {
	return &s.shards[n%treeShards].records[n/treeShards]
}

// own are a record's own edges.
func (s *treeStore) own(n uint32) []edge {
	shard := &s.shards[n%treeShards]
	r := &shard.records[n/treeShards]
	return shard.edges[r.first : r.first+r.count]
}

// name interns a name; the visitor remembers those it had.
func (v *treeVisitor) name(name []byte) nameRef {
	ref, ok := v.names[string(name)]
	if !ok {
		ref = v.store.internName(string(name))
		v.names[ref.text] = ref
	}
	return ref
}

func (s *treeStore) internName(text string) nameRef {
	s.naming.Lock()
	defer s.naming.Unlock()
	n, ok := s.nameOf[text]
	if !ok {
		n = uint32(len(s.names)) //nolint:gosec // memory holds fewer
		s.names = append(s.names, text)
		s.nameOf[text] = n
	}
	return nameRef{n, s.names[n]}
}

var errTree = errors.New("malformed tree")

// read finds the directories and targets in a tree. Most of a tree is blobs
// that nobody looks for: they are passed over without being taken apart. The
// order of the entries is not judged, as git log does not judge it either.
func (v *treeVisitor) read(id packfile.ID, data []byte, before *treeState) error {
	v.links = v.links[:0]
	var known []link
	if before != nil {
		known = before.links
	}
	s := v.store
	wanted := len(s.inTree) > 0 && s.inTree[id]
	for at := 0; at < len(data); {
		end := bytes.IndexByte(data[at:], 0)
		if end <= 0 || len(data)-at-end-1 < s.hash {
			return fmt.Errorf("%w: truncated entry at offset %d", errTree, at)
		}
		entry := data[at : at+end]
		raw := data[at+end+1 : at+end+1+s.hash]
		first := binary.LittleEndian.Uint16(raw)
		// A directory's mode is 40000, in very old trees 040000.
		if entry[0] == '4' || entry[0] == '0' || wanted || s.filter[first>>6]&(1<<(first&63)) != 0 {
			mode, name, ok := splitEntry(entry)
			if !ok {
				return fmt.Errorf("%w: bad entry at offset %d", errTree, at)
			}
			if wanted {
				v.wantedEntry(TreeName{id, string(name)})
			}
			switch mode {
			case ModeGitlink: // a commit of another repository
			case ModeTree:
				known = v.directory(name, raw, known)
			default:
				v.blob(name, packfile.MakeID(raw))
			}
		}
		at += end + 1 + s.hash
	}
	return nil
}

// splitEntry reads MODE SP NAME.
func splitEntry(text []byte) (mode Mode, name []byte, ok bool) {
	digits, name, ok := bytes.Cut(text, []byte{' '})
	if !ok || len(digits) > 7 || len(name) == 0 {
		return 0, nil, false
	}
	value := uint32(0)
	for _, c := range digits {
		if c < '0' || c > '7' {
			return 0, nil, false
		}
		value = value<<3 | uint32(c-'0')
	}
	mode = modeOf(value)
	return mode, name, mode != ModeNone
}

func (v *treeVisitor) wantedEntry(entry TreeName) {
	if target, ok := v.store.entries[entry]; ok {
		name := v.name([]byte(entry.Name))
		v.links = append(v.links, link{edge{target, name.number | isTarget}, packfile.ID{}, name.text})
	}
}

func (v *treeVisitor) blob(name []byte, id packfile.ID) {
	if target, ok := v.store.blobs[id]; ok {
		name := v.name(name)
		v.links = append(v.links, link{edge{target, name.number | isTarget}, id, name.text})
	}
}

// lookAhead is how many links of the base are compared with a directory before
// it is taken for new. Being wrong costs a search in the table of ids.
const lookAhead = 8

// directory adds an edge to a tree: the base's, where it has the same. known
// are the links of the base that were not passed yet; what is left of them is
// returned.
func (v *treeVisitor) directory(name, raw []byte, known []link) []link {
	for i := range min(len(known), lookAhead) {
		k := &known[i]
		if k.edge.name&isTarget != 0 || k.name != string(name) {
			continue
		}
		known = known[i+1:]
		if k.id.Equals(raw) {
			v.links = append(v.links, *k)
			return known
		}
		break
	}
	id := packfile.MakeID(raw)
	ref := v.name(name)
	to, _ := v.store.intern(id)
	v.links = append(v.links, link{edge{to, ref.number}, id, ref.text})
	return known
}

// list makes the whole list of a tree's edges in buf. ok is false for a tree
// that could not be read.
func (s *treeStore) list(n uint32, buf []edge) (edges []edge, ok bool) {
	var chain [maxRecordChain + 1]uint32
	depth := 0
	for {
		r := s.record(n)
		if r.base == treeUnknown {
			return nil, false
		}
		if r.base == treeWhole {
			break
		}
		chain[depth] = n
		depth++
		n = r.base
	}
	edges = append(buf, s.own(n)...)
	for depth > 0 {
		depth--
		edges = applyHunks(edges, len(buf), s.own(chain[depth]))
	}
	return edges, true
}

// applyHunks changes the list that begins at a place in edges.
func applyHunks(edges []edge, start int, hunks []edge) []edge {
	for shift := start; len(hunks) > 0; {
		head := hunks[0]
		removed, added := int(head.name>>16), int(head.name&(1<<16-1))
		at := int(head.to) + shift
		edges = slices.Replace(edges, at, at+removed, hunks[1:1+added]...)
		shift += added - removed
		hunks = hunks[1+added:]
	}
	return edges
}

// dropLists frees what only list needs.
func (s *treeStore) dropLists() {
	for i := range s.shards {
		s.shards[i].records, s.shards[i].edges = nil, nil
	}
}
