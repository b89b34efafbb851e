package decode

import (
	"encoding/base64"
	"strings"
	"testing"
)

// TestNarrowIsNoEndOfWide: the last line of a wide block may be a narrow one, and as long as the end of the line before it.
func TestNarrowIsNoEndOfWide(t *testing.T) {
	encoded := base64.RawStdEncoding.EncodeToString([]byte("The secret of today is X_LiCEnSe-SECRET>^\\~+?bASiC+12VG6AO1LTE7}"))
	block := encoded[:64] + "\n" + encoded[64:]
	for shift := range 8 { // the passes of Find look at words of eight bytes
		Find([]byte(strings.Repeat(" ", shift)+"\n"+block), func(r Run) {
			if r.By == (NarrowBase64{}).Name() {
				t.Errorf("shift %d: %q", shift, r.Text)
			}
		})
	}
}
