package rules

import (
	"fmt"
	"sync"

	"github.com/keysieve/keysieve/rules/nfa"
	"github.com/keysieve/keysieve/rules/shape"
)

// nearCodes are what differs between the codes of rules with a Near. The built-in packs hold these
// instead of codes, of which they would be nine tenths.
type nearCodes struct{ before, behind, value, loose, end nfa.Code }

// codesOf makes the codes of a Near, whose regexes must be valid.
func codesOf(n *Near) (nearCodes, error) {
	var c nearCodes
	for _, part := range []struct {
		code  *nfa.Code
		regex string
	}{
		{&c.before, n.before()}, {&c.behind, n.behind()}, {&c.value, grouped(n.Value)}, {&c.loose, grouped(n.loose())},
		{&c.end, `(?:` + n.end() + `|$)`},
	} {
		var err error
		if _, *part.code, err = shape.Rewrite(part.regex); err != nil {
			return c, fmt.Errorf("encode what counts near a name: %w", err)
		}
	}
	return c, nil
}

// encodeNears makes the codes of all rules of a pack, which must be valid, with a Near.
func (p *Pack) encodeNears() error {
	for i := range p.Rules {
		if near := &p.Rules[i].Near; near.set() {
			var err error
			if near.codes, err = codesOf(near); err != nil {
				return err
			}
		}
	}
	return nil
}

// list returns the codes in the order in which they are written.
func (c *nearCodes) list() []*nfa.Code {
	return []*nfa.Code{&c.before, &c.behind, &c.value, &c.loose, &c.end}
}

// sharedCodes are what all of these rules have in common.
type sharedCodes struct{ key, behind, gap, gapOnly, value, call nfa.Code }

// list returns the codes in the order in which they are written.
func (s *sharedCodes) list() []*nfa.Code {
	return []*nfa.Code{&s.key, &s.behind, &s.gap, &s.gapOnly, &s.value, &s.call}
}

// makeShared makes the codes of what the rules share. They stand in the prepared packs: encoding them takes a millisecond.
func makeShared() (s sharedCodes, err error) {
	for i, regex := range []string{nearKey, nearBehind, nearGap + nearKeyWord + nearValue, nearGap + nearKeyWordOnly + nearValue, nearValue, nearCall} {
		if _, *s.list()[i], err = shape.Rewrite(folded(regex)); err != nil {
			return s, fmt.Errorf("encode what may stand near a name: %w", err)
		}
	}
	return s, nil
}

// nearShared are those of the prepared packs.
var nearShared = sync.OnceValue(func() (s sharedCodes) {
	r := compactReader{data: prepared, pos: bodyAt}
	r.shared(&s)
	return s
})

// code puts the code of the regex together that pattern returns.
func (n *Near) code(groups int) nfa.Code {
	shared, own := nearShared(), &n.codes
	gap := shared.gap
	if n.Other != "" {
		gap = shared.gapOnly
	}
	direct := shared.value
	if n.Keyed {
		direct = shared.call
	}
	value := nfa.Choice(nfa.Sequence(direct, nfa.Group(groups+2, own.value)), nfa.Sequence(gap, nfa.Group(groups+3, own.loose)))
	return nfa.Choice(
		nfa.Sequence(shared.key, nfa.Group(groups+1, own.loose), shared.behind, own.behind),
		nfa.Sequence(own.before, value, own.end),
	)
}
