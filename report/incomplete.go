package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/keysieve/keysieve/scanner"
)

// A scan is incomplete where something was not read, and where not all that was found is listed: a report must not call the
// one the other.

func isUnlisted(s scanner.Skip) bool { return s.Kind == scanner.SkipUnlisted }

func hasUnlisted(result scanner.Result) bool { return slices.ContainsFunc(result.Skipped, isUnlisted) }

// unlistedSaid says that not all is listed.
const unlistedSaid = "not all that was found is listed"

// unread says how much of the whole was not read, and whether all that was found is listed.
func (p *page) unread(result scanner.Result) string {
	paths := make(map[string]bool) // a file may be skipped for several reasons
	about := false
	for _, s := range result.Skipped {
		switch {
		case isUnlisted(s):
		case aboutAll(s, result.Summary):
			about = true
		default:
			paths[s.Path] = true
		}
	}
	var said []string
	switch n := int64(len(paths)); {
	case n > 0 && (result.Summary.Objects > 0 || result.Summary.Command == "history" && result.Summary.Blobs == 0):
		said = append(said, unreadInStore(result.Summary, paths)+" could not be read")
	case n > 0:
		said = append(said, fmt.Sprintf("%s of %s could not be read", number(n), count(result.Summary.Blobs+n, p.wording.unit)))
	case result.Summary.Interrupted:
		said = append(said, "not everything was read")
	case about:
		said = append(said, "this clone is shallow")
	}
	if hasUnlisted(result) {
		said = append(said, unlistedSaid)
	}
	return strings.Join(said, ", and ")
}

// unreadInStore counts what could not be read of an object store, as the report lists it: packs, objects, and what is
// neither. What a pack holds is not among the objects, so that of all objects is only spoken where no pack is listed.
func unreadInStore(s scanner.Summary, paths map[string]bool) string {
	var packs, objects, others int64
	for path := range paths {
		switch {
		case isObjectID(path):
			objects++
		case strings.HasSuffix(path, ".pack"):
			packs++
		default:
			others++
		}
	}
	if packs > 0 {
		said := []string{count(packs, noun{"pack", "packs"})}
		if objects > 0 {
			said = append(said, count(objects, noun{"object", "objects"}))
		}
		if others > 0 {
			said = append(said, count(others, noun{"file or reference", "files or references"}))
		}
		if last := len(said) - 1; last > 0 {
			return strings.Join(said[:last], ", ") + " and " + said[last]
		}
		return said[0]
	}
	ofAll := number(objects) + " of " + count(max(s.Objects, objects), noun{"object", "objects"})
	rest := count(others, noun{"file or reference", "files or references"})
	switch {
	case others == 0:
		return ofAll
	case objects == 0:
		return rest
	}
	return ofAll + " and " + rest
}

// Incomplete says on one line how many things were not read or are not listed in full.
func Incomplete(result scanner.Result) string {
	unlisted := 0
	for _, s := range result.Skipped {
		if isUnlisted(s) {
			unlisted++
		}
	}
	var said []string
	if n := len(result.Skipped) - unlisted; n > 0 {
		said = append(said, number(n)+" not read")
	}
	if unlisted > 0 {
		said = append(said, number(unlisted)+" not listed in full")
	}
	return strings.Join(said, ", ")
}

// caution says what an incomplete scan may have missed.
func caution(result scanner.Result) string {
	unlisted := hasUnlisted(result)
	switch {
	case !unlisted:
		return "what was not read may hold secrets."
	case slices.ContainsFunc(result.Skipped, func(s scanner.Skip) bool { return !isUnlisted(s) }) || result.Summary.Interrupted:
		return "what was not read may hold secrets, and " + unlistedSaid + "."
	}
	return unlistedSaid + "."
}

// skipWord says in two words what a skip is about.
func skipWord(s scanner.Skip) string {
	if isUnlisted(s) {
		return "not listed"
	}
	return "not read"
}

// skipID is the id of skips for programs.
func skipID(s scanner.Skip) string {
	if isUnlisted(s) {
		return notListed
	}
	return notRead
}
