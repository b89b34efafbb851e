package report

import "github.com/keysieve/keysieve/scanner"

// measure is a number that says how much was scanned, under the name that it has in JSON.
type measure struct {
	name  string
	value int64
}

// measures lists what formats that have room for it say of a scan besides its findings; those of a history where there is one.
func measures(s scanner.Summary) []measure {
	list := []measure{
		{"blobs", s.Blobs}, {"bytes", s.Bytes}, {"rules", int64(s.Rules)}, {"elapsed_ms", s.Elapsed.Milliseconds()},
		{"suppressed", int64(s.Suppressed)}, {"excluded", s.Excluded},
	}
	if s.Objects > 0 {
		list = append(list, measure{"objects", s.Objects}, measure{"commits", s.Commits}, measure{"cached", s.Cached})
	}
	return list
}
