package scanner

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strings"

	"github.com/keysieve/keysieve/scanner/detect"
)

// unquoted is a finding that has no excerpt yet.
type unquoted struct {
	finding int // index into findings
	lead    standingMatch
}

// addExcerpts reads the contents in which secrets stand first once more, for their lines: each content once,
// however many secrets stand in it.
func (a *assembly) addExcerpts(ctx context.Context) {
	slices.SortStableFunc(a.unquoted, func(x, y unquoted) int { return compareObjects(x.lead.object, y.lead.object) })
	r := reader{}
	for todo := a.unquoted; len(todo) > 0; {
		object := todo[0].lead.object
		n := 1
		for n < len(todo) && todo[n].lead.object == object {
			n++
		}
		res, _, err := r.detect(ctx, a.detector(), Blob{Size: -1, Open: func() (io.ReadCloser, error) { return a.src.Open(object) }})
		if err == nil { // else: it was readable a moment ago; the findings stand without their lines
			a.quote(todo[:n], &res)
		}
		todo = todo[n:]
	}
}

func compareObjects(a, b Object) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), strings.Compare(a.ID, b.ID), strings.Compare(a.Name, b.Name), strings.Compare(a.Path, b.Path))
}

// quote adds excerpts of one content.
func (a *assembly) quote(todo []unquoted, res *detect.Result) {
	type spot struct {
		rule, line, column int
		secret             string // of one encoded run there may be several at one place
	}
	at := make(map[spot]*detect.Match, len(res.Matches))
	for i := range res.Matches {
		m := &res.Matches[i]
		at[spot{m.Rule, m.Line, m.Column, m.Secret}] = m
	}
	var quotes quoter
	for _, u := range todo {
		lead := u.lead.match
		if m := at[spot{lead.Rule, lead.Line, lead.Column, lead.Secret}]; m != nil {
			a.findings[u.finding].Excerpt = quotes.excerpt(m, res.Known)
		}
	}
}
