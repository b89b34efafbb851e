package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
)

// historyCases are results of audits of histories.
func historyCases() []testCase {
	all := exposures()
	few := history(1, all[:3])
	few.Summary.Suppressed = 2
	shallow := history(3, nil, scanner.Skip{Path: "shallow", Reason: "history ends before its first commits", Hint: "run: git fetch --unshallow"})
	shallow.Summary.Shallow = true
	boundary := history(1, exposures()[:2], shallow.Skipped...)
	boundary.Summary.Shallow = true
	for i := range boundary.Findings {
		boundary.Findings[i].Exposure.AtBoundary = true
	}
	unread := history(3, nil,
		scanner.Skip{Path: strings.Repeat("9fceb02d", 5), Reason: "inflate: corrupt data at pack-1b2c.pack offset 88201"},
		scanner.Skip{Path: strings.Repeat("e69de29b", 5), Reason: "missing (partial clone)", Hint: "run: git fetch --refetch"})
	unread.Summary.Objects, unread.Summary.Commits = 20_113, 0
	cut := history(1, all[2:3], scanner.Skip{Path: "scan", Reason: "interrupted: what had not been read by then is missing"})
	cut.Summary.Interrupted = true
	quiet := history(3, nil)
	quiet.Summary.Interrupted, quiet.Summary.Shallow = true, true
	cached := history(0, nil)
	cached.Summary.Cached, cached.Summary.Commits = 400_000, 0
	return []testCase{
		{"history", Options{}, few},
		{"history-every-kind", Options{Prefix: "deploy"}, history(1, all)},
		{"history-shallow", Options{}, shallow},
		{"history-boundary", Options{}, boundary},
		{"history-unread", Options{}, unread},
		{"history-interrupted", Options{}, cut},
		{"history-cut-off", Options{}, quiet},
		{"history-cached", Options{}, cached},
	}
}

func history(exit int, findings []scanner.Finding, skipped ...scanner.Skip) scanner.Result {
	r := result("history", exit, findings, skipped...)
	r.Summary.Blobs, r.Summary.Objects, r.Summary.Commits = 271_000, 407_061, 81_966
	r.Summary.Bytes, r.Summary.Elapsed = 5_300_000_000, 3100*time.Millisecond
	return r
}

func commitOf(digit string, day int, author, subject string) *scanner.Commit {
	return &scanner.Commit{
		ID: strings.Repeat(digit, 40), Author: author, Subject: subject,
		Date: time.Date(2025, 10, day, 12, 0, 0, 0, time.UTC),
	}
}

// in gives places the commit that brought them.
func in(c *scanner.Commit, p scanner.Place) scanner.Place {
	p.Commit, p.Author, p.Date = c.ID, c.Author, c.Date
	return p
}

func reaches(kind scanner.RefKind, tip bool, names ...string) []scanner.Reach {
	var refs []scanner.Reach
	for _, name := range names {
		refs = append(refs, scanner.Reach{Name: name, Kind: kind, Tip: tip})
	}
	return refs
}

func refs(lists ...[]scanner.Reach) []scanner.Reach {
	var all []scanner.Reach
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}

// exposures has a secret in every kind of place and reach.
func exposures() []scanner.Finding {
	const author = "A. Author <a@example.com>"
	added, copied := commitOf("a", 6, author, "Deploy with a key"), commitOf("b", 20, "B. Other <b@example.com>", "Copy")
	kept := found("deploy/prod.env", 3, `TOKEN="`, `"`, 300)
	kept.Reasons = []string{"checksum holds", "issued for account 6096…"}
	kept.Places = []scanner.Place{
		in(copied, at("a/copy.env", 1, 1, 40)), in(added, at("deploy/prod.env", 3, 8, 40)), in(copied, at("deploy/prod.env", 4, 8, 40)),
		in(copied, at("old/1.env", 1, 1, 40)), in(copied, at("old/2.env", 1, 1, 40)), in(copied, at("old/3.env", 1, 1, 40)),
	}
	kept.Exposure = &scanner.Exposure{
		First: added, Last: copied, Commits: 12, Blobs: 4, InHead: true, Days: 412,
		Refs: refs(reaches(scanner.RefHead, true, "HEAD"), reaches(scanner.RefBranch, true, "main", "dev", "a", "b"),
			reaches(scanner.RefRemote, true, "origin/main"), reaches(scanner.RefTag, false, "v0.9")),
	}

	removed := found("src/db.go", 8, `dsn := "`, `"`, 301)
	removed.Rule, removed.Severity = postgresRule(), rules.SeverityHigh
	brought := commitOf("c", 1, "\x1b[31mEvil\x1b[0m "+removed.Secret.Reveal()+" <e@example.com>", "set "+removed.Secret.Reveal()+"\x1b[2J")
	removed.Places = []scanner.Place{in(brought, at("src/db.go", 8, 9, 40))}
	removed.Exposure = &scanner.Exposure{
		First: brought, Last: brought, Removed: commitOf("d", 4, author, "Remove it"), Commits: 3, Blobs: 1, Days: 53,
		Refs: refs(reaches(scanner.RefHead, false, "HEAD"), reaches(scanner.RefBranch, false, "main"), reaches(scanner.RefTag, true, "v1.2", "v1.3")),
	}

	stash := commitOf("e", 9, author, "WIP on main")
	stashed := found("notes.txt", 1, "", "", 302)
	stashed.Places = []scanner.Place{in(stash, at("notes.txt", 1, 1, 40))}
	stashed.Exposure = &scanner.Exposure{First: stash, Last: stash, Commits: 1, Blobs: 1, Days: 3, Refs: reaches(scanner.RefStash, true, "stash@{0}")}
	return append([]scanner.Finding{kept, removed, stashed}, rareExposures()...)
}

func rareExposures() []scanner.Finding {
	const author = "A. Author <a@example.com>"
	dangling := found(strings.Repeat("9fceb02d", 5), 7, "key: ", "", 303)
	dangling.Exposure = &scanner.Exposure{Blobs: 1, Refs: []scanner.Reach{}}

	said := commitOf("f", 12, author, "")
	message := found("", 1, "use ", "", 304)
	said.Subject = "use " + message.Secret.Reveal()
	inMessage, inTag := at("", 1, 5, 40), at("v2\n.0", 3, 1, 40)
	inMessage.Kind, inTag.Kind = scanner.KindCommitMessage, scanner.KindTagMessage
	message.Places = []scanner.Place{in(said, inMessage), in(said, inTag)}
	message.Exposure = &scanner.Exposure{
		First: said, Last: said, Commits: 1, Days: 9,
		Refs: refs(reaches(scanner.RefBranch, true, "dev"), reaches(scanner.RefRemote, true, "origin/dev", "origin/"+message.Secret.Reveal(), "fork/dev", "fork/x")),
	}

	named := found("", 1, "keys/", ".txt", 305)
	name := at("keys/"+named.Secret.Reveal()+".txt", 1, 6, 40)
	name.Kind = scanner.KindPathName
	made := commitOf("0", 2, author, "Add "+named.Secret.Reveal()+".txt")
	named.Places = []scanner.Place{in(made, name)}
	named.Exposure = &scanner.Exposure{
		First: made, Last: made, Removed: commitOf("1", 2, author, "Rename"), Commits: 2, Days: 1,
		Refs: refs(reaches(scanner.RefHead, false, "HEAD"), reaches(scanner.RefBranch, false, "main")),
	}

	weak := password("test/fixture.ini", 3, "Zk29dkQ0")
	weak.Places[0] = in(commitOf("2", 3, author, "Password is "+weak.Secret.Reveal()), weak.Places[0])
	weak.Exposure = &scanner.Exposure{
		First: commitOf("2", 3, author, "Password is "+weak.Secret.Reveal()), Commits: 1, Blobs: 1, InHead: true, Days: 1,
		Refs: refs(reaches(scanner.RefHead, true, "HEAD")),
	}
	weak.Exposure.Last = weak.Exposure.First

	unknown := found("lost.txt", 2, "", "", 306)
	unknown.Places[0].Commit = ""
	return []scanner.Finding{dangling, message, named, weak, unknown}
}

// manyExposures has n secrets of every standing in turn.
func manyExposures(n int) scanner.Result {
	r := manyResult(n)
	r.Summary.Command, r.Summary.Commits = "history", 12_345
	for i := range r.Findings {
		f := &r.Findings[i]
		c := commitOf("a", 1+i%28, "A. Author <a@example.com>", fmt.Sprint("commit ", i))
		f.Places[0] = in(c, f.Places[0])
		f.Exposure = &scanner.Exposure{First: c, Last: c, Commits: 1 + i%3, Days: 1 + i, InHead: i%5 == 0}
		if i%5 > 1 {
			f.Exposure.Refs = reaches(scanner.RefKind(i%7), i%2 == 0, "r")
		}
	}
	return r
}
