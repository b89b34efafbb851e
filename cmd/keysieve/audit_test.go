package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/keysieve/keysieve/report"
	"github.com/keysieve/keysieve/scanner"
)

// secretNames is the variable with the names of all variables that hold secrets.
const secretNames = "SECRET_NAMES"

// auditCommand runs keysieve history, which must exit with the code, with reports in all formats
// (audit.json, audit.sarif, ...). No secret may stand in any, and the JSON must
// keep its schema. What it says is written to audit.txt for cmp, sorted, without
// what differs from run to run:
//
//	SECRET RULE from SUBJECT to SUBJECT [removed SUBJECT,] N commits, N blobs [in HEAD,] N days; REF! REF
//	    KIND PATH:LINE SUBJECT DATE AUTHOR
//	skipped PATH: REASON; HINT
//	suppressed N
//
// SECRET is the name of the variable. Subjects stand for commits; ! marks
// references whose own commit holds the secret. Days that last are "on", ids are ID.
func auditCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: audit CODE ARG...")
	}
	reports := []string{"keysieve", "history"}
	for _, format := range report.Formats() {
		ts.Check(errors.Join(os.RemoveAll(ts.MkAbs("audit." + format.Name))))
		reports = append(reports, "--report", format.Name+"=audit."+format.Name)
	}
	exitsCommand(ts, false, append(append([]string{args[0]}, reports...), args[1:]...))
	secrets := map[string]string{} // by the masked form
	for name := range strings.FieldsSeq(ts.Getenv(secretNames)) {
		secret := ts.Getenv(name)
		secrets[scanner.Mask(secret)], secrets[secret] = name, name
		for _, format := range report.Formats() {
			if strings.Contains(ts.ReadFile("audit."+format.Name), secret) {
				ts.Fatalf("the %s report holds the secret %s", format.Name, name)
			}
		}
	}
	text := []byte(ts.ReadFile("audit.json"))
	keepsSchema(ts, text)
	var audit auditReport
	ts.Check(json.Unmarshal(text, &audit))
	repo := ts.MkAbs(".")
	if n := len(args); n > 1 && !strings.HasPrefix(args[n-1], "-") {
		repo = ts.MkAbs(args[n-1])
	}
	var blocks []string
	for i := range audit.Findings {
		blocks = append(blocks, audit.Findings[i].lines(repo, secrets))
	}
	slices.Sort(blocks)
	for _, s := range audit.Skipped {
		blocks = append(blocks, fmt.Sprintf("skipped %s: %s; %s\n", s.Path, s.Reason, s.Hint))
	}
	if n := audit.Summary.Suppressed; n > 0 {
		blocks = append(blocks, fmt.Sprintf("suppressed %d\n", n))
	}
	ts.Check(os.WriteFile(ts.MkAbs("audit.txt"), []byte(anonymous(strings.Join(blocks, ""), secrets)), 0o600))
}

func keepsSchema(ts *testscript.TestScript, text []byte) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(report.Schema()))
	ts.Check(err)
	compiler := jsonschema.NewCompiler()
	ts.Check(compiler.AddResource("schema.json", document))
	compiled, err := compiler.Compile("schema.json")
	ts.Check(err)
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	ts.Check(err)
	ts.Check(compiled.Validate(value))
}

// auditReport is what scripts compare of a JSON report.
type auditReport struct {
	Summary  struct{ Suppressed int }
	Findings []auditFinding
	Skipped  []struct{ Path, Reason, Hint string }
}

type auditFinding struct {
	Rule, Secret string
	Places       []struct {
		Kind, Path, Commit, Author, Date string
		Line                             int
	}
	Exposure *struct {
		First, Last, Removed *auditCommit
		Commits, Blobs, Days int
		InHead               bool `json:"in_head"`
		Refs                 []struct {
			Name string
			Tip  bool
		}
	}
}

type auditCommit struct{ Commit, Subject string }

func (c *auditCommit) String() string {
	if c == nil {
		return "-"
	}
	return strconv.Quote(c.Subject)
}

func (f *auditFinding) lines(repo string, secrets map[string]string) string {
	name := secrets[f.Secret]
	if name == "" {
		name = "?" + f.Secret
	}
	out := &strings.Builder{}
	fmt.Fprintf(out, "%s %s", name, f.Rule)
	if e := f.Exposure; e == nil {
		out.WriteString(" unknown")
	} else {
		fmt.Fprintf(out, " from %v to %v,", e.First, e.Last)
		if e.Removed != nil {
			fmt.Fprintf(out, " removed %v,", e.Removed)
		}
		fmt.Fprintf(out, " %d commits, %d blobs,", e.Commits, e.Blobs)
		if e.InHead {
			out.WriteString(" in HEAD,")
		}
		on := false
		var refs []string
		for _, r := range e.Refs {
			if r.Tip {
				r.Name += "!"
			}
			on = on || r.Tip
			refs = append(refs, r.Name)
		}
		if on || e.Days > 1000 {
			out.WriteString(" on;")
		} else {
			fmt.Fprintf(out, " %d days;", e.Days)
		}
		fmt.Fprintf(out, " %s", strings.Join(refs, " "))
	}
	out.WriteByte('\n')
	for _, p := range f.Places {
		fmt.Fprintf(out, "    %s %s:%d", p.Kind, p.Path, p.Line)
		if p.Commit != "" {
			fmt.Fprintf(out, " %q %.10s %s", subjectOf(repo, p.Commit), p.Date, p.Author)
		}
		out.WriteByte('\n')
	}
	return out.String()
}

// anonymous replaces what changes with the secrets: ids, and the secrets themselves.
func anonymous(text string, secrets map[string]string) string {
	for masked, name := range secrets {
		text = strings.ReplaceAll(text, masked, name)
	}
	return regexp.MustCompile(`\b([0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{7})\b`).ReplaceAllString(text, "ID")
}

// subjectOf asks git for a commit's subject.
func subjectOf(repo, id string) string {
	cmd := exec.Command("git", "-C", repo, "--no-replace-objects", "log", "-1", "--format=%s", id)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*")
	out, err := cmd.Output()
	if err != nil {
		return id
	}
	return strings.TrimSpace(string(out))
}
