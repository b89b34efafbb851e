package rules

import (
	"path/filepath"
	"testing"
)

func TestConfigConflicts(t *testing.T) {
	const lower = "[[lower]]\ndescription = 'd'\npaths = ['p']\ntargetRules = "
	const scope = "[[scopes]]\nfailOn = 'never'\npaths = "
	tests := []struct {
		name, text string
		want       []string
	}{
		{"a file below what is excluded", "[scan]\ninclude = ['src/a.go']\nexclude = ['src/']\n", []string{`2: include names "src/a.go", all of which exclude (line 3: "src/") leaves out`}},
		{"a file that a wildcard excludes", "[scan]\ninclude = ['x/',\n'src/a.go']\nexclude = ['*.go']\n", []string{`3: include names "src/a.go", all of which exclude (line 4: "*.go") leaves out`}},
		{"a directory below what is excluded", "[scan]\ninclude = ['/a/b/']\nexclude = ['/a']\n", []string{`2: include names "/a/b/"`}},
		{"a scope that is excluded", "[scan]\nexclude = ['test/']\n" + scope + "['x', 'test/']\n", []string{`5: the [[scopes]] table in line 3 can never count for "test/", which exclude (line 2: "test/") leaves out`}},
		{"a scope below what is excluded", "[scan]\nexclude = ['test']\n" + scope + "['test/', 'a/test/b']\n", []string{`5: the [[scopes]] table in line 3 can never count for "test/"`, `5: the [[scopes]] table in line 3 can never count for "a/test/b"`}},
		{"a scope beside what is included", "[scan]\ninclude = ['/src/', 'lib/a', '!lib/a/b']\n" + scope + "['/test/']\n", []string{`5: the [[scopes]] table in line 3 can never count for "/test/", which include (line 2) does not name`}},
		{"targets that are not enabled", "[packs]\nenabledRules = ['github-pat-classic']\n" + lower + "['github-pat-classic', 'npm-access-token']\n[[allowlists]]\npaths = ['p']\ntargetRules = ['npm-access-token']\n", []string{`6: targetRules names the rule "npm-access-token", which enabledRules (line 2) leaves out`, `9: targetRules names the rule "npm-access-token"`}},
		{"targets of a kind that is not enabled", "[packs]\nenabledRules = ['github-pat-classic']\n" + lower + "['npm-*']\n", []string{`6: targetRules names the rule "npm-*"`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(write(t, map[string]string{ConfigName: test.text}), ConfigName)
			c, err := LoadConfig(path)
			if err == nil {
				_, err = c.Set()
			}
			wantMistakes(t, err, path, test.want)
		})
	}
}

// What may count somewhere is no contradiction.
func TestConfigNoConflict(t *testing.T) {
	const scope = "[[scopes]]\nfailOn = 'never'\npaths = "
	tests := map[string]string{
		"a name may be anywhere":          "[scan]\ninclude = ['a.go']\nexclude = ['src/']\n",
		"names below one another":         "[scan]\ninclude = ['src/']\n" + scope + "['test/']\n",
		"excluded below what is included": "[scan]\ninclude = ['src/a/']\nexclude = ['src/a/b/']\n",
		"taken back":                      "[scan]\ninclude = ['src/a.go']\nexclude = ['src/*', '!src/a.go']\n",
		"a directory is excluded":         "[scan]\ninclude = ['src/a']\nexclude = ['src/a/']\n",
		"a scope's file":                  "[scan]\nexclude = ['test/']\n" + scope + "['test']\n",
		"a scope above what is included":  "[scan]\ninclude = ['/src/a/']\n" + scope + "['/src/']\n",
		"a scope below what is included":  "[scan]\ninclude = ['/src/']\n" + scope + "['/src/a/', 'a/b*']\n",
		"a kind that is enabled in part":  "[packs]\nenabledRules = ['github-pat-classic']\n[[lower]]\ndescription = 'd'\npaths = ['p']\ntargetRules = ['github-*']\n",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			setOf(t, load(t, filepath.Join(write(t, map[string]string{ConfigName: text}), ConfigName)))
		})
	}
}
