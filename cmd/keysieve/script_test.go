package main

import (
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/rules/check"
	"github.com/keysieve/keysieve/rules/sample"
)

var update = flag.Bool("update", false, "write what scripts compare files with")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"keysieve": main})
}

// TestScripts runs the scripts below testdata/script: the real command and the
// real git, away from the configuration of whoever runs the test.
//
// Beside testscript's own commands they have
//
//	exits CODE COMMAND ARG...   runs a command that must exit with the code
//	secret NAME RULE            puts a secret that the rule finds into the variable NAME
//	expand FILE...              replaces ${NAME} in files by the variables' values
//	raw FILE TEXT               writes a file; Go escapes in name and text are read
//	audit CODE ARG...           runs keysieve history, see audit_test.go
//	action CODE EVENT FILE...   runs the GitHub Action's script, see action_test.go
//
// so that no script holds a text that looks like a live token.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("..", "..", "testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Setup:               setUpScript,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":  exitsCommand,
			"secret": secretCommand,
			"expand": expandCommand,
			"raw":    rawCommand,
			"audit":  auditCommand,
			"action": actionCommand,
		},
		Condition: func(name string) (bool, error) {
			if name == "root" {
				return os.Geteuid() == 0, nil
			}
			return false, fmt.Errorf("unknown condition %s", name)
		},
	})
}

func setUpScript(env *testscript.Env) error {
	home := filepath.Join(env.WorkDir, ".home")
	if err := os.Mkdir(home, 0o755); err != nil {
		return err
	}
	for name, value := range map[string]string{
		"HOME": home, "XDG_CONFIG_HOME": filepath.Join(home, ".config"),
		"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CEILING_DIRECTORIES": filepath.Dir(env.WorkDir),
		"GIT_AUTHOR_NAME": "A. Author", "GIT_AUTHOR_EMAIL": "author@example.org",
		"GIT_COMMITTER_NAME": "C. Committer", "GIT_COMMITTER_EMAIL": "committer@example.org",
		"TERM": "xterm", "LANG": "C.UTF-8", "LC_ALL": "", "NO_COLOR": "",
	} {
		env.Setenv(name, value)
	}
	return nil
}

func exitsCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%s: %v", args[1], err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("%s exited with %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

// secretCommand makes the same secret for the same name each time, so that a
// failure can be repeated.
func secretCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: secret NAME RULE")
	}
	name, id := args[0], args[1]
	set, err := rules.Builtin()
	ts.Check(err)
	index, ok := set.Index(id)
	if !ok {
		ts.Fatalf("there is no rule %s", id)
	}
	rule := set.Rules()[index]
	var mend func(string) (string, bool)
	if scheme, ok := check.ByName(rule.Check); ok {
		mend = check.Mended(scheme)
	}
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(name + id)) // never fails
	s, err := sample.Generate(rule.Pattern(), rule.SecretGroup, mend, rand.New(rand.NewPCG(1, hash.Sum64())))
	ts.Check(err)
	ts.Setenv(name, s.Secret)
	ts.Setenv(secretNames, strings.TrimSpace(ts.Getenv(secretNames)+" "+name))
}

func expandCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: expand FILE...")
	}
	for _, name := range args {
		path := ts.MkAbs(name)
		text, err := os.ReadFile(path)
		ts.Check(err)
		ts.Check(os.WriteFile(path, []byte(os.Expand(string(text), ts.Getenv)), 0o666))
	}
}

func rawCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: raw FILE TEXT")
	}
	for i := range args {
		text, err := strconv.Unquote(`"` + strings.ReplaceAll(args[i], `"`, `\"`) + `"`)
		ts.Check(err)
		args[i] = text
	}
	path := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(filepath.Dir(path), 0o777))
	ts.Check(os.WriteFile(path, []byte(args[1]), 0o666))
}
