package nfa

// OneLine tells whether a line break can stand in a match as its last character only, so that every match lies in one line.
func (n *NFA) OneLine() bool {
	for i := range n.Insts {
		inst := &n.Insts[i]
		if inst.Op == OpClass && n.Classes[inst.Arg].HasByte('\n') && !n.ends(inst.Out) {
			return false
		}
	}
	return true
}

// ends tells whether nothing is read from an instruction on.
func (n *NFA) ends(pc uint16) bool {
	for {
		switch i := &n.Insts[pc]; i.Op {
		case OpMatch, OpFail:
			return true
		case OpGroup, OpAssert:
			pc = i.Out
		default:
			return false
		}
	}
}
