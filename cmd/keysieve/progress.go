package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"

	"github.com/keysieve/keysieve/report"
	"github.com/keysieve/keysieve/scanner"
)

// display shows on a terminal how far a scan has come: the scan adds to the
// counters from its goroutines, and the bar's own looks at them a few times a
// second. It is gone from the screen when it is stopped.
type display struct {
	container *mpb.Progress
	bar       *mpb.Bar
	delay     *time.Timer
	once      sync.Once
}

const (
	// progressDelay is how long a scan takes before anything is shown: what is
	// over in a moment needs no bar.
	progressDelay = 400 * time.Millisecond
	progressRate  = 200 * time.Millisecond
	leastBar      = 10 // columns that the words leave to the bar, where there are as many
)

// progress starts a display of the counters on standard error, where that is for a
// person to see; else, and without counters, it returns nil, which can be stopped.
func (a *app) progress(counters *scanner.Counters, quiet bool) *display {
	if counters == nil || !a.showsProgress(quiet, term.IsTerminal(int(a.stderr.Fd()))) {
		return nil
	}
	width, height, err := term.GetSize(int(a.stderr.Fd()))
	w, options := screenOf(a.stderr, width, height, err)
	return newDisplay(w, counters, progressDelay, progressRate, options...)
}

// usualWidth is the number of columns of a terminal that does not say how many it has, as some
// of those that containers and remote shells are given.
const usualWidth = 80

// screenOf returns a terminal as the display takes it: one without a known size is not to be asked for it.
func screenOf(w io.Writer, width, height int, err error) (io.Writer, []mpb.ContainerOption) {
	if err == nil && width > 0 && height > 0 {
		return w, nil
	}
	return struct{ io.Writer }{w}, []mpb.ContainerOption{mpb.WithAutoRefresh(), mpb.WithWidth(usualWidth)}
}

// showsProgress says whether standard error is read by a person as it comes.
// Services for continuous integration set CI, some of them beside a terminal.
func (a *app) showsProgress(quiet, isTerminal bool) bool {
	ci := a.getenv("CI")
	return isTerminal && !quiet && a.getenv("TERM") != "dumb" && (ci == "" || ci == "false" || ci == "0")
}

// newDisplay starts a display of the counters on w, which understands what a terminal does.
func newDisplay(w io.Writer, counters *scanner.Counters, delay, rate time.Duration, options ...mpb.ContainerOption) *display {
	d := &display{}
	shown := make(chan struct{})
	d.delay = time.AfterFunc(delay, func() { close(shown) })
	d.container = mpb.New(append([]mpb.ContainerOption{
		mpb.WithOutput(w), mpb.WithRefreshRate(rate), mpb.WithRenderDelay(shown),
	}, options...)...)
	eta := decor.NewAverageETA(decor.ET_STYLE_GO, time.Now(), decor.FixedIntervalTimeNormalizer(5))
	// The bar keeps no numbers of its own: each time that it is drawn it is given the counters'.
	style := mpb.BarStyle().Lbound("[").Filler("=").Tip(">").Padding(" ").Rbound("]").Build()
	filler := mpb.BarFillerFunc(func(w io.Writer, st decor.Statistics) error {
		counts := counters.Counts()
		if counts.Done() == 0 {
			return nil
		}
		st.Current, st.Total = scaled(counts)
		return style.Fill(w, st)
	})
	d.bar = d.container.MustAdd(0, filler, mpb.AppendDecorators(decor.Any(func(st decor.Statistics) string {
		counts := counters.Counts()
		left := ""
		if st.Current, st.Total = scaled(counts); st.Current > 0 {
			left, _ = eta.Decor(st)
		}
		return progressText(counts, left, st.AvailableWidth-leastBar)
	})))
	return d
}

// scaled returns the part that is done as a fraction in whole numbers.
func scaled(counts scanner.Counts) (current, total int64) {
	const whole = 1_000_000
	return int64(counts.Done() * whole), whole
}

// progressText says how far a scan has come, in as many words as fit into width
// columns, the most telling first.
func progressText(c scanner.Counts, left string, width int) string {
	var words []string
	if done := c.Done(); done > 0 {
		words = append(words, fmt.Sprintf("%d%%", int(100*done))) // 100 only when all is done
	}
	found := "nothing found yet"
	if c.Findings > 0 {
		// Where they stand, and with that what the policy says of them, is not known yet.
		found = report.Count(c.Findings, "possible secret", "possible secrets") + " so far"
	}
	words = append(words, found)
	switch {
	case c.Done() < 1 && left != "":
		words = append(words, left+" left")
	case c.Done() == 1 && c.Findings > 0:
		words = append(words, "looking where they stand")
	}
	words = append(words,
		of(report.ByteSize(c.Bytes), report.ByteSize(c.AllBytes), c.AllBytes > 0),
		of(report.Number(c.Objects), report.Number(c.AllObjects), c.AllObjects > 0)+" objects")
	text := ""
	for i, word := range words {
		if i > 0 {
			word = "  " + word
		}
		if i > 1 && len(text)+len(word) > width {
			break
		}
		text += word
	}
	return text
}

// of is a part of a whole that may be unknown.
func of(part, whole string, known bool) string {
	if known {
		return part + " of " + whole
	}
	return part
}

// stop clears the display and returns when nothing more will be written. It may
// be called again, and where there is no display.
func (d *display) stop() {
	if d == nil {
		return
	}
	d.once.Do(func() {
		d.delay.Stop()
		d.bar.Abort(true) // takes its line away
		d.container.Wait()
	})
}
