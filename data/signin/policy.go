package signin

import (
	"slices"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers/access"
)

// Policy is the rules of signing in.
type Policy struct {
	MinLength int           // of passwords, in characters
	Classes   int           // of characters that a password must have, of lower case, upper case, digits and others
	MaxAge    time.Duration // of passwords; 0 for any
	Limits    data.SessionLimits
	LockFloor time.Duration // what the first lock lasts at least
	// SecondFactor must be had by administrators and by those who approve.
	SecondFactor bool
}

// Profiles are the names of policies. NIST SP 800-63B advises against composition and forced changes, GB/T 22239-2019
// (8.1.4.1) asks for both.
func Profiles() []string { return []string{"office", "gb22239-l2", "gb22239-l3"} }

// PolicyOf is the policy of a profile; that of an office where the name is none.
func PolicyOf(profile string) Policy {
	p := Policy{MinLength: 12, Limits: data.SessionLimits{Idle: 30 * time.Minute, Age: 12 * time.Hour}}
	if profile == "gb22239-l2" || profile == "gb22239-l3" {
		p.Classes, p.MaxAge, p.LockFloor = 3, 90*24*time.Hour, 5*time.Minute
		p.Limits.Idle = 15 * time.Minute
	}
	if profile == "gb22239-l3" {
		p.SecondFactor = true
		p.Limits.Idle = 10 * time.Minute
	}
	return p
}

// needsFactor tells whether the policy wants a second factor of a user.
func (p Policy) needsFactor(u *data.User) bool {
	return p.SecondFactor && !u.SecondFactor && (u.Admin != access.NoAdmin || acts(u))
}

// acts tells whether a user may do more than look.
func acts(u *data.User) bool {
	return slices.ContainsFunc(u.Grants, func(g access.Grant) bool { return g.Verb != access.Read && g.Verb != access.Export })
}

// NeedsFactor tells whether a user's rights wait for a second factor to be enrolled.
func (d *Desk) NeedsFactor(u *data.User) bool { return d.Policy().needsFactor(u) }
