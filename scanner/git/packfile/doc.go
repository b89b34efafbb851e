// Package packfile reads the files that Git keeps its objects in: packs, their
// indexes and the zlib streams of both packed and loose objects.
//
// Data flows from the disk upwards: a Mapping shows a file as memory, an Index
// finds where in a pack an object stands (fan-out table and binary search, so
// that nothing is read that is not looked at), a Pack rebuilds the object from
// its entry and from the entries that its delta stands on, an Inflater undoes
// the compression. Nothing of this grows with the number of objects in a pack.
//
// For reading all objects there is a Forest: it links the entries of a pack to
// their bases, in arrays of 28 bytes an object, and Walkers go through its trees
// depth first, so that each object is inflated once and made once from its base.
// A Visitor sees the objects with what was copied from the base. What a Walker
// cannot decide by itself (objects in other packs, which of several workers does
// what) it asks of its Host.
//
// Everything that comes from a file is doubted: sizes are checked before memory
// is allocated, offsets before they are followed, chains of deltas are bounded,
// checksums are compared, and what does not hold is an error. A Pack, an
// Index and a Forest are safe for concurrent use; a Walker belongs to one
// goroutine, and hands parts of its work to others as Tasks (share.go). The
// package starts no goroutines.
//
// The formats are those of gitformat-pack(5).
package packfile
