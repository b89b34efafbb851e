//go:build !windows && (!unix || aix)

package packfile

import (
	"io"
	"os"
)

// mapFile reads the file: this system has no mapping that Go knows.
func mapFile(file *os.File, size int) ([]byte, func() error, error) {
	data := make([]byte, size)
	if _, err := io.ReadFull(file, data); err != nil {
		return nil, nil, err
	}
	return data, nil, nil
}
