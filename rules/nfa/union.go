package nfa

// Union returns an automaton that matches what any of the given ones does. Groups mean nothing in it.
func Union(all []*NFA) *NFA {
	u := &NFA{Groups: 1}
	starts := make([]uint32, len(all))
	for i, n := range all {
		base := uint32(len(u.Insts)) //nolint:gosec // a few thousand
		classes := make([]uint32, len(n.Classes))
		b := builder{n: *u}
		for k := range n.Classes {
			classes[k] = b.known(&n.Classes[k])
		}
		u.Classes = b.n.Classes
		for _, inst := range n.Insts {
			switch inst.Op {
			case OpClass:
				inst.Out, inst.Arg = inst.Out+base, classes[inst.Arg]
			case OpSplit:
				inst.Out, inst.Arg = inst.Out+base, inst.Arg+base
			default:
				inst.Out += base
			}
			u.Insts = append(u.Insts, inst)
		}
		starts[i] = n.Start + base
	}
	first := starts[len(starts)-1]
	for i := len(starts) - 2; i >= 0; i-- {
		u.Insts = append(u.Insts, Inst{OpSplit, starts[i], first})
		first = uint32(len(u.Insts) - 1) //nolint:gosec // as above
	}
	u.Start = first
	return u
}
