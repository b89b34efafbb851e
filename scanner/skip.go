package scanner

// SkipKind says what a Skip is about.
type SkipKind uint8

// The kinds of skips. Each makes a scan incomplete.
const (
	SkipUnread   SkipKind = iota // something was not read, or not to its end
	SkipUnlisted                 // it was read, and not all that was found in it is listed
)

// String returns the word used in reports.
func (k SkipKind) String() string {
	if k == SkipUnlisted {
		return "unlisted"
	}
	return "unread"
}
