package detect

import (
	"slices"
	"strings"
)

// isNamedSum reports whether the value at text[s:e) is a digest, in hexadecimal digits, under a name that says of what: of a secret, in the
// annotations by which Helm's charts restart what reads it, checksum/secret: 3f9c2a…, or "checksum/secret" = "3f9c2a…"; or of a file, in a list of those of a site, "token.js":
// "3f9c2a…"; or the commit of one side of a conflict.
func isNamedSum(text []byte, s, e int) bool {
	if value := string(text[s:e]); !isHex(value) || !isDigest(value) {
		return false
	}
	before := string(text[lineStart(text, s, valueReach):s])
	if before == ">>>>>>> " || before == "||||||| " || before == "<<<<<<< " { // a commit in what a merge left
		return true
	}
	g := readGiven(before)
	assigned := g.sign == "=" || g.sign == "]=" || g.sign == "=[]byte(" // Terraform, an option of helm, a map's member
	if g.sign != ":" && g.sign != "=>" && !assigned || g.name == "" || g.line {
		return false
	}
	if dot := strings.LastIndexByte(g.name, '.'); dot > 0 && !assigned && isSummedFile(strings.ToLower(g.name[dot+1:])) {
		return true
	}
	path := g.head[strings.LastIndexAny(g.head, " \t\"'`{,")+1:]
	if !strings.HasSuffix(path, "/") {
		return false
	}
	return slices.ContainsFunc(strings.Split(path, "/"), func(part string) bool {
		words := nameWords(part)
		if len(words) == 0 {
			return false
		}
		switch words[len(words)-1] {
		case "checksum", "checksums", "sha", "md", "digest", "sum", "hash":
			return true
		}
		return false
	})
}

// isSummedFile reports whether a word behind a point says that a name is that of a file, and of no setting.
func isSummedFile(word string) bool {
	switch word {
	case "js", "mjs", "cjs", "jsx", "ts", "tsx", "vue", "css", "scss", "less", "html", "htm", "txt", "json", "xml", "yml", "yaml", "png", "jpg", "jpeg", "gif", "svg", "webp", "ico",
		"woff", "woff2", "ttf", "zip", "gz", "tgz", "xz", "jar", "whl", "deb", "rpm", "go", "py", "rb", "php", "java", "rs", "cpp", "sh", "md", "pdf", "wasm":
		return true
	}
	return false
}
