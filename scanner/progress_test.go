package scanner

import (
	"sync"
	"testing"
)

var _ Progress = (*Counters)(nil)

func TestCountersFromManyGoroutines(t *testing.T) {
	var c Counters
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 1000 {
				c.Expect(2, 20)
				c.Advance(1, 10)
				c.Found(1)
			}
		})
	}
	group.Wait()
	want := Counts{Objects: 8000, AllObjects: 16000, Bytes: 80_000, AllBytes: 160_000, Findings: 8000}
	if got := c.Counts(); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestCountsDone(t *testing.T) {
	for _, test := range []struct {
		counts Counts
		want   float64
	}{
		{Counts{}, 0},
		{Counts{Objects: 5, Bytes: 50}, 0},
		{Counts{Objects: 5, AllObjects: 20}, 0.25},
		{Counts{Objects: 5, AllObjects: 20, Bytes: 50, AllBytes: 100}, 0.5},
		{Counts{Bytes: 200, AllBytes: 100}, 1},
		{Counts{Bytes: -1, AllBytes: 100}, 0},
	} {
		if got := test.counts.Done(); got != test.want {
			t.Errorf("%+v: %v, want %v", test.counts, got, test.want)
		}
	}
}
