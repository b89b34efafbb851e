package check

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// discord checks Discord's bot tokens: three base64url parts, the first of which
// is the bot's user id in digits. An id is a "snowflake", whose upper 42 bits are
// the milliseconds since the start of 2015. Source: Discord's developer
// reference, "Snowflakes".
type discord struct{}

func (discord) Name() string { return "discord" }

const discordEpoch = 1420070400000 // milliseconds, 2015-01-01

func (discord) Check(secret string) Result {
	parts := strings.Split(secret, ".")
	if len(parts) != 3 || len(parts[1]) < 6 || len(parts[2]) < 27 {
		return Result{}
	}
	id, ok := unbase64(parts[0])
	if !ok || !only(string(id), digits) || len(id) < 15 || len(id) > 20 || id[0] == '0' {
		return unreadable()
	}
	flake, err := strconv.ParseUint(string(id), 10, 64)
	if err != nil {
		return unreadable()
	}
	return structured(about("issued for bot", string(id)),
		about("its account was made on", time.UnixMilli(int64(flake>>22)+discordEpoch).UTC().Format(time.DateOnly)))
}

func (discord) Mend(secret string) (string, bool) {
	id, rest, ok := strings.Cut(secret, ".")
	if !ok {
		return "", false
	}
	rng := seeded(secret)
	size := room(id)
	if size < 15 || size > 20 {
		return "", false
	}
	made := uint64(30_000_000_000+rng.Int64N(300_000_000_000))<<22 | rng.Uint64N(1<<22)
	flake := strconv.FormatUint(made, 10)
	for len(flake) < size {
		flake = "1" + flake
	}
	mended := base64.RawURLEncoding.EncodeToString([]byte(flake[:size])) + "." + rest
	return mended, discord{}.Check(mended).Verdict == Holds
}
