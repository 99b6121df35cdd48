package data

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/cuntu/cuntu/layers/access"
)

// User is a person who may sign in. Users are disabled and never removed: history goes on naming them.
type User struct {
	ID      string // random; never given again
	Login   string // unique by LoginKey
	Name    string
	Unit    string // the code of the area that the user works for; "" for the whole
	Admin   access.Admin
	Grants  []access.Grant
	Created time.Time // kept to the microsecond, in UTC, as Expires is
	Expires time.Time // zero for never

	Disabled bool
	// MustChange lets the user do nothing before choosing a password: the present one is known to another.
	MustChange bool
	// Held keeps the grants and duties from counting until a security administrator says so: another administrator has
	// set the password, and must not act as the user by it.
	Held         bool
	SecondFactor bool // a password alone does not sign this user in

	// Issuer and Subject are who the user is to the prefecture's identity provider; "" for nobody there.
	Issuer, Subject string
}

// Active tells whether the user may sign in.
func (u *User) Active(now time.Time) bool {
	return !u.Disabled && (u.Expires.IsZero() || now.Before(u.Expires))
}

// Secrets are by what a user proves to be who they say. Nothing of them is ever shown, logged or exported; `db backup` alone
// carries them.
type Secrets struct {
	Password string    `json:"password,omitempty"` // a PHC string; "" for none, with which nobody signs in
	Changed  time.Time `json:"changed,omitzero"`   // when the password was chosen
	// TOTP is the sealed secret of the user's device, and Step the last time step that was accepted, which is not again.
	TOTP []byte `json:"totp,omitempty"`
	Step int64  `json:"step,omitempty"`
	// Enrolling is a sealed secret whose first code is awaited.
	Enrolling []byte    `json:"enrolling,omitempty"`
	Recovery  []string  `json:"recovery,omitempty"` // hashes of codes, each good once
	Passkeys  []Passkey `json:"passkeys,omitempty"`
	// Networks are those from which the user has signed in, the last one first: what strangers try from elsewhere does
	// not lock the user out there.
	Networks []string `json:"networks,omitempty"`
}

// Passkey is a public key that a device of a user keeps the other half of.
type Passkey struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Created time.Time `json:"created"`
	Content []byte    `json:"content"` // as the library that checks it keeps it
}

// AccountSettings are the rules of signing in that hold for the whole store.
type AccountSettings struct {
	Profile string // names the rules: office, gb22239-l2 or gb22239-l3; "" is office
	// SingleAdmin lets one person have all duties of administrators, and write: a small office has nobody else. It is on
	// record here, and shown.
	SingleAdmin bool
	// Emergencies are those of the last weeks, the latest first; all that ever were stand in the audit log.
	Emergencies []Emergency
}

// Emergency is that a user may read the sensitive fields of rows that they may read anyway, for some hours and for a reason that
// others are told: somebody must be called tonight, and who may read the number is away.
type Emergency struct {
	ID      string    `json:"id"`
	User    string    `json:"user"` // the id of who reads
	Area    string    `json:"area"` // the code of where; "" for wherever the user may read
	Reason  string    `json:"reason"`
	Began   time.Time `json:"began"`
	Until   time.Time `json:"until"`
	Ended   time.Time `json:"ended,omitzero"` // when somebody ended it before its time
	EndedBy string    `json:"ended_by,omitempty"`
}

// Lasts tells whether an emergency goes on.
func (e Emergency) Lasts(now time.Time) bool { return e.Ended.IsZero() && now.Before(e.Until) }

// Token lets a program act for a user, within a scope. Its text is shown once; the store has a hash.
type Token struct {
	ID      string
	Owner   string // a user's id
	Name    string // what it is for
	Hash    []byte // SHA-256 of the text
	Scope   access.Scope
	Created time.Time
	Expires time.Time
	Used    time.Time // to the minute; zero where it never was
	From    string    // the network of the last use
}

// Session is a sign-in that goes on.
type Session struct {
	Hash []byte // SHA-256 of what the browser has
	User string
	// Pending sessions have proved a password and not the second factor: they may do nothing else.
	Pending bool
	Age     time.Duration // since sign-in
	Idle    time.Duration // since the last use that was noted
}

// Accounts are the people of a Store, and how they prove who they are. Several servers share them: a change counts on all
// of them as soon as WatchAccounts has told.
type Accounts interface {
	// ReadAccounts shows the accounts as of one moment. What read asks to be written is refused.
	ReadAccounts(ctx context.Context, read func(AccountTx) error) error

	// ChangeAccounts lets change write, alone: changes come one after another. Afterwards CheckAccounts holds, or nothing
	// comes to pass. An error of change rolls back and is returned.
	ChangeAccounts(ctx context.Context, change func(AccountTx) error) error

	// WatchAccounts calls changed at once, and within a second whenever a change has come to pass or a session was
	// dropped, on whichever server, until ctx ends, changed fails or the store cannot be reached.
	WatchAccounts(ctx context.Context, changed func() error) error

	AddSession(ctx context.Context, s Session) error

	// Session finds a session and notes that it is used. The error wraps ErrNoSession, also where it is older or has been
	// idle for longer than allowed.
	Session(ctx context.Context, hash []byte, limits SessionLimits) (Session, error)

	// DropSession ends a session; it is no error where there is none.
	DropSession(ctx context.Context, hash []byte) error

	// UseToken notes that a token is used.
	UseToken(ctx context.Context, id, network string) error

	// Attempt counts an attempt to sign in under every key, unless one of them is locked: then it tells for how long, and
	// counts nothing. Attempts older than a day are forgotten.
	Attempt(ctx context.Context, keys []AttemptKey) (locked time.Duration, err error)

	// Forgive takes back the last attempt under some keys, and all of them under others.
	Forgive(ctx context.Context, last, all []string) error
}

// AccountTx reads and writes accounts in one transaction.
type AccountTx interface {
	Users() ([]User, error) // by login, with grants
	// PutUser writes a user, grants included, in place of the one with the id.
	PutUser(u User) error
	Secrets(user string) (Secrets, error) // the zero Secrets where there are none
	PutSecrets(user string, s Secrets) error
	AccountSettings() (AccountSettings, error)
	PutAccountSettings(s AccountSettings) error
	Tokens() ([]Token, error) // the newest first
	PutToken(t Token) error
	DropToken(id string) error
	// DropSessions ends all sessions of a user but one.
	DropSessions(user string, but []byte) error
	// Clear removes everything: what follows takes its place.
	Clear() error
}

// SessionLimits are for how long a session goes on.
type SessionLimits struct {
	Idle, Age time.Duration
}

// AttemptKey is under what attempts are counted: a login, or a network.
type AttemptKey struct {
	Key   string
	Free  int           // attempts that wait for nothing
	Floor time.Duration // what the first lock lasts at least
}

// Lock is how long after the last of so many attempts the next has to wait: from Floor or a second, twice as long each
// time, up to a quarter of an hour.
func (k AttemptKey) Lock(attempts int) time.Duration {
	if attempts < k.Free {
		return 0
	}
	return max(k.Floor, min(longestLock, time.Second<<min(attempts-k.Free, 20)))
}

// Limits of locks.
const (
	longestLock = 15 * time.Minute
	// AttemptsKept is after how long without attempts those before are forgotten.
	AttemptsKept = 24 * time.Hour
)

// What errors of accounts wrap.
var (
	ErrNoSession = errors.New("there is no such session, or it has ended")
	ErrReadOnly  = errors.New("these accounts are being read")
)

// SettingsOf reads settings as stores keep them, by name.
func SettingsOf(values map[string]string) AccountSettings {
	s := AccountSettings{Profile: values["profile"], SingleAdmin: values["single_admin"] == "true"}
	if json.Unmarshal([]byte(values["emergencies"]), &s.Emergencies) != nil {
		s.Emergencies = nil // what cannot be read lets nobody read
	}
	return s
}

// Values are the settings as stores keep them.
func (s AccountSettings) Values() map[string]string {
	emergencies, _ := json.Marshal(s.Emergencies) // always marshals: texts and times
	return map[string]string{
		"profile": s.Profile, "single_admin": strconv.FormatBool(s.SingleAdmin), "emergencies": string(emergencies),
	}
}
