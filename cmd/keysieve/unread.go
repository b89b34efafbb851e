package main

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/keysieve/keysieve/report"
	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/git"
	"github.com/keysieve/keysieve/scanner/source"
)

// reportUnread writes the reports of a scan that could read nothing, because of an error of the repository. Who waits for
// a report is not to take a former one for it, or none for a clean one. The error is returned: exit says it, so
// that no text on standard output has to.
func (a *app) reportUnread(ctx context.Context, p *plan, s scan, err error) error {
	if !isUnreadable(err) || a.onlySays(p.outputs) {
		return err
	}
	skip := scanner.Skip{Path: unreadName(s.root, err), Reason: err.Error(), Hint: scanner.HintOf(err)}
	result, failed := scanner.Scan(ctx, unreadSource{skip}, scanner.Options{
		Set: p.set, Workers: 1, Command: s.command, Root: a.rootName(s.root), Version: version(),
	})
	if failed != nil {
		return errors.Join(err, failed)
	}
	return a.writeBesides(ctx, p.outputs, a.reportOptions(p, s, result), result, err)
}

// onlySays tells that nothing but text for standard output was asked for.
func (a *app) onlySays(outputs []output) bool {
	for _, o := range outputs {
		if o.format != defaultFormat || o.file != standardOutput {
			return false
		}
	}
	return true
}

// writeBesides writes the reports but for text on standard output, in whose place said is.
func (a *app) writeBesides(ctx context.Context, outputs []output, options report.Options, result scanner.Result, said error) error {
	failed := []error{said}
	for _, o := range outputs {
		if o.format == defaultFormat && o.file == standardOutput {
			continue
		}
		if err := a.write(ctx, o, options, result); err != nil {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// An unreadSource is one of which nothing can be read.
type unreadSource struct{ skip scanner.Skip }

// Blobs yields nothing. See scanner.Source.
func (s unreadSource) Blobs(_ context.Context, _ func(scanner.Blob) error, skip func(scanner.Skip)) error {
	skip(s.skip)
	return nil
}

// unreadName names what an error is about: a file as a path from the root where it lies there, an object by its id.
func unreadName(root string, err error) string {
	var index *git.IndexError
	var file *git.UnreadableError
	var missing *git.MissingError
	var corrupt *git.CorruptError
	var path *fs.PathError
	name := ""
	switch {
	case errors.Is(err, errClosed):
		return source.StdinPath
	case errors.As(err, &index):
		name = index.Path
	case errors.As(err, &file):
		name = file.Path
	case errors.As(err, &missing):
		return missing.ID.String()
	case errors.As(err, &corrupt):
		return corrupt.ID.String()
	case errors.As(err, &path):
		name = path.Path
	}
	if relative, err := filepath.Rel(root, name); err == nil && filepath.IsLocal(relative) {
		name = relative
	}
	return filepath.ToSlash(name)
}

// reportSkipped writes the reports of a check that somebody went without: they name no finding and say why.
func (a *app) reportSkipped(ctx context.Context, f *scanFlags, command, root, reason string) error {
	outputs, err := resolveOutputs(f)
	if err != nil || a.onlySays(outputs) {
		return err
	}
	if err := checkOutputs(outputs, nil); err != nil {
		return err
	}
	result := scanner.Result{
		Summary: scanner.Summary{Command: command, Root: a.rootName(root), Version: version(), Started: time.Now(), Skipped: 1},
		Skipped: []scanner.Skip{{Reason: "nothing was checked: " + reason}},
		Rules:   []*rules.Rule{},
	}
	if err := a.writeBesides(ctx, outputs, a.reportOptions(&plan{outputs: outputs}, scan{root: root}, result), result, nil); err != nil {
		return &incompleteError{scanner.ExitClean, err}
	}
	return nil
}
