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
	"runtime"
	"runtime/debug"
)

// The heap may grow to five times what is live before it is collected: what is live in the largest scans is a few dozen
// megabytes. The first collection, when hardly anything is live, waits until there are 64 MB: most checks of a
// commit or a pull request are over before that.
const (
	gcPercent      = 400
	gcPercentFirst = 1600 // of 4 MB, the least heap
)

// collectLate sets the pace of the garbage collector.
func collectLate() {
	debug.SetGCPercent(gcPercentFirst)
	first := new([64]byte) // garbage: cleaned up in the first collection, or soon behind it
	runtime.AddCleanup(first, func(percent int) { debug.SetGCPercent(percent) }, gcPercent)
}

func main() {
	collectLate()
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
