package detect

// Why a value was refused, where what it was refused for decides what else it may be (isAboutWords).
const (
	reasonConstant    = "a type or a constant"
	reasonReference   = "a reference"
	reasonPlaceholder = "a placeholder"
	reasonNameAgain   = "the name again"
	reasonWords       = "words, not a password"
	reasonWritten     = "written, not random"
	reasonShort       = "too short"
	reasonAtHome      = "a password for this machine only"
)
