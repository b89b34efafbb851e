package check

import (
	"encoding/base64"
	"strings"
)

// Store is a scheme that knows a whole content, not a text in it: a key, a key store or a database of passwords in
// a format of its own, by its first bytes. Check judges what such a content begins with (StoreSize
// bytes of it at most), and the same in base64, as manifests hold it: Holds of one that holds a key, Fails
// of one that is damaged, Harmless of one that holds none, Unknown of everything else.
type Store interface {
	Scheme
	// First lists the bytes with which such a content may begin.
	First() string
	// Begins tells, from StoreHead bytes or all that there are, whether the content is worth a Check. It is cheap and knows nearly everything
	// else: of source text it is never true.
	Begins(head string) bool
}

const (
	// StoreHead is how many bytes of a content Begins is shown.
	StoreHead = 128
	// StoreSize is how many bytes of a content Check is shown at most.
	StoreSize = 1 << 20
)

// StoreByName returns the scheme with that name, if it is one of whole contents.
func StoreByName(name string) (Store, bool) {
	scheme, ok := ByName(name)
	if !ok {
		return nil, false
	}
	store, ok := scheme.(Store)
	return store, ok
}

// storeBytes returns a store's bytes from a content, or from base64 of either alphabet in lines of any length, cut or not; empty: it is none.
func storeBytes(s Store, secret string) string {
	if s.Begins(secret[:min(len(secret), StoreHead)]) {
		return secret
	}
	head := secret[:min(len(secret), 16)]
	if !only(strings.Trim(head, "= \t\r\n"), base64Both) {
		return ""
	}
	text := strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "", `\r`, "", `\n`, "", "-", "+", "_", "/").Replace(secret)
	text, _, _ = strings.Cut(text, "=")
	data, err := base64.RawStdEncoding.DecodeString(text[:len(text)-len(text)%4])
	if tail := text[len(text)-len(text)%4:]; err == nil && len(tail) > 1 {
		more, _ := base64.RawStdEncoding.DecodeString(tail)
		data = append(data, more...)
	}
	if err != nil || !s.Begins(string(data[:min(len(data), StoreHead)])) {
		return ""
	}
	return string(data)
}

// noStore is the result for what is no such store: a text that only begins like one in base64 fails, since a rule's regex found it; of a
// content nothing is said.
func noStore(secret string) Result {
	if len(secret) > 16 && only(secret[:16], base64Both) {
		return Result{Verdict: Fails, Notes: []string{notePlaceholder}}
	}
	return Result{}
}

// madeStore returns a made-up store in the form that the model has: base64 for base64, else the bytes themselves.
func madeStore(s Store, model string, data []byte) (string, bool) {
	made := string(data)
	if len(model) > 16 && only(strings.TrimRight(model, "="), base64Both) {
		made = base64.StdEncoding.EncodeToString(data)
	}
	return made, s.Check(made).Verdict == Holds
}

// encryptedStore is the result for a store that a password closes.
func encryptedStore(what string, notes ...string) Result {
	r := structured(append([]string{what + ", encrypted"}, notes...)...)
	r.Mild = true
	return r
}

// counted writes a number with its thing: "1 private key", "2 private keys".
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return itoa(n) + " " + thing + "s"
}
