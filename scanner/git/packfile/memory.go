package packfile

import "bytes"

// Memory reads a content that is in memory, or gives it at once.
type Memory struct {
	*bytes.Reader
	content []byte
}

// NewMemory makes a reader of a content, which must not change any more.
func NewMemory(content []byte) Memory { return Memory{bytes.NewReader(content), content} }

// Bytes gives the whole content, which must not be changed.
func (m Memory) Bytes() []byte { return m.content }

// Close does nothing: there is nothing to give back.
func (m Memory) Close() error { return nil }
