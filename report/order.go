package report

import (
	"cmp"
	"slices"

	"github.com/keysieve/keysieve/scanner"
)

// The order of findings is settled here, for all formats.

// divided returns the findings that block and the others, each the worst first.
func divided(findings []scanner.Finding) (blocking, warnings []*scanner.Finding) {
	worst := worstFirst(findings)
	n := slices.IndexFunc(worst, func(f *scanner.Finding) bool { return !f.Blocks })
	if n < 0 {
		n = len(worst)
	}
	return worst[:n], worst[n:]
}

// worstFirst returns the findings by what matters: whether they block, what still reaches
// them in a history, severity, confidence, and how long they have stood there. Equals keep their order.
func worstFirst(findings []scanner.Finding) []*scanner.Finding {
	order := make([]*scanner.Finding, len(findings))
	for i := range findings {
		order[i] = &findings[i]
	}
	slices.SortStableFunc(order, func(a, b *scanner.Finding) int {
		return cmp.Or(
			compareTrue(a.Blocks, b.Blocks),
			cmp.Compare(standingOf(a.Exposure), standingOf(b.Exposure)),
			cmp.Compare(b.Severity, a.Severity),
			cmp.Compare(b.Confidence, a.Confidence),
			compareFirst(a.Exposure, b.Exposure))
	})
	return order
}

// listed returns the findings in the order of formats that list all of them: those of a
// history the worst first, as a person reads them there, others by path, as they come.
func listed(result scanner.Result) []*scanner.Finding {
	if slices.ContainsFunc(result.Findings, func(f scanner.Finding) bool { return f.Exposure != nil }) {
		return worstFirst(result.Findings)
	}
	order := make([]*scanner.Finding, len(result.Findings))
	for i := range result.Findings {
		order[i] = &result.Findings[i]
	}
	return order
}

// compareTrue puts true first.
func compareTrue(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// compareFirst puts the older first, and what no commit holds last.
func compareFirst(a, b *scanner.Exposure) int {
	x, y := a != nil && a.First != nil, b != nil && b.First != nil
	switch {
	case x && y:
		return a.First.Date.Compare(b.First.Date)
	case x:
		return -1
	case y:
		return 1
	}
	return 0
}
