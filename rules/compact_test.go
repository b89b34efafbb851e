package rules

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules/shape"
)

// withShapes derives the shapes of a pack, as PrepareBuiltin does.
func withShapes(t testing.TB, pack Pack) Pack {
	t.Helper()
	pack.shapes = newSet(t, pack).shapes
	if err := pack.encodeNears(); err != nil {
		t.Fatal(err)
	}
	return pack
}

// stripped is what the compact form keeps of a pack.
func stripped(pack Pack) Pack {
	pack.lines, pack.notes = nil, nil
	rules := make([]Rule, len(pack.Rules))
	for i, r := range pack.Rules {
		if r.Near.set() { // made from the rule when they are needed
			s := *pack.shapes[i]
			s.Regex, s.Code = "", ""
			pack.shapes = slices.Clone(pack.shapes)
			pack.shapes[i] = &s
		}
		r.Examples, r.Counterexamples = nil, nil
		rules[i] = r
	}
	pack.Rules = rules
	return pack
}

func TestCompactRoundTrip(t *testing.T) {
	packs := []Pack{
		withShapes(t, decode(t, "acme.toml", fullPack)),
		withShapes(t, decode(t, "team.toml", teamPack)),
		{ID: "empty", shapes: []*shape.Shape{}},
		filled(t, true),
		filled(t, false),
	}
	got, err := decodePacks(string(encodePacks(packs, sharedCodes{})))
	if err != nil {
		t.Fatal(err)
	}
	for i := range packs {
		want := stripped(packs[i])
		if !reflect.DeepEqual(normal(got[i]), normal(want)) {
			t.Errorf("pack %d:\ngot  %+v\nwant %+v", i, got[i], want)
		}
	}
}

// normal makes no difference between no slice and an empty one.
func normal(p Pack) string {
	text := fmt.Sprintf("%q %q %q %+v %+v %+v", p.ID, p.Description, p.file, p.Rules, p.Allowlists, p.Lowerings)
	for _, s := range p.shapes {
		unpacked := *s
		if s.Packed != "" {
			unpacked.Literals, unpacked.Packed = unpackLiterals(s.Packed), ""
		}
		text += fmt.Sprintf(" %+v", unpacked)
	}
	return text
}

// filled is a pack in which no field is zero: a field that the compact form
// forgets is lost on the way. A field of Rule, Lowering or Shape that is added later is
// filled here by itself.
//
// The shape of a rule that knows its secret by a name near it has no regex and no code, which are made from the rule.
func filled(t *testing.T, near bool) Pack {
	t.Helper()
	var r Rule
	var s shape.Shape
	var l Lowering
	n := 0
	fill(t, reflect.ValueOf(&r).Elem(), &n)
	fill(t, reflect.ValueOf(&s).Elem(), &n)
	fill(t, reflect.ValueOf(&l).Elem(), &n)
	r.Pack = "filled"
	s.Packed = "" // which is what becomes of the literals
	if near {
		s.Regex, s.Code = "", ""
	} else {
		r.Near = Near{}
	}
	return Pack{
		ID: "filled", Description: "d", file: "f", Rules: []Rule{r}, Allowlists: r.Allowlists, Lowerings: []Lowering{l}, shapes: []*shape.Shape{&s},
	}
}

func fill(t *testing.T, v reflect.Value, n *int) {
	t.Helper()
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d", *n))
	case reflect.Int:
		v.SetInt(int64(*n) * 100)
	case reflect.Uint64:
		v.SetUint(uint64(*n)<<40 | 1)
	case reflect.Array:
		for i := range v.Len() {
			fill(t, v.Index(i), n)
		}
	case reflect.Uint8:
		v.SetUint(1) // also an OnFail, a Severity and a Confidence
	case reflect.Float64:
		v.SetFloat(float64(*n) + 0.1)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(t, v.Index(i), n)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(t, v.Field(i), n)
			}
		}
	default:
		t.Fatalf("the compact form has no %s", v.Kind())
	}
}

func TestDecodePacksRefusesOtherData(t *testing.T) {
	good := string(encodePacks([]Pack{withShapes(t, decode(t, "acme.toml", fullPack))}, sharedCodes{}))
	for _, data := range []string{"", "keysieve rules 0\n", good[:len(compactMagic)], good[:len(good)-1], good + "x"} {
		if _, err := decodePacks(data); err == nil {
			t.Errorf("%d bytes were accepted", len(data))
		}
	}
}

func FuzzDecodePacks(f *testing.F) {
	good := encodePacks([]Pack{withShapes(f, decode(f, "acme.toml", fullPack))}, sharedCodes{})
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Add([]byte(compactMagic + strings.Repeat("\xff", 60)))
	f.Fuzz(func(t *testing.T, data []byte) {
		packs, err := decodePacks(string(data))
		if err != nil {
			return
		}
		again, err := decodePacks(string(encodePacks(packs, sharedCodes{})))
		if err != nil {
			t.Fatalf("what was written is not read: %v", err)
		}
		for i := range packs {
			if normal(packs[i]) != normal(again[i]) {
				t.Errorf("pack %d changed", i)
			}
		}
	})
}

// BenchmarkBuiltin is what a scan pays for the built-in rules before it reads anything.
func BenchmarkBuiltin(b *testing.B) {
	b.SetBytes(int64(len(prepared)))
	b.ReportAllocs()
	for b.Loop() {
		packs, err := decodePacks(prepared)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := NewSet(packs...); err != nil {
			b.Fatal(err)
		}
	}
}
