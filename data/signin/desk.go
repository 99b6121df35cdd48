package signin

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
)

// Options are what a Desk needs.
type Options struct {
	Store   data.Accounts
	Catalog *layers.Catalog
	// Key gives what seals that which must be had in plain again. It is asked once there is something to seal; nil lets nobody
	// enrol a device that makes codes.
	Key func() ([]byte, error)
	// Public are what everybody holds, signed in or not.
	Public []access.Grant
	// Acts puts on record who signs in and who changes accounts; nil puts nothing there.
	Acts Acts
	// UnitName names a unit by its code, for what passwords must not be made of; nil where nobody knows.
	UnitName func(code string) string
	Log      *slog.Logger
	// Now is the clock; nil for time.Now.
	Now func() time.Time
}

// Acts is the audit log. What cannot be put there is not done.
type Acts interface {
	Note(ctx context.Context, a data.Act) error
	Do(ctx context.Context, a data.Act, do func() error) error
	Refuse(ctx context.Context, a data.Act)
}

// Desk is where people sign in. It is safe for any number of goroutines.
type Desk struct {
	store    data.Accounts
	catalog  *layers.Catalog
	hasher   *hasher
	key      func() ([]byte, error)
	public   access.Rights
	acts     Acts
	unitName func(string) string
	log      *slog.Logger
	now      func() time.Time
	setup    string // the code of the one-time address; "" where there is none

	sealing sync.Mutex
	sealed  sealer // once it was needed

	loading sync.Mutex // one load at a time, so that no older one comes last

	mu       sync.RWMutex
	known    directory
	sessions map[string]*kept // by hash
}

// directory is what the store has of accounts, as of one moment.
type directory struct {
	settings data.AccountSettings
	users    map[string]*data.User // by id
	logins   map[string]*data.User // by data.LoginKey
	tokens   map[string]*data.Token
	rights   map[string]access.Rights // of users by id, with what everybody holds
	changes  int                      // how often it was loaded
}

// kept is a session that the store has told of.
type kept struct {
	user    string
	pending bool
	began   time.Time
	used    time.Time
	asked   time.Time // the store, the last time
	changes int       // of the directory at that time: after another change the store is asked again
}

const (
	// askAgain is how often the store hears that a session goes on.
	askAgain = time.Minute
	// mostKept is how many sessions are kept in mind; beyond it the store is asked for each request.
	mostKept = 20_000
	// retryEvery is how long a Desk waits to reach a store again.
	retryEvery = time.Second
)

// New makes a desk. Load must have succeeded before it is asked anything.
func New(o Options) (*Desk, error) {
	h, err := newHasher()
	if err != nil {
		return nil, err
	}
	d := &Desk{
		store:    o.Store,
		catalog:  o.Catalog,
		hasher:   h,
		key:      o.Key,
		public:   access.Rights{Grants: o.Public}.Ready(),
		acts:     o.Acts,
		unitName: o.UnitName,
		log:      o.Log,
		now:      o.Now,
		sessions: map[string]*kept{},
	}
	if d.now == nil {
		d.now = time.Now
	}
	if d.unitName == nil {
		d.unitName = func(string) string { return "" }
	}
	return d, nil
}

// Load reads the accounts.
func (d *Desk) Load(ctx context.Context) error {
	d.loading.Lock()
	defer d.loading.Unlock()
	next := directory{
		rights: map[string]access.Rights{},
		users:  map[string]*data.User{},
		logins: map[string]*data.User{},
		tokens: map[string]*data.Token{},
	}
	err := d.store.ReadAccounts(ctx, func(tx data.AccountTx) (err error) {
		users, err := tx.Users()
		if err != nil {
			return err
		}
		if next.settings, err = tx.AccountSettings(); err != nil {
			return err
		}
		for i := range users {
			next.users[users[i].ID] = &users[i]
			grants := slices.Concat(d.public.Grants, users[i].Grants, d.emergencyGrants(&users[i], next.settings.Emergencies))
			next.rights[users[i].ID] = access.Rights{Grants: grants, Admin: users[i].Admin}.Ready()
			next.logins[data.LoginKey(users[i].Login)] = &users[i]
		}
		tokens, err := tx.Tokens()
		if err != nil {
			return err
		}
		for i := range tokens {
			next.tokens[string(tokens[i].Hash)] = &tokens[i]
		}
		return nil
	})
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	next.changes = d.known.changes + 1
	d.known = next
	return nil
}

// Run hears of changes until ctx ends. While the store cannot be reached, who is known goes on until their session is idle.
func (d *Desk) Run(ctx context.Context) error {
	said := ""
	for {
		err := d.store.WatchAccounts(ctx, func() error { return d.Load(ctx) })
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err.Error() != said { // which it is every second while the store is away
			said = err.Error()
			d.log.Warn("accounts cannot be watched; trying again", "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(retryEvery):
		}
	}
}

// change changes accounts and knows of it when it returns.
func (d *Desk) change(ctx context.Context, change func(data.AccountTx) error) error {
	if err := d.store.ChangeAccounts(ctx, change); err != nil {
		return err
	}
	return d.Load(ctx)
}

// recorded is change that the audit log tells of.
func (d *Desk) recorded(ctx context.Context, a data.Act, change func(data.AccountTx) error) error {
	if d.acts == nil {
		return d.change(ctx, change)
	}
	return d.acts.Do(ctx, a, func() error { return d.change(ctx, change) })
}

// note puts on record what is about to be done.
func (d *Desk) note(ctx context.Context, a data.Act) error {
	if d.acts == nil {
		return nil
	}
	return d.acts.Note(ctx, a)
}

// refuse puts on record what was refused.
func (d *Desk) refuse(ctx context.Context, a data.Act) {
	if d.acts != nil {
		d.acts.Refuse(ctx, a)
	}
}

func (d *Desk) directory() directory {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.known
}

// Open tells whether there are no accounts: then nobody can sign in.
func (d *Desk) Open() bool { return len(d.directory().users) == 0 }

// Settings are those of the store.
func (d *Desk) Settings() data.AccountSettings { return d.directory().settings }

// Policy is the one in force.
func (d *Desk) Policy() Policy { return PolicyOf(d.Settings().Profile) }

// SetProfile puts another policy in force.
func (d *Desk) SetProfile(ctx context.Context, profile string) error {
	if d.Settings().Profile == profile {
		return nil
	}
	return d.recorded(ctx, data.Act{Verb: "policy", Object: profile}, func(tx data.AccountTx) error {
		s, err := tx.AccountSettings()
		if err != nil {
			return err
		}
		s.Profile = profile
		return tx.PutAccountSettings(s)
	})
}

// Who is somebody who is signed in.
type Who struct {
	User  data.User
	Token string // the id of the API token that stands for the user; "" of a session
	// Pending is somebody who has proved a password, and not yet the second factor.
	Pending bool
	// Ends is when the session ends though it is used.
	Ends    time.Time
	session string // hash
}

// Actor is who acts by it; nobody while it is pending.
func (w Who) Actor() access.Actor {
	if w.Pending || w.User.ID == "" {
		return access.Actor{}
	}
	return access.Actor{ID: w.User.ID, Login: w.User.Login, Unit: w.User.Unit, Token: w.Token}
}

// Rights are what an actor holds now; of nobody, what everybody holds. They are to be asked for at each use, since they
// may be taken away meanwhile.
func (d *Desk) Rights(a access.Actor) access.Rights {
	known, now := d.directory(), d.now()
	u, ok := known.users[a.ID]
	if !ok || !u.Active(now) || u.Held || u.MustChange || PolicyOf(known.settings.Profile).needsFactor(u) {
		return d.public
	}
	if a.Token == "" {
		return known.rights[u.ID].At(now)
	}
	for _, t := range known.tokens {
		if t.ID == a.Token && t.Owner == u.ID && now.Before(t.Expires) {
			return access.Rights{Grants: t.Scope.Narrow(u.Grants)}.At(now) // and no duties: programs administer nobody
		}
	}
	return d.public
}

// BySession finds who has a session. The error wraps data.ErrNoSession where nobody does.
func (d *Desk) BySession(ctx context.Context, text string) (Who, error) {
	if len(text) != 2*sessionBytes {
		return Who{}, data.ErrNoSession
	}
	hash, now, limits := string(hashOf(text)), d.now(), d.Policy().Limits
	d.mu.RLock()
	k, known := d.sessions[hash]
	fresh := known && k.changes == d.known.changes && now.Sub(k.asked) < askAgain
	d.mu.RUnlock()
	if !fresh {
		found, err := d.store.Session(ctx, []byte(hash), limits)
		switch {
		case errors.Is(err, data.ErrUnreachable) && known: // who is known goes on
		case err != nil:
			d.forget(hash)
			return Who{}, err
		default:
			k = d.keep(hash, found, now)
		}
	}
	return d.whoHas(hash, k, now, limits)
}

func (d *Desk) whoHas(hash string, k *kept, now time.Time, limits data.SessionLimits) (Who, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	u, ok := d.known.users[k.user]
	age := limits.Age
	if k.pending {
		age = min(age, pendingAge)
	}
	if !ok || !u.Active(now) || now.Sub(k.used) > limits.Idle || now.Sub(k.began) > age {
		delete(d.sessions, hash)
		return Who{}, data.ErrNoSession
	}
	k.used = now
	return Who{User: *u, Pending: k.pending, Ends: k.began.Add(age), session: hash}, nil
}

func (d *Desk) keep(hash string, s data.Session, now time.Time) *kept {
	d.mu.Lock()
	defer d.mu.Unlock()
	k := &kept{user: s.User, pending: s.Pending, began: now.Add(-s.Age), used: now, asked: now, changes: d.known.changes}
	if len(d.sessions) >= mostKept {
		clear(d.sessions)
	}
	d.sessions[hash] = k
	return k
}

func (d *Desk) forget(hash string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.sessions, hash)
}

// ErrNoToken tells that a text is of no API token that counts.
var ErrNoToken = errors.New("the API token is none, has expired or was withdrawn")

// ByToken finds for whom an API token stands. network is where it comes from.
func (d *Desk) ByToken(ctx context.Context, text, network string) (Who, error) {
	if !isToken(text) {
		return Who{}, ErrNoToken
	}
	known, now := d.directory(), d.now()
	t, ok := known.tokens[string(hashOf(text))]
	if !ok || !now.Before(t.Expires) {
		return Who{}, ErrNoToken
	}
	u, ok := known.users[t.Owner]
	if !ok || !u.Active(now) {
		return Who{}, ErrNoToken
	}
	d.noteUse(ctx, t.ID, network, now)
	return Who{User: *u, Token: t.ID, Ends: t.Expires}, nil
}

// noteUse tells the store of the use of a token, once a minute. That it could not is no reason to refuse who has it.
func (d *Desk) noteUse(ctx context.Context, id, network string, now time.Time) {
	key := "token " + id
	d.mu.Lock()
	k, ok := d.sessions[key]
	if ok && now.Sub(k.asked) < askAgain {
		d.mu.Unlock()
		return
	}
	d.sessions[key] = &kept{asked: now}
	d.mu.Unlock()
	brief, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if err := d.store.UseToken(brief, id, network); err != nil {
		d.log.Debug("the use of a token is not noted", "error", err)
	}
}

// SetupCode makes the code of the one-time address under which the first accounts are made; "" where there are some.
func (d *Desk) SetupCode() string {
	if !d.Open() {
		return ""
	}
	if d.setup == "" {
		d.setup = rand.Text()
	}
	return d.setup
}

// isSetup tells whether a code is that of the one-time address.
func (d *Desk) isSetup(code string) bool {
	return d.setup != "" && subtle.ConstantTimeCompare([]byte(code), []byte(d.setup)) == 1
}
