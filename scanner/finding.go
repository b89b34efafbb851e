package scanner

import (
	"slices"
	"time"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner/detect"
)

// Place is where a secret stands in a content. Lines and columns count from 1;
// columns count characters (Unicode code points; a byte that is not UTF-8
// counts as one); EndColumn is exclusive.
type Place struct {
	Origin
	Line, Column       int
	EndLine, EndColumn int
	// Problem says why a directive that stands there accepts nothing, where that is its own fault; it may hold words of the content.
	Problem string
}

// Excerpt is the line that a secret stands on, every secret of the line masked,
// cut to a readable length around the secret.
type Excerpt struct {
	Text string // valid UTF-8 without control characters; tabs are kept as one space
	// Start and End are the masked secret's columns in Text, in characters, from 0, End exclusive.
	Start, End int
}

// Finding is one secret under one rule at one path, with every place where it stands there.
type Finding struct {
	Rule        *rules.Rule
	Secret      Secret
	Whole       bool   // the file as a whole is the secret, a key store; Secret is the SHA-256 of its beginning
	Fingerprint string // hexadecimal; of rule, path and secret: never of a line or a commit
	Severity    rules.Severity
	Confidence  rules.Confidence
	// Check is what the offline check concluded, as one phrase ("checksum holds"); empty when there was none.
	Check string
	// Reasons say why the match was judged a secret, most telling first:
	// "checksum holds", "issued for account 6096…", "random (1 in 10^9)", "decoded from base64".
	Reasons []string
	// Parts are the other parts of the credential that stand near, as the id of a key does; mostly there are none. Those that
	// are reported only so are no findings of their own.
	Parts   []Part
	Excerpt Excerpt // of the first place
	Places  []Place // at least one, sorted by date, path, line and column
	Blocks  bool    // whether it makes the exit code 1
	// Exposure is set by an audit of a history only. There a finding is one
	// secret wherever it stands, whatever rules find it: Rule is the one that tells most of it. The first
	// of its places is the one that introduced it, and gives the fingerprint.
	Exposure *Exposure
}

// Part is a part of a credential beside the secret that a finding is about.
type Part struct {
	Rule   *rules.Rule
	Secret Secret
	Check  string // as Finding.Check
	Place  Place
}

// Shown is the part as reports show it: masked, unless its rule says that it is no secret.
func (p *Part) Shown() string {
	if p.Rule.Public {
		return p.Secret.Reveal()
	}
	return p.Secret.String()
}

// Summary counts what a scan did.
type Summary struct {
	Command    string // staged, dir, stdin, ...
	Root       string // what the paths are relative to, as the user named it
	Version    string
	Blobs      int64 // contents read, each as often as it stands somewhere
	Bytes      int64
	Rules      int
	Findings   int
	Blocking   int
	Skipped    int
	Suppressed int // findings accepted by a directive, waiver or baseline
	// Excluded counts the files that the policy leaves out, a directory that it leaves out as a whole
	// once; in a history the paths at which a secret would have been reported.
	Excluded int64
	Started  time.Time
	Elapsed  time.Duration
	// An audit of a history counts more; elsewhere these are 0 and false.
	Objects int64 // objects of the store that were looked at, with those that could not be read
	Commits int64 // of them commits
	Cached  int64 // of them known to be clean from an earlier audit's cache, and not read again
	Shallow bool  // the repository ends before its first commits
	// Interrupted says that a signal or the time limit ended the scan: what had not been read by then is missing.
	Interrupted bool
}

// Result is what a Sink is given: the whole of a scan in a stable order.
type Result struct {
	Summary  Summary
	Findings []Finding // sorted by path, line, column, rule
	Skipped  []Skip    // sorted by path
	// Veiled are secrets in names that the result shows, beside those of its findings: reports mask them, too.
	Veiled []Secret
	// Rules are all the rules that took part, in the Set's order.
	Rules []*rules.Rule
	// ExitCode is what the process will exit with: 0, 1 or 3.
	ExitCode int
	// Unused are inline directives that suppressed nothing, in a stable order.
	Unused []Place
}

// Sink receives the result of a scan: a report format.
type Sink interface {
	Write(Result) error
}

// IsCommonWord reports whether the secret is a word that many have for a password, or one that nothing but its place speaks for: it tells nobody
// anything by itself.
func (f *Finding) IsCommonWord() bool {
	return slices.Contains(f.Reasons, detect.ReasonCommonPassword) || slices.Contains(f.Reasons, detect.ReasonCommonSecret) ||
		slices.Contains(f.Reasons, detect.ReasonByDefault)
}
