package packfile

import (
	"bytes"
	"fmt"
	"io"
	"testing"
)

// testHost collects what a walk does. It takes part of the work whenever it is
// offered, if greedy.
type testHost struct {
	t        testing.TB
	greedy   bool
	tasks    []Task
	walker   *Walker
	visits   map[ID][]byte
	fails    map[ID]error
	nameless []error
	others   map[ID][]byte // blobs in other places
	deltas   int
	highest  int // held at a time, beyond the largest content
	largest  int
	counts   WalkCounts
}

func newTestHost(t testing.TB) *testHost {
	return &testHost{t: t, visits: map[ID][]byte{}, fails: map[ID]error{}, others: map[ID][]byte{}}
}

func (h *testHost) Outside(id ID) (Kind, []byte, error) {
	if content, ok := h.others[id]; ok {
		return KindBlob, bytes.Clone(content), nil
	}
	return 0, nil, fmt.Errorf("%s is nowhere", id)
}

func (h *testHost) Elsewhere(id ID, _ *Pack) (Kind, []byte, bool) {
	content, ok := h.others[id]
	return KindBlob, bytes.Clone(content), ok
}

func (h *testHost) Fail(id ID, _ *Pack, err error) {
	switch {
	case id.IsZero():
		h.nameless = append(h.nameless, err)
	case h.fails[id] != nil || h.visits[id] != nil:
		h.t.Errorf("%s is reported once more: %v", id, err)
	default:
		h.fails[id] = err
	}
}

func (h *testHost) Stopped() bool  { return false }
func (h *testHost) Idle() bool     { return h.greedy }
func (h *testHost) Give(task Task) { h.tasks = append(h.tasks, task) }

// Visit implements Visitor; the state of an object is its content.
func (h *testHost) Visit(o *Object, base any) (any, error) {
	content := o.Content
	if o.Open != nil {
		r, err := o.Open()
		if err == nil {
			content, err = io.ReadAll(r)
			_ = r.Close()
		}
		if err != nil {
			return nil, err
		}
	}
	if h.visits[o.ID] != nil || h.fails[o.ID] != nil {
		h.t.Errorf("%s is visited once more", o.ID)
	}
	h.visits[o.ID] = append([]byte{}, content...)
	h.largest = max(h.largest, len(content))
	if h.walker != nil {
		h.highest = max(h.highest, h.walker.held)
	}
	if o.Delta {
		h.deltas++
		rebuilt, from := bytes.Clone(content), base.([]byte)
		end := 0
		for i, c := range o.Copies {
			if c.Target < end || c.Size <= 0 || i > 0 && c.Target == end && c.Source == o.Copies[i-1].Source+o.Copies[i-1].Size {
				h.t.Errorf("%s: copies %v", o.ID, o.Copies)
			}
			end = c.Target + c.Size
			copy(rebuilt[c.Target:end], from[c.Source:c.Source+c.Size])
		}
		if !bytes.Equal(rebuilt, content) {
			h.t.Errorf("%s: copies from the base give another content", o.ID)
		}
	}
	return h.visits[o.ID], nil
}

// walk walks a pack with one Walker after the other for each part given away.
func (h *testHost) walk(p *Pack, limits WalkLimits) (*Forest, error) {
	f, flaw, err := p.Forest(Selection{})
	if flaw != nil {
		h.nameless = append(h.nameless, flaw)
	}
	if err != nil {
		return nil, err
	}
	h.run(f, limits)
	if h.counts.Objects != f.Selected() {
		h.t.Errorf("%d of %d objects", h.counts.Objects, f.Selected())
	}
	return f, nil
}

func (h *testHost) run(f *Forest, limits WalkLimits) {
	told := func(c WalkCounts) {
		h.counts.Objects += c.Objects
		h.counts.Failed += c.Failed
		h.counts.Rebuilt += c.Rebuilt
	}
	h.tasks = []Task{f.Walk()}
	for n := 0; len(h.tasks) > 0; n++ {
		task := h.tasks[0]
		h.tasks = h.tasks[1:]
		if n%2 == 0 {
			h.walker = NewWalker(h, h, limits, told)
		}
		h.walker.Run(task)
	}
}
