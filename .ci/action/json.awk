# Reads a JSON document (RFC 8259) on standard input and prints the strings, numbers and booleans at
# the places that WANT in the environment names: JSON Pointers (RFC 6901) with blanks between, for
# example WANT="/after /repository/default_branch". A line for each, in the order of the document:
#
#	POINTER<tab>VALUE
#
# Nothing is printed for null and for what is not there. Control characters and lone surrogates keep
# their escape, so that a value is one line. Exit status 1: this is no complete document.
#
# awk, since it is wherever bash is; jq and node are not on every runner of one's own. It reads
# linearly, a quotation mark at a time: records stand outside and inside of strings by turns, and one
# that ends with an odd number of backslashes goes on. Run it with LC_ALL=C: bytes are what counts.

BEGIN {
	RS = "\""
	n = split(ENVIRON["WANT"], wanted, " ")
	for (i = 1; i <= n; i++) asked[wanted[i]] = 1
	depth = inside = bad = started = 0
	literal = text = key = ""
	hex = "0123456789abcdef"
}

inside {
	text = text $0
	if (match($0, /\\+$/) && RLENGTH % 2) {
		text = text "\""
		next
	}
	inside = 0
	string(text)
	next
}

{
	structure($0)
	inside = 1
	text = ""
}

END {
	if (bad || depth || !started) exit 1
}

# structure reads what stands outside of strings.
function structure(s,   i, c) {
	gsub(/[ \t\r\n]+/, "", s)
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (c == "{" || c == "[") {
			if (depth == 0 && started) bad = 1
			started = 1
			here = place()
			depth++
			prefix[depth] = here
			closes[depth] = c == "{" ? "}" : "]"
			count[depth] = 0
			named[depth] = 0
		} else if (c == "}" || c == "]") {
			scalar()
			if (depth == 0 || closes[depth] != c) bad = 1
			else depth--
		} else if (c == ",") {
			scalar()
			count[depth]++
			named[depth] = 0
		} else if (c == ":") {
			named[depth] = 1
		} else {
			literal = literal c
		}
	}
	scalar()
}

# place is the pointer of the value that begins here.
function place() {
	if (depth == 0) return ""
	return prefix[depth] "/" (closes[depth] == "}" ? name[depth] : count[depth])
}

# scalar ends a number, true, false or null.
function scalar() {
	if (literal == "") return
	if (depth == 0 || literal !~ /^(true|false|null|-?[0-9][0-9.eE+-]*)$/) bad = 1
	else if (literal != "null" && (place() in asked)) print place() "\t" literal
	literal = ""
}

# string takes a string: a name, or a value.
function string(s) {
	if (depth == 0 || s ~ /[\r\n\t]/) {
		bad = 1
	} else if (closes[depth] == "}" && !named[depth]) {
		s = decoded(s)
		gsub(/~/, "~0", s)
		gsub(/\//, "~1", s)
		name[depth] = s
	} else if (place() in asked) {
		print place() "\t" decoded(s)
	}
}

# decoded resolves escapes.
function decoded(s,   out, i, c, code, low) {
	out = ""
	while (i = index(s, "\\")) {
		out = out substr(s, 1, i - 1)
		c = substr(s, i + 1, 1)
		if (c != "u") {
			out = out (c ~ /[bfnrt]/ ? "\\" c : c)
			s = substr(s, i + 2)
			continue
		}
		code = number(substr(s, i + 2, 4))
		if (code < 0) bad = 1
		if (code >= 55296 && code < 56320 && substr(s, i + 6, 2) == "\\u") {
			low = number(substr(s, i + 8, 4))
			if (low >= 56320 && low < 57344) {
				code = 65536 + (code - 55296) * 1024 + low - 56320
				s = substr(s, 7)
			}
		}
		if (code < 32 || (code >= 55296 && code < 57344)) out = out substr(s, i, 6)
		else out = out utf8(code)
		s = substr(s, i + 6)
	}
	return out s
}

# number reads four hexadecimal digits; -1: they are none.
function number(digits,   i, d, value) {
	value = 0
	for (i = 1; i <= 4; i++) {
		d = index(hex, tolower(substr(digits, i, 1)))
		if (d == 0 || length(digits) < 4) return -1
		value = value * 16 + d - 1
	}
	return value
}

# utf8 encodes a code point.
function utf8(code) {
	if (code < 128) return sprintf("%c", code)
	if (code < 2048) return sprintf("%c%c", 192 + int(code / 64), 128 + code % 64)
	if (code < 65536) return sprintf("%c%c%c", 224 + int(code / 4096), 128 + int(code / 64) % 64, 128 + code % 64)
	return sprintf("%c%c%c%c", 240 + int(code / 262144), 128 + int(code / 4096) % 64, 128 + int(code / 64) % 64, 128 + code % 64)
}
