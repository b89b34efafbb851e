package report

import (
	"net/url"
	"strings"
	"unicode"

	"github.com/owenrumney/go-sarif/v2/sarif"

	"github.com/keysieve/keysieve/rules"
)

// sarifRule describes a rule to the reader of an alert.
func sarifRule(r *rules.Rule) *sarif.ReportingDescriptor {
	what := sentence(r.Description)
	full := what + " Everyone who can read the repository can use it."
	text, markdown := ruleHelp(r)
	descriptor := sarif.NewRule(r.ID).WithName(pascalCase(r.ID)).
		WithDescription(what).
		WithFullDescription(sarif.NewMultiformatMessageString(full)).
		WithHelp(sarif.NewMultiformatMessageString(text).WithMarkdown(markdown)).
		WithHelpURI(helpURI(r)).
		WithDefaultConfiguration(sarif.NewReportingConfiguration().WithLevel("error"))
	descriptor.MessageStrings = messageStrings(r)
	descriptor.Properties = sarif.Properties{
		"tags":              ruleTags(r),
		"precision":         r.Confidence.String(),
		"problem.severity":  "error",
		"security-severity": securitySeverity(r.Severity),
	}
	return descriptor
}

// The ids of the messages that every rule has.
const (
	bareMessage     = "default"
	reasonedMessage = "reasoned"
)

// messageStrings are the templates of a rule's messages; a brace of the
// description is doubled, to be no placeholder.
func messageStrings(r *rules.Rule) *sarif.MessageStrings {
	description := strings.NewReplacer("{", "{{", "}", "}}").Replace(shown(r.Description))
	bare := description + " '{0}' stands here."
	reasoned := description + " '{0}' stands here: '{1}'."
	return &sarif.MessageStrings{bareMessage: {Text: &bare}, reasonedMessage: {Text: &reasoned}}
}

// ruleHelp says what to do, as text and as Markdown.
func ruleHelp(r *rules.Rule) (text, markdown string) {
	steps := []string{}
	if r.Remedy != "" {
		steps = append(steps, sentence(r.Remedy))
	}
	steps = append(steps,
		"Remove it from the content and read it from the environment or a vault.",
		"A secret that was pushed is known: removing it from the newest version is not enough.",
		"If it is no secret, end its line with a comment: keysieve:allow "+r.ID+" REASON.")
	text = strings.Join(steps, "\n")
	steps[len(steps)-1] = "If it is no secret, end its line with a comment: `keysieve:allow " + r.ID + " REASON`."
	markdown = "**" + markdownText(shown(r.Description)) + "**\n"
	for i, step := range steps {
		if i < len(steps)-1 {
			step = markdownText(step)
		}
		markdown += "\n- " + step
	}
	if uri, ok := webPage(r.Docs); ok {
		text += "\nSee " + uri
		markdown += "\n\n[The provider's documentation](" + uri + ")"
	}
	return text, markdown
}

// markdownText escapes the characters that start a construct of CommonMark inside a
// line (a user's pack is text from outside, too).
func markdownText(text string) string {
	return strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "&", `\&`).Replace(text)
}

// ruleTags are what code hosts filter by. CWE-798 is the use of hard-coded credentials.
func ruleTags(r *rules.Rule) []string {
	tags := []string{"security", "secret", "external/cwe/cwe-798"}
	for _, tag := range r.Tags {
		if tag != "security" && tag != "secret" {
			tags = append(tags, shown(tag))
		}
	}
	return tags
}

// securitySeverity is the severity on CVSS's scale, in the ranges that GitHub
// names: over 9.0 critical, 7.0 high, 4.0 medium, 0.1 low.
func securitySeverity(s rules.Severity) string {
	switch s {
	case rules.SeverityCritical:
		return "9.5"
	case rules.SeverityHigh:
		return "8.0"
	case rules.SeverityMedium:
		return "5.5"
	}
	return "3.0"
}

func helpURI(r *rules.Rule) string {
	if uri, ok := webPage(r.Docs); ok {
		return uri
	}
	return homepage
}

// webPage says whether text is the address of a web page, and returns it in valid form.
func webPage(text string) (string, bool) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", false
	}
	return strings.NewReplacer("(", "%28", ")", "%29").Replace(u.String()), true
}

// pascalCase turns a rule's id into a name: github-pat-classic to GithubPatClassic.
func pascalCase(id string) string {
	var b strings.Builder
	start := true
	for _, r := range id {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			start = true
			continue
		case start:
			r = unicode.ToUpper(r)
		}
		start = false
		b.WriteRune(r)
	}
	return b.String()
}
