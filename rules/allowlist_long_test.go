package rules

import (
	"regexp"
	"strings"
	"testing"
)

// TestLongTargets: what a long text is asked for first changes nothing of what a regex says of it.
func TestLongTargets(t *testing.T) {
	regexes := []string{
		`(?i)tik_?tok[\w.\-]{0,24}client[_\-.]?key\W{1,8}[0-9a-z]{4,20}\W{0,4}$`, `(?i)search[_\- ]?only`, `(?i)<(?:script|style|link)\b`, `\w/(?i:admin|root)/`,
		`^[ \t]*psk=`, `[a-z]+`, `\bx/root/\W?$`, `(?i)(?:^|\W)only(?:\b|$)`, `(?i)(?:key|desk)$`, `[^x]{3}\z`, `(?i)key|task|desk`, `(?i)a|b|c|d|e|f|g|hash|column|field`,
	}
	fill := strings.Repeat("C3x. ", longTarget)
	for _, piece := range []string{
		"", "TikTok_CLIENT_KEY = aw12xy34", "tiktok.client_\u212aey = aw12", "Search-Only", "SEARCH", "<Style ", "/x/Root/", "x/ROOT/", "psk=", "a", "K", "\u212aEY", "de\u017fk",
		"ta\u017fk", "COLUMN", "ttiktik_tokclientkey: abcd",
	} {
		for _, text := range []string{piece, fill + piece, piece + fill, fill + piece + fill} {
			for _, regex := range regexes {
				c := contentRegex{regex: regexp.MustCompile(regex)}
				if got, want := c.matches(text), c.regex.MatchString(text); got != want {
					t.Errorf("%s in a text of %d bytes with %q: %t, want %t", regex, len(text), piece, got, want)
				}
			}
		}
	}
}

// TestLongTargetsAreCheap: a long text without what a regex needs is passed over without a run of the regex, which steps through each byte,
// and of one that matches at the end alone no more than that is looked at.
func TestLongTargetsAreCheap(t *testing.T) {
	text := strings.Repeat(`{"auth":"x1"},`, 800)
	for _, regex := range []string{`(?i)search[_\- ]?only`, `(?i)<(?:script|style|link)\b`, `(?i)tik_?tok[\w.\-]{0,24}client`} {
		c := contentRegex{regex: regexp.MustCompile(regex)}
		if part := c.part(text); part != "" {
			t.Errorf("%s: %d bytes are searched", regex, len(part))
		}
	}
	c := contentRegex{regex: regexp.MustCompile(`(?i)tok[\w.\-]{0,24}key\W{1,8}[0-9a-z]{16,20}\W{0,4}$`)}
	if part := c.part(text + "tok key"); len(part) != c.tail || c.tail > 500 {
		t.Errorf("%d bytes are searched for what stands at the end", len(part))
	}
}
