// Package git reads any repository without running git: where it lies, what
// its configuration says of its format, its references, its index, its objects
// and what is staged in it. It executes nothing and writes nothing.
//
// Data flows from Discover, which finds the repository's directories as git
// does and reads its configuration, to a Repository; from there the index
// (Index), the objects (Objects: loose ones here, packed ones by package
// packfile) and the references. Staged compares the index with HEAD's tree,
// and reads nothing of what the index's cache tree says is equal.
//
// Everything read from a repository is doubted: what does not hold is an error
// that names the file, never a panic and never a wild allocation. Files are
// mapped, so that cost follows what is looked at, not what there is.
//
// Concurrency: the one goroutine that this package starts is that of
// verifyChecksum in index.go: it hashes an index file while the caller's
// goroutine works with its entries, and has ended when Index, or after OpenIndex
// the index's Verify, or the repository's Close returns. A
// Repository, an Index and Objects are safe for concurrent use. Close of a
// Repository must come after every use of what it gave out.
package git
