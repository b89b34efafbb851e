// Command keysieve keeps secrets out of Git: it checks what is about to be
// committed, what commits and pushes add, what a history and a directory hold and
// what a stream gives.
//
// A call goes through four steps, each in files of its own. app.go builds the
// tree of commands, one file each. A command reads its raw flags (flags.go) and
// resolves them into a plan in which everything is validated and every file
// that will be written is known to be writable (plan.go, output.go). scan.go
// hands a source to the engine and the result to the reports. exit.go turns
// whatever went wrong into a message and an exit code, and nothing else does.
package main

import (
	"os"
	"runtime/debug"
)

// gcPercent lets the heap grow to five times what is live before it is
// collected: a check of a commit is over before the first collection, and what is
// live in the largest scans is a few dozen megabytes.
const gcPercent = 400

func main() {
	debug.SetGCPercent(gcPercent)
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
