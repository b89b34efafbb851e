package source

import (
	"errors"
	"fmt"
	"testing"

	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/git"
)

// What was read and is not listed is told as that, once for each name.
func TestTell(t *testing.T) {
	h := &History{told: map[string]bool{}}
	var skips []scanner.Skip
	for range 2 {
		h.tell("paths of secrets", fmt.Errorf("there: %w", &git.UnlistedError{}), func(s scanner.Skip) { skips = append(skips, s) })
		h.tell("paths of trees", errors.New("too many"), func(s scanner.Skip) { skips = append(skips, s) })
	}
	if len(skips) != 2 || skips[0].Kind != scanner.SkipUnlisted || skips[1].Kind != scanner.SkipUnread || skips[1].Reason != "too many" {
		t.Errorf("%+v", skips)
	}
}
