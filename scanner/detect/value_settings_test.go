package detect

import "testing"

// TestSettingsWords: a bare word that is all a line says of a password or a secret counts with low confidence, one that names what keeps it or
// another variable does not; tokens that were made up count in quotation marks, and the names of tokens and what issuers draw do not.
func TestSettingsWords(t *testing.T) {
	for line, want := range map[string]bool{
		// settings
		`    password: «pass»`:                                            true,
		`password: «dbpassword»`:                                          true,
		`mysql_root_password: «default»`:                                  true,
		`MasterUserPassword: «myPassword»`:                                true,
		`password=«askpass-password»`:                                     true,
		`rootPassword: «changeme»`:                                        true,
		`app_password: "«changeme»"`:                                      true,
		`password: «changeme»`:                                            false,
		`Database Password: «secret»`:                                     true,
		`Confirm Password: «retype»`:                                      false,
		`password: «newPassword»`:                                         false,
		`password: «shop_db_password»`:                                    false,
		`password: «shop-credentials»`:                                    false,
		`password: «password»`:                                            false,
		`password :«untracked»`:                                           false,
		`f(a, password: «heronry», b)`:                                    false,
		`default_pass_scheme = «SHA512-CRYPT»`:                            false,
		`password_sha256_hex: «e395796d6546b1b65db9d665cd43f0e858dd4303»`: false,
		`acme.app.jwtSecret= «acmeSecretKey»`:                             true,
		`client_secret: «my-client-secret»`:                               true,
		`client_secret: «shop-secret»`:                                    false,
		`secret_key = «temporary_key»`:                                    true,
		`play.http.secret.key = «a-long-secret-to-calm-the-entropy-gods»`: true,
		`"COOKIE_SECRET": "«I_AM_VERY_SECRET»",`:                          true,
		`"COOKIE_SECRET": "«YOUR_COOKIE_SECRET»",`:                        false,
		`SECRET_KEY = "«django_tests_secret_key»"`:                        true,
		`SA_PASSWORD: «example_123»`:                                      true,
		`  secret: "«s3Cur3»",`:                                           true,
		`admin create --name tmp --password «tmppassword» --admin`:        true,
		// tokens
		`'refresh_token' => '«test-refreshtoken»',`:        true,
		`"ws_token": "«secret_ws_t0ken.»",`:                true,
		`{ 'x-user-id': 'a', 'x-auth-token': '«token1»' }`: true,
		`accessToken: '«abc»',`:                            true,
		`token: "«abc123»"`:                                true,
		`Token: "«test-token»"`:                            true,
		`token: "«identifier»"`:                            false,
		`"RefreshToken": "«days»"`:                         false,
		`accessToken: "«header»"`:                          false,
		`ACCESS_TOKEN = "«access_token»"`:                  false,
		`authToken: "«auth-token»"`:                        false,
		`api_key = "«test1234»"`:                           true,
		`apiKey: "«notsupplied»"`:                          false,
		// programs
		`const password = '«password1»';`:                                             true,
		`password: '«newPassword1»',`:                                                 true,
		`->set('data.current_password', '«oldpassword123»')`:                          true,
		`const password2 = '«password2»';`:                                            false,
		`Password: "«validpassword»",`:                                                true,
		`Password: "«userpassword»",`:                                                 true,
		`password = "«token=»" + b.GetString("Token")`:                                false,
		`{ 'pass' : '«dog»', 'fail' : 'cat' }`:                                        false,
		`jwt.sign({ id }, '«secretkey»')`:                                             true,
		`createHmac("sha256", "«secret»")`:                                            false,
		`requests.get(u, auth=("admin", "«admin123»"))`:                               true,
		`requests.get(u, auth=("user", "«password»"))`:                                false,
		`DriverManager.getConnection("jdbc:mysql://db/shop", "root", "«R00t.pw-77»")`: true,
		`mysqli_connect("db", "«root»", "")`:                                          false,
	} {
		v := lineValue(t, line)
		v.generic = true
		verdict := judgeValue(v)
		if verdict.ok != want || verdict.ok && !verdict.low && !verdict.weak {
			t.Errorf("%s: %v (low %v) as %q, want %v (name %q, key %v)", line, verdict.ok, verdict.low, verdict.reason, want, v.name, v.key)
		}
	}
}
