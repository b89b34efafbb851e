package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"
)

// hookMark is how a hook is known to be keysieve's. It stays the same for ever.
const hookMark = "# keysieve-hook: "

// sumMark begins the line with the checksum of the rest, by which it is noticed that somebody changed the hook.
const sumMark = "# keysieve-sum: "

// scriptEnd is the last line of a hook, of every version. What stands below it somebody else wrote.
const scriptEnd = "\nexit $status\n"

// hookScript is the hook, for any POSIX shell. It fails closed: without
// keysieve nothing passes.
//
// The hook that was there before runs first, since it may change what is staged
// (formatters do); what keysieve then checks is what will be committed. What git says
// on standard input is read once, for both.
const hookScript = `#!/bin/sh
` + hookMark + `%[1]s
` + sumMark + `
# Written by "keysieve hook install"; "keysieve hook uninstall" removes it.
# %[5]s

case $0 in
*/*) hooks=${0%%/*} ;;
*) hooks=. ;;
esac
%[6]s
# The hook that was here before, unless it is that of the pre-commit program and runs this one.
former="$hooks/%[2]s"
if [ -x "$former" ] && { [ -z "${PRE_COMMIT_RUNNING_LEGACY-}" ] || ! grep -q '%[9]s' "$former"; }; then
	%[7]s"$former" "$@" || exit $?
fi

keysieve=%[3]s
if [ ! -x "$keysieve" ]; then
	there=$keysieve
	keysieve=$(command -v keysieve) || {
%[10]s		printf '%%s\n' "keysieve: not found, neither at $there nor in PATH: nothing was checked, so this is refused" \
			"  install keysieve or remove this hook ($0)" >&2
		printf '  %%s\n' %[8]s >&2
		exit 1
	}
fi
%[4]s
status=$?
if [ $status -ne 0 ]; then
	printf '  %%s\n' %[8]s >&2
fi` + scriptEnd

// readInput is the part of a hook that keeps its standard input, to the last newline.
const readInput = `
# What git says on standard input, for the former hook and for keysieve.
input=$(cat && printf .) || exit 1
input=${input%.}
`

// skipWithout is the part of a client's hook that heeds KEYSIEVE_SKIP where there is no keysieve to do so.
const skipWithout = `		case ${KEYSIEVE_SKIP-} in
		*[![:space:]]*)
			printf '%s\n' "keysieve: nothing was checked: KEYSIEVE_SKIP is set" \
				"  it could not be noted, since keysieve was not found, neither at $there nor in PATH" >&2
			exit 0
			;;
		esac
`

// script makes the text of the hook.
func (h hookFile) script(binary string) string {
	read, feed, skip := "", "", ""
	if h.kind.stdin {
		read, feed = readInput, `printf '%s' "$input" | `
	}
	if h.kind.client {
		skip = skipWithout
	}
	text := fmt.Sprintf(hookScript, h.kind.name, h.chainedName(), shellQuote(filepath.ToSlash(binary)), h.kind.run,
		h.kind.bypass, read, feed, shellQuote(h.kind.bypass), preCommitMark, skip)
	return strings.Replace(text, sumMark, sumMark+scriptSum(text), 1)
}

// scriptSum is the checksum of a hook whose line for it is empty.
func scriptSum(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// edited tells what of a hook of keysieve's somebody else wrote: text below its end, or a change in it. Hooks of
// versions that wrote no checksum are asked for the text below alone.
func edited(script string) (lines string, changed bool) {
	if i := strings.LastIndex(script, scriptEnd); i >= 0 {
		if lines = strings.TrimSpace(script[i+len(scriptEnd):]); lines != "" {
			return lines, true
		}
	}
	_, rest, ok := strings.Cut(script, "\n"+sumMark)
	if !ok {
		return "", false
	}
	sum, _, _ := strings.Cut(rest, "\n")
	return "", sum != "" && sum != scriptSum(strings.Replace(script, sumMark+sum, sumMark, 1))
}

// shellQuote quotes a text for a POSIX shell.
func shellQuote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
