package detect

import (
	"strings"
	"testing"
)

// TestNearPassesOverNames: of several values near a name those that are no random ones are passed over, however the regex orders them.
func TestNearPassesOverNames(t *testing.T) {
	d := New(mustSet(t, "[[rules]]\nid = \"acme\"\nrandomness = 1\nnear = { name = 'acme', value = '[0-9a-f]{32}', other = '[0-9A-Za-z]{20,60}' }\n"))
	const secret = "3f8a1c2e9b7d4e60a1f35c2d8e9b0a47"
	for _, text := range []string{
		"acme_key = \"" + secret + "\"",
		"acme.login(tokenProviderForTestUsers, key = \"" + secret + "\")",
		"acme:\n  keyName: someIdentifierNameHere\n  token: " + secret + "\n",
	} {
		found := d.Scan([]byte(text)).Matches
		if len(found) != 1 || found[0].Secret != secret {
			t.Errorf("%q: %+v", text, found)
		}
	}
	for _, text := range []string{"acme_token = acmeTokenProviderFactory", "acme key: 00000000000000000000000000000000"} {
		if found := d.Scan([]byte(text)).Matches; len(found) > 0 {
			t.Errorf("%q: %+v", text, found)
		}
	}
}

// TestNearBehindHyphen: a key and its value may be joined by a hyphen, which may be a part of values as well. The first candidate is asked
// for random words, later ones are not.
func TestNearBehindHyphen(t *testing.T) {
	set := mustSet(t, "[[rules]]\nid = \"acme\"\nrandomness = 1\nnear = { name = 'acme', value = 'key-[0-9a-f]{32}|[0-9a-f]{32}' }\n")
	text := []byte("x {^token-3f8a1c2e9b7d4e60a1f35c2d8e9b0a47},\",'7eU#tiDA!-qIZC8Xd#://sgacme x\n")
	for d, i := New(set), 0; i < 3; i++ {
		if found := d.Scan(text).Matches; len(found) != 1 {
			t.Errorf("scan %d: %+v", i, found)
		}
	}
}

// TestNearBehindManyRefused: however many lines hold the name and nothing random, the one behind them is found.
func TestNearBehindManyRefused(t *testing.T) {
	d := New(mustSet(t, "[[rules]]\nid = \"acme\"\nrandomness = 9.5\nnear = { name = 'acme', value = '[0-9a-z:]{20,60}' }\n"))
	for n := range 100 {
		text := strings.Repeat("acme: aaaaaa:bbbbbb:aaaaaaaaaaaaaaaaaaaaa ", n) + "acme: 3f8a1c2e9b7d4e60a1f35c2d8e9b0a47 "
		if found := d.Scan([]byte(text)).Matches; len(found) != 1 {
			t.Errorf("behind %d: %d matches", n, len(found))
		}
	}
}

// TestNearGoesOnBehindRefused: a value that is not random enough hides no other one, wherever the search for it began.
func TestNearGoesOnBehindRefused(t *testing.T) {
	d := New(mustSet(t, "[[rules]]\nid = \"acme\"\nrandomness = 9.5\nnear = { name = 'acme', value = '[0-9a-z:]{20,60}' }\n"))
	for _, text := range []string{"acme: aaaaaa:acme:3f8a1c2e9b7d4e60a1f35c2d8e9b0a47 ", "acne: aaaaaa:acme:3f8a1c2e9b7d4e60a1f35c2d8e9b0a47 "} {
		if found := d.Scan([]byte(text)).Matches; len(found) != 1 {
			t.Errorf("%q: %+v", text, found)
		}
	}
}
