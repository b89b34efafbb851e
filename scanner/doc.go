// Package scanner holds keysieve's vocabulary and its concurrent engine.
//
// The vocabulary: a Source yields Blobs, each with the Origins where it stands;
// the engine reads them, and package detect finds matches in the bytes; a match at
// an origin is a Finding with Places; what could not be read is a Skip; a Sink
// receives the Result. A secret's text lives in a Secret, which prints masked.
//
// A History yields contents that are made of each other, each once, to Examiners, which hand
// what one scan knows on to the next. Where something was found, it says afterwards since when, at
// which places and what still reaches it: the Exposure of a Finding, which is then one secret.
//
// Concurrency: the source yields in the goroutine that called Scan. Blobs go in
// batches over a channel to as many workers as Options ask for; a worker reads,
// detects and assembles findings on its own and adds them to the collection
// under a lock. When the channel is drained the result is sorted, so that it does
// not depend on who was first. A cancelled context stops the source and makes
// the workers drain the channel unread; the result then says that it is incomplete.
//
// ScanHistory starts no goroutines: those of the History call Examiners, each its own. What is found
// is collected under a lock and sorted before it is put together, since nobody knows which content comes first.
package scanner
