package data

// Authorship says who writes, whence and why. The zero Authorship tells nothing: history then has what the store knows itself.
type Authorship struct {
	Actor  string // the id of a user; "" where nobody has signed in
	Name   string // the user's login at that time, for people to read
	Origin Origin
	Reason string // what the writer says of it, at most MostReason bytes
	Batch  string // what binds writings together that are one deed, such as an import's id; "" for none
}

// MostReason is how long a reason may be, in bytes.
const MostReason = 1000

// Origin is by which way a change came.
type Origin string

// The origins. What comes in without the program is SQL in PostGIS, and a file's user in a GeoPackage.
const (
	FromPage    Origin = "page"
	FromAPI     Origin = "api"
	FromImport  Origin = "import"
	FromCommand Origin = "command"
	FromRestore Origin = "restore" // an earlier state put back
	FromOutside Origin = "outside"
)
