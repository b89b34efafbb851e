package git

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// RevisionError says that a text names no object.
type RevisionError struct {
	Revision string
	Reason   string // lower case, no full stop
	// Candidates are the objects that an abbreviated id may mean, if there are
	// several.
	Candidates []packfile.ID
	// Fetch is the command that may bring what the text names, where this clone
	// lacks it on purpose; Shallow says that it ends before its first commits.
	Fetch   string
	Shallow bool
	names   func() []string
}

// Error says what is wrong with which revision.
func (e *RevisionError) Error() string {
	return fmt.Sprintf("revision %.200q: %s", e.Revision, e.Reason)
}

// Names are the short names of all references, sorted, to choose a suggestion from.
func (e *RevisionError) Names() []string {
	if e.names == nil {
		return nil
	}
	return e.names()
}

// Resolve gives the object that a revision names, as git rev-parse does
// (gitrevisions(7)): ids, also abbreviated to four digits or more and as git
// describe writes them, references by their short names in git's order, @,
// REF@{n}, @{n}, then any number of ~n, ^n, ^{}, ^{commit}, ^{tree}, ^{blob},
// ^{tag} and ^{object}. Grafts, replacements and the shallow boundary are
// heeded. Not understood, and said so, are dates and upstreams in @{…},
// searches (^{/…}, :/…) and paths (REV:PATH). What names nothing is a
// *RevisionError.
func (r *Repository) Resolve(ctx context.Context, revision string) (packfile.ID, error) {
	v := resolver{repo: r, ctx: ctx, text: revision}
	id, err := v.resolve(false)
	if err != nil {
		return packfile.ID{}, err
	}
	return id, nil
}

// ResolveCommit is Resolve for a commit: tags are followed, and of the objects
// that an abbreviated id may mean, only commits and tags of commits count.
func (r *Repository) ResolveCommit(ctx context.Context, revision string) (packfile.ID, error) {
	v := resolver{repo: r, ctx: ctx, text: revision}
	id, err := v.resolve(true)
	if err != nil {
		return packfile.ID{}, err
	}
	if id, err = v.peel(id, packfile.KindCommit); err != nil {
		return packfile.ID{}, err
	}
	return id, nil
}

// resolver is one revision on its way.
type resolver struct {
	repo    *Repository
	ctx     context.Context //nolint:containedctx // of one call
	text    string
	changed *rewrites // read when first needed
}

func (v *resolver) errorf(format string, arguments ...any) *RevisionError {
	return &RevisionError{Revision: v.text, Reason: fmt.Sprintf(format, arguments...), names: func() []string { return v.repo.shortNames(context.WithoutCancel(v.ctx)) }}
}

// resolve reads the whole text. commitish says that a commit is wanted.
func (v *resolver) resolve(commitish bool) (packfile.ID, error) {
	end := v.baseEnd()
	base, suffix := v.text[:end], v.text[end:]
	switch {
	case v.text == "":
		return packfile.ID{}, v.errorf("empty")
	case strings.HasPrefix(base, "-"):
		return packfile.ID{}, v.errorf("it begins with a dash")
	case strings.Contains(base, ".."):
		return packfile.ID{}, v.errorf("a range, where one revision is expected")
	case strings.Contains(base, ":"):
		return packfile.ID{}, v.errorf("paths and searches (with a colon) are not understood")
	}
	hint := commitish && suffix == "" || strings.HasPrefix(suffix, "~") || strings.HasPrefix(suffix, "^") && !strings.HasPrefix(suffix, "^{") || strings.HasPrefix(suffix, "^{commit}")
	id, err := v.base(base, hint)
	for err == nil && suffix != "" {
		id, suffix, err = v.step(id, suffix)
	}
	return id, err
}

// baseEnd gives where the suffixes begin: at the first ^ or ~ that is not
// within braces.
func (v *resolver) baseEnd() int {
	for at := 0; at < len(v.text); at++ {
		switch {
		case strings.HasPrefix(v.text[at:], "@{"):
			n := strings.IndexByte(v.text[at:], '}')
			if n < 0 {
				return len(v.text)
			}
			at += n
		case v.text[at] == '^', v.text[at] == '~':
			return at
		}
	}
	return len(v.text)
}

// step applies the first suffix.
func (v *resolver) step(id packfile.ID, suffix string) (_ packfile.ID, rest string, err error) {
	if word, ok := strings.CutPrefix(suffix, "^{"); ok {
		word, rest, ok := strings.Cut(word, "}")
		if !ok {
			return id, "", v.errorf("no closing brace")
		}
		id, err = v.peelTo(id, word)
		return id, rest, err
	}
	digits := 0
	for digits < len(suffix)-1 && suffix[1+digits] >= '0' && suffix[1+digits] <= '9' {
		digits++
	}
	n, parseErr := 1, error(nil)
	if digits > 0 {
		n, parseErr = strconv.Atoi(suffix[1 : 1+digits])
	}
	if parseErr != nil {
		return id, "", v.errorf("%s is out of range", suffix[1:1+digits])
	}
	rest = suffix[1+digits:]
	if id, err = v.peel(id, packfile.KindCommit); err != nil {
		return id, "", err
	}
	switch suffix[0] {
	case '^':
		if n > 0 {
			id, err = v.parent(id, n)
		}
	case '~':
		id, err = v.ancestor(id, n, strings.TrimSuffix(v.text, suffix))
	default:
		err = v.errorf("%.40q is not understood", suffix)
	}
	return id, rest, err
}

// rewrites reads what makes history another than stored.
func (v *resolver) rewrites() *rewrites {
	if v.changed == nil {
		w := v.repo.rewritesNow(v.ctx, func(string, error) {}) // a revision needs few of them; an audit reports
		v.changed = &w
	}
	return v.changed
}

// ancestor goes n times to the first parent; text is what names the commit.
func (v *resolver) ancestor(id packfile.ID, n int, text string) (packfile.ID, error) {
	for k := range n {
		if err := v.ctx.Err(); err != nil {
			return id, err
		}
		next, err := v.parent(id, 1)
		var short *RevisionError
		if errors.As(err, &short) && !short.Shallow {
			return id, v.errorf("%.80s has only %d ancestors along first parents", text, k)
		}
		if err != nil {
			return id, err
		}
		id = next
	}
	return id, nil
}

// parent gives the nth parent of a commit, from 1.
func (v *resolver) parent(id packfile.ID, n int) (packfile.ID, error) {
	c, err := v.repo.Commit(v.rewrites().content(id))
	if err != nil {
		return id, fmt.Errorf("revision %.200q: %w", v.text, err)
	}
	parents := v.rewrites().parents(id, c.Parents)
	if n <= len(parents) {
		return parents[n-1], nil
	}
	if v.rewrites().shallow[id] {
		err := v.errorf("the history is shallow and ends at %s", id)
		err.Fetch, err.Shallow = "git fetch --unshallow", true
		return id, err
	}
	return id, v.errorf("commit %s has %d parents", id, len(parents))
}

// peelTo reads what stands in ^{…}.
func (v *resolver) peelTo(id packfile.ID, word string) (packfile.ID, error) {
	switch word {
	case "":
		return v.peel(id, 0)
	case "object":
		_, err := v.kind(id)
		return id, err
	case "tag":
		if kind, err := v.kind(id); err != nil || kind == packfile.KindTag {
			return id, err
		}
		return id, v.errorf("%s is no tag", id)
	case "commit", "tree", "blob":
		kind, _ := packfile.ParseKind(word) // one of those above
		return v.peel(id, kind)
	}
	return id, v.errorf("^{%.40s} is not understood", word)
}

func (v *resolver) kind(id packfile.ID) (packfile.Kind, error) {
	kind, _, err := v.repo.Objects().Stat(v.rewrites().content(id))
	var missing *MissingError
	if errors.As(err, &missing) && !strings.HasPrefix(missing.hint, unindexedHint) {
		missing.hint = v.repo.fetchHint(missing.ID)
	}
	if err != nil {
		err = fmt.Errorf("revision %.200q: %w", v.text, err)
	}
	return kind, err
}

// peel follows tags, and a commit to its tree, until the kind is as wanted (0:
// no tag).
func (v *resolver) peel(id packfile.ID, want packfile.Kind) (packfile.ID, error) {
	for range maxTagDepth {
		kind, err := v.kind(id)
		if err != nil {
			return id, err
		}
		switch {
		case kind == want, want == 0 && kind != packfile.KindTag:
			return id, nil
		case kind == packfile.KindTag:
			tag, err := v.repo.Tag(v.rewrites().content(id))
			if err != nil {
				return id, fmt.Errorf("revision %.200q: %w", v.text, err)
			}
			id = tag.Object
		case kind == packfile.KindCommit && want == packfile.KindTree:
			c, err := v.repo.Commit(v.rewrites().content(id))
			if err != nil {
				return id, fmt.Errorf("revision %.200q: %w", v.text, err)
			}
			return c.Tree, nil
		default:
			return id, v.errorf("it is a %s, not a %s", kind, want)
		}
	}
	return id, v.errorf("tags are nested too deep")
}

// base resolves what stands before the suffixes.
func (v *resolver) base(text string, commitish bool) (packfile.ID, error) {
	if name, braces, ok := strings.Cut(text, "@{"); ok {
		return v.log(name, braces)
	}
	if text == "@" {
		text = "HEAD"
	}
	if len(text) == 2*v.repo.Format().Size() {
		if id, err := packfile.ParseID(text); err == nil {
			return id, nil
		}
	}
	if _, id, err := v.ref(text); err != nil || !id.IsZero() {
		return id, err
	}
	if at := strings.LastIndex(text, "-g"); at >= 0 {
		if id, err := v.abbreviated(text[at+2:], true); err == nil {
			return id, nil
		}
	}
	return v.abbreviated(text, commitish)
}

// ref finds a reference by a short name: the zero ID if there is none.
func (v *resolver) ref(short string) (full string, id packfile.ID, err error) {
	for _, rule := range plumbing.RefRevParseRules {
		name := strings.Replace(rule, "%s", short, 1)
		if _, local := splitWorktree(name); !isSafeRef(local) || validateRef(name) != nil {
			continue
		}
		id, err := v.repo.Ref(name)
		if err != nil {
			return "", packfile.ID{}, fmt.Errorf("revision %.200q: %w", v.text, err)
		}
		if !id.IsZero() {
			return name, id, nil
		}
	}
	return "", packfile.ID{}, nil
}

// log resolves NAME@{…}; no name is the branch that is checked out.
func (v *resolver) log(name, braces string) (packfile.ID, error) {
	digits, rest, ok := strings.Cut(braces, "}")
	n, err := strconv.Atoi(digits)
	if !ok || rest != "" || err != nil || n < 0 || digits[0] == '+' {
		return packfile.ID{}, v.errorf("@{%.40s is not understood: only numbers are", braces)
	}
	full := "HEAD"
	if name != "" && name != "@" {
		var id packfile.ID
		if full, id, err = v.ref(name); err != nil {
			return id, err
		}
		if full == "" {
			return id, v.errorf("there is no reference %.80q", name)
		}
	} else if name == "" {
		if _, target, err := v.repo.readRef("HEAD"); err == nil && target != "" {
			full = target
		}
	}
	id, err := v.repo.logNumber(full, n)
	switch {
	case err == nil && !id.IsZero():
		return id, nil
	case n == 0:
		id, err = v.repo.Ref(full)
		if err == nil && !id.IsZero() {
			return id, nil
		}
	case err == nil:
		err = errors.New("the reference did not exist then")
	}
	return packfile.ID{}, v.errorf("%v", err)
}

// minAbbreviation is the least number of digits, as for git.
const minAbbreviation = 4

// maxCandidates bounds how many objects an error names.
const maxCandidates = 10

// abbreviated finds the only object whose id begins with some digits.
func (v *resolver) abbreviated(digits string, commitish bool) (packfile.ID, error) {
	if _, ok := v.repo.Format().ParsePrefix(digits); !ok || len(digits) < minAbbreviation {
		return packfile.ID{}, v.nothing(digits)
	}
	seen := map[packfile.ID]bool{}
	var found []packfile.ID
	err := v.repo.Objects().eachPrefix(strings.ToLower(digits), func(id packfile.ID) bool {
		if !seen[id] {
			seen[id] = true
			found = append(found, id)
		}
		return v.ctx.Err() == nil
	})
	if len(found) == 0 && err != nil {
		return packfile.ID{}, fmt.Errorf("revision %.200q: %w", v.text, err)
	}
	if err := v.ctx.Err(); err != nil {
		return packfile.ID{}, err
	}
	if len(found) > 1 && commitish {
		kept := found[:0:0]
		for _, id := range found {
			if _, err := v.peel(id, packfile.KindCommit); err == nil {
				kept = append(kept, id)
			}
		}
		if len(kept) > 0 {
			found = kept
		}
	}
	switch len(found) {
	case 0:
		return packfile.ID{}, v.nothing(digits)
	case 1:
		return found[0], nil
	}
	return packfile.ID{}, v.ambiguous(found)
}
