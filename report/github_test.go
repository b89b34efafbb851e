package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/scanner"
)

// workflowCommand is a command as the runner reads it.
type workflowCommand struct {
	name, message string
	properties    map[string]string
}

// readWorkflow reads a log as GitHub's runner does: the commands, and the lines that are none.
func readWorkflow(t *testing.T, out string) (commands []workflowCommand, log []string) {
	t.Helper()
	data := strings.NewReplacer("%0D", "\r", "%0A", "\n", "%25", "%")
	property := strings.NewReplacer("%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%")
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		text := strings.TrimLeft(line, " \t")
		if !strings.HasPrefix(text, "::") {
			if strings.Contains(line, "##[") {
				t.Errorf("a line of the log is a command of the older kind: %q", line)
			}
			log = append(log, line)
			continue
		}
		head, message, found := strings.Cut(text[2:], "::")
		if !found {
			t.Fatalf("no command: %q", line)
		}
		name, pairs, _ := strings.Cut(head, " ")
		c := workflowCommand{name, data.Replace(message), map[string]string{}}
		for pair := range strings.SplitSeq(pairs, ",") {
			if key, value, ok := strings.Cut(pair, "="); ok {
				c.properties[key] = property.Replace(value)
			}
		}
		commands = append(commands, c)
	}
	return commands, log
}

func workflow(t *testing.T, opts Options, r scanner.Result) ([]workflowCommand, []string) {
	t.Helper()
	return readWorkflow(t, string(write(t, formatNamed(t, "github"), opts, r)))
}

// TestGitHubShowsAndKeepsAll: no more annotations of a level than are shown, and no finding that is nowhere.
func TestGitHubShowsAndKeepsAll(t *testing.T) {
	cases := testCases(t)
	for _, n := range []int{9, 10, 11, 12, 60, 1000} {
		cases = append(cases, testCase{fmt.Sprint("many ", n), Options{}, manyResult(n)})
	}
	warned := manyResult(200)
	for i := range warned.Findings {
		warned.Findings[i].Blocks = i%2 == 0
	}
	warned.Skipped = skippedResult().Skipped
	for i := range 200 {
		warned.Skipped = append(warned.Skipped, scanner.Skip{Path: fmt.Sprint("more/", i), Reason: "denied"})
	}
	cases = append(cases, testCase{"warnings and skips", Options{}, warned})
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			commands, log := workflow(t, c.opts, c.result)
			levels, said := map[string]int{}, strings.Join(log, "\n")
			for _, command := range commands {
				levels[command.name]++
				said += "\n" + command.message
				if command.name != "group" && command.name != "endgroup" && command.properties["title"] == "" {
					t.Errorf("no title: %+v", command)
				}
			}
			for _, level := range []string{"error", "warning", "notice"} {
				if levels[level] > annotationsShown {
					t.Errorf("%d annotations of level %s", levels[level], level)
				}
				delete(levels, level)
			}
			if levels["group"] != levels["endgroup"] || len(levels) > 2 {
				t.Errorf("other commands: %v", levels)
			}
			p := plainPage(nil, c.opts, c.result)
			for _, f := range c.result.Findings {
				if !strings.Contains(said, p.masked(&f)) {
					t.Errorf("%s is nowhere", f.Secret)
				}
			}
			for _, skip := range c.result.Skipped {
				if !strings.Contains(said, p.skip(skip)) {
					t.Errorf("%q is nowhere", skip.Path)
				}
			}
		})
	}
}

// TestGitHubWorstFirst: what is annotated is worse than what is not.
func TestGitHubWorstFirst(t *testing.T) {
	r := manyResult(60)
	slices.Reverse(r.Findings)
	commands, _ := workflow(t, Options{}, r)
	for i, f := range worstFirst(r.Findings)[:annotationsShown-1] {
		if commands[i].name != "error" || commands[i].properties["file"] != f.Places[0].Path {
			t.Errorf("annotation %d: %+v", i, commands[i])
		}
	}
	if last := commands[annotationsShown-1]; last.properties["title"] != "keysieve: and 45 more secrets" || !strings.Contains(last.message, "and 25 more") {
		t.Errorf("the last one: %+v", last)
	}
}

func TestGitHubLocation(t *testing.T) {
	for name, test := range map[string]struct {
		result scanner.Result
		want   []string // file, line, endLine, col and endColumn of the first command
	}{
		"file":           {stagedResult(), []string{"config/deploy.yml", "14", "14", "11", "51"}},
		"several lines":  {privateKeyResult(), []string{"id_rsa", "1", "27", "", ""}},
		"commit message": {commitsResult(), []string{"", "", "", "", ""}},
		"secret in name": {pathNameResult(), []string{"", "", "", "", ""}},
		"stdin":          {result("stdin", 1, []scanner.Finding{found("<stdin>", 1, "", "", 3)}), []string{"", "", "", "", ""}},
		"odd name":       {result("dir", 1, []scanner.Finding{found("c:d,e%0A::f", 1, "", "", 3)}), []string{"c:d,e%0A::f", "1", "1", "1", "41"}},
	} {
		commands, _ := workflow(t, Options{}, test.result)
		var got []string
		for _, key := range []string{"file", "line", "endLine", "col", "endColumn"} {
			got = append(got, commands[0].properties[key])
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// TestGitHubNoOtherCommands: nothing from the repository becomes a command.
func TestGitHubNoOtherCommands(t *testing.T) {
	var findings []scanner.Finding
	for i, name := range []string{"::error::x", "a\n::set-env name=A::b", "##[error]x", "##[add-path]y", "%0A::stop-commands::t", "x,title=y"} {
		for j := range 3 {
			f := found(name, i+1, "", "", 10*i+j)
			f.Reasons, f.Places[0].Author, f.Places[0].Commit = []string{name}, name, strings.Repeat("a", 40)
			findings = append(findings, f)
		}
	}
	commands, log := workflow(t, Options{Verbose: true}, result("dir", 1, findings, scanner.Skip{Path: "##[error]x", Reason: "::error::"}))
	for _, c := range commands {
		if !slices.Contains([]string{"error", "warning", "group", "endgroup"}, c.name) {
			t.Errorf("command %+v", c)
		}
		if title := c.properties["title"]; c.name != "group" && c.name != "endgroup" && !strings.HasPrefix(title, "keysieve: ") {
			t.Errorf("title %q", title)
		}
	}
	if len(log) == 0 {
		t.Error("no log")
	}
}
