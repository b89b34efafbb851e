package detect

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/keysieve/keysieve/rules"
)

// manifestRules are the rules whose values stand in a mapping beside their match.
func manifestRule(d *Detector, m *Match) bool { return d.set.Rules()[m.Rule].Entries != "" }

// TestSecretManifests holds that values of a Secret of Kubernetes are found in the syntaxes in which its mappings are written, and those of
// another object beside it are not.
func TestSecretManifests(t *testing.T) {
	d := New(mustBuiltin(t))
	const plain = "q8Zt3LmX0vR5yN7bC2wKd4Hj"
	encoded := base64.StdEncoding.EncodeToString([]byte(plain))
	const head = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n"
	for name, c := range map[string]struct {
		content string // %s: the secret, %e: its base64
		line    int    // of the secret, 0: none is found
	}{
		"YAML":                     {head + "data:\n  password: %e\n", 6},
		"the mapping first":        {"apiVersion: v1\ndata:\n  first: %e\nkind: Secret\n", 3},
		"an item of a list":        {"items:\n- kind: ConfigMap\n  data:\n    first: x\n- apiVersion: v1\n  data:\n    first: %e\n  kind: Secret\n", 7},
		"the item before":          {"items:\n- kind: ConfigMap\n  data:\n    first: %e\n- kind: Secret\n  metadata: {}\n", 0},
		"the item behind":          {"items:\n- kind: Secret\n  metadata: {}\n- data:\n    first: %e\n  kind: ConfigMap\n", 0},
		"the document before":      {"kind: ConfigMap\ndata:\n  first: %e\n---\n" + head, 0},
		"the document behind":      {head + "---\nkind: ConfigMap\ndata:\n  first: %e\n", 0},
		"behind another document":  {"kind: ConfigMap\ndata:\n  first: x\n---\n" + head + "data:\n  first: %e\n", 10},
		"of another's name":        {head + "metadata:\n  data:\n    first: %e\n", 0},
		"plain":                    {head + "stringData:\n  first: %s\n", 6},
		"quoted":                   {head + "stringData:\n  'first': \"%s\" # x\n", 6},
		"a block":                  {head + "stringData:\n  first: |-\n    %s\n  user: x\n", 7},
		"folded":                   {head + "data:\n  first: >\n    %e\n", 7},
		"braces in YAML":           {head + "stringData: {user: app, first: %s}\n", 5},
		"JSON":                     {`{"kind": "Secret", "metadata": {"labels": {"a": "b"}}, "data": {"user": "YQ==", "first": "%e"}}`, 1},
		"JSON, a ConfigMap":        {`[{"kind": "ConfigMap", "data": {"first": "%e"}}, {"kind": "Secret", "type": "Opaque"}]`, 0},
		"HCL":                      {"manifest = {\n  kind = \"Secret\"\n  data = {\n    first = \"%e\"\n  }\n}\n", 4},
		"a resource":               {"resource \"kubernetes_secret\" \"x\" {\n  data = {\n    conn = var.conn\n    password = \"%s\"\n  }\n}\n", 4},
		"a call":                   {"resource \"kubernetes_secret_v1\" \"x\" {\n  data = {\n    password = base64encode(\"%s\")\n  }\n}\n", 3},
		"a program":                {"new k8s.core.v1.Secret('x', {\n  stringData: {\n    first: '%s',\n  },\n});\n", 3},
		"a template's text":        {head + "data:\n  first: {{ \"%s\" | b64enc }}\n", 6},
		"a template":               {head + "data:\n  first: {{ .Values.%s | b64enc }}\n", 0},
		"kustomize":                {"secretGenerator:\n- name: db\n  literals:\n  - user=app\n  - first=%s\n", 5},
		"kustomize, quoted":        {"secretGenerator:\n  - literals:\n      - \"first=%s\"\n", 3},
		"kustomize, a ConfigMap":   {"secretGenerator:\n- files: [a]\nconfigMapGenerator:\n- literals:\n  - first=%s\n", 0},
		"kustomize, in brackets":   {"secretGenerator:\n- name: db\n  literals: [user=app, \"first=%s\"]\n", 3},
		"JSON, sorted":             {`{"apiVersion": "v1", "data": {"first": "%e"}, "kind": "Secret"}`, 1},
		"JSON, plain":              {`{"kind": "Secret", "apiVersion": "v1", "stringData": {"first": "%s"}}`, 1},
		"all in braces in YAML":    {"{apiVersion: v1, kind: Secret, data: {first: %e}}\n", 1},
		"Go":                       {"return &corev1.Secret{\n\tStringData: map[string]string{\n\t\t\"user\": \"app\",\n\t\t\"first\": \"%s\",\n\t},\n", 4},
		"Go, bytes":                {"\tsecret.Data = map[string][]byte{\"first\": []byte(\"%s\")}\n", 1},
		"Go, a ConfigMap":          {"\tData: map[string]string{\"first\": \"%s\"},\n", 0},
		"Go with Pulumi":           {"&corev1.SecretArgs{\n\tStringData: pulumi.StringMap{\"first\": pulumi.String(\"%s\")},\n", 2},
		"Python":                   {"V1Secret(string_data={\"user\": \"app\", \"first\": \"%s\"})\n", 1},
		"C#":                       {"new V1Secret { StringData = new Dictionary<string, string> { [\"first\"] = \"%s\" } }\n", 1},
		"HCL, binary":              {"resource \"kubernetes_secret_v1\" \"x\" {\n  binary_data = {\n    first = \"%e\"\n  }\n}\n", 3},
		"HCL, JSON of a store":     {"  data_json = jsonencode({\n    first = \"%s\"\n  })\n", 2},
		"HCL, JSON of a policy":    {"  policy = jsonencode({\n    first = \"%s\"\n  })\n", 0},
		"braces that never close":  {"note: |\n  if {\n" + strings.Replace(head, "apiVersion", "a", 1) + "data:\n  first: %e\n", 8},
		"Windows":                  {strings.ReplaceAll(head+"data:\n  first: %e\n", "\n", "\r\n"), 6},
		"nothing before":           {"kind: Secret", 0},
		"nothing behind":           {"data:\n  first: %e\nkind: Secret", 2},
		"brackets that never open": {"}}}\nkind: Secret\ndata:\n  first: %e\n", 4},
	} {
		content := strings.ReplaceAll(strings.ReplaceAll(c.content, "%s", plain), "%e", encoded)
		line := 0
		for _, m := range foundAnywhere(d, content) {
			if manifestRule(d, &m) {
				line = m.Line
			}
			if m.Secret != plain && m.Secret != encoded {
				t.Errorf("%s: the secret is %q", name, m.Secret)
			}
		}
		if line != c.line {
			t.Errorf("%s: found in line %d, want %d", name, line, c.line)
		}
	}
}

// TestSecretManifestPlaceholders holds that what is a placeholder in clear is one in base64, however short.
func TestSecretManifestPlaceholders(t *testing.T) {
	d := New(mustBuiltin(t))
	for _, word := range []string{"<password>", "REPLACE_ME", "${DB_PASSWORD}", "changeme", "secret", "your-password", "TODO", "{{ .x }}"} {
		for _, name := range []string{"password", "token", "first"} {
			content := fmt.Sprintf("kind: Secret\ndata:\n  %s: %s\n", name, base64.StdEncoding.EncodeToString([]byte(word)))
			for _, m := range foundAnywhere(d, content) {
				if m.Confidence > rules.ConfidenceLow {
					t.Errorf("%s: %s: reported by %s", name, word, d.set.Rules()[m.Rule].ID)
				}
			}
		}
	}
}

// TestSecretManifestsInHistory holds that a change far from a value that makes a Secret of a ConfigMap, or turns it back, counts.
func TestSecretManifestsInHistory(t *testing.T) {
	d := New(mustBuiltin(t))
	rest := "metadata:\n" + strings.Repeat("  # about it\n", 40) + "data:\n  first: " + base64.StdEncoding.EncodeToString([]byte("q8Zt3LmX0vR5yN7bC2wKd4Hj")) + "\n"
	secret, other := "kind: Secret\n"+rest, "kind: ConfigMap\n"+rest
	if d.AddsNothing([]byte(other), []byte(secret)) {
		t.Error("a ConfigMap that becomes a Secret adds nothing")
	}
	_, trace := d.ScanTraced(nil, []byte(other), nil, false)
	copies := []Copy{{Target: len("kind: Secret\n"), Source: len("kind: ConfigMap\n"), Size: len(rest)}}
	if res, _ := d.ScanTraced(trace, []byte(secret), copies, false); len(res.Matches) != 1 {
		t.Errorf("%d matches in a Secret made of a ConfigMap", len(res.Matches))
	}
	_, trace = d.ScanTraced(nil, []byte(secret), nil, false)
	copies = []Copy{{Target: len("kind: ConfigMap\n"), Source: len("kind: Secret\n"), Size: len(rest)}}
	if res, _ := d.ScanTraced(trace, []byte(other), copies, false); len(res.Matches) != 0 {
		t.Errorf("%d matches in a ConfigMap made of a Secret", len(res.Matches))
	}
}

// TestSecretManifestTooLong holds that values which are not read are not passed over in silence.
func TestSecretManifestTooLong(t *testing.T) {
	d := New(mustBuiltin(t))
	for n, finished := range map[int]bool{mostEntries / 2: true, mostEntries + 2: false} {
		content := "kind: Secret\ndata:\n" + strings.Repeat("  a: QUJD\n", n)
		if res := d.Scan([]byte(content)); (len(res.Unfinished) == 0) != finished {
			t.Errorf("%d values: unfinished rules %v", n, res.Unfinished)
		}
	}
}

// TestOpenManifests holds that mappings which nothing closes are not read again for each one above them: 65 kB took 84 seconds.
func TestOpenManifests(t *testing.T) {
	d := New(mustBuiltin(t))
	for _, unit := range []string{"kind: Secret\ndata: {\n", "kind: Secret\ndata: {a: ", "data: {\nkind: Secret\n", "- kind: Secret\n  data: {\n"} {
		begun := time.Now()
		d.Scan([]byte(strings.Repeat(unit, 6000)))
		if took := time.Since(begun); took > 10*time.Second {
			t.Errorf("%.20q: %v", unit, took)
		}
	}
}
