package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// standardOutput is what an output's file is called when it is none.
const standardOutput = "-"

// An output is one report and where it goes.
type output struct {
	format string
	file   string // as the user named it; "-" is standard output
}

// resolveOutputs reads --format and --report.
func resolveOutputs(f *scanFlags) ([]output, error) {
	var outputs []output
	known := formatNames()
	if !slices.Contains(known, f.format) {
		return nil, unknown("format", f.format, known)
	}
	for _, text := range f.reports {
		format, file, ok := strings.Cut(text, "=")
		switch {
		case !ok || file == "":
			return nil, &usageError{
				fmt.Sprintf("flag --report: %q is not FORMAT=FILE", text), "for example --report sarif=keysieve.sarif; formats: " + joined(known),
			}
		case format == "":
			return nil, &usageError{fmt.Sprintf("flag --report: %q names no format", text), "for example --report sarif=keysieve.sarif; formats: " + joined(known)}
		case !slices.Contains(known, format):
			return nil, unknown("format", format, known)
		}
		for _, other := range outputs {
			if other.file == file || (file != standardOutput && filepath.Clean(other.file) == filepath.Clean(file)) {
				return nil, &usageError{message: fmt.Sprintf("flag --report: two reports to %s", file)}
			}
		}
		outputs = append(outputs, output{format, file})
	}
	taken := slices.ContainsFunc(outputs, func(o output) bool { return o.file == standardOutput })
	switch {
	case f.quiet && taken:
		return nil, &usageError{message: "flag --quiet excludes a --report to standard output"}
	case taken && f.format != defaultFormat:
		return nil, &usageError{message: "flags --format and --report both write to standard output"}
	case !taken && !f.quiet:
		outputs = append(outputs, output{f.format, standardOutput})
	}
	return outputs, nil
}

// checkOutputs makes sure, before anything is scanned, that every report can be written, to a file of its own, and
// to none of those that are scanned because they were named.
func checkOutputs(outputs []output, named []string) error {
	var errs []error
	seen := make(map[string]string)
	for _, o := range outputs {
		if err := o.check(); err != nil {
			errs = append(errs, err)
			continue
		}
		d, err := destinationOf(o.file)
		if o.file == standardOutput || err != nil || d.direct {
			continue
		}
		path := wholePath(d.path)
		if other, taken := seen[path]; taken {
			errs = append(errs, &usageError{message: fmt.Sprintf("flag --report: %s and %s are the same file", other, o.file)})
		}
		seen[path] = o.file
		for _, name := range named {
			if wholePath(name) == path {
				errs = append(errs, &usageError{
					fmt.Sprintf("flag --report: %s is to be scanned: the report would overwrite it", o.file), "name another file for the report",
				})
			}
		}
	}
	return errors.Join(errs...)
}

// wholePath is a path that is the same however the file is named: absolute, without links as far as it is there.
func wholePath(path string) string {
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	if direct, err := filepath.EvalSymlinks(path); err == nil {
		return direct
	}
	return filepath.Join(resolved(filepath.Dir(path)), filepath.Base(path))
}

// check makes sure, before anything is scanned, that the file can be written.
func (o output) check() error {
	if o.file == standardOutput {
		return nil
	}
	d, err := destinationOf(o.file)
	if err == nil {
		err = d.check()
	}
	if err != nil {
		return &usageError{message: fmt.Sprintf("cannot write the report %s: %v", o.file, cause(err))}
	}
	return nil
}

// A destination is where a report's bytes end up.
type destination struct {
	path   string
	mode   fs.FileMode // of the file that is there; 0: there is none
	direct bool        // a device or pipe: written as it is, not replaced
}

// destinationOf looks what stands at the path. A link is followed, so that
// the file is replaced and not the link.
func destinationOf(path string) (destination, error) {
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		path = resolved
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return destination{path: path}, nil
	case err != nil:
		return destination{}, err
	case info.IsDir():
		return destination{}, errors.New("it is a directory")
	case !info.Mode().IsRegular():
		return destination{path: path, direct: true}, nil
	}
	return destination{path: path, mode: info.Mode().Perm()}, nil
}

// check tries what write will do, and leaves nothing behind: a file left in the
// directory would be scanned with it.
func (d destination) check() error {
	if d.direct {
		return nil // opening a pipe would wait for its reader
	}
	if d.mode != 0 {
		file, err := os.OpenFile(d.path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		if err := file.Close(); err != nil {
			return err
		}
	}
	file, err := d.temporary()
	if err != nil {
		return err
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}

// temporary creates a new file beside the destination, with the permissions
// that a new file has.
func (d destination) temporary() (*os.File, error) {
	for i := range 100 {
		name := fmt.Sprintf("%s.%d-%d.tmp", d.path, os.Getpid(), i)
		file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) {
			return file, err
		}
	}
	return nil, fmt.Errorf("no free name for a temporary file beside %s", d.path)
}

// readerInterval is how often a pipe is asked whether somebody reads it.
const readerInterval = 50 * time.Millisecond

// open opens a device or a pipe. A pipe is waited for until somebody reads it, or the context ends.
func (d destination) open(ctx context.Context) (*os.File, error) {
	for {
		file, err := os.OpenFile(d.path, os.O_WRONLY|syscall.O_NONBLOCK, 0)
		if !errors.Is(err, syscall.ENXIO) {
			return file, err
		}
		select {
		case <-ctx.Done():
			return nil, errors.New("nobody reads this pipe")
		case <-time.After(readerInterval):
		}
	}
}

// write hands write a writer and puts what it wrote in the destination's place,
// whole or not at all.
func (d destination) write(ctx context.Context, write func(io.Writer) error) (err error) {
	if d.direct {
		file, err := d.open(ctx)
		if err != nil {
			return err
		}
		return errors.Join(write(file), file.Close())
	}
	file, err := d.temporary()
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = file.Close()           // closed already where that is what failed
			_ = os.Remove(file.Name()) // renamed already or not: nothing more can be done
		}
	}()
	buffered := bufio.NewWriterSize(file, 1<<16)
	if err := write(buffered); err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return err
	}
	if d.mode != 0 {
		if err := file.Chmod(d.mode); err != nil {
			return err
		}
	}
	if err := file.Close(); err != nil {
		return err
	}
	return os.Rename(file.Name(), d.path)
}
