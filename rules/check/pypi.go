package check

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"strings"
)

// pypi checks PyPI's API tokens: "pypi-" and the base64url of a macaroon of
// version 2 whose location is pypi.org or test.pypi.org. Its caveats tell what
// the token is restricted to. Source: warehouse's documentation of API tokens; libmacaroons,
// doc/format.txt.
type pypi struct{}

func (pypi) Name() string { return "pypi" }

// The fields of a macaroon's packets.
const (
	macaroonEnd        = 0
	macaroonLocation   = 1
	macaroonIdentifier = 2
	macaroonSignature  = 6
	macaroonSum        = 32 // bytes of a signature
)

func (pypi) Check(secret string) Result {
	body, ok := strings.CutPrefix(secret, "pypi-")
	if !ok || len(body) < 50 {
		return Result{}
	}
	data, ok := unbase64(body)
	if !ok {
		return unreadable()
	}
	location, caveats, ok := readMacaroon(data)
	if !ok || (location != "pypi.org" && location != "test.pypi.org") {
		return unreadable()
	}
	return structured(about("issued by", location), pypiScope(caveats))
}

// pypiScope names the projects that a token is restricted to, if any.
func pypiScope(caveats [][]byte) string {
	for _, c := range caveats {
		var old struct {
			Permissions struct {
				Projects []string `json:"projects"`
			} `json:"permissions"`
		}
		if json.Unmarshal(c, &old) == nil && len(old.Permissions.Projects) > 0 {
			return about("for project", strings.Join(old.Permissions.Projects, ", "))
		}
		var list []json.RawMessage
		var names []string
		if json.Unmarshal(c, &list) == nil && len(list) == 2 && string(list[0]) == "1" && json.Unmarshal(list[1], &names) == nil {
			return about("for project", strings.Join(names, ", "))
		}
	}
	return ""
}

// readMacaroon reads a whole macaroon of version 2.
func readMacaroon(data []byte) (location string, caveats [][]byte, ok bool) {
	if len(data) == 0 || data[0] != 2 {
		return "", nil, false
	}
	r := bytes.NewReader(data[1:])
	ends := 0
	for {
		field, err := binary.ReadUvarint(r)
		if err != nil {
			return "", nil, false
		}
		if field == macaroonEnd {
			ends++
			continue
		}
		size, err := binary.ReadUvarint(r)
		if err != nil || size > uint64(r.Len()) {
			return "", nil, false
		}
		content := make([]byte, size)
		_, _ = r.Read(content)
		switch {
		case field == macaroonLocation && ends == 0:
			location = string(content)
		case field == macaroonIdentifier && ends > 0:
			caveats = append(caveats, content)
		case field == macaroonSignature:
			return location, caveats, size == macaroonSum && r.Len() == 0
		}
	}
}

func (pypi) Mend(secret string) (string, bool) {
	body, ok := strings.CutPrefix(secret, "pypi-")
	if !ok {
		return "", false
	}
	rng := seeded(secret)
	location := "pypi.org"
	if strings.HasPrefix(body, "AgENdGVzd") { // the start of a macaroon located at test.pypi.org
		location = "test.pypi.org"
	}
	data := appendPacket([]byte{2}, macaroonLocation, []byte(location))
	data = appendPacket(data, macaroonIdentifier, []byte(randomText(rng, hexLower, 36)))
	data = append(data, macaroonEnd)
	// What is left of the length goes to a caveat, whose own length takes one or two bytes.
	if fill := room(body) - len(data) - 2 - macaroonSum - 5; fill > 0 {
		caveat := []byte(randomText(rng, base36, min(fill, 127)))
		if fill > 128 {
			caveat = []byte(randomText(rng, base36, fill-1))
		}
		data = append(appendPacket(data, macaroonIdentifier, caveat), macaroonEnd)
	}
	data = append(data, macaroonEnd)
	data = appendPacket(data, macaroonSignature, randomBytes(rng, macaroonSum))
	mended := "pypi-" + base64.RawURLEncoding.EncodeToString(data)
	return mended, pypi{}.Check(mended).Verdict == Holds
}

func appendPacket(data []byte, field uint64, content []byte) []byte {
	data = binary.AppendUvarint(data, field)
	data = binary.AppendUvarint(data, uint64(len(content)))
	return append(data, content...)
}
