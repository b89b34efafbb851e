package git

import (
	"fmt"
	"hash"
	"io"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// verifier hashes an object while it is read and reports at its end if it is
// not the one that was asked for.
type verifier struct {
	id    packfile.ID
	where string
	from  io.ReadCloser
	hash  hash.Hash
	err   error
}

func newVerifier(id packfile.ID, kind packfile.Kind, size int64, from io.ReadCloser, where string) *verifier {
	h := id.Format().New()
	fmt.Fprintf(h, "%s %d\x00", kind, size)
	return &verifier{id: id, where: where, from: from, hash: h}
}

// Read reads on. Its errors are of type *CorruptError.
func (v *verifier) Read(buf []byte) (int, error) {
	if v.err != nil {
		return 0, v.err
	}
	n, err := v.from.Read(buf)
	_, _ = v.hash.Write(buf[:n])
	switch {
	case err == nil:
		return n, nil
	case err != io.EOF: //nolint:errorlint // readers return it as it is
		v.err = &CorruptError{v.id, err}
	case packfile.MakeID(v.hash.Sum(nil)) != v.id:
		v.err = &CorruptError{v.id, fmt.Errorf("the content does not have this id (%s)", v.where)}
	default:
		v.err = io.EOF
	}
	return n, v.err
}

// Close closes what is read from.
func (v *verifier) Close() error { return v.from.Close() }

// verified checks the name of a content that is in memory at once; any other while it is read.
func (o *Objects) verified(id packfile.ID, kind packfile.Kind, size int64, r io.ReadCloser, where string) (io.ReadCloser, error) {
	m, ok := r.(packfile.Memory)
	if !ok {
		return newVerifier(id, kind, size, r, where), nil
	}
	if o.format.Sum(kind, m.Bytes()) != id {
		return nil, fmt.Errorf("the content does not have this id (%s)", where)
	}
	return m, nil
}
