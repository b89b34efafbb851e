package report

import (
	"bufio"
	"cmp"
	"strconv"

	"github.com/keysieve/keysieve/scanner"
)

// fileName returns the path under which formats that know nothing but files list a place,
// secrets masked. A message is in no file: it gets a name under commit/ or tag/ that no file has.
func fileName(place scanner.Place, redact *redactor) string {
	path := redact.text(place.Path)
	switch place.Kind {
	case scanner.KindCommitMessage:
		return "commit/" + place.Commit
	case scanner.KindTagMessage:
		return "tag/" + cmp.Or(path, place.Commit)
	}
	return path
}

// fileLines returns the first and the last line of a place in such a format: from 1, and 1 for a path's own text.
func fileLines(place scanner.Place) (first, last int) {
	if place.Kind == scanner.KindPathName {
		return 1, 1
	}
	first = max(place.Line, 1)
	return first, max(place.EndLine, first)
}

// inTree says whether a place is one in a file that a path names, and whose name holds no secret: one to link to.
func inTree(place scanner.Place, redact *redactor) bool {
	switch place.Kind {
	case scanner.KindCommitMessage, scanner.KindTagMessage:
		return false
	}
	path := place.Path
	return path != "" && path != "-" && path != "<stdin>" && !isObjectID(path) && redact.text(path) == path
}

// occurrences tells apart what has one fingerprint, because a secret stands in a file
// more than once: readers take equal ones for one finding. The number of the occurrence changes
// less often than its line.
type occurrences map[string]int

func (o occurrences) next(fingerprint string) string {
	o[fingerprint]++
	if n := o[fingerprint]; n > 1 {
		return fingerprint + ":" + strconv.Itoa(n)
	}
	return fingerprint
}

// alert is what has an entry of its own where each place has: a place of a finding or, in a
// history, a secret with the place that introduced it.
type alert struct {
	finding *scanner.Finding
	place   scanner.Place
	first   bool // the place is the one that the excerpt is of
}

// alerts lists what a result has to say, in the order of formats that list all findings.
func alerts(result scanner.Result) []alert {
	var list []alert
	for _, f := range listed(result) {
		if f.Exposure != nil {
			place, first := introduced(f)
			list = append(list, alert{f, place, first})
			continue
		}
		for i, place := range f.Places {
			list = append(list, alert{f, place, i == 0})
		}
	}
	return list
}

// plainPage words what a person reads outside a terminal, with paths from the root.
func plainPage(w *bufio.Writer, opts Options, result scanner.Result) *page {
	opts.Unicode, opts.Color, opts.Width, opts.Height = true, false, 0, 0
	opts.Prefix, opts.Root, opts.Directory, opts.DirectoryPrefix = "", "", "", ""
	return newPage(w, opts, result)
}

// broughtBy says which commit brought what stands at a place; empty where that is not known.
func (p *page) broughtBy(place scanner.Place) string {
	if place.Commit == "" {
		return ""
	}
	said := "commit " + p.commit(place)
	if place.Author != "" {
		said += " by " + p.text(place.Author)
	}
	if !place.Date.IsZero() {
		said += " on " + place.Date.UTC().Format("2006-01-02")
	}
	return said
}
