package git

import (
	"bytes"
	"os"
	"testing"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// An index that is made anew is that which git made.
func TestReindex(t *testing.T) {
	t.Parallel()
	for name, arguments := range map[string][]string{
		"offsets": {"repack", "-q", "-adf", "--depth=20"},
		"ids":     {"-c", "repack.useDeltaBaseOffset=false", "repack", "-q", "-adf", "--depth=20"},
		"whole":   {"repack", "-q", "-adf", "--depth=0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			versions(f, 12)
			f.write("large", string(bytes.Repeat([]byte("0123456789abcdef"), 100_000)))
			f.commit("large")
			f.git(arguments...)
			pack, index := onlyPack(t, f)
			want, err := os.ReadFile(index)
			if err != nil {
				t.Fatal(err)
			}
			got, err := packfile.Reindex(pack, packfile.SHA1, &packfile.Inflater{})
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%d bytes instead of %d that are the same: %v", len(got), len(want), err)
			}
			sound, err := os.ReadFile(pack)
			if err != nil {
				t.Fatal(err)
			}
			for _, at := range []int{0, 6, 11, 20, len(sound) / 2, len(sound) - 3} { // no index is made of what is damaged
				rewrite(t, pack, func([]byte) []byte {
					damaged := bytes.Clone(sound)
					damaged[at] ^= 0x10
					return damaged
				})
				if index, err := packfile.Reindex(pack, packfile.SHA1, &packfile.Inflater{}); err == nil || index != nil {
					t.Errorf("damaged at %d: no error", at)
				}
			}
		})
	}
}

func TestMendIndex(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		path  string
		there bool
		want  string
	}{
		{"/r/pack-1.idx", true, "rm -f /r/pack-1.idx && git index-pack /r/pack-1.pack"},
		{"/r/pack-1.idx", false, "git index-pack /r/pack-1.pack"},
		{"/a b/it's/pack-1.idx", false, `git index-pack '/a b/it'\''s/pack-1.pack'`},
	} {
		if got := mendIndex(test.path, test.there); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}
