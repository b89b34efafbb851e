package git

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// shownCommits are the commits that are reached from HEAD as git log shows history: by the whole graph,
// and by what is read for a range. What cannot be read is counted.
func (f *fixture) shownCommits() (graph, walked []string, failed int) {
	f.t.Helper()
	r := f.discover()
	fail := func(string, error) { failed++ }
	g, err := r.Graph(context.Background(), 1, r.References(context.Background(), fail), fail)
	if err != nil {
		f.t.Fatal(err)
	}
	head, err := r.Head()
	if err != nil {
		f.t.Fatal(err)
	}
	n, ok := g.Find(head)
	if !ok {
		f.t.Fatalf("HEAD %s is not in the graph", head)
	}
	reached := g.ancestors(n)
	for n := range g.Len() {
		if reached.has(n) {
			graph = append(graph, g.ID(n).String())
		}
	}
	w := r.rewritesNow(context.Background(), fail)
	seen := map[packfile.ID]bool{}
	for todo := []packfile.ID{head}; len(todo) > 0; {
		id := todo[0]
		if todo = todo[1:]; seen[id] {
			continue
		}
		seen[id] = true
		walked = append(walked, id.String())
		c, err := r.Commit(w.content(id))
		if err != nil {
			f.t.Fatal(err)
		}
		todo = append(todo, w.parents(id, c.Parents)...)
	}
	slices.Sort(graph)
	slices.Sort(walked)
	return graph, walked, failed
}

// What is wrong with a replacement is said under the name that it has.
func TestFollowNamesTheReplacement(t *testing.T) {
	t.Parallel()
	direct := map[packfile.ID]packfile.ID{}
	a, err := packfile.ParseID(strings.Repeat("1", 40))
	if err != nil {
		t.Fatal(err)
	}
	b, err := packfile.ParseID(strings.Repeat("2", 40))
	if err != nil {
		t.Fatal(err)
	}
	direct[a], direct[b] = b, a
	var names []string
	follow(direct, "refs/alt/", func(name string, _ error) { names = append(names, name) })
	slices.Sort(names)
	if want := []string{"refs/alt/" + strings.Repeat("1", 40), "refs/alt/" + strings.Repeat("2", 40)}; !slices.Equal(names, want) {
		t.Errorf("%q", names)
	}
}

// TestRewritesAgainstGit changes the history that is shown in every way that git has, by files and by the
// environment. What git complains about is told, too.
func TestRewritesAgainstGit(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for range 4 {
		f.commit("a commit")
	}
	f.git("config", "advice.graftFileDeprecated", "false")
	a, b, d := f.id("HEAD").String(), f.id("HEAD~1").String(), f.id("HEAD~3").String()
	other := strings.TrimSpace(f.git("commit-tree", "-p", d, "-m", "other", "HEAD^{tree}"))
	f.write("sub/x", "")
	f.git("worktree", "add", "-q", "--detach", "linked")
	tests := []struct {
		name  string
		env   []string
		files []string // path, content, …
		dir   string
	}{
		{"as stored", nil, nil, ""},

		{"replaced", nil, []string{"refs/replace/" + a, other}, ""},
		{"replacements not heeded", []string{"GIT_NO_REPLACE_OBJECTS=0"}, []string{"refs/replace/" + a, other}, ""},
		{"replacements elsewhere", []string{"GIT_REPLACE_REF_BASE=refs/alt/"}, []string{"refs/alt/" + a, other}, ""},
		{"replacements elsewhere, none there", []string{"GIT_REPLACE_REF_BASE=refs/alt/"}, []string{"refs/replace/" + a, other}, ""},
		{"base without a slash", []string{"GIT_REPLACE_REF_BASE=refs/al"}, []string{"refs/alter/" + a, other}, ""},
		{"base outside of refs", []string{"GIT_REPLACE_REF_BASE=alt/"}, []string{"alt/" + a, other}, ""},
		{"base of a worktree", []string{"GIT_REPLACE_REF_BASE=refs/worktree/alt/"}, []string{"refs/worktree/alt/" + a, other}, ""},
		{"base of another worktree", []string{"GIT_REPLACE_REF_BASE=refs/worktree/alt/"}, []string{"refs/worktree/alt/" + a, other}, "linked"},
		{"base of branches", []string{"GIT_REPLACE_REF_BASE=refs/heads/"}, []string{"refs/heads/" + a, other}, ""},
		{"deeper", nil, []string{"refs/replace/sub/" + a, other}, ""},
		{"more than an id", nil, []string{"refs/replace/" + a + "x", other}, ""},
		{"no id", nil, []string{"refs/replace/topic", other, "refs/replace/" + a, other}, ""},
		{"twice", nil, []string{"refs/replace/sub/" + a, other, "refs/replace/" + a, other}, ""},
		{"by name", nil, []string{"refs/replace/" + a, "ref: refs/heads/x", "refs/heads/x", other}, ""},
		{"replaced, linked worktree", nil, []string{"refs/replace/" + a, other}, "linked"},

		{"shallow", nil, []string{"shallow", b + "\n"}, ""},
		{"shallow, linked worktree", nil, []string{"shallow", b + "\n"}, "linked"},
		{"shallow elsewhere", []string{"GIT_SHALLOW_FILE=.git/other"}, []string{"other", b + "\n"}, ""},
		{"shallow elsewhere, from below", []string{"GIT_SHALLOW_FILE=.git/other"}, []string{"other", b + "\n"}, "sub"},
		{"shallow elsewhere, absolute", []string{"GIT_SHALLOW_FILE=" + f.dir + "/.git/other"}, []string{"other", b + "\n"}, "sub"},
		{"shallow nowhere", []string{"GIT_SHALLOW_FILE=none"}, []string{"shallow", b + "\n"}, ""},
		{"shallow not at all", []string{"GIT_SHALLOW_FILE="}, []string{"shallow", b + "\n"}, ""},
		{"shallow as the null device says", []string{"GIT_SHALLOW_FILE=" + os.DevNull}, []string{"shallow", b + "\n"}, ""},
		{"shallow, CRLF", nil, []string{"shallow", b + "\r\n"}, ""},
		{"shallow, no end of line", nil, []string{"shallow", b}, ""},
		{"shallow, more behind", nil, []string{"shallow", a + " " + b + "\n"}, ""},
		{"shallow, directly behind", nil, []string{"shallow", a + "xx\n"}, ""},
		{"shallow, blank line", nil, []string{"shallow", b + "\n\n"}, ""},
		{"shallow, comment", nil, []string{"shallow", "# comment\n" + b + "\n"}, ""},
		{"shallow, indented", nil, []string{"shallow", " " + b + "\n"}, ""},
		{"shallow, cut off", nil, []string{"shallow", b[:20]}, ""},

		{"graft", nil, []string{"info/grafts", a + " " + d + "\n"}, ""},
		{"graft elsewhere", []string{"GIT_GRAFT_FILE=.git/other"}, []string{"other", a + " " + d + "\n"}, ""},
		{"graft elsewhere, from below", []string{"GIT_GRAFT_FILE=.git/other"}, []string{"other", a + " " + d + "\n"}, "sub"},
		{"graft nowhere", []string{"GIT_GRAFT_FILE=none"}, []string{"info/grafts", a + " " + d + "\n"}, ""},
		{"graft, CRLF", nil, []string{"info/grafts", "# comment\r\n\r\n" + a + " " + d + "\r\n"}, ""},
		{"graft, tab", nil, []string{"info/grafts", a + "\t" + d + "  \n"}, ""},
		{"graft, two spaces", nil, []string{"info/grafts", a + "  " + d + "\n"}, ""},
		{"graft, indented", nil, []string{"info/grafts", " " + a + " " + d + "\n"}, ""},
		{"graft, no parents", nil, []string{"info/grafts", a + "\n"}, ""},
		{"graft, more behind", nil, []string{"info/grafts", a + " " + d + " x\n"}, ""},
		{"graft, twice", nil, []string{"info/grafts", a + " " + d + "\n" + a + " " + b + "\n"}, ""},
		{"graft and shallow", nil, []string{"info/grafts", a + " " + d + "\n", "shallow", a + "\n"}, ""},
		{"graft, replacements not heeded", []string{"GIT_NO_REPLACE_OBJECTS=1"}, []string{"info/grafts", a + " " + d + "\n"}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for i := 0; i < len(test.files); i += 2 {
				path := ".git/" + test.files[i]
				f.write(path, test.files[i+1]+strings.Repeat("\n", strings.Count(path, "refs/")))
				defer func() { _ = os.Remove(filepath.Join(f.dir, path)) }()
			}
			here := &fixture{t: t, dir: filepath.Join(f.dir, test.dir), env: test.env}
			out, complaints, err := here.run("", "rev-list", "HEAD")
			graph, walked, failed := here.shownCommits()
			if (failed > 0) != (complaints != "") {
				t.Errorf("%d complaints, git: %q", failed, complaints)
			}
			if want := sortedFields(out); err == nil && (!slices.Equal(graph, want) || !slices.Equal(walked, want)) {
				t.Errorf("graph %v\nwalk %v\ngit %v", graph, walked, want)
			}
		})
	}
}
