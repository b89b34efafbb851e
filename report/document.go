package report

import (
	"encoding/base64"
	"time"
	"unicode/utf8"

	"github.com/keysieve/keysieve/scanner"
)

// shapeVersion is the version of the JSON shapes in schema.json. New keys do
// not change it; a key that goes or changes its meaning does.
const shapeVersion = 1

// The types below are the JSON shapes of schema.json, in the order in which
// the keys are written. Every key is always there, but path_bytes and exposure.

type jsonSummary struct {
	Command    string `json:"command"`
	Root       string `json:"root"`
	Version    string `json:"version"`
	Started    string `json:"started"` // RFC 3339, UTC
	ElapsedMS  int64  `json:"elapsed_ms"`
	Blobs      int64  `json:"blobs"`
	Bytes      int64  `json:"bytes"`
	Rules      int    `json:"rules"`
	Findings   int    `json:"findings"`
	Blocking   int    `json:"blocking"`
	Suppressed int    `json:"suppressed"`
	Excluded   int64  `json:"excluded"`
	Skipped    int    `json:"skipped"`
	Objects    int64  `json:"objects"`
	Commits    int64  `json:"commits"`
	Cached     int64  `json:"cached"`
	Shallow    bool   `json:"shallow"`
	// Interrupted is about every command, the four before it about histories.
	Interrupted bool `json:"interrupted"`
	ExitCode    int  `json:"exit_code"`
}

type jsonFinding struct {
	Rule        string      `json:"rule"`
	Description string      `json:"description"`
	Provider    string      `json:"provider"`
	Severity    string      `json:"severity"`
	Confidence  string      `json:"confidence"`
	Blocking    bool        `json:"blocking"`
	Secret      string      `json:"secret"` // masked
	Fingerprint string      `json:"fingerprint"`
	Check       string      `json:"check"`
	Reasons     []string    `json:"reasons"`
	Remedy      string      `json:"remedy"`
	Docs        string      `json:"docs"`
	Parts       []jsonPart  `json:"parts"`
	Excerpt     jsonExcerpt `json:"excerpt"`
	Places      []jsonPlace `json:"places"`
	// Exposure is there in a history only.
	Exposure *jsonExposure `json:"exposure,omitempty"`
}

type jsonExcerpt struct {
	Text  string `json:"text"`
	Start int    `json:"start"`
	End   int    `json:"end"`
}

type jsonPlace struct {
	Kind      string `json:"kind"`
	Path      string `json:"path"`
	PathBytes string `json:"path_bytes,omitempty"` // base64, where the path is not UTF-8
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"end_line"`
	EndColumn int    `json:"end_column"`
	Commit    string `json:"commit"`
	Author    string `json:"author"`
	Date      string `json:"date"` // RFC 3339, UTC
	Problem   string `json:"problem,omitempty"`
}

type jsonSkip struct {
	Kind      string `json:"kind"`
	Path      string `json:"path"`
	PathBytes string `json:"path_bytes,omitempty"`
	Reason    string `json:"reason"`
	Hint      string `json:"hint"`
}

// documenter turns parts of a Result into their JSON shapes, secrets masked.
type documenter struct{ *redactor }

func (d documenter) summary(result scanner.Result) jsonSummary {
	s := result.Summary
	return jsonSummary{
		Command: s.Command, Root: d.text(s.Root), Version: s.Version,
		Started: timestamp(s.Started), ElapsedMS: s.Elapsed.Milliseconds(),
		Blobs: s.Blobs, Bytes: s.Bytes, Rules: s.Rules,
		Findings: s.Findings, Blocking: s.Blocking, Suppressed: s.Suppressed, Excluded: s.Excluded, Skipped: s.Skipped,
		Objects: s.Objects, Commits: s.Commits, Cached: s.Cached, Shallow: s.Shallow, Interrupted: s.Interrupted,
		ExitCode: result.ExitCode,
	}
}

func (d documenter) finding(f *scanner.Finding) jsonFinding {
	excerpt := d.excerpt(f.Excerpt)
	places := make([]jsonPlace, len(f.Places))
	for i, p := range f.Places {
		places[i] = d.place(p)
	}
	return jsonFinding{
		Rule: f.Rule.ID, Description: f.Rule.Description, Provider: f.Rule.Provider,
		Severity: f.Severity.String(), Confidence: f.Confidence.String(), Blocking: f.Blocks,
		Secret: f.Secret.String(), Fingerprint: f.Fingerprint,
		Check: d.text(f.Check), Reasons: d.texts(f.Reasons), Remedy: f.Rule.Remedy, Docs: f.Rule.Docs,
		Parts:   d.parts(f),
		Excerpt: jsonExcerpt{Text: excerpt.Text, Start: excerpt.Start, End: excerpt.End},
		Places:  places, Exposure: d.exposure(f.Exposure),
	}
}

func (d documenter) place(p scanner.Place) jsonPlace {
	path := d.text(p.Path)
	return jsonPlace{
		Kind: p.Kind.String(), Path: path, PathBytes: pathBytes(path),
		Line: p.Line, Column: p.Column, EndLine: p.EndLine, EndColumn: p.EndColumn,
		Commit: p.Commit, Author: d.text(p.Author), Date: timestamp(p.Date),
		Problem: d.text(p.Problem),
	}
}

func (d documenter) skip(s scanner.Skip) jsonSkip {
	path := d.text(s.Path)
	return jsonSkip{Kind: s.Kind.String(), Path: path, PathBytes: pathBytes(path), Reason: d.text(s.Reason), Hint: d.text(s.Hint)}
}

// pathBytes returns the bytes of a path that JSON can not hold, as base64, and
// nothing for a path that it can: a JSON string is Unicode text, so the path
// itself shows U+FFFD for each byte that is none.
func pathBytes(path string) string {
	if utf8.ValidString(path) {
		return ""
	}
	return base64.StdEncoding.EncodeToString([]byte(path))
}

// timestamp returns t as RFC 3339 in UTC, in whole seconds or with what
// fraction it has, and an empty string for the zero time.
func timestamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
