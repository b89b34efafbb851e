package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vbauerster/mpb/v8"

	"github.com/keysieve/keysieve/scanner"
)

// screen is a terminal of one column of lines that knows the sequences a progress
// display uses: line feed, cursor up, erase below.
type screen struct {
	mu      sync.Mutex
	lines   []string
	row     int
	written int
	widest  int
	seen    []string // every line that ever stood there
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.written += len(p)
	up := regexp.MustCompile(`^\x1b\[(\d+)A`)
	for text := string(p); text != ""; {
		if len(s.lines) <= s.row {
			s.lines = append(s.lines, "")
		}
		switch {
		case up.MatchString(text):
			m := up.FindStringSubmatch(text)
			n, _ := strconv.Atoi(m[1])
			s.row, text = s.row-n, text[len(m[0]):]
		case strings.HasPrefix(text, "\x1b[J"):
			s.lines, text = append(s.lines[:s.row:s.row], ""), text[3:]
		case text[0] == '\n':
			s.seen = append(s.seen, s.lines[s.row])
			s.widest = max(s.widest, len(s.lines[s.row]))
			s.row, text = s.row+1, text[1:]
		default:
			s.lines[s.row] += text[:1]
			text = text[1:]
		}
	}
	return len(p), nil
}

func (s *screen) state() (now string, seen []string, written int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.lines, "\n"), append([]string(nil), s.seen...), s.written
}

func startDisplay(s *screen, counters *scanner.Counters, delay time.Duration) *display {
	return newDisplay(s, counters, delay, time.Millisecond, mpb.WithAutoRefresh(), mpb.WithWidth(100))
}

func waitFor(t *testing.T, s *screen, want string) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		_, seen, _ := s.state()
		for _, line := range seen {
			if strings.Contains(line, want) {
				return
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("%q never stood on the screen: %q", want, seen)
		}
	}
}

func TestDisplay(t *testing.T) {
	s := &screen{}
	counters := &scanner.Counters{}
	d := startDisplay(s, counters, 0)
	waitFor(t, s, "nothing found yet")
	counters.Expect(400, 4_000_000)
	counters.Advance(100, 1_000_000)
	counters.Found(2)
	waitFor(t, s, "25%  2 possible secrets so far")
	waitFor(t, s, "1.0 MB of 4.0 MB  100 of 400 objects")
	waitFor(t, s, "[====")
	d.stop()
	now, _, written := s.state()
	if strings.TrimSpace(now) != "" {
		t.Errorf("left on the screen: %q", now)
	}
	if s.row != 0 {
		t.Errorf("the cursor is %d lines below where it was", s.row)
	}
	if s.widest > 100 {
		t.Errorf("a line of %d columns on a screen of 100", s.widest)
	}
	counters.Found(1)
	d.stop()
	time.Sleep(20 * time.Millisecond)
	if _, _, after := s.state(); after != written {
		t.Error("something is written after the end")
	}
}

// TestUnsizedTerminal draws on a terminal that says that it has no columns.
func TestUnsizedTerminal(t *testing.T) {
	s := &screen{}
	w, options := screenOf(s, 0, 0, nil)
	counters := &scanner.Counters{}
	d := newDisplay(w, counters, 0, time.Millisecond, options...)
	counters.Expect(4, 4_000_000)
	counters.Advance(1, 1_000_000)
	waitFor(t, s, "25%  nothing found yet")
	waitFor(t, s, "[==")
	d.stop()
	if now, _, _ := s.state(); strings.TrimSpace(now) != "" || s.widest > usualWidth {
		t.Errorf("left on the screen: %q; %d columns", now, s.widest)
	}
	if same, options := screenOf(s, 80, 24, nil); same != io.Writer(s) || options != nil {
		t.Error("a terminal of a known size is not asked for it")
	}
}

// TestShortScan: what is over in a moment shows nothing at all.
func TestShortScan(t *testing.T) {
	s := &screen{}
	counters := &scanner.Counters{}
	d := startDisplay(s, counters, time.Hour)
	counters.Advance(1, 1)
	time.Sleep(10 * time.Millisecond)
	d.stop()
	if now, _, _ := s.state(); now != "" {
		t.Errorf("written: %q", now)
	}
}

func TestNoDisplay(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	a := &app{stderr: file, getenv: func(string) string { return "" }}
	d := a.progress(&scanner.Counters{}, false)
	d.stop()
	if d != nil {
		t.Error("a display in a file")
	}
	if a.progress(nil, false) != nil {
		t.Error("a display of nothing")
	}
}

func TestShowsProgress(t *testing.T) {
	for _, test := range []struct {
		environment     string
		quiet, terminal bool
		want            bool
	}{
		{"TERM=xterm", false, true, true},
		{"TERM=xterm", false, false, false},
		{"TERM=xterm", true, true, false},
		{"TERM=dumb", false, true, false},
		{"CI=true", false, true, false},
		{"CI=1", false, true, false},
		{"CI=false", false, true, true},
		{"", false, true, true},
	} {
		a := &app{stderr: os.Stderr, getenv: func(name string) string {
			key, value, _ := strings.Cut(test.environment, "=")
			if key == name {
				return value
			}
			return ""
		}}
		if got := a.showsProgress(test.quiet, test.terminal); got != test.want {
			t.Errorf("%+v: %v", test, got)
		}
	}
}

func TestProgressText(t *testing.T) {
	all := scanner.Counts{Objects: 167_000, AllObjects: 407_061, Bytes: 52_000_000, AllBytes: 126_000_000, Findings: 1}
	for _, test := range []struct {
		counts scanner.Counts
		left   string
		width  int
		want   string
	}{
		{scanner.Counts{}, "", 100, "nothing found yet  0 bytes  0 objects"},
		{scanner.Counts{Objects: 1, Bytes: 1500}, "", 100, "nothing found yet  1.5 KB  1 objects"},
		{all, "3s", 100, "41%  1 possible secret so far  3s left  52 MB of 126 MB  167,000 of 407,061 objects"},
		{all, "3s", 46, "41%  1 possible secret so far  3s left"},
		{all, "3s", -5, "41%  1 possible secret so far"},
		{scanner.Counts{Bytes: 999, AllBytes: 1000}, "1s", 100, "99%  nothing found yet  1s left  999 bytes of 1.0 KB  0 objects"},
		{scanner.Counts{Bytes: 9, AllBytes: 9, Findings: 2}, "1s", 100, "100%  2 possible secrets so far  looking where they stand  9 bytes of 9 bytes  0 objects"},
		{scanner.Counts{Objects: 2, AllObjects: 1}, "0s", 100, "100%  nothing found yet  0 bytes  2 of 1 objects"},
	} {
		if got := progressText(test.counts, test.left, test.width); got != test.want {
			t.Errorf("%+v: %q, want %q", test.counts, got, test.want)
		}
	}
}
