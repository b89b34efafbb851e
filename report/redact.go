package report

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
)

// redactor masks a scan's secrets in strings that come from outside: path
// names, authors, reasons. The engine masks excerpts and hands secrets over
// wrapped; what it can not know is that a file is named after one.
//
// Secrets that stand in a path name are masked wherever they occur. Others are
// masked when they have at least minRedacted characters: a password "config"
// that stands in a file must not turn config/deploy.yml into a riddle, and neither must a word that many have, however long
// (admin-secret). In the path of a file that they stand in, shorter ones are, if they are no mere words; a word that many have is masked
// there where the file is called by it and by nothing else.
// In the subject of a commit even shorter ones are, but for words that many have: it is prose, and people write
// there what they did to which password.
type redactor struct {
	replacer replacer          // nil: there is nothing to mask
	own      map[string]string // paths that a secret of theirs stands in, masked
	subjects replacer          // for subjects
}

// From how many characters on a secret is masked in names, and in subjects.
const (
	minRedacted  = 12
	minInSubject = 5
)

// bullet stands for a hidden character in what scanner.Mask returns.
const bullet = '•'

func newRedactor(result scanner.Result) *redactor {
	secrets, inSubjects := make(map[string]struct{}), make(map[string]struct{})
	own := make(map[string]string)
	for i := range result.Findings {
		f := &result.Findings[i]
		text := f.Secret.Reveal()
		if isNameAlone(f) {
			continue
		}
		for _, p := range f.Parts {
			if part := p.Secret.Reveal(); !p.Rule.Public && utf8.RuneCountInString(part) >= minRedacted {
				secrets[part], inSubjects[part] = struct{}{}, struct{}{}
			}
		}
		inPath := slices.ContainsFunc(f.Places, func(p scanner.Place) bool { return p.Kind == scanner.KindPathName })
		if inPath || utf8.RuneCountInString(text) >= minRedacted && !isMereWords(f) {
			secrets[text] = struct{}{}
		}
		inMessage := slices.ContainsFunc(f.Places, func(p scanner.Place) bool { return p.Kind == scanner.KindCommitMessage })
		if inPath || inMessage || utf8.RuneCountInString(text) >= minInSubject && !isMereWords(f) {
			inSubjects[text] = struct{}{}
		}
	}
	for i := range result.Findings {
		f := &result.Findings[i]
		text := f.Secret.Reveal()
		if _, everywhere := secrets[text]; everywhere || isNameAlone(f) || !telling(text) && utf8.RuneCountInString(text) < minRedacted {
			continue
		}
		for _, place := range f.Places {
			if strings.Contains(place.Path, text) && (!isMereWords(f) || stem(place.Path) == text) {
				own[place.Path] = strings.ReplaceAll(cmp.Or(own[place.Path], place.Path), text, scanner.Mask(text))
			}
		}
	}
	for _, s := range result.Veiled {
		secrets[s.Reveal()], inSubjects[s.Reveal()] = struct{}{}, struct{}{}
	}
	return &redactor{replacer: maskingReplacer(secrets), own: own, subjects: maskingReplacer(inSubjects)}
}

// isMereWords tells whether a secret is a word that many have, or small letters and what joins them, of which nothing is sure
// (Bearer access_token): paths are made of such words.
func isMereWords(f *scanner.Finding) bool {
	return f.IsCommonWord() || f.Confidence == rules.ConfidenceLow && strings.Trim(f.Secret.Reveal(), "abcdefghijklmnopqrstuvwxyz_-.") == ""
}

// isNameAlone tells the findings of rules on paths alone: the name tells of a secret and is none.
func isNameAlone(f *scanner.Finding) bool {
	return f.Secret.Reveal() == "" || f.Rule.OnPaths()
}

// telling says whether a secret of a file is masked in the file's own path, although it is too short to be masked everywhere: not
// where it is a mere word, which directories are named by.
func telling(text string) bool {
	return utf8.RuneCountInString(text) >= minInSubject && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz") != ""
}

// stem returns the last element of a path without what follows its first dot.
func stem(file string) string {
	name, _, _ := strings.Cut(path.Base(file), ".")
	return name
}

// Masked returns a text that says something of a scan with the scan's secrets masked, as reports mask them in names.
func Masked(result scanner.Result, text string) string { return newRedactor(result).text(text) }

// maskingReplacer replaces secrets by their masked forms; nil where there are none.
func maskingReplacer(secrets map[string]struct{}) replacer {
	if len(secrets) == 0 {
		return nil
	}
	ordered := make([]string, 0, len(secrets))
	for text := range secrets {
		ordered = append(ordered, text)
	}
	// Longer ones first: a secret may hold another as a part, and the Replacer
	// prefers what comes first.
	slices.SortFunc(ordered, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	pairs := make([]string, 0, 2*len(ordered))
	for _, text := range ordered {
		pairs = append(pairs, text, scanner.Mask(text))
	}
	if len(ordered) == 1 {
		return oneSecret{pairs[0], pairs[1]}
	}
	return strings.NewReplacer(pairs...)
}

// replacer is what a *strings.Replacer does.
type replacer interface{ Replace(s string) string }

// oneSecret replaces a single text. A Replacer of one pair searches by tables that take the square of the text's length to make, and a
// secret may be a megabyte.
type oneSecret struct{ text, masked string }

func (o oneSecret) Replace(s string) string { return strings.ReplaceAll(s, o.text, o.masked) }

// text returns s with every secret masked.
func (r *redactor) text(s string) string {
	if masked, ok := r.own[s]; ok {
		s = masked
	}
	if r.replacer == nil {
		return s
	}
	return r.replacer.Replace(s)
}

// subject returns the first line of a commit's message with every secret masked.
func (r *redactor) subject(s string) string {
	if r.subjects == nil {
		return s
	}
	return r.subjects.Replace(s)
}

// texts is text for every element; never nil.
func (r *redactor) texts(list []string) []string {
	redacted := make([]string, len(list))
	for i, s := range list {
		redacted[i] = r.text(s)
	}
	return redacted
}

// excerpt returns the finding's excerpt. It comes masked; should a secret stand in it
// after all, it is masked here and the columns are kept inside the text.
func (r *redactor) excerpt(e scanner.Excerpt) scanner.Excerpt {
	e.Text = strings.ToValidUTF8(r.text(e.Text), "�")
	n := utf8.RuneCountInString(e.Text)
	e.Start = min(max(e.Start, 0), n)
	e.End = min(max(e.End, e.Start), n)
	return e
}
