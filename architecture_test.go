// Package keysieve_test holds the code against the design: which package may
// import which, where processes, flags and goroutines may be started, and how
// long a file may be. The tables say all of it; what they do not allow is a
// mistake in the code or in the design, to be mended in one of them.
package keysieve_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/keysieve/keysieve/"

// maxLines bounds a file that is not a test.
const maxLines = 500

// importers says for each package of this module which others may import it, by
// directory. Tests may import any package.
var importers = map[string][]string{
	"rules/check":          {"rules", "scanner/detect", "scanner", "scanner/ruletest", "cmd/keysieve"},
	"rules/nfa":            {"rules", "rules/shape", "scanner/detect"},
	"rules/pathglob":       {"rules", "scanner/source"},
	"rules/shape":          {"rules", "scanner/detect", "cmd/keysieve"},
	"rules/sample":         {"scanner/ruletest", "cmd/keysieve"},
	"rules":                {"rules/internal/prepare", "scanner", "scanner/detect", "scanner/ruletest", "scanner/suppress", "report", "cmd/keysieve"},
	"scanner/decode":       {"scanner/detect", "scanner/source", "cmd/keysieve"},
	"scanner/detect":       {"scanner/detect/internal/prepare", "scanner", "scanner/ruletest", "cmd/keysieve"},
	"scanner/git/packfile": {"scanner/git", "scanner/git/reftable", "cmd/keysieve"},
	"scanner/git/reftable": {"scanner/git"},
	"scanner/git":          {"scanner/source", "cmd/keysieve"},
	"scanner":              {"scanner/source", "scanner/ruletest", "scanner/suppress", "report", "cmd/keysieve"},
	"scanner/source":       {"cmd/keysieve"},
	"scanner/ruletest":     {"cmd/keysieve"},
	"scanner/suppress":     {"cmd/keysieve"},
	"report":               {"cmd/keysieve"},
	// Programs and test helpers are imported by nothing but tests.
	"cmd/keysieve":                    {},
	"rules/internal/prepare":          {},
	"scanner/detect/internal/prepare": {},
	"scanner/source/sourcetest":       {},
}

// testHelpers are packages that only tests import: what holds for tests holds
// for them.
var testHelpers = []string{"scanner/source/sourcetest"}

// dependencies says which packages may import a module from elsewhere.
var dependencies = map[string][]string{
	"github.com/BurntSushi/toml":      {"rules"},
	"github.com/sourcegraph/conc":     {"scanner", "scanner/git", "scanner/git/packfile"},
	"github.com/go-git/go-git/v5":     {"scanner/git", "scanner/source"},
	"github.com/go-git/go-billy/v5":   {"scanner/git", "scanner/source"},
	"github.com/klauspost/compress":   {"scanner/git", "scanner/git/packfile", "scanner/source"},
	"github.com/owenrumney/go-sarif":  {"report"},
	"github.com/spf13/cobra":          {"cmd/keysieve"},
	"github.com/spf13/pflag":          {"cmd/keysieve"},
	"github.com/vbauerster/mpb":       {"cmd/keysieve"},
	"github.com/rogpeppe/go-internal": {}, // tests only
	"golang.org/x/sys":                {"scanner", "scanner/decode", "scanner/detect", "scanner/git", "scanner/git/packfile", "scanner/source", "cmd/keysieve"},
	"golang.org/x/term":               {"report", "cmd/keysieve"},
	"golang.org/x/text":               {"report"},
}

// confined says which packages may import a package of the standard library or
// use a function that does something a scanner must not do just anywhere.
var confined = map[string][]string{
	"os/exec":    {}, // tests only: keysieve never runs git
	"net/http":   {}, // nothing talks to the network
	"net":        {},
	"net/rpc":    {},
	"plugin":     {},
	"unsafe":     {"rules/internal/prepare", "scanner/git", "scanner/git/packfile", "scanner/detect"},
	"flag":       {"cmd/keysieve"},
	"os.Exit":    {"cmd/keysieve", "rules/internal/prepare", "scanner/detect/internal/prepare"}, // programs that go generate runs
	"log.Fatal":  {},
	"log.Fatalf": {},
	"go":         {"scanner", "scanner/git", "scanner/git/packfile"},
}

// source is one Go file.
type source struct {
	dir, name string // relative to the repository's root, with slashes
	text      []byte
	tree      *ast.File
	set       *token.FileSet
}

// test reports whether the file is no part of the program.
func (s *source) test() bool {
	return strings.HasSuffix(s.name, "_test.go") || slices.Contains(testHelpers, s.dir)
}

// sources reads every Go file of the repository.
func sources(t *testing.T) []*source {
	t.Helper()
	var all []*source
	err := filepath.WalkDir(".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() && file != "." && (strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || name == "vendor") {
			return filepath.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		s, err := parse(filepath.ToSlash(file), text)
		if err != nil {
			return err
		}
		all = append(all, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func parse(file string, text []byte) (*source, error) {
	s := &source{dir: path.Dir(file), name: path.Base(file), text: text, set: token.NewFileSet()}
	var err error
	s.tree, err = parser.ParseFile(s.set, file, text, parser.ParseComments)
	return s, err
}

func TestArchitecture(t *testing.T) {
	documented := map[string]bool{}
	for _, s := range sources(t) {
		for _, mistake := range s.mistakes() {
			t.Error(mistake)
		}
		if !strings.HasSuffix(s.name, "_test.go") {
			documented[s.dir] = documented[s.dir] || s.tree.Doc != nil
		}
	}
	for dir, has := range documented {
		if !has {
			t.Errorf("%s: no file has a package comment", dir)
		}
		if _, known := importers[dir]; !known {
			t.Errorf("%s: the package is not in the table of importers", dir)
		}
	}
}

// mistakes says what in a file the tables do not allow.
func (s *source) mistakes() []string {
	var found []string
	report := func(pos token.Pos, format string, args ...any) {
		found = append(found, fmt.Sprintf("%s: %s", s.set.Position(pos), fmt.Sprintf(format, args...)))
	}
	if !s.test() {
		if n := strings.Count(string(s.text), "\n"); n > maxLines {
			report(s.tree.Package, "%d lines; %d are the limit: give the file one subject", n, maxLines)
		}
	}
	for _, spec := range s.tree.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			report(spec.Pos(), "import: %v", err)
			continue
		}
		if spec.Name != nil && spec.Name.Name == "." {
			report(spec.Pos(), "imports %s with a dot", name)
		}
		if message := s.importMistake(name); message != "" {
			report(spec.Pos(), "%s", message)
		}
	}
	ast.Inspect(s.tree, func(node ast.Node) bool {
		if message := s.nodeMistake(node); message != "" {
			report(node.Pos(), "%s", message)
		}
		return true
	})
	return found
}

// importMistake says why the file may not import a package.
func (s *source) importMistake(name string) string {
	if s.test() {
		return ""
	}
	if inner, ok := strings.CutPrefix(name, module); ok {
		if !slices.Contains(importers[inner], s.dir) {
			return fmt.Sprintf("%s may not import %s", s.dir, inner)
		}
		return ""
	}
	if allowed, ok := confined[name]; ok && !slices.Contains(allowed, s.dir) {
		return fmt.Sprintf("%s may not import %s", s.dir, name)
	}
	if first, _, _ := strings.Cut(name, "/"); !strings.Contains(first, ".") {
		return "" // the standard library
	}
	for dependency, allowed := range dependencies {
		if name == dependency || strings.HasPrefix(name, dependency+"/") {
			if !slices.Contains(allowed, s.dir) {
				return fmt.Sprintf("%s may not import %s", s.dir, name)
			}
			return ""
		}
	}
	return fmt.Sprintf("%s is not in the table of dependencies", name)
}

// nodeMistake says why a piece of code may not stand in the file.
func (s *source) nodeMistake(node ast.Node) string {
	use := ""
	switch node := node.(type) {
	case *ast.GoStmt:
		use = "go"
	case *ast.SelectorExpr:
		if pkg, ok := node.X.(*ast.Ident); ok {
			use = pkg.Name + "." + node.Sel.Name
		}
	case *ast.FuncDecl:
		if node.Name.Name == "init" && node.Recv == nil {
			return "func init: state what is needed where it is used"
		}
	}
	allowed, ok := confined[use]
	if !ok || s.test() || slices.Contains(allowed, s.dir) {
		return ""
	}
	return fmt.Sprintf("%s may not use %s", s.dir, use)
}

// TestArchitectureTestCanFail proves that each kind of mistake is seen.
func TestArchitectureTestCanFail(t *testing.T) {
	tests := []struct{ file, text, want string }{
		{"report/a.go", `import "os/exec"`, "report may not import os/exec"},
		{"report/a_test.go", `import "os/exec"`, ""},
		{"report/a.go", `import "net/http"`, "report may not import net/http"},
		{"report/a.go", `import "flag"`, "report may not import flag"},
		{"cmd/keysieve/a.go", `import "flag"`, ""},
		{"rules/a.go", `import "` + module + `scanner"`, "rules may not import scanner"},
		{"rules/check/a.go", `import "` + module + `rules"`, "rules/check may not import rules"},
		{"scanner/detect/a.go", `import "` + module + `scanner"`, "scanner/detect may not import scanner"},
		{"scanner/detect/a_test.go", `import "` + module + `scanner"`, ""},
		{"report/a.go", `import "` + module + `scanner/git"`, "report may not import scanner/git"},
		{"report/a.go", `import "` + module + `absent"`, "report may not import absent"},
		{"rules/a.go", `import "github.com/BurntSushi/toml"`, ""},
		{"scanner/a.go", `import "github.com/BurntSushi/toml"`, "scanner may not import github.com/BurntSushi/toml"},
		{"report/a.go", `import "github.com/owenrumney/go-sarif/v2/sarif"`, ""},
		{"report/a.go", `import "github.com/other/thing"`, "github.com/other/thing is not in the table"},
		{"report/a.go", `import . "fmt"`, "imports fmt with a dot"},
		{"report/a.go", `func init() {}`, "func init"},
		{"report/a.go", `func (t) init() {}`, ""},
		{"report/a.go", `func f() { go f() }`, "report may not use go"},
		{"scanner/a.go", `func f() { go f() }`, ""},
		{"scanner/git/a.go", `func f() { go f() }`, ""},
		{"scanner/source/a.go", `func f() { os.Exit(1) }`, "scanner/source may not use os.Exit"},
		{"cmd/keysieve/a.go", `func f() { os.Exit(1) }`, ""},
		{"report/a.go", strings.Repeat("\n", maxLines), "500 are the limit"},
		{"report/a_test.go", strings.Repeat("\n", maxLines), ""},
	}
	for _, test := range tests {
		s, err := parse(test.file, []byte("package p\n"+test.text+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		found := strings.Join(s.mistakes(), "\n")
		if test.want == "" && found != "" || !strings.Contains(found, test.want) {
			t.Errorf("%s with %.60q: found %q, want %q", test.file, test.text, found, test.want)
		}
	}
}
