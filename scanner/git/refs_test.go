package git

import (
	"fmt"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// TestRefs resolves references of every form as git does.
func TestRefs(t *testing.T) {
	t.Parallel()
	for _, packed := range []bool{false, true} {
		f := newFixture(t)
		seed(f)
		f.git("branch", "feature/x")
		f.write("z", "changed")
		f.commit("second")
		f.git("tag", "-a", "-m", "x", "v1")
		f.git("symbolic-ref", "refs/heads/alias", "refs/heads/main")
		f.git("update-ref", "refs/heads/feature/xy", "HEAD")
		f.git("worktree", "add", "-q", "--detach", "tree", "HEAD~1")
		if packed {
			f.git("pack-refs", "--all")
			f.git("update-ref", "refs/heads/loose", "HEAD~1")
		}
		r := f.discover()
		tree := (&fixture{t: t, dir: f.dir + "/tree"})
		for _, name := range []string{"HEAD", "refs/heads/main", "refs/heads/feature/x", "refs/heads/feature/xy", "refs/tags/v1", "refs/heads/alias", "main-worktree/HEAD", "worktrees/tree/HEAD"} {
			for _, at := range []struct {
				f *fixture
				r *Repository
			}{{f, r}, {tree, tree.discover()}} {
				id, err := at.r.Ref(name)
				if want := strings.TrimSpace(at.f.git("rev-parse", name)); err != nil || id.String() != want {
					t.Errorf("%s = %s, %v; want %s", name, id, err, want)
				}
			}
		}
		for _, name := range []string{"refs/heads/absent", "refs/heads", "MERGE_HEAD", "refs/heads/feature"} {
			if id, err := r.Ref(name); err != nil || !id.IsZero() {
				t.Errorf("%s = %s, %v", name, id, err)
			}
		}
		for name, content := range map[string]string{
			"refs/heads/loop": "ref: refs/heads/loop\n", "refs/heads/short": "abcd\n", "refs/heads/none": "", "refs/heads/up": "ref: refs/heads/../../x\n",
		} {
			f.write(".git/"+name, content)
			if id, err := r.Ref(name); err == nil || !strings.Contains(err.Error(), "reference") {
				t.Errorf("%s = %s, %v", name, id, err)
			}
		}
	}
}

func TestCommit(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	seed(f)
	branches(f, "other", "theirs\n", "README", "ours\n")
	f.git("merge", "-q", "--no-ff", "-m", "merged\n\nbody", "side")
	r := f.discover()
	head, err := r.Head()
	if err != nil {
		t.Fatal(err)
	}
	c, err := r.Commit(head)
	if err != nil {
		t.Fatal(err)
	}
	parents := make([]string, len(c.Parents))
	for i, p := range c.Parents {
		parents[i] = p.String()
	}
	got := fmt.Sprintf("%s|%s|%s|%s|%s", c.Tree, strings.Join(parents, " "), c.Author, c.Date.Format("2006-01-02T15:04:05-07:00"), c.Message)
	if want := strings.TrimSuffix(f.git("log", "-1", "--format=%T|%P|%an <%ae>|%aI|%B"), "\n"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for name, text := range map[string]string{
		"no tree": "author a <b> 1 +0000\n\nx", "bad tree": "tree abc\n\n", "empty": "", "bad parent": "tree " + c.Tree.String() + "\nparent x\n\n",
	} {
		if _, err := ParseCommit(head, []byte(text)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	for _, author := range []string{"x", "x <y>", "x <y> z", "x <y> 99999999999999999999 +0000", "", "x <y> 1 +9"} {
		if _, err := ParseCommit(head, []byte("tree "+c.Tree.String()+"\nauthor "+author+"\n\n")); err != nil {
			t.Errorf("author %q: %v", author, err)
		}
	}
}

func TestTreeRefuses(t *testing.T) {
	t.Parallel()
	entry := func(mode, name string) string { return mode + " " + name + "\x00" + strings.Repeat("i", 20) }
	tests := []struct{ name, tree, err string }{
		{"empty", "", ""},
		{"order", entry("100644", "a") + entry("40000", "a-") + entry("100755", "b.") + entry("40000", "b"), ""},
		{"padded mode", entry("040000", "a"), ""},
		{"old mode", entry("100664", "a"), ""},
		{"unordered", entry("100644", "b") + entry("100644", "a"), "not in order"},
		{"twice", entry("100644", "a") + entry("100644", "a"), "not in order"},
		{"twice as a tree", entry("100644", "a") + entry("40000", "a"), "not in order"},
		{"mode", entry("1006x4", "a"), "bad mode"},
		{"long mode", entry("11111111", "a"), "bad mode"},
		{"unknown mode", entry("10644", "a"), "unknown mode"},
		{"no mode", entry("", "a"), "unknown mode"},
		{"slash", entry("100644", "a/b"), "bad name"},
		{"no name", entry("100644", ""), "bad name"},
		{"truncated", entry("100644", "a")[:20], "truncated"},
		{"no NUL", "100644 a", "truncated"},
		{"mode only", "100644", "truncated"},
	}
	id, _ := packfile.ParseID(strings.Repeat("ab", 20))
	for _, test := range tests {
		reader := NewTreeReader(id, []byte(test.tree))
		var err error
		for ok := true; ok && err == nil; {
			_, ok, err = reader.Next()
		}
		if (err != nil) != (test.err != "") || err != nil && (!strings.Contains(err.Error(), test.err) || !strings.Contains(err.Error(), id.String())) {
			t.Errorf("%s: %v, want %q", test.name, err, test.err)
		}
	}
}

// FuzzRefText reads damaged packed-refs, references and logs: what the list has is also
// found alone.
func FuzzRefText(f *testing.F) {
	id := strings.Repeat("1", 40)
	f.Add("# pack-refs with: peeled fully-peeled sorted \n" + id + " refs/heads/a\n^" + id + "\n" + id + " refs/tags/b\r\n")
	f.Add("ref: refs/heads/main\n")
	f.Add(id + "\tfetched\n")
	f.Add(id + " " + id + " A <a@x> 1700000000 +0000\tcommit\n")
	f.Fuzz(func(t *testing.T, text string) {
		r := &Repository{config: config{format: packfile.SHA1}}
		if id, target, err := r.parseRef([]byte(text)); err == nil && (target == "") == (id.Format() == 0) {
			t.Errorf("%q: %v and %q", text, id, target)
		}
		_, _ = r.parseLogEntry([]byte(text))
		found, count, failed := map[string]packfile.ID{}, 0, 0
		r.packedLines([]byte(text), "", func(name string, id packfile.ID, _ string) {
			found[name] = id
			count++
		}, func(string, error) { failed++ })
		if failed > 0 || count != len(found) {
			return // what is malformed may be an error there, too; which of two is found is not said
		}
		for name, want := range found {
			if got, err := r.searchPacked([]byte(text), name); err != nil || got != want {
				t.Errorf("%q: %s = %v, %v; want %v", text, name, got, err, want)
			}
		}
	})
}
