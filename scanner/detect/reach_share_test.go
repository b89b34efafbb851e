package detect

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
)

// place is where a password stands: a text with % for it, how it is written there, and the signs that can't stand in it, anywhere or at its begin.
type place struct {
	name, text string
	write      func(string) string
	never      string
	first      string
}

// Ways of writing a password down.
var (
	asIs      = func(s string) string { return s }
	escaped   = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace
	escapedSq = strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace
	doubled   = strings.NewReplacer(`'`, `''`).Replace
	entities  = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace
)

const yamlFirst = "&*!|>'\"%@`[]{},#?-:"

var reachPlaces = []place{
	{".env", "A=1\nDB_PASSWORD=%\nB=2\n", asIs, "#'\"`$\\", ""},
	{".env, quoted", "A=1\nDB_PASSWORD='%'\nB=2\n", asIs, "'", ""},
	{"export", "export DB_PASSWORD=\"%\"\n", asIs, "\"\\$`", ""},
	{"YAML", "db:\n  user: app\n  password: %\n  port: 1\n", asIs, "", yamlFirst},
	{"YAML, quoted", "db:\n  password: \"%\"\n", escaped, "", ""},
	{"YAML, single quotes", "db:\n  password: '%'\n", doubled, "", ""},
	{"YAML on one line", "db: {user: app, password: %, port: 1}\n", asIs, "[]{},", yamlFirst},
	{"compose", "    environment:\n      - POSTGRES_PASSWORD=%\n      - X=1\n", asIs, "$", ""},
	{"compose, quoted", "    environment:\n      - \"POSTGRES_PASSWORD=%\"\n", escaped, "$", ""},
	{"names and values", "env:\n  - name: DB_PASSWORD\n    value: %\n", asIs, "", yamlFirst},
	{"properties", "spring.datasource.username=app\nspring.datasource.password=%\n", asIs, "\\", "\"'"},
	{"INI", "[db]\nuser = app\npassword = %\nport = 1\n", asIs, "\\\"'`;#%", ""},
	{"XML", "<c>\n  <password>%</password>\n</c>\n", entities, "", ""},
	{"XML attribute", "<c password=\"%\"/>\n", entities, "", ""},
	{"JSON", "{\"user\": \"app\", \"password\": \"%\", \"p\": 1}\n", escaped, "", ""},
	{"Python", "password = '%'\n", escapedSq, "", ""},
	{"Java", "String password = \"%\";\n", escaped, "", ""},
	{"Go", "password := `%`\n", asIs, "`", ""},
	{"PHP", "  'password' => '%',\n", escapedSq, "", ""},
	{"SQL", "CREATE USER app IDENTIFIED BY '%';\n", doubled, "", ""},
	{"mysql", "mysql -u root -p'%' app < x.sql\n", asIs, "'", ""},
	{"curl", "curl -u 'deploy:%' https://x.acme.io/a\n", asIs, "'", ""},
	{"option", "tool --user bob --password '%' run\n", asIs, "'", ""},
	{"sshpass", "sshpass -p '%' ssh deploy@h.acme.io\n", asIs, "'", ""},
	{"docker", "docker run -e 'MYSQL_ROOT_PASSWORD=%' mysql\n", asIs, "'", ""},
	{"Ansible", "[web]\nh1.acme.io ansible_user=root ansible_password=%\n", asIs, "'\"\\#", ""},
	{"systemd", "[Service]\nEnvironment=\"DB_PASSWORD=%\"\n", asIs, "\"\\%$", ""},
	{"Dockerfile", "FROM x\nENV DB_PASSWORD=%\n", asIs, "\"\\$'", "="},
	{"connection string", "{\"c\": \"Server=db;User Id=sa;Password=%;Encrypt=true\"}\n", escaped, ";'\"", ""},
	{"batch file", "set DB_PASSWORD=%\n", asIs, "%^&|<>\"", ""},
}

// drawPassword draws a password of 12 to 20 characters with one to four signs.
func drawPassword(rng *rand.Rand, p place) string {
	const letters, signs = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", "!#$%&()*+,-./:;<=>?@[]^_{|}~\"'`\\"
	for {
		b := make([]byte, 12+rng.IntN(9))
		for i := range b {
			b[i] = letters[rng.IntN(len(letters))]
		}
		for range 1 + rng.IntN(4) {
			b[rng.IntN(len(b))] = signs[rng.IntN(len(signs))]
		}
		s := string(b)
		reads := strings.Contains(s, "${") || strings.Contains(s, "$(") || strings.Contains(s, "{{") || strings.HasSuffix(s, ":")
		if mixes(s) && !reads && !strings.ContainsAny(s, p.never) && !strings.ContainsAny(s[:1], p.first) {
			return s
		}
	}
}

// TestReachShare counts how many passwords with signs in them are found whole, and block, in places as people write them. Run with -v it prints the share
// of each place.
func TestReachShare(t *testing.T) {
	d := New(mustBuiltin(t))
	rng := rand.New(rand.NewPCG(11, 23))
	const each = 60
	sum := 0
	for _, p := range reachPlaces {
		whole := 0
		for range each {
			password := p.write(drawPassword(rng, p))
			for _, m := range d.Scan([]byte(strings.Replace(p.text, "%", password, 1))).Matches {
				if m.Secret == password && m.Confidence > rules.ConfidenceLow {
					whole++
					break
				}
			}
		}
		t.Logf("%-20s %d of %d", p.name, whole, each)
		if whole < each*3/4 {
			t.Errorf("%s: %d of %d passwords are found whole and block", p.name, whole, each)
		}
		sum += whole
	}
	t.Logf("all: %d of %d", sum, each*len(reachPlaces))
	if sum*100 < 92*each*len(reachPlaces) {
		t.Errorf("%d of %d passwords are found whole and block", sum, each*len(reachPlaces))
	}
}
