package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/keysieve/keysieve/scanner/git"
)

// A hookType is a hook of git that keysieve can be.
type hookType struct {
	name    string // of the hook and its file, as githooks(5) has it
	command string // what it runs, for the user
	line    string // the same as a line of a shell script
	when    string // for the user
	stdin   bool   // git says something on standard input
	client  bool   // it runs where somebody works, who may go without it
	tree    bool   // it runs where there is a work tree only
	run     string // the shell command that checks; "$keysieve" is the program, "$input" what git said
	bypass  string // how to go without it once
}

// hookTypes lists every hook type, the default first.
func hookTypes() []hookType {
	const server = "A hook of the receiving side: those who push cannot go without it."
	return []hookType{
		{
			name: "pre-commit", command: "staged", line: "keysieve staged", when: "before every commit", run: `"$keysieve" staged`, client: true, tree: true,
			bypass: "To commit once all the same: KEYSIEVE_SKIP=reason git commit (it is noted), or git commit --no-verify. A check of the pull request sees it nevertheless.",
		},
		{
			name: "pre-push", command: "range --stdin --remote REMOTE", line: `keysieve range --stdin --remote "$1"`, when: "before every push", stdin: true, client: true,
			run:    `printf '%s' "$input" | "$keysieve" range --stdin --remote "$1"`,
			bypass: "To push once all the same: KEYSIEVE_SKIP=reason git push (it is noted), or git push --no-verify. A check of the pull request sees it nevertheless.",
		},
		{
			name: "pre-receive", command: "range --stdin", line: "keysieve range --stdin", when: "before a push is accepted", stdin: true,
			run: `printf '%s' "$input" | "$keysieve" range --stdin`, bypass: server,
		},
		{
			name: "update", command: "range --stdin", line: `printf '%s %s %s\n' "$2" "$3" "$1" | keysieve range --stdin`, when: "before each reference of a push is accepted",
			run: `printf '%s %s %s\n' "$2" "$3" "$1" | "$keysieve" range --stdin`, bypass: server,
		},
	}
}

func hookTypeNames() []string {
	var names []string
	for _, t := range hookTypes() {
		names = append(names, t.name)
	}
	return names
}

// hookFlags are the raw flags of install and uninstall.
type hookFlags struct {
	typeName string
	dir      string
}

func (f *hookFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.typeName, "type", hookTypeNames()[0], "the `HOOK`: "+joined(hookTypeNames()))
	cmd.Flags().StringVar(&f.dir, "hooks-dir", "", "use the hooks directory `DIR` instead of the one that git's configuration names")
	valuesOf(cmd, "type", hookTypeNames())
	_ = cmd.MarkFlagDirname("hooks-dir") // the flag exists
}

func (a *app) hookCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "hook COMMAND",
		Short: "install or remove a Git hook",
		Example: `  keysieve hook install
  keysieve hook install --type pre-push
  keysieve hook uninstall`,
	}
	return subCommands(cmd, a.hookInstallCommand(), a.hookUninstallCommand())
}

func (a *app) hookInstallCommand() *cobra.Command {
	var flags hookFlags
	cmd := &cobra.Command{
		Use:   "install [flags]",
		Short: "check every commit, or every push, from now on",
		Long: `Install a Git hook. --type says which:

  pre-commit    checks what is staged before every commit (the default)
  pre-push      checks every commit that a push brings and the remote has not
  pre-receive   the same on the receiving side, for all references at once
  update        the same for each reference on its own

The hook goes into the directory that git takes hooks from: core.hooksPath of
the system's, the user's or the repository's configuration, else .git/hooks,
which all worktrees share. Included files are heeded; where one that is included
on a condition sets core.hooksPath, --hooks-dir has to say what holds.

A hook that is there already is kept beside the new one and runs first, with the
same arguments and input; if it fails, the commit or push is refused with its exit
status. Installing again changes nothing but the path of keysieve. The hook of the
pre-commit program is such a hook; it may be installed before or after this one.

git runs no pre-commit hook for a merge that it completes by itself. Such a merge
brings what was committed, and checked, before.

To go without it once: KEYSIEVE_SKIP=REASON git commit, which is noted in the
repository's keysieve/skipped file, or git commit --no-verify, which is not. The
check of a pull request (keysieve range) sees what went past. On the receiving
side neither helps.`,
		Example: `  keysieve hook install
  keysieve hook install --type pre-push
  keysieve -C /srv/project.git hook install --type pre-receive
  keysieve -C ../project hook install
  keysieve hook install --hooks-dir .githooks`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error { return a.installHook(&flags) },
	}
	flags.add(cmd)
	return cmd
}

func (a *app) hookUninstallCommand() *cobra.Command {
	var flags hookFlags
	cmd := &cobra.Command{
		Use:   "uninstall [flags]",
		Short: "remove the hook and restore what was there before",
		Example: `  keysieve hook uninstall
  keysieve -C ../project hook uninstall`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error { return a.uninstallHook(&flags) },
	}
	flags.add(cmd)
	return cmd
}

// resolveHook finds the hook's type and the directory that git takes it from.
func (a *app) resolveHook(f *hookFlags) (hookFile, git.HooksDir, error) {
	hook := hookFile{show: a.shortPath}
	var dir git.HooksDir
	for _, t := range hookTypes() {
		if t.name == f.typeName {
			hook.kind = t
		}
	}
	if hook.kind.name == "" {
		return hook, dir, unknown("hook type", f.typeName, hookTypeNames())
	}
	cwd, err := workingDirectory()
	if err != nil {
		return hook, dir, err
	}
	repo, err := git.Discover(cwd, a.getenv)
	if err != nil {
		return hook, dir, err
	}
	if f.dir != "" {
		dir.Path, err = filepath.Abs(f.dir)
	} else {
		dir, err = repo.HooksDir(a.getenv)
	}
	var undecided *git.UndecidedError
	var empty *git.EmptyHooksPathError
	switch {
	case errors.As(err, &undecided):
		err = &usageError{undecided.Error(), `say which directory git uses: --hooks-dir "$(git config core.hooksPath)"`}
	case errors.As(err, &empty):
		err = &usageError{empty.Error(), "git config --show-origin core.hooksPath tells who says so"}
	}
	hook.dir, hook.bare = dir.Path, repo.WorkTree() == "" && !hasWorkTrees(repo)
	return hook, dir, err
}

// hasWorkTrees says whether worktrees belong to the repository, as they may to a bare one, too.
func hasWorkTrees(repo *git.Repository) bool {
	entries, err := os.ReadDir(filepath.Join(repo.CommonDir(), "worktrees"))
	return err == nil && len(entries) > 0
}

func (a *app) installHook(f *hookFlags) error {
	hook, dir, err := a.resolveHook(f)
	if err != nil {
		return err
	}
	if hook.bare && hook.kind.tree {
		return &usageError{
			fmt.Sprintf("nothing is committed in a bare repository: a %s hook would never run there", hook.kind.name),
			"to check what is pushed to it: keysieve hook install --type pre-receive",
		}
	}
	if err := a.refuseManaged(hook.kind, dir.Path); err != nil {
		return err
	}
	binary, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the path of keysieve itself: %w", err)
	}
	before, err := hook.state()
	if err != nil {
		return err
	}
	if err := hook.install(before, binary); err != nil {
		return err
	}
	_, err = fmt.Fprintln(a.stdout, printableLines(append(hook.installedLines(before), a.hookNotes(dir, binary)...)))
	return asIncomplete(err)
}

// installedLines says what installing has done.
func (h hookFile) installedLines(before hookState) []string {
	verb, path := "installed", h.path()
	if before.installed() {
		verb = "renewed"
	}
	if before.managed() {
		path = h.legacyPath()
	}
	lines := []string{fmt.Sprintf("%s %s: keysieve %s runs %s", verb, h.show(path), h.kind.command, h.kind.when)}
	kept := before.hook >= preCommits || before.chained != nobody
	switch {
	case before.managed():
		lines = append(lines, fmt.Sprintf("the hook of the pre-commit program, %s, runs it", h.show(h.path())))
	case kept && before.idle:
		lines = append(lines, fmt.Sprintf("the hook that was there is now %s; it is not executable, so it does not run, as it did not before", h.show(h.chainedPath())))
	case kept:
		lines = append(lines, fmt.Sprintf("the hook that was there is now %s and runs first", h.show(h.chainedPath())))
	}
	return lines
}

// hookNotes says what else somebody who installs a hook should know.
func (a *app) hookNotes(dir git.HooksDir, binary string) []string {
	var lines []string
	switch {
	case dir.Environment:
		lines = append(lines, fmt.Sprintf("core.hooksPath is set by the environment (%s): the hook runs only where that is set", dir.Source))
	case dir.Shared:
		lines = append(lines, fmt.Sprintf("core.hooksPath in %s: this hook runs in every repository that uses that configuration", dir.Source))
	}
	if strings.Contains(filepath.ToSlash(binary), "/go-build") {
		lines = append(lines, "this keysieve was built by go run and will vanish: install it with go install, so that the hook finds it in PATH")
	}
	return lines
}

func printableLines(lines []string) string {
	for i := range lines {
		lines[i] = printable(lines[i])
	}
	return strings.Join(lines, "\n")
}

func (a *app) uninstallHook(f *hookFlags) error {
	hook, dir, err := a.resolveHook(f)
	if err != nil {
		return err
	}
	before, err := hook.state()
	if err != nil {
		return err
	}
	text := "removed " + a.shortPath(hook.ownPath(before))
	switch {
	case !before.installed():
		text = "no hook of keysieve in " + a.shortPath(dir.Path)
	case before.managed() && before.chained > preCommits, !before.managed() && before.hook == keysieves && before.chained != nobody:
		text = "restored the former " + a.shortPath(hook.ownPath(before))
	}
	if before.installed() {
		if err := hook.uninstall(before); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintln(a.stdout, printable(text))
	return asIncomplete(err)
}

// refuseManaged refuses directories whose hooks another program writes anew,
// or that run no hooks, and says what to do instead.
func (a *app) refuseManaged(kind hookType, dir string) error {
	base, parent := filepath.Base(dir), filepath.Base(filepath.Dir(dir))
	if base == ".husky" || (base == "_" && parent == ".husky") {
		return &usageError{
			message: fmt.Sprintf("the hooks of this repository are managed by husky (%s)", a.shortPath(dir)),
			hint:    fmt.Sprintf("add this line to .husky/%s: %s", kind.name, kind.line),
		}
	}
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return &usageError{
			message: fmt.Sprintf("the hooks directory %s is not a directory: git runs no hooks here", a.shortPath(dir)),
			hint:    "git config --show-origin core.hooksPath tells who says so",
		}
	} else if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("look at the hooks directory: %w", err)
	}
	return nil
}
