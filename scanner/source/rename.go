package source

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"hash/maphash"
	"io"
	"path"
	"slices"
	"sync"

	"github.com/keysieve/keysieve/scanner/git"
)

// Limits on the search for what a new file was renamed from. Beyond them a
// rename may go unnoticed, and what stood in the file counts as new.
const (
	maxGone       = 100_000   // files that HEAD has and the index does not
	maxSimilar    = 1000      // of them compared with one new file
	maxComparable = 16 << 20  // bytes of a file that is compared by content
	maxCompared   = 256 << 20 // bytes read for one new file
)

// renames finds the file that a new one was renamed from, among those that are
// gone: of HEAD and not in the index any more, of a commit's parent and not in
// the commit. Nothing is done before it is asked.
type renames struct {
	repo *git.Repository
	gone func(yield func(git.Change) error) error // lists what is gone, whole directories as one

	once  sync.Once
	files []goneFile
	err   error
	sizes sync.Once
	seed  maphash.Seed
}

type goneFile struct {
	path string
	side git.Side
	size int64 // -1: unknown
}

// errEnough ends a walk over a directory that is gone.
var errEnough = errors.New("enough files")

// collect lists the files that are gone, those of whole directories one by one.
func (n *renames) collect(ctx context.Context) {
	n.seed = maphash.MakeSeed()
	add := func(path string, side git.Side) error {
		if len(n.files) == maxGone {
			return errEnough
		}
		if side.Mode == git.ModeFile || side.Mode == git.ModeSymlink {
			n.files = append(n.files, goneFile{path, side, -1})
		}
		return nil
	}
	err := n.gone(func(c git.Change) error {
		if c.Old.Mode == git.ModeTree {
			return n.repo.WalkTree(ctx, c.Old.ID, c.Path+"/", add)
		}
		return add(c.Path, c.Old)
	})
	if !errors.Is(err, errEnough) {
		n.err = err
	}
}

// find gives the file that a new one was renamed from: one of the same
// content, else the most similar one, if they have half of their content in
// common, as git judges it. ModeNone says that there is none. Where several
// are equal, one of the same name is taken, else the first by path.
func (n *renames) find(ctx context.Context, c git.Change) (string, git.Side, error) {
	n.once.Do(func() { n.collect(ctx) })
	if n.err != nil || len(n.files) == 0 {
		return "", git.Side{}, n.err
	}
	best := -1
	for i, f := range n.files {
		if f.side == c.New && (best < 0 || path.Base(f.path) == path.Base(c.Path) && path.Base(n.files[best].path) != path.Base(c.Path)) {
			best = i
		}
	}
	if best < 0 && c.New.Mode == git.ModeFile {
		var err error
		if best, err = n.similar(ctx, c); err != nil {
			return "", git.Side{}, err
		}
	}
	if best < 0 {
		return "", git.Side{}, nil
	}
	return n.files[best].path, n.files[best].side, nil
}

// similar gives the number of the most similar file, or -1.
func (n *renames) similar(ctx context.Context, c git.Change) (int, error) {
	content, err := readObject(n.repo.Objects(), c.New.ID)
	if err != nil || len(content) == 0 {
		return -1, err
	}
	n.sizes.Do(func() { n.measure(n.repo.Objects()) })
	mine := n.chunks(content)
	best, bestScore, read := -1, 0.0, int64(0)
	for _, i := range n.candidates(c.Path, int64(len(content))) {
		if err := ctx.Err(); err != nil {
			return -1, err
		}
		if read += n.files[i].size; read > maxCompared {
			break
		}
		other, err := readObject(n.repo.Objects(), n.files[i].side.ID)
		if err != nil {
			continue // a file that cannot be read is no rename's source
		}
		common := commonBytes(mine, n.chunks(other))
		score := float64(common) / float64(max(len(content), len(other)))
		if score >= 0.5 && score > bestScore {
			best, bestScore = i, score
		}
	}
	return best, nil
}

// measure looks the sizes of all files up, once.
func (n *renames) measure(objects *git.Objects) {
	for i := range n.files {
		if size, err := objects.Size(n.files[i].side.ID); err == nil {
			n.files[i].size = size
		}
	}
}

// candidates gives the files that may be similar by their size: those of the
// same name first, then by how near their size is.
func (n *renames) candidates(name string, size int64) []int {
	var list []int
	for i, f := range n.files {
		larger, smaller := max(f.size, size), min(f.size, size)
		if f.side.Mode == git.ModeFile && larger <= maxComparable && smaller > 0 && 2*smaller >= larger {
			list = append(list, i)
		}
	}
	rank := func(i int) (other int, distance int64) {
		if path.Base(n.files[i].path) != path.Base(name) {
			other = 1
		}
		return other, max(n.files[i].size-size, size-n.files[i].size)
	}
	slices.SortStableFunc(list, func(i, j int) int {
		otherI, distanceI := rank(i)
		otherJ, distanceJ := rank(j)
		return cmp.Or(cmp.Compare(otherI, otherJ), cmp.Compare(distanceI, distanceJ))
	})
	return list[:min(len(list), maxSimilar)]
}

// readObject reads a blob of at most maxComparable bytes; a larger one gives nothing.
func readObject(objects *git.Objects, id git.ID) ([]byte, error) {
	r, size, err := objects.Open(id)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	if size > maxComparable {
		return nil, nil
	}
	return io.ReadAll(r)
}

// chunk is a piece of content: a line, or 64 bytes of a longer one.
type chunk struct {
	hash uint64
	size int64 // bytes of all the pieces with this hash
}

// chunks takes content apart, as git's diffcore-delta does, and sums the pieces up.
func (n *renames) chunks(content []byte) []chunk {
	const longest = 64
	list := make([]chunk, 0, len(content)/32+1)
	for len(content) > 0 {
		piece := content[:min(len(content), longest)]
		if end := bytes.IndexByte(piece, '\n'); end >= 0 {
			piece = piece[:end+1]
		}
		content = content[len(piece):]
		list = append(list, chunk{maphash.Bytes(n.seed, piece), int64(len(piece))})
	}
	slices.SortFunc(list, func(a, b chunk) int { return cmp.Compare(a.hash, b.hash) })
	sums := list[:0]
	for _, c := range list {
		if last := len(sums) - 1; last >= 0 && sums[last].hash == c.hash {
			sums[last].size += c.size
		} else {
			sums = append(sums, c)
		}
	}
	return sums
}

// commonBytes counts the bytes of the pieces that both contents have.
func commonBytes(a, b []chunk) (common int64) {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].hash < b[0].hash:
			a = a[1:]
		case a[0].hash > b[0].hash:
			b = b[1:]
		default:
			common += min(a[0].size, b[0].size)
			a, b = a[1:], b[1:]
		}
	}
	return common
}
