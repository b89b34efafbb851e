package detect

import "strings"

// force is how far an objection to a value goes.
type force uint8

const (
	// silent: there is no objection.
	silent force = iota
	// doubts: a word in the name, a position or a shape speaks against a credential, but the value is so random that nobody
	// wrote it for anything else. It counts with low confidence.
	doubts
	// settles: the value is none, or no more random than words, so that the objection is enough.
	settles
)

// objections are what speaks against a value before its randomness is known, from the cheapest to the dearest.
// Randomness is asked for only where an objection is raised that a random value outweighs. word says that the objection is to
// the word that the value is: a password that many have is one all the same.
var objections = [...]struct {
	reason string
	word   bool
	force  func(value) force
}{
	{reasonConstant, true, func(v value) force { return settlesIf(isConstant(v.text)) }},
	{"encrypted or a hash", false, protectedForce},
	{"a template", false, templateForce},
	{reasonReference, true, referenceForce},
	{reasonPlaceholder, true, placeholderForce},
	{reasonNameAgain, true, func(v value) force { return settlesIf(echoesName(v)) }},
	{"the name speaks of something else", false, nameForce},
}

func settlesIf(raised bool) force {
	if raised {
		return settles
	}
	return silent
}

// unless gives the force of an objection that was raised: it settles the matter, unless the value outweighs it.
func unless(outweighed bool) force {
	if outweighed {
		return doubts
	}
	return settles
}

// surelyDrawn reports whether a text of at least that many bytes is so random that what stands around it does not explain it.
func surelyDrawn(text string, least int) bool {
	return len(text) >= least && !strings.Contains(text, " ") && randomness(text) >= sureKey
}

// drawnNotDigest is surelyDrawn for a text that has not the form of a digest or a UUID either: those are
// random and secret to nobody, and stand wherever something is named, counted or compared.
func drawnNotDigest(text string, least int) bool {
	return len(text) >= least && !isDigest(text) && !isUUID(text) && surelyDrawn(text, least)
}

// isDigest reports whether a text has the form of a digest: as many hexadecimal digits as MD5 and the SHA families give, or their
// bytes in base64 with its padding.
func isDigest(text string) bool {
	switch len(text) {
	case 32, 40, 56, 64, 96, 128:
		if isHex(text) {
			return true
		}
	}
	switch body := len(strings.TrimRight(text, "=")); len(text) {
	case 24, 88: // MD5, SHA-512
		return body == len(text)-2 && isBase64(text)
	case 28, 44: // SHA-1, SHA-256
		return body == len(text)-1 && isBase64(text)
	}
	return false
}

// isCiphertext reports whether a text has the form in which a hash or what was encrypted is kept: at least 16 bytes, a block of AES, in
// hexadecimal digits or base64.
func isCiphertext(text string) bool {
	return len(text) >= 32 && isHex(text) || len(text) >= 22 && isBase64(text)
}

// isBase64 reports whether a text is made of what base64 is written with, in the standard or the URL alphabet, padded or not.
func isBase64(text string) bool {
	body := unpadded(text)
	for i := 0; i < len(body); i++ {
		if !isAlphanumeric(body[i]) && strings.IndexByte("+/-_", body[i]) < 0 {
			return false
		}
	}
	return body != ""
}

// protectedForce objects to what was encrypted or hashed, and with less force to what only begins with a word that says so.
func protectedForce(v value) force {
	if isProtected(v.text) {
		return settles
	}
	for _, start := range protectedWords {
		if rest, ok := strings.CutPrefix(v.text, start); ok {
			return unless(surelyDrawn(v.text, leastKey) || surelyDrawn(rest, leastKey-2))
		}
	}
	return silent
}

// templateForce objects to what holds a place to be filled in.
func templateForce(v value) force {
	if !isTemplate(v.text) {
		return silent
	}
	return unless(isTemplateByChance(v))
}

// isTemplateByChance reports whether the marks of a template in a value are characters of a random text: brackets around it, the
// beginning of an expression that never ends, one format verb at an end.
func isTemplateByChance(v value) bool {
	text := v.text
	switch first, last := text[0], text[len(text)-1]; {
	case first == '<' && last == '>', first == '[' && last == ']', first == '(' && last == ')':
		inner := text[1 : len(text)-1]
		return !strings.ContainsAny(inner, "<>[](){}$%") && drawnNotDigest(inner, leastKey)
	case first == '$', first == '{' && last == '}', first == '%' && last == '%', first == '@' && last == '@', strings.HasPrefix(text, "__"):
		return false
	}
	rest := text
	for _, pair := range [...][2]string{{"${", "}"}, {"$(", ")"}, {"{{", "}}"}, {"<%", "%>"}, {"#{", "}"}} {
		head, tail, ok := strings.Cut(text, pair[0])
		if !ok {
			continue
		}
		if strings.Contains(tail, pair[1]) || strings.Contains(v.after, pair[1]) {
			return false
		}
		rest = head + tail
	}
	if len(rest) == len(text) {
		if strings.Count(text, "%") != 1 {
			return false
		}
		for _, verb := range [...]string{"%s", "%d", "%v", "%q", "%x"} {
			rest = strings.TrimSuffix(strings.TrimPrefix(rest, verb), verb)
		}
	}
	return len(rest) < len(text) && hasDigit(rest) && drawnNotDigest(rest, leastKey)
}

// referenceForce objects to what says where the credential is.
func referenceForce(v value) force {
	if !isReference(v) {
		return silent
	}
	return unless(isReferenceByChance(v))
}

// isReferenceByChance reports whether a value is a random text with a dot in it, before which or behind which stands what ends a
// file's name (.key, .io) or begins an expression (data.): all its other parts are one, which has capitals, small letters
// and digits, as the names of hosts and members have not.
func isReferenceByChance(v value) bool {
	if v.quote == 0 && !v.literally() || strings.ContainsAny(v.text, "/\\()[]{}$ :@,;'\"") || strings.Contains(v.text, "..") {
		return false
	}
	if head, tail, ok := strings.Cut(v.text, "."); ok && strings.Count(v.text, ".") <= 2 {
		if rest, last, ok := strings.Cut(tail, "."); ok { // prod.secrets.…
			head, tail = rest, last
		}
		part := head
		if len(tail) > len(head) {
			part = tail
		}
		return mixes(part) && drawnNotDigest(part, 2*leastKey)
	}
	return false
}

// placeholderForce objects to what only marks the place of a credential. A password that was dressed up is judged later.
func placeholderForce(v value) force {
	if !isPlaceholder(v.text) || !v.key && isDressed(v.text) {
		return silent
	}
	return unless(isPlaceholderByChance(v.text))
}

// marksByChance are the marks of placeholders so short that a random text holds one of them now and then.
var marksByChance = [...]string{"xxxx", "aaaaaa", "todo", "fixme", "lorem", "dummy", "11111111", "00000000", "-here", "_here"}

// isPlaceholderByChance reports whether nothing but one of the shortest marks makes a placeholder of a value, and what stands
// around it is random all the same.
func isPlaceholderByChance(text string) bool {
	lower := strings.ToLower(text)
	if len(lower) < 3*leastKey || len(lower) != len(text) {
		return false
	}
	for _, mark := range marksByChance {
		at := strings.Index(lower, mark)
		if at < 0 {
			continue
		}
		end := at + len(mark)
		if mark[0] == mark[1] && end < len(lower) && lower[end] == mark[0] {
			return false // a longer run is a mask
		}
		rest := text[:at] + text[end:]
		return !isPlaceholder(rest) && surelyDrawn(rest, 2*leastKey)
	}
	return false
}
