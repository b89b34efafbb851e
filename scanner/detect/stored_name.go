package detect

import (
	"bytes"
	"slices"
	"strings"
)

// valueHere stands among the words of a command for the value that it is given.
const valueHere = "\x00"

// storedName returns the name under which a command, a resource or a declaration gives the value at text[s:e) to a store of secrets, and
// nothing where it stands too far away: --name NAME, the first word behind the verb (gh secret set NAME -b …), name = "NAME". Else it is the
// name before the value. What other options say, a vault or an environment, is no name of the secret's.
func storedName(text []byte, loc []int, s, e int, fallback string) string {
	match := text[loc[0]:s]
	if bytes.HasPrefix(match, []byte("--from-literal")) || bytes.Contains(match, []byte("tringData")) || bytes.Contains(match, []byte("tring_data")) {
		words := storedWords(string(match))
		return words[len(words)-1]
	}
	if name, ok := nameInCall(match); ok {
		return name
	}
	before := text[lineStart(text, loc[0], valueReach):loc[0]]
	head := string(before[bytes.LastIndexAny(before, ";|&{}")+1:]) + string(match)
	tail := string(text[e:max(e, lineEnd(text, max(loc[1], e), valueReach))])
	if piped := strings.IndexByte(tail[:min(len(tail), max(loc[1]-e, 0))], '|'); piped >= 0 { // echo … | gh secret set NAME
		head, tail = "", tail[piped+1:]
	}
	if end := strings.IndexAny(tail, ";|&\n"); end >= 0 {
		tail = tail[:end]
	}
	words := append(append(storedWords(head), valueHere), storedWords(tail)...)
	if name := wordBehind(words, "--name", "--secret-id", "-n"); name != "" {
		return name
	}
	if name, ok := objectOfVerb(words); ok {
		return name
	}
	if name := wordBehind(words, "name", "variable", "param", "key", "Name", "Name:"); name != "" {
		return name
	}
	switch fallback {
	case "value", "Value", "data", "Data", "default", "plaintext_value", "secret_text", "secret_data", "secret_data_wo":
		return ""
	}
	if strings.HasPrefix(fallback, "-") {
		return ""
	}
	return fallback
}

// nameInCall returns the name that a call hands to a store of secrets before the value: setSecret("name", …), write(key: 'name', value: …).
func nameInCall(match []byte) (name string, ok bool) {
	if bytes.Contains(match, []byte("ecret_version(")) || bytes.Contains(match, []byte("ecretVersion(")) { // the secret was named before
		return "", true
	}
	if !bytes.Contains(match, []byte("ecret(")) && !bytes.Contains(match, []byte("ecretAsync(")) && !bytes.Contains(match, []byte(".setItem")) && !(bytes.Contains(match, []byte(".write(")) && bytes.Contains(match, []byte("key:"))) {
		return "", false
	}
	words := storedWords(string(match))
	if last := words[len(words)-1]; last == "value" || last == "value:" {
		words = words[:len(words)-1]
	}
	return words[len(words)-1], true
}

// givenByName reports whether a rule knows what a value is by a command or a call in whose own name a word would speak against that:
// mosquitto_pub, set-key-partition-list, addSecretVersion.
func (v value) givenByName() bool {
	if v.generic {
		return false
	}
	for _, name := range [...]string{"set-key-partition-list ", "mosquitto_pub ", "add_secret_version(", "addSecretVersion(", "SecureStore.setItem"} {
		if strings.Contains(v.before, name) {
			return true
		}
	}
	return false
}

// storedWords splits a command or the head of a block into words, without quotation marks and signs between names and values. A colon may stand in a
// name: AzureAd:TenantId.
func storedWords(text string) []string {
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n\\\"'`=,()[]{}", r) })
	return slices.DeleteFunc(words, func(word string) bool { return word == ":" })
}

// wordBehind returns the word behind the first of some that stands among others.
func wordBehind(words []string, marks ...string) string {
	for i, word := range words[:len(words)-1] {
		for _, mark := range marks {
			if word == mark && words[i+1] != valueHere && words[i+1][0] != '-' {
				return words[i+1]
			}
		}
	}
	return ""
}

// objectOfVerb returns the first word behind what a command does with a secret: secret set, secrets create, versions add. Options take the word behind
// them along, but for those that take none.
func objectOfVerb(words []string) (name string, ok bool) {
	for i := 1; i < len(words); i++ {
		if !isStoringVerb(words[i-1], words[i]) {
			continue
		}
		for i++; i < len(words); i++ {
			switch word := words[i]; {
			case word == valueHere:
			case word[0] != '-' && word[0] != '<':
				return word, true
			case word[0] == '-' && !isLoneOption(word):
				i++
			}
		}
		return "", true
	}
	return "", false
}

func isStoringVerb(object, verb string) bool {
	switch verb {
	case "set", "put", "create", "update", "add":
		return object == "secret" || object == "secrets" || object == "user-secrets" || object == "env" || object == "variable" || object == "versions"
	case "insert":
		return object == "pass"
	}
	return false
}

// isLoneOption reports whether an option of such a command takes no word along.
func isLoneOption(word string) bool {
	switch word {
	case "-u", "--user", "--no-store", "-m", "--multiline", "-f", "--force", "--echo", "--masked", "--sensitive", "--no-interactive", "-":
		return true
	}
	return false
}
