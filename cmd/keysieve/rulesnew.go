package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/keysieve/keysieve/rules"
)

// newFlags are the raw flags of rules new.
type newFlags struct {
	provider, description, regex, samples, to string
}

func (a *app) rulesNewCommand() *cobra.Command {
	var flags newFlags
	cmd := &cobra.Command{
		Use:   "new ID [flags]",
		Short: "begin a rule",
		Long: `Begin a rule: write a stanza with every field explained, ready to be edited, to
standard output or to the end of a pack or configuration. ID is provider-kind, in
lower-case words joined by hyphens.

With --samples the regex is derived from real tokens, one a line: what they all
begin with, and the characters and lengths of the rest. The tokens themselves are
not written anywhere; - reads them from standard input, so that they stay out of
the shell's history.`,
		Example: `  keysieve rules new acme-api-key --provider ACME --to my-rules.toml
  keysieve rules new acme-api-key --regex '\b(acme_[0-9a-f]{32})\b'
  keysieve rules new acme-api-key --samples - --to my-rules.toml`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &usageError{"rules new needs the id of one rule", "for example: keysieve rules new acme-api-key --to my-rules.toml"}
			}
			return a.newRule(cmd.Context(), args[0], &flags)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	f := cmd.Flags()
	f.StringVar(&flags.provider, "provider", "", "the issuer is `NAME` (default the first word of ID)")
	f.StringVar(&flags.description, "description", "", "the title of findings is `TEXT` (default made from ID)")
	f.StringVar(&flags.regex, "regex", "", "the regex is `REGEX`, in RE2 syntax")
	f.StringVar(&flags.samples, "samples", "", "derive the regex from the tokens in `FILE`, one a line; - is standard input")
	f.StringVar(&flags.to, "to", "", "add the rule to the end of `FILE`, a pack or configuration, or make the pack")
	fileFlag(cmd, "to", "toml")
	return cmd
}

func (a *app) newRule(ctx context.Context, id string, flags *newFlags) error {
	d := ruleDraft{id: id, provider: flags.provider, description: flags.description, regex: flags.regex}
	if err := checkNewID(id); err != nil {
		return err
	}
	if flags.regex != "" && flags.samples != "" {
		return &usageError{message: "flags --regex and --samples exclude each other"}
	}
	if flags.samples != "" {
		samples, err := a.readSamples(flags.samples)
		if err != nil {
			return err
		}
		derived, err := deriveRegex(samples)
		if err != nil {
			return &usageError{fmt.Sprintf("cannot derive a regex from the samples: %v", err), "state it with --regex"}
		}
		d.form = derived
	}
	d.complete()
	stanza := d.stanza()
	// What is written must be a rule: a regex or a name given may not be.
	if _, err := rules.DecodePack("", []byte(stanza)); err != nil {
		return err
	}
	if flags.to == "" {
		_, err := fmt.Fprint(a.stdout, stanza)
		return asIncomplete(err)
	}
	return a.appendRule(ctx, flags.to, id, stanza)
}

func checkNewID(id string) error {
	if _, err := rules.DecodePack("", []byte("[pack]\nid = \"new\"\n[[rules]]\nid = "+tomlText(id)+"\npath = 'x'\nseverity = \"low\"\nconfidence = \"low\"\n")); err != nil {
		return &usageError{fmt.Sprintf("%q is not an id: lower-case words joined by single hyphens", id), "for example acme-api-key"}
	}
	set, err := rules.Builtin()
	if err != nil {
		return err
	}
	if _, taken := set.Index(id); taken {
		return &usageError{"there is a built-in rule " + id, "see keysieve rules show " + id + "; to change it, state what changes under [[rules]] with its id in " + rules.ConfigName}
	}
	return nil
}

// maxSamples bounds what is read of a file of samples, in bytes.
const maxSamples = 1 << 20

// readSamples reads tokens, one a line.
func (a *app) readSamples(path string) ([]string, error) {
	r := io.Reader(a.stdin)
	if path != standardOutput {
		file, err := os.Open(path)
		if err != nil {
			return nil, &usageError{message: fmt.Sprintf("cannot read the samples %s: %v", path, cause(err))}
		}
		defer func() { _ = file.Close() }() // read only: nothing can be lost
		r = file
	}
	var samples []string
	lines := bufio.NewScanner(io.LimitReader(r, maxSamples))
	lines.Buffer(nil, maxSamples)
	for lines.Scan() {
		if text := strings.TrimSpace(lines.Text()); text != "" {
			samples = append(samples, text)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, &usageError{message: fmt.Sprintf("cannot read the samples %s: %v", path, cause(err))}
	}
	return samples, nil
}

// appendRule adds a stanza to a file, which stays as it is up to there.
func (a *app) appendRule(ctx context.Context, path, id, stanza string) error {
	before, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		before = []byte(packHeader(path))
	case err != nil:
		return &usageError{message: fmt.Sprintf("cannot read %s: %v", path, cause(err))}
	}
	if line := rules.DraftLine(path, before, id); line > 0 {
		return &usageError{fmt.Sprintf("%s:%d: there is a rule %s already", path, line, id), "edit that one, or choose another id"}
	}
	text := strings.TrimRight(string(before), "\n") + "\n\n" + stanza
	if len(before) == 0 {
		text = stanza
	}
	if err := rules.CheckDraft(path, []byte(text)); err != nil {
		return err // the file was not valid
	}
	d, err := destinationOf(path)
	if err == nil {
		err = d.write(ctx, func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return err
		})
	}
	if err != nil {
		return &usageError{message: fmt.Sprintf("cannot write %s: %v", path, cause(err))}
	}
	say(a.stderr, "the rule is in "+path, "edit it, then: keysieve rules lint "+path+" && keysieve rules try "+path)
	return nil
}

// packHeader begins a pack that is called like its file.
func packHeader(path string) string {
	base := path[strings.LastIndexAny(path, `/\`)+1:]
	if base == rules.ConfigName {
		return ""
	}
	id := strings.ToLower(strings.TrimSuffix(base, ".toml"))
	id = strings.Join(strings.FieldsFunc(id, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) }), "-")
	if id == "" {
		id = "rules"
	}
	return fmt.Sprintf("[pack]\nid = %s\ndescription = \"Our own credentials\"\n", tomlText(id))
}

// tomlText writes a text as a TOML string.
func tomlText(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
