package detect

import (
	"cmp"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/keysieve/keysieve/rules/shape"
)

// ruleCost is what a rule costs on real text.
type ruleCost struct {
	id                 string
	literals           int
	candidates         int // places of its literals
	gated              int // of those, with a run long enough around them
	windows            int // of those, where the automaton sees a match
	build, reach, find time.Duration
	states, insts      int
}

func (c *ruleCost) total() time.Duration { return c.build + c.reach + c.find }

// TestRuleCost prints what the dearest rules cost on the text below
// KEYSIEVE_BENCH_DIR: where to look when a rule makes scanning slow. A rule is made cheaper
// by a rarer literal, a longer run of random characters, and a smaller regex.
func TestRuleCost(t *testing.T) {
	if os.Getenv("KEYSIEVE_BENCH_DIR") == "" {
		t.Skip("KEYSIEVE_BENCH_DIR is not set")
	}
	d := New(mustBuiltin(t))
	w := newWorker(d)
	costs := make([]ruleCost, len(d.rules))
	contents, size := benchContents(t)
	for _, text := range contents {
		if isBinary(text) {
			continue
		}
		for _, c := range d.prefilter.scan(text, 0, len(text), nil) {
			users := d.prefilter.usersOf(c.literal)
			for k := range users.len() {
				u := users.at(k)
				if u.rule >= 0 && !u.keyword && !d.rules[u.rule].keyworded {
					w.measure(&costs[u.rule], u, text, c.pos, d.prefilter.size(c.literal))
				}
			}
		}
	}
	for i := range costs {
		if a := w.rules[i].dfa; a != nil {
			costs[i].states, costs[i].insts = a.view.states.count(), len(a.nfa.Insts)
		}
		if d.rules[i].rule != nil {
			costs[i].id, costs[i].literals = d.rules[i].rule.ID, len(d.set.Literals(i))
		}
	}
	slices.SortFunc(costs, func(a, b ruleCost) int {
		return cmp.Or(cmp.Compare(b.total(), a.total()), cmp.Compare(b.candidates, a.candidates))
	})
	t.Logf("%d bytes", size)
	for _, c := range costs[:min(60, len(costs))] {
		t.Logf("%-40s literals %4d candidates %6d gated %6d windows %5d build %8v reach %8v find %8v states %4d insts %d",
			c.id, c.literals, c.candidates, c.gated, c.windows, c.build.Round(10*time.Microsecond),
			c.reach.Round(10*time.Microsecond), c.find.Round(10*time.Microsecond), c.states, c.insts)
	}
	slices.SortFunc(costs, func(a, b ruleCost) int { return cmp.Compare(b.candidates, a.candidates) })
	for _, c := range costs[:min(60, len(costs))] {
		t.Logf("%-40s literals %4d candidates %6d gated %6d", c.id, c.literals, c.candidates, c.gated)
	}
}

// measure follows up one candidate, timing each stage.
func (w *worker) measure(c *ruleCost, u user, text []byte, pos, length int) {
	c.candidates++
	lo, hi := 0, len(text)
	if u.before != shape.Unbounded {
		lo = max(lo, pos-int(u.before))
	}
	if u.after != shape.Unbounded {
		hi = min(hi, pos+length+int(u.after))
	}
	if !w.d.rules[u.rule].shape.Run.In(text[lo:hi]) {
		return
	}
	c.gated++
	start := time.Now()
	if a := w.relaxed(u.rule); a != nil && w.rules[u.rule].dfa == nil {
		w.rules[u.rule].dfa = newDFA(w.d.tableOf(a), &w.construction)
	}
	a := w.rules[u.rule].dfa
	built := time.Now()
	c.build += built.Sub(start)
	if a != nil {
		hi, _ = a.reach(text, lo, pos, hi)
		c.reach += time.Since(built)
	}
	if hi >= 0 {
		c.windows++
		start = time.Now()
		w.find(nil, u.rule, block{text: text, last: true}, lo, pos, hi)
		c.find += time.Since(start)
	}
}
