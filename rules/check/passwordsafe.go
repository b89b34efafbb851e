package check

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// passwordSafe knows the databases of Password Safe, version 3. Source: pwsafe/pwsafe, docs/formatV3.txt.
type passwordSafe struct{}

func (passwordSafe) Name() string { return "password-safe" }

// First implements Store.
func (passwordSafe) First() string { return "P" }

// Begins implements Store.
func (passwordSafe) Begins(head string) bool {
	if len(head) < 4+32+4 || !strings.HasPrefix(head, "PWS3") {
		return false
	}
	rounds := binary.LittleEndian.Uint32([]byte(head[36:]))
	return rounds >= 1000 && rounds < 1<<28
}

func (k passwordSafe) Check(secret string) Result {
	if !k.Begins(secret[:min(len(secret), StoreHead)]) || len(secret) < 200 {
		return Result{}
	}
	return encryptedStore(fmt.Sprintf("PWS3, %d rounds", binary.LittleEndian.Uint32([]byte(secret[36:]))))
}

// Mend makes a database.
func (k passwordSafe) Mend(secret string) (string, bool) {
	rng := seeded(secret)
	made := "PWS3" + string(randomBytes(rng, 32)) + "\x00\x00\x04\x00" + string(randomBytes(rng, 300)) + "PWS3-EOFPWS3-EOF" + string(randomBytes(rng, 32))
	return made, k.Check(made).Verdict == Holds
}
