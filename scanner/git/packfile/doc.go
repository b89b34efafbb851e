// Package packfile reads the files that Git keeps its objects in: packs, their
// indexes and the zlib streams of both packed and loose objects.
//
// Data flows from the disk upwards: a Mapping shows a file as memory, an Index
// finds where in a pack an object stands (fan-out table and binary search, so
// that nothing is read that is not looked at), a Pack rebuilds the object from
// its entry and from the entries that its delta stands on, an Inflater undoes
// the compression. Nothing here grows with the number of objects in a pack.
//
// Everything that comes from a file is doubted: sizes are checked before memory
// is allocated, offsets before they are followed, chains of deltas are bounded,
// checksums are compared, and what does not hold is an error. A Pack and an
// Index are safe for concurrent use; the package starts no goroutines.
//
// The formats are those of gitformat-pack(5).
package packfile
