package git

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestHooksDir compares with what git itself says (git rev-parse --git-path hooks).
func TestHooksDir(t *testing.T) {
	tests := []struct {
		name          string
		system        string
		global, xdg   string
		own, included string // appended to the repository's configuration; beside it
		shared        bool
		environment   string // core.hooksPath by GIT_CONFIG_COUNT
	}{
		{name: "default"},
		{name: "own, relative", own: "[core]\n\thooksPath = hooks dir\n"},
		{name: "own, absolute", own: "[core]\n\thooksPath = /nowhere/hooks\n"},
		{name: "own, in the home directory", own: "[core]\n\thooksPath = ~/hooks\n"},
		{name: "user's", global: "[core]\n\thookspath = ~/hooks\n", shared: true},
		{name: "user's, XDG", xdg: "[core]\n\thooksPath = /xdg\n", shared: true},
		{name: "user's, both", xdg: "[core]\n\thooksPath = /xdg\n", global: "[core]\n\thooksPath = /home\n", shared: true},
		{name: "system's", system: "[core]\n\thooksPath = /system\n", shared: true},
		{name: "all", system: "[core]\n\thooksPath = /system\n", global: "[core]\n\thooksPath = /home\n", own: "[core]\n\thooksPath = /own\n"},
		{name: "environment", own: "[core]\n\thooksPath = /own\n", environment: "~/of the environment"},
		{name: "twice", own: "[core]\n\thooksPath = one\n\thooksPath = two\n"},
		{name: "included", own: "[include]\n\tpath = included\n", included: "[core]\n\thooksPath = three\n"},
		{name: "included, then overridden", own: "[include]\n\tpath = included\n[core]\n\thooksPath = four\n", included: "[core]\n\thooksPath = three\n"},
		{name: "overridden by the included", own: "[core]\n\thooksPath = four\n[include]\n\tpath = included\n", included: "[core]\n\thooksPath = three\n"},
		{name: "included, absent", own: "[include]\n\tpath = absent\n"},
		{name: "on a condition, not about hooks", own: "[includeIf \"onbranch:x\"]\n\tpath = included\n", included: "[core]\n\teditor = x\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			home, err := filepath.EvalSymlinks(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			repo := filepath.Join(home, "repo")
			env := map[string]string{"HOME": home, "GIT_CONFIG_SYSTEM": filepath.Join(home, "system"), "PATH": os.Getenv("PATH")}
			if test.environment != "" {
				env["GIT_CONFIG_COUNT"], env["GIT_CONFIG_KEY_0"], env["GIT_CONFIG_VALUE_0"] = "2", "core.HOOKSpath", test.environment
				env["GIT_CONFIG_KEY_1"], env["GIT_CONFIG_VALUE_1"] = "core.editor", "x"
			}
			put := func(path, text string) {
				if text == "" {
					return
				}
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := f.WriteString(text); err != nil {
					t.Fatal(err)
				}
				if err := f.Close(); err != nil {
					t.Fatal(err)
				}
			}
			run := func(args ...string) string {
				cmd := exec.Command("git", args...)
				for name, value := range env {
					cmd.Env = append(cmd.Env, name+"="+value)
				}
				out, err := cmd.Output()
				if err != nil {
					t.Fatalf("git %q: %v", args, err)
				}
				return strings.TrimSuffix(string(out), "\n")
			}
			run("init", "-q", repo)
			put(env["GIT_CONFIG_SYSTEM"], test.system)
			put(filepath.Join(home, ".gitconfig"), test.global)
			put(filepath.Join(home, ".config/git/config"), test.xdg)
			put(filepath.Join(repo, ".git/config"), test.own)
			put(filepath.Join(repo, ".git/included"), test.included)

			getenv := func(name string) string { return env[name] }
			r, err := Discover(repo, getenv)
			if err != nil {
				t.Fatal(err)
			}
			dir, err := r.HooksDir(getenv)
			if err != nil {
				t.Fatal(err)
			}
			want := run("-C", repo, "rev-parse", "--git-path", "hooks")
			if !filepath.IsAbs(want) {
				want = filepath.Join(repo, want)
			}
			if dir.Path != want || dir.Shared != test.shared || dir.Environment != (test.environment != "") {
				t.Errorf("%+v, git says %s", dir, want)
			}
		})
	}
}

func TestHooksDirUndecided(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.Command("git", "init", "-q", dir).CombinedOutput(); err != nil {
		t.Fatalf("git init: %v: %s", err, out)
	}
	for name, text := range map[string]string{
		"config":   "[core]\n\trepositoryformatversion = 0\n[includeIf \"gitdir:/x\"]\n\tpath = included\n",
		"included": "[core]\n\thooksPath = x\n",
		"loop":     "[include]\n\tpath = loop\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, ".git", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	none := func(name string) string { return map[string]string{"GIT_CONFIG_NOSYSTEM": "1"}[name] }
	r, err := Discover(dir, none)
	if err != nil {
		t.Fatal(err)
	}
	var undecided *UndecidedError
	if _, err := r.HooksDir(none); !errors.As(err, &undecided) || filepath.Base(undecided.Included) != "included" {
		t.Errorf("error %v", err)
	}
	if _, err := r.HooksDir(func(name string) string {
		if name == "GIT_CONFIG_GLOBAL" {
			return filepath.Join(dir, ".git/loop")
		}
		return none(name)
	}); err == nil || !strings.Contains(err.Error(), "include one another") {
		t.Errorf("error %v", err)
	}
}
