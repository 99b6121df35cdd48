package data

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"
)

// Act is a line of the audit log: that somebody did something, or was refused. It holds no values of fields and no secrets.
type Act struct {
	Seq     int64     `json:"seq"` // given by the store, ascending; clocks go back, numbers do not
	At      time.Time `json:"at"`  // by the store's clock, to the microsecond
	Actor   string    `json:"actor"`
	Name    string    `json:"name"`    // the actor's login at that time
	Origin  Origin    `json:"origin"`  // page, api or command
	Address string    `json:"address"` // from where, without port
	Agent   string    `json:"agent"`   // with what program
	Verb    string    `json:"verb"`    // such as sign-in, grant, export
	Object  string    `json:"object"`  // on what: a user, a layer and ids, a setting
	Outcome Outcome   `json:"outcome"`
	Detail  string    `json:"detail"`  // why, or what more there is to say
	Request string    `json:"request"` // the id of the request that it was part of
}

// Outcome is how an act ended.
type Outcome string

// The outcomes. An act is put on record as done before it is done; where it then fails, a second line says so.
const (
	Done    Outcome = "done"
	Refused Outcome = "refused"
	Failed  Outcome = "failed"
)

// Seal closes a batch of acts for good: its root is that of a Merkle tree (RFC 6962) over their lines, its hash is of all that
// stands in it, among it the hash of the seal before. Whoever knows a seal's hash can tell that nothing sealed up to it has
// been changed.
type Seal struct {
	N       int64     `json:"n"` // from 1 on
	At      time.Time `json:"at"`
	Hashing string    `json:"hashing"` // sha256 or sm3
	Acts    string    `json:"acts"`    // their numbers, ascending, as 1-5,7
	Root    string    `json:"root"`    // in hexadecimal digits, as are the others
	Before  string    `json:"before"`  // the hash of the seal before; "" of the first
	Hash    string    `json:"hash"`
}

// Audit is the audit log of a Store: acts are added, and never changed or taken away.
type Audit interface {
	// PutActs adds acts, all or none, and returns when they are there for good. Seq and At are the store's.
	PutActs(ctx context.Context, acts ...Act) error

	// Acts gives acts that a query asks for, the latest first.
	Acts(ctx context.Context, q ActQuery) ([]Act, error)

	// ReadActs yields all acts by ascending number, of one moment, and all seals.
	ReadActs(ctx context.Context, act func(Act) error, seal func(Seal) error) error

	// SealActs has make close the acts that are not sealed yet, by ascending
	// number; last is the seal before, whose N is 0 where there is none. It does nothing where there are no such acts, or
	// where somebody else is about it. One Seal takes some thousands at most; more is whether there are others.
	SealActs(ctx context.Context, make func(last Seal, acts []Act) (Seal, error)) (sealed Seal, more bool, err error)
}

// ActQuery is which acts are looked for; what is zero does not narrow.
type ActQuery struct {
	Since, Until time.Time // at or after, and before
	Actor        string    // its id or login
	Verb         string
	Outcome      Outcome
	Text         string // in object or detail
	Before       int64  // a number: only earlier ones, to go on from a page
	Limit        int
}

// ErrUnrecorded tells that an act could not be put on record, and so was not done.
var ErrUnrecorded = errors.New("the act cannot be put on record")

// mostActText is how many bytes each text of an act may have; longer ones are cut.
const mostActText = 2000

// CutAct makes an act fit to be kept: texts are cut where they are too long, and what is no text is taken out.
func CutAct(a Act) Act {
	for _, s := range []*string{&a.Actor, &a.Name, &a.Address, &a.Agent, &a.Verb, &a.Object, &a.Detail, &a.Request} {
		*s = cutBytes(*s, mostActText)
	}
	return a
}

// cutBytes is a text of at most so many bytes, without control characters.
func cutBytes(s string, most int) string {
	clean := make([]rune, 0, min(len(s), most))
	size := 0
	for _, r := range s {
		if r == utf8.RuneError {
			r = '?'
		}
		if r < ' ' || r == 0x7f {
			r = ' ' // else a line could be made to look like two
		}
		if size += utf8.RuneLen(r); size > most {
			break
		}
		clean = append(clean, r)
	}
	return string(clean)
}

// CheckAct is an error where an act says too little.
func CheckAct(a Act) error {
	if a.Verb == "" || a.Outcome != Done && a.Outcome != Refused && a.Outcome != Failed {
		return fmt.Errorf("%w: an act needs a verb and an outcome", ErrInvalid)
	}
	return nil
}
