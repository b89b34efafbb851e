package packfile

// What is held of a tree: the contents that other children wait for.

// pop ends a level.
func (w *Walker) pop() {
	last := len(w.levels) - 1
	w.release(&w.levels[last])
	w.levels[last] = level{}
	w.levels = w.levels[:last]
}

// release lets go of a level's content.
func (w *Walker) release(l *level) {
	w.held -= len(l.content)
	if !l.shared && l.content != nil {
		w.x.buffers.put(l.content)
	}
	l.content = nil
}

// limitHeld drops contents, those furthest up first, but for the top's.
func (w *Walker) limitHeld() {
	for i := range w.levels[:len(w.levels)-1] {
		if w.held <= w.limits.MaxHeld {
			return
		}
		w.release(&w.levels[i])
	}
}

// restore makes a content that was dropped again, from the nearest entry above
// whose content is held, or from the root. The levels are all above each other.
func (w *Walker) restore(l *level) error {
	var chain []int32
	var base []byte
	up := len(w.levels) - 1
	for n := l.node; n >= 0; n = w.forest.base[n] {
		if up >= 0 && w.levels[up].node == n {
			if base = w.levels[up].content; base != nil {
				break
			}
			up--
		}
		chain = append(chain, n)
	}
	borrowed := true // base is a level's
	var lost error
	for i := len(chain) - 1; i >= 0; i-- {
		w.counts.Rebuilt++
		content, err := w.again(chain[i], l.kind, base, lost)
		if !borrowed {
			w.x.buffers.put(base)
		}
		base, lost, borrowed = content, err, false
	}
	if lost != nil {
		return lost
	}
	l.content = base
	w.held += len(base)
	return nil
}

// again makes the content of an entry that was made before; lost says why its
// base could not be.
func (w *Walker) again(n int32, kind Kind, base []byte, lost error) ([]byte, error) {
	if lost == nil {
		var content []byte
		e, err := w.head(n)
		if err == nil {
			content, _, err = w.makeWhole(n, e, kind, base)
		}
		if err == nil {
			return content, nil
		}
		lost = err
	}
	if _, content, ok := w.host.Elsewhere(w.forest.id(n), w.forest.pack); ok {
		return append([]byte{}, content...), nil
	}
	return nil, lost
}
