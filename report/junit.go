package report

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/keysieve/keysieve/scanner"
)

// junitSink writes JUnit XML, which nearly everything that runs tests can show. There is no
// standard; what GitLab, Jenkins and Azure Pipelines read is written: one suite of cases with class name,
// name, file and line. A secret that blocks is a case that failed, one that does not is a case that was skipped, what was
// not read is a case that ended in an error. A clean scan is one case that passed: an empty suite
// would be taken for a mistake.
type junitSink struct {
	w    io.Writer
	opts Options
}

func newJUnit(w io.Writer, opts Options) scanner.Sink { return &junitSink{w, opts} }

type (
	junitCase struct {
		XMLName xml.Name    `xml:"testcase"`
		Class   string      `xml:"classname,attr"`
		Name    string      `xml:"name,attr"`
		File    string      `xml:"file,attr,omitempty"`
		Line    int         `xml:"line,attr,omitempty"`
		Time    string      `xml:"time,attr"`
		Failure *junitState `xml:"failure"`
		Error   *junitState `xml:"error"`
		Skipped *junitState `xml:"skipped"`
	}
	junitState struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",cdata"`
	}
)

// Write writes the document.
func (s *junitSink) Write(result scanner.Result) error {
	return buffered(s.w, "junit", func(w *bufio.Writer) error {
		j := junitWriter{plainPage(w, s.opts, result), make(occurrences)}
		return j.write(result)
	})
}

// junitWriter writes the cases of one result.
type junitWriter struct {
	*page
	seen occurrences // of names: readers take equal ones for one case
}

func (j junitWriter) write(result scanner.Result) error {
	list := alerts(result)
	failures, skipped := 0, 0
	for _, a := range list {
		if a.finding.Blocks {
			failures++
		} else {
			skipped++
		}
	}
	unfinished := len(list)+len(result.Skipped) == 0 && result.ExitCode == scanner.ExitIncomplete
	errors := len(result.Skipped)
	if unfinished {
		errors = 1
	}
	total := max(len(list)+errors, 1)
	counts := fmt.Sprintf(`tests="%d" failures="%d" errors="%d" skipped="%d" time="%s"`, total, failures, errors, skipped, seconds(result.Summary.Elapsed))
	command := strings.TrimRight("keysieve "+shown(result.Summary.Command), " ")
	fmt.Fprintf(j.w, "%s<testsuites name=\"keysieve\" %s>\n", xml.Header, counts)
	fmt.Fprintf(j.w, "  <testsuite name=\"%s\" %s", xmlText(command), counts)
	if started := result.Summary.Started; !started.IsZero() {
		fmt.Fprintf(j.w, ` timestamp="%s"`, started.UTC().Format("2006-01-02T15:04:05"))
	}
	j.line(">")
	j.line("    <properties>")
	for _, m := range measures(result.Summary) {
		j.line(fmt.Sprintf(`      <property name="%s" value="%d"></property>`, m.name, m.value))
	}
	j.line("    </properties>")
	for _, a := range list {
		if err := j.encode(j.alert(a)); err != nil {
			return err
		}
	}
	for _, skip := range result.Skipped {
		if err := j.encode(j.unread(skip)); err != nil {
			return err
		}
	}
	if len(list)+len(result.Skipped) == 0 {
		only := junitCase{Class: command, Name: j.said(result, 0, 0)}
		if unfinished {
			only.Error = &junitState{Message: only.Name, Type: notRead}
		}
		if err := j.encode(only); err != nil {
			return err
		}
	}
	j.line("  </testsuite>")
	j.line("</testsuites>")
	return nil
}

func (j junitWriter) encode(c junitCase) error {
	c.Time = "0"
	text, err := xml.MarshalIndent(c, "    ", "  ")
	if err != nil {
		return fmt.Errorf("encode as XML: %w", err)
	}
	_, err = j.w.Write(append(text, '\n'))
	return err
}

func (j junitWriter) alert(a alert) junitCase {
	f, place := a.finding, j.exposedPlace(a.place)
	name := f.Rule.ID + " at " + place
	if a.place.Commit != "" {
		name += " in commit " + j.commit(a.place)
	}
	c := junitCase{Class: j.term.show(fileName(a.place, j.redact)), Name: j.unique(j.term.show(name))}
	if inTree(a.place, j.redact) {
		c.File = c.Class
		c.Line, _ = fileLines(a.place)
	}
	_, word := verdict(f)
	state := &junitState{Message: j.term.show(f.Rule.Description) + " " + j.masked(f) + " (" + word + ")", Type: j.term.show(f.Rule.ID)}
	lines := []string{state.Message, place}
	if line := j.term.show(j.redact.excerpt(f.Excerpt).Text); a.first && line != "" {
		lines = append(lines, line)
	}
	lines = append(lines, j.reasons(f), j.broughtBy(a.place))
	if f.Exposure != nil {
		lines = append(lines, whereabouts(f.Exposure, j.text, true))
		if n := len(f.Places); n > 1 {
			lines = append(lines, "the first of "+number(n)+" places; the json format has all")
		}
	}
	lines = append(lines, j.term.show(f.Rule.Remedy), "fingerprint "+j.term.show(f.Fingerprint))
	for _, l := range lines {
		if l != "" {
			state.Text += l + "\n"
		}
	}
	if f.Blocks {
		c.Failure = state
	} else {
		c.Skipped = state
	}
	return c
}

func (j junitWriter) unread(skip scanner.Skip) junitCase {
	said := j.skip(skip)
	path := j.term.path(j.redact.text(skip.Path))
	return junitCase{
		Class: path, Name: j.unique(skipWord(skip) + ": " + path),
		Error: &junitState{Message: skipWord(skip) + ": " + said, Type: skipID(skip), Text: said + "\n"},
	}
}

// unique makes a name one of its kind.
func (j junitWriter) unique(name string) string {
	j.seen[name]++
	if n := j.seen[name]; n > 1 {
		return name + " (" + strconv.Itoa(n) + ")"
	}
	return name
}

// seconds returns a time span as JUnit has it.
func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }

// xmlText escapes text for an attribute; characters that XML can not hold become U+FFFD.
func xmlText(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder takes everything
	return b.String()
}
