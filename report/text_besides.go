package report

import (
	"strings"

	"github.com/keysieve/keysieve/scanner"
)

// What a report says besides its findings: what was not read or is not listed, and comments that suppress nothing.

func (p *page) skipped(result scanner.Result, headed bool) {
	if len(result.Skipped) == 0 {
		return
	}
	if headed {
		p.line()
		p.line("  ", p.term.paint(yellow, p.unread(result)), ":")
	}
	shown, limit := result.Skipped, p.limits.skips
	if headed { // the findings have taken their share of the screen
		limit = (limit + 1) / 2
	}
	if !p.opts.Verbose && len(shown) > limit {
		shown = shown[:limit]
	}
	for _, s := range shown {
		reason := p.text(reasonBeside(s))
		if s.Hint != "" {
			reason += "; " + p.text(s.Hint)
		}
		name := p.term.path(p.skippedName(s))
		if p.term.width > 0 && 4+cells(name)+cells(reason) > p.term.width {
			p.line("  ", name)
			p.prosaic("     " + reason)
		} else {
			p.line("  ", name, "  ", reason)
		}
		if p.opts.Verbose && s.Detail != "" {
			for line := range strings.Lines(s.Detail) {
				p.line("    ", p.text(strings.TrimSpace(line)))
			}
		}
	}
	if left := len(result.Skipped) - len(shown); left > 0 {
		p.line("  and ", number(left), " more; to see all: -v or --format json")
	}
}

// skippedName names what was not read: a path as one that can be opened, an object as it is.
func (p *page) skippedName(s scanner.Skip) string {
	name := p.name(s.Path)
	if s.Kind == scanner.SkipUnlisted && !p.term.unicode { // a name may come masked
		name = strings.ReplaceAll(name, string(bullet), "*")
	}
	if isObjectID(s.Path) {
		return name
	}
	return p.located(name)
}

// reasonBeside is a skip's reason as it stands beside the path: an object's id is not said twice.
func reasonBeside(s scanner.Skip) string {
	rest, ok := strings.CutPrefix(s.Reason, "object "+s.Path)
	if !ok || !isObjectID(s.Path) {
		return s.Reason
	}
	return strings.TrimPrefix(strings.TrimPrefix(rest, ": "), " is ")
}

func (p *page) unused(places []scanner.Place) {
	if len(places) == 0 {
		return
	}
	p.line()
	p.line("  ", count(len(places), noun{"keysieve:allow comment suppresses", "keysieve:allow comments suppress"}), " nothing:")
	shown := places
	if !p.opts.Verbose && len(shown) > p.limits.unused {
		shown = shown[:p.limits.unused]
	}
	for _, place := range shown {
		p.line("  ", p.directive(place))
	}
	if left := len(places) - len(shown); left > 0 {
		p.line("  and ", number(left), " more; to see all: -v or --format json")
	}
}

// directive names a comment that suppresses nothing, and why where that is its own fault.
func (p *page) directive(place scanner.Place) string {
	if place.Problem == "" {
		return p.place(place)
	}
	return p.place(place) + "   it " + p.text(place.Problem)
}
