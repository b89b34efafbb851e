package source

import (
	"bytes"
	"io"
	"strings"

	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/git"
)

// pathNameBlob is a path as content: a name can be a secret, too.
func pathNameBlob(path string) scanner.Blob {
	return scanner.Blob{
		Origins: []scanner.Origin{{Kind: scanner.KindPathName, Path: path}},
		Size:    int64(len(path)),
		Open:    func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(path)), nil },
	}
}

// textBlob is a text that is at hand, as a content.
func textBlob(id git.ID, origin scanner.Origin, text []byte) scanner.Blob {
	return scanner.Blob{
		ID: id.String(), Origins: []scanner.Origin{origin}, Size: int64(len(text)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil },
	}
}

// maxWaiting is the longest message, in bytes, that waits in memory to be scanned. The object of a longer one is read again.
const maxWaiting = 16 << 10

// messageBlob is what the object id says, a commit or a tag, as a content. The object's content is at hand.
func messageBlob(repo *git.Repository, id git.ID, kind git.Kind, origin scanner.Origin, content []byte) scanner.Blob {
	text := messageOf(kind, content)
	blob := textBlob(id, origin, text)
	if len(text) > maxWaiting {
		blob.Open = func() (io.ReadCloser, error) {
			content, err := repo.Objects().Read(id, kind, maxWhole)
			if err != nil {
				return nil, err
			}
			return io.NopCloser(bytes.NewReader(messageOf(kind, content))), nil
		}
	}
	return blob
}

// objectBlob is an object as a content without origins.
func objectBlob(repo *git.Repository, id git.ID) scanner.Blob {
	return scanner.Blob{
		ID:   id.String(),
		Size: -1,
		Open: func() (io.ReadCloser, error) {
			content, _, err := repo.Objects().Open(id)
			return content, err
		},
	}
}

// maxEarlier is the largest content, in bytes, that another is compared with.
const maxEarlier = 1 << 20

// earlierBlob reads a content that another one may be compared with.
func earlierBlob(repo *git.Repository, id git.ID) func() ([]byte, error) {
	return func() ([]byte, error) { return repo.Objects().Read(id, git.KindBlob, maxEarlier) }
}
