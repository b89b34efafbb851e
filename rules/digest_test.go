package rules

import (
	"math"
	"reflect"
	"testing"
)

func digestOf(t *testing.T, packs ...Pack) [32]byte {
	t.Helper()
	set, err := NewSet(packs...)
	if err != nil {
		t.Fatal(err)
	}
	sum, err := set.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// digestPack is a pack with one of everything.
func digestPack() Pack {
	return Pack{
		ID: "p",
		Rules: []Rule{
			{ID: "a-one", Description: "one", Regex: `aaa-[0-9]{9}`, Severity: SeverityHigh, Confidence: ConfidenceHigh},
			{ID: "b-two", Description: "two", Regex: `bbb-[0-9]{9}`, Severity: SeverityHigh, Confidence: ConfidenceHigh},
		},
		Allowlists: []Allowlist{{Paths: []string{"x"}}, {Paths: []string{"y"}, TargetRules: []string{"b-two"}}},
		Lowerings:  []Lowering{{Description: "z", Paths: []string{"z"}, TargetRules: []string{"a-one"}}},
	}
}

func TestDigestIsStable(t *testing.T) {
	if one, other := digestOf(t, digestPack()), digestOf(t, digestPack()); one != other {
		t.Error("equal packs have different digests")
	}
	first, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	second, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	a, errA := first.Digest()
	b, errB := second.Digest()
	if errA != nil || errB != nil || a != b || a == digestOf(t, digestPack()) {
		t.Errorf("the built-in rules: %x, %v; %x, %v", a, errA, b, errB)
	}
}

func TestDigestChanges(t *testing.T) {
	changes := map[string]func(*Pack){
		"order of rules":       func(p *Pack) { p.Rules[0], p.Rules[1] = p.Rules[1], p.Rules[0] },
		"a rule less":          func(p *Pack) { p.Rules = p.Rules[:1]; p.Allowlists = p.Allowlists[:1] },
		"own allowlist":        func(p *Pack) { p.Rules[0].Allowlists = []Allowlist{{Stopwords: []string{"w"}}} },
		"allowlist for all":    func(p *Pack) { p.Allowlists[0].Paths[0] = "xx" },
		"targeted allowlist":   func(p *Pack) { p.Allowlists[1].Paths[0] = "yy" },
		"target of allowlist":  func(p *Pack) { p.Allowlists[1].TargetRules[0] = "a-one" },
		"allowlist less":       func(p *Pack) { p.Allowlists = p.Allowlists[1:] },
		"lowering":             func(p *Pack) { p.Lowerings[0].Paths[0] = "zz" },
		"target of lowering":   func(p *Pack) { p.Lowerings[0].TargetRules[0] = "b-two" },
		"lowering less":        func(p *Pack) { p.Lowerings = nil },
		"maximum of a number":  func(p *Pack) { p.Rules[0].Entropy = math.Nextafter(1, 2) },
		"that number a bit up": func(p *Pack) { p.Rules[0].Entropy = math.Nextafter(math.Nextafter(1, 2), 2) },
	}
	seen := map[[32]byte]string{digestOf(t, digestPack()): "nothing"}
	for name, change := range changes {
		p := digestPack()
		change(&p)
		sum := digestOf(t, p)
		if other, ok := seen[sum]; ok {
			t.Errorf("%s and %s have the same digest", name, other)
		}
		seen[sum] = name
	}
}

// TestDigestHasEveryField changes each field of a rule, an allowlist and a lowering that there
// is, so that a field which is added later is not forgotten.
func TestDigestHasEveryField(t *testing.T) {
	digest := func(set *Set) [32]byte {
		sum, err := set.Digest()
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
	for _, part := range []string{"rule", "allowlist", "lowering"} {
		build := func() (*Set, reflect.Value) {
			r, a, l := &Rule{}, &Allowlist{}, &Lowering{}
			set := &Set{
				rules: []*Rule{r}, allowlists: [][]*CompiledAllowlist{{{source: a}}},
				lowerings: map[int][]*compiledLowering{0: {{source: l}}},
			}
			return set, map[string]reflect.Value{"rule": reflect.ValueOf(r), "allowlist": reflect.ValueOf(a), "lowering": reflect.ValueOf(l)}[part].Elem()
		}
		plain, value := build()
		for i := range value.NumField() {
			field := value.Type().Field(i)
			if !field.IsExported() {
				t.Errorf("%s.%s is not exported: Digest does not see it", part, field.Name)
				continue
			}
			changed, value := build()
			switch f := value.Field(i); f.Kind() {
			case reflect.String:
				f.SetString("x")
			case reflect.Bool:
				f.SetBool(true)
			case reflect.Float64:
				f.SetFloat(0.5)
			case reflect.Int:
				f.SetInt(1)
			case reflect.Uint8:
				f.SetUint(1)
			case reflect.Slice:
				f.Set(reflect.MakeSlice(f.Type(), 1, 1))
			case reflect.Struct: // rules.Near: each of its fields
				for k := range f.NumField() {
					if !f.Type().Field(k).IsExported() {
						continue
					}
					part, value := build()
					if inner := value.Field(i).Field(k); inner.Kind() == reflect.Bool {
						inner.SetBool(true)
					} else {
						inner.SetString("x")
					}
					if digest(plain) == digest(part) {
						t.Errorf("%s.%s makes no difference", f.Type(), f.Type().Field(k).Name)
					}
				}
				continue
			default:
				t.Fatalf("%s.%s is a %s: change it here", part, field.Name, f.Kind())
			}
			if digest(plain) == digest(changed) {
				t.Errorf("%s.%s makes no difference", part, field.Name)
			}
		}
	}
}

func BenchmarkDigest(b *testing.B) {
	set, err := Builtin()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := set.Digest(); err != nil {
			b.Fatal(err)
		}
	}
}
