package detect

import (
	"bytes"
	"os"
	"slices"
	"testing"

	"github.com/keysieve/keysieve/rules"
)

// TestPreparedIsUpToDate: the built-in rules find their prefilter prepared, and it is theirs.
func TestPreparedIsUpToDate(t *testing.T) {
	want, err := PreparePrefilter()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("prefilter.bin")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) || prepared != string(want) {
		t.Error("scanner/detect/prefilter.bin is stale; run: go generate ./rules")
	}
	if stamp, ok := mustBuiltin(t).Prepared(); !ok || stamp != stampOf(prepared, mustBuiltin(t).Len()) {
		t.Errorf("the built-in rules have the stamp %x (%v), their prefilter %x", stamp, ok, stampOf(prepared, mustBuiltin(t).Len()))
	}
}

// TestPreparedIsForTheVeryRules: a set of other rules, or of fewer, has a prefilter of its own.
func TestPreparedIsForTheVeryRules(t *testing.T) {
	part := mustBuiltin(t).Only(func(r *rules.Rule) bool { return r.ID == "github-pat-classic" || r.Generic })
	own := mustSet(t, "[[rules]]\nid = \"own-token\"\nregex = 'own-[0-9]{12}'\n")
	for _, set := range []*rules.Set{part, own} {
		pf := New(set).prefilter
		if len(pf.traits) != set.Len() {
			t.Errorf("the prefilter is for %d rules, not %d", len(pf.traits), set.Len())
		}
		for id := range pf.count() {
			for users, i := pf.usersOf(id), 0; i < users.len(); i++ {
				if u := users.at(i); int(u.rule) >= set.Len() {
					t.Errorf("%q is for rule %d of %d", pf.text(id), u.rule, set.Len())
				}
			}
		}
	}
}

// TestStampOfOther: what is damaged, of another form or for another number of rules is not used.
func TestStampOfOther(t *testing.T) {
	n := mustBuiltin(t).Len()
	if stampOf(prepared, n) == 0 {
		t.Fatal("the prepared one is refused")
	}
	for name, packed := range map[string]string{
		"empty": "", "head": prepared[:headerSize], "short": prepared[:len(prepared)-1], "long": prepared + "x", "other form": "p" + prepared,
	} {
		if stampOf(packed, n) != 0 {
			t.Errorf("%s: it is used", name)
		}
	}
	if stampOf(prepared, n-1) != 0 {
		t.Error("it is used for fewer rules")
	}
}

// TestPreparedFindsItsLiterals: each literal is found at both ends of a text and between other bytes, by the tables.
func TestPreparedFindsItsLiterals(t *testing.T) {
	pf := New(mustBuiltin(t)).prefilter
	for id := range pf.count() {
		l := pf.text(id)
		for _, c := range []struct {
			text string
			at   int
		}{{l, 0}, {"\x00\xff" + l, 2}, {l + "ÿ", 0}, {"..........." + l + "...........", 11}} {
			if found := pf.scan([]byte(c.text), 0, len(c.text), nil); !slices.Contains(found, candidate{id, c.at}) {
				t.Fatalf("%q is not found in %q", l, c.text)
			}
		}
	}
}

// TestUsersKeepWhatTheySay: users are the same behind packing, whatever they say.
func TestUsersKeepWhatTheySay(t *testing.T) {
	want := []user{
		{rule: directiveUser}, {rule: 0, keyword: true, before: -1, after: -1}, {rule: 1 << 20, broken: true, before: 7, after: 1 << 30},
		{rule: 3, keyword: true, broken: true, after: -1},
	}
	b := newPrefilterBuilder(len(want))
	for _, u := range want {
		b.add(literalOf("token"), u)
	}
	users := openPrefilter(b.pack(0, nil)).usersOf(0)
	for i := range want {
		if users.len() != len(want) {
			t.Fatalf("%d users, want %d", users.len(), len(want))
		}
		if users.at(i) != want[i] {
			t.Fatalf("%+v, want %+v", users.at(i), want[i])
		}
	}
}
