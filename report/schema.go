package report

import (
	_ "embed"
	"slices"
)

//go:embed schema.json
var schema []byte

// Schema returns the JSON Schema (draft 2020-12) of the json format's document;
// its anchor "line" is the schema of a line of the jsonl format. The bytes are the caller's own.
func Schema() []byte { return slices.Clone(schema) }
