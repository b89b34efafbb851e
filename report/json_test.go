package report

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/keysieve/keysieve/scanner"
)

func compiledSchema(t *testing.T, anchor string) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("schema.json", document); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("schema.json" + anchor)
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

func validate(t *testing.T, schema *jsonschema.Schema, text []byte) {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	if err := schema.Validate(value); err != nil {
		t.Errorf("%v in:\n%s", err, text)
	}
}

func TestJSONKeepsSchema(t *testing.T) {
	document, line := compiledSchema(t, ""), compiledSchema(t, "#line")
	each(t, func(t *testing.T, c testCase, format Format, _ variant, out []byte) {
		switch format.Name {
		case "json":
			validate(t, document, out)
		case "jsonl":
			lines := bytes.Split(bytes.TrimSuffix(out, []byte("\n")), []byte("\n"))
			if want := len(c.result.Findings) + len(c.result.Skipped) + len(c.result.Unused) + 1; len(lines) != want {
				t.Errorf("%d lines, want %d", len(lines), want)
			}
			for _, l := range lines {
				validate(t, line, l)
			}
			if !bytes.HasPrefix(lines[len(lines)-1], []byte(`{"type":"summary",`)) {
				t.Error("the summary is not the last line")
			}
		}
	})
}

// TestSchemaCanFail breaks a valid document in several ways.
func TestSchemaCanFail(t *testing.T) {
	document, line := compiledSchema(t, ""), compiledSchema(t, "#line")
	valid := string(write(t, Formats()[1], Options{}, stagedResult()))
	for _, change := range [][2]string{
		{`"version": 1`, `"version": 2`}, {`"severity": "high"`, `"severity": "higher"`}, {`"line": 14`, `"line": 0`},
		{`"skipped": []`, `"skipped": null`}, {`"check": ""`, `"cheque": ""`}, {`"kind": "file"`, `"kind": ""`},
	} {
		broken := strings.Replace(valid, change[0], change[1], 1)
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(broken))
		if err != nil || broken == valid {
			t.Fatalf("%s: %v", change[0], err)
		}
		if document.Validate(value) == nil {
			t.Errorf("valid with %s", change[1])
		}
	}
	for _, text := range []string{`{"type":"finding"}`, `{"type":"other"}`, `{}`, `{"type":"skipped","path":"a"}`} {
		value, _ := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if line.Validate(value) == nil {
			t.Errorf("valid: %s", text)
		}
	}
}

// TestSchemaNamesEveryKey compares the keys of the Go types with the schema's.
func TestSchemaNamesEveryKey(t *testing.T) {
	var schema struct {
		Properties map[string]any
		Defs       map[string]struct {
			Properties map[string]any
			Required   []string
		} `json:"$defs"`
	}
	if err := json.Unmarshal(Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	bad := "\xff"
	d := documenter{&redactor{}}
	for name, shape := range map[string]any{
		"summary": jsonSummary{}, "finding": jsonFinding{Exposure: &jsonExposure{}}, "commit": jsonCommit{}, "ref": jsonRef{},
		"exposure": jsonExposure{First: &jsonCommit{}, Last: &jsonCommit{}, Removed: &jsonCommit{}, AtBoundary: true}, "place": jsonPlace{PathBytes: bad, Problem: "x"}, "skipped": d.skip(scanner.Skip{Path: bad}),
	} {
		text, err := json.Marshal(shape)
		if err != nil {
			t.Fatal(err)
		}
		var keys map[string]any
		if err := json.Unmarshal(text, &keys); err != nil {
			t.Fatal(err)
		}
		got, want := slices.Sorted(maps.Keys(keys)), slices.Sorted(maps.Keys(schema.Defs[name].Properties))
		if !slices.Equal(got, want) {
			t.Errorf("%s: keys %v, schema %v", name, got, want)
		}
		for _, optional := range []string{"path_bytes", "problem", "exposure", "first", "last", "removed", "at_boundary"} {
			delete(keys, optional)
		}
		required := slices.Sorted(slices.Values(schema.Defs[name].Required))
		if got := slices.Sorted(maps.Keys(keys)); !slices.Equal(got, required) {
			t.Errorf("%s: keys %v, required %v", name, got, required)
		}
	}
	want := []string{"findings", "skipped", "summary", "unused", "version"}
	if got := slices.Sorted(maps.Keys(schema.Properties)); !slices.Equal(got, want) {
		t.Errorf("document: %v, schema %v", want, got)
	}
}

func TestSchemaIsACopy(t *testing.T) {
	Schema()[0] = 'x'
	if Schema()[0] != '{' {
		t.Error("the schema can be changed from outside")
	}
}

type decodedDocument struct {
	Summary  jsonSummary
	Findings []jsonFinding
	Skipped  []jsonSkip
	Unused   []jsonPlace
}

func decode(t *testing.T, text []byte) decodedDocument {
	t.Helper()
	var d decodedDocument
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestJSONKeepsPaths(t *testing.T) {
	r := oddNamesResult()
	for i, f := range decode(t, write(t, Formats()[1], Options{}, r)).Findings {
		want, place := r.Findings[i].Places[0].Path, f.Places[0]
		got := place.Path
		if !utf8.ValidString(want) {
			bytes, err := base64.StdEncoding.DecodeString(place.PathBytes)
			if err != nil {
				t.Fatal(err)
			}
			got = string(bytes)
		} else if place.PathBytes != "" {
			t.Errorf("path_bytes for the valid path %q", want)
		}
		if got != want {
			t.Errorf("path %q, want %q", got, want)
		}
	}
}

func TestJSONText(t *testing.T) {
	var j jsonText
	for value, want := range map[string]string{
		"<a href=\"x\">&</a>": `"<a href=\"x\">&</a>"`,
		"\x1b[1m\x00":         `"\u001b[1m\u0000"`,
		"del\x7fcsi\u009b1m":  `"del\u007fcsi\u009b1m"`,
		"rtl\u202e\u2028":     `"rtl\u202e\u2028"`,
		"tag\U000e0041":       `"tag\udb40\udc41"`,
		"é日本\U0001f600 …":     "\"é日本\U0001f600 …\"",
		"\xff":                `"\ufffd"`,
	} {
		got, err := j.marshal(value, "", "")
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
		var back string
		if err := json.Unmarshal(got, &back); err != nil || back != strings.ToValidUTF8(value, "�") {
			t.Errorf("%q comes back as %q, %v", value, back, err)
		}
	}
}

// TestJSONShape holds the document to what encoding/json would write.
func TestJSONShape(t *testing.T) {
	each(t, func(t *testing.T, _ testCase, format Format, _ variant, out []byte) {
		if format.Name != "json" && format.Name != "sarif" {
			return
		}
		var indented bytes.Buffer
		if err := json.Indent(&indented, out, "", "  "); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(indented.Bytes(), out) {
			t.Error("not indented as encoding/json does")
		}
		if bytes.Contains(out, []byte("null")) {
			t.Error("a null where an empty value belongs")
		}
	})
}

func TestJSONCounts(t *testing.T) {
	for _, c := range testCases(t) {
		d := decode(t, write(t, Formats()[1], c.opts, c.result))
		if len(d.Findings) != len(c.result.Findings) || len(d.Skipped) != len(c.result.Skipped) || len(d.Unused) != len(c.result.Unused) {
			t.Errorf("%s: %d findings, %d skipped, %d unused", c.name, len(d.Findings), len(d.Skipped), len(d.Unused))
		}
		for i, f := range d.Findings {
			if runes := []rune(f.Excerpt.Text); f.Excerpt.End > len(runes) || string(runes[f.Excerpt.Start:f.Excerpt.End]) != f.Secret {
				t.Errorf("%s: excerpt %d does not mark the masked secret: %+v", c.name, i, f.Excerpt)
			}
		}
	}
}
