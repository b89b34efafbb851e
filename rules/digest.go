package rules

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
)

// Digest says what the Set finds: the SHA-256 of all rules in their order, with everything
// that they state, the allowlists that apply to each and the lowerings. Sets with
// equal digests find the same, in the same version of keysieve; what a comment or the
// layout of a pack says does not count.
func (s *Set) Digest() ([sha256.Size]byte, error) {
	h := sha256.New()
	write := json.NewEncoder(h) // a line for each value: no two lists of values give the same text
	numbers := make(map[any]int)
	// shared writes a value in full when it is first met, and later its number: the
	// allowlists of all rules apply to a thousand of them.
	shared := func(key, value any) error {
		n, known := numbers[key]
		if !known {
			n = len(numbers)
			numbers[key] = n
		}
		_, _ = fmt.Fprintf(h, "%d\n", n) // a hash never fails
		if known {
			return nil
		}
		return write.Encode(value)
	}
	for i, rule := range s.rules {
		if err := write.Encode(rule); err != nil {
			return [sha256.Size]byte{}, fmt.Errorf("digest of rule %s: %w", rule.ID, err)
		}
		for _, list := range s.allowlists[i] {
			if err := shared(list, list.source); err != nil {
				return [sha256.Size]byte{}, fmt.Errorf("digest of an allowlist of rule %s: %w", rule.ID, err)
			}
		}
		_, _ = io.WriteString(h, "lowered\n")
		for _, lowering := range s.lowerings[i] {
			if err := shared(lowering, lowering.source); err != nil {
				return [sha256.Size]byte{}, fmt.Errorf("digest of a lowering of rule %s: %w", rule.ID, err)
			}
		}
	}
	return [sha256.Size]byte(h.Sum(nil)), nil
}
