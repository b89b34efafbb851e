package git

import "github.com/keysieve/keysieve/scanner/git/packfile"

// What a walk over the store shows, under the names by which its users know it.
type (
	// Object is what a walk shows of an object.
	Object = packfile.Object
	// Visitor is shown the objects of a walk.
	Visitor = packfile.Visitor
	// Kind is the kind of an object.
	Kind = packfile.Kind
)

// The kinds of objects.
const (
	KindCommit = packfile.KindCommit
	KindTree   = packfile.KindTree
	KindBlob   = packfile.KindBlob
	KindTag    = packfile.KindTag
)

// MakeID makes an id from its 20 or 32 bytes.
func MakeID(raw []byte) ID { return packfile.MakeID(raw) }

// ReadRegular reads a regular file of at most limit bytes; of a pipe or a device that stands in its place it is an error.
func ReadRegular(path string, limit int64) ([]byte, error) { return packfile.ReadRegular(path, limit) }

// ParseID reads an object id in hexadecimal digits.
func ParseID(text string) (ID, error) { return packfile.ParseID(text) }
