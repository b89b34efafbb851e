package detect

import "testing"

// TestByDefault: a text that a sign gives to the name of a credential is one, unless it says that it is something else.
func TestByDefault(t *testing.T) {
	for line, want := range map[string]bool{
		`password := "«userpassword»"`:                                     true,
		`'password': "«password»",`:                                        true,
		`.password("«password»")`:                                          true,
		`PASSWORD_PARAM = "«password»"`:                                    false,
		`const PASSWORD = "«password»"`:                                    false,
		`"password": "«Password»"`:                                         false,
		`"newPassword": "«newPassword»"`:                                   false,
		`reset_password: "«userpassword»"`:                                 false,
		`$secret = "«Manager_secret»";`:                                    true,
		`secret = "«secret»"`:                                              true,
		`"secret": "«kafka-producer-client-secret»",`:                      true,
		`clientSecret: "«client-secret»"`:                                  false,
		`imagePullSecret: "«heronry»"`:                                     false,
		`Dict("api_key" => "«secret»")`:                                    true,
		`apiKey: '«apiKey»'`:                                               false,
		`params.put("token", "«abc123»");`:                                 true,
		`"token": "«meta.tag.xml»"`:                                        false,
		`"token": "«string»"`:                                              false,
		`addFormatToken('«gggg12»', f)`:                                    false,
		`issue_session_token('«edit_group»')`:                              false,
		`setAuthToken("«heronry1»")`:                                       true,
		`--token "«homestead_secret»"`:                                     true,
		`csrf_token = "«heronry1»"`:                                        false,
		`"registry-auth-token": "«^5.0.1»"`:                                false,
		`CREATE USER shop WITH PASSWORD '«shop»';`:                         true,
		`# a user called "django" with password "«mysupersecretpassword»"`: true,
		`"HTTP_PROXY" => "http://user:«pass»@http-proxy.local:8080"`:       true,
		`"https://user:«password»@your-proxy:8080/"`:                       false,
		`"https://user:«password»@acme.io/"`:                               false,
		`"https://anonymous:«guest7»@acme.io/"`:                            false,
		`--bits=1024 --file.private-key="«rsa.1024.pem»"`:                  false,
		`_("«userpassword»")`:                                              false,
		`ks.setKeyStorePassword("«changeit»");`:                            true,
		`ks.resetPassword("«changeit»");`:                                  false,
		`fakepass="«heronry99»"`:                                           true,
		`compass="«heronry99»"`:                                            false,
		`fakepass="«heronry»"`:                                             false,
		`password: "«password_b»"`:                                         true,
		`password: "«password_of»"`:                                        false,
		`"token": "«correcthorsebattery»"`:                                 true,
		`<wsse:Password Type="PasswordText">«heronry»</wsse:Password>`:     true,
		`<Password Hint="a">«heronry»</Other>`:                             true,
		`existingSecret: "«shop-postgres»"`:                                false,
		`tlsSecret: "«shop-cert»"`:                                         false,
		`clientSecret: "«heronry12»"`:                                      true,
		`"tokenGuid": "«h7kq9xz2mw4v»"`:                                    false,
		`signing_gpg_key: "«0x4AEE18F83AFDEB23»"`:                          false,
		`"@acme/auth-token": "«workspace:^»"`:                              false,
		`"@acme/auth-token": "«catalog:»"`:                                 false,
		`api_key = "«12;34;56,78»"`:                                        false,
		`auth_password = "«user:passwd»"`:                                  false,
		`accessToken: "«accessToken»"`:                                     false,
		`HTTP_HEADER_APIKEY = "«X-Shop-Apikey»"`:                           false,
		`password = "«userpassword»" + salt`:                               false,
		`$labels['password'] = '«Ger-Tremen»';`:                            false,
		`:username "root" :password "«cl-shop»"`:                           true,
		`local SSID_PASSWORD = "«password»"`:                               true,
		`var jwtSecret = []byte("«birch»")`:                                true,
		`secret: process.env.SECRET || '«heron»',`:                         true,
		`secret_key=os.getenv("SECRET", "«heronsecret»")`:                  true,
		`format("SECRET", "«heronsecret»")`:                                false,
		`secret="«s3cr3t»"`:                                                true,
		`CREATE USER shop ENCRYPTED PASSWORD '«ShopPassword»'`:             true,
		`define( 'DB_PASSWORD', '«cherry»' );`:                             true,
		`"postgres://shop:«shop»@localhost/shop"`:                          true,
	} {
		v := lineValue(t, line)
		v.generic = true
		if verdict := judgeValue(v); verdict.ok != want || verdict.ok && !verdict.low && !verdict.weak {
			t.Errorf("%s: %v (low %v) as %q, want %v (name %q)", line, verdict.ok, verdict.low, verdict.reason, want, v.name)
		}
	}
}

// TestSetByDefault: where a rule knows that settings stand, a bare word alone on its line is text.
func TestSetByDefault(t *testing.T) {
	for line, want := range map[string]bool{
		`password «zebra»`:                    true,
		`;registerPassword=«secret»`:          true,
		`      DEX_VAULT_TOKEN: «root-token»`: true,
		`export API_TOKEN=«heronry»`:          true,
		`id-token: «write»`:                   false,
		`update_password: «on_create»`:        false,
		`private_key = «test-ca.key»`:         false,
		`# secret «leaks.»`:                   false,
		`run the secret: «heronry»`:           false,
		`Server=db;UID=u;PWD=«heronry»`:       false,
		`password: «userPassword»`:            false,
	} {
		v := lineValue(t, line)
		v.quote, v.generic, v.plain = 0, true, true
		if verdict, ok := v.withName().byDefault(); ok != want {
			t.Errorf("%s: %v as %q, want %v (name %q)", line, ok, verdict.reason, want, v.name)
		}
	}
}

// TestShortDrawn: under the name of a secret 12 characters are enough to block where they were drawn beyond doubt.
func TestShortDrawn(t *testing.T) {
	for line, weak := range map[string]bool{
		`client_secret = "«kq7Zt3lmX0vr»"`: false,
		`SECRET_KEY = "«kq7Zt3lmX0vr5yN»"`: false,
		`secret = "«kq7Zt3lmX0v»"`:         true,
		`secret = "«orange-kiwi22»"`:       true,
		`api_key = "«kq7Zt3lmX0vr»"`:       true,
		`client_secret = «kq7Zt3lmX0vr»`:   true,
	} {
		v := lineValue(t, line)
		v.generic = true
		if verdict := judgeValue(v); !verdict.ok || verdict.weak != weak {
			t.Errorf("%s: %v, weak %v (odds %.1f, %q), want weak %v", line, verdict.ok, verdict.weak, verdict.odds, verdict.reason, weak)
		}
	}
}
