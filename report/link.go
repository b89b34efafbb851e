package report

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/keysieve/keysieve/scanner"
)

// repositoryURL returns an absolute URL of a repository without what may be secret in it:
// a clone URL may carry a token.
func repositoryURL(text string) (string, bool) {
	u, err := url.Parse(text)
	if err != nil || !u.IsAbs() || u.Host == "" {
		return "", false
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String(), true
}

// web is where the pages of a repository are.
type web struct {
	base    string // without a slash at the end; empty: nowhere
	blob    string // between base and revision
	line    string // the fragment for a line
	history string // between base and a commit's id
}

// webOf finds the pages of a repository from the URL that it is cloned from. The forms are those of the hosts'
// own pages; a host that is not known has GitHub's, which GitLab and GitHub Enterprise understand.
func webOf(repository string) web {
	// git@host:path is how git writes ssh://git@host/path (git-clone(1)).
	if m := regexp.MustCompile(`^(?:[\w.-]+@)?([\w.-]+\.[\w.-]+):([^/].*)$`).FindStringSubmatch(repository); m != nil {
		repository = "https://" + m[1] + "/" + m[2]
	}
	u, err := url.Parse(repository)
	if err != nil || u.Hostname() == "" {
		return web{}
	}
	switch u.Scheme {
	case "https", "http":
	case "ssh", "git", "git+ssh":
		u.Scheme, u.Host = "https", u.Hostname() // the port is not that of the pages
	default:
		return web{}
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	base := strings.TrimSuffix(strings.TrimRight(u.String(), "/"), ".git")
	host := strings.ToLower(u.Hostname())
	switch {
	case strings.Contains(host, "gitlab"):
		return web{base, "/-/blob/", "#L%d", "/-/commit/"}
	case strings.Contains(host, "bitbucket"):
		return web{base, "/src/", "#lines-%d", "/commits/"}
	case strings.Contains(host, "gitea"), strings.Contains(host, "forgejo"), strings.Contains(host, "codeberg"):
		return web{base, "/src/commit/", "#L%d", "/commit/"}
	}
	return web{base, "/blob/", "#L%d", "/commit/"}
}

// place returns the address of a place in the commit that it stands in, or in revision, and false
// where no page shows it. Everything but unreserved characters is percent-encoded.
func (w web) place(place scanner.Place, revision string, redact *redactor) (string, bool) {
	if place.Commit != "" {
		revision = place.Commit
	}
	if w.base == "" || revision == "" || !inTree(place, redact) {
		return "", false
	}
	address := w.base + w.blob + percentEncoded(revision) + "/" + percentEncoded(place.Path)
	if place.Kind == scanner.KindFile && place.Line > 0 {
		address += fmt.Sprintf(w.line, place.Line)
	}
	return address, true
}

// commit returns the address of a commit's page.
func (w web) commit(id string) (string, bool) {
	if w.base == "" || !isObjectID(id) {
		return "", false
	}
	return w.base + w.history + id, true
}
