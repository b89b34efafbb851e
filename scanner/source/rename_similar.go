package source

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"path"
	"slices"

	"github.com/keysieve/keysieve/scanner/git"
)

// How much two contents are alike is the share of the larger one that both have, in sixty thousandths, as git counts it.
const (
	wholeScore    = 60_000
	minScore      = wholeScore / 2     // of a rename
	minNamedScore = wholeScore * 3 / 4 // of one between files that alone have their name
)

// Limits on what is compared by content. Beyond them, as with git beyond its rename limit,
// no file counts as renamed and edited but those that kept a name of their own.
const (
	maxCrossed  = 1000 * 1000 // pairs: git's default of diff.renameLimit
	maxCompared = 128 << 20   // bytes read in one comparison
	maxBest     = 4           // origins that are considered for one new file
)

// measure looks the sizes up of the files without a counterpart, where both sides have such.
func (n *renames) measure() {
	if len(n.rest(n.old)) == 0 || len(n.rest(n.new)) == 0 {
		return
	}
	for _, files := range [][]renameFile{n.old, n.new} {
		for _, i := range n.rest(files) {
			if size, err := n.repo.Objects().Size(files[i].side.ID); err == nil {
				files[i].size = size
			}
		}
	}
}

// rest gives the places of the files without a counterpart that have a content to compare.
func (n *renames) rest(files []renameFile) (places []int) {
	for i := range files {
		if files[i].pair < 0 && files[i].side.Mode == git.ModeFile {
			places = append(places, i)
		}
	}
	return places
}

// comparable says whether two files can be alike by half, by their sizes.
func comparable(a, b *renameFile) bool {
	larger, smaller := max(a.size, b.size), min(a.size, b.size)
	return a.side.Mode == git.ModeFile && b.side.Mode == git.ModeFile && smaller > 0 && larger-smaller <= larger/2
}

// hasComparable says whether a new file may have been renamed from any of those that are left.
func (n *renames) hasComparable(f *renameFile) bool {
	return slices.ContainsFunc(n.old, func(old renameFile) bool { return old.pair < 0 && comparable(&old, f) })
}

// similarity compares two contents. What cannot be read or is too large is like nothing.
func (n *renames) similarity(ctx context.Context, old, f *renameFile) (int64, error) {
	if !comparable(old, f) || old.size+f.size > maxCompared {
		return 0, nil
	}
	var s sketcher
	a, err := s.file(ctx, n.repo.Objects(), old)
	if err != nil {
		return 0, err
	}
	b, err := s.file(ctx, n.repo.Objects(), f)
	if err != nil {
		return 0, err
	}
	return score(a, b, old, f), nil
}

func score(a, b []piece, old, f *renameFile) int64 {
	return commonBytes(a, b) * wholeScore / max(old.size, f.size)
}

// similar pairs what is left when contents that are the same and names have decided. It gives places in old by those in new.
func (n *renames) similar(ctx context.Context) (map[int]int, error) {
	n.similarOnce.Do(func() { n.pairs, n.similarErr = n.pairSimilar(ctx) })
	return n.pairs, n.similarErr
}

func (n *renames) pairSimilar(ctx context.Context) (map[int]int, error) {
	if n.full || n.tooMuch() {
		return nil, nil
	}
	taken := map[int]bool{} // places in old
	paired := map[int]int{}
	for i, k := range n.named {
		score, err := n.similarity(ctx, &n.old[k], &n.new[i])
		if err != nil {
			return nil, err
		}
		if score >= minNamedScore {
			paired[i], taken[k] = k, true
		}
	}
	var old []int // also what has no content to compare
	for k := range n.old {
		if n.old[k].pair < 0 && !taken[k] {
			old = append(old, k)
		}
	}
	added := slices.DeleteFunc(n.rest(n.new), func(i int) bool { _, ok := paired[i]; return ok })
	if len(old)*len(added) > maxCrossed {
		return paired, nil
	}
	candidates, err := n.cross(ctx, old, added)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(candidates, compareCandidates)
	for _, c := range candidates {
		if _, done := paired[c.new]; !done && !taken[c.old] {
			paired[c.new], taken[c.old] = c.old, true
		}
	}
	return paired, nil
}

// tooMuch says whether more would have to be read than maxCompared.
func (n *renames) tooMuch() bool {
	old, added := n.rest(n.old), n.rest(n.new)
	if len(old)*len(added) > maxCrossed {
		return n.namedBytes() > maxCompared
	}
	sum := n.namedBytes()
	for _, k := range old {
		if slices.ContainsFunc(added, func(i int) bool { return comparable(&n.old[k], &n.new[i]) }) {
			sum += n.old[k].size
		}
	}
	for _, i := range added {
		if slices.ContainsFunc(old, func(k int) bool { return comparable(&n.old[k], &n.new[i]) }) {
			sum += n.new[i].size
		}
	}
	return sum > maxCompared
}

// namedBytes is how much is read to compare the files that alone have their names.
func (n *renames) namedBytes() (sum int64) {
	for i, k := range n.named {
		if comparable(&n.old[k], &n.new[i]) {
			sum += n.old[k].size + n.new[i].size
		}
	}
	return sum
}

// candidate is a pair of files that are alike.
type candidate struct {
	old, new int
	score    int64
	named    bool // they have the same name
}

// compareCandidates sorts by how similar they are; of equals those of the same name come first.
func compareCandidates(a, b candidate) int {
	named := 0
	if a.named != b.named {
		if named = 1; a.named {
			named = -1
		}
	}
	return cmp.Or(cmp.Compare(b.score, a.score), named)
}

// cross compares each new file with each that is gone and keeps the best few of each new one.
// The former are read one after the other, of the latter only what a comparison needs is kept. Pairs that are
// not alike take part, since they decide which of equal ones comes first, as with git.
func (n *renames) cross(ctx context.Context, old, added []int) ([]candidate, error) {
	var s sketcher
	sketches := make(map[int][]piece, len(old))
	var all []candidate
	for _, i := range added {
		f := &n.new[i]
		var mine []piece
		var best []candidate
		for _, k := range old {
			c := candidate{old: k, new: i, named: path.Base(n.old[k].path) == path.Base(f.path)}
			if comparable(&n.old[k], f) {
				var err error
				if _, ok := sketches[k]; !ok {
					if sketches[k], err = s.file(ctx, n.repo.Objects(), &n.old[k]); err != nil {
						return nil, err
					}
				}
				if mine == nil {
					if mine, err = s.file(ctx, n.repo.Objects(), f); err != nil {
						return nil, err
					}
				}
				c.score = score(sketches[k], mine, &n.old[k], f)
			}
			best = keepBest(best, c)
		}
		for _, c := range best {
			if c.score >= minScore {
				all = append(all, c)
			}
		}
	}
	return all, nil
}

// keepBest adds a candidate to a list, or puts it in the place of the worst one.
func keepBest(best []candidate, c candidate) []candidate {
	if len(best) < maxBest {
		return append(best, c)
	}
	worst := 0
	for j := range best {
		if compareCandidates(best[j], best[worst]) > 0 {
			worst = j
		}
	}
	if compareCandidates(best[worst], c) > 0 {
		best[worst] = c
	}
	return best
}

// piece is a part of content: a line, or 64 bytes of a longer one.
type piece struct {
	hash uint32
	size uint32 // bytes of all the parts with this hash
}

// sketchBits bounds how many pieces a sketch has, and so its size. Parts that meet in a hash are rare
// enough: git has fewer hashes.
const sketchBits = 17

// sketcher takes contents apart, one after the other.
type sketcher struct {
	sizes []uint32 // by hash
	used  []uint32 // hashes
}

// file gives the pieces of a file, by hash. One that cannot be read has none.
func (s *sketcher) file(ctx context.Context, objects *git.Objects, f *renameFile) ([]piece, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r, _, err := objects.Open(f.side.ID)
	if err != nil {
		return []piece{}, nil //nolint:nilerr // what it held counts as new, and the scan of the object itself says so
	}
	defer func() { _ = r.Close() }()
	return s.pieces(r), nil
}

// textBytes is how much of a content tells whether it is text: without a zero byte.
const textBytes = 8000

// pieces takes content apart, as git's diffcore-delta does, and sums the pieces up. In text a carriage return
// before a line feed does not count, so that other line endings make no other content.
func (s *sketcher) pieces(r io.Reader) []piece {
	const longest = 64
	const offset, prime = 2166136261, 16777619 // of FNV-1a, 32 bits
	if s.sizes == nil {
		s.sizes = make([]uint32, 1<<sketchBits)
	}
	in := bufio.NewReaderSize(r, 2*textBytes)
	start, _ := in.Peek(textBytes)
	isText := bytes.IndexByte(start, 0) < 0
	hash, size := uint32(offset), uint32(0)
	add := func() {
		at := (hash ^ hash>>sketchBits) & (1<<sketchBits - 1)
		if s.sizes[at] == 0 {
			s.used = append(s.used, at)
		}
		s.sizes[at] += size
		hash, size = offset, 0
	}
	for {
		c, err := in.ReadByte()
		if err != nil {
			if !errors.Is(err, io.EOF) { // damaged: like nothing
				s.drain()
				return []piece{}
			}
			break
		}
		if isText && c == '\r' {
			if next, _ := in.Peek(1); len(next) > 0 && next[0] == '\n' {
				continue
			}
		}
		hash = (hash ^ uint32(c)) * prime
		if size++; size == longest || c == '\n' {
			add()
		}
	}
	if size > 0 {
		add()
	}
	return s.drain()
}

// drain gives the pieces and makes room for the next content.
func (s *sketcher) drain() []piece {
	slices.Sort(s.used)
	pieces := make([]piece, len(s.used))
	for i, hash := range s.used {
		pieces[i] = piece{hash, s.sizes[hash]}
		s.sizes[hash] = 0
	}
	s.used = s.used[:0]
	return pieces
}

// commonBytes counts the bytes of the pieces that both contents have.
func commonBytes(a, b []piece) (common int64) {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].hash < b[0].hash:
			a = a[1:]
		case a[0].hash > b[0].hash:
			b = b[1:]
		default:
			common += int64(min(a[0].size, b[0].size))
			a, b = a[1:], b[1:]
		}
	}
	return common
}
