package detect

import (
	"encoding/base64"
	"testing"
)

// TestGivenWords: words that stand where nothing but a password or a secret belongs are reported with low confidence by the rules that rest on
// the name, and by no others; labels, names of fields and variables, requests to fill something in and what stands in an example's URL are not.
func TestGivenWords(t *testing.T) {
	for line, want := range map[string]bool{
		// environment, settings, options
		`      - POSTGRES_PASSWORD=«dbpass»`:                     true,
		`MYSQL_ROOT_PASSWORD=«MyVeryStrongDatabasePassword»`:     true,
		`GF_SECURITY_ADMIN_PASSWORD=«changeme»`:                  true,
		`POSTGRES_PASSWORD=«changeme»`:                           false, // left to the rule on the files that start it
		`DB_PASSWORD=«your_password»`:                            false,
		`DB_PASSWORD=«DB_PASSWORD»`:                              false,
		`CELERY_PASSWORD=«!!!SET»`:                               false,
		`vcenter_password: «@VMWARE_PASSWORD»`:                   false,
		`# docker run --env MYSQL_PASSWORD=«dummypassword»`:      true,
		`  root_password: '«somepass»'`:                          true,
		`spring.datasource.password= «heronry»`:                  true,
		`user.password = «newheron»`:                             true, // of a file of settings: the rules leave out programs
		`dbpassword: «mysupersecretpassword»`:                    true,
		`  password: «test-redis»`:                               true,
		`password: «newPassword»`:                                false,
		`  --account-pass=«admin»`:                               true,
		`wp config create --dbuser=app --dbpass=«secret» --x`:    true,
		`helm install shop --set adminPassword=«heronry»`:        true,
		`restic --password «heron-secret» backup`:                true,
		`use --password «and» the name`:                          false,
		`see ../files/«simplepass.psk»`:                          false,
		`<password>«heronry»</password>`:                         true,
		`<string name="login_password">«Password:»</string>`:     false,
		`CREATE USER a IDENTIFIED WITH sha2 BY '«p@ssw0rd»'`:     true,
		`os.environ.get("ADMIN_PASSWORD", "«changeme»")`:         true,
		`password = "«changeme»"`:                                false,
		`password = "«Changeme123!»"`:                            false,
		`"database.password": "«vitess_password»",`:              true,
		`"password": "«user_password»"`:                          false,
		`"password": "«mypassword»"`:                             true,
		`$config['password'] = '«mysecret»';`:                    true,
		`password: "«passphrase»"`:                               false,
		`      - PASSWORD=«MyStrongLoginPassword»`:               true,
		`PASSWORD=«p@ssw0rd»`:                                    true,
		`userPassword: «restAdmin»`:                              true,
		`spring.security.user.password=«password»`:               true,
		`MYSQL_ROOT_PASSWORD=«changeme1234»`:                     true,
		`"password": "«Palavra-passe»"`:                          false,
		`update_password: '«on_create»'`:                         false,
		`  storePassword '«android»'`:                            true,
		`password: «c3RvcmFnZW9z»`:                               true,
		`Map.of("username", "webgoat", "password", "«heronry»")`: true,
		// programs
		`if ($password == "«Heronry»") {`:                   true,
		`pwd1.equals("«databasepassword»")`:                 true,
		`user.setPassWord("«fooo123»");`:                    true,
		`define('DB_PASSWORD', '«heronry»');`:               true,
		`f("password", "«container»")`:                      false,
		`app_passwd('«get»');`:                              false,
		`"pass" : "«fail»"`:                                 false,
		`you need to pass ` + "`«path»`" + ` to it`:         false,
		`mysqli_connect("localhost", "shop", "«shoppass»")`: true,
		`login("bob", "«bobpass1»")`:                        true,
		`login("user", "«pass»")`:                           false,
		`encodedPassword = "«encoded»"`:                     false,
		`hash: encode("«myPassword»")`:                      false,
		`passwordEncoder.encode("«myPassword»")`:            true,
		// URLs
		`url = "postgres://app_user:«changeme»@db/app"`:      true,
		`amqp://guest:«guest»@rabbitmq:5672`:                 true,
		`enroll -u https://minter:«minterpw»@localhost:7054`: true,
		`redis://:«heronry»@redis:6379`:                      true,
		`redis://:«password»@redis:6379`:                     false,
		`mysql://myuser:«mypass»@localhost/shop`:             false,
		`http://user:«secret»@localhost/`:                    true,
		`http://joe:«heronry»@example.com/`:                  true,
		`sms://accountSid:«authToken»@default`:               false,
		`smtp://u$er:«pa$s»@localhost`:                       false,
		// secrets
		`app.config['SECRET_KEY'] = '«dvga»'`:                           true,
		`JWT_SECRET=«ThisIsAVerySecretString»`:                          true,
		`SECRET_KEY=«changeme»`:                                         true,
		`play.http.secret.key = "«changeme»"`:                           true,
		`"jwt_secret_key": "«somethingrandom»",`:                        true,
		`enrollsecret: "«peer1pw»"`:                                     true,
		`session({ secret: '«heronry»' })`:                              true,
		`jwt.sign(payload, '«heronry»')`:                                true,
		`const SECRET = "«heronry»";`:                                   true,
		`const SECRET = "«secret-key»";`:                                false,
		`const SESSION_KEY = '«mfa-setup»';`:                            false,
		`export client_secret="«cccccccc-cccc-cccc-cccc-cccccccccccc»"`: false,
		`SECRET=«super-secret-token»`:                                   true,
		`CONNECT_MASTER_ENCRYPTION_KEY: '«paintbrush»'`:                 true,
		`self.secret_key = «secret_value»`:                              false,
		`secret: «portal-secret»`:                                       false,
		`SECRET_KEY_BASE=«long-and-random-alphanumeric-string»`:         false,
		`API_KEY: «abcdefghijklmnop»`:                                   false,
		`ADMIN_TOKEN=«my-super-secret-admin-token»`:                     true,
		`KAFKA_API_SECRET: "«dummy»"`:                                   false,
		`ACME_API_KEY=«changeme»`:                                       false,
		`ACME_CLIENT_SECRET=«changeme»`:                                 false,
		`ACME_CLIENT_SECRET="«0123456789abcdef0123456789abcdef»"`:       false,
	} {
		v := lineValue(t, line)
		v.generic = true
		verdict := judgeValue(v)
		if verdict.ok != want || verdict.ok && !verdict.low && !verdict.weak {
			t.Errorf("%s: %v (low %v) as %q, want %v (name %q, key %v)", line, verdict.ok, verdict.low, verdict.reason, want, v.name, v.key)
		}
	}
}

// TestGivenPairs: a pair of words that was encoded opens an account as it stands, and no surer for that.
func TestGivenPairs(t *testing.T) {
	for plain, want := range map[string]bool{
		"admin:admin": true, "joe:s3cr3t": true, "postman:password": true, "user:password": true, "api:ACCESS_KEY": false, "joe:${PASSWORD}": false, "joe:your-password": false,
	} {
		encoded := base64.StdEncoding.EncodeToString([]byte(plain))
		v := value{text: encoded, name: "Authorization", before: "Authorization: Basic ", key: true, generic: true}
		if verdict := judgeValue(v); verdict.ok != want || want && !verdict.low {
			t.Errorf("base64 of %q: ok %v, low %v (%s), want %v", plain, verdict.ok, verdict.low, verdict.reason, want)
		}
		for _, m := range New(mustBuiltin(t)).Scan([]byte("Authorization: Basic " + encoded + "\n")).Matches {
			if m.Confidence > 1 {
				t.Errorf("base64 of %q: confidence %v", plain, m.Confidence)
			}
		}
	}
}

// TestGivenEncoded: words that were encoded under the name of a secret are one, those under that of a certificate are none.
func TestGivenEncoded(t *testing.T) {
	encoded := base64.StdEncoding.EncodeToString([]byte("shop-client-secret\n"))
	for name, want := range map[string]bool{"client_secret": true, "admin_password": true, "image": false, "token_url": false} {
		v := value{text: encoded, name: name, before: name + `="`, quote: '"', key: name != "admin_password", generic: true}
		if verdict := judgeValue(v); verdict.ok != want || want && !verdict.low {
			t.Errorf("%s: ok %v, low %v (%s), want %v", name, verdict.ok, verdict.low, verdict.reason, want)
		}
	}
}
