package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/term"

	"github.com/keysieve/keysieve/scanner/git"
	"github.com/keysieve/keysieve/scanner/source"
)

// A refUpdate is one reference that a push changes.
type refUpdate struct {
	name     string // on the receiving side
	old, new git.ID // the zero id: the reference does not exist before, or afterwards
}

// maxUpdateLine bounds a line of standard input, in bytes.
const maxUpdateLine = 1 << 20

// readUpdates reads what git gives the hooks pre-receive (OLD NEW REF, githooks(5)) and
// pre-push (LOCAL-REF LOCAL-OID REMOTE-REF REMOTE-OID) on standard input, a line for
// each reference. They are told apart by where the ids stand. A local ref is
// what the user wrote and may hold blanks.
func readUpdates(r io.Reader) ([]refUpdate, error) {
	var updates []refUpdate
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxUpdateLine)
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSuffix(lines.Text(), "\r")
		if strings.TrimSpace(line) == "" {
			continue
		}
		u, ok := parseUpdate(line)
		if !ok {
			return nil, &usageError{
				fmt.Sprintf("standard input, line %d: %.200q is neither OLD NEW REF nor LOCAL-REF LOCAL-OID REMOTE-REF REMOTE-OID", number, line),
				"what git tells the hooks pre-receive and pre-push is expected",
			}
		}
		updates = append(updates, u)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read standard input: %w", err)
	}
	return updates, nil
}

func parseUpdate(line string) (u refUpdate, ok bool) {
	fields := strings.Split(line, " ")
	n := len(fields)
	if n >= 4 {
		local, err := git.ParseID(fields[n-3])
		remote, remoteErr := git.ParseID(fields[n-1])
		if err == nil && remoteErr == nil {
			return refUpdate{fields[n-2], remote, local}, true
		}
	}
	if n < 3 {
		return u, false
	}
	before, err := git.ParseID(fields[0])
	after, afterErr := git.ParseID(fields[1])
	return refUpdate{strings.Join(fields[2:], " "), before, after}, err == nil && afterErr == nil
}

// pushed gives what a push brings: what the new values of the references reach, and
// neither the old ones nor what the receiver has already. That is every reference
// of this repository where it is the receiver, and what was last seen of the remote where it is the
// sender.
func (r revisions) pushed(stdin stdinFile, remote string) (source.RangeOptions, error) {
	var o source.RangeOptions
	if term.IsTerminal(int(stdin.Fd())) {
		return o, &usageError{"flag --stdin: standard input is a terminal", `for example echo "$old $new $ref" | keysieve range --stdin`}
	}
	updates, err := readUpdates(stdin)
	if err != nil {
		return o, err
	}
	prefix := "refs/"
	if remote != "" {
		prefix = "refs/remotes/" + remote + "/"
	}
	// A reference that cannot be read excludes nothing: then more is checked, not less.
	o.Exclude = r.repo.RefTips(r.ctx, prefix, func(string, error) {})
	for _, u := range updates {
		if !u.old.IsZero() {
			o.Exclude = append(o.Exclude, u.old)
		}
	}
	if o.Exclude, err = r.commits(o.Exclude); err != nil {
		return o, err
	}
	for _, u := range updates {
		if u.new.IsZero() {
			continue // deleted
		}
		through, end, kind, err := r.repo.Peel(u.new)
		if err != nil {
			return o, fmt.Errorf("%s: %w", u.name, err)
		}
		for _, tag := range through {
			o.Named = append(o.Named, source.NamedObject{ID: tag, Name: u.name})
		}
		if kind == git.KindCommit {
			o.Include = append(o.Include, end)
		} else {
			o.Named = append(o.Named, source.NamedObject{ID: end, Name: u.name})
		}
	}
	return o, r.ctx.Err()
}

// commits keeps those objects that are commits of this repository, or tags of
// such: a sender need not have what the receiver has.
func (r revisions) commits(ids []git.ID) ([]git.ID, error) {
	kept := ids[:0]
	for _, id := range ids {
		_, end, kind, err := r.repo.Peel(id)
		var missing *git.MissingError
		switch {
		case errors.As(err, &missing):
		case err != nil:
			return nil, err
		case kind == git.KindCommit:
			kept = append(kept, end)
		}
	}
	return kept, nil
}

// stdinFile is what is needed of standard input.
type stdinFile interface {
	io.Reader
	Fd() uintptr
}
