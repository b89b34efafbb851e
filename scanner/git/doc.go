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
// References and their logs stand in files or in reftables (package reftable),
// per worktree or shared: refStore is the seam, one for each git directory.
//
// Everything read from a repository is doubted: what does not hold is an error
// that names the file, never a panic and never a wild allocation. Files are
// mapped, so that cost follows what is looked at, not what there is.
//
// WalkObjects shows every object of the store to visitors, each once, those in
// packs in delta order: openStore lists packs and loose objects and settles
// which copy of an object is visited, package packfile walks the trees.
//
// OpenHistory answers questions about all commits: References lists what names
// objects, a Graph holds the commits in compact arrays, Attribute says which of
// them hold given contents, since when, and what reaches them, and Select which
// objects a part of the history has. Both read all trees by WalkObjects; what
// they keep of them is guarded by locks (treeStore, ObjectSet), each part by
// its own, while the workers are busy, and belongs to the caller's goroutine
// afterwards. Resolve reads revisions as a user writes them.
//
// Concurrency: OpenIndex and Index start a goroutine, that of verifyChecksum in
// index.go: it hashes an index file while the caller's goroutine works with its
// entries, and has ended when Index, or after OpenIndex the index's Verify, or
// the repository's Close returns.
//
// WalkObjects starts a goroutine for each worker, and returns when all have
// ended. What is to be done stands in a workQueue: packs, stretches of loose
// objects, and parts of delta trees. A worker that finds it empty waits. The
// others see that (packfile.Host.Idle, a load of an atomic counter every few
// objects), and one of them gives about half of what waits furthest up in its
// tree, down to single branches: so that a pack which is one tree keeps all
// busy. A part that is given away shares the content of its base and the state
// that the visitor returned for it; both do not change any more. All else
// belongs to one worker: visitor, buffers, decompressor. The walk is over when
// all wait. A panic of a visitor stops the queue and reaches the caller of
// WalkObjects.
//
// A Repository, an Index and Objects are safe for concurrent use. Close of a
// Repository must come after every use of what it gave out.
package git
