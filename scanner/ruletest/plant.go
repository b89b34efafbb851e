package ruletest

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/rules/sample"
	"github.com/keysieve/keysieve/scanner/detect"
)

// Form says what of a rule's matches is planted as a value.
type Form uint8

const (
	// FormToken: the secret alone is recognised wherever it stands.
	FormToken Form = iota
	// FormNamed: the secret is recognised behind a name.
	FormNamed
	// FormText: the whole match is the value: a URL, a connection string.
	FormText
	// FormOwn: the secret stands in a syntax of its own (a header, a command, a
	// file of one program, at certain paths) and is not planted elsewhere.
	FormOwn
)

// String returns one word.
func (f Form) String() string { return [...]string{"token", "named", "text", "own"}[f] }

// Outcome is what became of a planted secret.
type Outcome uint8

const (
	Unwritable Outcome = iota // the syntax cannot write it
	Missed                    // no rule reports it
	AsGeneric                 // a generic rule reports it
	AsOther                   // another rule with structure reports it
	AsOwn                     // the rule reports it
)

// Planted is one rule in all syntaxes.
type Planted struct {
	Rule     *rules.Rule
	Form     Form
	Name     []string  // words of the name of the value
	Outcomes []Outcome // beside Syntaxes
}

// Plant makes secrets of rules, writes each in every syntax and looks what is
// reported; of opts.Samples secrets the one that fares best counts, since a drawn text may look
// written. Rules on paths, generic rules and parts of other rules are left out; a part that a
// rule requires, which must be among the chosen, is planted beside it. The error
// is that of ctx.
func Plant(ctx context.Context, set *rules.Set, chosen []*rules.Rule, opts Options) ([]Planted, error) {
	return plantWith(ctx, set, chosen, chosen, opts)
}

// plantWith is Plant with the parts that rules require among others.
func plantWith(ctx context.Context, set *rules.Set, chosen, parts []*rules.Rule, opts Options) ([]Planted, error) {
	p := &planter{runner: newRunner(set, opts), syntaxes: Syntaxes(), written: map[string]*rules.Rule{}, forms: map[string]*Planted{}}
	for _, r := range parts {
		p.written[r.ID] = r
	}
	var all []Planted
	for _, r := range chosen {
		if err := ctx.Err(); err != nil {
			return all, err
		}
		if _, ok := set.Index(r.ID); !ok || !r.Reads() || r.SkipReport || r.Generic || r.Entries != "" {
			continue
		}
		all = append(all, p.plant(r))
	}
	return all, nil
}

type planter struct {
	*runner
	syntaxes []Syntax
	written  map[string]*rules.Rule // with examples
	forms    map[string]*Planted    // of the rules asked for so far
}

func (p *planter) plant(r *rules.Rule) Planted {
	planted := *p.formOf(r)
	planted.Outcomes = make([]Outcome, len(p.syntaxes))
	if planted.Form == FormOwn {
		return planted
	}
	for i := range p.syntaxes {
		for try := range p.opts.Samples {
			outcome := p.one(&planted, &p.syntaxes[i], fmt.Sprintf("%s %d", p.syntaxes[i].Name, try))
			planted.Outcomes[i] = max(planted.Outcomes[i], outcome)
			if planted.Outcomes[i] == AsOwn || planted.Outcomes[i] == Unwritable && planted.Form == FormToken {
				break
			}
		}
	}
	return planted
}

// one plants one secret in one syntax.
func (p *planter) one(planted *Planted, s *Syntax, seed string) Outcome {
	entries, ok := p.entries(planted, seed)
	if !ok {
		return Unwritable
	}
	text, start, end, ok := s.Write(entries)
	if !ok {
		return Unwritable
	}
	index, _ := p.set.Index(planted.Rule.ID)
	return p.outcome(p.at(s.File, text), index, sample.Span{Start: start, End: end})
}

// at returns what is found in a text that stands at a path.
func (r *runner) at(path, text string) []detect.Match {
	return slices.DeleteFunc(r.whole.Scan([]byte(text)).Matches, func(m detect.Match) bool {
		only := r.set.Program(m.Rule).Path()
		return only != nil && !only.MatchString(path)
	})
}

// outcome tells which rule reports the secret.
func (p *planter) outcome(found []detect.Match, index int, at sample.Span) Outcome {
	best := Missed
	for _, taker := range takersOf(found, []sample.Span{at}) {
		switch {
		case taker == index:
			return AsOwn
		case p.set.Rules()[taker].Generic:
			best = max(best, AsGeneric)
		default:
			best = AsOther
		}
	}
	return best
}

// entries makes a secret of the rule and of what it requires.
func (p *planter) entries(planted *Planted, seed string) ([]Entry, bool) {
	value, ok := p.value(planted.Rule, planted.Form, seed)
	entries := []Entry{{planted.Name, value}}
	for _, need := range planted.Rule.Required {
		if need.Optional {
			continue
		}
		part, known := p.written[need.ID]
		if !known {
			return nil, false
		}
		other := p.formOf(part)
		text, made := p.value(part, other.Form, seed)
		if ok = ok && made; ok {
			entries = append(entries, Entry{other.Name, text})
		}
	}
	return entries, ok
}

// value makes what is planted of a rule.
func (p *planter) value(r *rules.Rule, form Form, seed string) (string, bool) {
	generator, err := generatorFor(r)
	if err != nil || generator == nil {
		return "", false
	}
	s, err := generator.Generate(p.random(r.ID, seed, 0, 0))
	if err != nil {
		return "", false
	}
	if form == FormText {
		text := strings.Trim(s.Match, " \t\r\n\"'`,;<>()[]")
		return text, !strings.ContainsAny(text, "\"'`") // with quotes it is no value, but an assignment
	}
	return s.Secret, true
}

// formOf finds out how a rule's secrets can be planted, by trying it in three plain syntaxes:
// first as a value under names, then the whole match.
func (p *planter) formOf(r *rules.Rule) *Planted {
	if known, ok := p.forms[r.ID]; ok {
		return known
	}
	names := namesOf(r)
	best := &Planted{Rule: r, Form: FormOwn, Name: names[0]}
	p.forms[r.ID] = best // a rule that requires this one may be required by it
	if r.Path != "" {
		return best
	}
	neutral := []string{"text"}
	candidates := []*Planted{{Rule: r, Form: FormToken, Name: neutral}}
	for _, name := range names {
		candidates = append(candidates, &Planted{Rule: r, Form: FormNamed, Name: name})
	}
	candidates = append(candidates, &Planted{Rule: r, Form: FormText, Name: neutral}, &Planted{Rule: r, Form: FormText, Name: names[0]})
	most := 0
	for _, c := range candidates {
		n := p.plantable(c)
		if n > most {
			most, best = n, c
		}
		if n == len(plainSyntaxes) {
			break
		}
	}
	if best.Form == FormToken {
		best.Name = names[0] // nobody calls it so
	}
	p.forms[r.ID] = best
	return best
}

// plainSyntaxes are the names of the syntaxes that decide on a rule's form.
var plainSyntaxes = [...]string{"dotenv", "json", "python"}

// plantable counts the plain syntaxes in which the rule reports a secret of its own.
func (p *planter) plantable(planted *Planted) int {
	n := 0
	for i := range p.syntaxes {
		if !slices.Contains(plainSyntaxes[:], p.syntaxes[i].Name) {
			continue
		}
		for try := range tries {
			if p.one(planted, &p.syntaxes[i], fmt.Sprintf("form %d", try)) == AsOwn {
				n++
				break
			}
		}
	}
	return n
}

// exampleName finds the names that stand before secrets in examples. Only tests of rules ask: no other run of the program pays for it.
var exampleName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`([A-Za-z][\w.\-]{1,60})["'\])]{0,3}\s{0,3}(?:=>|:=|=|:)\s{0,3}["'\x60]?\{\{(?:secret|match|re:)`)
})

// namesOf lists names for a rule's secret: those of its examples, and its id.
func namesOf(r *rules.Rule) [][]string {
	var names [][]string
	for _, example := range r.Examples {
		for _, m := range exampleName().FindAllStringSubmatch(example, -1) {
			words := splitName(m[1])
			if len(words) > 0 && !slices.ContainsFunc(names, func(n []string) bool { return slices.Equal(n, words) }) {
				names = append(names, words)
			}
		}
	}
	return append(names, strings.Split(r.ID, "-"))
}

// splitName takes apart a name in any style.
func splitName(name string) []string {
	var words []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			words = append(words, strings.ToLower(string(word)))
		}
		word = nil
	}
	var before rune
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			end()
		} else {
			if unicode.IsUpper(r) && unicode.IsLower(before) {
				end()
			}
			word = append(word, r)
		}
		before = r
	}
	end()
	return words
}
