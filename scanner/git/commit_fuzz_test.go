package git

import (
	"strings"
	"testing"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// FuzzParseCommit reads damaged commits, and lines of grafts: ids are all of the repository's format, and
// the message is the end of what was read.
func FuzzParseCommit(f *testing.F) {
	id := strings.Repeat("a", 40)
	f.Add("tree " + id + "\nparent " + id + "\nauthor A <a@x> 1700000000 +0130\ncommitter C <c@x> 1700000001 -9999\ngpgsig -\n -\n\nmessage\n")
	f.Add("tree " + strings.Repeat("a", 64) + "\nauthor A\n\n")
	f.Add(id + " " + id + "\t" + id + " \r\n")
	f.Add("# comment")
	r := &Repository{config: config{format: packfile.SHA1}}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseCommit(parseTestID(t, id), []byte(text))
		if err == nil {
			for _, ref := range append([]packfile.ID{c.Tree}, c.Parents...) {
				if ref.Format() != packfile.SHA1 {
					t.Errorf("%q refers to %q", text, ref)
				}
			}
			if !strings.HasSuffix(text, string(c.Message)) || strings.Contains(c.Author, "\n") {
				t.Errorf("%q: author %q, message %q", text, c.Author, c.Message)
			}
		}
		ids, err := r.parseGraft([]byte(text))
		if err != nil && len(ids) > 0 {
			t.Errorf("%q: %v and %v", text, ids, err)
		}
		for _, ref := range ids {
			if ref.Format() != packfile.SHA1 || !strings.Contains(strings.ToLower(text), ref.String()) {
				t.Errorf("%q gives %v", text, ids)
			}
		}
	})
}
