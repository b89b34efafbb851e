package detect

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
)

// The ways in which languages, tools and formats write a password down. PW stands for
// a drawn password of 14 letters and digits, B64 for the base64 form of one, BASIC for
// that of user:password, CHARS for its letters as C writes them in an array.
var syntaxes = map[string][]string{
	"connection strings": {
		`dsn := "app:PW@tcp(db.acme.io:3306)/shop"`,
		`dsn: app:PW@unix(/var/run/mysqld/mysqld.sock)/shop?charset=utf8`,
		`db, err := sql.Open("mysql", "app:PW@/shop")`,
		`sqlx.Connect("mysql", "app:PW@tcp(127.0.0.1:3306)/shop")`,
		`postgres://app:PW@db.acme.io/shop`,
		`host=db.acme.io user=app password=PW dbname=shop`,
		`Server=db.acme.io;Database=shop;User Id=app;Password=PW;`,
		`Server=db.acme.io;Database=shop;Uid=app;Pwd=PW;`,
		`jdbc:mysql://db.acme.io/shop?user=app&password=PW`,
		`jdbc:oracle:thin:app/PW@db.acme.io:1521/shop`,
	},
	"string literals": {
		`password = """PW"""`, `password = '''PW'''`, "password = \"\"\"\nPW\n\"\"\"", `password := []byte("PW")`, `let password = String::from("PW");`,
		`let password = "PW".to_string();`, `let password = "PW".to_owned();`, `std::string password("PW");`, `std::string password{"PW"};`, `password = std::string("PW");`, `auto password = "PW"s;`,
		`local password = [[PW]]`, `local password = [==[PW]==]`, `my $password = q{PW};`, `my $password = q(PW);`, `password = %q(PW)`, `password = %q{PW}`, `password = %(PW)`, `my $password = qq{PW};`,
		`password = r"PW"`, `let password = r#"PW"#;`, `password = @"PW";`, `password = $'PW'`, `NSString *password = @"PW";`, `password = u8"PW";`, `password = R"(PW)";`, `val password = """PW""".trimIndent()`,
		"password = `PW`", `password: b"PW"`, `char password[] = "PW";`, `const char* const password = "PW";`, `(def password "PW")`, `{:password "PW"}`, `password => "PW"`, `"password" := "PW"`, `password <- "PW"`,
		`password = new String("PW");`, `password = "PW".toCharArray();`, `password = Buffer.from("PW")`, `password = bytes("PW", "utf-8")`, `password = str("PW")`,
		`char password[] = {CHARS};`, `char[] password = new char[]{CHARS};`, `const char password[15] = { CHARS, '\0' };`,
	},
	"fall-backs": {
		`password = os.getenv("DB_PASSWORD") or "PW"`, `password = os.getenv("DB_PASSWORD", "PW")`, `password = os.environ.get("DB_PASSWORD") or "PW"`,
		`const password = process.env.DB_PASSWORD || "PW"`, `const password = process.env.DB_PASSWORD ?? "PW"`, `const password = dev ? "PW" : secrets.password`, `password = "PW" if dev else load()`,
		`password := cmp.Or(os.Getenv("DB_PASSWORD"), "PW")`, `$password = getenv('DB_PASSWORD') ?: 'PW';`, `$password = $_ENV['DB_PASSWORD'] ?? 'PW';`, `'password' => env('DB_PASSWORD', 'PW'),`,
		`password = ENV.fetch("DB_PASSWORD", "PW")`, `password = ENV["DB_PASSWORD"] || "PW"`, `password = ENV.fetch("DB_PASSWORD") { "PW" }`, `DB_PASSWORD=${DB_PASSWORD:-PW}`, `export DB_PASSWORD="${DB_PASSWORD:-PW}"`, `DB_PASSWORD=${1:-PW}`,
		`: "${DB_PASSWORD:=PW}"`, `spring.datasource.password=${DB_PASSWORD:PW}`, `password: ${DB_PASSWORD:PW}`, `password: "${DB_PASSWORD:PW}"`, `@Value("${db.password:PW}")`, `String password = System.getenv().getOrDefault("DB_PASSWORD", "PW");`,
		`String password = System.getProperty("db.password", "PW");`, `val password = System.getenv("DB_PASSWORD") ?: "PW"`, `password = var.password != "" ? var.password : "PW"`, `DB_PASSWORD ?= PW`, `{{ .Values.password | default "PW" }}`,
		`password: {{ .Values.password | default "PW" }}`, `password: "{{ lookup('env', 'PASSWORD') | default('PW', true) }}"`, `let password = env::var("DB_PASSWORD").unwrap_or("PW".to_string());`, `password = Environment.GetEnvironmentVariable("DB_PASSWORD") ?? "PW";`,
		`password = config.get("password", "PW")`, `parser.add_argument("--password", default="PW")`, `flag.String("password", "PW", "of the database")`, `viper.SetDefault("db.password", "PW")`,
	},
	"yaml": {
		`password: PW`, `password: "PW"`, `password: 'PW'`, `password: &dbpass PW`, `password: !!str PW`, `password: &a "PW"`, `password: !!str "PW"`, `password: ! PW`, "password: >-\n  PW", "password: |\n  PW\n", "password:\n  PW\n",
		"passwords:\n  - PW\n", "passwords:\n- \"PW\"\n- other\n", "db_passwords:\n  - other\n  - PW\n", `passwords: ["PW", "x"]`, `passwords: [PW]`, `- {name: DB_PASSWORD, value: PW}`,
		"- name: DB_PASSWORD\n  value: PW\n", "- value: PW\n  name: DB_PASSWORD\n", "- value: \"PW\"\n  name: DB_PASSWORD\n", `"password": "PW"`, `{password: PW, user: app}`, `password: "PW" # note`,
	},
	"json": {
		`{"password": "PW"}`, `{"passwords": ["PW"]}`, `{"passwords": ["other", "PW"]}`, "{\"passwords\": [\n    \"PW\",\n    \"other\"\n]}", `{"value": "PW", "name": "DB_PASSWORD"}`, `{\"password\": \"PW\"}`, `{"name":"DB_PASSWORD","value":"PW"}`,
		`{"apiVersion":"v1","kind":"Secret","data":{"a":"B64"}}`, "{\n  \"kind\": \"Secret\",\n  \"data\": {\n    \"first\": \"B64\"\n  }\n}", "kind: Secret\ndata:\n  first: B64\n", "data:\n  first: B64\nkind: Secret\n",
	},
	"lists": {
		`passwords = ["PW", "other"]`, `passwords = ["other", "PW"]`, `PASSWORDS = ("PW", "x")`, `String[] passwords = {"PW", "other"};`, `passwords := []string{"PW", "other"}`, `$passwords = array('PW', 'other');`, `$passwords = ['PW'];`, `passwords = %w[PW other]`,
		`let passwords = vec!["PW"];`, `passwords = {"a": "PW"}`, `val passwords = listOf("PW", "other")`, `List<String> passwords = List.of("PW");`, `PASSWORDS=(PW other)`, "passwords = [\n  \"PW\",\n]",
	},
	"xml": {
		`<password>PW</password>`, `<password><![CDATA[PW]]></password>`, "<password>\n  PW\n</password>", `<password value="PW"/>`, `<property name="password" value="PW"/>`, `<property name="password">PW</property>`, `<entry key="password">PW</entry>`,
		`<db user="app" password="PW"/>`, `<Password type="text">PW</Password>`, `<db:password>PW</db:password>`, `<property name="password"><value>PW</value></property>`, `<password><![CDATA[ PW ]]></password>`,
	},
	"short names": {
		`pw = "PW"`, `pw="PW"`, `pwd = "PW"`, `db_pw = "PW"`, `dbPw: "PW"`, `export PW=PW`, `DB_PW=PW`, `  pw: PW`, `pwd=PW`, `passwd = "PW"`, `pass = "PW"`, `userpw = "PW"`, `root_pw: 'PW'`, `ADMIN_PW="PW"`,
	},
	"command lines": {
		`curl -u app:PW https://acme.io`, `curl --user app:PW https://acme.io`, `curl --user "app:PW" https://acme.io`, `mysql -u root -pPW shop`, `mysql --password=PW shop`, `tool --password=PW`, `tool --password PW`, `tool --password "PW"`, `["tool", "--password", "PW"]`,
		`"--password=PW"`, `sshpass -p PW ssh acme.io`, `sshpass -p 'PW' ssh acme.io`, `PGPASSWORD=PW psql -h db.acme.io`, `docker login -u app -p PW`, `redis-cli -a PW ping`, `net use Z: \\host\share /user:app PW`, `wget --user=app --password=PW https://acme.io`, `--db-pass=PW`,
		`echo "root:PW" | chpasswd`, `echo PW | docker login -u app --password-stdin`, `echo 'PW' | sudo -S true`, `openssl enc -k PW`, `openssl enc -pass pass:PW`, `zip -P PW a.zip`, `7z x -pPW a.7z`, `htpasswd -b file app PW`, `mongo -u app -p PW --authenticationDatabase admin`,
		`ldapsearch -D cn=admin -w PW`, `smbclient //host/share -U app%PW`, `expect "password:" { send "PW\r" }`, `ENV DB_PASSWORD PW`, `ENV DB_PASSWORD=PW`, `ARG DB_PASSWORD=PW`, `docker run -e DB_PASSWORD=PW acme`, `kubectl create secret generic db --from-literal=password=PW`, `helm install --set db.password=PW x`,
	},
	"sql": {
		`CREATE USER app IDENTIFIED BY 'PW';`, `CREATE USER app IDENTIFIED BY "PW";`, `CREATE USER 'app'@'%' IDENTIFIED WITH mysql_native_password BY 'PW';`, `ALTER USER app WITH PASSWORD 'PW';`, `ALTER USER app PASSWORD 'PW';`, `CREATE ROLE app LOGIN PASSWORD 'PW';`, `CREATE LOGIN app WITH PASSWORD = 'PW';`,
		`CREATE LOGIN app WITH PASSWORD = N'PW';`, `SET PASSWORD FOR app = PASSWORD('PW');`, `GRANT ALL ON *.* TO 'app'@'%' IDENTIFIED BY 'PW';`, `ALTER USER app IDENTIFIED BY PW;`, `UPDATE users SET password = 'PW' WHERE name = 'app';`, `CREATE USER app IDENTIFIED BY PW`,
	},
	"powershell": {
		`ConvertTo-SecureString "PW" -AsPlainText -Force`, `ConvertTo-SecureString 'PW' -AsPlainText -Force`, `ConvertTo-SecureString -String "PW" -AsPlainText -Force`, `$password = "PW"`, `$securePassword = ConvertTo-SecureString "PW" -AsPlainText -Force`, `ConvertTo-SecureString -AsPlainText "PW" -Force`, `ConvertTo-SecureString -AsPlainText -Force -String "PW"`,
		`New-Object System.Net.NetworkCredential("app", "PW")`, `Invoke-Sqlcmd -Username app -Password "PW"`, `Invoke-Sqlcmd -Username app -Password PW`,
	},
	"accessors": {
		`public string DbPassword { get; set; } = "PW";`, `internal string Password { get; private set; } = "PW";`, `public static string Password { get; } = "PW";`, `public required string Password { get; init; } = "PW";`,
	},
	"below": {
		"headers:\n  X-Db-Password:\n  - PW\n", "headers:\n    X-Db-Password:\n      - 'PW'\n", "? password\n: PW\n", "? \"db_password\"\n: \"PW\"\n",
	},
	"tables": {
		"name,mail,password\njoe,joe@acme.io,PW\n", "\"user\";\"password\"\r\n\"joe\";\"PW\"\r\n", "user\tpassword\turl\njoe\tPW\thttps://acme.io\n", "password,name\nPW,joe\n", "name,password\nann,\njoe,PW\n", "name,password\n\"Roe, Joe\",PW\n",
		`INSERT INTO users (name, password, mail) VALUES ('app', 'PW', 'x@acme.io');`, "insert into `users` (`id`, `password`) values (1,'a'), (2,'PW');", "INSERT INTO users (id, name, password) VALUES\n  (1, 'O''Neil, (x)', NULL),\n  (2, concat('a', 'b'), 'PW');",
	},
	"calls": {
		`login("app", "PW")`, `cy.login('app', 'PW')`, `User.objects.create_user('app', 'x@acme.io', 'PW')`, `signInWithEmailAndPassword('x@acme.io', 'PW')`, `smtp.PlainAuth("", "x@acme.io", "PW", "smtp.acme.io")`, `pika.PlainCredentials('app', 'PW')`,
		`Credentials::new("app".to_string(), "PW".to_string())`, `mysql_real_connect(conn, "db.acme.io", "app", "PW", "shop", 0, NULL, 0)`, `DBI->connect("DBI:mysql:database=shop", "app", "PW");`, `new Sequelize('shop', 'app', 'PW', {});`, `.basic_auth("app", Some("PW"))`,
		`ftp = FTP('ftp.acme.io', 'app', 'PW')`, `connect("db.acme.io", "app", "PW")`, `xhr.open("GET", url, true, "app", "PW");`, `WiFi.begin("acme", "PW");`, `given().auth().basic("app", "PW")`, `ldap_bind($ldap, "cn=app,dc=acme", "PW");`,
		`find_element_by_id("password").send_keys("PW")`, `passwordField.sendKeys("PW");`, `cy.get('#password').type('PW')`, `page.fill('[name="password"]', 'PW')`, `fill_in 'Password', with: 'PW'`, `When I fill in "password" with "PW"`,
		`strcpy(password, "PW");`, `if (strcmp(password, "PW") == 0) {`, `curl_easy_setopt(curl, CURLOPT_USERPWD, "app:PW");`, `curl_easy_setopt(curl, CURLOPT_PASSWORD, "PW");`, `"Basic " + btoa("app:PW")`, `base64.b64encode(b"app:PW")`,
		`keyStore.load(in, "PW".toCharArray());`, `new PBEKeySpec("PW".toCharArray())`, `'password' => bcrypt('PW')`, `await users.CreateAsync(user, "PW");`, `set :password, 'PW'`, `request.basic_auth 'app', 'PW'`, `.password("{noop}PW")`,
	},
	"declarations": {
		`Dim password As String = "PW"`, `Private Const DbPassword As String = "PW"`, `optional string password = 1 [default = "PW"];`, `"adminPassword": {"value": "PW"}`, `<setting name="FtpPassword" serializeAs="String"><value>PW</value></setting>`,
		`{db_password, "PW"},`, "variable \"db_password\" {\n  default = \"PW\"\n  description = \"of the database\"\n}", "variable \"db_password\" {\n  description = \"of the database\"\n  default = \"PW\"\n}",
	},
	"other commands": {
		`lftp -u app,PW ftp.acme.io`, `sqlcmd -S db.acme.io -U app -P PW`, `az login -u x@acme.io -p PW`, `xfreerdp /u:app /p:PW /v:10.0.0.9`, `snmpwalk -v3 -u mon -A PW host`, `net user app PW /add`, `openssl pkcs12 -export -passout pass:PW -in a`, `openssl passwd -6 PW`,
		`mount -t cifs -o username=app,password=PW //host/share`, `mysql_user: name=app password=PW state=present`, `SET DB_PASSWORD=PW`, `update users set user_pass = MD5('PW') where id = 1;`,
	},
	"http": {
		"Authorization: Basic BASIC\r\n", `"Authorization": "Basic BASIC"`, `headers = {'Authorization': 'Basic BASIC'}`, "POST /login HTTP/1.1\nHost: acme.io\n\nuser=app&password=PW", `{"request":{"headers":[{"name":"Authorization","value":"Basic BASIC"}]}}`, `username=app&password=PW&submit=1`,
		"  headers:\n    Authorization:\n    - Basic BASIC\n", `request: {body: "user=app&password=PW"}`, `"postData": {"text": "{\"user\":\"app\",\"password\":\"PW\"}"}`, `string: '{"user":"app","password":"PW"}'`, `-H "Authorization: Basic BASIC"`, `{"name": "password", "value": "PW"}`, `Proxy-Authorization: Basic BASIC`,
		"Content-Disposition: form-data; name=\"password\"\r\n\r\nPW\r\n", `headers.set("Authorization", "Basic BASIC")`, `req.Header.Set("Authorization", "Basic BASIC")`,
	},
}

// fill puts passwords into a line.
func fill(line string, rng *rand.Rand) (text, secret string) {
	const letters = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
	b := make([]byte, 14)
	for i := range b {
		b[i] = letters[rng.IntN(len(letters))]
	}
	b[0], b[5], b[9], b[11] = 'k', 'Z', '7', 'q'
	secret = string(b)
	var chars []string
	for _, c := range b {
		chars = append(chars, fmt.Sprintf("'%c'", c))
	}
	text = strings.NewReplacer("PHEAD", secret[:7], "PTAIL", secret[7:], "CHARS", strings.Join(chars, ", "),
		"B64", base64.StdEncoding.EncodeToString(b), "BASIC", base64.StdEncoding.EncodeToString([]byte("app:"+secret))).Replace(line)
	text = strings.ReplaceAll(text, "DB_PW", "DB_\x00")
	text = strings.ReplaceAll(text, "PGPW", "PG\x00")
	text = strings.ReplaceAll(text, "USERPWD", "USER\x00D")
	text = strings.ReplaceAll(text, "ADMIN_PW", "ADMIN_\x00")
	text = strings.ReplaceAll(text, " PW=", " \x00=")
	return strings.ReplaceAll(strings.ReplaceAll(text, "PW", secret), "\x00", "PW"), secret
}

func TestSyntaxes(t *testing.T) {
	d := New(mustBuiltin(t))
	rng := rand.New(rand.NewPCG(11, 13))
	for kind, lines := range syntaxes {
		for _, line := range lines {
			var missed []string
			for range 3 { // a drawn text may look written
				text, secret := fill(line, rng)
				var got []string
				for _, around := range []string{text, "first line\n" + text + "\nlast line\n"} {
					ok := false
					for _, m := range d.Scan([]byte(around)).Matches {
						plain, _ := charList(m.Secret)
						hit := strings.TrimPrefix(m.Secret, "{noop}") == secret || plain == secret || strings.Contains(m.Secret, base64.StdEncoding.EncodeToString([]byte(secret))) || strings.Contains(m.Secret, base64.StdEncoding.EncodeToString([]byte("app:"+secret)))
						ok = ok || hit && m.Confidence >= rules.ConfidenceMedium
						got = append(got, fmt.Sprintf("%s %q %v", d.set.Rules()[m.Rule].ID, m.Secret, m.Confidence))
					}
					if !ok {
						missed = append(missed, fmt.Sprintf("%q: %q", text, got))
					}
				}
			}
			if len(missed) > 2 {
				t.Errorf("%s: %s", kind, missed[0])
			}
		}
	}
}

// Words that are dressed up until they meet the rules for passwords are reported, and do not block.
func TestDressedWords(t *testing.T) {
	d := New(mustBuiltin(t))
	for _, line := range []string{`password = "P@ssw0rd1"`, `password = "P@ssw0rd"`, `password = "Passw0rd"`, `"password": "Passw0rd",`, `passwords = ["Passw0rd"]`, `password => 'P@ssw0rd',`, `setPassword("Passw0rd")`, `passwd = 'qwerty123!'`, `DB_PASSWORD=Admin#2021`, `login("app", "S3cret!pw")`, `postgres://app:P@ssw0rd1@db.acme.io/shop`} {
		matches := d.Scan([]byte(line)).Matches
		if len(matches) == 0 {
			t.Errorf("%s: nothing found", line)
		}
		for _, m := range matches {
			if m.Confidence != rules.ConfidenceLow {
				t.Errorf("%s: %v", line, m.Confidence)
			}
		}
	}
	for _, line := range []string{`password = "Password"`, `password = "Password!"`, `api_key = "S3cr3t-K3y!"`, `password = "Changeme123!"`, `password = "Your_P@ssw0rd1"`} {
		for _, m := range d.Scan([]byte(line)).Matches {
			t.Errorf("%s: %q is reported", line, m.Secret)
		}
	}
}

// What stands in the same places and is no secret stays silent.
func TestSyntaxesOfOtherThings(t *testing.T) {
	d := New(mustBuiltin(t))
	for _, line := range []string{
		`dsn := "app:${DB_PASSWORD}@tcp(db.acme.io:3306)/shop"`, `fmt.Sprintf("%s:%s@tcp(%s)/%s", user, password, host, db)`, `user:password@unix(/tmp/mysql.sock)/db`,
		`password = """Please enter your password"""`, `password = """{{ password }}"""`, `password := []byte(os.Getenv("PASSWORD"))`, `password := []byte("password")`, `let password = String::from("changeme");`, `let password = prompt.to_string();`,
		`local password = [[${PASSWORD}]]`, `my $password = q{changeme};`, `password = %q(#{secret})`, `password = %(name)s`, `if [[ $password == [[:alpha:]]* ]]; then`, `std::string password{getenv("PASSWORD")};`,
		`char password[] = {'s', 'e', 'c', 'r', 'e', 't'};`, `char tokens[] = {'+', '-', '*', '/', '(', ')'};`, `char key[] = {'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'};`,
		`const type = showPassword ? "text" : "password"`, `DB_PASSWORD=${DB_PASSWORD:-}`, `DB_PASSWORD=${DB_PASSWORD:-$OTHER_PASSWORD}`, `DB_PASSWORD=${DB_PASSWORD:?must be set}`, `DB_PASSWORD=${1:-password}`,
		`password: {{ .Values.password | default .Values.global.password }}`, `password: "{{ password | default(omit) }}"`, `flag.String("password", "", "password of the database")`, `flag.String("password", "changeme", "of the database")`, `parser.add_argument("--password", help="the-password-of-user")`,
		`["--user", "--password", "--host"]`, `["--password", "$PASSWORD"]`, `case "--password": readPassword()`,
		`password: &default_password ${DB_PASSWORD}`, `password: *default_password`, `password: !vault |`, `password: !Ref DbPassword`, `password: !secret db_password`, `password: !!str changeme`, `fn login(password: &str, user: &str)`, `password: &'static str`,
		`passwords = ["password", "letmein", "changeme"]`, `tokens = ["identifier", "literal"]`, `passwords: [string]`, `passwords := []string{}`, `for _, password := range passwords {`, "passwords:\n  - name: x\n    ref: y\n", "secrets:\n  - db-credentials\n", "secrets:\n  - source: api_key\n",
		`<password><![CDATA[${password}]]></password>`, `<password><![CDATA[changeme]]></password>`, `<label for="password" class="wide">Password</label>`, `<Password type="text">password</Password>`, `<xs:element name="password" type="xs:string"/>`,
		`pw = "password"`, `pw = getpwnam("daemon")`, `struct passwd *pw = NULL;`, `export PW=$1`, `  pw: string`, `if (pw == NULL)`, `pw = "pw"`,
		"- value: ${DB_PASSWORD}\n  name: DB_PASSWORD\n", "- value: production\n  name: STAGE\n", "- value: db-secret-name\n  name: SECRET_NAME\n",
		`curl -u "$USER:$PASSWORD" https://acme.io`, `curl -u user:password https://acme.io`, `mysql -u root -p shop`, `mysql -p"$PASSWORD" shop`, `redis-cli -a $REDIS_PASSWORD ping`, `7z x -p archive.7z`, `echo $PASSWORD | docker login --password-stdin`, `echo password | sudo -S true`, `openssl rsa -in key.pem`,
		`CREATE USER app IDENTIFIED BY '${PASSWORD}';`, `identified by password`, `rows are identified by their-primary-key`, `CREATE USER app IDENTIFIED BY :password`, `ALTER USER app WITH PASSWORD 'changeme';`,
		`ConvertTo-SecureString $password -AsPlainText -Force`, `ConvertTo-SecureString "changeme" -AsPlainText -Force`,
		`Authorization: Basic ${CREDENTIALS}`, "Authorization:\n    - Basic dXNlcjpwYXNzd29yZA==\n", "Authorization:\n    - Bearer TOKEN\n", "name=\"password\"\r\n\r\npassword\r\n",
		`{"kind":"Secret","data":{"a":"Y2hhbmdlbWU="}}`,
		`public string Password { get; set; } = "changeme";`, `public string PasswordField { get; set; } = "txtPassword2";`, `public string ApiKey { get; set; } = string.Empty;`,
		"X-Api-Key:\n  - ${API_KEY}\n", "password:\n  - changeme\n", "? password\n: changeme\n", "a ? token\n  : this.token\n",
		"name,password\njoe,changeme\n", "name,password\njoe,kmXqZ9w2,7bqTx2\n", "name,password_hash\njoe,da39a3ee5e6b4b0d3255bfef95601890afd80709\n", "key,en\ntitle_1,Title\n", "append_token,\nkey=\"k1\",\n",
		`INSERT INTO users (name, password) VALUES (?, ?)`, `INSERT INTO users (name, password) VALUES ('app', 'changeme')`, `INSERT INTO users (name, password) VALUES (:name, md5('kmXqZ9w27bqTx2'))`,
		`from_password('default', 'ansible')`, `tokens = split("a", "b")`, `"js-tokens": {"version": "4.0.0", "integrity": "sha512-RdJUflcE3cUzKiMqQgsCu06FPu9UdIJO0beYbPhHN4k6apgJtifcoCtT9bcxOpYBtpD2kCM6Sbzg4CausW/PKQ=="}`,
		`login(user, password)`, `login("redirect", "/home")`, `createUser("admin", "changeme")`, `new UsernamePasswordAuthenticationToken(name, pass, authorities)`, `new Credentials("user$counter", "pass$counter")`,
		`connect("localhost", "root", "")`, `keyboard.type('GetByText("Submit")');`, `cy.get('#password').type(Cypress.env('PASSWORD'))`, `$('#password').val('')`, `if (strcmp(password, "") == 0)`, `strcmp(token, "identifier")`, `btoa("user:password")`,
		`new SecretKeySpec(key, "AES")`, `keyStore.load(in, "changeit".toCharArray());`, `passwordEncoder.encode(password)`, `new PasswordHash("PBKDF2", bytes)`, `Dim password As String = txtPassword.Text`, `const PASS = '\x1b[32mok2\x1b[0m';`,
		`'password' => 'required|min:8|confirmed',`, `config.reset_password_within = 6.hours`, `passwordless = "pkg-2.0"`, `$t('login.password2')`, `/* First pass: tally, in j, the size */`, `connect(host=host, user=user, password=password2)`, "    user=user, password=password2,",
		`curl --netrc https://acme.io/file`, `curl -u anonymous:anonymous@ ftp://ftp.acme.io/`, `wget ftp://anonymous:guest7@ftp.acme.io/pub`, `machine ftp.acme.io login anonymous password joe@acme.io`, `openssl rsa -passin pass:$PASS`, `net user administrator /active:yes`,
		"variable \"db_password\" {\n  default = \"\"\n  description = \"of-the-database2\"\n}",
		`access_key: A1B2C3D4E5F6G7H8I9J0`, `accessKey: "QWZXZ2K7QWPLMN4RTYVB"`, `datadog_api_key: 1234567890abcdef1234567890abcdef`, `Server=db;UID=u;PWD=pass%2Bword`,
	} {
		for _, m := range d.Scan([]byte("first line\n" + line + "\nlast line\n")).Matches {
			t.Errorf("%s: %s found %q (%v)", line, d.set.Rules()[m.Rule].ID, m.Secret, m.Confidence)
		}
	}
}

// A name in angle brackets that stands for a value is no element that the next line belongs to.
func TestPlaceBeforeAnotherLine(t *testing.T) {
	d := New(mustBuiltin(t))
	for _, text := range []string{"PASSWORD=<password>\nSECRET=${SECRET}", "password: <password>\nsecretRef: Ab1$cd2x", "PASSWORD=\"<your-password>\nNEXT=$OTHER_Ab12"} {
		for _, m := range d.Scan([]byte(text)).Matches {
			t.Errorf("%q: %q is reported", text, m.Secret)
		}
	}
	if len(d.Scan([]byte("<password>\n  q8Zt3LmX0vR5yN7b\n</password>")).Matches) != 1 {
		t.Error("the password in an element is not found")
	}
}
