package detect

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/keysieve/keysieve/rules/shape"
)

// TestPrefilterUsers: every literal has its users, in the order in which they came, however many share it, and however long it is.
func TestPrefilterUsers(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 1))
	type key struct {
		text string
		fold bool
	}
	want := map[key][]int32{}
	const n = 3000
	b := newPrefilterBuilder(n)
	for i := range int32(n) {
		text := fmt.Sprintf("%0*d", 3+rng.IntN(14), rng.IntN(1<<rng.IntN(12)))
		k := key{text, rng.IntN(4) == 0}
		want[k] = append(want[k], i)
		b.add(shape.Literal{Text: text, Fold: k.fold}, user{rule: i})
	}
	pf := openPrefilter(b.pack(0, nil))
	if int(pf.count()) != len(want) {
		t.Errorf("%d literals, want %d", pf.count(), len(want))
	}
	shared := 0
	for id := range pf.count() {
		l := pf.text(id)
		var got []int32
		for users, i := pf.usersOf(id), 0; i < users.len(); i++ {
			got = append(got, users.at(i).rule)
		}
		if k := (key{l, pf.literals[id].fold()}); !slices.Equal(got, want[k]) {
			t.Errorf("%v is for %v, want %v", k, got, want[k])
		}
		if len(got) > 1 {
			shared++
		}
		text := []byte("…" + l + "…")
		if found := pf.scan(text, 0, len(text), nil); !slices.Contains(found, candidate{id, len("…")}) {
			t.Errorf("%q is not found", l)
		}
	}
	if shared < 100 {
		t.Errorf("only %d literals are shared", shared)
	}
}

// TestPrefilterLines: of a literal of several lines the last is looked for, by its own rarest group.
func TestPrefilterLines(t *testing.T) {
	for _, text := range []string{"zqxj\nsecret", "the\nzqxj: the", "a\nb\nthe secret of", "the secret\nzqx"} {
		l := shape.Literal{Text: text, Rare: shape.RarestGram(text)}
		b := newPrefilterBuilder(1)
		b.add(l, user{before: 3})
		pf := openPrefilter(b.pack(0, nil))
		last, at := pf.text(0), int(pf.literals[0].offset)
		if want := shape.RarestGram(last); at != want {
			t.Errorf("%q: the group at %d of %q, want %d", text, at, last, want)
		}
		if u := pf.users.at(0); !u.broken || int(u.before) != 3+len(text)-len(last) {
			t.Errorf("%q: %+v", text, u)
		}
	}
}

func literalOf(text string) shape.Literal {
	return shape.Literal{Text: text, Rare: shape.RarestGram(text)}
}
