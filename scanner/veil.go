package scanner

import (
	"strings"
	"sync"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner/detect"
)

// Veil returns what masks the secrets that the set's rules find in a text. The detector
// is made with the first text, which takes milliseconds.
func Veil(set *rules.Set) func(text string) string {
	detector := sync.OnceValue(func() *detect.Detector { return detect.New(set) })
	return func(text string) string {
		if text == "" {
			return ""
		}
		return veil(detector(), text)
	}
}

func veil(d *detect.Detector, text string) string {
	masked := text
	for _, k := range d.Scan([]byte(text)).Known {
		masked = strings.ReplaceAll(masked, k.Secret, Mask(k.Secret))
	}
	return masked
}

// root is the root's name for reports: a directory may be named after a secret, and its own name
// is no content.
func (e *engine) root() string {
	if len(e.opts.Root) < len("..") { // none, or the current directory
		return e.opts.Root
	}
	return veil(e.detector(), e.opts.Root)
}
