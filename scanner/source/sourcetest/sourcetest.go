// Package sourcetest holds the contract that every scanner.Source keeps, as a
// test that each source runs on contents of its own.
//
// The engine relies on it: it opens contents from many goroutines, stops early
// by an error or a context, and counts what was skipped as unread.
package sourcetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/keysieve/keysieve/scanner"
)

// Content is one content that a source is expected to yield.
type Content struct {
	Kind scanner.Kind
	Path string
	Text string
}

// Expected is everything that a source is expected to tell.
type Expected struct {
	Contents []Content // in any order
	Skipped  []string  // paths, in any order
}

// Run holds the source to the contract. newSource is called for every part of
// it and must give a source of the same input each time. At least two contents
// must be expected for the parts about stopping to mean anything; a source of a
// single content passes them as far as they apply.
func Run(t *testing.T, newSource func(t *testing.T) scanner.Source, want Expected) {
	t.Helper()
	t.Run("yields what is there, once", func(t *testing.T) { testContents(t, newSource(t), want) })
	t.Run("yields from one goroutine", func(t *testing.T) { testOneAtATime(t, newSource(t)) })
	t.Run("returns an error of yield as it is", func(t *testing.T) { testYieldError(t, newSource(t)) })
	t.Run("stops when the context ends", func(t *testing.T) { testCancel(t, newSource, len(want.Contents)) })
	t.Run("same input, same set", func(t *testing.T) { testRepeat(t, newSource) })
}

// collected is what a source told.
type collected struct {
	contents map[Content]int
	skipped  []string
}

func collect(t *testing.T, src scanner.Source) collected {
	t.Helper()
	got := collected{contents: map[Content]int{}}
	err := src.Blobs(t.Context(), func(b scanner.Blob) error {
		for _, problem := range checkBlob(b) {
			t.Error(problem)
		}
		text, err := read(b)
		if err != nil {
			got.skipped = append(got.skipped, b.Origins[0].Path) // as the engine does
			return nil
		}
		for _, origin := range b.Origins {
			got.contents[Content{origin.Kind, origin.Path, text}]++
		}
		return nil
	}, func(s scanner.Skip) {
		if s.Path == "" || s.Reason == "" {
			t.Errorf("a skip without path or reason: %+v", s)
		}
		if strings.HasSuffix(s.Reason, ".") || strings.ToLower(s.Reason[:1]) != s.Reason[:1] {
			t.Errorf("a reason is lower case without a full stop: %q", s.Reason)
		}
		got.skipped = append(got.skipped, s.Path)
	})
	if err != nil {
		t.Fatalf("Blobs: %v", err)
	}
	slices.Sort(got.skipped)
	return got
}

func read(b scanner.Blob) (string, error) {
	r, err := b.Open()
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(r)
	if closeErr := r.Close(); err == nil {
		err = closeErr
	}
	if err == nil && b.Size >= 0 && b.Size != int64(len(text)) {
		err = fmt.Errorf("the stated size is %d, the content has %d bytes", b.Size, len(text))
	}
	return string(text), err
}

// checkBlob tells what is wrong with a blob before it is opened.
func checkBlob(b scanner.Blob) []string {
	var problems []string
	if len(b.Origins) == 0 {
		problems = append(problems, "a blob without an origin")
	}
	if b.Open == nil {
		problems = append(problems, "a blob without Open")
	}
	if b.Size < -1 {
		problems = append(problems, fmt.Sprintf("a size of %d", b.Size))
	}
	for _, origin := range b.Origins {
		switch p := origin.Path; {
		case p == "" && (origin.Kind == scanner.KindFile || origin.Kind == scanner.KindPathName):
			problems = append(problems, "an origin without a path")
		case p != "" && (path.Clean(p) != p || strings.HasPrefix(p, "/") || strings.HasPrefix(p, "../")):
			problems = append(problems, fmt.Sprintf("path %q is not a plain relative path", p))
		}
	}
	return problems
}

func testContents(t *testing.T, src scanner.Source, want Expected) {
	got := collect(t, src)
	wanted := map[Content]bool{}
	for _, c := range want.Contents {
		wanted[c] = true
		if got.contents[c] != 1 {
			t.Errorf("%v %q: yielded %d times with the text %q", c.Kind, c.Path, got.contents[c], c.Text)
		}
	}
	for c := range got.contents {
		if !wanted[c] {
			t.Errorf("%v %q: not expected, text %q", c.Kind, c.Path, c.Text)
		}
		if c.Kind == scanner.KindFile && slices.Contains(got.skipped, c.Path) {
			t.Errorf("%q was both yielded and skipped", c.Path)
		}
	}
	skipped := slices.Sorted(slices.Values(want.Skipped))
	if !slices.Equal(got.skipped, skipped) {
		t.Errorf("skipped %q, want %q", got.skipped, skipped)
	}
}

func testOneAtATime(t *testing.T, src scanner.Source) {
	var inside atomic.Int32
	enter := func() {
		if inside.Add(1) != 1 {
			t.Error("yield or skip was called while another call was running")
		}
		inside.Add(-1)
	}
	err := src.Blobs(t.Context(), func(scanner.Blob) error { enter(); return nil }, func(scanner.Skip) { enter() })
	if err != nil {
		t.Fatalf("Blobs: %v", err)
	}
}

func testYieldError(t *testing.T, src scanner.Source) {
	stop := errors.New("stop")
	calls := 0
	err := src.Blobs(t.Context(), func(scanner.Blob) error { calls++; return stop }, func(scanner.Skip) {})
	if calls == 0 {
		t.Skip("the source has no content")
	}
	if err != stop { //nolint:errorlint // as it is: not wrapped
		t.Errorf("Blobs returned %v, want the error of yield itself", err)
	}
	if calls != 1 {
		t.Errorf("yield was called %d times after it returned an error", calls-1)
	}
}

func testCancel(t *testing.T, newSource func(*testing.T) scanner.Source, contents int) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	calls := 0
	err := newSource(t).Blobs(ctx, func(scanner.Blob) error { calls++; return nil }, func(scanner.Skip) {})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Blobs returned %v under an ended context", err)
	}
	if calls != 0 {
		t.Errorf("%d contents were yielded under an ended context", calls)
	}

	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	calls = 0
	err = newSource(t).Blobs(ctx, func(scanner.Blob) error { calls++; cancel(); return nil }, func(scanner.Skip) {})
	// A content and its path name may belong together.
	if calls > 2 {
		t.Errorf("%d contents were yielded after the context ended", calls-1)
	}
	if contents > 2 && !errors.Is(err, context.Canceled) {
		t.Errorf("Blobs returned %v when the context ended on the way", err)
	}
}

func testRepeat(t *testing.T, newSource func(*testing.T) scanner.Source) {
	first, second := collect(t, newSource(t)), collect(t, newSource(t))
	if !maps.Equal(first.contents, second.contents) || !slices.Equal(first.skipped, second.skipped) {
		t.Error("two sources of the same input differ")
	}
}
