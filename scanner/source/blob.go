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
