package git

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestStagedProperty holds what is staged against git on random repositories:
// random trees, random changes of every kind, random forms of the index.
func TestStagedProperty(t *testing.T) {
	t.Parallel()
	for seed := range rounds(5, 100) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(uint64(seed), 7))
			var arguments []string
			if seed%4 == 3 {
				arguments = append(arguments, "--object-format=sha256")
			}
			f := newFixture(t, arguments...)
			randomWork(f, random, 60)
			f.commit("first")
			if random.IntN(2) == 0 {
				f.git("gc", "-q")
			}
			switch random.IntN(4) {
			case 0:
				f.git("update-index", "--index-version", "4")
			case 1:
				f.git("update-index", "--split-index")
			case 2:
				f.git("config", "index.threads", "4")
			}
			for range 3 {
				randomWork(f, random, 1+random.IntN(12))
				if random.IntN(2) == 0 {
					_, _ = f.try("", "add", "-A", strings.Split(randomPath(random), "/")[0]+"*") // which may match nothing
				} else {
					f.git("add", "-A")
				}
				if random.IntN(3) == 0 {
					f.git("write-tree") // makes the cache tree valid
				}
				if random.IntN(3) == 0 {
					f.git("status", "--porcelain") // refreshes and writes the index
				}
				f.compareStaged()
				if random.IntN(3) == 0 {
					f.git("commit", "-q", "--no-verify", "--allow-empty", "-m", "more")
				}
			}
		})
	}
}

// randomWork changes n paths of the work tree at random.
func randomWork(f *fixture, random *rand.Rand, n int) {
	f.write("z", fmt.Sprint(random.Int()))
	for range n {
		path := randomPath(random)
		full := filepath.Join(f.dir, path)
		switch random.IntN(8) {
		case 0:
			_ = os.RemoveAll(full)
		case 1:
			if dir := filepath.Dir(full); dir != f.dir {
				_ = os.RemoveAll(dir)
			}
		case 2:
			_ = os.RemoveAll(full)
			_ = os.MkdirAll(filepath.Dir(full), 0o755)
			_ = os.Symlink(fmt.Sprint(random.IntN(3)), full)
		case 3:
			_ = os.Chmod(full, 0o755)
		default:
			_ = os.MkdirAll(filepath.Dir(full), 0o755)
			if info, err := os.Lstat(full); err == nil && info.IsDir() {
				continue
			}
			_ = os.Remove(full)
			f.write(path, fmt.Sprint(random.IntN(5)))
		}
	}
}
