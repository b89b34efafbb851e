// Package rules holds what secrets look like: rules, the packs they come in and
// the sets that scans run on.
//
// A pack is a TOML file; DecodePack reads it strictly and reports every mistake
// with its line. NewSet merges packs in order into a Set, in which each id
// stands once, every regex has been validated and its Shape is known, and which
// compiles a rule's regexes when the first candidate asks for them. A Config is
// a .keysieve.toml (or a gitleaks configuration): which packs to use and what to
// change in them; its Set method does the merging.
//
// The built-in packs are kept twice: as TOML (packs/*.toml, read by
// BuiltinPacks for everything that shows or tests rules) and in a compact form
// with each rule's Shape already derived (builtin.bin, read by Builtin for
// scans), since decoding TOML alone would cost more than a whole staged check.
//
// Everything here is a value or immutable once built. A Set is safe for
// concurrent use: what it compiles on demand is guarded by a sync.Once each.
package rules
