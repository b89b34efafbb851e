package report

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
)

// testCase is a result and what the command says beside it. Every test that is
// about all formats runs on every case.
type testCase struct {
	name   string
	opts   Options
	result scanner.Result
}

func githubRule() *rules.Rule {
	return &rules.Rule{
		ID: "github-pat-classic", Description: "GitHub personal access token (classic)", Provider: "GitHub",
		Severity: rules.SeverityCritical, Confidence: rules.ConfidenceHigh,
		Remedy: "Revoke it at GitHub > Settings > Developer settings > Personal access tokens, then issue a fine-grained one",
		Docs:   "https://docs.github.com/en/authentication", Tags: []string{"scm"},
	}
}

func postgresRule() *rules.Rule {
	return &rules.Rule{
		ID: "postgres-url", Description: "PostgreSQL password in a connection string", Severity: rules.SeverityHigh,
		Confidence: rules.ConfidenceHigh, Remedy: "Change the role's password with ALTER ROLE.",
	}
}

func genericRule() *rules.Rule {
	return &rules.Rule{
		ID: "generic-password", Description: "Password in an assignment", Severity: rules.SeverityMedium,
		Confidence: rules.ConfidenceLow, Generic: true,
	}
}

// token is a made-up secret that looks random enough to be told apart; its checksum is wrong.
func token(seed int) scanner.Secret {
	const alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
	var b strings.Builder
	b.WriteString("gh" + "p_")
	for i, x := 0, uint32(seed+1)*2654435761; i < 36; i++ {
		x = x*1664525 + 1013904223
		b.WriteByte(alphabet[(x>>16)%uint32(len(alphabet))])
	}
	return scanner.NewSecret(b.String())
}

func excerptOf(before string, secret scanner.Secret, after string) scanner.Excerpt {
	start := utf8.RuneCountInString(before)
	masked := secret.String()
	return scanner.Excerpt{Text: before + masked + after, Start: start, End: start + utf8.RuneCountInString(masked)}
}

func at(path string, line, column, length int) scanner.Place {
	return scanner.Place{Origin: scanner.Origin{Path: path}, Line: line, Column: column, EndLine: line, EndColumn: column + length}
}

// found is a blocking finding of a GitHub token.
func found(path string, line int, before, after string, seed int) scanner.Finding {
	secret := token(seed)
	return scanner.Finding{
		Rule: githubRule(), Secret: secret, Fingerprint: fmt.Sprintf("%032x", 0x3f9c2a0000+int64(seed)),
		Severity: rules.SeverityCritical, Confidence: rules.ConfidenceHigh,
		Check: "checksum holds", Reasons: []string{"checksum holds"},
		Excerpt: excerptOf(before, secret, after),
		Places:  []scanner.Place{at(path, line, utf8.RuneCountInString(before)+1, len(secret.Reveal()))},
		Blocks:  true,
	}
}

func password(path string, line int, text string) scanner.Finding {
	secret, before := scanner.NewSecret(text), `password = "`
	return scanner.Finding{
		Rule: genericRule(), Secret: secret, Fingerprint: fmt.Sprintf("%032x", 0xbeef00+line),
		Severity: rules.SeverityMedium, Confidence: rules.ConfidenceLow, Reasons: []string{"random (1 in 10^4)"},
		Excerpt: excerptOf(before, secret, `"`), Places: []scanner.Place{at(path, line, 13, len(text))},
	}
}

// result completes a result as the engine does.
func result(command string, exit int, findings []scanner.Finding, skipped ...scanner.Skip) scanner.Result {
	r := scanner.Result{
		Summary: scanner.Summary{
			Command: command, Root: ".", Version: "v0.1.0", Blobs: 10, Bytes: 48_000, Rules: 640,
			Findings: len(findings), Skipped: len(skipped),
			Started: time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.FixedZone("", 3600)), Elapsed: 8200 * time.Microsecond,
		},
		Findings: findings, Skipped: skipped, ExitCode: exit,
		Rules: []*rules.Rule{genericRule(), githubRule(), postgresRule()},
	}
	for _, f := range findings {
		if f.Blocks {
			r.Summary.Blocking++
		}
	}
	return r
}

func testCases(tb testing.TB) []testCase {
	tb.Helper()
	return append([]testCase{
		{"clean", Options{}, result("staged", 0, nil)},
		{"staged", Options{}, stagedResult()},
		{"unborn", Options{Unborn: true}, result("staged", 1, []scanner.Finding{found("a file's name.txt", 1, "token: ", "", 1)})},
		{"subdirectory", Options{Prefix: "src/deep"}, subdirectoryResult()},
		{"many", Options{}, manyResult(60)},
		{"skipped", Options{}, skippedResult()},
		{"unlisted", Options{}, result("dir", 1, []scanner.Finding{found("a.txt", 3, "t=", "", 2)}, unlistedSkips()...)},
		{"only-unlisted", Options{}, result("staged", 3, nil, unlistedSkips()[:1]...)},
		{"unread-and-unlisted", Options{}, history(3, nil, append(unlistedSkips()[:1], scanner.Skip{Path: strings.Repeat("9fceb02d", 5), Reason: "inflate: corrupt data"})...)},
		{"both", Options{}, result("dir", 1, []scanner.Finding{found("a.txt", 3, "t=", "", 2)}, scanner.Skip{Path: "b.bin", Reason: "permission denied"})},
		{"unfinished", Options{}, result("dir", 3, nil)},
		{"odd-names", Options{}, oddNamesResult()},
		{"wide", Options{Width: 60}, wideResult()},
		{"path-name", Options{}, pathNameResult()},
		{"commits", Options{Repository: "https://user:" + "pass@example.com/a/b.git", Revision: strings.Repeat("c", 40), Branch: "main"}, commitsResult()},
		{"stdin", Options{}, result("stdin", 1, []scanner.Finding{found("-", 1, "", "", 3)})},
		{"warnings", Options{}, result("dir", 0, []scanner.Finding{
			password("a.cfg", 1, "Xk29dkQ1"), password("b.cfg", 2, "Yk29dkQ2"), password("c.cfg", 3, "Zk29dkQ3"),
			password("d.cfg", 4, "Ak29dkQ4"), password("e.cfg", 5, "Bk29dkQ5"), password("f.cfg", 6, "Ck29dkQ6"),
		})},
		{"private-key", Options{}, privateKeyResult()},
		{"unused", Options{}, unusedResult()},
		{"parts", Options{}, result("dir", 1, []scanner.Finding{withParts(found("deploy.env", 3, "KEY=", "", 31), "deploy.env")})},
	}, historyCases()...)
}

// withParts gives a finding the id on the line before it, and an account beside it.
func withParts(f scanner.Finding, path string) scanner.Finding {
	id := &rules.Rule{ID: "acme-key-id", Description: "Acme key id", Provider: "Acme"}
	account := &rules.Rule{ID: "acme-account", Description: "Acme account", Provider: "Acme", SkipReport: true, Public: true}
	f.Parts = []scanner.Part{
		{Rule: id, Secret: token(77), Check: "issued for account 609629065308", Place: at(path, f.Places[0].Line-1, 4, 40)},
		{Rule: account, Secret: scanner.NewSecret("main"), Place: at(path, f.Places[0].Line, 60, 4)},
	}
	return f
}

// unlistedSkips are about what was read.
func unlistedSkips() []scanner.Skip {
	const bound = "at most 50000 are, those that block first, then those of contents with fewer"
	return []scanner.Skip{
		{Kind: scanner.SkipUnlisted, Path: "dump.sql", Reason: "at least 525000 further places of secrets in it are not listed: of one content at most 25000 are"},
		{Kind: scanner.SkipUnlisted, Path: "keys/" + token(9).String(), Reason: "1 place of a secret in its name is not listed: " + bound},
		{Kind: scanner.SkipUnlisted, Path: "scan", Reason: "90 places of secrets in 17 further contents are not listed: " + bound},
	}
}

func stagedResult() scanner.Result {
	secret := scanner.NewSecret("S3cretly" + "9x")
	r := result("staged", 1, []scanner.Finding{
		found("config/deploy.yml", 14, `  token: "`, `"`, 0),
		{
			Rule: postgresRule(), Secret: secret, Fingerprint: strings.Repeat("ab", 16),
			Severity: rules.SeverityHigh, Confidence: rules.ConfidenceHigh,
			Reasons: []string{"random (1 in 10^9)", "not a placeholder"},
			Excerpt: excerptOf(`const dsn = "postgres://app:`, secret, `@db.internal/app"`),
			Places:  []scanner.Place{at("src/db.go", 8, 29, 10), at("src/db.go", 20, 3, 10), at("src/db.go", 31, 5, 10)},
			Blocks:  true,
		},
		password("test/fixture.ini", 3, "Zk29dkQ0"),
	})
	r.Summary.Suppressed = 3
	return r
}

func subdirectoryResult() scanner.Result {
	return result("staged", 1, []scanner.Finding{
		found("other/a.yml", 1, "t: ", "", 4),
		found("src/b.yml", 2, "t: ", "", 5),
		found("src/deep/c.yml", 3, "t: ", "", 6),
		found("src/deep/er/d.yml", 4, "t: ", "", 7),
	})
}

func manyResult(n int) scanner.Result {
	findings := make([]scanner.Finding, n)
	for i := range findings {
		f := found(fmt.Sprintf("dir%03d/file.env", i), i+1, "TOKEN=", "", 100+i)
		if i%5 == 4 {
			f.Rule, f.Severity = postgresRule(), rules.SeverityHigh
		}
		if i%10 == 7 {
			f.Rule, f.Severity, f.Confidence, f.Blocks = genericRule(), rules.SeverityMedium, rules.ConfidenceLow, false
		}
		findings[i] = f
	}
	return result("staged", 1, findings)
}

func skippedResult() scanner.Result {
	skips := []scanner.Skip{{
		Path: strings.Repeat("e69de29b", 5), Reason: "missing (shallow clone)", Hint: "run: git fetch --unshallow",
	}}
	for i := range 12 {
		skips = append(skips, scanner.Skip{Path: fmt.Sprintf("data/%02d.bin", i), Reason: "read: input/output error"})
	}
	r := result("history", 3, nil, skips...)
	r.Summary.Blobs, r.Summary.Bytes, r.Summary.Elapsed = 20_100, 5_300_000_000, 3100*time.Millisecond
	return r
}

// oddNames are path names that a terminal, a shell, git, JSON or a URI takes for something else.
func oddNames() []string {
	return []string{
		"\x1b[31mred\x1b[0m", "\xff\xfe.bin", "-rf", ":(top)a", "a\nb", "a\"b\\c", "a*b?[c]", "c:d/e#f?g%20", "caf\u00e9.txt",
		"dollar$(id)`id`", "it's", "nel\u0085csi\u009b31m", "rtl\u202egpj.exe", "tab\there", " space ", "\u65e5\u672c/\u8a9e.txt", "~root", "zero\u200bwidth",
	}
}

func oddNamesResult() scanner.Result {
	var findings []scanner.Finding
	for i, name := range oddNames() {
		f := found(name, 1, "x = ", "", 200+i)
		f.Reasons = []string{"decoded from \x1b]0;title\x07 base64\r\n", "a < b && c > d"}
		findings = append(findings, f)
	}
	r := result("staged", 1, findings,
		scanner.Skip{Path: "evil\x1b[2J\n", Reason: "open evil\x1b[2J: denied\u202e", Hint: "chmod +r 'evil\x1b[2J'"},
		scanner.Skip{Path: "\xc3\x28", Reason: "not \xff a file"})
	r.Summary.Root = "dir\x1b[1m"
	return r
}

func wideResult() scanner.Result {
	wide := found("日本語.txt", 7, "パスワード = 「", "」 ; 終わり", 8)
	wide.Reasons = []string{"checksum holds", "issued for account 6096…", "decoded from base64"}
	combining := found("a.txt", 123456, "e\u0301e\u0301 ", strings.Repeat(" tail", 40), 9)
	long := found("b.txt", 1, strings.Repeat("head ", 40), strings.Repeat(" tail", 40), 10)
	return result("dir", 1, []scanner.Finding{wide, combining, long})
}

func pathNameResult() scanner.Result {
	secret := token(11)
	path := "keys/" + secret.Reveal() + ".txt"
	named := found(path, 1, "", "", 11)
	named.Places[0].Kind = scanner.KindPathName
	named.Places[0].Column, named.Places[0].EndColumn = 6, 46
	named.Excerpt = excerptOf("keys/", secret, ".txt")
	inside := found(path, 2, "other: ", "", 12)
	inside.Reasons = []string{"stands in " + path}
	return result("staged", 1, []scanner.Finding{named, inside}, scanner.Skip{
		Path: path + "/sub", Reason: "open " + path + ": denied", Hint: "chmod +r " + path,
	})
}

func commitsResult() scanner.Result {
	date := time.Date(2025, 10, 6, 12, 0, 0, 0, time.FixedZone("", -7200))
	origin := func(p scanner.Place, kind scanner.Kind, commit string) scanner.Place {
		p.Kind, p.Commit, p.Author, p.Date = kind, strings.Repeat(commit, 40), "A. Author <a@example.com>", date
		return p
	}
	file := found("deploy/prod.env", 3, "TOKEN=", "", 13)
	file.Places = nil
	for i, commit := range []string{"a", "b", "c", "d", "e", "f", "0", "1", "2"} {
		file.Places = append(file.Places, origin(at("deploy/prod.env", 3+i, 7, 40), scanner.KindFile, commit))
	}
	message := found("", 5, "see ", "", 14)
	message.Places = []scanner.Place{origin(at("", 5, 5, 40), scanner.KindCommitMessage, "d")}
	tag := found("v1.2", 2, "", " inside", 15)
	tag.Places = []scanner.Place{origin(at("v1.2", 2, 1, 40), scanner.KindTagMessage, "e")}
	return result("range", 1, []scanner.Finding{message, file, tag})
}

func privateKeyResult() scanner.Result {
	text := "-----BEGIN RSA " + "PRIVATE KEY-----\n" + strings.Repeat("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2\n", 25) +
		"-----END RSA " + "PRIVATE KEY-----"
	f := found("id_rsa", 1, "", "", 16)
	f.Secret = scanner.NewSecret(text)
	f.Rule = &rules.Rule{ID: "private-key-rsa", Description: "Private key (RSA, unencrypted)", Confidence: rules.ConfidenceHigh, Severity: rules.SeverityHigh}
	f.Severity, f.Check, f.Reasons = rules.SeverityHigh, "", []string{"not encrypted"}
	f.Excerpt = excerptOf("", f.Secret, "")
	f.Places[0].EndLine, f.Places[0].EndColumn = 27, 30
	return result("dir", 1, []scanner.Finding{f})
}

func unusedResult() scanner.Result {
	r := result("staged", 1, []scanner.Finding{found("a.txt", 1, "", "", 17)})
	r.Unused = []scanner.Place{at("b.txt", 4, 10, 30), at("c\n.txt", 5, 1, 30)}
	r.Unused[0].Problem = "names an unknown rule, github-pat-clasic"
	return r
}
