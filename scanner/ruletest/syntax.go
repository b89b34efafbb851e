package ruletest

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
)

// Syntax is a language or format in which credentials are written: how an entry,
// a name with its value, looks there, and what stands around it.
type Syntax struct {
	Name, File string // "go", and a path that goes with it
	before     string
	entry      string // $N and $V stand for name and value
	between    string // between two entries, beside the line's end
	after      string
	name       func(words []string) string
	value      func(text string) (written string, ok bool) // ok: it can be written
}

// Entry is a name, as lower-case words, with a value.
type Entry struct {
	Words []string
	Value string
}

// Write writes entries in the syntax and says where the first one's value stands.
// It reports false where a value cannot be written there.
func (s *Syntax) Write(entries []Entry) (text string, start, end int, ok bool) {
	var b strings.Builder
	b.WriteString(s.before)
	for i, e := range entries {
		written, ok := s.value(e.Value)
		if !ok {
			return "", 0, 0, false
		}
		if i > 0 {
			b.WriteString(s.between + "\n")
		}
		head, tail, _ := strings.Cut(strings.ReplaceAll(s.entry, "$N", s.name(e.Words)), "$V")
		b.WriteString(head)
		if i == 0 {
			start = b.Len()
			end = start + len(written)
		}
		b.WriteString(written + tail)
	}
	b.WriteString(s.after)
	return b.String(), start, end, true
}

// Syntaxes lists every syntax. A new one is a line here.
func Syntaxes() []Syntax {
	return append(languages(), formats()...)
}

func languages() []Syntax {
	return []Syntax{
		{"go", "internal/client/config.go", "package client\n\nimport \"net/http\"\n\nconst (\n\ttimeout = 30\n", "\t$N = \"$V\"", "", "\n)\n\nfunc New() *http.Client { return nil }\n", camel, quoted},
		{"go-field", "cmd/server/main.go", "package main\n\nfunc main() {\n\tcfg := Config{\n\t\tRetries: 3,\n", "\t\t$N: \"$V\",", "", "\n\t}\n\tcfg.Run()\n}\n", pascal, quoted},
		{"python", "app/settings.py", "import os\n\nDEBUG = False\n", "$N = \"$V\"", "", "\n\nALLOWED_HOSTS = [\"example.org\"]\n", upper, quoted},
		{"python-call", "app/client.py", "def connect():\n    return Client(\n        timeout=30,\n", "        $N='$V',", "", "\n    )\n", snake, singleQuoted},
		{"python-dict", "app/conf.py", "CONFIG = {\n    'debug': True,\n", "    '$N': '$V',", "", "\n}\n", snake, singleQuoted},
		{"javascript", "src/config.js", "const express = require('express');\n\n", "const $N = '$V';", "", "\n\nmodule.exports = {};\n", camel, singleQuoted},
		{"javascript-object", "src/client.js", "module.exports = {\n  retries: 3,\n", "  $N: \"$V\",", "", "\n};\n", camel, quoted},
		{"typescript", "src/environment.ts", "export const environment = {\n  production: false,\n};\n", "export const $N: string = `$V`;", "", "\nexport default environment;\n", camel, backQuoted},
		{"java", "src/main/java/com/acme/Client.java", "package com.acme;\n\npublic final class Client {\n", "    private static final String $N = \"$V\";", "", "\n\n    public void run() {}\n}\n", upper, quoted},
		{"kotlin", "app/src/main/kotlin/Config.kt", "package com.acme\n\nobject Config {\n", "    const val $N = \"$V\"", "", "\n}\n", upper, dollarQuoted},
		{"swift", "Sources/App/Config.swift", "import Foundation\n\nenum Config {\n", "    static let $N = \"$V\"", "", "\n}\n", camel, quoted},
		{"csharp", "src/Settings.cs", "namespace Acme\n{\n    public class Settings\n    {\n", "        public string $N { get; set; } = \"$V\";", "", "\n    }\n}\n", pascal, quoted},
		{"csharp-const", "src/Keys.cs", "namespace Acme;\n\ninternal static class Keys\n{\n", "    private const string $N = @\"$V\";", "", "\n}\n", pascal, plain},
		{"ruby", "config/initializers/client.rb", "# frozen_string_literal: true\n\nClient.configure do |config|\n", "  config.$N = '$V'", "", "\nend\n", snake, singleQuoted},
		{"ruby-hash", "lib/client.rb", "OPTIONS = {\n  retries: 3,\n", "  $N: \"$V\"", ",", "\n}.freeze\n", snake, quoted},
		{"php", "config/app.php", "<?php\n\nreturn [\n    'debug' => false,\n", "    '$N' => '$V',", "", "\n];\n", snake, singleQuoted},
		{"php-define", "wp-config.php", "<?php\n", "define('$N', '$V');", "", "\n$table_prefix = 'wp_';\n", upper, singleQuoted},
		{"rust", "src/config.rs", "use std::time::Duration;\n\n", "pub const $N: &str = \"$V\";", "", "\n\nfn main() {}\n", upper, quoted},
		{"c", "src/config.h", "#ifndef CONFIG_H\n#define CONFIG_H\n\n", "#define $N \"$V\"", "", "\n\n#endif\n", upper, quoted},
		{"c-variable", "src/main.c", "#include <stdio.h>\n\n", "static const char *$N = \"$V\";", "", "\n\nint main(void) { return 0; }\n", snake, quoted},
		{"shell", "deploy.sh", "#!/bin/bash\nset -eu\n\n", "export $N=\"$V\"", "", "\n\n./run \"$@\"\n", upper, shellQuoted},
		{"shell-bare", "scripts/env.sh", "#!/bin/sh\n", "$N=$V", "", "\nexec ./run\n", upper, shellBare},
		{"powershell", "deploy.ps1", "param([switch]$Force)\n\n", "$env:$N = \"$V\"", "", "\nInvoke-Deploy -Force:$Force\n", upper, powershellQuoted},
		{"sql", "db/seed.sql", "BEGIN;\n", "INSERT INTO settings (name, value) VALUES ('$N', '$V');", "", "\nCOMMIT;\n", snake, sqlQuoted},
	}
}

func formats() []Syntax {
	return []Syntax{
		{"dockerfile", "Dockerfile", "FROM alpine:3.20\nWORKDIR /app\n", "ENV $N=$V", "", "\nCMD [\"./run\"]\n", upper, shellBare},
		{"compose", "docker-compose.yml", "services:\n  app:\n    image: acme/app\n    environment:\n", "      - $N=$V", "", "\n    ports:\n      - 80:80\n", upper, yamlBare},
		{"terraform", "main.tf", "provider \"acme\" {\n  region = \"eu\"\n", "  $N = \"$V\"", "", "\n}\n", snake, terraformQuoted},
		{"terraform-variable", "variables.tf", "", "variable \"$N\" {\n  type    = string\n  default = \"$V\"\n}", "", "\n", snake, terraformQuoted},
		{"yaml", "config/app.yml", "app:\n  debug: false\n", "  $N: $V", "", "\nlogging:\n  level: info\n", snake, yamlBare},
		{"yaml-quoted", "values.yaml", "replicas: 2\nconfig:\n", "  $N: \"$V\"", "", "\nservice:\n  port: 80\n", camel, quoted},
		{"kubernetes-env", "deploy/app.yaml", "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: app\n          env:\n", "            - name: $N\n              value: \"$V\"", "", "\n", upper, quoted},
		{"json", "config.json", "{\n  \"debug\": false,\n", "  \"$N\": \"$V\"", ",", "\n}\n", camel, jsonQuoted},
		{"json-line", "appsettings.json", "{\"debug\":false,", "\"$N\":\"$V\"", ",", "}\n", pascal, jsonQuoted},
		{"toml", "config.toml", "[app]\ndebug = false\n", "$N = \"$V\"", "", "\n\n[log]\nlevel = \"info\"\n", snake, quoted},
		{"ini", "app.ini", "[app]\ndebug = 0\n", "$N = $V", "", "\n\n[log]\nlevel = info\n", snake, bare},
		{"properties", "src/main/resources/application.properties", "spring.application.name=acme\n", "$N=$V", "", "\nserver.port=8080\n", dotted, propertiesValue},
		{"dotenv", ".env", "APP_ENV=production\n", "$N=$V", "", "\nLOG_LEVEL=info\n", upper, bare},
		{"dotenv-quoted", ".env.production", "APP_ENV=production\n", "$N=\"$V\"", "", "\nLOG_LEVEL=info\n", upper, shellQuoted},
		{"xml", "app.config", "<?xml version=\"1.0\"?>\n<configuration>\n  <appSettings>\n", "    <add key=\"$N\" value=\"$V\" />", "", "\n  </appSettings>\n</configuration>\n", pascal, xmlValue},
		{"xml-element", "settings.xml", "<settings>\n  <debug>false</debug>\n", "  <$N>$V</$N>", "", "\n</settings>\n", camel, xmlValue},
		{"android", "app/src/main/res/values/strings.xml", "<resources>\n    <string name=\"app_name\">Acme</string>\n", "    <string name=\"$N\">$V</string>", "", "\n</resources>\n", snake, xmlValue},
		{"plist", "App/Info.plist", "<plist version=\"1.0\">\n<dict>\n", "\t<key>$N</key>\n\t<string>$V</string>", "", "\n</dict>\n</plist>\n", pascal, xmlValue},
		{"markdown", "README.md", "# Set-up\n\nExport this first:\n\n```\n", "export $N=$V", "", "\n```\n\nThen run it.\n", upper, shellBare},
		{"markdown-table", "docs/environments.md", "| name | value |\n|---|---|\n", "| $N | `$V` |", "", "\n", upper, cellValue},
		{"csv", "export.csv", "name,value\n", "$N,$V", "", "\n", snake, csvValue},
		{"http", "fixtures/login.http", "POST /v1/items HTTP/1.1\nHost: api.example.org\nAccept: application/json\n", "X-$N: $V", "", "\nContent-Length: 0\n\n", header, bare},
		{"http-recording", "cassettes/login.yml", "interactions:\n- request:\n    method: get\n    uri: https://api.example.org/v1/items\n    headers:\n", "      $N:\n      - $V", "", "\n  response:\n    status: 200\n", header, yamlBare},
	}
}

func joinWords(words []string, separator string, form func(i int, word string) string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = form(i, w)
	}
	return strings.Join(out, separator)
}

func title(word string) string { return strings.ToUpper(word[:1]) + word[1:] }

func asIs(_ int, word string) string    { return word }
func capital(_ int, word string) string { return title(word) }
func inUpper(_ int, word string) string { return strings.ToUpper(word) }
func snake(words []string) string       { return joinWords(words, "_", asIs) }
func upper(words []string) string       { return joinWords(words, "_", inUpper) }
func pascal(words []string) string      { return joinWords(words, "", capital) }
func header(words []string) string      { return joinWords(words, "-", capital) }
func dotted(words []string) string      { return joinWords(words, ".", asIs) }
func camel(words []string) string {
	return joinWords(words, "", func(i int, w string) string {
		if i == 0 {
			return w
		}
		return title(w)
	})
}

// oneLine reports whether a text is printable and in one line.
func oneLine(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r != '\t' && unicode.IsControl(r) })
}

func escaped(text, escape string) (string, bool) {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\\' || strings.ContainsRune(escape, r):
			b.WriteString(`\` + string(r))
		case unicode.IsControl(r):
			return "", false
		default:
			b.WriteRune(r)
		}
	}
	return b.String(), true
}

func quoted(text string) (string, bool)       { return escaped(text, `"`) }
func dollarQuoted(text string) (string, bool) { return escaped(text, `"$`) }
func backQuoted(text string) (string, bool) {
	if strings.Contains(text, "${") {
		return "", false
	}
	if strings.ContainsAny(text, "`\\\n") {
		return escaped(text, "`")
	}
	return text, oneLine(text)
}

func singleQuoted(text string) (string, bool) {
	if strings.Contains(text, "\n") {
		return "", false // it would be two characters in Ruby and PHP
	}
	return escaped(text, `'`)
}

func plain(text string) (string, bool) { return text, oneLine(text) && !strings.Contains(text, `"`) }

func shellQuoted(text string) (string, bool) {
	if !oneLine(text) {
		return "", false
	}
	return escaped(text, "\"$`")
}

func shellBare(text string) (string, bool) {
	return text, oneLine(text) && !strings.ContainsAny(text, " \t\"'$`&|;<>()*?[]{}#!~\\")
}

func powershellQuoted(text string) (string, bool) {
	return text, oneLine(text) && !strings.ContainsAny(text, "\"$`")
}

func sqlQuoted(text string) (string, bool) {
	return strings.ReplaceAll(text, "'", "''"), oneLine(text)
}

func terraformQuoted(text string) (string, bool) {
	if strings.Contains(text, "${") || strings.Contains(text, "%{") {
		return "", false
	}
	return quoted(text)
}

func yamlBare(text string) (string, bool) {
	return text, oneLine(text) && !strings.ContainsAny(text, "\"'{}[]&*#?|<>%@`\t") && !strings.Contains(text, ": ") && !strings.HasPrefix(text, "-") && !strings.HasPrefix(text, "!") && strings.TrimSpace(text) == text
}

func bare(text string) (string, bool) {
	return text, oneLine(text) && strings.TrimSpace(text) == text && !strings.ContainsAny(text, "#;\"'$ ")
}

func propertiesValue(text string) (string, bool) {
	return strings.ReplaceAll(text, `\`, `\\`), oneLine(text) && strings.TrimSpace(text) == text && !strings.Contains(text, "${")
}

func jsonQuoted(text string) (string, bool) {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		return "", false
	}
	written := strings.TrimSuffix(b.String(), "\n")
	return written[1 : len(written)-1], true
}

func xmlValue(text string) (string, bool) {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(text), oneLine(text)
}

func cellValue(text string) (string, bool) {
	return text, oneLine(text) && !strings.ContainsAny(text, "`|")
}

func csvValue(text string) (string, bool) {
	return text, oneLine(text) && !strings.ContainsAny(text, "\",")
}

// String names the syntax.
func (s *Syntax) String() string { return fmt.Sprintf("%s (%s)", s.Name, s.File) }
