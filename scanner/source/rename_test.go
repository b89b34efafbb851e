package source

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/scanner/git"
)

// reshuffler writes a history in which every commit moves, edits, copies and drops files, so that
// many of them look like one another.
type reshuffler struct {
	rng   *rand.Rand
	out   strings.Builder
	files map[string]reshuffled
}

type reshuffled struct{ mode, text string }

func (s *reshuffler) history(t *testing.T, commits int) (dir string) {
	t.Helper()
	s.files = map[string]reshuffled{}
	for n := range commits {
		for range 2 + s.rng.IntN(12) {
			s.step()
		}
		fmt.Fprintf(&s.out, "commit refs/heads/main\nmark :%d\ncommitter a <a@example.com> %d +0000\ndata 0\ndeleteall\n", n+1, 1_700_000_000+n)
		for _, path := range s.paths() {
			f := s.files[path]
			fmt.Fprintf(&s.out, "M %s inline %s\ndata %d\n%s\n", f.mode, path, len(f.text), f.text)
		}
	}
	dir = stage(t, nil)
	fastImport(t, dir, s.out.String())
	return dir
}

// path is one of few names in few directories.
func (s *reshuffler) path() string {
	name := fmt.Sprintf("%c.txt", 'a'+rune(s.rng.IntN(9)))
	if dir := s.rng.IntN(5); dir > 0 {
		name = fmt.Sprintf("d%d/%s", dir, name)
	}
	return name
}

// paths are those that there are, sorted.
func (s *reshuffler) paths() []string { return slices.Sorted(maps.Keys(s.files)) }

// lines are some that are in no other text.
func (s *reshuffler) lines(n int) string {
	var b strings.Builder
	for range n {
		fmt.Fprintf(&b, "%s %d\n", strings.Repeat("x", s.rng.IntN(90)), s.rng.Uint64())
	}
	return b.String()
}

func (s *reshuffler) step() {
	from := s.paths()
	if len(from) < 6 {
		s.files[s.path()] = reshuffled{"100644", s.lines(1 + s.rng.IntN(20))}
		return
	}
	path := from[s.rng.IntN(len(from))]
	f := s.files[path]
	kind := s.rng.IntN(10)
	if f.mode == "120000" && kind > 2 { // git before 2.44 takes no notice of a last line without an end
		f = reshuffled{"100644", f.text + "\n"}
	}
	switch kind {
	case 0:
		s.files[s.path()] = reshuffled{"100644", s.lines(1 + s.rng.IntN(20))}
	case 1:
		s.files[s.path()] = f // copied
	case 2:
		delete(s.files, path)
		s.files[s.path()] = f
	case 3:
		s.files[s.path()] = []reshuffled{{"100644", ""}, {"120000", "a.txt"}, {"100755", f.text}}[s.rng.IntN(3)]
	case 4:
		s.files[s.path()] = reshuffled{"100644", "b\x00\n" + f.text}
	case 5: // other line endings
		delete(s.files, path)
		text := strings.ReplaceAll(f.text, "\n", "\r\n")
		if strings.Contains(f.text, "\r\n") {
			text = strings.ReplaceAll(f.text, "\r\n", "\n")
		}
		s.files[s.path()] = reshuffled{f.mode, text}
	case 6, 7: // moved to two places, and edited
		delete(s.files, path)
		s.files[s.path()] = reshuffled{"100644", s.edited(f.text)}
		s.files[s.path()] = reshuffled{"100644", s.edited(f.text)}
	default: // moved and edited
		delete(s.files, path)
		s.files[s.path()] = reshuffled{"100644", s.edited(f.text)}
	}
}

// edited drops some lines of a text and adds others.
func (s *reshuffler) edited(text string) string {
	var b strings.Builder
	keep := 4 + s.rng.IntN(7)
	for line := range strings.Lines(text) {
		if s.rng.IntN(10) < keep {
			b.WriteString(line)
		}
	}
	return b.String() + s.lines(s.rng.IntN(6))
}

// TestRenamesAsGit compares what files were renamed from with git diff-tree -M.
func TestRenamesAsGit(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			s := reshuffler{rng: rand.New(rand.NewPCG(seed, 77))}
			dir := s.history(t, 200)
			counts := compareHistory(t, dir)
			if counts['A'] < 200 || counts['R'] < 200 {
				t.Errorf("%d new files and %d renamed ones: the test tests little", counts['A'], counts['R'])
			}
		})
	}
}

// compareRenames looks at one commit of the log.
func compareRenames(t *testing.T, repo *git.Repository, commit string, counts map[byte]int) {
	t.Helper()
	head, changes, _ := strings.Cut(commit, "\n")
	tree, parent, ok := strings.Cut(head, " ")
	if !ok || parent == "" {
		return
	}
	after, err := git.ParseID(tree)
	if err != nil {
		t.Fatal(err)
	}
	before, err := repo.ResolveCommit(t.Context(), parent)
	if err != nil {
		t.Fatal(err)
	}
	old, err := repo.Commit(before)
	if err != nil {
		t.Fatal(err)
	}
	search := renamedFrom{repo: repo}
	for _, line := range strings.Split(strings.TrimSpace(changes), "\n") {
		fields := strings.Split(line, "\t")
		about := strings.Fields(fields[0])
		if len(about) < 5 || about[4][0] != 'A' && about[4][0] != 'R' {
			continue
		}
		counts[about[4][0]]++
		path, want := fields[len(fields)-1], ""
		if about[4][0] == 'R' {
			want = fields[1]
		}
		mode, id, err := repo.PathInTree(after, path)
		if err != nil {
			t.Fatal(err)
		}
		a := &addition{Addition: git.Addition{Path: path, New: git.Side{Mode: mode, ID: id}}, tree: after}
		got, side, err := search.find(t.Context(), a, old.Tree)
		if err != nil || got != want || (side.Mode == git.ModeNone) != (want == "") {
			t.Errorf("%s..%s: %s was renamed from %q, git says %q (%s), %v", parent, tree, path, got, want, about[4], err)
		}
	}
}

// Other line endings make no other text, but other bytes where there is a zero byte.
func TestRenamePieces(t *testing.T) {
	t.Parallel()
	lines := strings.Repeat("a line of some bytes\n", 9) + strings.Repeat("long ", 50) + "\n\n"
	crlf := strings.ReplaceAll(lines, "\n", "\r\n")
	tests := []struct {
		name, a, b string
		want       int64
	}{
		{"the same", lines, lines, int64(len(lines))},
		{"other line endings", lines, crlf, int64(len(lines))},
		{"binary", "\x00\n" + lines, "\x00\n" + crlf, 2 + 3*64},
		{"lone carriage returns", "a\rb\n", "ab\n", 0},
		{"last line without an end", "a\nb", "b\na", 0},
		{"nothing", "", lines, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var s sketcher
			a, b := s.pieces(strings.NewReader(test.a)), s.pieces(bytes.NewReader([]byte(test.b)))
			if got := commonBytes(a, b); got != test.want {
				t.Errorf("%d bytes in common, want %d", got, test.want)
			}
		})
	}
}

// Beyond git's rename limit only what kept a name of its own counts as renamed and edited, or is the same.
func TestRenamesBeyondTheLimit(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ files, renamed int }{{200, 200}, {1010, 2}} {
		t.Run(fmt.Sprint(test.files), func(t *testing.T) {
			t.Parallel()
			dir := stage(t, nil)
			var before, after strings.Builder
			file := func(out *strings.Builder, path, text string) {
				fmt.Fprintf(out, "M 100644 inline %s\ndata %d\n%s\n", path, len(text), text)
			}
			for i := range test.files {
				name := fmt.Sprint("file", i)
				content, added := text(name, 8), "more\n"
				switch i {
				case 0: // the same
					added = ""
				case 1:
					file(&before, "old/own", content)
					file(&after, "new/own", content+added)
					continue
				}
				file(&before, "old/"+name, content)
				file(&after, "new/x"+name, content+added)
			}
			commit := func(n int, files string) string {
				return fmt.Sprintf("commit refs/heads/main\ncommitter a <a@example.com> %d +0000\ndata 0\ndeleteall\n%s", 1_700_000_000+n, files)
			}
			fastImport(t, dir, commit(1, before.String())+commit(2, after.String()))
			counts := compareHistory(t, dir)
			if counts['R'] != test.renamed {
				t.Errorf("git finds %d renamed files, want %d", counts['R'], test.renamed)
			}
		})
	}
}

func fastImport(t *testing.T, dir, stream string) {
	t.Helper()
	cmd := exec.Command("git", "fast-import", "--quiet", "--force")
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(stream)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git fast-import: %v\n%s", err, out)
	}
}

// compareHistory compares what files were renamed from with git in every commit of main, and counts git's kinds of changes.
func compareHistory(t *testing.T, dir string) map[byte]int {
	t.Helper()
	repo, err := git.Discover(dir, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = repo.Close() })
	counts := map[byte]int{}
	log := stageGit(t, dir, "log", "main", "--format=commit %T %P", "--raw", "-r", "-M", "-l1000", "--no-abbrev", "--no-color")
	for _, commit := range strings.Split(log, "commit ")[1:] {
		compareRenames(t, repo, commit, counts)
	}
	return counts
}
