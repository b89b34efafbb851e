package detect

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"testing"
)

// What bears a credential's name and opens nothing.
func TestHarmless(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	publicKey, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	privateKey, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ line, want string }{
		{`"NextToken": "«kq7Zt3LmX0vR5yN7bC2wKd4HjTw8»",`, "a token that opens nothing"},
		{`"PolicyUpdateToken": "«1:p4RpKR4wPFx7mcrL1UOQQ==»",`, "a token that opens nothing"},
		{`<input type="hidden" name="authenticity_token" value="«kq7Zt3LmX0vR5yN7bC2wKd4HjTw8»">`, "a token that opens nothing"},
		{`<input type="hidden" name="csrfmiddlewaretoken" value="«kq7Zt3LmX0vR5yN7bC2wKd4HjTw8»">`, "a token that opens nothing"},
		{`<input name="__RequestVerificationToken" type="hidden" value="«kq7Zt3LmX0vR5yN7bC2wKd4HjTw8»">`, "a token that opens nothing"},
		{`token_mint = "«EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v»"`, "an address"},
		{`USDC_TOKEN_ADDRESS=«EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v»`, "an address"},
		{`TOKEN_PROGRAM: "«TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA»"`, "an address"},
		{`TOKEN_PROGRAM_ID: "«TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA»"`, "an address"},
		{`XOR_CSRF_TOKEN_VALUE = "«wpe7zB62-NCpcAkQ7x==»"`, "a token that opens nothing"},
		{`minisignPubkey = "«RWTx5Zr1tiHQLwG9keckT0c45M3AGeHD6Iv»"`, "public"},
		{`"Sec-WebSocket-Key": "«x3JJHMbDL1EzLkh9GBhXDw==»"`, "public"},
		{`'SSECustomerKeyMD5': '«ZGXa0dMXUr4/MoPo9w/u9w==»'`, "public"},
		{`String encodedPassword = "«821447f994e2b04c5014e31fa9fca4ae1cc9f218»";`, "a hash"},
		{`saltedpassword="«mT0yyUUxnlJaC99HXgRTSYlbuqa4FSGtJCJfTMvjYCE=»"`, "a hash"},
		{`password = "«5f4dcc3b5aa765d61d8327deb882cf99»"`, "a hash"},                              // MD5 of password
		{`password = "«0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33»"`, "a hash"},                      // SHA-1 of foo
		{`password: «e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855»`, "a hash"}, // SHA-256 of nothing
		{`password: «e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b856»`, ""},       // one digit is another
		{`set("X-Amz-Credential", "«KVGKMDUQ23TCZXTLTHLP/20160727/us-east-1/s3/aws4_request»")`, "the id of a key"},
		{`'password=«20101008T000000Z»'`, "a date"},
		{`{"outcome":"pass","«passed9x2»":2}`, "a name"},
		{"- Pass `«PLAYWRIGHT_DASHBOARD=1»` to see all of them", "the verb to pass"},
		{`"H4FHT4B454P6UXFD7JCYQ5PWDY.n": "«kq7Zt3LmX0vR5yN7bC2wKd4HjTw8»"`, "a name by chance"},
		{`	"\bpassword\x18\x02 \x01(\tR\bpassword:«\a\x82\xb5\x18\x033.0\»"\xb9\x01\n" +`, "bytes in a longer text"},
		// beside them, what does open something
		{`WTF_CSRF_SECRET_KEY = "«kq7Zt3LmX0vR5yN7bC2wKd4HjTw8»"`, ""},
		{`PROGRAM_TOKEN = "«EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v»"`, ""},
		{`request_verification_key = "«kq7Zt3LmX0vR5yN7bC2wKd4HjTw8»"`, ""},
		{`refreshToken: "«kq7Zt3LmX0vR5yN7bC2wKd4HjTw8»"`, ""},
		{`updateKey = { token: "«kq7Zt3LmX0vR5yN7bC2wKd4HjTw8»" }`, ""},
		{`publisherApiKey = "«kq7Zt3LmX0vR5yN7bC2wKd4HjTw8»"`, ""},
		{`password = "«9a4dcc3b5aa765d61d8327deb882cf99»"`, ""},
		{`pass "«kq7Zt3LmX0vR5yN7b»"`, ""},
		{`AWS_PROD_EU_WEST_1_SECRET_ACCESS_KEY = "«kq7Zt3LmX0vR5yN7bC2wKd4HjTw8»"`, ""},
		{`apiKey = "«` + base64.StdEncoding.EncodeToString(publicKey) + `»"`, "public"},
		{`apiKey = "«` + base64.StdEncoding.EncodeToString(privateKey) + `»"`, ""},
	} {
		v := lineValue(t, test.line).withName()
		if got, _ := harmless(v, randomness(v.text)); got != test.want {
			t.Errorf("%s (name %q): %q, want %q", test.line, v.name, got, test.want)
		}
	}
}

func TestIsByteSequence(t *testing.T) {
	for text, want := range map[string]bool{
		"000102030405060708090a0b0c0d0e0f": true, "00112233445566778899aabbccddeeff": true, "6162636465666768696a6b6c6d6e6f70": true,
		"ffeeddccbbaa99887766554433221100": true, "0a1b2c3d4e5f60718293a4b5c6d7e8f9": true, "001122334455667788": true, "00112233": false, "0011223344556677z": false,
		"9c1185a5c5e9fc54612808977ee8f548": false, "00010203040506070809": true, "000102039c1185a5c5e9fc54": false,
	} {
		if got := isByteSequence(text); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
