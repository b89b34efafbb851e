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
	l.packed()
	l.loose(r.commonDir, "")
	l.worktree(r.gitDir, "")
	if r.gitDir != r.commonDir {
		l.loose(r.gitDir, "")
		l.worktree(r.commonDir, "main-worktree/")
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
		l.worktree(dir, "worktrees/"+entry.Name()+"/")
		l.loose(dir, "worktrees/"+entry.Name()+"/")
	}
	l.resolve()
	if ctx.Err() == nil {
		l.logs()
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
	repo   *Repository
	fail   func(string, error)
	prefix string               // of the names that are looked for; empty: all
	named  map[string]Reference // by name
	found  []Reference
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

// packed reads packed-refs: ID SP NAME LF, with lines of comment (#) and of
// peeled tags (^) in between.
func (l *refLister) packed() {
	mapping, err := packfile.Map(filepath.Join(l.repo.commonDir, "packed-refs"))
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		l.fail("packed-refs", fmt.Errorf("read packed-refs: %w", err))
		return
	}
	defer func() { _ = mapping.Close() }()
	err = mapping.Guard(func() error {
		number := 0
		for line := range bytes.SplitSeq(mapping.Bytes(), []byte{'\n'}) {
			number++
			if line = bytes.TrimSuffix(line, []byte{'\r'}); len(line) == 0 || line[0] == '#' || line[0] == '^' {
				continue
			}
			digits, name, ok := bytes.Cut(line, []byte{' '})
			if ok && !bytes.HasPrefix(name, []byte(l.prefix)) {
				continue
			}
			id, err := packfile.ParseID(string(digits))
			if !ok || err != nil || id.Format() != l.repo.Format() || !plumbing.ReferenceName(name).IsSafe() {
				l.fail("packed-refs", fmt.Errorf("packed-refs:%d: malformed line %.80q", number, line))
				continue
			}
			l.note(string(name), id, "")
		}
		return nil
	})
	if err != nil {
		l.fail("packed-refs", fmt.Errorf("read packed-refs: %w", err))
	}
}

// loose reads the files below refs of a git directory; names get a prefix.
func (l *refLister) loose(gitDir, prefix string) {
	root := filepath.Join(gitDir, "refs")
	if l.prefix != "" {
		root = filepath.Join(gitDir, filepath.FromSlash(l.prefix))
	}
	_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		relative, relErr := filepath.Rel(gitDir, path)
		name := filepath.ToSlash(relative)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil || relErr != nil:
			l.fail(prefix+name, fmt.Errorf("list references: %w", errors.Join(err, relErr)))
			return nil
		case entry.IsDir(), strings.HasPrefix(entry.Name(), "."), strings.HasSuffix(name, ".lock"):
			return nil
		case !plumbing.ReferenceName(name).IsSafe():
			l.fail(prefix+name, fmt.Errorf("reference %.200q: %w", name, plumbing.ErrInvalidReferenceName))
			return nil
		}
		l.file(path, prefix+name)
		return nil
	})
}

// file reads one loose reference.
func (l *refLister) file(path, name string) {
	if link, err := os.Readlink(path); err == nil && strings.HasPrefix(link, "refs/") {
		l.note(name, packfile.ID{}, link)
		return
	}
	text, err := readSmall(path)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	var id packfile.ID
	var target string
	if err == nil {
		id, target, err = l.repo.parseRef(text)
	}
	if err != nil {
		l.fail(name, fmt.Errorf("reference %s: %w", name, err))
		return
	}
	l.note(name, id, target)
}

// worktree reads what a worktree's own git directory names: HEAD, and what
// commands that are not finished remember.
func (l *refLister) worktree(gitDir, prefix string) {
	if isDir(gitDir) {
		l.file(filepath.Join(gitDir, "HEAD"), prefix+"HEAD")
	}
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

// logs reads all reflogs: those of the common directory and those of every
// worktree.
func (l *refLister) logs() {
	commonDir := l.repo.commonDir
	l.logDir(filepath.Join(commonDir, "logs"), "")
	if l.repo.gitDir != commonDir {
		l.logDir(filepath.Join(l.repo.gitDir, "logs"), "")
	}
	others, _ := os.ReadDir(filepath.Join(commonDir, "worktrees")) // its error was reported above
	for _, entry := range others {
		if dir := filepath.Join(commonDir, "worktrees", entry.Name()); dir != l.repo.gitDir {
			l.logDir(filepath.Join(dir, "logs"), "worktrees/"+entry.Name()+"/")
		}
	}
}

func (l *refLister) logDir(root, prefix string) {
	_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		relative, relErr := filepath.Rel(root, path)
		name := prefix + filepath.ToSlash(relative)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil || relErr != nil:
			l.fail(name, fmt.Errorf("list reflogs: %w", errors.Join(err, relErr)))
			return nil
		case entry.IsDir(), strings.HasSuffix(name, ".lock"):
			return nil
		}
		if name == "HEAD" && prefix == "" && l.repo.gitDir != l.repo.commonDir && root == filepath.Join(l.repo.commonDir, "logs") {
			name = "main-worktree/HEAD"
		}
		l.log(path, name)
		return nil
	})
}

// log adds the entries of one reflog, each id once.
func (l *refLister) log(path, name string) {
	ref := describeRef(name)
	short := ref.Short
	kind := RefReflog
	if ref.Kind == RefStash {
		kind, short = RefStash, "stash"
	}
	seen := map[packfile.ID]bool{}
	if ref.Kind == RefStash {
		seen[l.named[name].ID] = true // which is stash@{0}
	}
	add := func(n int, suffix string, id packfile.ID) {
		if id.IsZero() || seen[id] {
			return
		}
		seen[id] = true
		at := fmt.Sprintf("@{%d}%s", n, suffix)
		l.found = append(l.found, Reference{Name: name + at, Short: short + at, Kind: kind, ID: id})
	}
	number, before := -1, packfile.ID{}
	l.repo.readReflog(path, func(n int, e LogEntry) bool {
		if number >= 0 && before != e.New {
			add(number, " (before)", before) // the log has a gap
		}
		add(n, "", e.New)
		number, before = n, e.Old
		return true
	}, func(err error) { l.fail(name, err) })
	add(number+1, "", before)
}
