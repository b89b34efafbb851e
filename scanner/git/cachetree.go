package git

import (
	"bytes"
	"math"
	"slices"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// cacheTree is the index's memory of the trees that its entries make: for a
// directory that did not change since, the tree's id and how many entries lie
// below it. Nodes stand in the order of the file, parents before children; node
// 0 is the root. Without the extension there are no nodes.
type cacheTree struct {
	data  []byte // the extension
	hash  int    // bytes of an object id
	nodes []cacheNode
	// children lists node numbers; those of one node are sorted by name.
	children []int32
}

// cacheNode has no pointers: a large repository has tens of thousands of them.
type cacheNode struct {
	name, nameEnd int32 // offsets in data
	id            int32 // offset in data
	entries       int32 // below it; -1: the node is not valid and has no id
	first, last   int32 // its part of children
}

func (t *cacheTree) name(n *cacheNode) []byte { return t.data[n.name:n.nameEnd] }

// equals says whether a node is valid and stands for that tree.
func (t *cacheTree) equals(n *cacheNode, id packfile.ID) bool {
	return n.entries >= 0 && id.Equals(t.data[n.id:int(n.id)+t.hash])
}

// noNode is the number of a node that is not there.
const noNode = -1

// maxCacheDepth bounds the directories that stand in each other. No file
// system makes a path that deep (4,096 bytes are the limit on Linux).
const maxCacheDepth = 1 << 16

// readCacheTree parses the extension TREE.
func (f *indexFile) readCacheTree() (cacheTree, error) {
	if len(f.tree) == 0 {
		return cacheTree{}, nil
	}
	if len(f.tree) > math.MaxInt32 {
		return cacheTree{}, f.corrupt(f.treeAt, "cache tree of more than 2 GB")
	}
	p := cacheTreeParser{file: f, tree: cacheTree{data: f.tree, hash: f.hash}}
	p.tree.nodes = make([]cacheNode, 0, len(f.tree)/(f.hash+8)) // about one allocation
	if _, err := p.node(0); err != nil {
		return cacheTree{}, err
	}
	if p.at != len(f.tree) {
		return cacheTree{}, p.corrupt("more than one root in the cache tree")
	}
	return p.tree, nil
}

type cacheTreeParser struct {
	file    *indexFile
	at      int // in file.tree
	tree    cacheTree
	pending []int32 // children read so far of the nodes being read
}

func (p *cacheTreeParser) corrupt(reason string) error {
	return p.file.corrupt(p.file.treeAt+p.at, reason)
}

// node reads a node and all below it.
func (p *cacheTreeParser) node(depth int) (number int32, err error) {
	if depth > maxCacheDepth {
		return 0, p.corrupt("cache tree too deep")
	}
	number = int32(len(p.tree.nodes)) //nolint:gosec // less than the bytes of the extension
	node := cacheNode{}
	children, err := p.head(&node)
	if err != nil {
		return 0, err
	}
	p.tree.nodes = append(p.tree.nodes, node)
	mark := len(p.pending)
	for range children {
		child, err := p.node(depth + 1)
		if err != nil {
			return 0, err
		}
		p.pending = append(p.pending, child)
	}
	own := p.pending[mark:]
	slices.SortFunc(own, func(i, j int32) int {
		return bytes.Compare(p.tree.name(&p.tree.nodes[i]), p.tree.name(&p.tree.nodes[j]))
	})
	n := &p.tree.nodes[number]
	n.first = int32(len(p.tree.children)) //nolint:gosec // as above
	p.tree.children = append(p.tree.children, own...)
	n.last = int32(len(p.tree.children)) //nolint:gosec // as above
	p.pending = p.pending[:mark]
	return number, nil
}

// head reads a node's own part: NAME NUL ENTRIES SP CHILDREN LF and, if the
// node is valid, its id.
func (p *cacheTreeParser) head(node *cacheNode) (children int32, err error) {
	data := p.file.tree
	end := bytes.IndexByte(data[p.at:], 0)
	if end < 0 {
		return 0, p.corrupt("truncated cache tree")
	}
	node.name, node.nameEnd = int32(p.at), int32(p.at+end) //nolint:gosec // below 2 GB
	p.at += end + 1
	entries, ok := p.number(' ')
	if !ok {
		return 0, p.corrupt("bad entry count in the cache tree")
	}
	children, ok = p.number('\n')
	if !ok || children < 0 {
		return 0, p.corrupt("bad count of subtrees in the cache tree")
	}
	if node.entries = max(entries, -1); entries >= 0 {
		node.id = int32(p.at) //nolint:gosec // below 2 GB
		if p.at += p.file.hash; p.at > len(data) {
			return 0, p.corrupt("truncated cache tree")
		}
	}
	return children, nil
}

// number reads a decimal number and the byte that ends it.
func (p *cacheTreeParser) number(end byte) (int32, bool) {
	value, sign, digits := int64(0), int64(1), 0
	for ; p.at < len(p.file.tree); p.at++ {
		switch b := p.file.tree[p.at]; {
		case b == end:
			p.at++
			return int32(sign * value), digits > 0 //nolint:gosec // checked below
		case b == '-' && digits == 0 && sign > 0:
			sign = -1
		case b < '0' || b > '9':
			return 0, false
		default:
			digits++
			if value = value*10 + int64(b-'0'); value > math.MaxInt32 {
				return 0, false
			}
		}
	}
	return 0, false
}

// root gives the root's number, or noNode.
func (t *cacheTree) root() int {
	if len(t.nodes) == 0 {
		return noNode
	}
	return 0
}

// child finds the directory of that name in another, or noNode.
func (t *cacheTree) child(parent int, name []byte) int {
	if parent == noNode {
		return noNode
	}
	n := &t.nodes[parent]
	children := t.children[n.first:n.last]
	i, ok := slices.BinarySearchFunc(children, name, func(child int32, name []byte) int {
		return bytes.Compare(t.name(&t.nodes[child]), name)
	})
	if ok {
		return int(children[i])
	}
	return noNode
}
