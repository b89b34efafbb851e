package detect

import (
	"sync"
	"sync/atomic"

	"github.com/keysieve/keysieve/rules/nfa"
)

// A crowd is the rules whose matches can begin with one literal, such as "password". Its words
// are frequent in source, assignments are not, and most rules on them fail within a few bytes: one dfa of all
// of them together says so at once.
type crowd struct {
	users []bool // by user of the literal: belongs to the crowd
	size  int
	asked int
	dfa   *dfa
	alone bool // the rules are asked one by one: too few, or too large together
}

const (
	// leastCrowd is from how many rules on a crowd is worth it, and hotCrowd from how many candidates: a
	// check of a few files is done before that.
	leastCrowd = 2
	hotCrowd   = 1000
	// crowdReach is how far behind the literal's start a crowd looks, in bytes. It is within traceMargin of the literal.
	crowdReach = traceMargin
)

// unions holds the automata of crowds, which the workers share.
type unions struct {
	mu    sync.Mutex
	built map[int32]*automaton
}

// get returns the automaton of all rules in a literal's crowd; nil if it would be too large.
func (s *unions) get(literal int32, make func() *automaton) *automaton {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.built[literal]
	if !ok {
		if s.built == nil {
			s.built = map[int32]*automaton{}
		}
		a = make()
		s.built[literal] = a
	}
	return a
}

// forget drops the tables.
func (s *unions) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.built {
		a.forget()
	}
}

// crowdOf returns the crowd of a literal.
func (w *worker) crowdOf(id int32) *crowd {
	if w.crowds == nil {
		w.crowds = written[*crowd](int(w.d.prefilter.count()))
	}
	c := w.crowds[id]
	if c == nil {
		c = &crowd{}
		users := w.d.prefilter.usersOf(id)
		c.users = make([]bool, users.len())
		for i := range c.users {
			u := users.at(i)
			if u.rule != directiveUser && !u.keyword && u.before == 0 {
				c.users[i] = true
				c.size++
			}
		}
		c.alone = c.size < leastCrowd
		w.crowds[id] = c
	}
	return c
}

// rejects tells whether no rule of the literal's crowd matches at pos; last says that the text ends with its last byte.
func (w *worker) rejects(c *crowd, id int32, text []byte, pos int, last bool) bool {
	if c.alone {
		return false
	}
	if c.dfa == nil {
		if c.asked++; c.asked < hotCrowd {
			return false
		}
		a := w.d.unions.get(id, func() *automaton { return w.unite(c, id) })
		if a == nil {
			c.alone = true
			return false
		}
		c.dfa = newDFA(w.d.tableOf(a), &w.construction)
	}
	dead := c.dfa.dies(text, pos, min(pos+crowdReach, len(text)), last)
	if !c.dfa.pays() {
		c.alone, c.dfa = true, nil
	}
	return dead
}

// unite makes the automaton of a crowd.
func (w *worker) unite(c *crowd, id int32) *automaton {
	var all []*nfa.NFA
	users := w.d.prefilter.usersOf(id)
	for i, belongs := range c.users {
		if !belongs {
			continue
		}
		a := w.relaxed(users.at(i).rule)
		if a == nil {
			return nil
		}
		all = append(all, a.nfa)
	}
	union := nfa.Union(all, maxInsts)
	if union == nil {
		return nil
	}
	return automatonOf(union, &w.construction)
}

// dies tells whether no match that begins at pos is left before end is reached, or the text's last byte if there is nothing behind it.
func (d *dfa) dies(text []byte, pos, end int, last bool) bool {
	d.asked++
	s := d.firstRow()
	if d.empty {
		return false
	}
	next := d.view.next[0]
	i := pos
	for ; i < end; i++ {
		class := d.classOf[text[i]]
		to := atomic.LoadUint32(&next[s+uint32(class)])
		if to <= d.width || to&matching != 0 {
			if to == unbuilt {
				to = d.step(s, class, 0)
				next = d.view.next[0]
			}
			if to&matching != 0 {
				break
			}
			if to == d.dead() {
				d.walked += i - pos
				return true
			}
		}
		s = to
	}
	d.walked += i - pos
	return last && i == len(text) && i >= end
}
