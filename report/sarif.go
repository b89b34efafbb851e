package report

import (
	"bufio"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/owenrumney/go-sarif/v2/sarif"

	"github.com/keysieve/keysieve/scanner"
)

// sarifSink writes SARIF 2.1.0 (OASIS Standard), with what code hosts ask for
// beyond it: github.com's "SARIF support for code scanning" and the rules of
// Microsoft's validator. One result is written for each place, so that each has
// its alert; in a history one for each secret.
type sarifSink struct {
	w    io.Writer
	opts Options
}

func newSARIF(w io.Writer, opts Options) scanner.Sink { return &sarifSink{w, opts} }

const (
	homepage   = "https://github.com/keysieve/keysieve"
	sourceRoot = "%SRCROOT%"
	// The ids of the notifications.
	notRead   = "content-not-read"
	notNeeded = "unused-directive"
	notListed = "content-not-listed"
)

// Write writes the log, a single run.
func (s *sarifSink) Write(result scanner.Result) error {
	return buffered(s.w, "sarif", func(w *bufio.Writer) error {
		log, err := sarif.New(sarif.Version210)
		if err != nil {
			return err
		}
		run := s.run(result)
		results := run.Results
		run.Results = []*sarif.Result{}
		log.AddRun(run)
		// The results stand on the level below the run, the third.
		return new(jsonText).framed(w, log, "results", strings.Repeat(" ", 6), len(results), func(i int) any { return results[i] })
	})
}

func (s *sarifSink) run(result scanner.Result) *sarif.Run {
	b := newSARIFResults(result)
	for _, f := range listed(result) {
		b.add(f)
	}
	driver := sarif.NewDriver("keysieve").WithInformationURI(homepage).WithRules(nil)
	driver.Rules = b.rules
	setVersion(driver, result.Summary.Version)
	driver.WithNotifications([]*sarif.ReportingDescriptor{
		notification(notRead, "ContentNotRead", "Content that could not be read",
			"Something could not be read or was left out by a limit. The scan is incomplete: what was not read may hold secrets."),
		notification(notNeeded, "UnusedDirective", "A directive that suppresses nothing",
			"A keysieve:allow comment suppresses no finding. Remove it, or it will hide the next secret on its line."),
		notification(notListed, "ContentNotListed", "Content of which not all secrets are listed",
			"There is more in it than is listed, and the scan is incomplete."),
	})
	run := sarif.NewRun(*sarif.NewTool(driver))
	run.Results = b.results
	run.Invocations = []*sarif.Invocation{invocation(result, b.redact)}
	run.WithColumnKind("unicodeCodePoints")
	run.WithOriginalUriBaseIds(map[string]*sarif.ArtifactLocation{
		sourceRoot: {Description: sarif.NewTextMessage("The root of the work tree or of the directory that was scanned.")},
	})
	category := "keysieve/"
	if result.Summary.Command != "" {
		category += result.Summary.Command + "/"
	}
	run.WithAutomationDetails(&sarif.RunAutomationDetails{ID: &category})
	if details := s.versionControl(); details != nil {
		run.AddVersionControlProvenance(details)
	}
	return run
}

// setVersion states the version as a semantic one (https://semver.org), which
// readers compare. What is none, such as that of a build from a work tree,
// becomes the label of a pre-release of 0.0.0.
func setVersion(driver *sarif.ToolComponent, version string) {
	semantic := regexp.MustCompile(`^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`)
	bare := strings.TrimPrefix(version, "v")
	if !semantic.MatchString(bare) {
		label := strings.Trim(regexp.MustCompile(`[^0-9A-Za-z]+`).ReplaceAllString(bare, "-"), "-")
		if label == "" {
			label = "unknown"
		}
		bare = "0.0.0-" + label
	}
	driver.WithVersion(bare).WithSemanticVersion(bare)
}

func notification(id, name, short, full string) *sarif.ReportingDescriptor {
	return sarif.NewRule(id).WithName(name).WithDescription(short + ".").
		WithFullDescription(sarif.NewMultiformatMessageString(full)).
		WithHelp(sarif.NewMultiformatMessageString(full).WithMarkdown(full)).
		WithHelpURI(homepage)
}

// invocation says how the scan went: exit code, times, and what was not read.
func invocation(result scanner.Result, redact *redactor) *sarif.Invocation {
	complete := result.ExitCode != 3 && len(result.Skipped) == 0
	in := (&sarif.Invocation{}).WithExecutionSuccess(complete).WithExitCode(result.ExitCode)
	if started := result.Summary.Started; !started.IsZero() {
		in.WithStartTimeUTC(started.Truncate(time.Millisecond))
		ended := started.Add(result.Summary.Elapsed).Truncate(time.Millisecond).UTC()
		in.EndTimeUTC = &ended
	}
	switch {
	case result.ExitCode == 1 && !complete:
		in.WithExitCodeDescription("secrets found, and the scan is incomplete")
	case result.ExitCode == 1:
		in.WithExitCodeDescription("secrets found")
	case !complete:
		in.WithExitCodeDescription("incomplete")
	}
	in.PropertyBag = *sarif.NewPropertyBag()
	for _, m := range measures(result.Summary) {
		in.Add(m.name, m.value)
	}
	for _, skip := range result.Skipped {
		in.AddTToolExecutionNotification(skipped(skip, redact))
	}
	for _, place := range result.Unused {
		said := "This keysieve:allow comment suppresses nothing"
		if place.Problem != "" {
			said += ": it " + redact.text(place.Problem)
		}
		in.AddToolConfigurationNotification(&sarif.Notification{
			Descriptor: descriptor(notNeeded, 1), Level: "warning",
			Message:   sarif.NewTextMessage(sentence(said)),
			Locations: []*sarif.Location{location(place, redact)},
		})
	}
	return in
}

func skipped(skip scanner.Skip, redact *redactor) *sarif.Notification {
	path, reason := redact.text(skip.Path), redact.text(skip.Reason)
	if skip.Hint != "" {
		reason += "; " + redact.text(skip.Hint)
	}
	n, what := &sarif.Notification{Descriptor: descriptor(notRead, 0), Level: "error"}, "was not read"
	if isUnlisted(skip) {
		n.Descriptor, what = descriptor(notListed, 2), "is not listed in full"
	}
	n.Message = sarif.NewTextMessage(sentence("'" + shown(path) + "' " + what + ": " + reason))
	if path == "" { // it is about all
		n.Message = sarif.NewTextMessage(sentence(reason))
	}
	if path != "" && !isObjectID(path) {
		n.Locations = []*sarif.Location{sarif.NewLocationWithPhysicalLocation(
			sarif.NewPhysicalLocation().WithArtifactLocation(artifact(path)))}
	}
	return n
}

// isObjectID tells the name of an object, which is nowhere in the tree, from a path.
func isObjectID(text string) bool {
	return (len(text) == 40 || len(text) == 64) && strings.Trim(text, "0123456789abcdef") == ""
}

func descriptor(id string, index uint) *sarif.ReportingDescriptorReference {
	return &sarif.ReportingDescriptorReference{Id: &id, Index: &index}
}

// versionControl says which revision of which repository was scanned, or nil
// where that is not known.
func (s *sarifSink) versionControl() *sarif.VersionControlDetails {
	uri, ok := repositoryURL(s.opts.Repository)
	if !ok {
		return nil
	}
	root := sourceRoot
	details := &sarif.VersionControlDetails{
		RepositoryURI: &uri,
		MappedTo:      &sarif.ArtifactLocation{URIBaseId: &root},
	}
	if s.opts.Revision != "" {
		details.RevisionID = &s.opts.Revision
	}
	if s.opts.Branch != "" {
		details.Branch = &s.opts.Branch
	}
	return details
}
