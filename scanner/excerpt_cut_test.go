package scanner

import (
	"strings"
	"testing"

	"github.com/keysieve/keysieve/scanner/detect"
)

// TestCutOff: what a rule cut off a value is masked with it, and nothing else. | stands where the rule's value ends, ^ where the masked
// text is to end; ¦ where the value begins, if not with <1>; <1> and <2> for what is no word.
func TestCutOff(t *testing.T) {
	for _, line := range []string{
		`DB_PASSWORD=<1>|[<2>^`,
		`docker run -e DB_PASSWORD=<1>|[<2>^ next`,
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
		// A blank in quotation marks, with a name before it or a user's.
		`kubectl create secret generic x --from-literal="password=<1>| <2>^" -n x`,
		`kubectl create secret generic x --from-literal='password=<1>| <2>^'`,
		`curl -su "joe:<1>| <2>^" https://host/`,
		`curl -su "joe:<1>|@<2>^" https://host/`,
		`curl -su "joe:<1>\|" <2>^" https://host/`,
		`curl -H "X-Api-Key: <1>| <2>^" https://host/`,
		`Environment="DB_PASSWORD=<1>| <2>^"`,
		`  - "DB_PASSWORD=<1>| <2>^"`,
		`CMD ["app", "--password=<1>| <2>^"]`,
		`dsn = "host=db password=<1>| <2>^ dbname=app"`,
		`conn = "Server=db;Password=<1>| <2>^;Encrypt=true"`,
		// Literals that are joined.
		`password = "<1>|" + "<2>^";`,
		`$password = '<1>|' . '<2>^';`,
		`password = "<1>|" .. "<2>" .. '<2>^'`,
		`password = "<1>|" "<2>^"`,
		`connect(password="<1>|^", "<2>")`,
		`connect("joe", "<1>|^" "<2>")`,
		`password = "<1>|^" + pepper`,
		// A mark in marks that is not escaped.
		`seed: "<1>|"<2>^"`,
		`seed: "<1>|" <2>^"`,
		`seed: "<1>|" <2>" <2>^"`,
		"$password = \"<1>`|\" <2>^\" # it's",
		"const password = `<1>|`<2>^`;",
		`password '<1>|' <2>^' don't`,
		// Literals that open with more than a mark.
		`password = """<1>|" <2>^"""`,
		`password = '''<1>|'<2>^''' + ""`,
		`password = """<1>|" <2>^`,
		`let password = r#"<1>|" <2>^"#;`,
		`let password = #"<1>|"<2>^"#`,
		`password = [[<1>| #<2>^]]`,
		`password = [==[<1>| #<2>^]==]`,
		`<password><![CDATA[<1>|; <2>^]]></password>`,
		`body = "{\"password\": \"<1>| <2>^\", \"port\": 1}"`,
		`password = %q¦(<1>| #<2>^)`,
		`my $password = q{<1>|, <2>^};`,
		`Driver={x};Pwd={<1>|; <2>^};`,
		// A shell's own.
		`export DB_PASSWORD='<1>|'\'' <2>^' # x`,
		`sshpass -p '<1>|'"'"' <2>^' ssh`,
		`export DB_PASSWORD=<1>|\ -\ <2>^ && x`,
		// Settings without marks.
		`password=¦correct| horse battery staple^`,
		`password = <1>| <2>^`,
		`password = <1>|, <2>^`,
		`password = <1>| #<2>^`,
		`password = <1>| # <2>^`,
		`password: <1>| - <2>^`,
		`  - DB_PASSWORD=<1>| <2>^`,
		`DB_PASSWORD := <1>| <2>^`,
		`db: {user: joe, password: <1>| <2>^, port: 1}`,
		`INFO {password=<1>|, <2>^, user=joe}`,
		`host:5432:app:joe:<1>|:<2> <2>^`,
		`  <1>| <2>^`,
		`<string><1>| <2>^</string>`,
		// Nothing is cut off here.
		`password = <1>|^ # for tests`,
		`password: <1>|^ // for tests`,
		`PGPASSWORD=<1>|^ psql -h db`,
		`docker run -e DB_PASSWORD=<1>|^ img`,
		`  -e ansible_password=<1>|^ \`,
		`app --password=<1>|^ img`,
		`openssl rsa -passout pass:<1>|^ 2>/dev/null`,
		`connect(password='<1>|^', user='plain', note="don't")`,
		`password = "<1>|^" + b"plain"`,
		`<input value="<1>|^"name="plain">`,
		`f(password: <1>|^) plain`,
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
		lo := strings.Index(line, "¦")
		if line = strings.Replace(line, "¦", "", 1); lo < 0 {
			lo = strings.Index(line, "h7K")
		}
		hi, end := strings.IndexByte(line, '|'), strings.IndexByte(line, '^')-1
		text := strings.NewReplacer("|", "", "^", "").Replace(line)
		if got := hi + cutOff(text, lo, hi, extent{true, true}); got != end {
			t.Errorf("%s: masked up to %q", line, text[lo:got])
		}
	}
}

// TestCutOffAnywhere: a place at any edge of a line is no mistake.
func TestCutOffAnywhere(t *testing.T) {
	const line = `"a\"b' 'c''[d<e&`
	for lo := -1; lo <= len(line); lo++ {
		for hi := -1; hi <= len(line)+1; hi++ {
			if n := cutOff(line, lo, hi, extent{true, true}); n < 0 || n > 0 && hi+n > len(line) {
				t.Fatalf("%d bytes behind %d of %d", n, hi, len(line))
			}
		}
	}
}

// TestExcerptHidesTheRest: of what may belong to a secret an excerpt shows no letter, however long it is.
func TestExcerptHidesTheRest(t *testing.T) {
	told, rest := "h7Kq"+"9xW4vRt8", "Zp3m"+"Lc6nYd2sBf5gJu8e"
	m := detect.Match{Secret: told, Start: 10, End: 22, Excerpt: `password: ` + told + ` ` + rest + `, port: 1`}
	got := new(quoter).excerpt(&m, nil)
	if want := "password: " + Mask(told) + strings.Repeat(string(bullet), len(rest)+1) + ", port: 1"; got.Text != want {
		t.Errorf("%q, want %q", got.Text, want)
	}
	if got.Start != 10 || got.End != 22+len(rest)+1 {
		t.Errorf("from %d to %d", got.Start, got.End)
	}
}

// TestExcerptOfLongLine: of a line that is cut the marks say nothing, and neighbours are masked each for itself.
func TestExcerptOfLongLine(t *testing.T) {
	var line, want strings.Builder
	var all []detect.Known
	for i := range 9 {
		secret := "h7Kq" + "9xW4vRt8Zp" + string(rune('a'+i)) + "Q"
		line.WriteString("sign('sha1','")
		all = append(all, detect.Known{Start: int64(line.Len()), End: int64(line.Len() + len(secret)), Secret: secret})
		line.WriteString(secret + "');")
		want.WriteString("sign('sha1','" + Mask(secret) + "');")
	}
	if from := int(all[8].Start) - int(all[0].Start); from < mostBeside {
		t.Fatalf("%d bytes are no long line", from)
	}
	last := detect.Match{Secret: all[8].Secret, Start: all[8].Start, End: all[8].End, Excerpt: line.String()[all[0].Start:], ExcerptStart: all[0].Start}
	if got := new(quoter).excerpt(&last, all).Text; got != want.String()[len("sign('sha1','"):] {
		t.Errorf("%q", got)
	}
	cut := line.Len() - len("a');")
	m := detect.Match{Secret: all[0].Secret, Start: all[0].Start, End: all[0].End, Excerpt: line.String()[:cut]}
	got := new(quoter).excerpt(&m, all).Text
	if shown := want.String()[:strings.LastIndex(want.String(), "h7")]; !strings.HasPrefix(got, shown) {
		t.Errorf("%q\ndoes not begin with\n%q", got, shown)
	}
}
