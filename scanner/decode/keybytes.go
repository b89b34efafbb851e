package decode

import (
	"encoding/base64"
)

// keyBytes returns the armour of a private key that an array holds in DER, as firmware has it; not ok if it holds none. A key
// has no text in it, and its armour is what a rule knows.
func keyBytes(data []byte) (armour []byte, ok bool) {
	label := keyLabel(data)
	if label == "" {
		return nil, false
	}
	const width = 64
	body := base64.StdEncoding.EncodeToString(data)
	armour = append(armour, "-----BEGIN "+label+"-----\n"...)
	for ; len(body) > width; body = body[width:] {
		armour = append(append(armour, body[:width]...), '\n')
	}
	armour = append(append(armour, body...), '\n')
	return append(armour, "-----END "+label+"-----"...), true
}

// keyLabel returns the label of the armour that a private key in DER has, "" of what is none: a sequence that is as long as it says and begins
// with a version and what follows it in PKCS#1 (RFC 8017), PKCS#8 (RFC 5958) and SEC 1 (RFC 5915).
func keyLabel(data []byte) string {
	const sequence, integer, octets = 0x30, 2, 4
	if len(data) < 40 || data[0] != sequence {
		return ""
	}
	head, size := 2, int(data[1])
	switch data[1] {
	case 0x81:
		head, size = 3, int(data[2])
	case 0x82:
		head, size = 4, int(data[2])<<8|int(data[3])
	}
	if head+size != len(data) || len(data) < head+4 || data[head] != integer || data[head+1] != 1 {
		return ""
	}
	switch version, next := data[head+2], data[head+3]; {
	case version == 0 && next == integer:
		return "RSA PRIVATE KEY"
	case version <= 1 && next == sequence:
		return "PRIVATE KEY"
	case version == 1 && next == octets:
		return "EC PRIVATE KEY"
	}
	return ""
}
