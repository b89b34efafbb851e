package main

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// tokenForm is the form of a provider's tokens: a prefix, and random characters of a class.
type tokenForm struct {
	prefix string
	class  string // inside of brackets
	least  int    // random characters
	most   int
}

func (f tokenForm) String() string {
	count := fmt.Sprintf("{%d}", f.least)
	if f.most > f.least {
		count = fmt.Sprintf("{%d,%d}", f.least, f.most)
	}
	return regexp.QuoteMeta(f.prefix) + "[" + f.class + "]" + count
}

// ruleDraft is a rule that is begun.
type ruleDraft struct {
	id, provider, description, regex string
	form                             tokenForm // of the regex, where it was not given
}

// complete fills in what was not said.
func (d *ruleDraft) complete() {
	words := strings.Split(d.id, "-")
	if d.provider == "" {
		d.provider = strings.ToUpper(words[0][:1]) + words[0][1:]
	}
	if d.description == "" {
		kind := "credential"
		if len(words) > 1 {
			kind = strings.Join(words[1:], " ")
		}
		for word, written := range map[string]string{"api ": "API ", "id ": "ID "} {
			if strings.HasPrefix(kind, word) {
				kind = written + kind[len(word):]
			}
		}
		d.description = d.provider + " " + kind
	}
	if d.regex == "" {
		if d.form.class == "" {
			d.form = tokenForm{prefix: words[0] + "_", class: "0-9A-Za-z", least: 32, most: 32}
		}
		d.regex = `\b(` + d.form.String() + `)` + endOf(d.form.class)
	}
}

// endOf is what must follow a token, so that a longer text is none.
func endOf(class string) string {
	if strings.ContainsAny(class, `+/=\`) {
		return "(?:[^" + class + "]|$)"
	}
	return `\b`
}

// stanza writes the rule with every field explained.
func (d *ruleDraft) stanza() string {
	name := strings.ToUpper(strings.ReplaceAll(d.id, "-", "_"))
	counter := fmt.Sprintf("'%s=${%s}', '%s=<your key>'", name, name, name)
	entropy := ""
	if d.form.class != "" {
		counter = fmt.Sprintf("'%s=%s{{re:[%s]{%d}}}', ", name, d.form.prefix, d.form.class, max(1, d.form.least/2)) + counter
		entropy = "entropy = 3.0\n"
		if d.form.class == "0-9a-f" || d.form.class == "0-9A-F" || d.form.least < 20 {
			entropy = "entropy = 2.5\n"
		}
	}
	return fmt.Sprintf(stanzaText, tomlText(d.id), tomlText(d.description), tomlText(d.provider), tomlRegex(d.regex), entropy, name, strings.ToLower(name), counter)
}

// tomlRegex writes a regex as a TOML string, literally where that can be.
func tomlRegex(regex string) string {
	if strings.Contains(regex, "'''") || strings.HasSuffix(regex, "'") || strings.ContainsFunc(regex, unicode.IsControl) {
		return tomlText(regex)
	}
	return "'''" + regex + "'''"
}

const stanzaText = `[[rules]]
# provider-kind[-variant]. It stays for ever: waivers and baselines refer to it.
id = %s
# The title of its findings, without a full stop, and the issuer as users know it.
description = %s
provider = %s
# RE2 syntax. Give every repetition a bound ({8,64}, not +) and have a fixed text of three characters or
# more in every match: it is what is looked for first. The secret is the first group, or secretGroup.
regex = %s
# secretGroup = 1
# For a value that looks like many others: it counts near the issuer's name only, in whatever syntax. Instead of regex, or beside it.
# near = { name = 'acme~pay|acme', value = '[0-9a-f]{32}' }    # ~ is what separates words: acmePay, acme-pay, [acme] pay
# In near, other = '[0-9A-Za-z]{20,60}' counts as well behind a word as key or token; keyed = true demands that word for value, too.
# Words of which the content must hold one, anywhere, in lower case; only where the regex has no fixed text of its own.
# keywords = ["..."]
# How random the secret must be: Shannon bits for each character (entropy), or odds of 10^N to 1 (randomness).
# It keeps out what only looks like a token: xxxxxxxx, 12345678.
%s# An offline check of the token's own checksum, if keysieve knows it, and what a failure means: lower or drop.
# check = "..."
# onFail = "lower"
# The damage if it is real: critical, high, medium, low.
severity = "high"
# How surely a match is a secret: high for a format of its own, medium and low for a shape near a name. low only warns.
confidence = "high"
# Where and how to revoke or rotate it, in one sentence, and the provider's page on the format (https).
remedy = ""
docs = ""
# Templates of lines that must be found: {{secret}} is a random secret of the regex, {{match}} a whole match,
# {{re:[0-9]{8}}} random text of another regex. Counterexamples must not be found.
examples = ['%s={{secret}}', '%s: "{{secret}}"']
counterexamples = [%s]
tags = []
# The other part of a credential of two parts, which must stand near; with optional = true it need not, and where it
# does it is reported with this one and not by itself:
# [[rules.required]]
# id = "..."
# withinLines = 5
# What is no secret although it matches: regexes, stopwords, paths, commits.
# [[rules.allowlists]]
# description = "the examples of the provider's documentation"
# regexes = ['''EXAMPLE''']
`

var (
	errFewSamples = errors.New("two or more are needed")
	errNoPrefix   = errors.New("they do not begin with the same three characters; such tokens need a name near them in the regex")
	errShort      = errors.New("fewer than eight characters are left behind what they all begin with")
)

// deriveRegex finds the form of tokens: what they begin with, up to the last
// separator in it, and the smallest usual class of the rest.
func deriveRegex(samples []string) (tokenForm, error) {
	if len(samples) < 2 {
		return tokenForm{}, errFewSamples
	}
	prefix := samples[0]
	for _, s := range samples[1:] {
		n := 0
		for n < min(len(prefix), len(s)) && prefix[n] == s[n] {
			n++
		}
		prefix = prefix[:n]
	}
	// Few samples agree in more characters than the provider fixed.
	if i := strings.LastIndexAny(prefix, "_-.:"); i >= 2 {
		prefix = prefix[:i+1]
	}
	if len(prefix) < 3 {
		return tokenForm{}, errNoPrefix
	}
	form := tokenForm{prefix: prefix, least: len(samples[0])}
	for _, s := range samples {
		form.least, form.most = min(form.least, len(s)-len(prefix)), max(form.most, len(s)-len(prefix))
	}
	if form.least < 8 {
		return tokenForm{}, errShort
	}
	for _, class := range []string{"0-9", "0-9a-f", "0-9A-F", "0-9a-z", "0-9A-Z", "0-9A-Za-z", `0-9A-Za-z_\-`, "0-9A-Za-z+/=", `0-9A-Za-z_\-.`, `0-9A-Za-z+/=_\-.~`} {
		whole := regexp.MustCompile(`\A[` + class + `]+\z`)
		fits := true
		for _, s := range samples {
			fits = fits && whole.MatchString(s[len(prefix):])
		}
		if fits {
			form.class = class
			return form, nil
		}
	}
	return tokenForm{}, errors.New("they hold characters that tokens rarely have")
}
