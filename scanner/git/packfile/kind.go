package packfile

import "fmt"

// Kind is what an object is. The values are those of a pack entry's header.
type Kind uint8

// The kinds of objects. The last two occur in packs only: an entry that is a
// delta against an earlier entry, or against the object of a name.
const (
	KindCommit   Kind = 1
	KindTree     Kind = 2
	KindBlob     Kind = 3
	KindTag      Kind = 4
	KindOfsDelta Kind = 6
	KindRefDelta Kind = 7
)

// String returns Git's word for the kind.
func (k Kind) String() string {
	switch k {
	case KindCommit:
		return "commit"
	case KindTree:
		return "tree"
	case KindBlob:
		return "blob"
	case KindTag:
		return "tag"
	case KindOfsDelta:
		return "ofs-delta"
	case KindRefDelta:
		return "ref-delta"
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// ParseKind reads commit, tree, blob or tag.
func ParseKind(word string) (Kind, error) {
	for _, k := range []Kind{KindCommit, KindTree, KindBlob, KindTag} {
		if word == k.String() {
			return k, nil
		}
	}
	return 0, fmt.Errorf("unknown kind of object %.20q", word)
}
