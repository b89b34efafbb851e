package scanner

import (
	"strings"
	"testing"
)

// TestCutOff: what a rule cut off a value is masked with it, and nothing else. | stands where the rule's value ends, ^ where the masked
// text is to end; <1> and <2> for what is no word.
func TestCutOff(t *testing.T) {
	for _, line := range []string{
		`DB_PASSWORD=<1>|[<2>^`,
		`DB_PASSWORD=<1>|[<2>^ next`,
		`password = "<1>|\"<2>^"`,
		`password = "<1>\|"<2>^", user`,
		`IDENTIFIED BY '<1>|''<2>^' x`,
		`define('DB_PASSWORD', '<1>|\'<2>^');`,
		`<password><1>|&amp;<2>^</password>`,
		`mysql -p<1>|'<2>^ db`,
		`requirepass <1>|"<2>^`,
		`requirepass <1>|,<2>^`,
		`docker run -e DB_PASSWORD=<1>|]<2>^ img`,
		`bindpw <1>|)<2>^`,
		`users.acl: >«<1>|$<2>^`,
		`?user=bob&password=<1>|;<2>^`,
		// Nothing is cut off here.
		`Server=h;Password=<1>|^;Encrypt=true`,
		`f(password=<1>|^,user=bob)`,
		`f(password=<1>|^)`,
		`f(password="<1>|^", other="plain")`,
		`{"password":"<1>|^","name":"plain"}`,
		`print("password=<1>|^").text`,
		`https://host/?key=<1>|^&other=plain`,
		`<password><1>|^</password><name>plain</name>`,
		`https://bob:<1>|^@host/path`,
		`password=<1>|^`,
		`password=<1>|^;user=plain`,
		"`password=<1>|^` stands",
		`key: "<1>|^`,
	} {
		line = strings.NewReplacer("<1>", "h7K"+"q9x", "<2>", "W4v"+"Rt8").Replace(line)
		lo := strings.Index(line, "h7K")
		hi, end := strings.IndexByte(line, '|'), strings.IndexByte(line, '^')-1
		text := strings.NewReplacer("|", "", "^", "").Replace(line)
		if got := hi + cutOff(text, lo, hi); got != end {
			t.Errorf("%s: masked up to %q", line, text[lo:got])
		}
	}
}

// TestCutOffAnywhere: a place at any edge of a line is no mistake.
func TestCutOffAnywhere(t *testing.T) {
	const line = `"a\"b' 'c''[d<e&`
	for lo := -1; lo <= len(line); lo++ {
		for hi := -1; hi <= len(line)+1; hi++ {
			if n := cutOff(line, lo, hi); n < 0 || n > 0 && hi+n > len(line) {
				t.Fatalf("%d bytes behind %d of %d", n, hi, len(line))
			}
		}
	}
}
