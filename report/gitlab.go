package report

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
)

// gitlabSink writes GitLab's Secret Detection report, which GitLab shows in merge requests and
// keeps as vulnerabilities. Source: "Security report schemas", secret-detection-report-format
// 15.0.7, whose fields all later 15.x versions have, too; gitlab_schema.json says in our own words what
// of it is asked for.
//
// Each place has its vulnerability, since GitLab tells them apart by rule, file and
// line; in a history each secret has one, with its other places among the details. The source extract, which
// GitLab means to be the secret itself, is the masked one.
type gitlabSink struct {
	w    io.Writer
	opts Options
}

func newGitLab(w io.Writer, opts Options) scanner.Sink { return &gitlabSink{w, opts} }

const (
	gitlabVersion = "15.0.7"
	gitlabSchema  = "https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw/v" + gitlabVersion + "/dist/secret-detection-report-format.json"
	// noCommit stands for a commit that there is none of: the schema asks for one.
	noCommit = "0000000"
	// The schema's bounds, in characters.
	gitlabNameLimit     = 255
	gitlabSolutionLimit = 7000
	// gitlabPlaces is how many other places of a secret the details name; they say how many there are.
	gitlabPlaces = 100
)

type (
	gitlabReport struct {
		Version         string     `json:"version"`
		Schema          string     `json:"schema"`
		Scan            gitlabScan `json:"scan"`
		Vulnerabilities []string   `json:"vulnerabilities"` // written one by one
	}
	gitlabScan struct {
		Analyzer  gitlabTool      `json:"analyzer"`
		Scanner   gitlabTool      `json:"scanner"`
		Type      string          `json:"type"`
		StartTime string          `json:"start_time"`
		EndTime   string          `json:"end_time"`
		Status    string          `json:"status"`
		Messages  []gitlabMessage `json:"messages,omitempty"`
	}
	gitlabTool struct {
		ID      string       `json:"id"`
		Name    string       `json:"name"`
		URL     string       `json:"url"`
		Version string       `json:"version"`
		Vendor  gitlabVendor `json:"vendor"`
	}
	gitlabVendor struct {
		Name string `json:"name"`
	}
	gitlabMessage struct {
		Level string `json:"level"`
		Value string `json:"value"`
	}
	gitlabVulnerability struct {
		ID          string                  `json:"id"`
		Category    string                  `json:"category"`
		Name        string                  `json:"name"`
		Description string                  `json:"description"`
		Severity    string                  `json:"severity"`
		Solution    string                  `json:"solution,omitempty"`
		Identifiers []gitlabIdentifier      `json:"identifiers"`
		Links       []gitlabLink            `json:"links,omitempty"`
		Location    gitlabLocation          `json:"location"`
		Extract     string                  `json:"raw_source_code_extract"`
		Details     map[string]gitlabDetail `json:"details"`
	}
	gitlabIdentifier struct {
		Type  string `json:"type"`
		Name  string `json:"name"`
		Value string `json:"value"`
		URL   string `json:"url,omitempty"`
	}
	gitlabLink struct {
		URL string `json:"url"`
	}
	gitlabLocation struct {
		File      string       `json:"file"`
		StartLine int          `json:"start_line"`
		EndLine   int          `json:"end_line"`
		Commit    gitlabCommit `json:"commit"`
	}
	gitlabCommit struct {
		Author  string `json:"author,omitempty"`
		Date    string `json:"date,omitempty"`
		Message string `json:"message,omitempty"`
		SHA     string `json:"sha"`
	}
	// gitlabDetail is a detail of one of the types text, code and list.
	gitlabDetail struct {
		Name  string         `json:"name,omitempty"` // none in a list
		Type  string         `json:"type"`
		Value string         `json:"value,omitempty"`
		Items []gitlabDetail `json:"items,omitempty"`
	}
)

// Write writes the report.
func (s *gitlabSink) Write(result scanner.Result) error {
	return buffered(s.w, "gitlab", func(w *bufio.Writer) error {
		b := gitlabWriter{plainPage(w, s.opts, result), make(occurrences)}
		list := alerts(result)
		report := gitlabReport{Version: gitlabVersion, Schema: gitlabSchema, Scan: b.scan(result), Vulnerabilities: []string{}}
		return new(jsonText).framed(w, report, "vulnerabilities", "  ", len(list), func(i int) any { return b.vulnerability(list[i]) })
	})
}

// gitlabWriter puts parts of a result into GitLab's shapes.
type gitlabWriter struct {
	*page
	seen occurrences
}

func (b gitlabWriter) scan(result scanner.Result) gitlabScan {
	tool := gitlabTool{
		ID: "keysieve", Name: "keysieve", URL: homepage,
		Version: cmp.Or(shown(result.Summary.Version), "unknown"), Vendor: gitlabVendor{"keysieve"},
	}
	status := "success"
	if result.ExitCode == scanner.ExitIncomplete || len(result.Skipped) > 0 || result.Summary.Interrupted {
		status = "failure"
	}
	scan := gitlabScan{
		Analyzer: tool, Scanner: tool, Type: "secret_detection", Status: status,
		StartTime: gitlabTime(result.Summary.Started), EndTime: gitlabTime(result.Summary.Started.Add(result.Summary.Elapsed)),
	}
	scan.Messages = []gitlabMessage{{"info", "scanned: " + b.scanned(result.Summary)}}
	if result.Summary.Interrupted {
		scan.Messages = append(scan.Messages, gitlabMessage{"fatal", "interrupted: what had not been read by then is missing"})
	}
	for _, skip := range result.Skipped {
		scan.Messages = append(scan.Messages, gitlabMessage{"warn", skipWord(skip) + ": " + b.skip(skip)})
	}
	for _, place := range result.Unused {
		scan.Messages = append(scan.Messages, gitlabMessage{"info", "this keysieve:allow comment suppresses nothing: " + b.directive(place)})
	}
	return scan
}

// gitlabTime returns a time in UTC and whole seconds, without a zone.
func gitlabTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05") }

func (b gitlabWriter) vulnerability(a alert) gitlabVulnerability {
	f := a.finding
	first, last := fileLines(a.place)
	description := markdownProse(f.Rule.Description) + " " + code(b.masked(f)) + " stands in " + code(b.exposedPlace(a.place))
	if f.Exposure != nil {
		description += "; " + markdownProse(whereabouts(f.Exposure, b.text, false))
	}
	v := gitlabVulnerability{
		ID: uuid(b.seen.next(f.Fingerprint)), Category: "secret_detection",
		Name:        cut(shown(f.Rule.Description), gitlabNameLimit),
		Description: description + ".",
		Severity:    gitlabSeverity(f.Severity),
		Solution:    cut(sentence(f.Rule.Remedy), gitlabSolutionLimit),
		Identifiers: []gitlabIdentifier{
			{Type: "keysieve_rule_id", Name: "keysieve rule " + f.Rule.ID, Value: f.Rule.ID},
			{Type: "cwe", Name: "CWE-798", Value: "798", URL: "https://cwe.mitre.org/data/definitions/798.html"},
		},
		Location: gitlabLocation{File: shown(fileName(a.place, b.redact)), StartLine: first, EndLine: last, Commit: b.commitOf(a)},
		Extract:  shown(f.Secret.String()), Details: b.details(a),
	}
	if uri, ok := webPage(f.Rule.Docs); ok {
		v.Links = []gitlabLink{{uri}}
	}
	return v
}

// commitOf returns the commit that brought what stands at a place, or else the one that was scanned.
func (b gitlabWriter) commitOf(a alert) gitlabCommit {
	if a.place.Commit == "" {
		return gitlabCommit{SHA: cmp.Or(b.text(b.opts.Revision), noCommit)}
	}
	c := gitlabCommit{SHA: b.text(a.place.Commit), Author: b.text(a.place.Author), Date: timestamp(a.place.Date)}
	if e := a.finding.Exposure; e != nil && e.First != nil && e.First.ID == a.place.Commit {
		c.Message = b.term.show(b.redact.subject(e.First.Subject))
	}
	return c
}

func (b gitlabWriter) details(a alert) map[string]gitlabDetail {
	f := a.finding
	details := map[string]gitlabDetail{
		"confidence":  {Name: "Confidence", Type: "text", Value: f.Confidence.String()},
		"blocking":    {Name: "Fails the job", Type: "text", Value: yesOrNo(f.Blocks)},
		"fingerprint": {Name: "keysieve's fingerprint", Type: "text", Value: shown(f.Fingerprint)},
	}
	if reasons := b.reasons(f); reasons != "" {
		details["reasons"] = gitlabDetail{Name: "Why it is taken for a secret", Type: "text", Value: reasons}
	}
	if line := b.term.show(b.redact.excerpt(f.Excerpt).Text); a.first && line != "" {
		details["line"] = gitlabDetail{Name: "Line", Type: "code", Value: line}
	}
	if f.Exposure == nil {
		return details
	}
	details["exposure"] = gitlabDetail{Name: "Exposure", Type: "text", Value: whereabouts(f.Exposure, b.text, true)}
	var others []gitlabDetail
	left := 0
	for _, place := range f.Places {
		switch {
		case place == a.place:
		case len(others) == gitlabPlaces:
			left++
		default:
			said := b.exposedPlace(place)
			if place.Commit != "" {
				said += " in " + b.commit(place)
			}
			others = append(others, gitlabDetail{Type: "text", Value: said})
		}
	}
	if left > 0 {
		others = append(others, gitlabDetail{Type: "text", Value: "and " + number(left) + " more: the json format has all"})
	}
	if len(others) > 0 {
		details["places"] = gitlabDetail{Name: "It also stands in", Type: "list", Items: others}
	}
	return details
}

// gitlabSeverity returns GitLab's word.
func gitlabSeverity(s rules.Severity) string {
	switch s {
	case rules.SeverityCritical:
		return "Critical"
	case rules.SeverityHigh:
		return "High"
	case rules.SeverityMedium:
		return "Medium"
	case rules.SeverityLow:
		return "Low"
	}
	return "Unknown"
}

// uuid returns a UUID that depends on text alone: version 8, whose bits are the maker's own (RFC 9562, section 5.8).
func uuid(text string) string {
	sum := sha256.Sum256([]byte(text))
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

func yesOrNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// cut shortens text to n characters, the last of which says so.
func cut(text string, n int) string {
	runes := []rune(text)
	if len(runes) <= n {
		return text
	}
	return strings.TrimRight(string(runes[:n-1]), " ") + "…"
}
