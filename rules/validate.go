package rules

import (
	"fmt"
	"math"
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/keysieve/keysieve/rules/check"
)

// problem is a mistake in a rule or allowlist. Field is the key that it concerns
// as a pack writes it ("allowlists[0].regexes[1]"), or empty.
type problem struct{ field, message string }

// problems says what is wrong with a rule as it stands in a Set.
func (r *Rule) problems() []problem {
	found := r.patternProblems()
	report := func(field, format string, args ...any) {
		found = append(found, problem{field, fmt.Sprintf(format, args...)})
	}
	if r.Check != "" {
		if _, ok := check.ByName(r.Check); !ok {
			report("check", "%s", unknownCheck(r.Check))
		}
	}
	for i, word := range r.Keywords {
		if word == "" {
			report(element("keywords", i), "keyword %d is empty: every content would hold it", i+1)
		}
	}
	if bad(r.Entropy) || r.Entropy > 8 {
		report("entropy", "entropy is %v; it is between 0 and 8 bits per byte", r.Entropy)
	}
	if bad(r.Randomness) {
		report("randomness", "randomness is %v; it is a power of ten, 0 or more", r.Randomness)
	}
	if r.MaxLength < 0 {
		report("maxLength", "maxLength is %d; it is a number of bytes, or 0 for none", r.MaxLength)
	}
	if r.Severity < SeverityLow || r.Severity > SeverityCritical {
		report("severity", "it has no severity (low, medium, high, critical)")
	}
	if r.Confidence < ConfidenceLow || r.Confidence > ConfidenceHigh {
		report("confidence", "it has no confidence (low, medium, high)")
	}
	if r.Public && !r.SkipReport {
		report("public", "public = true would show a secret: it is for rules with skipReport = true")
	}
	for i, need := range r.Required {
		found = append(found, need.problems(r.ID, element("required", i))...)
	}
	for i := range r.Allowlists {
		found = append(found, r.Allowlists[i].problems(element("allowlists", i)+".")...)
	}
	return found
}

// patternProblems says what is wrong with what a rule looks for.
func (r *Rule) patternProblems() []problem {
	var found []problem
	report := func(field, format string, args ...any) {
		found = append(found, problem{field, fmt.Sprintf(format, args...)})
	}
	if !r.Reads() && r.Path == "" && !r.ReadsWhole() {
		report("", "it has neither a regex nor near nor a path, so that it would match nothing")
	}
	found = append(found, r.Near.problems(r)...)
	if r.Reads() && len(found) == 0 {
		tree, err := parseRegex(r.Pattern())
		if err != nil {
			report("regex", "regex: %v", err)
		} else if groups := tree.MaxCap(); r.SecretGroup > groups {
			report("secretGroup", "secretGroup is %d, but the regex has %s", r.SecretGroup, countGroups(groups))
		}
	} else if r.SecretGroup > 0 && len(found) == 0 {
		report("secretGroup", "secretGroup is %d, but there is no regex", r.SecretGroup)
	}
	if r.Entries != "" && (r.Regex == "" || r.Near.set()) {
		report("entries", "entries needs a regex, beside whose match the mapping %s stands", r.Entries)
	}
	if r.Stored && !r.Judge {
		report("stored", "stored = true needs judge = true: it is asked of values that are judged")
	}
	if r.SecretGroup < 0 {
		report("secretGroup", "secretGroup is %d; groups count from 1, and 0 means the first that takes part", r.SecretGroup)
	}
	if r.Path != "" {
		if _, err := parseRegex(r.Path); err != nil {
			report("path", "path: %v", err)
		}
	}
	return found
}

func (n *Required) problems(owner, field string) []problem {
	var found []problem
	switch n.ID {
	case "":
		found = append(found, problem{field, "a required rule has no id"})
	case owner:
		found = append(found, problem{field + ".id", "it requires itself"})
	}
	if n.WithinLines < -1 {
		found = append(found, problem{field + ".withinLines", fmt.Sprintf("withinLines is %d; it is 0 or more", n.WithinLines)})
	}
	if n.WithinColumns < -1 {
		found = append(found, problem{field + ".withinColumns", fmt.Sprintf("withinColumns is %d; it is 0 or more", n.WithinColumns)})
	}
	return found
}

// problems says what is wrong with an allowlist; prefix is its place with a dot
// at the end, to which the field's name is added.
func (a *Allowlist) problems(prefix string) []problem {
	var found []problem
	if len(a.Paths)+len(a.Regexes)+len(a.Stopwords)+len(a.Commits) == 0 {
		found = append(found, problem{strings.TrimSuffix(prefix, "."), "an allowlist has no condition: give paths, regexes, stopwords or commits"})
	}
	for _, list := range []struct {
		name    string
		values  []string
		regexes bool
	}{
		{"paths", a.Paths, true},
		{"regexes", a.Regexes, true},
		{"stopwords", a.Stopwords, false},
		{"commits", a.Commits, false},
		{"targetRules", a.TargetRules, false},
	} {
		for i, value := range list.values {
			field := prefix + element(list.name, i)
			if strings.TrimSpace(value) == "" {
				found = append(found, problem{field, fmt.Sprintf("entry %d of an allowlist's %s is empty", i+1, list.name)})
			} else if list.regexes {
				if _, err := parseRegex(value); err != nil {
					found = append(found, problem{field, fmt.Sprintf("allowlist %s: %v", list.name, err)})
				}
			}
		}
	}
	switch a.RegexTarget {
	case "", TargetSecret, TargetMatch, TargetNamed, TargetLine:
	default:
		message := fmt.Sprintf("unknown regexTarget %q (%s, %s, %s, %s)", a.RegexTarget, TargetSecret, TargetMatch, TargetNamed, TargetLine)
		found = append(found, problem{prefix + "regexTarget", message})
	}
	return found
}

// MaxIDLength bounds a rule's id, in bytes: people write it in comments and configurations.
const MaxIDLength = 120

// idProblem says what is wrong with a rule's id. strict is the form demanded in
// keysieve's packs; a gitleaks configuration may name its rules as it likes.
func idProblem(id string, strict bool) string {
	if strings.TrimSpace(id) == "" {
		return `it needs one: id = "acme-api-key"`
	}
	if len(id) > MaxIDLength {
		return fmt.Sprintf("id %.40q… has %d bytes; at most %d are allowed", id, len(id), MaxIDLength)
	}
	if strict {
		if !kebab(id) {
			return fmt.Sprintf("id %q is not lower-case words joined by single hyphens", id)
		}
		return ""
	}
	if !utf8.ValidString(id) || strings.TrimSpace(id) != id || strings.ContainsFunc(id, unicode.IsControl) {
		return fmt.Sprintf("id %q has control characters or outer spaces", id)
	}
	return ""
}

// kebab reports whether a text is words of lower-case ASCII letters and digits,
// joined by single hyphens.
func kebab(id string) bool {
	for word := range strings.SplitSeq(id, "-") {
		if word == "" {
			return false
		}
		for _, c := range []byte(word) {
			if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
				return false
			}
		}
	}
	return true
}

// parseRegex parses RE2 syntax as regexp.Compile does, without compiling.
func parseRegex(expr string) (*syntax.Regexp, error) {
	tree, err := syntax.Parse(expr, syntax.Perl)
	if err == nil {
		return tree, nil
	}
	failure, ok := err.(*syntax.Error)
	if !ok {
		return nil, err
	}
	hint := ""
	switch failure.Code {
	case syntax.ErrInvalidPerlOp:
		hint = " (look-around and atomic groups do not exist in RE2 syntax)"
	case syntax.ErrInvalidRepeatSize:
		hint = " (RE2 syntax allows at most 1000 repetitions; write (?:x{0,1000}){0,3} for more)"
	case syntax.ErrInvalidEscape:
		hint = " (back-references do not exist in RE2 syntax)"
	}
	return nil, fmt.Errorf("%s: `%s`%s", failure.Code, failure.Expr, hint)
}

func countGroups(n int) string {
	switch n {
	case 0:
		return "no capture group"
	case 1:
		return "1 capture group"
	}
	return fmt.Sprintf("%d capture groups", n)
}

func unknownCheck(name string) string {
	var names []string
	for _, scheme := range check.Schemes() {
		names = append(names, scheme.Name())
	}
	return fmt.Sprintf("unknown check %q%s", name, suggestion(name, names))
}

func bad(f float64) bool { return math.IsNaN(f) || math.IsInf(f, 0) || f < 0 }

func element(field string, i int) string { return fmt.Sprintf("%s[%d]", field, i) }
