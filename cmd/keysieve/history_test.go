package main

import (
	"strings"
	"testing"
	"time"
)

func TestHistoryOptions(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, test := range []struct {
		since    string
		date     time.Time
		revision string
	}{
		{"", time.Time{}, ""},
		{"2025-01-31", time.Date(2025, 1, 31, 0, 0, 0, 0, time.Local), ""},
		{"2025-01-31T10:00:00+02:00", time.Date(2025, 1, 31, 8, 0, 0, 0, time.UTC), ""},
		{"v1.2", time.Time{}, "v1.2"},
		{"HEAD~3", time.Time{}, "HEAD~3"},
		{"2025-13-01", time.Time{}, "2025-13-01"},
		{"refs/heads/2025-01-31", time.Time{}, "refs/heads/2025-01-31"},
	} {
		flags := historyFlags{since: test.since, branches: []string{"main"}, paths: []string{"**/*.env"}, reachableOnly: true}
		got, err := flags.resolve(now)
		if err != nil || !got.Since.Equal(test.date) || got.SinceRevision != test.revision {
			t.Errorf("--since %q: %+v, %v", test.since, got, err)
		}
		if len(got.Branches) != 1 || len(got.Paths) != 1 || !got.ReachableOnly || !got.Narrow() {
			t.Errorf("lost on the way: %+v", got)
		}
	}
	flags := historyFlags{since: "2026-01-03", branches: []string{" "}, paths: []string{"", "/a"}}
	if _, err := flags.resolve(now); err == nil || strings.Count(err.Error(), "\n") != 3 {
		t.Errorf("not every mistake is told: %v", err)
	}
}
