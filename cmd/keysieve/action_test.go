package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// repositoryRoot is where action.yml lies.
var repositoryRoot = filepath.Join("..", "..")

// actionCommand runs the GitHub Action's script as action.yml does, and it must exit with the code. The current
// directory is the workspace.
//
//	action CODE EVENT PAYLOAD [NAME=VALUE]...
//
// PAYLOAD is a file below testdata/action; <NAME> in it becomes the VALUE. Where NAME is in capitals it is a variable of the
// environment instead, for this and all later calls, with \n and \r for the ends
// of lines. VALUE @REV is the id of the revision REV in the repository $ORIGIN; 0 as VALUE is the id of nothing. What the
// script wrote is found in $RUNNER_TEMP: outputs, summary.md. Afterwards exec bash $ACTION plan asks what it would do.
// No secret may stand in any of it, and nothing that a payload holds may have been run.
func actionCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: action CODE EVENT PAYLOAD [NAME=VALUE]...")
	}
	root, err := filepath.Abs(repositoryRoot)
	ts.Check(err)
	temp := filepath.Join(ts.Getenv("WORK"), ".runner")
	ts.Check(os.RemoveAll(temp))
	ts.Check(os.Mkdir(temp, 0o755))
	file := func(name string) string { return filepath.Join(temp, name) }
	payload, err := os.ReadFile(filepath.Join(root, "testdata", "action", args[2]))
	ts.Check(err)
	ts.Check(os.WriteFile(file("event.json"), []byte(fillIn(ts, string(payload), args[3:])), 0o600))
	for name, value := range map[string]string{
		"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": args[1], "GITHUB_EVENT_PATH": file("event.json"), "GITHUB_WORKSPACE": ts.MkAbs("."),
		"GITHUB_OUTPUT": file("outputs"), "GITHUB_STEP_SUMMARY": file("summary.md"), "RUNNER_TEMP": temp,
	} {
		ts.Setenv(name, value)
	}
	script := filepath.Join(root, ".ci", "action", "scan")
	ts.Setenv("ACTION", script)
	exitsCommand(ts, false, []string{args[0], "bash", script, "run"})
	written := []string{ts.ReadFile("stdout"), ts.ReadFile("stderr")}
	ts.Check(filepath.WalkDir(temp, func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() && entry.Name() != "event.json" {
			written = append(written, ts.ReadFile(path))
		}
		return err
	}))
	for name := range strings.FieldsSeq(ts.Getenv(secretNames)) {
		if strings.Contains(strings.Join(written, "\n"), ts.Getenv(name)) {
			ts.Fatalf("the action shows the secret %s", name)
		}
	}
	if _, err := os.Stat(ts.MkAbs("pwned")); err == nil {
		ts.Fatalf("the action ran what stands in the event")
	}
}

var placeholder = regexp.MustCompile(`<[a-z_]+>`)

// fillIn puts the values into a payload and the environment.
func fillIn(ts *testscript.TestScript, payload string, pairs []string) string {
	for _, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			ts.Fatalf("%s is no NAME=VALUE", pair)
		}
		if revision, ok := strings.CutPrefix(value, "@"); ok {
			id, err := exec.Command("git", "-C", ts.Getenv("ORIGIN"), "rev-parse", "--verify", revision).Output()
			ts.Check(err)
			value = strings.TrimSpace(string(id))
		} else if value == "0" {
			value = strings.Repeat("0", 40)
		}
		if strings.ToUpper(name) == name {
			ts.Setenv(name, strings.NewReplacer(`\n`, "\n", `\r`, "\r").Replace(value))
		}
		payload = strings.ReplaceAll(payload, "<"+name+">", value)
	}
	defaults := strings.NewReplacer("<created>", "false", "<deleted>", "false", "<forced>", "false", "<head_commit>", "null")
	payload = defaults.Replace(payload)
	if left := placeholder.FindString(payload); left != "" {
		ts.Fatalf("the payload needs a value for %s", left)
	}
	return payload
}

// The reader of events gives what encoding/json gives, with every awk that is here.
func TestActionReadsJSON(t *testing.T) {
	reader := filepath.Join(repositoryRoot, ".ci", "action", "json.awk")
	read := func(awk []string, document, want string) (string, error) {
		cmd := exec.Command(awk[0], append(awk[1:len(awk):len(awk)], "-f", reader)...)
		cmd.Env = append(os.Environ(), "LC_ALL=C", "WANT="+want)
		cmd.Stdin = strings.NewReader(document)
		out, err := cmd.Output()
		return string(out), err
	}
	for _, awk := range [][]string{{"awk"}, {"mawk"}, {"gawk", "--posix"}, {"original-awk"}, {"busybox", "awk"}} {
		if _, err := exec.LookPath(awk[0]); err != nil {
			continue
		}
		t.Run(awk[0], func(t *testing.T) {
			for seed := range uint64(25) {
				random := rand.New(rand.NewPCG(seed, 1))
				value := map[string]any{"a": randomJSON(random, 5), "b": randomJSON(random, 3)}
				document, err := json.Marshal(value)
				if err != nil {
					t.Fatal(err)
				}
				if seed%2 == 0 {
					document, _ = json.MarshalIndent(value, "", "  ") // it could be marshalled before
				}
				var pointers, lines []string
				scalars("", value, func(pointer, text string) {
					pointers = append(pointers, pointer)
					lines = append(lines, pointer+"\t"+text)
				})
				got, err := read(awk, string(document), strings.Join(pointers, " "))
				found := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
				if len(lines) == 0 {
					lines = []string{""}
				}
				slices.Sort(found)
				slices.Sort(lines)
				if err != nil || !slices.Equal(found, lines) {
					t.Fatalf("seed %d: %v\n%s\nread\n%q, want\n%q", seed, err, document, found, lines)
				}
			}
			for _, broken := range []string{"", "{", `{"a":"b`, `{"a":"b"`, "[1}", "{} {}", "x", `{"a":b}`, `{"a":1]`, "}", `"a"`, "{\"a\":\"b\nc\"}", `{"a":"\u12x4"}`} {
				if got, err := read(awk, broken, "/a"); err == nil {
					t.Errorf("%q is taken for a document; it gives %q", broken, got)
				}
			}
			// As in a payload: texts that look like structure, and what is not asked for.
			got, err := read(awk, `{"x":"\"after\": \"1\"","after":"2","y":{"after":"3"},"z":null,"w":"a\nb"}`, "/after /z /w /absent")
			if want := "/after\t2\n/w\ta\\nb\n"; err != nil || got != want {
				t.Errorf("read %q, %v; want %q", got, err, want)
			}
		})
	}
}

// randomJSON makes a value of objects, arrays, strings of every kind, numbers, booleans and null.
func randomJSON(random *rand.Rand, depth int) any {
	pieces := []string{`"`, `\`, "/", "~", "{", "}", "[", "]", ":", ",", "ä", "😀", "a", "0", "\u2028", "<", "&", `\"`, `\u0041`, "="}
	text := func() string {
		var b strings.Builder
		for range random.IntN(6) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		return b.String()
	}
	kind := random.IntN(8)
	if depth == 0 {
		kind = random.IntN(5)
	}
	switch kind {
	case 0:
		return nil
	case 1:
		return random.IntN(2) == 0
	case 2:
		return random.IntN(2000) - 1000
	case 5, 6:
		object := map[string]any{}
		for range random.IntN(5) {
			object[text()] = randomJSON(random, depth-1)
		}
		return object
	case 7:
		array := make([]any, random.IntN(5))
		for i := range array {
			array[i] = randomJSON(random, depth-1)
		}
		return array
	}
	return text()
}

// scalars visits what json.awk prints, with its JSON Pointer.
func scalars(pointer string, value any, visit func(pointer, text string)) {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			scalars(pointer+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(name), member, visit)
		}
	case []any:
		for i, element := range value {
			scalars(pointer+"/"+strconv.Itoa(i), element, visit)
		}
	case nil:
	default:
		visit(pointer, fmt.Sprint(value))
	}
}

// The action's inputs reach the script, as data, and what it and the README's workflow use is pinned.
func TestActionMetadata(t *testing.T) {
	action, err := os.ReadFile(filepath.Join(repositoryRoot, "action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(filepath.Join(repositoryRoot, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile(filepath.Join(repositoryRoot, ".ci", "action", "scan"))
	if err != nil {
		t.Fatal(err)
	}
	declared, steps, _ := strings.Cut(string(action), "\nruns:\n")
	inputs, outputs, _ := strings.Cut(declared, "\noutputs:\n")
	names := regexp.MustCompile(`(?m)^  ([a-z-]+):$`)
	_, check, _ := strings.Cut(steps, "- name: Check\n")
	for _, match := range names.FindAllStringSubmatch(strings.SplitAfter(inputs, "\ninputs:\n")[1], -1) {
		variable := "INPUT_" + strings.ToUpper(strings.ReplaceAll(match[1], "-", "_"))
		if !strings.Contains(check, "        "+variable+": ${{ inputs."+match[1]+" }}\n") || !strings.Contains(string(script), "${"+variable+":-") {
			t.Errorf("the input %s does not reach the script", match[1])
		}
		if !strings.Contains(string(readme), "`"+match[1]+"`") {
			t.Errorf("README does not explain the input %s", match[1])
		}
	}
	for _, match := range names.FindAllStringSubmatch(outputs, -1) {
		if !strings.Contains(string(script), "output "+match[1]+" ") {
			t.Errorf("the script does not write the output %s", match[1])
		}
	}
	if injected := regexp.MustCompile(`(?m)^\s+run:.*\$\{\{.*$`).FindString(steps); injected != "" {
		t.Errorf("an expression becomes shell: %s", injected)
	}
	pinned := regexp.MustCompile(`@([0-9a-f]{40} # v\d+\.\d+\.\d+|COMMIT # .+)$`)
	for _, uses := range regexp.MustCompile(`(?m)^\s+(- )?uses: .*$`).FindAllString(steps+string(readme), -1) {
		if !pinned.MatchString(uses) {
			t.Errorf("not pinned: %s", uses)
		}
	}
}
