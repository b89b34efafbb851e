package scanner

import (
	"strings"
	"testing"
)

// TestIdentity: one key is one secret in whatever way its lines are written, and one that was known keeps its name.
func TestIdentity(t *testing.T) {
	t.Parallel()
	const dashes = "-----"
	lines := []string{dashes + "BEGIN X KEY" + dashes, "Proc-Type: 4", "", "AAAA+bbb/", "/ccc+", dashes + "END X KEY" + dashes}
	plain := strings.Join(lines, "\n")
	if identity(plain) != plain {
		t.Errorf("the identity of plain lines is %q", identity(plain))
	}
	for name, text := range map[string]string{
		"windows":     strings.Join(lines, "\r\n"),
		"old mac":     strings.Join(lines, "\r"),
		"indented":    strings.Join(lines, "\n    "),
		"tabs":        strings.Join(lines, "\r\n\t"),
		"blanks":      strings.Join(lines, "  \n"),
		"json":        strings.Join(lines, `\n`),
		"json in it":  strings.Join(lines, `\\n`),
		"windows too": strings.Join(lines, `\r\n`),
		"c":           strings.Join(lines, "\\n\"\n  \""),
		"javascript":  strings.Join(lines, "\\n\\\n"),
		"array":       strings.Join(lines, "\",\n  \""),
		"java":        strings.Join(lines, "\\n\" +\n    \""),
		"windows c#":  strings.Join(lines, "\\r\\n\"+\r\n\t\""),
		"php":         strings.Join(lines, "\\n' .\n  '"),
		"basic":       strings.Join(lines, "\\n\" & \n  \""),
		"python's \\": strings.Join(lines, "\\n' \\\n  '"),
		"leading":     strings.Join(lines, "\\n\"\n  + \""),
		"continued":   strings.Join(lines, "\" & _\n  \""),
		"no escapes":  strings.Join(lines, "\" +\n  \""),
		"python":      strings.Join(lines, "\\n'\n  '"),
	} {
		if got := identity(text); got != plain {
			t.Errorf("%s: %q", name, got)
		}
		if Fingerprint("r", "p", text) != Fingerprint("r", "p", plain) {
			t.Errorf("%s: another fingerprint", name)
		}
		if !NewSecret(text).same(NewSecret(plain)) {
			t.Errorf("%s: another secret", name)
		}
	}
	for _, text := range []string{"", " blank ", `domain\name`, `a\nb`, "x'y\"", "two\n\nlines\n"} {
		if got := identity(text); got != text {
			t.Errorf("%q: %q", text, got)
		}
	}
	for _, other := range []string{strings.Join(lines, ""), strings.Join(lines[1:], "\n"), strings.Replace(plain, "+", "-", 1)} {
		if identity(other) == plain {
			t.Errorf("%q is another secret", other)
		}
	}
}
