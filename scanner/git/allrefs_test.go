package git

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// listReferences gives NAME ID lines, and what failed.
func listReferences(f *fixture) (refs []Reference, failed []string) {
	refs = f.discover().References(context.Background(), func(name string, err error) { failed = append(failed, name+": "+err.Error()) })
	return refs, failed
}

// TestReferences compares all references and entries of reflogs with git's.
func TestReferences(t *testing.T) {
	t.Parallel()
	for _, packed := range []bool{false, true} {
		f := revisionFixture(t)
		f.git("worktree", "add", "-q", "--detach", "tree", "HEAD~1")
		f.git("-C", "tree", "commit", "-q", "--allow-empty", "-m", "in the worktree")
		f.git("notes", "add", "-m", "x")
		f.git("bisect", "start", "HEAD", "HEAD~2")
		if packed {
			f.git("pack-refs", "--all")
			f.git("update-ref", "refs/heads/side/one", "HEAD~1") // loose over packed
		}
		checkReferences(t, f)
	}
}

// checkReferences compares what is listed with what git says, from two worktrees.
func checkReferences(t *testing.T, f *fixture) {
	t.Helper()
	refs, failed := listReferences(f)
	if len(failed) > 0 {
		t.Errorf("failed: %q", failed)
	}
	byName := map[string]Reference{}
	for _, ref := range refs {
		byName[ref.Name] = ref
	}
	count := 0
	for line := range strings.Lines(f.git("for-each-ref", "--format=%(refname) %(objectname)")) {
		name, id, _ := strings.Cut(strings.TrimSpace(line), " ")
		if count++; byName[name].ID.String() != id {
			t.Errorf("%s = %s, want %s", name, byName[name].ID, id)
		}
		delete(byName, name)
	}
	if count < 10 {
		t.Errorf("only %d references", count)
	}
	var names []string
	for name := range byName {
		if !strings.HasSuffix(name, ")") { // the second line of a file
			names = append(names, name)
		}
	}
	for i, id := range strings.Fields(f.git(append([]string{"rev-parse"}, names...)...)) {
		if ref := byName[names[i]]; ref.ID.String() != id {
			t.Errorf("%s = %s, want %s", ref.Name, ref.ID, id)
		}
	}
	for _, name := range []string{"HEAD", "worktrees/tree/HEAD", "worktrees/tree/HEAD@{1}", "ORIG_HEAD", "refs/stash@{1}", "HEAD@{1}", "refs/heads/main@{0}", "refs/heads/main@{6}"} {
		if _, ok := byName[name]; !ok {
			t.Errorf("%s is not listed", name)
		}
	}
	// From the other worktree the same objects are named.
	other, _ := listReferences(&fixture{t: t, dir: f.dir + "/tree"})
	if a, b := referenceIDs(refs), referenceIDs(other); !slices.Equal(a, b) {
		t.Errorf("from a worktree: %d ids instead of %d", len(b), len(a))
	}
}

func referenceIDs(refs []Reference) (ids []string) {
	for _, ref := range refs {
		ids = append(ids, ref.ID.String())
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func TestReferencesShown(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"HEAD": "0 HEAD", "refs/heads/a/b": "1 a/b", "refs/remotes/o/m": "2 o/m", "refs/tags/v1": "3 v1", "refs/stash": "4 stash@{0}", "refs/notes/commits": "6 notes/commits",
		"refs/pull/3/head": "6 pull/3/head", "refs/bisect/bad": "6 bisect/bad", "MERGE_HEAD": "6 MERGE_HEAD", "worktrees/x/HEAD": "6 worktrees/x/HEAD",
	} {
		if ref := describeRef(name); fmt.Sprint(ref.Kind, " ", ref.Short) != want {
			t.Errorf("%s: %d %s, want %s", name, ref.Kind, ref.Short, want)
		}
	}
}

func TestReferencesDamaged(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put(0, "base", "x", "0")
	id := f.id("HEAD").String()
	f.write(
		".git/refs/heads/short", "abcd\n", ".git/refs/heads/empty", "", ".git/refs/heads/to", "ref: refs/heads/none\n", ".git/refs/heads/loop", "ref: refs/heads/loop\n",
		".git/packed-refs", "# pack-refs with: peeled\n"+id+" refs/heads/packed\n^"+id+"\nxyz refs/heads/bad\n"+id+" ../x\n"+id+"\n", ".git/refs/heads/x.lock", "",
		".git/logs/refs/heads/gone", strings.Repeat("0", 40)+" "+id+" A <a@x> 1700000000 +0000\tx\nrubbish\n", ".git/FETCH_HEAD", id+"\t\tbranch\n"+id+"\tnot-for-merge\tx\n", ".git/MERGE_HEAD", "x\n",
		".git/refs/heads/zero", strings.Repeat("0", 40)+"\n",
	)
	refs, failed := listReferences(f)
	text := strings.Join(failed, "\n")
	for _, want := range []string{"heads/short", "heads/empty", "heads/to", "heads/loop", "packed-refs:4", "packed-refs:5", "packed-refs:6", "logs/refs/heads/gone", "MERGE_HEAD", "heads/zero"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not reported: %s", want, text)
		}
	}
	if len(failed) != 10 {
		t.Errorf("%d reports: %s", len(failed), text)
	}
	var names []string
	for _, ref := range refs {
		names = append(names, ref.Name)
	}
	if got, want := strings.Join(names, " "), "HEAD refs/heads/main refs/heads/packed HEAD@{0} refs/heads/gone@{1} refs/heads/main@{0} FETCH_HEAD FETCH_HEAD (2)"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestReflogGap reads a log whose entries do not follow from each other.
func TestReflogGap(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	var ids []string
	for i := range 5 {
		f.put(i, fmt.Sprint(i), "x", fmt.Sprint(i))
		ids = append(ids, f.id("HEAD").String())
	}
	who := " A <a@x> 1700000000 +0000\tx\n"
	f.write(".git/logs/refs/heads/main", ids[0]+" "+ids[1]+who+ids[2]+" "+ids[3]+who+ids[3]+" "+ids[4]+who)
	refs, failed := listReferences(f)
	got := map[string]string{}
	for _, ref := range refs {
		if strings.HasPrefix(ref.Name, "refs/heads/main@") {
			got[ref.Short] = ref.ID.String()
		}
	}
	want := map[string]string{"main@{0}": ids[4], "main@{1}": ids[3], "main@{1} (before)": ids[2], "main@{2}": ids[1], "main@{3}": ids[0]}
	if fmt.Sprint(got) != fmt.Sprint(want) || len(failed) > 0 {
		t.Errorf("got %v, %q, want %v", got, failed, want)
	}
}

// TestGraph compares the graph with git rev-list on random histories.
func TestGraph(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		f := newFixture(t)
		randomHistory(f, rand.New(rand.NewPCG(seed, 5)), 80, true)
		if seed == 1 {
			f.git("repack", "-q", "-a", "-d", "-k")
		}
		h := f.openHistory()
		g := h.Graph()
		var list []string
		for line := range strings.Lines(f.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)")) {
			if id, ok := strings.CutSuffix(strings.TrimSpace(line), " commit"); ok {
				list = append(list, id)
			}
		}
		if g.Len() != len(list) || g.Shallow() || g.Hint() != "" {
			t.Errorf("%d commits, want %d", g.Len(), len(list))
		}
		for line := range strings.Lines(f.gitInput(strings.Join(list, "\n"), "log", "--no-walk", "--stdin", "--format=%H %T %ct %P")) {
			fields := strings.Fields(line)
			n, ok := g.Find(parseTestID(t, fields[0]))
			if !ok || g.ID(n).String() != fields[0] || g.Tree(n).String() != fields[1] || fmt.Sprint(g.Date(n)) != fields[2] {
				t.Errorf("%s: %d %v", line, n, ok)
			}
			var parents []string
			for _, p := range g.Parents(n) {
				parents = append(parents, g.ID(int(p)).String())
				if int(p) >= n {
					t.Errorf("%d has the parent %d", n, p)
				}
			}
			if !slices.Equal(parents, fields[3:]) {
				t.Errorf("%s: parents %v", line, parents)
			}
		}
		head, _ := g.Find(f.id("HEAD"))
		reached := g.ancestors(head)
		var got []string
		for n := range g.Len() {
			if reached.has(n) {
				got = append(got, g.ID(n).String())
			}
		}
		want := strings.Fields(f.git("rev-list", "HEAD"))
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("ancestors of HEAD: %d, want %d", len(got), len(want))
		}
	}
}
