package git

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// place is what Discover should find, relative to the fixture's directory.
type place struct{ workTree, gitDir, commonDir string }

func TestDiscover(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	seed(f)
	f.git("worktree", "add", "-q", "../linked")
	linked := filepath.Join(filepath.Dir(f.dir), "linked")
	f.git("init", "-q", "--bare", "bare.git")
	f.git("init", "-q", "--separate-git-dir", "apart.git", "separate")
	f.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", f.dir, "sub")
	f.git("init", "-q", "moved")
	f.git("-C", "moved", "config", "core.worktree", "../../elsewhere")
	f.write("elsewhere/x", "", "lone/x", "", "lib/x/y/z", "", "moved/d/x", "", "fake/.git/HEAD", "ref: refs/heads/x\n", "fake/x", "")
	if err := os.Symlink("lib/x", filepath.Join(f.dir, "shortcut")); err != nil {
		t.Fatal(err)
	}
	main := place{"", ".git", ".git"}
	tests := []struct {
		name, dir string
		env       []string
		want      place
	}{
		{"root", ".", nil, main},
		{"below", "lib/x/y", nil, main},
		{"by way of a link", "shortcut/y", nil, main},
		{"a directory that is no repository", "fake", nil, main},
		{"inside of .git", ".git/refs", nil, place{"-", ".git", ".git"}},
		{"linked worktree", linked, nil, place{linked, ".git/worktrees/linked", ".git"}},
		{"below a linked worktree", linked + "/lib/x", nil, place{linked, ".git/worktrees/linked", ".git"}},
		{"bare", "bare.git", nil, place{"-", "bare.git", "bare.git"}},
		{"inside of a bare one", "bare.git/objects", nil, place{"-", "bare.git", "bare.git"}},
		{".git file", "separate", nil, place{"separate", "apart.git", "apart.git"}},
		{"submodule", "sub/lib/x", nil, place{"sub", ".git/modules/sub", ".git/modules/sub"}},
		{"core.worktree", "moved/d", nil, place{"elsewhere", "moved/.git", "moved/.git"}},
		{"GIT_DIR", ".", []string{"GIT_DIR=.git"}, main},
		{"no implicit work tree", ".", []string{"GIT_DIR=.git", "GIT_IMPLICIT_WORK_TREE=0"}, place{"-", ".git", ".git"}},
		{"GIT_DIR from below", "lib/x", []string{"GIT_DIR=" + f.dir + "/.git"}, place{"lib/x", ".git", ".git"}},
		{"GIT_DIR and GIT_WORK_TREE", "lib/x", []string{"GIT_DIR=../../.git", "GIT_WORK_TREE=../.."}, main},
		{"GIT_WORK_TREE alone", "lib/x", []string{"GIT_WORK_TREE=" + f.dir + "/lib"}, place{"lib", ".git", ".git"}},
		{"GIT_DIR is a file", "lone", []string{"GIT_DIR=../separate/.git"}, place{"lone", "apart.git", "apart.git"}},
		{"GIT_DIR of a bare one", "lone", []string{"GIT_DIR=../bare.git"}, place{"-", "bare.git", "bare.git"}},
		{"ceiling above", "lib/x/y", []string{"GIT_CEILING_DIRECTORIES=" + filepath.Dir(f.dir)}, main},
		{"ceiling is the start", ".", []string{"GIT_CEILING_DIRECTORIES=" + f.dir}, main},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r, err := Discover(absolute(f.dir, test.dir), environ(test.env...))
			if err != nil {
				t.Fatal(err)
			}
			full := func(path string) string {
				if path == "-" {
					return ""
				}
				return filepath.Clean(absolute(f.dir, path))
			}
			got := place{r.WorkTree(), r.GitDir(), r.CommonDir()}
			want := place{full(test.want.workTree), full(test.want.gitDir), full(test.want.commonDir)}
			if got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
			g := &fixture{t: t, dir: absolute(f.dir, test.dir), env: test.env}
			if top, err := g.try("", "rev-parse", "--show-toplevel"); err == nil && strings.TrimSpace(top) != got.workTree {
				t.Errorf("work tree %s, but git says %s", got.workTree, top)
			} else if err != nil && got.workTree != "" {
				t.Errorf("work tree %s, but git says there is none: %s", got.workTree, top)
			}
			if dir := strings.TrimSpace(g.git("rev-parse", "--absolute-git-dir")); dir != got.gitDir {
				t.Errorf("git directory %s, but git says %s", got.gitDir, dir)
			}
		})
	}
}

func TestDiscoverFindsNone(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	outside, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	f.write("a/b/x", "", "bad/.git", "gitdir: nowhere\n", "text/.git", "hello\n")
	tests := []struct {
		name, dir string
		env       []string
	}{
		{"no repository", outside, nil},
		{"ceiling", f.dir + "/a/b", []string{"GIT_CEILING_DIRECTORIES=/nowhere:" + f.dir}},
		{"ceiling further down", f.dir + "/a/b", []string{"GIT_CEILING_DIRECTORIES=" + f.dir + "/a"}},
		{"GIT_DIR to nothing", f.dir, []string{"GIT_DIR=nothing"}},
		{"GIT_DIR to another directory", f.dir, []string{"GIT_DIR=a"}},
		{".git file to nothing", f.dir + "/bad", nil},
		{".git file with other text", f.dir + "/text", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := Discover(test.dir, environ(test.env...))
			if !errors.Is(err, ErrNotRepository) {
				t.Fatalf("got %v", err)
			}
			if !strings.HasPrefix(err.Error(), "not a git repository") {
				t.Errorf("error %q", err)
			}
			if out, err := (&fixture{t: t, dir: test.dir, env: test.env}).try("", "rev-parse", "--git-dir"); err == nil {
				t.Errorf("git finds %s", out)
			}
		})
	}
	if _, err := Discover(filepath.Join(outside, "absent"), environ()); err == nil || errors.Is(err, ErrNotRepository) {
		t.Errorf("a directory that does not exist: %v", err)
	}
}

func TestFormats(t *testing.T) {
	t.Parallel()
	const v1 = "[core]\n\trepositoryformatversion = 1\n"
	tests := []struct {
		name, config string
		err          string // empty: accepted
	}{
		{"empty", "", ""},
		{"version 0", "[core]\n\trepositoryformatversion = 0\n\tbare = false\n", ""},
		{"version 1", v1, ""},
		{"known extensions", v1 + "[extensions]\n\tobjectFormat = sha1\n\tnoop\n\tpreciousObjects = true\n\tpartialClone = origin\n\trelativeWorktrees = true\n\tworktreeConfig = true\n\trefStorage = files\n", ""},
		{"upper case", v1 + "[EXTENSIONS]\n\tOBJECTFORMAT = sha1\n", ""},
		{"unknown ones in version 0", "[extensions]\n\tfuture = true\n", ""},
		{"version 2", "[core]\n\trepositoryformatversion = 2\n", "repository format version 2"},
		{"reftable", v1 + "[extensions]\n\trefStorage = reftable\n", ""},
		{"reftable elsewhere", v1 + "[extensions]\n\trefStorage = reftable:///elsewhere\n", ""},
		{"new extensions", v1 + "[extensions]\n\tsubmodulePathConfig = true\n\tcompatObjectFormat = sha256\n\tnoop-v1 = true\n", ""},
		{"reftable in version 0", "[extensions]\n\trefStorage = reftable\n", "repositoryformatversion"},
		{"unknown storage of references", v1 + "[extensions]\n\trefStorage = postgres://host\n", "postgres"},
		{"unknown extension", v1 + "[extensions]\n\tfuture = true\n", "extensions.future"},
		{"unknown hash", v1 + "[extensions]\n\tobjectFormat = md5\n", "md5"},
		{"sha256 in version 0", "[extensions]\n\tobjectFormat = sha256\n", "repositoryformatversion"},
		{"version is no number", "[core]\n\trepositoryformatversion = x\n", "not a number"},
		{"bare is no boolean", "[core]\n\tbare = maybe\n", "core.bare"},
		{"syntax", "[core\n", "config"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			f.write(".git/config", test.config)
			_, err := Discover(f.dir, environ())
			switch {
			case test.err == "" && err != nil:
				t.Error(err)
			case test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)):
				t.Errorf("got %v, want an error with %q", err, test.err)
			}
		})
	}
}

// TestConfigAsGit holds the reading of configurations of unusual form against git's.
func TestConfigAsGit(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]string{
		"byte-order mark":               "\ufeff[core]\n\tbare = true\n",
		"carriage returns":              "[core]\r\n\tbare = true\r\n",
		"comments":                      "# one\n; two\n[core] # three\n\tbare = true ; four\n",
		"section and key":               "[core] bare = true\n",
		"no value":                      "[core]\n\tbare\n",
		"number":                        "[core]\n\tbare = 1\n",
		"last one wins":                 "[core]\n\tbare = true\n[other]\n\tx = y\n[core]\n\tbare = false\n",
		"continued line":                "[core]\n\tbare = tr\\\nue\n",
		"quoted":                        "[core]\n\tbare = \"true\"\n",
		"subsections":                   "[branch \"a.b \\\" ]\"]\n\tmerge = refs/heads/x\n[core]\n\tbare = yes\n[alias]\n\tx = \"!f() { echo \\\"a\\\"; }; f\"\n",
		"old subsections":               "[branch.Main]\n\tmerge = x\n[core]\n\tbare = on\n",
		"includes are ignored":          "[include]\n\tpath = /nonexistent\n[includeIf \"gitdir:/x/\"]\n\tpath = y\n[core]\n\tbare = true\n",
		"escapes":                       "[alias]\n\tx = \"a\\tb\\nc\\\\d\\be\"\n[core]\n\tbare = true\n",
		"odd characters":                "[url \"git@host:a/\"]\n\tinsteadOf = https://host/a/\n\tx-y1 = é\n[core]\n\tbare = true\n",
		"value with quotes inside":      "[alias]\n\tx = a \"b c\" d\n[core]\n\tbare = true\n",
		"empty value":                   "[user]\n\tname =\n[core]\n\tbare = true\n",
		"section with dash":             "[git-p4]\n\tuser = x\n[lfs \"https://x\"]\n\taccess = basic\n[core]\n\tbare = true\n",
		"trailing backslash in comment": "# x \\\n[core]\n\tbare = true\n",
		"empty boolean":                 "[core]\n\tbare =\n",
		"spaces":                        "  [core]\t\n \t bare\t=\t true \t\n[x \"y\"]\n a = \" b \" ; c\n",
		"no end of line":                "[core]\n\tbare = true",
		"deep subsection":               "[remote \"a\"]\n\tfetch = +refs/heads/*:refs/remotes/a/*\n\tfetch = x\n[core]\n\tbare = true\n[gui]\n\twmstate = normal\n\tgeometry = 887x427+0+0 \"171 192\"\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			f.write(".git/config", config)
			want := strings.TrimSpace(f.git("config", "--file", ".git/config", "--type=bool", "core.bare")) == "true"
			file, err := decodeConfig(filepath.Join(f.dir, ".git/config"))
			if err != nil {
				t.Fatal(err)
			}
			var lines strings.Builder // as git config --list -z prints them
			for _, v := range file {
				section, key, _ := strings.Cut(v.name, ".")
				if v.sub != "" {
					section += "." + v.sub
				}
				lines.WriteString(section + "." + key)
				if v.hasValue {
					lines.WriteString("\n" + v.value)
				}
				lines.WriteString("\x00")
			}
			if all := f.git("config", "--file", ".git/config", "--no-includes", "--list", "-z"); lines.String() != all {
				t.Errorf("variables are read as %q, git says %q", lines.String(), all)
			}
			c, err := readConfig(filepath.Join(f.dir, ".git"), filepath.Join(f.dir, ".git"))
			if err != nil {
				t.Fatal(err)
			}
			if c.bare == nil || *c.bare != want {
				t.Errorf("bare is read as %v, git says %v", c.bare, want)
			}
		})
	}
}

func TestRelativePath(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.write("a/b/c", "", "d", "")
	if err := os.Symlink("a", filepath.Join(f.dir, "inside")); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(f.dir, link); err != nil {
		t.Fatal(err)
	}
	r := f.discover()
	tests := []struct{ dir, path, want string }{
		{f.dir, "d", "d"}, {f.dir, ".", "."}, {f.dir, "./a//b/../b/c", "a/b/c"}, {f.dir + "/a", "../d", "d"}, {f.dir + "/a/b", "..", "a"},
		{f.dir + "/a", "b/absent", "a/b/absent"}, {"/", f.dir + "/d", "d"}, {link, "d", "d"}, {link + "/a", "b/absent/x", "a/b/absent/x"},
		{link, ".", "."}, {f.dir, "inside", "inside"}, {f.dir, "..d", "..d"}, {f.dir + "/a", "../..", ""}, {f.dir, "../x", ""}, {f.dir, "/", ""}, {f.dir, "/etc/passwd", ""},
	}
	for _, test := range tests {
		got, err := r.RelativePath(test.dir, test.path)
		if got != test.want || (err != nil) != (test.want == "") || err != nil && !errors.Is(err, ErrOutside) {
			t.Errorf("%s in %s: got %q, %v; want %q", test.path, test.dir, got, err, test.want)
		}
	}
}

// FuzzConfig reads any text as a configuration file.
func FuzzConfig(f *testing.F) {
	f.Add("[core]\n\tbare = true\n[a \"b\\\"\"] c = \"x # y\" \\\n z ; w\n[d.e]\nf")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := parseConfig(text)
		if err != nil && !strings.HasPrefix(err.Error(), "line ") {
			t.Errorf("an error without a line: %v", err)
		}
		for _, v := range file {
			if section, key, ok := strings.Cut(v.name, "."); !ok || section == "" || key == "" || v.value != "" && !v.hasValue {
				t.Errorf("variable %+v", v)
			}
		}
	})
}
