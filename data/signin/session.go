package signin

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
)

const (
	// freeAttempts are those of one login or second factor that wait for nothing.
	freeAttempts = 5
	// freeOfNetwork are those of a network: an office of fifty behind one address mistypes more than one person does.
	freeOfNetwork = 30
	// pendingAge is how long the second factor may come after the password.
	pendingAge = 5 * time.Minute
	// mostNetworks are kept of a user, from which strangers elsewhere cannot lock the user out.
	mostNetworks = 8
)

// ErrWrong is the error of whatever is wrong with a login and password, so that nobody learns which logins there are.
var ErrWrong = errors.New("the login or the password is wrong")

// Locked tells that there were too many attempts, and for how long no further one is heard.
type Locked struct{ For time.Duration }

func (l Locked) Error() string {
	return fmt.Sprintf("too many attempts; the next is possible in %v", l.For.Round(time.Second))
}

// Network is the network of an address, by which attempts are counted: of version 4 its /24, of version 6 its /64.
func Network(address netip.Addr) string {
	address = address.Unmap().WithZone("")
	bits := 64
	if address.Is4() {
		bits = 24
	}
	p, err := address.Prefix(bits)
	if err != nil {
		return "unknown"
	}
	return p.String()
}

// SignIn is what somebody says to sign in.
type SignIn struct {
	Login, Password string
	Network         string
	Old             Who // whose session the browser has had until now: it ends
}

// SignIn finds out who somebody is by a password and begins a session, of which it returns what the browser holds. The error
// is ErrWrong, ErrBusy, Locked or the store's.
func (d *Desk) SignIn(ctx context.Context, s SignIn) (text string, who Who, err error) {
	key := data.LoginKey(s.Login)
	u, found := d.directory().logins[key]
	id := ""
	if found {
		id = u.ID
	}
	secrets, err := d.secrets(ctx, id)
	if err != nil {
		return "", Who{}, err
	}
	counted := "login:" + hashed(key)
	if slices.Contains(secrets.Networks, s.Network) {
		counted += "@" + s.Network
	}
	good, old, err := d.try(ctx, counted, s.Network, func() (bool, bool, error) {
		good, old, err := d.hasher.verify(ctx, secrets.Password, s.Password)
		return good && found && u.Active(d.now()), old, err
	})
	if err != nil {
		if locked := (Locked{}); errors.As(err, &locked) {
			d.refuse(ctx, data.Act{Verb: "sign-in", Actor: id, Object: called(u), Detail: "too many attempts"})
		}
		return "", Who{}, err
	}
	if !good {
		d.refuse(ctx, data.Act{Verb: "sign-in", Actor: id, Object: called(u), Detail: "wrong password, or no such user"})
		return "", Who{}, ErrWrong
	}
	if err := d.welcome(ctx, u.ID, s, old); err != nil {
		return "", Who{}, err
	}
	return d.begin(ctx, u.ID, u.SecondFactor, s.Old)
}

// called is a user's login; "" of nobody: what was typed may be a password.
func called(u *data.User) string {
	if u == nil {
		return ""
	}
	return u.Login
}

// hashed is a text under which attempts are counted: people type passwords where a login should be.
func hashed(text string) string { return hex.EncodeToString(hashOf(text))[:32] }

// try counts an attempt before it is made, so that many at once are not more than allowed, and forgives it if it is good.
func (d *Desk) try(ctx context.Context, key, network string, attempt func() (good, old bool, err error)) (good, old bool, err error) {
	floor := d.Policy().LockFloor
	keys := []data.AttemptKey{
		{Key: key, Free: freeAttempts, Floor: floor},
		{Key: "network:" + network, Free: freeOfNetwork, Floor: floor},
	}
	locked, err := d.store.Attempt(ctx, keys)
	if err == nil && locked > 0 {
		err = Locked{locked}
	}
	if err != nil {
		return false, false, err
	}
	good, old, err = attempt()
	switch {
	case err != nil: // it was not heard
		return false, false, errors.Join(err, d.store.Forgive(context.WithoutCancel(ctx), []string{keys[0].Key, keys[1].Key}, nil))
	case good:
		err = d.store.Forgive(ctx, []string{keys[1].Key}, []string{key})
	}
	return good, old, err
}

// welcome notes what a good password tells: the network it came from, and that it must be hashed or chosen anew.
func (d *Desk) welcome(ctx context.Context, id string, s SignIn, old bool) error {
	secrets, err := d.secrets(ctx, id)
	if err != nil {
		return err
	}
	age := d.Policy().MaxAge
	expired := age > 0 && d.now().Sub(secrets.Changed) > age
	if !old && !expired && slices.Contains(secrets.Networks, s.Network) {
		return nil
	}
	phc := ""
	if old {
		if phc, err = d.hasher.hash(ctx, s.Password); err != nil {
			return err
		}
	}
	return d.change(ctx, func(tx data.AccountTx) error {
		now, err := tx.Secrets(id)
		if err != nil {
			return err
		}
		if old && now.Password == secrets.Password {
			now.Password = phc
		}
		now.Networks = slices.DeleteFunc(now.Networks, func(n string) bool { return n == s.Network })
		now.Networks = slices.Insert(now.Networks, 0, s.Network)
		now.Networks = now.Networks[:min(len(now.Networks), mostNetworks)]
		if err := tx.PutSecrets(id, now); err != nil || !expired {
			return err
		}
		return edit(tx, id, func(u *data.User) error { u.MustChange = true; return nil })
	})
}

// secrets are those of a user; the zero Secrets of nobody.
func (d *Desk) secrets(ctx context.Context, id string) (s data.Secrets, err error) {
	err = d.store.ReadAccounts(ctx, func(tx data.AccountTx) (err error) {
		s, err = tx.Secrets(id)
		return err
	})
	return s, err
}

// begin begins a session in the place of another one: whoever knew that one knows nothing of this.
func (d *Desk) begin(ctx context.Context, user string, pending bool, old Who) (text string, who Who, err error) {
	if old.session != "" {
		if err := d.store.DropSession(ctx, []byte(old.session)); err != nil {
			return "", Who{}, err
		}
		d.forget(old.session)
	}
	if !pending {
		u := d.directory().users[user]
		if err := d.note(ctx, data.Act{Verb: "sign-in", Actor: user, Name: called(u), Object: called(u)}); err != nil {
			return "", Who{}, err
		}
	}
	text = newSession()
	if err := d.store.AddSession(ctx, data.Session{Hash: hashOf(text), User: user, Pending: pending}); err != nil {
		return "", Who{}, err
	}
	who, err = d.BySession(ctx, text)
	return text, who, err
}

// SignOut ends a session.
func (d *Desk) SignOut(ctx context.Context, w Who) error {
	if w.session == "" {
		return nil
	}
	if err := d.note(ctx, data.Act{Verb: "sign-out", Actor: w.User.ID, Name: w.User.Login, Object: w.User.Login}); err != nil {
		return err
	}
	d.forget(w.session)
	return d.store.DropSession(ctx, []byte(w.session))
}

// PasswordChange is what somebody says to choose another password.
type PasswordChange struct{ Old, New, Network string }

// ChangePassword lets somebody who knows the old password choose a new one. Other sessions of the user end, and this one
// goes on as another.
func (d *Desk) ChangePassword(ctx context.Context, w Who, p PasswordChange) (text string, who Who, err error) {
	if err := d.confirm(ctx, w, "old", p.Old, p.Network); err != nil {
		return "", Who{}, err
	}
	if p.New == p.Old {
		return "", Who{}, layers.NewFault("new", "is the old one; choose another")
	}
	if err := d.Policy().CheckPassword("new", p.New, &w.User, d.unitName(w.User.Unit)).Err(); err != nil {
		return "", Who{}, err
	}
	phc, err := d.hasher.hash(ctx, p.New)
	if err != nil {
		return "", Who{}, err
	}
	err = d.recorded(ctx, data.Act{Verb: "change-password", Object: w.User.Login}, func(tx data.AccountTx) error {
		s, err := tx.Secrets(w.User.ID)
		if err != nil {
			return err
		}
		s.Password, s.Changed = phc, d.now()
		if err := tx.PutSecrets(w.User.ID, s); err != nil {
			return err
		}
		if err := tx.DropSessions(w.User.ID, nil); err != nil {
			return err
		}
		return edit(tx, w.User.ID, func(u *data.User) error { u.MustChange = false; return nil })
	})
	if err != nil {
		return "", Who{}, err
	}
	return d.begin(ctx, w.User.ID, false, w)
}

// confirm asks for the password again, before what a session alone should not do.
func (d *Desk) confirm(ctx context.Context, w Who, part, password, network string) error {
	secrets, err := d.secrets(ctx, w.User.ID)
	if err != nil {
		return err
	}
	good, _, err := d.try(ctx, "confirm:"+w.User.ID, network, func() (bool, bool, error) {
		return d.hasher.verify(ctx, secrets.Password, password)
	})
	if err == nil && !good {
		err = layers.NewFault(part, "is not your present password")
	}
	return err
}

// edit changes a user in a transaction. The error wraps ErrNoUser.
func edit(tx data.AccountTx, id string, change func(*data.User) error) error {
	users, err := tx.Users()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(users, func(u data.User) bool { return u.ID == id })
	if i < 0 {
		return fmt.Errorf("user %s: %w", id, ErrNoUser)
	}
	if err := change(&users[i]); err != nil {
		return err
	}
	return tx.PutUser(users[i])
}

// ErrNoUser tells that there is no such user.
var ErrNoUser = errors.New("there is no such user")
