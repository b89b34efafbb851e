package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/git"
)

// An object that is not there is as little clean as one that cannot be read. The walk
// visits what is stored, so what is missing shows only in what refers to it: every
// tree, commit and tag that is visited is asked. Objects that nothing
// reaches may lack what they refer to, as git prunes piece by piece; so when
// anything is missing, it is looked for once more from the references.

// links notes what objects refer to and the store lacks. Visitors use it from all goroutines.
type links struct {
	present *git.Presence

	mu     sync.Mutex
	absent int
}

// check says whether an object is stored.
func (l *links) check(id git.ID) bool {
	if l.present.Has(id) {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.absent++
	return false
}

// header checks what a commit or tag refers to. At the boundary of a shallow
// history, parents are missing on purpose.
func (l *links) header(o *git.Object, content []byte, shallow bool) bool {
	header, _, _ := bytes.Cut(content, []byte("\n\n"))
	sound := true
	for line := range bytes.SplitSeq(header, []byte{'\n'}) {
		name, value, _ := bytes.Cut(line, []byte{' '})
		switch {
		case o.Kind == git.KindTag && string(name) == "object":
		case o.Kind == git.KindCommit && (string(name) == "tree" || string(name) == "parent" && !shallow):
		default:
			continue
		}
		if id, err := git.ParseID(string(value)); err == nil && !l.check(id) {
			sound = false
		}
	}
	return sound
}

// reportMissing reports what the references, or the part of the history that is
// audited, reach and the store lacks.
func (h *History) reportMissing(ctx context.Context, skip func(scanner.Skip)) error {
	h.reportTips(ctx, skip)
	if h.links.absent == 0 {
		return nil
	}
	history, err := h.opened(ctx, h.walked, skip)
	if err != nil {
		return err
	}
	set := h.chosen
	if set == nil {
		tips := history.KeptTips()
		if len(tips) == 0 {
			return nil
		}
		if set, err = history.Select(ctx, git.Selection{From: tips}); err != nil {
			return fmt.Errorf("looking for missing objects: %w", err)
		}
	}
	missing, err := history.Missing(ctx, set)
	if err != nil {
		return fmt.Errorf("looking for missing objects: %w", err)
	}
	for _, id := range missing {
		h.tell(id.String(), h.repo.MissingObject(id), skip)
	}
	return nil
}

// reportTips reports references to what is missing.
func (h *History) reportTips(ctx context.Context, skip func(scanner.Skip)) {
	fail := func(what string, err error) { h.tell(what, err, skip) }
	for _, ref := range h.repo.References(ctx, fail) {
		// The reflog may be older than what git keeps.
		if ref.Kind != git.RefReflog && ref.Kind != git.RefOther && !h.links.present.Has(ref.ID) {
			h.tell(ref.Name, h.unseen(ref.ID), skip)
		}
	}
}

// unseen is the error for an object that was not in the store when the audit began: it is missing, or came meanwhile.
func (h *History) unseen(id git.ID) error {
	if _, _, err := h.repo.Objects().Stat(id); err == nil {
		return &arrivedError{id}
	}
	return h.repo.MissingObject(id)
}

// arrivedError says that an object was written while the audit ran, as by a commit or a push.
type arrivedError struct{ id git.ID }

func (e *arrivedError) Error() string {
	return fmt.Sprintf("object %v came while the audit ran and was not read", e.id)
}

// Hint says what to do about it.
func (e *arrivedError) Hint() string {
	return "audit again; with --cache that takes only as long as what is new"
}

// tell reports what cannot be read, each once: the walk, the references and the
// search for places may all meet it. What is an object's is named by its id.
func (h *History) tell(what string, err error, skip func(scanner.Skip)) {
	if words := strings.Fields(what); len(words) == 2 {
		if id, err := git.ParseID(words[1]); err == nil {
			what = id.String()
		}
	}
	h.mu.Lock()
	known := h.told[what]
	h.told[what] = true
	h.mu.Unlock()
	if known {
		return
	}
	s := scanner.Skip{Path: what, Reason: err.Error(), Hint: scanner.HintOf(err)}
	if unlisted := new(git.UnlistedError); errors.As(err, &unlisted) {
		s.Kind = scanner.SkipUnlisted
	}
	var missing *git.MissingError
	if s.Hint == "" && errors.As(err, &missing) {
		s.Hint = "this repository is broken; a fresh clone may have it"
	}
	skip(s)
}
