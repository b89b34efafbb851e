package report

import (
	"slices"
	"strings"

	"github.com/keysieve/keysieve/scanner"
)

func (p *page) advice(rows []advice) {
	if len(rows) == 0 {
		return
	}
	column := 0
	for _, row := range rows {
		column = max(column, cells(row.when))
	}
	p.line()
	for _, row := range rows {
		room := p.term.width - column - 5
		if row.command || p.term.width == 0 || cells(row.do) <= room { // commands are to be pasted: never wrapped
			p.line("  ", p.term.paint(dim, pad(row.when, column)), "   ", p.term.show(row.do))
			continue
		}
		label, indent := p.term.paint(dim, pad(row.when, column))+"   ", strings.Repeat(" ", column+5)
		if room < 30 { // below the label there is more
			p.line("  ", p.term.paint(dim, row.when))
			label, indent, room = "   ", "     ", p.term.width-5
		}
		for i, l := range wrapAdvice(p.term.show(row.do), room) {
			if i == 0 {
				p.line("  ", label, l)
				continue
			}
			p.line(indent, l)
		}
	}
}

// wrapAdvice wraps words, but for a comment to be written that they end with.
func wrapAdvice(words string, n int) []string {
	before, comment, ok := strings.Cut(words, "keysieve:allow")
	if !ok {
		return wrap(words, n)
	}
	return append(wrap(before, n), "keysieve:allow"+comment)
}

// exit says what the exit status means where findings alone do not explain it.
func (p *page) exit(result scanner.Result) {
	switch {
	case result.ExitCode == 3:
		p.line("exit status 3: incomplete")
	case result.ExitCode == 1 && len(result.Skipped) > 0:
		p.line("exit status 1: secrets found, and the scan is incomplete")
	}
}

func (p *page) summary(s scanner.Summary) {
	p.line()
	said := p.scanned(s)
	room := cells(said)
	if p.term.width > 0 {
		room = p.term.width
	}
	for _, l := range wrap(said, room) {
		p.line(p.term.paint(dim, l))
	}
}

// scanned says how much was scanned, with what and how long it took.
func (p *page) scanned(s scanner.Summary) string {
	parts := []string{count(s.Blobs, p.wording.unit), byteSize(s.Bytes)}
	if s.Objects > 0 {
		parts = []string{count(s.Objects, p.wording.unit), byteSize(s.Bytes) + " of content"}
	}
	if s.Commits > 0 {
		parts = slices.Insert(parts, 1, count(s.Commits, noun{"commit", "commits"}))
	}
	parts = append(parts, count(s.Rules, noun{"rule", "rules"}), duration(s.Elapsed))
	if s.Cached > 0 {
		parts = append(parts, number(s.Cached)+" known from the cache")
	}
	if s.Suppressed > 0 {
		parts = append(parts, number(s.Suppressed)+" suppressed")
	}
	if s.Excluded > 0 {
		parts = append(parts, number(s.Excluded)+" excluded")
	}
	return strings.Join(parts, ", ")
}
