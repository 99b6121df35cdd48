package data

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
)

// NormalLogin is a login as it is kept: full-width letters and the like are the plain ones.
func NormalLogin(login string) string { return norm.NFKC.String(strings.TrimSpace(login)) }

// LoginKey is the same for logins that a person takes for the same one.
func LoginKey(login string) string { return cases.Fold().String(NormalLogin(login)) }

// Limits of a user.
const (
	mostLogin  = 64   // characters
	mostName   = 100  // characters
	mostGrants = 1000 // of one user
)

// CheckUser is what every store asks of a user. Logins are of ASCII and Chinese characters, since letters of other scripts
// look the same and are not.
func CheckUser(u *User) (wrong layers.Faults) {
	u.Login = NormalLogin(u.Login)
	if n := utf8.RuneCountInString(u.Login); n < 2 || n > mostLogin {
		wrong.Add("login", "has %d characters; from 2 to %d are allowed", n, mostLogin)
	}
	for _, r := range u.Login {
		if !loginRune(r) {
			wrong.Add("login", "%q is not allowed: use letters a to z, digits, Chinese characters and . _ - @", r)
			break
		}
	}
	if utf8.RuneCountInString(u.Name) > mostName || checkText(u.Name) != nil || strings.ContainsFunc(u.Name, unicode.IsControl) {
		wrong.Add("name", "may have %d characters, none of them a control character", mostName)
	}
	if !access.IsAreaCode(u.Unit) {
		wrong.Add("unit", "%q is not an area's code of 2, 4, 6, 9 or 12 digits, or empty for the whole", u.Unit)
	}
	if len(u.Grants) > mostGrants {
		wrong.Add("grants", "are %d; %d are allowed", len(u.Grants), mostGrants)
	}
	u.Created, u.Expires = micros(u.Created), micros(u.Expires)
	for i := range u.Grants {
		u.Grants[i].Until = micros(u.Grants[i].Until)
	}
	return wrong
}

func micros(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Microsecond)
}

func loginRune(r rune) bool {
	return r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._-@", r)) || unicode.Is(unicode.Han, r)
}

// CheckAccounts holds after every change: somebody can give grants, and duties are apart unless the store says that one
// person has them all.
func CheckAccounts(users []User, s AccountSettings) error {
	var wrong layers.Faults
	guarded := false
	for i := range users {
		u := &users[i]
		guarded = guarded || u.Admin.Has(access.SecurityAdmin) && !u.Disabled && u.Expires.IsZero()
		if s.SingleAdmin || u.Admin == access.NoAdmin {
			continue
		}
		if duties := u.Admin.Names(); len(duties) > 1 {
			wrong.Add("admin", "%s has the duties %s; a user may have one, unless one person administers all of it",
				u.Login, strings.Join(duties, ", "))
		}
		if slices.ContainsFunc(u.Grants, func(g access.Grant) bool { return g.Verb != access.Read && g.Verb != access.Export }) {
			wrong.Add("grants", "%s is an administrator, who may read and export, and not write, submit, approve or accept", u.Login)
		}
	}
	if len(users) > 0 && !guarded {
		wrong.Add("admin", "a security administrator must be left who is not disabled and whose account does not expire")
	}
	return wrong.Err()
}
