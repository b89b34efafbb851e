package sample

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
)

// Span is a piece of a text, in bytes, End exclusive.
type Span struct{ Start, End int }

// Expansion is a template with its placeholders filled.
type Expansion struct {
	Text string
	// Secrets are the places in Text of the secrets that {{match}} and
	// {{secret}} put there, in order. What {{re:…}} put there is not among them.
	Secrets []Span
}

const (
	wholeMatch = "{{match}}"
	secretOnly = "{{secret}}"
	regexStart = "{{re:"
)

// Expand fills a template. {{match}} becomes a new sample of the generator,
// {{secret}} the secret's part of one, {{re:REGEX}} a random text of that regex.
// A regex may hold braces: the placeholder ends with the last two of the first
// run of two or more closing braces. Any other {{…}} is text. The generator
// may be nil for a template without {{match}} and {{secret}}. An error names
// the placeholder that could not be filled.
func Expand(template string, g *Generator, rng *rand.Rand) (Expansion, error) {
	var b strings.Builder
	var secrets []Span
	for rest := template; ; {
		i := strings.Index(rest, "{{")
		if i < 0 {
			b.WriteString(rest)
			return Expansion{Text: b.String(), Secrets: secrets}, nil
		}
		b.WriteString(rest[:i])
		rest = rest[i:]
		switch {
		case strings.HasPrefix(rest, wholeMatch), strings.HasPrefix(rest, secretOnly):
			s, err := generate(g, rng)
			if err != nil {
				return Expansion{}, fmt.Errorf("fill %s of template %q: %w", rest[:strings.Index(rest, "}}")+2], template, err)
			}
			if strings.HasPrefix(rest, secretOnly) {
				s = Sample{Match: s.Secret, Secret: s.Secret, Start: 0, End: len(s.Secret)}
				rest = rest[len(secretOnly):]
			} else {
				rest = rest[len(wholeMatch):]
			}
			secrets = append(secrets, Span{b.Len() + s.Start, b.Len() + s.End})
			b.WriteString(s.Match)
		case strings.HasPrefix(rest, regexStart):
			regex, after, ok := cutRegex(rest)
			if !ok {
				return Expansion{}, fmt.Errorf("template %q: {{re: without }}", template)
			}
			s, err := Generate(regex, 0, nil, rng)
			if err != nil {
				return Expansion{}, fmt.Errorf("fill {{re:%s}} of template %q: %w", regex, template, err)
			}
			b.WriteString(s.Match)
			rest = after
		default:
			b.WriteByte('{')
			rest = rest[1:]
		}
	}
}

func generate(g *Generator, rng *rand.Rand) (Sample, error) {
	if g == nil {
		return Sample{}, errors.New("there is no regex to fill it from")
	}
	return g.Generate(rng)
}

// cutRegex splits a text that starts with a {{re:…}} placeholder into the
// placeholder's regex and what follows it.
func cutRegex(text string) (regex, after string, ok bool) {
	end := strings.Index(text, "}}")
	if end < 0 {
		return "", "", false
	}
	for end+2 < len(text) && text[end+2] == '}' {
		end++
	}
	return text[len(regexStart):end], text[end+2:], true
}
