package scanner

import (
	"context"
	"errors"
	"io"
	"slices"

	"github.com/keysieve/keysieve/scanner/detect"
)

// before is what stood at an origin before.
type before struct {
	known   map[string]bool // identities of secrets
	crowded []int           // of what Before gives, those that hold more secrets than are kept
	moved   bool            // one of these stood elsewhere, where other rules may count
}

// secretsBefore returns the secrets that stood at an origin before, or in the file that
// was renamed to it: of that, those that counted where it stood.
func (e *engine) secretsBefore(ctx context.Context, w *reader, b Blob, origin Origin) (before, error) {
	earlier, err := b.Before(ctx, origin)
	if err != nil {
		return before{}, err
	}
	was := before{known: make(map[string]bool)}
	for i, old := range earlier {
		moved := len(old.Origins) > 0 && old.Origins[0].Path != origin.Path
		if moved && e.opts.Policy.Excludes(old.Origins[0].Path, false) {
			continue
		}
		res, _, err := w.detect(ctx, e.detector(), old)
		if err != nil {
			return before{}, err
		}
		if res.Left > 0 {
			was.crowded, was.moved = append(was.crowded, i), was.moved || moved
		}
		silent := map[string]bool{}
		if moved {
			for _, m := range res.Matches {
				silent[identity(m.Secret)] = true
			}
			for _, m := range e.counting(old.Origins[0], res.Matches) {
				delete(silent, identity(m.Secret))
			}
		}
		for _, k := range res.Known {
			if secret := identity(k.Secret); !silent[secret] {
				was.known[secret] = true
			}
		}
	}
	return was, nil
}

// tellApart drops, of matches whose secrets are not known from before, those that stood there all the same, where that holds
// more secrets than are kept: what stands in it as it is is no news. Of encoded text, and of a file that was
// renamed, it is not known: such matches block nothing, and are a Skip. All others are new.
func (e *engine) tellApart(ctx context.Context, b Blob, origin Origin, was before, matches []detect.Match) ([]detect.Match, error) {
	if len(was.crowded) == 0 || len(matches) == 0 {
		return matches, nil
	}
	stood, err := stoodBefore(ctx, b, origin, was, matches)
	if err != nil {
		return matches, err
	}
	doubtful := 0
	kept := slices.DeleteFunc(matches, func(m detect.Match) bool {
		here := stood[identity(m.Secret)]
		doubt := len(m.Encodings) > 0 && !here || was.moved && here
		if doubt {
			doubtful++
		}
		return doubt || here
	})
	if doubtful > 0 {
		e.skip(Skip{
			Kind: SkipUnlisted, Path: origin.name(),
			Reason: unlistedPlaces(doubtful, false, "place", "in it") + ": what stood here before holds more than are kept of one content, and whether these are new is not known",
		})
	}
	return kept, nil
}

// stoodBefore returns the identities of secrets of matches whose text stands in what was crowded before, whatever ended its
// lines there.
func stoodBefore(ctx context.Context, b Blob, origin Origin, was before, matches []detect.Match) (map[string]bool, error) {
	stood := make(map[string]bool)
	earlier, err := b.Before(ctx, origin) // each is opened once at most
	if err != nil {
		return nil, err
	}
	var texts []string
	for k := range matches {
		texts = appendLineEnds(texts, matches[k].Secret)
	}
	slices.Sort(texts)
	texts = slices.Compact(texts)
	for _, i := range was.crowded {
		if i >= len(earlier) {
			return nil, errors.New("it has changed meanwhile")
		}
		finder := detect.NewFinder(texts)
		if err := feed(ctx, earlier[i], finder); err != nil {
			return nil, err
		}
		for k, found := range finder.Close() {
			if found {
				stood[identity(texts[k])] = true
			}
		}
	}
	return stood, nil
}

// feed writes a content to a finder.
func feed(ctx context.Context, b Blob, finder *detect.Finder) error {
	opened, err := b.Open()
	if err != nil {
		return err
	}
	defer opened.Close() // only read from
	piece := make([]byte, 64<<10)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := opened.Read(piece)
		finder.Write(piece[:n])
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
