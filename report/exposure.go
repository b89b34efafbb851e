package report

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/keysieve/keysieve/scanner"
)

// standing ranks what still reaches a secret of a history, the most urgent first.
type standing uint8

const (
	standsInHead  standing = iota
	standsAtTip            // the commit of a branch, remote branch or tag holds it
	standsInPast           // only the history of one of these, or of HEAD, does
	standsUnknown          // where it is reached from was not found out: not to be taken lightly
	standsAside            // a stash, the reflog, notes and the like
	standsNowhere          // no reference: dangling
)

func standingOf(e *scanner.Exposure) standing {
	switch {
	case e == nil:
		return standsUnknown
	case e.InHead:
		return standsInHead
	}
	best := standsNowhere
	for _, r := range e.Refs {
		best = min(best, standingAt(r))
	}
	return best
}

func standingAt(r scanner.Reach) standing {
	switch r.Kind {
	case scanner.RefHead, scanner.RefBranch, scanner.RefRemote, scanner.RefTag:
		if r.Tip {
			return standsAtTip
		}
		return standsInPast
	}
	return standsAside
}

// introduced returns the place that brought the secret, and whether it is the
// finding's first, which the excerpt is of.
func introduced(f *scanner.Finding) (scanner.Place, bool) {
	if f.Exposure == nil || f.Exposure.First == nil {
		return f.Places[0], true
	}
	i := slices.IndexFunc(f.Places, func(p scanner.Place) bool { return p.Commit == f.Exposure.First.ID })
	return f.Places[max(i, 0)], i <= 0
}

// namedRefs is how many references a sentence names; it counts the others.
const namedRefs = 3

// whereabouts says in a phrase what reaches a secret, and for how long. show makes the name
// of a reference fit to be seen; all names every one.
func whereabouts(e *scanner.Exposure, show func(string) string, all bool) string {
	if e == nil {
		return "what reaches it could not be found out"
	}
	names := func(s standing) string { return nameRefs(e.Refs, s, show, all) }
	now := standingOf(e)
	if now == standsInHead {
		return "in " + countTips(e.Refs) + lasting(e)
	}
	if e.Removed != nil {
		said := "removed from HEAD" + after(e)
		switch now {
		case standsAtTip:
			return said + "; still in " + names(now)
		case standsInPast:
			return said + "; still in the history of " + names(now)
		case standsAside:
			return said + "; still in " + names(now)
		}
		return said + "; reached by no reference"
	}
	switch now {
	case standsAtTip:
		return "not in HEAD; in " + names(now) + lasting(e)
	case standsInPast:
		return "not in HEAD; in the history of " + names(now)
	case standsAside:
		if e.First == nil && len(e.Refs) == 1 && e.Refs[0].Name == "index" {
			return "staged, in no commit"
		}
		return "not in any branch: " + names(now)
	}
	return "reached by no reference (dangling)"
}

// countTips says which references' own commits hold a secret that HEAD's holds.
func countTips(refs []scanner.Reach) string {
	counts := make(map[scanner.RefKind]int)
	for _, r := range refs {
		if r.Tip {
			counts[r.Kind]++
		}
	}
	words := []string{"HEAD"}
	for _, kind := range []struct {
		kind scanner.RefKind
		noun noun
	}{
		{scanner.RefBranch, noun{"branch", "branches"}},
		{scanner.RefRemote, noun{"remote branch", "remote branches"}},
		{scanner.RefTag, noun{"tag", "tags"}},
	} {
		if n := counts[kind.kind]; n > 0 {
			words = append(words, count(n, kind.noun))
		}
	}
	return enumerate(words)
}

// nameRefs names the references that reach a secret in a way. HEAD is left out
// where the branch that it names says the same.
func nameRefs(refs []scanner.Reach, s standing, show func(string) string, all bool) string {
	var names []string
	head := false
	for _, r := range refs {
		switch {
		case standingAt(r) != s:
		case r.Kind == scanner.RefHead:
			head = true
		default:
			names = append(names, show(r.Name))
		}
	}
	if head && len(names) == 0 {
		return "HEAD"
	}
	return some(names, namedRefs, all)
}

// some lists words, and counts those beyond n unless all are asked for.
func some(words []string, n int, all bool) string {
	if all || len(words) <= n {
		return strings.Join(words, ", ")
	}
	return strings.Join(words[:n], ", ") + " and " + number(len(words)-n) + " more"
}

// enumerate joins words as a sentence does.
func enumerate(words []string) string {
	last := len(words) - 1
	if last == 0 {
		return words[0]
	}
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

func days(n int) string { return count(n, noun{"day", "days"}) }

// lasting says for how long a secret has been exposed.
func lasting(e *scanner.Exposure) string {
	if e.Days <= 0 {
		return ""
	}
	return ", for " + atLeast(e) + days(e.Days)
}

// atLeast goes before a number of days that begin where a shallow clone does.
func atLeast(e *scanner.Exposure) string {
	if e.AtBoundary {
		return "at least "
	}
	return ""
}

// after says how long HEAD's history held the secret, in days begun; nothing when
// the clocks of the two commits disagree.
func after(e *scanner.Exposure) string {
	first, removed := e.First, e.Removed
	if first == nil || first.Date.IsZero() || removed.Date.Before(first.Date) {
		return ""
	}
	n := math.Ceil(float64(removed.Date.Sub(first.Date)) / float64(24*time.Hour))
	return " after " + atLeast(e) + days(max(int(n), 1))
}
