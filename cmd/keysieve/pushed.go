package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
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
//
// sent says that they are those of pre-push. Lines of both kinds are an error.
func readUpdates(r io.Reader) (updates []refUpdate, sent bool, err error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxUpdateLine)
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSuffix(lines.Text(), "\r")
		if strings.TrimSpace(line) == "" {
			continue
		}
		u, toRemote, ok := parseUpdate(line)
		if ok && len(updates) > 0 && toRemote != sent {
			return nil, false, &usageError{message: fmt.Sprintf("standard input, line %d: it is of another form than the lines before", number)}
		}
		if sent = toRemote; !ok {
			return nil, false, &usageError{
				fmt.Sprintf("standard input, line %d: %.200q is neither OLD NEW REF nor LOCAL-REF LOCAL-OID REMOTE-REF REMOTE-OID", number, line),
				"what git tells the hooks pre-receive and pre-push is expected",
			}
		}
		updates = append(updates, u)
	}
	if err := lines.Err(); err != nil {
		return nil, false, fmt.Errorf("read standard input: %w", err)
	}
	return updates, sent, nil
}

func parseUpdate(line string) (u refUpdate, sent, ok bool) {
	fields := strings.Split(line, " ")
	n := len(fields)
	if n >= 4 {
		local, err := git.ParseID(fields[n-3])
		remote, remoteErr := git.ParseID(fields[n-1])
		if err == nil && remoteErr == nil {
			return refUpdate{fields[n-2], remote, local}, true, true
		}
	}
	if n < 3 {
		return u, false, false
	}
	before, err := git.ParseID(fields[0])
	after, afterErr := git.ParseID(fields[1])
	return refUpdate{strings.Join(fields[2:], " "), before, after}, false, err == nil && afterErr == nil
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
	updates, sent, err := readUpdates(stdin)
	if err != nil {
		return o, err
	}
	switch {
	case len(updates) == 0 && remote == "":
		return o, &usageError{"flag --stdin: standard input is empty", "what git tells the hooks pre-receive and pre-push is expected; pre-push also needs --remote"}
	case len(updates) > 0 && sent && remote == "":
		return o, &usageError{"flag --stdin: these are lines of a pre-push hook, which need --remote", `for example keysieve range --stdin --remote "$1", in the hook`}
	case len(updates) > 0 && !sent && remote != "":
		return o, &usageError{message: "flag --remote: standard input has the lines of a pre-receive hook, which knows no remote"}
	}
	o.Exclude = r.known(remote, updates)
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

// known gives what the receiver of a push has already: what was last seen of the remote where this
// repository is the sender; where it is the receiver (no remote), all of its references but those that the push
// changes, which may have their new values by now, and what it saw of remotes of its own. A remote that is not
// configured, as where a push names a URL, has nothing that is known; nor is known what belongs to another
// remote whose name begins with this one's, as "pub/priv" does with "pub". A reference that cannot be read
// excludes nothing: then more is checked, not less.
func (r revisions) known(remote string, updates []refUpdate) []git.ID {
	prefix := "refs/"
	changed := map[string]bool{}
	var others []string // prefixes of further remotes' references
	if remote != "" {
		if !slices.ContainsFunc(r.repo.Remotes(), func(known git.Remote) bool { return known.Name == remote }) {
			return nil
		}
		prefix = "refs/remotes/" + remote + "/"
		for _, other := range r.repo.Remotes() {
			if strings.HasPrefix(other.Name, remote+"/") {
				others = append(others, "refs/remotes/"+other.Name+"/")
			}
		}
	} else {
		for _, u := range updates {
			changed[u.name] = true
		}
	}
	chosen := func(name string) bool {
		if slices.ContainsFunc(others, func(other string) bool { return strings.HasPrefix(name, other) }) {
			return false
		}
		return !changed[name] && (remote != "" || !strings.HasPrefix(name, "refs/remotes/"))
	}
	return r.repo.RefTips(r.ctx, prefix, chosen, func(string, error) {})
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
