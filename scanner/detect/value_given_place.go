package detect

import "strings"

// isMember reports whether the word "password" is a member or an argument named so, alone on its line among others: password: "password",.
// In a file of properties it is under a name of several parts.
func (v value) isMember(lower string) bool {
	if lower == "password" && v.before == v.name+"=" && strings.Contains(v.name, ".") && strings.Trim(v.after, " \t\r") == "" { // spring.security.user.password=password
		return true
	}
	return lower == "password" && v.text == lower && v.quote != 0 && v.ownsLine() && !v.isPairOfText() && (strings.EqualFold(v.name, "password") || isSettingName(v.name) && v.spacedEquals())
}

// isSettingsLine is inSettingsLine without what assigns to members of objects: name = word.
func (v value) isSettingsLine() bool {
	if name, ok := strings.CutSuffix(v.before, " = "); ok {
		return name == v.name && !strings.Contains(name, ".") && isWordOnly(v.text) && len(v.text) > 4 && !isWord(v.text) && !saysPassword(v.text) && strings.Trim(v.after, " \t\r") == ""
	}
	if name, ok := strings.CutSuffix(v.before, "= "); ok {
		return strings.Contains(v.name, ".") && strings.TrimLeft(name, " \t") == v.name && strings.Trim(v.after, " \t\r") == ""
	}
	return v.inSettingsLine()
}

// isNamedCall reports whether a text ends in the opening bracket of a call that is named password and nothing else: .password(, PASSWORD(.
func isNamedCall(head string) bool {
	name := strings.TrimRight(head[:len(head)-1], alphanumerics+"_")
	return strings.EqualFold(head[len(name):], "password(")
}

// isEntry reports whether a value is the second argument of a call that enters a name with its value, of which the first is the password's
// name: define('DB_PASSWORD', 'value'), props.put("password", "value").
func (v value) isEntry() bool {
	head := strings.TrimRight(strings.TrimSuffix(v.before, string(v.quote)), " \t,")
	head = strings.TrimRight(strings.TrimSuffix(strings.TrimRight(head, "\"'"), v.name), "\"'")
	if strings.HasSuffix(head, "( ") { // define( 'NAME', 'value' )
		head = head[:len(head)-1]
	}
	if v.quote != 0 && strings.HasSuffix(head, ", ") && strings.HasSuffix(v.before, string(v.quote)) { // Map.of("name", "joe", "password", "value")
		call := strings.ToLower(v.call())
		return call == "map.of" || strings.HasSuffix(call, ".map.of")
	}
	if !strings.HasSuffix(head, "(") || v.quote == 0 || !strings.HasPrefix(strings.TrimLeft(strings.TrimPrefix(v.after, string(v.quote)), " "), ")") {
		return false
	}
	switch strings.ToLower(callee(head)) {
	case "define", "put", "set", "setproperty", "add", "append", "with", "withenv", "param", "setenv", "setattribute", "addparameter", "keyvaluepair", "put_env":
		return true
	}
	return false
}

// signsIn reports whether a value is an argument of a call that signs in, makes a user, types into a form or hashes: one that looks made for it,
// behind a name that does not stand for any.
func (v value) signsIn(lower string) bool {
	call := v.call()
	if call == "" || !saysPassword(lower) && !hasDigit(lower) && !isAccountWord(lower) {
		return false
	}
	if hashesPassword(call) || typesPassword(call, v.before) || strings.HasSuffix(strings.TrimRight(v.before, "\"'"), "asswordEncoder().encode(") {
		return true
	}
	connects := connectsWithPassword(call)
	if !connects && !callTakesPassword(call) {
		return false
	}
	rest, ok := strings.CutSuffix(strings.TrimRight(strings.TrimSuffix(v.before, string(v.quote)), " \t"), string(v.quote)+",")
	if !ok || v.quote == 0 {
		return false
	}
	first := rest[strings.LastIndexByte(rest, v.quote)+1:]
	switch strings.ToLower(first) {
	case "access", "key", "id", "code", "text", "clientid", "client-id", "client_id":
		return false
	}
	return len(first) > 1 && !isStandIn(first) && (first != v.text || connects) && !describesPassword(lower) && !asksForText(strings.ToLower(first)) && !describesSecret(lower)
}

// connectsWithPassword reports whether a call connects to a database, with a user's name and a password as its second and third arguments.
func connectsWithPassword(call string) bool {
	switch foldName(call) {
	case "mysqliconnect", "mysqlconnect", "mysqli", "pdo", "drivermanagergetconnection":
		return true
	}
	return false
}

// behindOptionWord reports whether a value stands behind an option of a program and a blank: --password value, -p value. A word of prose may
// stand there as well.
func (v value) behindOptionWord(lower string) bool {
	head := strings.TrimRight(v.before, "\"'")
	option := strings.TrimRight(head, " \t")
	if option == head || option == "" {
		return false
	}
	option = option[strings.LastIndexAny(option, " \t\"'([")+1:]
	if len(option) < 2 || option[0] != '-' {
		return false
	}
	return v.quote != 0 || hasDigit(lower) && len(lower) > 5 || isWordOnly(lower) && (isAccountWord(lower) || len(option) == 2 && !isWord(lower)) || saysPassword(lower) && (!isFieldWord(lower) || len(lower) > len("password") && !isFormWord(strings.TrimSuffix(lower, "password"))) && strings.Trim(lower, "abcdefghijklmnopqrstuvwxyz-_") == ""
}

// inElement reports whether a value is the text of an XML element that is called a password, and of nothing else: <dbPassword>value</.
func (v value) inElement() bool {
	tag, ok := strings.CutSuffix(v.before, ">")
	if !ok || v.quote != 0 || !strings.HasPrefix(v.after, "</") {
		return false
	}
	tag = tag[strings.LastIndexByte(tag, '<')+1:]
	name, attributes, _ := strings.Cut(tag, " ") // <wsse:Password Type="PasswordText">value</
	return (name == v.name || strings.HasSuffix(name, ":"+v.name)) && !strings.Contains(attributes, ">")
}

// opensURL is isGivenPassword for what stands between a user's name and a host in a URL: whatever it is, unless the user's name stands
// for any name, or the password for any credential, or the host for any host.
func (v value) opensURL(lower string) bool {
	if lower != v.text && v.text == strings.ToUpper(v.text) || strings.Contains(v.text, "%") || isNumber(lower) {
		return false
	}
	user, _ := v.repeatsUser()
	if head := strings.TrimSuffix(v.before, user+":"); strings.HasSuffix(head, "$") || strings.Contains(user, "%") {
		return false
	}
	folded := strings.ToLower(user)
	if user == "" && strings.HasSuffix(v.before, "://:") { // redis://:value@host
		return !describesPassword(lower) && !describesSecret(lower) && !strings.Contains(lower, "key") && !strings.Contains(lower, "token") && !v.atAnyHost()
	}
	if user == "" || isStandIn(strings.TrimPrefix(foldName(plainSpelling(folded)), "my")) || asksForText(folded) || v.atAnyHost() {
		return false
	}
	for _, word := range [...]string{"client", "token", "key", "sid", "secret", "api", "id"} { // accountSid:authToken
		if strings.HasSuffix(folded, word) || strings.HasSuffix(lower, word) && lower != "secret" && !strings.Contains(lower, "-") {
			return false
		}
	}
	return !strings.Contains(folded, "api")
}

// isFixed reports whether nothing but text stands in the place of a value: an environment variable, a list of names and values, what a
// program falls back to, an option, an argument of SQL, the value of an entry whose name stands on another line.
func (v value) isFixed() bool {
	return v.fallback || v.identifies() || v.behindUser() || v.behindOption() || v.setsEnvironment() || v.behindLongOption() ||
		isUpperName(v.name) && strings.Contains(v.name, "_") && strings.HasSuffix(strings.TrimRight(v.before, " \t\"'"), "value:") ||
		v.name == "PASSWORD" && strings.TrimLeft(strings.TrimRight(v.before, "\"'"), " \t-") == "PASSWORD=" || v.name == "userPassword" && v.before == "userPassword: "
}

// behindLongOption reports whether a value stands behind an option of a program that takes a password, or an expression that defines a
// property: --admin-password=value, -Dsecret.key=value.
func (v value) behindLongOption() bool {
	if !strings.HasPrefix(v.name, "-") {
		return strings.HasSuffix(v.before, " --set "+v.name+"=") || strings.HasSuffix(v.before, " --set-string "+v.name+"=") || strings.HasSuffix(v.before, " --build-arg "+v.name+"=")
	}
	before, ok := strings.CutSuffix(strings.TrimRight(v.before, "\"'"), v.name+"=")
	return ok && (before == "" || strings.IndexByte(" \t\"'", before[len(before)-1]) >= 0)
}

// isSettingName reports whether a name is written as settings are and members of objects are not: with a dot, a dash or an underscore.
func isSettingName(name string) bool { return strings.ContainsAny(strings.Trim(name, "._-"), "_-.") }

// isPairOfText reports whether a value belongs to a name in quotation marks, or one that is joined to it by an arrow: "password": "value",
// password => 'value'.
func (v value) isPairOfText() bool {
	head := strings.TrimRight(strings.TrimSuffix(v.before, string(v.quote)), " \t")
	for _, operator := range [...]string{"=>", ":"} {
		if name, ok := strings.CutSuffix(head, operator); ok {
			name = strings.TrimRight(name, " \t")
			return operator == "=>" || name != "" && strings.IndexByte("\"'", name[len(name)-1]) >= 0 && !strings.Contains(name, " ? ")
		}
	}
	return false
}

// spacedEquals reports whether a value is assigned as in programs: name = "value".
func (v value) spacedEquals() bool {
	head := strings.TrimSuffix(v.before, string(v.quote))
	return strings.HasSuffix(head, "= ")
}

// isCompared reports whether a value is what a password is compared with.
func (v value) isCompared() bool {
	head := strings.TrimRight(strings.TrimSuffix(v.before, string(v.quote)), " \t")
	return strings.HasSuffix(head, "==") || strings.HasSuffix(head, "!=") || strings.HasSuffix(head, "(") && compares(v.name[strings.LastIndexByte(v.name, '.')+1:])
}

// ownsLine reports whether nothing but a name stands before a value in its line, and nothing but a comma or a comment behind it.
func (v value) ownsLine() bool {
	after := strings.TrimLeft(strings.TrimPrefix(v.after, string(v.quote)), " \t\r,;")
	if after != "" && after[0] != '#' && !strings.HasPrefix(after, "//") {
		return false
	}
	head := strings.TrimRight(strings.TrimSuffix(v.before, string(v.quote)), " \t=:>")
	head = strings.Trim(strings.TrimLeft(head, " \t-#"), "\"'")
	return head == v.name
}
