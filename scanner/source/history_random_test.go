package source

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/rules/check"
	"github.com/keysieve/keysieve/rules/sample"
)

// chronicler writes a random history for git fast-import: files that are edited
// line by line, copied, renamed, merged, with secrets planted, changed and cut in them.
type chronicler struct {
	rng      *rand.Rand
	out      strings.Builder
	mark     int
	dull     bool // most lines say nothing, and none is a directive
	secrets  []string
	branches []map[string][]string // by branch: lines of files
	heads    []int                 // marks
}

// newChronicler prepares texts of some rules.
func newChronicler(t *testing.T, set *rules.Set, seed uint64) *chronicler {
	t.Helper()
	c := &chronicler{rng: rand.New(rand.NewPCG(seed, 23))}
	all := set.Rules()
	for len(c.secrets) < 30 {
		r := all[c.rng.IntN(len(all))]
		if !r.Reads() {
			continue
		}
		var mend func(string) (string, bool)
		if scheme, ok := check.ByName(r.Check); ok {
			mend = check.Mended(scheme)
		}
		s, err := sample.Generate(r.Pattern(), r.SecretGroup, mend, c.rng)
		if err != nil {
			t.Fatalf("rule %s: %v", r.ID, err)
		}
		c.secrets = append(c.secrets, strings.ReplaceAll(s.Match, "\x00", "0"))
	}
	return c
}

// line is a line of text, some of them with a secret, whole or spoilt.
func (c *chronicler) line() string {
	secret := c.secrets[c.rng.IntN(len(c.secrets))]
	if c.rng.IntN(3) == 0 && len(secret) > 1 { // changed
		at := c.rng.IntN(len(secret))
		secret = secret[:at] + string(rune('a'+c.rng.IntN(26))) + secret[at+1:]
	}
	kind := c.rng.IntN(8)
	if c.dull && (kind == 3 || c.rng.IntN(12) > 0) {
		kind = 7
	}
	switch kind {
	case 0:
		return secret
	case 1:
		return fmt.Sprintf("value_%d = \"%s\"", c.rng.IntN(9), secret)
	case 2:
		return secret[:c.rng.IntN(len(secret)+1)] // goes on in the next line, or nowhere
	case 3:
		return []string{"password:", "token =", "-----END RSA PRIVATE KEY-----", "# keysieve\x3aallow generic-secret a test", "secret_key: \\"}[c.rng.IntN(5)]
	}
	return fmt.Sprintf("func line%d() { return %d } // %s", c.rng.IntN(500), c.rng.IntN(500), strings.Repeat("text ", c.rng.IntN(6)))
}

// edit changes a file's lines here and there.
func (c *chronicler) edit(lines []string) []string {
	lines = slices.Clone(lines)
	for range 1 + c.rng.IntN(4) {
		at := c.rng.IntN(len(lines) + 1)
		switch n := c.rng.IntN(5); {
		case n == 0 && at < len(lines):
			lines = slices.Delete(lines, at, min(at+1+c.rng.IntN(4), len(lines)))
		case n == 1 && at < len(lines):
			lines[at] = c.line()
		case n == 2 && len(lines) > 8: // a block moves
			block := slices.Clone(lines[:4])
			lines = append(slices.Clone(lines[4:]), block...)
		default:
			lines = slices.Insert(lines, at, c.line(), c.line())
		}
	}
	return lines
}

func (c *chronicler) data(text string) { fmt.Fprintf(&c.out, "data %d\n%s\n", len(text), text) }

// commit writes a commit of a branch with some edits.
func (c *chronicler) commit(branch, merged int) {
	files := c.branches[branch]
	c.mark++
	fmt.Fprintf(&c.out, "commit refs/heads/b%d\nmark :%d\ncommitter C <c@example.org> %d +0000\n", branch, c.mark, 1_600_000_000+c.mark*1000)
	message := fmt.Sprintf("commit %d", c.mark)
	if c.rng.IntN(10) == 0 {
		message += "\n\n" + c.line()
	}
	c.data(message)
	if head := c.heads[branch]; head > 0 {
		fmt.Fprintf(&c.out, "from :%d\n", head)
	}
	if merged >= 0 {
		fmt.Fprintf(&c.out, "merge :%d\n", c.heads[merged])
		for name, lines := range c.branches[merged] {
			if c.rng.IntN(2) == 0 {
				files[name] = lines
			}
		}
	}
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for range 1 + c.rng.IntN(3) {
		name := fmt.Sprintf("d%d/f%d.txt", c.rng.IntN(4), c.rng.IntN(5))
		switch other := names[c.rng.IntN(len(names))]; c.rng.IntN(6) {
		case 0:
			files[name] = files[other]
			delete(files, other) // renamed
		case 1:
			files[name] = c.edit(append(slices.Clone(files[name]), files[other]...))
		default:
			files[other] = c.edit(files[other])
		}
		if len(files) == 0 {
			files[name] = []string{c.line()}
		}
		names = names[:0]
		for name := range files {
			names = append(names, name)
		}
		slices.Sort(names)
	}
	fmt.Fprint(&c.out, "deleteall\n")
	for _, name := range names {
		if len(files[name]) > 600 {
			files[name] = files[name][:300]
		}
		fmt.Fprintf(&c.out, "M 100644 inline %s\n", name)
		c.data(strings.Join(files[name], "\n"))
	}
	c.heads[branch] = c.mark
}

// history writes so many commits on a few branches.
func (c *chronicler) history(commits int) string {
	for range 3 {
		files := map[string][]string{}
		for n := range 3 {
			lines := []string{}
			for range 40 {
				lines = append(lines, c.line())
			}
			files[fmt.Sprintf("d%d/f%d.txt", n, n)] = lines
		}
		c.branches, c.heads = append(c.branches, files), append(c.heads, 0)
	}
	for n := range commits {
		branch, merged := c.rng.IntN(3), -1
		if other := c.rng.IntN(3); n > 10 && other != branch && c.rng.IntN(6) == 0 && c.heads[other] > 0 && c.heads[branch] > 0 {
			merged = other
		}
		c.commit(branch, merged)
	}
	for i, head := range c.heads {
		if head == 0 {
			continue
		}
		fmt.Fprintf(&c.out, "tag t%d\nfrom :%d\ntagger C <c@example.org> 1700000000 +0000\n", i, head)
		c.data("tag " + c.line())
	}
	c.out.WriteString("done\n")
	return c.out.String()
}

// repository makes a repository with so many commits.
func (c *chronicler) repository(t *testing.T, commits int) (dir string) {
	t.Helper()
	dir = t.TempDir()
	stageGit(t, dir, "init", "-q", "-b", "b0")
	load := exec.Command("git", "-C", dir, "fast-import", "--quiet", "--done", "--force")
	load.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
	load.Stdin = strings.NewReader(c.history(commits))
	if out, err := load.CombinedOutput(); err != nil {
		t.Fatalf("git fast-import: %v\n%s", err, out)
	}
	return dir
}

// TestHistoryEqualsNaiveOnRandomHistories audits random histories, packed in several ways.
func TestHistoryEqualsNaiveOnRandomHistories(t *testing.T) {
	t.Parallel()
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	rounds := 3
	if testing.Short() {
		rounds = 1
	}
	for seed := range rounds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			dir := newChronicler(t, set, uint64(seed)).repository(t, 60) //nolint:gosec // small
			for _, packing := range [][]string{
				nil, {"repack", "-q", "-a", "-d", "-f", "--depth=1", "--window=10"}, {"repack", "-q", "-a", "-d", "-f", "--depth=50", "--window=50"}, {"unpack"},
			} {
				switch {
				case len(packing) == 1:
					unpack(t, dir)
				case packing != nil:
					stageGit(t, dir, packing...)
				}
				if found := compareWithNaive(t, dir, set); found < 50 {
					t.Errorf("after %v: only %d found", packing, found)
				}
			}
		})
	}
}

// unpack makes all objects loose.
func unpack(t *testing.T, dir string) {
	t.Helper()
	cmd := exec.Command("sh", "-c", "mkdir p && mv .git/objects/pack/* p && chmod +w p/* && for f in p/*.pack; do git unpack-objects -q <$f || exit 1; done && rm -r p")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("unpacking: %v\n%s", err, out)
	}
}
