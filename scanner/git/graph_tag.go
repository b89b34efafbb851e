package git

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// Tag is what an annotated tag says of itself.
type Tag struct {
	ID      packfile.ID
	Object  packfile.ID   // what it names
	Kind    packfile.Kind // of Object
	Name    string
	Tagger  string    // name and address; any bytes, empty in very old tags
	Date    time.Time // in the tagger's zone
	Message []byte    // with the signature, if there is one
}

// Tag reads an annotated tag.
func (r *Repository) Tag(id packfile.ID) (*Tag, error) {
	content, err := r.Objects().Read(id, packfile.KindTag, maxTree)
	if err != nil {
		return nil, err
	}
	tag, err := ParseTag(id, content)
	if err != nil {
		return nil, &CorruptError{id, err}
	}
	return tag, nil
}

// ParseTag reads the content of the tag id: lines of a header, an empty line,
// the message (git-mktag(1)).
func ParseTag(id packfile.ID, content []byte) (*Tag, error) {
	t := &Tag{ID: id}
	for len(content) > 0 && content[0] != '\n' {
		line, rest, _ := bytes.Cut(content, []byte{'\n'})
		content = rest
		key, value, _ := bytes.Cut(line, []byte{' '})
		var err error
		switch string(key) {
		case "object":
			if t.Object, err = packfile.ParseID(string(value)); err == nil && t.Object.Format() != id.Format() {
				err = errors.New("id of another object format")
			}
		case "type":
			t.Kind, err = packfile.ParseKind(string(value))
		case "tag":
			t.Name = string(value)
		case "tagger":
			t.Tagger, t.Date = parseSignature(value)
		}
		if err != nil {
			return nil, fmt.Errorf("malformed tag: bad line %.80q: %w", line, err)
		}
	}
	if t.Object.Format() == 0 || t.Kind == 0 {
		return nil, errors.New("malformed tag: it does not say what it names")
	}
	t.Message = bytes.TrimPrefix(content, []byte{'\n'})
	return t, nil
}
