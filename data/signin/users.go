package signin

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
)

// By is who administers accounts, with the duties that they have.
type By struct {
	ID     string // of the user; "" of who uses the command on the machine itself
	Duties access.Admin
}

// ByMachine is who uses the command on the machine itself: who can open the store may do everything in it.
func ByMachine() By { return By{Duties: access.AllAdmin} }

// Forbidden tells that something is another one's to do.
type Forbidden string

func (f Forbidden) Error() string { return string(f) }

func (b By) must(duty access.Admin) error {
	if b.Duties.Has(duty) {
		return nil
	}
	return Forbidden("this is for the administrator of " + strings.Join(duty.Names(), ", ") + " alone")
}

// Users are all, by login.
func (d *Desk) Users() []data.User {
	users := make([]data.User, 0, 16)
	for _, u := range d.directory().users {
		users = append(users, *u)
	}
	slices.SortFunc(users, func(a, b data.User) int { return cmp.Compare(data.LoginKey(a.Login), data.LoginKey(b.Login)) })
	return users
}

// FindUser finds a user by login or id.
func (d *Desk) FindUser(name string) (data.User, error) {
	known := d.directory()
	if u, ok := known.logins[data.LoginKey(name)]; ok {
		return *u, nil
	}
	if u, ok := known.users[name]; ok {
		return *u, nil
	}
	return data.User{}, ErrNoUser
}

// NewUser is a user to be made.
type NewUser struct {
	Login, Name, Unit string
	Expires           time.Time
	Admin             access.Admin
	Grants            []access.Grant
	// Password is chosen by the user; where it is "" one is made, which must be changed.
	Password string
}

// AddUser makes a user, and a password for the first time where none is given. Duties and grants are the security
// administrator's to give.
func (d *Desk) AddUser(ctx context.Context, by By, n NewUser) (u data.User, password string, err error) {
	if err := by.must(access.SystemAdmin); err != nil {
		return u, "", err
	}
	if n.Admin != access.NoAdmin || len(n.Grants) > 0 {
		if err := by.must(access.SecurityAdmin); err != nil {
			return u, "", err
		}
	}
	u, put, password, err := d.prepare(ctx, n)
	if err != nil {
		return u, "", err
	}
	added := data.Act{Verb: "add-user", Object: u.Login, Detail: describeRights(u.Admin, u.Grants)}
	return u, password, d.recorded(ctx, added, put)
}

// prepare checks a user to be made, and hashes the password before any transaction.
func (d *Desk) prepare(ctx context.Context, n NewUser) (u data.User, put func(data.AccountTx) error, password string, err error) {
	u = data.User{
		ID: rand.Text(), Login: data.NormalLogin(n.Login), Name: strings.TrimSpace(n.Name), Unit: n.Unit, Admin: n.Admin,
		Grants: n.Grants, Created: d.now(), Expires: n.Expires, MustChange: n.Password == "",
	}
	wrong := data.CheckUser(&u)
	wrong = append(wrong, d.checkGrants(u.Grants)...)
	password = n.Password
	if password == "" {
		password = madePassword()
	} else {
		wrong = append(wrong, d.Policy().CheckPassword("password", password, &u, d.unitName(u.Unit))...)
	}
	if err := wrong.Err(); err != nil {
		return u, nil, "", err
	}
	phc, err := d.hasher.hash(ctx, password)
	if err != nil {
		return u, nil, "", err
	}
	return u, func(tx data.AccountTx) error {
		if err := tx.PutUser(u); err != nil {
			return err
		}
		return tx.PutSecrets(u.ID, data.Secrets{Password: phc, Changed: d.now()})
	}, password, nil
}

// madePassword is for one time, in groups to be read aloud.
func madePassword() string {
	text := strings.ToLower(rand.Text()[:20])
	return strings.Join([]string{text[:5], text[5:10], text[10:15], text[15:]}, "-")
}

// checkGrants is what is wrong with grants: a verb, layer or area that is none, and what may be written and not read.
func (d *Desk) checkGrants(grants []access.Grant) (wrong layers.Faults) {
	for i, g := range grants {
		part := fmt.Sprintf("grants[%d]", i)
		wrong = append(wrong, g.Check(part, d.catalog)...)
		if !slices.ContainsFunc(grants, func(read access.Grant) bool { return covers(read, g) }) {
			wrong.Add(part, "lets %s what the user may not read; add a grant to read for the same layer, class and area", g.Verb)
		}
	}
	return wrong
}

// covers tells whether a grant to read is of all that another one is of. Of areas it asks the codes alone: a moved town needs
// a grant of its own.
func covers(read, g access.Grant) bool {
	return read.Verb == access.Read && (read.Layer == access.AllLayers || read.Layer == g.Layer) && read.Class >= g.Class &&
		strings.HasPrefix(g.Area, read.Area) && (read.Until.IsZero() || !g.Until.IsZero() && !g.Until.After(read.Until))
}

// Patch is what is to become of a user; nil of what stays.
type Patch struct {
	// For the system administrator.
	Name, Unit *string
	Disabled   *bool
	Expires    *time.Time
	// For the security administrator.
	Grants  *[]access.Grant
	Admin   *access.Admin
	Confirm bool // what was held counts again
	Unlock  bool // attempts to sign in are forgotten
	// DropFactor takes the second factor away: whoever lost it enrols anew.
	DropFactor      bool
	Issuer, Subject *string // at the identity provider
}

func (p Patch) duties() (all access.Admin) {
	if p.Name != nil || p.Unit != nil || p.Disabled != nil || p.Expires != nil {
		all |= access.SystemAdmin
	}
	if p.Grants != nil || p.Admin != nil || p.Confirm || p.Unlock || p.DropFactor || p.Issuer != nil || p.Subject != nil {
		all |= access.SecurityAdmin
	}
	return all
}

// ChangeUser changes a user. Whatever rights are lost, they are lost at once.
func (d *Desk) ChangeUser(ctx context.Context, by By, id string, p Patch) error {
	if err := by.must(p.duties()); err != nil {
		return err
	}
	own := by.ID != "" && by.ID == id && !d.Settings().SingleAdmin
	if own && (p.Grants != nil || p.Admin != nil || p.Confirm) {
		return Forbidden("nobody gives rights to himself; another security administrator may")
	}
	if p.Grants != nil {
		if err := d.checkGrants(*p.Grants).Err(); err != nil {
			return err
		}
	}
	var key string
	err := d.recorded(ctx, data.Act{Verb: "change-user", Object: d.calledByID(id), Detail: p.describe()}, func(tx data.AccountTx) error {
		err := edit(tx, id, func(u *data.User) error {
			key = data.LoginKey(u.Login)
			p.apply(u)
			return nil
		})
		if err != nil {
			return err
		}
		if p.DropFactor {
			if err := dropFactor(tx, id); err != nil {
				return err
			}
		}
		if p.DropFactor || p.Disabled != nil && *p.Disabled {
			return tx.DropSessions(id, nil)
		}
		return nil
	})
	if err == nil && p.Unlock {
		err = d.unlock(ctx, id, key)
	}
	return err
}

func (p Patch) apply(u *data.User) {
	set(&u.Name, p.Name)
	set(&u.Unit, p.Unit)
	set(&u.Disabled, p.Disabled)
	set(&u.Expires, p.Expires)
	set(&u.Grants, p.Grants)
	set(&u.Admin, p.Admin)
	set(&u.Issuer, p.Issuer)
	set(&u.Subject, p.Subject)
	u.Held = u.Held && !p.Confirm
	u.SecondFactor = u.SecondFactor && !p.DropFactor
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

func dropFactor(tx data.AccountTx, id string) error {
	s, err := tx.Secrets(id)
	if err != nil {
		return err
	}
	s.TOTP, s.Enrolling, s.Recovery, s.Passkeys, s.Step = nil, nil, nil, nil, 0
	return tx.PutSecrets(id, s)
}

func (d *Desk) unlock(ctx context.Context, id, key string) error {
	secrets, err := d.secrets(ctx, id)
	if err != nil {
		return err
	}
	keys := []string{"login:" + hashed(key), "code:" + id, "confirm:" + id}
	for _, n := range secrets.Networks {
		keys = append(keys, "login:"+hashed(key)+"@"+n)
	}
	return d.store.Forgive(ctx, nil, keys)
}

// ResetPassword makes a password for one time, for who has forgotten theirs. It ends all sessions, and the second factor
// stays. What the user may do beyond looking is held until a security administrator confirms it, since who made the
// password knows it; on the machine itself and where one person administers all there is nobody to ask.
func (d *Desk) ResetPassword(ctx context.Context, by By, id string) (password string, err error) {
	if err := by.must(access.SystemAdmin); err != nil {
		return "", err
	}
	password = madePassword()
	phc, err := d.hasher.hash(ctx, password)
	if err != nil {
		return "", err
	}
	hold := by.ID != "" && !d.Settings().SingleAdmin
	return password, d.recorded(ctx, data.Act{Verb: "reset-password", Object: d.calledByID(id)}, func(tx data.AccountTx) error {
		err := edit(tx, id, func(u *data.User) error {
			u.MustChange = true
			u.Held = u.Held || hold && (u.Admin != access.NoAdmin || acts(u))
			return nil
		})
		if err != nil {
			return err
		}
		s, err := tx.Secrets(id)
		if err != nil {
			return err
		}
		s.Password, s.Changed = phc, d.now()
		return errors.Join(tx.PutSecrets(id, s), tx.DropSessions(id, nil))
	})
}

// Setup is how the first accounts are made: one person who has all duties, or three who have one each.
type Setup struct {
	Code            string // of the one-time address
	Single          bool
	First           NewUser // has all duties, or security's
	SystemAs        string  // the login of the system administrator, where there are three
	AuditAs         string  // that of the audit administrator
	FirstOnTheStore bool    // by who uses the command on the machine itself: no code is asked for
}

// ErrNoSetup tells that the one-time address is none, or was used.
var ErrNoSetup = errors.New("this address was used, or is not the one that the server printed last")

// SetUp makes the first accounts, and returns the passwords that were made by login. It is done once, whoever tries.
func (d *Desk) SetUp(ctx context.Context, s Setup) (passwords map[string]string, err error) {
	if !s.FirstOnTheStore && !d.isSetup(s.Code) || !d.Open() {
		return nil, ErrNoSetup
	}
	s.First.Admin = access.SecurityAdmin
	users := []NewUser{s.First}
	if s.Single {
		users[0].Admin, users[0].Grants = access.AllAdmin, access.All().Grants
	} else if !s.FirstOnTheStore {
		users = append(users, NewUser{Login: s.SystemAs, Admin: access.SystemAdmin}, NewUser{Login: s.AuditAs, Admin: access.AuditAdmin})
	}
	passwords = map[string]string{}
	var puts []func(data.AccountTx) error
	var wrong layers.Faults
	for i, n := range users {
		_, put, password, err := d.prepare(ctx, n)
		if faults, ok := errors.AsType[layers.Faults](err); ok {
			wrong = append(wrong, renamed(faults, i)...)
			continue
		}
		if err != nil {
			return nil, err
		}
		if n.Password == "" {
			passwords[data.NormalLogin(n.Login)] = password
		}
		puts = append(puts, put)
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	return passwords, d.recorded(ctx, data.Act{Verb: "set-up", Object: s.First.Login, Detail: s.describe()}, func(tx data.AccountTx) error {
		if there, err := tx.Users(); err != nil || len(there) > 0 {
			return errors.Join(err, ErrNoSetup)
		}
		settings, err := tx.AccountSettings()
		if err != nil {
			return err
		}
		settings.SingleAdmin = s.Single
		if err := tx.PutAccountSettings(settings); err != nil {
			return err
		}
		for _, put := range puts {
			if err := put(tx); err != nil {
				return err
			}
		}
		return nil
	})
}

// renamed are the faults of the first, second or third of the users that are set up.
func renamed(faults layers.Faults, i int) layers.Faults {
	if i == 0 {
		return faults
	}
	for j := range faults {
		faults[j].Part = []string{"", "system", "audit"}[i]
	}
	return faults
}
