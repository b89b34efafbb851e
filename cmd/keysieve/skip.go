package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/keysieve/keysieve/scanner/git"
)

// skipVariable is how a person goes without a client-side check, and says why.
const skipVariable = "KEYSIEVE_SKIP"

// skipLog is where that is noted, in the git directory that all worktrees share.
const skipLog = "keysieve/skipped"

// skips says whether the environment asks to go without a check. That is
// said, and noted in the repository: a line of time, user, what was not checked and
// the reason, with tabs between. It holds for the checks on a person's own machine
// only: what a server or a pull request's check runs does not ask.
func (a *app) skips(ctx context.Context, repo *git.Repository, what string, f *scanFlags) (bool, error) {
	reason := a.getenv(skipVariable)
	if reason == "" {
		return false, nil
	}
	if strings.TrimSpace(reason) == "" {
		return false, &usageError{skipVariable + " is set, but says no reason", "for example " + skipVariable + `="false alarm, see #12" git commit`}
	}
	reason = newVeil()(reason)
	line := strings.Join([]string{time.Now().UTC().Format(time.RFC3339), a.user(), what, printable(reason)}, "\t")
	path := filepath.Join(repo.CommonDir(), filepath.FromSlash(skipLog))
	noted := "noted in " + a.shortPath(path)
	if err := appendLine(path, line); err != nil {
		noted = fmt.Sprintf("it could not be noted in %s: %v", a.shortPath(path), cause(err))
	}
	say(a.stderr, fmt.Sprintf("nothing was checked: %s, reason: %s", skipVariable, reason), noted+"; a check of the pull request sees what went past")
	return true, a.reportSkipped(ctx, f, commandOf(what), outer(repo), skipVariable+", reason: "+reason)
}

// commandOf is the command that checks what was not checked.
func commandOf(what string) string {
	if what == "push" {
		return "range"
	}
	return what
}

// user is who works here, as the environment says.
func (a *app) user() string {
	for _, name := range []string{"GIT_AUTHOR_EMAIL", "LOGNAME", "USER", "USERNAME"} {
		if value := a.getenv(name); value != "" {
			return printable(value)
		}
	}
	return "unknown"
}

// appendLine adds a line to a file in one write, so that lines of two processes
// do not mix.
func appendLine(path, line string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o666)
	if err != nil {
		return err
	}
	_, err = file.WriteString(line + "\n")
	return errors.Join(err, file.Close())
}
