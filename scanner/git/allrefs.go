package git

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// RefKind says what kind of reference it is.
type RefKind uint8

// The kinds of references, in the order in which people look at them.
const (
	RefHead RefKind = iota
	RefBranch
	RefRemote
	RefTag
	RefStash
	RefReflog
	RefOther // notes, pull requests, bisect, what an interrupted command left, other worktrees' HEADs
)

// Reference is something that names an object, so that git keeps it.
type Reference struct {
	Name  string // "refs/heads/main", "HEAD", "MERGE_HEAD", "refs/stash@{1}", "worktrees/x/HEAD"
	Short string // as git shows it: "main", "origin/main", "stash@{1}", "main@{3}"
	Kind  RefKind
	ID    packfile.ID // what it names: a commit, an annotated tag, and seldom a tree or a blob
	// Target is the reference that a symbolic one points to.
	Target string
}

// References gives every reference that keeps objects: HEAD, loose and packed
// references of every kind, the stash with its log, the reflogs' entries (of
// each log an id once, under the lowest number), what an interrupted merge,
// rebase or the like left, and the same of all other worktrees. They are sorted
// by kind and name, those of a log by number. What cannot be read, a name that
// is not valid and a symbolic reference that leads nowhere are given to fail;
// the rest is read.
func (r *Repository) References(ctx context.Context, fail func(name string, err error)) []Reference {
	l := refLister{repo: r, fail: fail, named: map[string]Reference{}}
	dirs := []refDir{{r.commonDir, ""}}
	if r.gitDir != r.commonDir {
		dirs = []refDir{{r.commonDir, "main-worktree/"}, {r.gitDir, ""}}
	}
	others, err := os.ReadDir(filepath.Join(r.commonDir, "worktrees"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		fail("worktrees", fmt.Errorf("list worktrees: %w", err))
	}
	for _, entry := range others {
		dir := filepath.Join(r.commonDir, "worktrees", entry.Name())
		if ctx.Err() != nil || !entry.IsDir() || dir == r.gitDir {
			continue
		}
		dirs = append(dirs, refDir{dir, "worktrees/" + entry.Name() + "/"})
	}
	for _, dir := range dirs {
		if ctx.Err() == nil {
			l.list(dir)
		}
	}
	l.resolve()
	for _, dir := range dirs {
		if ctx.Err() == nil {
			l.logs(dir)
		}
	}
	slices.SortStableFunc(l.found, func(a, b Reference) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(logOf(a.Name), logOf(b.Name)))
	})
	return l.found
}

// logOf is the name without the number of an entry of a log.
func logOf(name string) string {
	name, _, _ = strings.Cut(name, "@{")
	return name
}

// refLister collects references.
type refLister struct {
	repo  *Repository
	fail  func(string, error)
	named map[string]Reference // by name
	found []Reference
}

// note keeps a reference under its name; an earlier one yields.
func (l *refLister) note(name string, id packfile.ID, target string) {
	ref := describeRef(name)
	ref.ID, ref.Target = id, target
	l.named[name] = ref
}

// describeRef gives kind and display name of a reference.
func describeRef(name string) Reference {
	ref := Reference{Name: name, Kind: RefOther}
	full := plumbing.ReferenceName(name)
	prefix := "refs/"
	switch {
	case full == plumbing.HEAD:
		ref.Kind = RefHead
	case full.IsBranch():
		ref.Kind, prefix = RefBranch, "refs/heads/"
	case full.IsRemote():
		ref.Kind, prefix = RefRemote, "refs/remotes/"
	case full.IsTag():
		ref.Kind, prefix = RefTag, "refs/tags/"
	case name == "refs/stash":
		ref.Kind, ref.Short = RefStash, "stash@{0}"
		return ref
	}
	ref.Short = strings.TrimPrefix(name, prefix)
	return ref
}

// refDir is a git directory, and what the names of its own references begin with.
type refDir struct {
	path, prefix string
}

// qualify gives the name that a reference of the directory has here.
func (d refDir) qualify(name string) string {
	if isPerWorktree(name) || d.prefix != "main-worktree/" {
		return d.prefix + name
	}
	return name
}

// list reads the references of a git directory: those that are stored as such, and
// what commands that are not finished remember.
func (l *refLister) list(dir refDir) {
	if !isDir(dir.path) {
		return
	}
	l.unfinished(dir.path, dir.prefix)
	if root := l.repo.refRoot(dir.path); root != dir.path {
		l.unfinished(root, dir.prefix)
	}
	l.repo.refStore(dir.path).each("", func(name string, id packfile.ID, target string) {
		l.note(dir.qualify(name), id, target)
	}, func(name string, err error) { l.fail(dir.prefix+name, err) })
}

// shared reads the references that all worktrees share and whose names begin with
// the prefix.
func (l *refLister) shared(ctx context.Context, prefix string) {
	l.repo.refStore(l.repo.commonDir).each(prefix, func(name string, id packfile.ID, target string) {
		if ctx.Err() == nil {
			l.note(name, id, target)
		}
	}, l.fail)
}

// unfinished reads what commands that are not finished remember in files.
func (l *refLister) unfinished(gitDir, prefix string) {
	// One id a line (MERGE_HEAD of an octopus, FETCH_HEAD), text behind it.
	for _, name := range []string{
		"ORIG_HEAD", "MERGE_HEAD", "FETCH_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "REBASE_HEAD", "BISECT_HEAD", "BISECT_EXPECTED_REV", "AUTO_MERGE",
		"MERGE_AUTOSTASH", "rebase-merge/orig-head", "rebase-merge/onto", "rebase-merge/autostash", "rebase-merge/stopped-sha", "rebase-merge/amend",
		"rebase-apply/orig-head", "rebase-apply/onto", "rebase-apply/autostash", "sequencer/head", "sequencer/abort-safety",
	} {
		l.lines(filepath.Join(gitDir, filepath.FromSlash(name)), prefix+name)
	}
}

// lines reads the ids at the beginnings of a file's lines.
func (l *refLister) lines(path, name string) {
	text, err := readSmall(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotDir) {
		return
	}
	if err != nil {
		l.fail(name, fmt.Errorf("reference %s: %w", name, err))
		return
	}
	n := 0
	for line := range bytes.SplitSeq(text, []byte{'\n'}) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		id, target, err := l.repo.parseRef(line)
		numbered := name
		if n++; n > 1 {
			numbered = fmt.Sprintf("%s (%d)", name, n)
		}
		switch {
		case bytes.HasPrefix(line, []byte("ref:")) && err == nil:
			l.note(numbered, packfile.ID{}, target)
		case err != nil && strings.Contains(name, "/"):
			return // an abbreviated id, which names nothing that is not named elsewhere
		case err != nil:
			l.fail(name, fmt.Errorf("reference %s: %w", name, err))
			return
		default:
			l.note(numbered, id, "")
		}
	}
}

// resolve follows symbolic references and moves all that name an object to found.
func (l *refLister) resolve() {
	for name, ref := range l.named {
		at := ref
		for depth := 0; at.Target != "" && depth <= maxSymbolic; depth++ {
			next, ok := l.named[at.Target]
			if !ok {
				break
			}
			at = next
		}
		switch {
		case at.Target != "" && (ref.Kind == RefHead || strings.HasSuffix(name, "/HEAD") && !strings.HasPrefix(name, "refs/")):
			// The branch that is checked out has no commit yet.
		case at.Target != "":
			l.fail(name, fmt.Errorf("reference %s: symbolic reference to %s, which does not exist or is nested too deep", name, at.Target))
		case at.ID.IsZero():
			if strings.HasPrefix(name, "refs/") {
				l.fail(name, fmt.Errorf("reference %s: it holds the null id", name))
			}
		default:
			ref.ID = at.ID
			l.found = append(l.found, ref)
		}
	}
}

// logs reads all reflogs of a git directory.
func (l *refLister) logs(dir refDir) {
	var log *logLister
	l.repo.refStore(dir.path).logs(func(name string, n int, e LogEntry) {
		if name = dir.qualify(name); log == nil || log.name != name {
			log.end()
			log = l.newLog(name)
		}
		log.entry(n, e)
	}, func(name string, err error) { l.fail(dir.prefix+name, err) })
	log.end()
}

// logLister adds the entries of one reflog, each id once.
type logLister struct {
	refs        *refLister
	name, short string
	kind        RefKind
	seen        map[packfile.ID]bool
	number      int         // of the entry before; -1: there was none
	before      packfile.ID // what that one says the reference was before
}

func (l *refLister) newLog(name string) *logLister {
	ref := describeRef(name)
	log := &logLister{refs: l, name: name, short: ref.Short, kind: RefReflog, seen: map[packfile.ID]bool{}, number: -1}
	if ref.Kind == RefStash {
		log.kind, log.short = RefStash, "stash"
		log.seen[l.named[name].ID] = true // which is stash@{0}
	}
	return log
}

func (log *logLister) add(n int, suffix string, id packfile.ID) {
	if id.IsZero() || log.seen[id] {
		return
	}
	log.seen[id] = true
	at := fmt.Sprintf("@{%d}%s", n, suffix)
	log.refs.found = append(log.refs.found, Reference{Name: log.name + at, Short: log.short + at, Kind: log.kind, ID: id})
}

// entry adds an entry; they come the latest first.
func (log *logLister) entry(n int, e LogEntry) {
	if log.number >= 0 && log.before != e.New {
		log.add(log.number, " (before)", log.before) // the log has a gap
	}
	log.add(n, "", e.New)
	log.number, log.before = n, e.Old
}

// end adds what the reference was before the oldest entry.
func (log *logLister) end() {
	if log != nil {
		log.add(log.number+1, "", log.before)
	}
}
