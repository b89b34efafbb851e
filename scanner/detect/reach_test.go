package detect

import (
	"slices"
	"strings"
	"testing"
)

// TestReach: how far a value reaches, by what it is written in. In each text the value is what stands between « and ».
func TestReach(t *testing.T) {
	d := New(mustBuiltin(t))
	for _, tt := range []string{
		"DB_PASSWORD=«a;B&9xKq2!(pL»\nB=1",
		"A=1\nDB_PASSWORD=«x,Y>7kQ]z2Lm4»",
		"DB_PASSWORD=«(x9Kq2pLzV7m»\n",
		"export DB_PASSWORD=«k9;Xq{2pLzV7»\n",
		"ENV DB_PASSWORD=«k9;Xq{2pLzV7» B=c",
		"Environment=DB_PASSWORD=«k9<Xq2pLzV7»\n",
		`Environment="DB_PASSWORD=«k9<Xq'2pLzV7»"`,
		`      - "POSTGRES_PASSWORD=«k9<Xq'2pL,zV7»"`,
		"      - POSTGRES_PASSWORD=«k9<Xq'2pL,zV7»\n",
		"db:\n  password: «k9(Xq[2pL,zV7»\n  port: 1",
		"  password: «k9(Xq[2pL,zV7» # the old one",
		"spring.datasource.password=«k9(Xq[2pL,zV7»\n",
		"password = «k9(Xq[2pL,zV7»\n",
		"# password = «k9(Xq[2pL,zV7»\n",
		"<password>«k9(X&amp;q[2pL,zV7»</password>",
		"    <password>«{k9(X&amp;q[2pL,zV7»</password>",
		`password = "«k9\"Xq2pLzV7»"`,
		`password = '«k9\'Xq2pLzV7»';`,
		`password = '«k9m''Xq2pLzV7»'`,
		`password = '«k9m'"'"'Xq2pLzV7»'`,
		`PASS='«k9m'\''Xq2pLzV7»' run`,
		`mysql -u root -p'«k9;X(q2pLzV7»' app`,
		`mysql -u root -p"«k9;X(q2pLzV7»" app`,
		`curl -u 'deploy:«k9;X(q2pLzV7»' https://x.acme.io`,
		`docker run -e 'MYSQL_ROOT_PASSWORD=«k9;X(q2pLzV7»' mysql`,
		"h1.acme.io ansible_user=root ansible_password=«k9;X(q2pLzV7»\n",
		`"Server=db;User Id=sa;Password=«k9,X(q2pLzV7»;Encrypt=true"`,
		"    - name: DB_PASSWORD\n      value: «k9,X(q2pLzV7»\n",
		"kind: Secret\nstringData:\n  password: «k9,X'q2pLzV7»\n",
		"machine api.acme.io login bob password «k9'X\\q2pLzV7»\n",
		"db: {user: app, password: «k9(Xq'2pL<zV7», port: 1}\n",
		// What ends a value ends it.
		`echo -e "«k9mXq2pLzV7t»\nk9mXq2pLzV7t" | passwd bob` + "\n",
		"password=«k9Xq2pLzV7m»;",
		"f(password=«k9Xq2pLzV7m»,user=bob)",
		"password=«k9Xq2pLzV7m»&user=bob",
		`"https://acme.io/login?password=«k9Xq2pLzV7m»&user=bob"`,
		`{"url": "password=«k9Xq2pLzV7m»;server=db"}`,
		`password = "«k9Xq2pLzV7m»", "x"`,
		`{password: «k9Xq2pLzV7m», user: bob}`,
		`password = '«k9Xq2pLzV7m\»', user`,
		`password = '«k9Xq2pLzV7m\»',user='bob'`,
		`dsn := "app:«Xk29sQ»@tcp(10.0.0.5:3306)/app"`,
		`PROXY = "svc:«k9Xq2pLzV»@proxy.acme.io:3128"`,
		"password = \"\"\"«k9Xq2pLzV7m»\"\"\"",
		"s = \"\"\"user=bob\npassword=«k9Xq2pLzV7m»\"\"\"",
		"  - \"password: «k9Xq2pLzV7m»\"\n",
		"  \"password: «k9Xq2pLzV7m»\",\n",
		"s = \"user=bob\npassword=«k9Xq2pLzV7m»\");",
		"db: {\n  user: app,\n  password: «k9Xq2pLzV7m»}\n",
		"ENVS=(A=1\n  DB_PASSWORD=«k9Xq2pLzV7m»)\n",
		"DB_PASSWORD=«k9Xq2pLzV7m»;export DB_PASSWORD\n",
		"DB_PASSWORD=«k9Xq2pLzV7m»;curl -u x h\n",
		"DB_PASSWORD=«k9Xq2pLzV7m»;//comment\n",
		"DB_PASSWORD=«k9Xq2pLzV7m»;\\\n",
		"DB_PASSWORD=«k9Xq2pLzV7m»>f\n",
		"set PASSWORD=«k9Xq2pLzV7m»&call run.bat\n",
		"set PASSWORD=«k9Xq2pLzV7m»& call run.bat\n",
		`"Server=a;" + "Pwd=«k9Xq2pLzV7m»;" +`,
		`"DB_PASSWORD=«k9Xq2pLzV7m»,"`,
		`"password=«k9Xq2pLzV7m»&remember"`,
		`expect "password:" { send "«k9Xq2pLzV7m»\r" }`,
		`f("machine h login b password «k9Xq2pLzV7m»");`,
		"<password>«k9Xq2pLzV7m»&nbsp;</password>",
		"A_PASSWORD=«k9(Xq2pLzV7m»|x=1\n",
	} {
		want := tt[strings.Index(tt, "«")+len("«") : strings.Index(tt, "»")]
		text := strings.NewReplacer("«", "", "»", "").Replace(tt)
		found := secretsIn(d, text)
		if len(found) != 1 || found[0] != want {
			t.Errorf("%q: found %q", text, found)
		}
	}
}

// TestReachExpressions: an expression of a program is no value, however much of it looks drawn.
func TestReachExpressions(t *testing.T) {
	d := New(mustBuiltin(t))
	for _, text := range []string{
		"password = k9Xq2p(LzV7m, 1)",
		"password = k9Xq2p(LzV7m)\n",
		"password = params[:k9Xq2pLzV7m]\n",
		"  password: zod.k9Xq2p(\n",
		"  password: K9Xq2p<LzV7m>;\n",
		"DB_PASSWORD=$(k9Xq2pLzV7m)\n",
		"DB_PASSWORD=${k9Xq2pLzV7m}\n",
		"DB_PASSWORD=<k9Xq2pLzV7m>\n",
		"  password: [k9,Xq2pLzV7m]\n",
		"  password: {{k9Xq2pLzV7m}}\n",
		"password=(k9Xq2pLzV7m other)",
		"password: (k9Xq2pLz V7m)",
		"<Password>{k9Xq2pLzV7m}</Password>",
		"c = {user: app, password: k9Xq2p(LzV7m), port: 1}",
		"  password: opts&.dig(:db2,:pw)\n",
		"  password: x1.fetch(:y2){z3}\n",
		"  password: opts.pw1??y2(z),\n",
		"  password: isV2?getPw2(a):pw1[0],\n",
		"  secret_key: vec![0u8;32],\n",
		"secret_key = rot13(k1)*c3[4]/Q2x\n",
		"DB_PASSWORD=<<EOF1\n",
		"<password>$esc.xml($pw1)</password>",
		"<Password>f(a,b)-g(c)</Password>",
		"\"PASSWORD=<x1>,y2\"",
		"\"password=;x1(y)\"",
		"password = b(\"k9Xq2pLzV7m\")",
		"  password: &K9Xq2pLzV7m,\n",
	} {
		for _, secret := range secretsIn(d, text) {
			if strings.ContainsAny(secret, "()[]{}<>&;,") {
				t.Errorf("%q: found %q", text, secret)
			}
		}
	}
}

// TestReachIsBounded: what goes on for longer than values do is no part of one, and what the regex took stays.
func TestReachIsBounded(t *testing.T) {
	d := New(mustBuiltin(t))
	const taken = "k9mXq2pLzV7m"
	for _, n := range []int{1, 60} {
		rest := strings.Repeat("Xq2pLzV7", n)
		want := taken
		if n == 1 {
			want += ";" + rest
		}
		if found := secretsIn(d, "A_PASSWORD="+taken+";"+rest+"\n"); len(found) != 1 || found[0] != want {
			t.Errorf("%d bytes behind it: found %q", len(rest), found)
		}
	}
}

// secretsIn returns what is found in a text of any file, each secret once.
func secretsIn(d *Detector, text string) []string {
	var found []string
	for _, m := range d.Scan([]byte(text)).Matches {
		if rule := d.set.Rules()[m.Rule]; rule.Path == "" && !slices.Contains(found, m.Secret) {
			found = append(found, m.Secret)
		}
	}
	return found
}

// FuzzReach: a value ends on its line, not before it began, and what stands on other lines has no say in it.
func FuzzReach(f *testing.F) {
	f.Add("A_PASSWORD=", "k9;Xq{2pLzV7", uint(3))
	f.Add("mysql -p'", `k9'\''Xq2' app`, uint(2))
	f.Add("<password>", "{k9&amp;</password>", uint(1))
	f.Add(`{"a": "Server=db;User Id=sa;Password=`, `k9,X;Encrypt=true"}`, uint(4))
	f.Fuzz(func(t *testing.T, before, rest string, took uint) {
		if strings.ContainsAny(before+rest, "\r\n") || took == 0 || took > uint(len(rest)) {
			t.Skip()
		}
		s, e := len(before), len(before)+int(took)
		end, plain, ok := wholeValue([]byte(before+rest), s, e)
		if end < e || end > len(before)+len(rest) || end > e+reachMost {
			t.Fatalf("%q: ends at %d of %d", rest, end-s, len(rest))
		}
		around, plainToo, okToo := wholeValue([]byte("x='\n"+before+rest+"\n'y"), s+4, e+4)
		if around != end+4 || plainToo != plain || okToo != ok {
			t.Errorf("%q %q: %d %v %v alone, %d %v %v between lines", before, rest, end, plain, ok, around-4, plainToo, okToo)
		}
	})
}
