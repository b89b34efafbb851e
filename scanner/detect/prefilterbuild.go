package detect

import (
	"math/bits"
	"strings"

	"github.com/keysieve/keysieve/rules/shape"
)

// prefilterBuilder collects literals with their users, and packs them. For rules of one's own it is
// part of every start of the program, so it allocates a few large slices instead of a map and a slice for each literal.
type prefilterBuilder struct {
	literals []literal
	index    []int32       // open addressing by text: 1 plus the literal's number
	more     []literalUser // of literals that have one already, which nine of ten never get
	texts    int           // bytes of all literals
	spanning bool
}

// literal is a text on its way into the tables, with its first user.
type literal struct {
	text string // lower case if fold
	fold bool
	rare int // offset of the group of four that is entered
	more int // further users
	user user
}

// literalUser is a further user on its way to its literal.
type literalUser struct {
	literal int32
	user
}

// newPrefilterBuilder takes how many times add will be called at most.
func newPrefilterBuilder(most int) *prefilterBuilder {
	return &prefilterBuilder{literals: make([]literal, 0, most), index: written[int32](1 << bits.Len(uint(2*most+1)))}
}

// maxText is the longest text that is looked for. Around the seams of contents that are made from
// others as much is looked at again.
const maxText = 16

// add registers a literal of at least minText bytes; of a longer one than maxText a part.
func (b *prefilterBuilder) add(l shape.Literal, u user) {
	// Lines are looked at one by one (lines.go): no text should begin in the line before.
	if strings.IndexByte(l.Text[:len(l.Text)-1], '\n') >= 0 {
		i := strings.LastIndexByte(l.Text[:len(l.Text)-1], '\n')
		if u.keyword || len(l.Text)-i-1 < minText {
			b.spanning = true
		} else {
			l.Text = l.Text[i+1:]
			if l.Rare -= i + 1; l.Rare < 0 { // else it is the rarest of this part, too
				l.Rare = shape.RarestGram(l.Text)
			}
			if u.before != shape.Unbounded {
				u.before += int32(i + 1)
			}
			u.broken = true
		}
	}
	if n := len(l.Text); n > maxText && !u.keyword && u.rule != directiveUser {
		from := min(max(l.Rare-(maxText-gramLen)/2, 0), n-maxText)
		if u.before != shape.Unbounded {
			u.before += int32(from)
		}
		if u.after != shape.Unbounded {
			u.after += int32(n - maxText - from)
		}
		u.broken = u.broken || strings.Contains(l.Text[:from], "\n")
		l.Text, l.Rare = l.Text[from:from+maxText], l.Rare-from
	}
	mask := uint32(len(b.index) - 1)
	i := textHash(l.Text) & mask
	for ; b.index[i] != 0; i = (i + 1) & mask {
		if known := &b.literals[b.index[i]-1]; known.text == l.Text && known.fold == l.Fold {
			known.more++
			b.more = append(b.more, literalUser{b.index[i] - 1, u})
			return
		}
	}
	b.literals = append(b.literals, literal{text: l.Text, fold: l.Fold, rare: l.Rare, user: u})
	b.index[i] = int32(len(b.literals))
	b.texts += len(l.Text)
}

// folded returns up to eight bytes of a text of minText or more, the first one lowest.
func folded(s string) uint64 {
	if len(s) >= 8 {
		return word64(s) | foldMask
	}
	return head(s) | foldMask>>(8*(8-len(s)))
}

// head returns the bytes of a text of minText to seven, the first one lowest.
func head(s string) uint64 {
	n := len(s)
	if n >= 4 {
		return uint64(word32(s)) | uint64(word32(s[n-4:]))<<(8*(n-4))
	}
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16
}

// word32 and word64 load bytes, the first one lowest.
func word32(s string) uint32 {
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

func word64(s string) uint64 { return uint64(word32(s)) | uint64(word32(s[4:]))<<32 }

// textHash spreads texts by their first and last eight bytes.
func textHash(s string) uint32 {
	var h uint64
	if n := len(s); n >= 8 {
		h = word64(s)*0x9E3779B97F4A7C15 ^ word64(s[n-8:])
	} else {
		h = head(s)
	}
	return uint32(h * 0xC2B2AE3D27D4EB4F >> 32)
}
