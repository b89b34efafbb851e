package scanner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner/detect"
)

// What the policy and the limits keep from being read. Neither does so silently: what
// the policy leaves out is counted, what a limit cuts off is a Skip.

// Excluder is a Source that leaves paths out itself, which spares it looking into whole
// directories; it counts them as a Summarizer. Of other sources the engine drops what they yield.
type Excluder interface {
	// Exclude is called before Blobs. excludes says that the file at a path is left
	// out, or all below a directory.
	Exclude(excludes func(path string, isDir bool) bool)
}

// blocks says whether a finding blocks where it stands.
func (e *engine) blocks(o Origin, s rules.Severity, c rules.Confidence) bool {
	path := o.Path
	if o.Kind != KindFile && o.Kind != KindPathName {
		path = "" // the name of a tag, or of an object
	}
	return e.opts.Policy.Blocks(path, s, c)
}

// exclusion returns what drops from a blob the places that the policy leaves out. It is
// called in the goroutine in which the source yields.
func (e *engine) exclusion(src Source) func(Blob) Blob {
	if !e.opts.Policy.ExcludesAny() {
		return func(b Blob) Blob { return b }
	}
	if own, ok := src.(Excluder); ok {
		own.Exclude(e.opts.Policy.Excludes)
		return func(b Blob) Blob { return b }
	}
	left := make(map[string]bool)
	return func(b Blob) Blob {
		var kept []Origin
		for _, o := range b.Origins {
			switch {
			case o.Kind != KindFile && o.Kind != KindPathName || !e.opts.Policy.Excludes(o.Path, false):
				kept = append(kept, o)
			case o.Kind == KindFile && !left[o.Path]:
				left[o.Path] = true
				e.excluded++
			}
		}
		b.Origins = kept
		return b
	}
}

// leavesOut says that the policy leaves out a path at which an audit would report something, and counts it.
func (h *historian) leavesOut(path string) bool {
	if path == "" || !h.opts.Policy.Excludes(path, false) {
		return false
	}
	if h.left == nil {
		h.left = make(map[string]bool)
	}
	h.left[path] = true
	return true
}

// tooLargeError says that a content has more bytes than the limit.
type tooLargeError struct {
	limit int64
	begun bool // bytes up to the limit were read
}

func (e *tooLargeError) Error() string {
	text := fmt.Sprintf("larger than the limit of %s", rules.FormatSize(e.limit))
	if e.begun {
		text += ": only its beginning was scanned"
	}
	return text
}

// Hint says what to do about it.
func (e *tooLargeError) Hint() string { return "raise --max-size, or maxSize under [scan]" }

// limited bounds what is read of a content of some size; -1: unknown.
func (r *reader) limited(content io.Reader, size int64) (io.Reader, error) {
	switch {
	case r.limit <= 0:
		return content, nil
	case size > r.limit:
		return nil, &tooLargeError{limit: r.limit}
	}
	return &limitedReader{content, r.limit, &tooLargeError{r.limit, true}}, nil
}

// limitedReader fails where a content goes on beyond a limit.
type limitedReader struct {
	r    io.Reader
	left int64
	err  error
}

// Read reads one byte beyond the limit at most, to know whether there is one.
func (l *limitedReader) Read(p []byte) (int, error) {
	if int64(len(p))-1 > l.left {
		p = p[:l.left+1]
	}
	n, err := l.r.Read(p)
	if int64(n) > l.left {
		n, err = int(l.left), l.err
	}
	l.left -= int64(n)
	return n, err
}

// timeLimitError says that the time limit ended the scan.
type timeLimitError struct{ limit time.Duration }

func (e *timeLimitError) Error() string { return fmt.Sprintf("the time limit of %v", e.limit) }

// withTimeout ends the context when the time limit is over. Without a limit it is the same
// context: errors may still use it when the scan has returned.
func (e *engine) withTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	limit := e.opts.Limits.Timeout
	if limit <= 0 {
		return ctx, func() {}
	}
	return context.WithTimeoutCause(ctx, limit, &timeLimitError{limit})
}

// noteCause keeps why the context ended, if it did.
func (e *engine) noteCause(ctx context.Context) { e.cause = context.Cause(ctx) }

// interruption is the skip of what was not read because the scan was ended.
func interruption(cause error) Skip {
	s := Skip{Path: "scan", Reason: "interrupted: what had not been read by then is missing"}
	var limit *timeLimitError
	if errors.As(cause, &limit) {
		s.Reason = fmt.Sprintf("interrupted by %v: what had not been read by then is missing", limit)
		s.Hint = "raise --timeout, or timeout under [scan]"
	}
	return s
}

// halfReadError is said of a content that was being searched when the scan was ended.
type halfReadError struct{}

func (halfReadError) Error() string {
	return "interrupted while it was searched: what stands further on was not looked at"
}

// Hint says nothing: the scan's own skip does, and nothing is wrong with the content.
func (halfReadError) Hint() string { return "" }

// unread says what of a content the detector did not look into, a reason each.
func unread(set *rules.Set, res detect.Result) (reasons []string) {
	if res.Undecoded {
		reasons = append(reasons, "encoded text in it multiplies when decoded, not all of it was looked into")
	}
	if res.Unheeded > 0 {
		reasons = append(reasons, fmt.Sprintf("%d further comments in it that accept a finding are not heeded: there are more than %d", res.Unheeded, detect.MaxMatches))
	}
	for _, rule := range res.Unsearched {
		reasons = append(reasons, fmt.Sprintf("rule %s has no upper bound, and a match of it may go on beyond what is searched at once: state maxLength in the rule", set.Rules()[rule].ID))
	}
	for _, rule := range res.Unfinished {
		reasons = append(reasons, fmt.Sprintf("a list of values, a table or a statement that rule %s knows is longer than what is read of it: the values further on were not looked at", set.Rules()[rule].ID))
	}
	return reasons
}
