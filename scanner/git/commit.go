package git

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// Commit is what a commit says of itself.
type Commit struct {
	ID      packfile.ID
	Tree    packfile.ID
	Parents []packfile.ID
	Author  string    // name and address, as "Name <address>"; any bytes
	Date    time.Time // of the author, in the author's zone
	// Committed is the committer's date: when this commit was made of what the
	// author wrote.
	Committed time.Time
	Message   []byte
}

// Commit reads a commit.
func (r *Repository) Commit(id packfile.ID) (*Commit, error) {
	content, err := r.Objects().Read(id, packfile.KindCommit, maxTree)
	if err != nil {
		return nil, err
	}
	c, err := ParseCommit(id, content)
	if err != nil {
		return nil, &CorruptError{id, err}
	}
	return c, nil
}

// ParseCommit reads the content of the commit id: lines of a header, an empty
// line, the message. A date that makes no sense is the zero time, as history
// has such.
func ParseCommit(id packfile.ID, content []byte) (*Commit, error) {
	c := &Commit{ID: id}
	for len(content) > 0 && content[0] != '\n' {
		line, rest, _ := bytes.Cut(content, []byte{'\n'})
		content = rest
		key, value, _ := bytes.Cut(line, []byte{' '})
		switch string(key) {
		case "tree", "parent":
			ref, err := packfile.ParseID(string(value))
			if err != nil || ref.Format() != id.Format() {
				return nil, fmt.Errorf("malformed commit: bad line %.80q", line)
			}
			if string(key) == "parent" {
				c.Parents = append(c.Parents, ref)
			} else if c.Tree.IsZero() {
				c.Tree = ref
			}
		case "author":
			c.Author, c.Date = parseSignature(value)
		case "committer":
			_, c.Committed = parseSignature(value)
		}
	}
	if c.Tree.Format() == 0 {
		return nil, fmt.Errorf("malformed commit: no tree")
	}
	c.Message = bytes.TrimPrefix(content, []byte{'\n'})
	return c, nil
}

// parseSignature reads NAME <ADDRESS> SECONDS ZONE.
func parseSignature(line []byte) (who string, when time.Time) {
	end := bytes.LastIndexByte(line, '>')
	if end < 0 {
		return string(line), time.Time{}
	}
	fields := bytes.Fields(line[end+1:])
	who = string(line[:end+1])
	if len(fields) == 0 {
		return who, time.Time{}
	}
	seconds, err := strconv.ParseInt(string(fields[0]), 10, 64)
	if err != nil {
		return who, time.Time{}
	}
	zone := time.UTC
	if len(fields) > 1 && len(fields[1]) == 5 {
		if hhmm, err := strconv.Atoi(string(fields[1])); err == nil && hhmm != 0 {
			zone = time.FixedZone("", (hhmm/100*60+hhmm%100)*60)
		}
	}
	return who, time.Unix(seconds, 0).In(zone)
}
