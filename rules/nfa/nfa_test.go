package nfa

import (
	"regexp/syntax"
	"testing"
)

func mustParse(t testing.TB, regex string) *syntax.Regexp {
	t.Helper()
	re, err := syntax.Parse(regex, syntax.Perl)
	if err != nil {
		t.Fatalf("%s: %v", regex, err)
	}
	return re
}

func TestBuildLimit(t *testing.T) {
	code := Encode(mustParse(t, `(?:[a-z]{1,50}x){1,20}`))
	whole := Build(code, 1<<20)
	if whole == nil {
		t.Fatal("not built")
	}
	if n := len(whole.Insts); Build(code, n) == nil || Build(code, n-1) != nil {
		t.Errorf("%d instructions: the limit is not exact", n)
	}
}

func TestGroups(t *testing.T) {
	for regex, want := range map[string]int{`a`: 1, `(a)`: 2, `((a)|(b))c`: 4, `(a){0}b`: 2} {
		if got := Build(Encode(mustParse(t, regex)), 1000).Groups; got != want {
			t.Errorf("%s has %d groups, want %d", regex, got, want)
		}
	}
}

func TestOneLine(t *testing.T) {
	for regex, want := range map[string]bool{
		`abc`: true, `a[^b]`: true, `a(?:[^\w]|$)`: true, `a\n`: true, `a\s`: true,
		`a\sb`: false, `a[^b]c`: false, `(?s)a.b`: false, `a.b`: true, `\na`: false, `(?:a\n)+`: false,
	} {
		if got := Build(Encode(mustParse(t, regex)), 1000).OneLine(); got != want {
			t.Errorf("%s: %v, want %v", regex, got, want)
		}
	}
}

func TestUnionKeepsParts(t *testing.T) {
	a, b := Build(Encode(mustParse(t, `ab|c[\wé]`)), 1000), Build(Encode(mustParse(t, `(x{2,3})y*`)), 1000)
	u := Union([]*NFA{a, b}, MaxInsts)
	if want := len(a.Insts) + len(b.Insts) + 1; len(u.Insts) != want {
		t.Errorf("%d instructions, want %d", len(u.Insts), want)
	}
	for i, inst := range u.Insts {
		if inst.Op == OpClass && int(inst.Arg) >= len(u.Classes) || inst.Op != OpMatch && inst.Op != OpFail && int(inst.Out) >= len(u.Insts) {
			t.Errorf("instruction %d leads nowhere: %+v", i, inst)
		}
	}
}

// FuzzBuild: whatever a Code holds, building it ends, within the limit.
func FuzzBuild(f *testing.F) {
	for _, regex := range []string{`a`, `(?i)[k-s]{2,5}(é|ß)*?$`, `\b(?:x?){3,}`, `[^\n]*`} {
		f.Add(string(Encode(mustParse(f, regex))))
	}
	f.Fuzz(func(t *testing.T, code string) {
		const limit = 5000
		if n := Build(Code(code), limit); n != nil && len(n.Insts) > limit {
			t.Errorf("%d instructions", len(n.Insts))
		}
	})
}
