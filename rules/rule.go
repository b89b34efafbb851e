package rules

import "slices"

// Rule says what one kind of secret looks like. It is plain data: reading a
// pack yields Rules, merging packs yields a Set, and only the Set compiles.
type Rule struct {
	ID          string // provider-kind[-variant], stable for ever: waivers and baselines refer to it
	Description string // one line, shown as the finding's title
	Provider    string // the issuer's name as users know it; empty for rules of no provider
	Regex       string // RE2 syntax; what counts wherever it stands
	Near        Near   // what counts near its issuer's name
	Path        string // regex on the slash-separated path; empty matches every path
	Entries     string // name of a mapping beside or in what the regex matches (YAML, JSON, HCL), "{" for the one that the match opens, "=" for the arguments NAME=value of the command that it begins, ":" for lines USER:password below it: its values are the secrets, and no group is
	SecretGroup int    // capture group that holds the secret; 0: the first group that took part, else the whole match

	Keywords   []string // lower case; the content must hold one of them, anywhere
	Entropy    float64  // the secret's Shannon entropy in bits per byte must exceed this; 0: no demand
	Randomness float64  // the secret must look random with odds of at least 10^Randomness to 1; 0: no demand
	Generic    bool     // a rule without structure of its own: yields to every other rule, sits binary content out, and its value is judged (reference, template, placeholder)
	Judge      bool     // the value is judged for reference, template and placeholder although the rule has structure: a password in a URL
	Stored     bool     // the value is given to a store of secrets under a name: one that says that it is an id, a sum or no secret at all is asked; entries are
	Check      string   // name of an offline check (package check), which may know contents as a whole; empty: none
	OnFail     OnFail   // what a failed check means

	Severity   Severity
	Confidence Confidence
	Remedy     string // how to revoke or rotate it at the provider, as one or two imperative sentences
	Docs       string // the provider's page on this format

	Examples        []string // templates (package sample) that must match
	Counterexamples []string // texts or templates that must not match

	MaxLength  int // bytes; the longest match to look for where the regex itself has no bound; 0: none stated
	Tags       []string
	SkipReport bool // exists only as another rule's required part
	Public     bool // and is no secret by itself (a host, an account): reports show it
	Required   []Required
	Allowlists []Allowlist

	Pack string // id of the pack it came from
}

// OnFail says what becomes of a match whose offline check fails.
type OnFail uint8

// A failed check lowers the finding to low confidence unless the rule says
// that it drops it: documentation and benchmarks are full of mangled tokens,
// and a reader wants to be told why one does not count.
const (
	Lower OnFail = iota
	Drop
)

// String returns the word used in packs.
func (o OnFail) String() string {
	if o == Drop {
		return "drop"
	}
	return "lower"
}

// Required names a second rule whose match near a first one's is the other part of one credential: an account
// beside its key. Without it the first does not count, unless it is optional.
type Required struct {
	ID            string
	WithinLines   int  // -1: anywhere in the content
	WithinColumns int  // -1: any column
	Optional      bool // the first counts without it; a part that stands near is reported with the first and not by itself
}

// Needs tells whether the rule counts only beside another rule's match.
func (r *Rule) Needs() bool {
	return slices.ContainsFunc(r.Required, func(need Required) bool { return !need.Optional })
}
