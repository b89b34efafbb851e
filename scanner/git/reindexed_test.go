package git

import (
	"bytes"
	"context"
	"errors"
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
			got, err := packfile.Reindex(t.Context(), pack, packfile.SHA1, &packfile.Inflater{})
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
				if index, err := packfile.Reindex(t.Context(), pack, packfile.SHA1, &packfile.Inflater{}); err == nil || index != nil {
					t.Errorf("damaged at %d: no error", at)
				}
			}
		})
	}
}

// A pack that had no index when it was listed may have one when it is opened: a fetch or git gc puts it in place last.
func TestIndexTurnsUp(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	versions(f, 3)
	f.git("repack", "-q", "-ad")
	pack, index := onlyPack(t, f)
	repo := f.discover()
	repo.ReadUnindexed(t.Context())
	aside := index + "-aside"
	var failures []string
	w := &walk{objects: repo.Objects(), options: &WalkOptions{}, report: func(_ packfile.ID, where string, err error) {
		failures = append(failures, where+": "+err.Error())
	}}
	dirs, err := w.objects.dirs()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name  string
		turns bool
		want  int
	}{{"it stays away", false, 1}, {"it turns up", true, 0}} {
		failures = nil
		if err := os.Rename(index, aside); err != nil {
			t.Fatal(err)
		}
		s := &store{}
		files := func(dir string) ([]os.DirEntry, error) {
			listed, err := os.ReadDir(dir)
			if test.turns {
				err = errors.Join(err, os.Rename(aside, index))
			}
			return listed, err
		}
		if _, vanished := w.openListed(t.Context(), s, dirs, true, files); vanished || len(s.packs) != 1 || len(failures) != test.want {
			t.Errorf("%s: vanished %v, %d packs, %q", test.name, vanished, len(s.packs), failures)
		}
		s.close()
		if !test.turns {
			err = os.Rename(aside, index)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	// An audit that is over makes no index, and says nothing of the pack.
	if err := os.Remove(index); err != nil {
		t.Fatal(err)
	}
	late := f.discover()
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("no time left")
	cancel(cause)
	late.ReadUnindexed(ctx)
	_, err = late.WalkObjects(ctx, WalkOptions{}, nil, func(_ packfile.ID, where string, err error) { t.Errorf("%s: %v", where, err) })
	if !errors.Is(err, cause) {
		t.Errorf("%v", err)
	}
	late.ReadUnindexed(t.Context()) // what was not made then is made now
	if made, note, err := late.Objects().openPack(index); err != nil || note == nil || made.Path() != pack {
		t.Errorf("%v, %v", note, err)
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
