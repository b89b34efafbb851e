package git

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// describe writes an attribution as one line.
func describe(a Attribution) string {
	e := a.Exposure
	name := func(line *CommitLine) string {
		if line == nil {
			return "-"
		}
		return line.Subject
	}
	parts := []string{fmt.Sprintf("%s..%s removed %s, %d commits, %d blobs", name(e.First), name(e.Last), name(e.Removed), e.Commits, e.Blobs)}
	if e.InHead {
		parts = append(parts, "in HEAD")
	}
	if e.AtBoundary {
		parts = append(parts, "at the boundary")
	}
	var refs []string
	for _, ref := range e.Refs {
		text := fmt.Sprintf("%d:%s", ref.Kind, ref.Name)
		if ref.Tip {
			text += "!"
		}
		refs = append(refs, text)
	}
	var places []string
	for _, p := range a.Places {
		places = append(places, fmt.Sprintf("%s@%s%s", p.Path, name(p.Commit), []string{"", " tag", " staged", " dangling"}[p.State]))
	}
	return strings.Join(parts, ", ") + " | " + strings.Join(refs, " ") + " | " + strings.Join(places, ", ")
}

// blob writes a blob that nothing refers to.
func (f *fixture) blob(content string) packfile.ID {
	f.t.Helper()
	return parseTestID(f.t, strings.TrimSpace(f.gitInput(content, "hash-object", "-w", "--stdin")))
}

// tick makes the next commits' dates later.
func (f *fixture) tick(days int) {
	at := fmt.Sprintf("%d +0000", 1700000000+days*86400)
	f.env = append(f.env, "GIT_AUTHOR_DATE="+at, "GIT_COMMITTER_DATE="+at)
}

// put writes the secret file and commits it.
func (f *fixture) put(days int, subject string, pairs ...string) {
	f.t.Helper()
	f.tick(days)
	f.write(pairs...)
	f.commit(subject)
}

func (f *fixture) remove(path string) {
	f.t.Helper()
	if err := os.RemoveAll(f.dir + "/" + path); err != nil {
		f.t.Fatal(err)
	}
}

func TestAttribute(t *testing.T) {
	t.Parallel()
	special := map[string]string{
		"stash: work tree, index and untracked": "untracked files on main: BASE base..On main: one removed -, 3 commits, 1 blobs | 4:stash@{1}! | i@index on main: BASE base, k@On main: one, u@untracked files on main: BASE base",
		"other references":                      "add..Notes added by 'git notes add' removed -, 2 commits, 2 blobs | 2:origin/main! 6:notes/commits! 6:pull/7/head! 6:worktrees/tree/HEAD! | NOTE@Notes added by 'git notes add', k@add",
	}
	for _, test := range attributeTests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			group := test.make(f)
			if group.Blobs == nil {
				group.Blobs = []packfile.ID{f.blob("secret")}
			}
			got, want := describe(f.attribute(group)), test.want
			if want == "" {
				want = special[test.name]
				want = strings.ReplaceAll(want, "BASE", f.git("rev-parse", "--short", "main")[:7])
				want = strings.ReplaceAll(want, "NOTE", f.id("main").String())
			}
			if got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			// The same from a pack, with deltas.
			f.git("repack", "-q", "-a", "-d", "-k")
			if packed := describe(f.attribute(group)); packed != got {
				t.Errorf("packed %s\nloose  %s", packed, got)
			}
		})
	}
}

func TestAttributeDays(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put(0, "base", "x", "0")
	f.put(10, "add", "k", "secret", "m", "merged")
	f.remove("k")
	f.put(13, "remove", "x", "1")
	f.git("checkout", "-q", "-b", "side")
	f.put(20, "add on side", "s", "side")
	f.remove("s")
	f.put(24, "remove on side", "y", "1")
	f.git("checkout", "-q", "main")
	now := int(scanNow.Unix()-1700000000) / 86400
	for content, want := range map[string]int{"secret": 3, "merged": now - 10 + 1, "side": 4, "nowhere": 0} {
		if got := f.attribute(Group{Blobs: []packfile.ID{f.blob(content)}}); got.Exposure.Days != want {
			t.Errorf("%s: %d days, want %d: %s", content, got.Exposure.Days, want, describe(got))
		}
	}
	if got := f.attribute(Group{Commits: []packfile.ID{f.id("HEAD~1")}}); got.Exposure.Days != now-10+1 {
		t.Errorf("message: %d days", got.Exposure.Days)
	}
	secret := f.attribute(Group{Blobs: []packfile.ID{f.blob("secret")}}).Exposure
	line := secret.First
	if line.Author != "A U Thor <author@example.com>" || line.Date.Unix() != 1700000000+10*86400 || line.ID != f.id("main~1") {
		t.Errorf("first: %+v", line)
	}
}

func TestAttributeRewritten(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put(0, "add", "k", "secret")
	f.put(1, "second", "x", "1")
	f.remove("k")
	f.put(2, "third", "x", "2")
	group := Group{Blobs: []packfile.ID{f.blob("secret")}}
	check := func(want string) {
		t.Helper()
		if got := describe(f.attribute(group)); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	check("add..second removed third, 2 commits, 1 blobs | 0:HEAD 1:main | k@add")
	// A graft cuts the third commit off.
	f.write(".git/info/grafts", "# comment\n"+f.id("HEAD").String()+"\n")
	check("add..second removed -, 2 commits, 1 blobs | 5:HEAD@{1}! 5:HEAD@{2}! | k@add")
	f.remove(".git/info/grafts")
	// The third commit shows what another holds.
	f.git("checkout", "-q", "HEAD~1")
	f.put(3, "other", "k", "secret", "z", "1")
	other := f.id("HEAD").String()
	f.git("checkout", "-q", "main")
	f.git("reflog", "expire", "--expire=all", "--all")
	f.git("replace", f.id("HEAD").String(), other)
	if got := f.attribute(group); !got.Exposure.InHead || got.Exposure.Last.Subject != "other" {
		t.Errorf("replaced: %s", describe(got))
	}
	f.env = append(f.env, "GIT_NO_REPLACE_OBJECTS=1")
	if got := f.attribute(group); got.Exposure.InHead {
		t.Errorf("not replaced: %s", describe(got))
	}
	// A history that runs in a circle.
	f.write(".git/info/grafts", f.id("HEAD~2").String()+" "+f.id("HEAD").String()+"\n")
	h, failed := f.openDamagedHistory()
	if got := describe(attributeAll(t, h, group)[0]); len(*failed) != 1 || !strings.Contains((*failed)[0], "in a circle") || !strings.Contains(got, "k@add") {
		t.Errorf("circle: %q, %s", *failed, got)
	}
}

// TestAttributeReplaced looks for what a replacement hides: it is stored still.
func TestAttributeReplaced(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put(0, "base", "d/x", "1")
	f.git("branch", "clean")
	f.put(1, "add", "d/k", "secret", "d/y", "2")
	f.git("checkout", "-q", "clean")
	f.put(2, "clean", "d/y", "2")
	f.git("checkout", "-q", "main")
	f.git("replace", "main", "clean")
	f.git("read-tree", "clean")
	got := f.attribute(Group{Blobs: []packfile.ID{f.blob("secret"), f.blob("2")}})
	if want := "clean..clean removed -, 2 commits, 2 blobs, in HEAD | 0:HEAD! 1:clean! 1:main! 6:replace/ID! | d/k@clean, d/y@clean"; strings.ReplaceAll(describe(got), f.id("refs/heads/main").String(), "ID") != want {
		t.Errorf("got  %s\nwant %s", describe(got), want)
	}
}

func TestAttributeShallow(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put(0, "add", "k", "secret")
	f.put(1, "second", "x", "1")
	f.put(2, "third", "x", "2")
	clone := &fixture{t: t, dir: f.dir + "/clone"}
	f.git("clone", "-q", "--depth", "2", "file://"+f.dir, "clone")
	h := clone.openHistory()
	if !h.Graph().Shallow() || h.Graph().Hint() != "git fetch --unshallow" || h.Graph().Len() != 2 {
		t.Errorf("shallow %v, %q, %d commits", h.Graph().Shallow(), h.Graph().Hint(), h.Graph().Len())
	}
	got := describe(attributeAll(t, h, Group{Blobs: []packfile.ID{f.blob("secret")}})[0])
	if want := "second..third removed -, 2 commits, 1 blobs, in HEAD, at the boundary | 0:HEAD! 1:main! 2:origin/main! | k@second"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestAttributeDamaged takes objects away: what is missing is named, and the
// rest is attributed.
func TestAttributeDamaged(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put(0, "base", "x", "1")
	f.put(1, "add", "k", "secret", "d/x", "1")
	f.put(2, "more", "d/x", "2")
	for _, victim := range []string{"HEAD~2", "HEAD:d"} {
		id := f.id(victim)
		path := ".git/objects/" + id.String()[:2] + "/" + id.String()[2:]
		if err := os.Rename(f.dir+"/"+path, f.dir+"/kept"); err != nil {
			t.Fatal(err)
		}
		h, failed := f.openDamagedHistory()
		got := attributeAll(t, h, Group{Blobs: []packfile.ID{f.blob("secret")}})[0]
		if want := "add..more removed -, 2 commits, 1 blobs, in HEAD | 0:HEAD! 1:main! | k@add"; describe(got) != want {
			t.Errorf("got  %s\nwant %s", describe(got), want)
		}
		if len(*failed) == 0 || !strings.Contains(strings.Join(*failed, "\n"), "object "+id.String()+" is missing") {
			t.Errorf("without %s: %q", victim, *failed)
		}
		if err := os.Rename(f.dir+"/kept", f.dir+"/"+path); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	h := f.openHistory()
	cancel()
	if _, err := h.Attribute(ctx, []Group{{Blobs: []packfile.ID{f.blob("secret")}}}); err == nil {
		t.Error("no error after the context ended")
	}
}
