package report

import (
	"bufio"
	"bytes"
	"strings"

	"github.com/keysieve/keysieve/scanner"
)

// limits say how much of each sort text shows where not all is asked for.
type limits struct {
	full, brief int // findings that block: in full, and in a line each
	exposed     int // secrets of a history in full
	warnings    int
	skips       int
	unused      int
}

// roomy are the limits for a screen of some forty lines, and for what is no terminal.
func roomy() limits {
	return limits{full: fullFindings, brief: briefFindings, exposed: fullHistory, warnings: briefWarnings, skips: listedSkips, unused: listedUnused}
}

// screens lists limits for ever smaller screens.
func screens() []limits {
	return []limits{
		roomy(),
		{full: 3, brief: 5, exposed: 3, warnings: 3, skips: 6, unused: 3},
		{full: 2, brief: 5, exposed: 2, warnings: 3, skips: 4, unused: 2},
		{full: 2, brief: 3, exposed: 2, warnings: 2, skips: 3, unused: 1},
		{full: 1, brief: 5, exposed: 1, warnings: 2, skips: 3, unused: 1},
		{full: 1, brief: 3, exposed: 1, warnings: 1, skips: 2, unused: 1},
		{full: 1, brief: 1, exposed: 1, warnings: 1, skips: 1, unused: 1},
		{full: 1, exposed: 1, skips: 1},
	}
}

// fit writes the report with as much as the terminal's screen holds, and leaves a line for the prompt.
func (p *page) fit(result scanner.Result) {
	if p.opts.Verbose || p.opts.Height <= 0 {
		p.write(result)
		return
	}
	var text []byte
	for _, p.limits = range screens() {
		var screen bytes.Buffer
		draft := *p
		draft.w, draft.told = bufio.NewWriter(&screen), make(map[string]bool)
		draft.write(result)
		_ = draft.w.Flush() // a Buffer takes everything
		text = screen.Bytes()
		if p.term.rows(string(text)) < p.opts.Height {
			break
		}
	}
	_, _ = p.w.Write(text)
}

// rows returns how many lines of the terminal a text takes, with those that it wraps.
func (t terminal) rows(text string) int {
	n := 0
	for line := range strings.Lines(text) {
		n += max(1, (cells(unpainted(strings.TrimSuffix(line, "\n")))+t.width-1)/max(t.width, 1))
	}
	return n
}

// unpainted takes what paint added from a text.
func unpainted(text string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "\x1b[")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		_, text, _ = strings.Cut(rest, "m")
	}
}

// prosaic writes words, wrapped on a terminal, after as many blanks as there are before them.
func (p *page) prosaic(words string) {
	indent := words[:len(words)-len(strings.TrimLeft(words, " "))]
	if p.term.width == 0 || cells(words) <= p.term.width {
		p.line(words)
		return
	}
	for _, l := range wrap(words, p.term.width-len(indent)) {
		p.line(indent, l)
	}
}
