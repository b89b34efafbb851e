package nfa

// Union returns an automaton that matches what any of the given ones does; nil if it would have more than limit
// instructions, which is at most MaxInsts. Groups mean nothing in it.
func Union(all []*NFA, limit int) *NFA {
	size := len(all) - 1
	for _, n := range all {
		size += len(n.Insts)
	}
	if len(all) == 0 || size > min(limit, MaxInsts) {
		return nil
	}
	u := builder{n: NFA{Insts: make([]Inst, 0, size), Groups: 1}}
	starts := make([]uint16, len(all))
	for i, n := range all {
		base := uint16(len(u.n.Insts)) //nolint:gosec // MaxInsts at most
		classes := make([]uint16, len(n.Classes))
		for k := range n.Classes {
			classes[k] = u.known(&n.Classes[k])
		}
		for _, inst := range n.Insts {
			inst.Out += base
			switch inst.Op {
			case OpClass:
				inst.Arg = classes[inst.Arg]
			case OpSplit:
				inst.Arg += base
			}
			u.emit(inst)
		}
		starts[i] = n.Start + base
	}
	first := starts[len(starts)-1]
	for i := len(starts) - 2; i >= 0; i-- {
		first = u.emit(Inst{Op: OpSplit, Out: starts[i], Arg: first})
	}
	u.n.Start = first
	return &u.n
}
