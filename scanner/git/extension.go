package git

import (
	"encoding/binary"
	"fmt"
)

// parseExtensions takes what is needed from behind the entries. Those whose
// name begins with an upper-case letter may be left alone; another that is not
// known changes what the entries mean.
func (f *indexFile) parseExtensions(at int) error {
	for at < len(f.data) {
		rest := f.data[at:]
		if len(rest) < 8 {
			return f.corrupt(at, "truncated extension")
		}
		size := int64(binary.BigEndian.Uint32(rest[4:]))
		if size > int64(len(rest)-8) {
			return f.corrupt(at, fmt.Sprintf("extension %q of %d bytes is truncated", rest[:4], size))
		}
		content := rest[8 : 8+size : 8+size]
		switch name := string(rest[:4]); {
		case name == "TREE":
			f.tree, f.treeAt = content, at+8
		case name == "link":
			f.link, f.linkAt = content, at+8
		case name == "sdir":
			f.sparse = true
		case name[0] < 'A' || name[0] > 'Z':
			return f.corrupt(at, fmt.Sprintf("unknown extension %q that must be understood", name))
		}
		at += 8 + int(size)
	}
	return nil
}
