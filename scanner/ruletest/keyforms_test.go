package ruletest

import (
	"encoding/base64"
	"fmt"
	"html"
	"strings"
)

// keyForm is a way in which a file holds a private key. It is given the lines of the key's armour.
type keyForm struct {
	name  string
	write func(lines []string) string
}

// each writes every line between the same two texts.
func each(before, after string) func([]string) string {
	return func(lines []string) string { return before + strings.Join(lines, after+before) + after }
}

// list writes the lines in what begins and ends a literal or a statement.
func list(begin, before, between, after, end string) func([]string) string {
	return func(lines []string) string {
		return begin + before + strings.Join(lines, after+between+before) + after + end
	}
}

// numbered writes a number in front of every line.
func numbered(format string) func([]string) string {
	return func(lines []string) string {
		var b strings.Builder
		for i, line := range lines {
			fmt.Fprintf(&b, format, i+1, line)
		}
		return b.String()
	}
}

// asBytes writes the bytes of the armour as numbers, some of them on a line.
func asBytes(format, separator string, perLine int, begin, end string) func([]string) string {
	return func(lines []string) string {
		var b strings.Builder
		b.WriteString(begin)
		for i, c := range []byte(strings.Join(lines, "\n") + "\n") {
			if i > 0 {
				b.WriteString(separator)
			}
			if i%perLine == 0 {
				b.WriteString("\n  ")
			}
			fmt.Fprintf(&b, format, c)
		}
		return b.String() + end
	}
}

func replaced(old, new string, between string) func([]string) string {
	return func(lines []string) string {
		return strings.ReplaceAll(strings.Join(lines, between), old, new)
	}
}

// keyForms are the ways in which programs and files write what has several lines.
func keyForms() []keyForm {
	return []keyForm{
		{"as it is", each("", "\n")},
		{"Visual Basic", list("key = ", `"`, " & vbCrLf & _\n      ", `"`, "\n")},
		{"Visual Basic, vbLf first", list("Dim key As String = ", `"`, " _\n  & vbLf & ", `"`, "\n")},
		{"Visual Basic, appended", list("", `key = key & "`, "", `" & vbNewLine`+"\n", "\n")},
		{"Visual Basic, Chr", list("key = ", `"`, " & Chr(10) & _\n      ", `"`, "\n")},
		{"Visual Basic, ControlChars", list("key = ", `"`, " & ControlChars.CrLf &\n      ", `"`, "\n")},
		{"C#, Environment.NewLine", list("var key = ", `"`, " + Environment.NewLine +\n    ", `"`, ";\n")},
		{"C#, Environment.NewLine first", list("var key = ", `"`, "\n    + Environment.NewLine + ", `"`, ";\n")},
		{"C#, AppendLine", each(`    sb.AppendLine("`, `");`+"\n")},
		{"C#, one chain", list("sb", `.AppendLine("`, "\n  ", `")`, ";\n")},
		{"Java, append", each(`        sb.append("`, `\n");`+"\n")},
		{"Java, append in a chain", list("sb", `.append("`, "\n    ", `\n")`, ";\n")},
		{"Java, append of a character", list("sb", `.append("`, "\n    ", `").append('\n')`, ";\n")},
		{"Java, line separator", list("String k = ", `"`, " + System.lineSeparator() +\n  ", `"`, ";\n")},
		{"Java, a constant", list("String k = ", `"`, " + NL +\n  ", `"`, ";\n")},
		{"Java, joined", list("String k = String.join(\"\\n\",\n", `  "`, ",\n", `"`, ");\n")},
		{"Java, List.of", list("List<String> k = List.of(", `"`, ", ", `"`, ");\n")},
		{"Java, text block", list("String k = \"\"\"\n", "    ", "", "\n", "    \"\"\";\n")},
		{"Java, no line feeds", list("String k = ", `"`, "\n  + ", `"`, ";\n")},
		{"C, literals", list("const char key[] =\n", `"`, "\n", `\n"`, ";\n")},
		{"C, literals indented", list("const char key[] =\n", `    "`, "\n", `\r\n"`, ";\n")},
		{"C, literals on one line", list("const char key[] = ", `"`, " ", `\n"`, ";\n")},
		{"C, macro", list("#define KEY \\\n", `  "`, " \\\n", `\r\n"`, "\n")},
		{"C, macro at column 80", func(lines []string) string {
			var b strings.Builder
			b.WriteString("#define KEY                                                        \\\n")
			for _, l := range lines {
				fmt.Fprintf(&b, "%-75s  \\\n", `"`+l+`\n"`)
			}
			return b.String() + "\n"
		}},
		{"C, continued literal", list(`static const char *k = "`, "", `\n\`+"\n", "", "\";\n")},
		{"C, with comments", list("const char key[] =\n", `"`, " /* next */\n", `\n"`, ";\n")},
		{"C++, raw", list(`auto k = R"(`, "", "\n", "", ")\";\n")},
		{"C++, raw with a name", list(`auto k = R"KEY(`, "", "\n", "", ")KEY\";\n")},
		{"C++, stream", list("out ", `<< "`, "\n    ", `" << std::endl`, ";\n")},
		{"Arduino, PROGMEM", list("const char k[] PROGMEM = R\"EOF(\n", "", "\n", "", "\n)EOF\";\n")},
		{"Arduino, F", list("", `  s += F("`, "\n", `\n");`, "\n")},
		{"Go, raw", list("var key = `", "", "\n", "", "`\n")},
		{"Go, joined", list("var key = ", `"`, " +\n\t", `\n"`, "\n")},
		{"Go, raw and line feeds", list("var key = ", "`", " + \"\\n\" +\n\t", "`", "\n")},
		{"Go, strings.Join", list("var key = strings.Join([]string{\n", "\t\"", "\n", `",`, "\n}, \"\\n\")\n")},
		{"Rust, concat", list("const K: &str = concat!(\n", `    "`, "\n", `\n",`, "\n);\n")},
		{"Rust, concat of line feeds", list("const K: &str = concat!(", `"`, `, "\n", `, `"`, ");\n")},
		{"Rust, raw", list(`const K: &str = r#"`, "", "\n", "", "\"#;\n")},
		{"Rust, push_str", each(`    k.push_str("`, `\n");`+"\n")},
		{"Rust, continued", list(`let k = "`, "", "\\n\\\n    ", "", "\";\n")},
		{"Perl, joined", list("my $k = ", `"`, "\n  . ", `\n"`, ";\n")},
		{"Perl, heredoc", list("my $k = <<'KEY';\n", "", "\n", "", "\nKEY\n")},
		{"Perl, qw", list("my $k = join \"\\n\", (\n", "  '", ",\n", "'", ");\n")},
		{"Perl, appended", each(`$k .= "`, `\n";`+"\n")},
		{"Ruby, list", list("KEY = [", `"`, ", ", `"`, "].join(\"\\n\")\n")},
		{"Ruby, list of lines", list("KEY = [\n", `  '`, ",\n", `'`, "\n].join(\"\\n\")\n")},
		{"Ruby, heredoc", list("KEY = <<~PEM\n", "  ", "\n", "", "\nPEM\n")},
		{"Ruby, appended", each(`key << "`, `\n"`+"\n")},
		{"Ruby, continued", list("KEY = ", `"`, " \\\n  ", `\n"`, "\n")},
		{"Python, list", list("key = \"\\n\".join([\n", "    '", ",\n", "'", "\n])\n")},
		{"Python, brackets", list("key = (\n", "    '", "\n", `\n'`, ")\n")},
		{"Python, bytes", list("key = (", "b'", "\n       ", `\n'`, ")\n")},
		{"Python, three quotes", list(`key = """`, "", "\n", "", "\"\"\"\n")},
		{"Python, three quotes continued", list("key = \"\"\"\\\n", "", "\n", "", "\n\"\"\"\n")},
		{"Python, appended", each(`key += "`, `\n"`+"\n")},
		{"Python, os.linesep", list("key = (", `"`, " + os.linesep +\n       ", `"`, ")\n")},
		{"Python, print", each(`print("`, `", file=f)`+"\n")},
		{"Python, f.write", each(`    f.write('`, `\n')`+"\n")},
		{"PHP, joined", list("$k = ", `"`, " .\n  ", `\n"`, ";\n")},
		{"PHP, PHP_EOL", list("$k = ", `'`, " . PHP_EOL .\n  ", `'`, ";\n")},
		{"PHP, appended", each(`$k .= '`, `' . PHP_EOL;`+"\n")},
		{"PHP, heredoc", list("$k = <<<EOD\n", "", "\n", "", "\nEOD;\n")},
		{"PHP, implode", list("$k = implode(\"\\n\", array(\n", "  '", "\n", "',", "\n));\n")},
		{"JavaScript, joined", list("const k = ", `'`, " +\n  ", `\n'`, ";\n")},
		{"JavaScript, list", list("const k = [\n", `  '`, ",\n", `'`, "\n].join('\\n');\n")},
		{"JavaScript, template", list("const k = `", "", "\n", "", "`;\n")},
		{"JavaScript, continued", list("const k = '", "", "\\n\\\n", "", "';\n")},
		{"JavaScript, push", each(`lines.push('`, `');`+"\n")},
		{"JavaScript, concat", list("const k = ''", `.concat('`, "\n  ", `\n')`, ";\n")},
		{"Swift", list("let k = \"\"\"\n", "    ", "\n", "", "\n    \"\"\"\n")},
		{"Kotlin", list("val k = \"\"\"\n", "    |", "\n", "", "\n    \"\"\".trimMargin()\n")},
		{"Kotlin, listOf", list("val k = listOf(\n", "    \"", ",\n", `"`, "\n).joinToString(\"\\n\")\n")},
		{"Scala", list("val k = \"\"\"", "", "\n  |", "", "\"\"\".stripMargin\n")},
		{"Lua", list("local k = [[\n", "", "\n", "", "\n]]\n")},
		{"Lua, joined", list("local k = ", `"`, " ..\n  ", `\n"`, "\n")},
		{"Delphi", list("Key := ", `'`, " + sLineBreak +\n  ", `'`, ";\n")},
		{"Delphi, characters", list("Key := ", `'`, "#13#10 +\n  ", `'`, ";\n")},
		{"Haskell", list("key = unlines\n  [ ", `"`, "\n  , ", `"`, "\n  ]\n")},
		{"Haskell, gap", list(`key = "`, "", "\\n\\\n    \\", "", "\"\n")},
		{"Erlang", list("Key = <<", `"`, "\n  ", `\n"`, ">>.\n")},
		{"Elixir", list("@key ", `"`, " <>\n  ", `\n"`, "\n")},
		{"R", list("key <- paste(", `"`, ",\n  ", `"`, ", sep = \"\\n\")\n")},
		{"Clojure", list("(def k (str ", `"`, "\n  ", `\n"`, "))\n")},
		{"Lisp", list("(defvar *k* (format nil \"", "", "~%", "", "\"))\n")},
		{"Objective-C", list("NSString *k = ", `@"`, "\n  ", `\n"`, ";\n")},
		{"Objective-C, one", list("NSString *k = @", `"`, "\n  ", `\n"`, ";\n")},
		{"Dart", list("const k = ", `'`, "\n  ", `\n'`, ";\n")},
		{"Groovy", list("def k = ", `'`, " +\n  ", `\n'`, "\n")},
		{"MATLAB", list("k = [", `'`, " newline ...\n  ", `'`, "];\n")},
		{"Fortran", list("k = ", `'`, " // new_line('a') // &\n  ", `'`, "\n")},
		{"assembler", each("    .ascii \"", `\n"`+"\n")},
		{"Tcl", list("set k {", "", "\n", "", "}\n")},
		{"Nix", list("k = ''\n", "  ", "\n", "", "\n'';\n")},
		{"ABAP", list("lv = ", `'`, " && cl_abap_char_utilities=>newline &&\n  ", `'`, ".\n")},
		{"YAML block", list("key: |\n", "  ", "\n", "", "\n")},
		{"YAML folded", list("key: >-\n", "  ", "\n\n", "", "\n")},
		{"YAML list", list("key:\n", "  - ", "\n", "", "\n")},
		{"YAML list of strings", list("key:\n", "  - \"", "\n", `"`, "\n")},
		{"YAML, double quotes", list("key: \"", "", "\\n\\\n    \\", "", "\"\n")},
		{"YAML, quoted over lines", list("key: \"", "", "\n\n  ", "", "\"\n")},
		{"JSON", list(`{"key": "`, "", `\n`, "", "\"}\n")},
		{"JSON list", list("{\"key\": [\n", "    \"", ",\n", `"`, "\n  ]}\n")},
		{"JSON list on one line", list(`{"key": [`, `"`, ",", `"`, "]}\n")},
		{"JSON in JSON", list(`{"key": "{\"pem\": \"`, "", `\\n`, "", "\\\"}\"}\n")},
		{"JSON list in JSON", list(`{"key": "[`, `\"`, ",", `\"`, "]\"}\n")},
		{"JSON, a notebook", list("   \"source\": [\n", "    \"", ",\n", `\n"`, "\n   ]\n")},
		{"HTML, br", list("<p>", "", "<br/>", "", "</p>\n")},
		{"HTML, br on lines", each("    ", "<br>\n")},
		{"HTML, br with a blank", each("", "<br />\n")},
		{"HTML, paragraphs", each("<p>", "</p>\n")},
		{"HTML, table", numbered("<tr><td class=\"n\">%d</td><td>%s</td></tr>\n")},
		{"HTML, spans", each(`<span class="line">`, "</span>\n")},
		{"XML, line feeds escaped", list(`<key value="`, "", "&#10;", "", "\"/>\n")},
		{"XML, hexadecimal", list(`<key value="`, "", "&#xd;&#xA;", "", "\"/>\n")},
		{"XML, CDATA", list("<key><![CDATA[", "", "\n", "", "]]></key>\n")},
		{"XML, an element a line", each("  <line>", "</line>\n")},
		{"XML, plist", func(lines []string) string {
			return "<string>" + html.EscapeString(strings.Join(lines, "\n")) + "</string>\n"
		}},
		{"batch, echo", each("echo ", ">>k.pem\n")},
		{"batch, echo with blanks", each("@echo ", " >> k.pem\n")},
		{"batch, echo before", each(">> k.pem echo ", "\n")},
		{"batch, brackets", list("(\n", "echo ", "\n", "", "\n) > k.pem\n")},
		{"shell, echo", each(`echo "`, `" >> k.pem`+"\n")},
		{"shell, echo -e", list(`echo -e "`, "", `\n`, "", "\" > k\n")},
		{"shell, printf", list("printf '%s\\n' ", `'`, " \\\n  ", `'`, " > k\n")},
		{"shell, printf of one", each(`printf '%s\n' "`, `" >> k`+"\n")},
		{"shell, dollar quotes", list(`K=$'`, "", `\n`, "", "'\n")},
		{"shell, heredoc", list("cat > k <<'EOF'\n", "", "\n", "", "\nEOF\n")},
		{"shell, heredoc indented", list("cat <<-EOF\n", "\t", "\n", "", "\n\tEOF\n")},
		{"shell, appended", each(`K+="`, `"$'\n'`+"\n")},
		{"Dockerfile", list("RUN echo \"", "", "\\n\\\n", "", "\" > /k\n")},
		{"PowerShell, here-string", list("$k = @'\n", "", "\n", "", "\n'@\n")},
		{"PowerShell, line feeds", list(`$k = "`, "", "`n", "", "\"\n")},
		{"PowerShell, line feeds of Windows", list(`$k = "`, "", "`r`n", "", "\"\n")},
		{"PowerShell, joined", list("$k = ", `"`, " + [Environment]::NewLine +\n  ", `"`, "\n")},
		{"PowerShell, list", list("$k = @(\n", `  '`, "\n", `',`, "\n) -join \"`n\"\n")},
		{"PowerShell, Add-Content", each(`Add-Content k.pem "`, `"`+"\n")},
		{"SQL, escapes", list("INSERT INTO k VALUES (1, '", "", `\r\n`, "", "', 2);\n")},
		{"SQL, lines", list("INSERT INTO k VALUES (1, '", "", "\n", "", "', 2);\n")},
		{"SQL, joined", list("SET k = ", `'`, " || chr(10) ||\n  ", `'`, ";\n")},
		{"SQL, T-SQL", list("SET @k = ", `N'`, " + CHAR(13) + CHAR(10) +\n  ", `'`, ";\n")},
		{"SQL, CONCAT", list("SET @k = CONCAT(", `'`, ", CHAR(10),\n  ", `'`, ");\n")},
		{"SQL, COPY", list("1\t", "", `\n`, "", "\t2\n")},
		{"Terraform, heredoc", list("key = <<EOF\n", "", "\n", "", "\nEOF\n")},
		{"Terraform, indented", list("key = <<-EOF\n", "    ", "\n", "", "\n    EOF\n")},
		{"Terraform, join", list("key = join(\"\\n\", [\n", "    \"", ",\n", `"`, "\n  ])\n")},
		{"Terraform state in a plan", each("      + ", "\n")},
		{"environment, quoted", list(`KEY="`, "", `\n`, "", "\"\n")},
		{"environment, bare", list(`KEY=`, "", `\n`, "", "\n")},
		{"properties", list("key=", "", "\\n\\\n  ", "", "\n")},
		{"properties, escaped", func(lines []string) string {
			return "key=" + strings.NewReplacer("=", `\=`, ":", `\:`).Replace(strings.Join(lines, `\n`)) + "\n"
		}},
		{"INI, continued", list("key = ", "", "\n\t", "", "\n")},
		{"blanks for line feeds", list("KEY=\"", "", " ", "", "\"\n")},
		{"no line feeds", list("KEY=\"", "", "", "", "\"\n")},
		{"semicolons", list("key=", "", ";", "", "\n")},
		{"bars", list("key=", "", "|", "", "\n")},
		{"commas", list("key=", "", ",", "", "\n")},
		{"CSV", list("1,\"", "", "\n", "", "\",2\n")},
		{"CSV, a line each", numbered("%d,\"%s\"\n")},
		{"tilde", list("key=", "", "~", "", "\n")},
		{"URL", func(lines []string) string {
			return "k=" + strings.NewReplacer("\n", "%0A", "+", "%2B", "/", "%2F", "=", "%3D", " ", "%20").Replace(strings.Join(lines, "\n")) + "\n"
		}},
		{"form", func(lines []string) string {
			return "k=" + strings.NewReplacer("\n", "%0D%0A", "+", "%2B", "/", "%2F", "=", "%3D", " ", "+").Replace(strings.Join(lines, "\n")) + "&x=1\n"
		}},
		{"base64", func(lines []string) string {
			return "key: " + base64.StdEncoding.EncodeToString([]byte(strings.Join(lines, "\n")+"\n")) + "\n"
		}},
		{"base64 in lines", func(lines []string) string {
			text := base64.StdEncoding.EncodeToString([]byte(strings.Join(lines, "\n") + "\n"))
			var b strings.Builder
			for len(text) > 76 {
				b.WriteString(text[:76] + "\n")
				text = text[76:]
			}
			return b.String() + text + "\n"
		}},
		{"base64 twice", func(lines []string) string {
			once := base64.StdEncoding.EncodeToString([]byte(strings.Join(lines, "\n") + "\n"))
			return "key: " + base64.StdEncoding.EncodeToString([]byte(once)) + "\n"
		}},
		{"base64 of a data URL", func(lines []string) string {
			return "\"data:application/x-pem-file;base64," + base64.StdEncoding.EncodeToString([]byte(strings.Join(lines, "\n")+"\n")) + "\"\n"
		}},
		{"hexadecimal", func(lines []string) string { return fmt.Sprintf("key = \"%x\"\n", strings.Join(lines, "\n")) }},
		{"bytes in C", asBytes("0x%02x", ", ", 12, "const unsigned char k[] = {", "\n};\nunsigned int k_len = 1;\n")},
		{"bytes in Python", asBytes("%d", ", ", 16, "k = bytes([", "])\n")},
		{"comment, #", each("# ", "\n")},
		{"comment, // ", each("// ", "\n")},
		{"comment, //", each("//", "\n")},
		{"comment, *", each(" * ", "\n")},
		{"comment, --", each("-- ", "\n")},
		{"comment, ;", each("; ", "\n")},
		{"comment, REM", each("REM ", "\n")},
		{"comment, '", each("' ", "\n")},
		{"comment, %", each("% ", "\n")},
		{"comment, dnl", each("dnl ", "\n")},
		{"comment, ..", each(".. ", "\n")},
		{"mail, quoted", each("> ", "\n")},
		{"mail, quoted twice", each("> > ", "\n")},
		{"mail, quoted twice tightly", each(">> ", "\n")},
		{"patch, added", each("+", "\n")},
		{"patch, removed", each("-", "\n")},
		{"patch, two parents", each("++", "\n")},
		{"patch, words", each("{+", "+}\n")},
		{"numbers of lines", numbered("%5d  %s\n")},
		{"numbers of lines, tab", numbered("%6d\t%s\n")},
		{"numbers of lines, colon", numbered("%d: %s\n")},
		{"numbers of lines, grep", numbered("conf/k.pem:%d:%s\n")},
		{"numbers of lines, grep behind", numbered("conf/k.pem-%d-%s\n")},
		{"numbers of lines, bar", numbered("%3d | %s\n")},
		{"log, a prefix", each("2024-01-02T03:04:05.678Z INFO  [main] deploy - ", "\n")},
		{"log, compose", each("web-1  | ", "\n")},
		{"terminal, colours", each("\x1b[32m", "\x1b[0m\n")},
		{"Markdown table", each("| ", " |\n")},
		{"Markdown quote", each("> ", "  \n")},
		{"TeX", each("\\texttt{", "}\\\\\n")},
		{"wiki", each(" ", "\n")},
		{"roff", each("\\&", "\n.br\n")},
		{"RTF", each("", "\\par\n")},
		{"Cisco", each("  ", "\n")},
		{"blank lines between", each("", "\n\n")},
		{"curly quotes", list("“", "", "\n", "", "”\n")},
		{"unicode escapes", replaced("+", `\u002b`, `\u000a`)},
		{"escaped slashes", func(lines []string) string {
			return `{"k":"` + strings.ReplaceAll(strings.Join(lines, `\n`), "/", `\/`) + "\"}\n"
		}},
		{"entities", func(lines []string) string {
			return "<k>" + strings.NewReplacer("+", "&#43;", "/", "&#47;", "=", "&#61;", "\n", "&#13;&#10;").Replace(strings.Join(lines, "\n")) + "</k>\n"
		}},
		{"quoted-printable", func(lines []string) string {
			return strings.ReplaceAll(strings.Join(lines, "=0A=\n"), "==0A", "=3D=0A") + "\n"
		}},
	}
}
