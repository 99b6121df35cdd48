package signin

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
)

const (
	longestToken  = 366 * 24 * time.Hour
	mostTokens    = 20  // of one user
	mostTokenName = 100 // characters
)

// Tokens are those of a user, the newest first; of all users for "".
func (d *Desk) Tokens(owner string) []data.Token {
	list := []data.Token{}
	for _, t := range d.directory().tokens {
		if owner == "" || t.Owner == owner {
			list = append(list, *t)
		}
	}
	slices.SortFunc(list, func(a, b data.Token) int {
		if c := b.Created.Compare(a.Created); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return list
}

// AddToken makes an API token for who is signed in, and returns its text, which nobody has again.
func (d *Desk) AddToken(ctx context.Context, w Who, name string, scope access.Scope, expires time.Time) (data.Token, string, error) {
	if w.Token != "" {
		return data.Token{}, "", Forbidden("a token makes no tokens: sign in with a password")
	}
	if u := &w.User; u.MustChange || u.Held || d.NeedsFactor(u) {
		return data.Token{}, "", Forbidden("a token can be made once your rights count")
	}
	name, now := strings.TrimSpace(name), d.now()
	if err := d.checkToken(name, scope, expires, now).Err(); err != nil {
		return data.Token{}, "", err
	}
	text := newToken()
	t := data.Token{
		ID: rand.Text(), Owner: w.User.ID, Name: name, Hash: hashOf(text), Scope: scope,
		Created: now.UTC().Truncate(time.Microsecond), Expires: expires.UTC().Truncate(time.Microsecond),
	}
	return t, text, d.recorded(ctx, data.Act{Verb: "add-token", Object: name, Detail: describeScope(scope)}, func(tx data.AccountTx) error {
		all, err := tx.Tokens()
		if err != nil {
			return err
		}
		own := 0
		for _, t := range all {
			if t.Owner == w.User.ID && now.Before(t.Expires) {
				own++
			}
		}
		if own >= mostTokens {
			return layers.NewFault("token", "you have %d; withdraw one first", own)
		}
		return tx.PutToken(t)
	})
}

func (d *Desk) checkToken(name string, s access.Scope, expires, now time.Time) (wrong layers.Faults) {
	if n := utf8.RuneCountInString(name); n == 0 || n > mostTokenName {
		wrong.Add("name", "has %d characters; from 1 to %d are allowed, such as what the token is for", n, mostTokenName)
	}
	if !expires.After(now) || expires.Sub(now) > longestToken {
		wrong.Add("expires", "must be a time from now to a year on")
	}
	if len(s.Verbs) == 0 {
		wrong.Add("verbs", "must name one at least")
	}
	for i, v := range s.Verbs {
		wrong = append(wrong, access.Grant{Verb: v, Layer: access.AllLayers}.Check(fmt.Sprintf("verbs[%d]", i), d.catalog)...)
	}
	for i, l := range s.Layers {
		wrong = append(wrong, access.Grant{Verb: access.Read, Layer: l}.Check(fmt.Sprintf("layers[%d]", i), d.catalog)...)
	}
	if !access.IsAreaCode(s.Area) {
		wrong.Add("area", "%q is not an area's code of 2, 4, 6, 9 or 12 digits, or empty for everywhere", s.Area)
	}
	return wrong
}

// ErrNoTokenID tells that somebody has no token with an id.
var ErrNoTokenID = errors.New("there is no such token")

// DropToken withdraws a token: one's own, or anybody's for the security administrator.
func (d *Desk) DropToken(ctx context.Context, by By, id string) error {
	mine := slices.ContainsFunc(d.Tokens(""), func(t data.Token) bool {
		return t.ID == id && (t.Owner == by.ID || by.Duties.Has(access.SecurityAdmin))
	})
	if !mine {
		return ErrNoTokenID
	}
	return d.recorded(ctx, data.Act{Verb: "drop-token", Object: id}, func(tx data.AccountTx) error { return tx.DropToken(id) })
}
