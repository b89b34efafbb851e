package detect

import (
	"encoding/base64"
	"strings"
	"testing"
)

// lineValue makes the value that stands between « and » in a line, as the
// detector would.
func lineValue(t *testing.T, line string) value {
	t.Helper()
	before, rest, ok := strings.Cut(line, "«")
	text, after, closed := strings.Cut(rest, "»")
	if !ok || !closed {
		t.Fatalf("no value is marked in %q", line)
	}
	content := []byte(before + text + after)
	return valueAt(content, 0, len(before), len(before)+len(text))
}

func TestJudgeValueAccepts(t *testing.T) {
	for _, line := range []string{
		// drawn at random
		`db_password = "«h7Kq9xZ2mW4v»"`,
		`apiKey: "«9c1185a5c5e9fc54612808977ee8f548»"`,
		`<add key="ApiSecret" value="«q8Zt3LmX0vR5yN7bC2wKd4Hj»"/>`,
		`const AUTH_TOKEN: &str = "«q8Zt3LmX0vR5yN7bC2wKd4Hj»";`,
		`password = b'«h7Kq9xZ2mW4v»'`,
		`secret: «q8Zt3LmX0vR5yN7bC2wKd4Hj»`,
		`private_key = "«7d2f6a1e93b4c358a0d75be81f42c6a91b9e04d7c3f865a2e8d01b7743cf9e56»"`,
		`SECRET_KEY = '«m$8k!w@z3(q)x#v7-p&t5=r9_j^d2»'`,
		`app_password: "«kqzv hxwj btnm rdfg»"`,
		// chosen by a person
		`password = "«bluefish77»"`,
		`"password": "«sunflower»",`,
		`password: «bluefish77»`,
		`DB_PASSWORD=«homestead»`,
		`export PGPASSWORD=«tortuga9»`,
		`spring.datasource.password=«tortuga»`,
		`spring.datasource.password=«${DB_PASSWORD:tortuga9}»`,
		`password: ${DB_PASSWORD:«-tortuga9»}`,
		`mysqladmin --password «tortuga9» status`,
		`<password>«tortuga9»</password>`,
		`<add key="DbPassword" value="«tortuga9»"/>`,
		`"Server=db;User Id=sa;Password=«tortuga9»;"`,
		`if (user.password.equals("«tortuga9»")) {`,
		`"db_password","«h7Kq9xZ2mW4v»"`,
		`  "apiKey", "«q8Zt3LmX0vR5yN7bC2wKd4Hj»"`,
		`url = "postgres://app:«tortuga9»@db.acme.io/app"`,
		`url = "postgres://app:«tortuga%219x»@db.acme.io/app"`,
		`curl -u deploy:«tortuga9» https://acme.io`,
		`auth=("deploy", "«tortuga9»")`,
		`req.SetBasicAuth("deploy", "«tortuga9»")`,
		`define('DB_PASSWORD', '«tortuga9»');`,
		`POSTGRES_PASSWORD: '«s0larWind!»'`,
		`password = "«P@ssw0rd!»"`, `password = "«Admin#2021»"`, `passwd = "«qwerty123!»"`,
		`mysql_user: name=app password=«tortuga9» state=present`, `mount -t cifs -o username=app,password=«tortuga9» //host/share`, `SET DB_PASSWORD=«tortuga9»`,
	} {
		v := lineValue(t, line)
		if verdict := judgeValue(v); !verdict.ok {
			t.Errorf("%s: refused as %q (name %q, key %v, odds %.1f)", line, verdict.reason, v.name, v.key, verdict.odds)
		}
	}
}

// refusals are what stands where a credential may stand and is none, by the
// reason that judgeValue gives.
var refusals = map[string][]string{
	"a template": {
		`password = "«${DB_PASSWORD}»"`, `password: «{{ vault_password }}»`, `password = "«#{ENV}»"`, `password: «<%=pass%>»`,
		`password=«%DB_PASSWORD%»`, `password = "«$DB_PASSWORD»"`, `password: "«@DB_TOKEN@»"`, `password = "«%s:%s»"`, `password = f"«{password}»"`,
		`token: «$(cat /x)»`, `password = "«$HOME/askpass»"`, `--password «<password>»`, `secret = "«__SECRET__»"`, `"IDENTIFIED BY «:password»"`,
		`case "${MVNW_PASSWORD:«+has-password»}" in`, `api_key: "«[API_KEY]»"`, `password = "«user:%s»"`, `secret = "«%d-cwdavsxb-%d»"`, `password = "«p@$Wd%[2]s»"`,
	},
	"a reference": {
		`password = «self.password»`, `password = «getPassword»()`, `password = «os.environ»["PASSWORD"]`, `password: «process.env.DB_PASSWORD»`,
		`password = «userInput»`, `password: «newPassword»,`, `password = "«vault:secret/data/db#password»"`, `password: "«arn:aws:ssm:eu-west-1:1:parameter»"`,
		`password = "«op://vault/item/password»"`, `token = "«file:///run/secrets/token»"`, `secret: "«/run/secrets/db_password»"`, `key: «certs/server.pem»`,
		`api_token: "«https://acme.io/tokens»"`, `password = «config.get»("x")`, `secret = «crypto.randomBytes»(32)`, `password = «*pwBuffer»`, `password_file: "«secrets.yml»"`,
		`password = «input->password»`,
	},
	"a type or a constant": {
		`password: «string»;`, `password = «None»`, `password: «null»,`, `password = «True»`, `"password": "«String»"`, `password: «undefined»`, `password = "«required»"`,
		`"password": "«Password»"`, `"password": "«Kennwort»"`, `token = "«undefined»"`,
	},
	"encrypted or a hash": {
		`password = "«$2b$12$C6UzMDM.H6dfI/f/IKcEeO7ZQ1x0a5bGQK7fS9m1Jw2hV3nY4pR5q»"`, `rootpw «{SSHA}5en6G6MezRroT3XKqkdPOmY/BfQ=»`, `password: «ENC[AES256_GCM,data:x]»`,
		`password: '«{cipher}682bc583f4641835fa2db009355293665d2647dade3375c0ee201de2a49f7bda»'`, `password: "«pbkdf2_sha256$260000$x$y=»"`,
		`password = "«*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19»"`, `password = "«md5a6343a68d964ca596d9752250d54bb8a»"`,
	},
	"a placeholder": {
		`password = "«changeme»"`, `password = "«passw0rd»"`, `api_key = "«S3cr3t-K3y!»"`, `password = "«test1234»"`, `api_key = "«YOUR_API_KEY_HERE»"`, `token = "«xxxxxxxxxxxxxxxxxxxx»"`, `password: "«********»"`,
		`password = "«my-db-password»"`, `secret = "«insert-secret»"`, `password = "«foobar»"`, `password = "«qwerty123»"`, `password = "«12345678»"`, `password = "«dummy»"`,
		`token: "«fakeToken123»"`, `api_key = "«AKIAIOSFODNN7EXAMPLE»"`, `password = "«secret»"`, `password = "«admin»"`, `password = "«s3cr3t»"`, `secret = "«not-a-real-secret»"`,
		`key = "«sample-key-1»"`, `password="«abc123»"`,
	},
	"the name again": {
		`zookeeperPassword: "«zookeeper»"`, `smtp_relay_pwd = "«smtp_relay_pwd»"`, `url = "http://tortuga:«tortuga»@acme.io"`,
	},
	"the name speaks of something else": {
		`"db_password","«nickname»"`,
		`["db_password","«h7Kq9xZ2mW4v»"]`,
		`"db_password","«h7Kq9xZ2mW4v»","realm"`,
		`passwordField = "«h7Kq9xZ2mW4v»"`, `public_key = "«q8Zt3LmX0vR5yN7bC2wKd4Hj»"`, `access_key_id = "«q8Zt3LmX0vR5yN7bC2wKd4Hj»"`, `cache_key = "«9c1185a5c5e9fc54612808977ee8f548»"`,
		`secretName: «tortuga-tls-9x»`, `token_type: "«h7Kq9xZ2mW4v»"`, `fields = ["password", "«nickname»", "x"]`, `f("password", "«nickname»", x)`, `password.lstrip("«tortuga9»")`,
		`password_hash = "«q8Zt3LmX0vR5yN7bC2wKd4Hj»"`, `"minipass": "«h7Kq9xZ2mW4v»"`,
	},
	"a sentence or a label": {
		`"password": "«Choose carefully now»"`, `"password": "«Contraseña»"`, `"password": "«Mot de pässe»"`, `password: "«Forgot it?»"`,
	},
	"a UUID":                           {`session_key = "«7d2f6a1e-93b4-4c58-a0d7-5be81f42c6a9»"`},
	"a version or an address":          {`"@acme/password": "«npm:^4.0.23»"`, `password = "«v10.20.30»"`},
	"a date":                           {`password_since = "«2024-01-02»"`},
	"a mail address":                   {`password = "«joe@acme.dev»"`},
	"words, not a password":            {`password = "«container»"`, `password: "«current-window-layout»"`},
	"written, not random":              {`token = "«identifierList»"`, `key = "«application.title»"`, `api_key = "«rainbow-trout-river»"`},
	"too short":                        {`password = "«abc»"`, `api_key = "«a8Kz2q»"`},
	"a regular expression":             {`password = "«^bcde\d\w+$»"`},
	"base64 of a placeholder":          {`password: «Y2hhbmdlbWU=»`},
	"a password for this machine only": {`url = "http://myapp:«mytortuga»@example.com/app"`},
}

func TestJudgeValueRefuses(t *testing.T) {
	for reason, lines := range refusals {
		for _, line := range lines {
			v := lineValue(t, line)
			verdict := judgeValue(v)
			if verdict.ok || verdict.reason != reason {
				t.Errorf("%s: %v as %q, want %q (name %q, key %v, odds %.1f)", line, verdict.ok, verdict.reason, reason, v.name, v.key, verdict.odds)
			}
		}
	}
}

// TestCommonPasswords: what opens an account as it stands is reported with low confidence by the rules that rest on the name, and by no others;
// what asks for a password, describes one or repeats its name is not.
func TestCommonPasswords(t *testing.T) {
	for line, want := range map[string]bool{
		`MYSQL_ROOT_PASSWORD=«root»`:                       true,
		`  MYSQL_PASSWORD: «passw0rd»`:                     true,
		`      POSTGRES_PASSWORD: «postgres»`:              true,
		`spring.datasource.password=«root»`:                true,
		`mysql_root_password: «root»`:                      true,
		`password: «secret»  # for tests`:                  true,
		`NOTIFICATION_SERVICE_PASSWORD=«password»`:         true,
		`"database.password": "«postgrespw»",`:             true,
		`password: '«emqx_test»',`:                         true,
		`MASTER_PASSWORD = "«password123»"`:                true,
		`const char* password = "«12345678»";`:             true,
		`DB_PASS: "«${DB_PASS:-my-secret-pw}»"`:            true,
		`--consumer-property ssl.key.password=«confluent»`: true,
		`secret := "«secret456»"`:                          true,
		`SECRET_KEY = "«rainbow-trout-river»"`:             true,
		`JWT_SECRET=«unplug-coherent-outlast»`:             true,
		`secret: «tls-web-prod-cluster»`:                   false,
		`password: "«test-administrator»"`:                 true,
		`password: "«cat»"`:                                true,
		`password: "«any»"`:                                false,
		`if (pass === "«foo»")`:                            false,
		`MYSQL_ROOT_PASSWORD: «kit»`:                       true,
		`setPassword("«password»")`:                        true,
		`set_password("service", "user", "«password»")`:    false,
		`db_password: "«password»"`:                        true,
		`"current_password": "«password»"`:                 false,
		`IDENTIFIED BY '«password»'`:                       false,
		`CREATE USER app IDENTIFIED BY '«password»'`:       true,
		`os.getenv("DB_PASSWORD", "«password»")`:           true,
		`process.env.DB_PASSWORD || "«password»"`:          true,
		`curl -u 'elastic:«changeme»' http://x`:            true,
		`curl -u user:«password» http://x`:                 false,
		`docker run -u '1000:«1000»' alpine`:               false,
		`curl -u admin:«admin» http://x`:                   true,
		`mysql -uroot -p«root» shop`:                       true,
		`SECRET_KEY = "«dev»"`:                             true,
		`session({ secret: "«keyboard cat»" })`:            true,
		`"secret": "«secret»"`:                             true,
		`"secret": "«Secret»"`:                             false,
		`secret: "«db-credentials»"`:                       false,
		`clientSecret("«client-secret»")`:                  false,
		`client_secret = "«secret»"`:                       true,
		`SECRET_KEY = "«the secret key of the app»"`:       false,
		`new Token("rob", "«secret»", "ADMIN")`:            false,
		`userPassword: «alicePhone»`:                       true,
		`MYSQL_ROOT_PASSWORD: «notSecureEnough»`:           true,
		`password = "«changeme»"`:                          false,
		`password = "«your_password»"`:                     false,
		`password: "«password»",`:                          true,
		`password = «secret»;`:                             false,
		`password: «secret»,`:                              false,
		`password = "«my-db-password»"`:                    false,
		`password = "«DOCKER_PASSWORD»"`:                   false,
		`passwordField = "«admin»"`:                        false,
		`password: "«wrong_secret»"`:                       false,
		`with("«cassandra»", "«cassandra»")`:               false,
		`secret: "«secret»"`:                               true,
		`api_key = "«test1234»"`:                           true,
		`DB_PASSWORD=«${1:-password}»`:                     false,
	} {
		if strings.Count(line, "«") > 1 {
			line = strings.Replace(strings.Replace(line, "«", "", 1), "»", "", 1)
		}
		v := lineValue(t, line)
		v.generic = true
		verdict := judgeValue(v)
		if verdict.ok != want || verdict.ok && !verdict.low && !verdict.weak {
			t.Errorf("%s: %v (low %v) as %q, want %v (name %q, key %v)", line, verdict.ok, verdict.low, verdict.reason, want, v.name, v.key)
		}
	}
}

func TestWeakValues(t *testing.T) {
	for line, weak := range map[string]bool{
		`passIgn => '«CV2GV»'`:                                               true, // too short to be sure
		`密码: «MD5加密32位»`:                                                     true,
		`contraseña = "«h7Kq9xZ2mW4v»"`:                                      false,
		`password = os.getenv("PW", "«q8Zt3LmX0vR5yN7bC2wK»")`:               false,
		`password = "«bluefish77»"`:                                          true,
		`password = "«h7Kq9xZ2mW4v»"`:                                        false,
		`key = "«q8Zt3LmX0vR5yN7bC2wKd4Hj»"`:                                 true,
		`api_key = "«q8Zt3LmX0vR5yN7bC2wKd4Hj»"`:                             false,
		`api_key = "«q8Zt3LmX0v»"`:                                           true,
		`password = "«7d2f6a1e-93b4-4c58-a0d7-5be81f42c6a9»"`:                true,
		`shared_secret = "«9c1185a5c5e9fc54612808977ee8f548»"`:               true,
		`token = "«eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4OUtxMm1XNHYifQ.q8Zt3L»"`: true,
	} {
		verdict := judgeValue(lineValue(t, line))
		if !verdict.ok || verdict.weak != weak {
			t.Errorf("%s: ok %v, weak %v, want weak %v (%s, odds %.1f)", line, verdict.ok, verdict.weak, weak, verdict.reason, verdict.odds)
		}
	}
}

func TestJudgeDecodedPassword(t *testing.T) {
	for plain, ok := range map[string]bool{"deploy:h7Kq9xZ2mW4v": true, "user:password": false, "deploy:${PASSWORD}": false, "admin:changeme": false, "deploy:": false} {
		v := value{text: base64.StdEncoding.EncodeToString([]byte(plain)), name: "Authorization", before: "Authorization: Basic ", key: true}
		if verdict := judgeValue(v); verdict.ok != ok {
			t.Errorf("base64 of %q: ok %v (%s), want %v", plain, verdict.ok, verdict.reason, ok)
		}
	}
}

func TestNameWords(t *testing.T) {
	for name, want := range map[string]string{
		"dbPassword2": "db password", "DB_PASSWORD": "db password", "HTTPServerKey": "http server key", "a.b-c_d": "a b c d", "": "", "42": "", "APIKey": "api key",
	} {
		if got := strings.Join(nameWords(name), " "); got != want {
			t.Errorf("nameWords(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestFillerWordsAreSorted(t *testing.T) {
	for i := 1; i < len(fillerWords); i++ {
		if fillerWords[i-1] >= fillerWords[i] {
			t.Errorf("%q stands before %q", fillerWords[i-1], fillerWords[i])
		}
	}
}

func FuzzJudgeValue(f *testing.F) {
	for _, lines := range refusals {
		for _, line := range lines {
			before, rest, _ := strings.Cut(line, "«")
			text, after, _ := strings.Cut(rest, "»")
			f.Add(before, text, after)
		}
	}
	f.Fuzz(func(t *testing.T, before, text, after string) {
		if text == "" {
			return
		}
		content := []byte(before + text + after)
		v := valueAt(content, 0, len(before), len(before)+len(text))
		for _, v.generic = range []bool{false, true} {
			if verdict := judgeValue(v); verdict.reason == "" {
				t.Errorf("no reason for %q in %q (generic %v)", text, content, v.generic)
			}
		}
	})
}

// TestNamedValueLooksNotBack: of a value whose name is known, as that of a column, nothing before its line is looked at: the match begins
// with the table, and tables have thousands of rows. A match that begins before the text would be a mistake if it were.
func TestNamedValueLooksNotBack(t *testing.T) {
	text := []byte("| joe | operations | " + "h7Kq" + "9xW4 | not = a name |")
	v := valueNamed(text, -1, 21, 29, "DB password")
	if v.name != "DB password" || v.key || v.text != "h7Kq"+"9xW4" {
		t.Errorf("%+v", v)
	}
}
