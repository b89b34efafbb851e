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

	blobs      map[packfile.ID]uint32 // looked for: numbers of targets
	filter     [1 << 10]uint64        // of the first 16 bits of blobs' ids
	wanted     map[string]wantedName
	nameFilter [1 << 10]uint64 // of the last two bytes of names, a blank before them

	naming sync.Mutex
	names  []string
	nameOf map[string]uint32
}

// wantedName holds the targets that a name stands for: 1 + the number, 0 for none.
type wantedName struct{ any, file uint32 }

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
	s := &treeStore{hash: format.Size(), blobs: map[packfile.ID]uint32{}, wanted: map[string]wantedName{}, nameOf: map[string]uint32{}}
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

// lookForName adds a name of files and directories to the targets.
func (s *treeStore) lookForName(name string, target uint32) {
	w := s.wanted[name]
	w.any = target + 1
	s.want(name, w)
}

// lookForFile adds a name of files to the targets.
func (s *treeStore) lookForFile(name string, target uint32) {
	w := s.wanted[name]
	w.file = target + 1
	s.want(name, w)
}

func (s *treeStore) want(name string, w wantedName) {
	s.wanted[name] = w
	last := lastTwo([]byte(" " + name))
	s.nameFilter[last>>6] |= 1 << (last & 63)
}

// lastTwo are the last two bytes of an entry's mode, blank and name.
func lastTwo(entry []byte) uint16 {
	if len(entry) < 2 {
		return 0
	}
	return binary.LittleEndian.Uint16(entry[len(entry)-2:])
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
	if err := v.read(o.Content, before); err != nil {
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
func (v *treeVisitor) read(data []byte, before *treeState) error {
	v.links = v.links[:0]
	var known []link
	if before != nil {
		known = before.links
	}
	s := v.store
	for at := 0; at < len(data); {
		end := bytes.IndexByte(data[at:], 0)
		if end <= 0 || len(data)-at-end-1 < s.hash {
			return fmt.Errorf("%w: truncated entry at offset %d", errTree, at)
		}
		entry := data[at : at+end]
		raw := data[at+end+1 : at+end+1+s.hash]
		first, last := binary.LittleEndian.Uint16(raw), lastTwo(entry)
		wanted := s.nameFilter[last>>6]&(1<<(last&63)) != 0
		// A directory's mode is 40000, in very old trees 040000.
		if entry[0] == '4' || entry[0] == '0' || wanted || s.filter[first>>6]&(1<<(first&63)) != 0 {
			mode, name, ok := splitEntry(entry)
			if !ok {
				return fmt.Errorf("%w: bad entry at offset %d", errTree, at)
			}
			if wanted {
				v.wantedName(name, mode)
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

// wantedName adds edges to the targets that a name stands for.
func (v *treeVisitor) wantedName(name []byte, mode Mode) {
	w, ok := v.store.wanted[string(name)]
	if !ok {
		return
	}
	ref := v.name(name)
	if w.any > 0 {
		v.links = append(v.links, link{edge{w.any - 1, ref.number | isTarget}, packfile.ID{}, ref.text})
	}
	if w.file > 0 && mode != ModeTree && mode != ModeGitlink {
		v.links = append(v.links, link{edge{w.file - 1, ref.number | isTarget}, packfile.ID{}, ref.text})
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

// dropLists frees what only list needs.
func (s *treeStore) dropLists() {
	for i := range s.shards {
		s.shards[i].records, s.shards[i].edges = nil, nil
	}
}
