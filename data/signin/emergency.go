package signin

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
)

// EmergencyTime is how long an emergency lasts.
const EmergencyTime = 3 * time.Hour

const (
	leastReason   = 10 // characters
	mostReason    = 500
	emergencyKept = 90 * 24 * time.Hour // for those who look at the list; the audit log keeps it for good
	mostKeptOnes  = 500
)

// ErrNoEmergency tells that there is no such emergency.
var ErrNoEmergency = errors.New("there is no such emergency")

// BeginEmergency lets somebody who is signed in read sensitive fields in an area, "" for all that they may read, until it ends.
// It opens no row and no layer that they may not read otherwise, and a token gets nothing of it.
func (d *Desk) BeginEmergency(ctx context.Context, w Who, area, reason string) (data.Emergency, error) {
	reason = strings.TrimSpace(reason)
	var wrong layers.Faults
	if n := utf8.RuneCountInString(reason); n < leastReason || n > mostReason {
		wrong.Add("reason", "has %d characters; from %d to %d are needed, and others will read them", n, leastReason, mostReason)
	}
	if !access.IsAreaCode(area) {
		wrong.Add("area", "%q is not an area's code of 2, 4, 6, 9 or 12 digits, or empty for everywhere", area)
	}
	if err := wrong.Err(); err != nil {
		return data.Emergency{}, err
	}
	if w.Token != "" {
		return data.Emergency{}, Forbidden("an emergency is a person's: a token may not declare one")
	}
	now := d.now().UTC().Truncate(time.Microsecond)
	e := data.Emergency{
		ID: rand.Text(), User: w.User.ID, Area: area, Reason: reason, Began: now, Until: now.Add(EmergencyTime),
	}
	// Rights that do not count now, as of who has still to enrol a second factor, open nothing either.
	counts := d.Rights(w.Actor()).Grants
	held := slices.DeleteFunc(slices.Clone(w.User.Grants), func(g access.Grant) bool { return !slices.Contains(counts, g) })
	if len(d.opened(held, e)) == 0 {
		return e, Forbidden("an emergency is for those who may read the internal fields of the area, and not the sensitive ones")
	}
	act := data.Act{Verb: "begin-emergency", Object: areaText(area), Detail: reason}
	err := d.recorded(ctx, act, func(tx data.AccountTx) error {
		return editEmergencies(tx, func(list []data.Emergency) []data.Emergency {
			return slices.Insert(dropOld(list, now), 0, e)
		})
	})
	return e, err
}

// EndEmergency ends an emergency before its time: one's own, or any for a security administrator.
func (d *Desk) EndEmergency(ctx context.Context, w Who, id string) error {
	list := d.Settings().Emergencies
	i := slices.IndexFunc(list, func(e data.Emergency) bool { return e.ID == id })
	if i < 0 || !slices.ContainsFunc(d.Emergencies(w), func(e data.Emergency) bool { return e.ID == id }) {
		return ErrNoEmergency
	}
	if list[i].User != w.User.ID && !d.Rights(w.Actor()).Admin.Has(access.SecurityAdmin) {
		return Forbidden("an emergency is ended by who declared it, or by the administrator of security")
	}
	if !list[i].Lasts(d.now()) {
		return nil
	}
	act := data.Act{Verb: "end-emergency", Object: d.calledByID(list[i].User), Detail: list[i].Reason}
	return d.recorded(ctx, act, func(tx data.AccountTx) error {
		return editEmergencies(tx, func(list []data.Emergency) []data.Emergency {
			for i := range list {
				if list[i].ID == id && list[i].Ended.IsZero() {
					list[i].Ended, list[i].EndedBy = d.now().UTC().Truncate(time.Microsecond), w.User.ID
				}
			}
			return list
		})
	})
}

// Emergencies are those that somebody is told of, the latest first: their own; all, for the administrators of security and of
// audit; and those in the area of their unit, for who may read its sensitive fields anyway.
func (d *Desk) Emergencies(w Who) []data.Emergency {
	if w.Token != "" || w.User.ID == "" || w.Pending {
		return nil
	}
	rights := d.Rights(w.Actor())
	all := rights.Admin&(access.SecurityAdmin|access.AuditAdmin) != 0
	owns := func(e data.Emergency) bool {
		return strings.HasPrefix(e.Area, w.User.Unit) && slices.ContainsFunc(w.User.Grants, func(g access.Grant) bool {
			return g.Verb == access.Read && g.Class == access.Sensitive && g.Lasts(d.now()) && strings.HasPrefix(e.Area, g.Area)
		})
	}
	var told []data.Emergency
	for _, e := range d.Settings().Emergencies {
		if all || e.User == w.User.ID || owns(e) {
			told = append(told, e)
		}
	}
	return told
}

// opened are the grants that an emergency adds to some that somebody holds: to each that reads internal fields, one that reads
// sensitive ones of the same rows, as far as they lie in its area. A layer that is sensitive as a whole stays shut.
func (d *Desk) opened(held []access.Grant, e data.Emergency) (more []access.Grant) {
	for _, g := range held {
		overlap := strings.HasPrefix(g.Area, e.Area) || strings.HasPrefix(e.Area, g.Area)
		if g.Verb != access.Read || g.Class != access.Internal || g.Within != "" || !overlap {
			continue
		}
		for _, l := range d.catalog.Layers {
			if l.Secrecy == access.Sensitive || g.Layer != access.AllLayers && g.Layer != l.ID {
				continue
			}
			added := access.Grant{Verb: access.Read, Layer: l.ID, Class: access.Sensitive, Area: g.Area, Within: e.Area, Until: e.Until}
			if g.Area == "" {
				added.Area, added.Within = e.Area, ""
			}
			if !g.Until.IsZero() && g.Until.Before(e.Until) {
				added.Until = g.Until
			}
			more = append(more, added)
		}
	}
	return more
}

// emergencyGrants are what a user's emergencies add, as far as they last.
func (d *Desk) emergencyGrants(u *data.User, list []data.Emergency) (more []access.Grant) {
	for _, e := range list {
		if e.User == u.ID && e.Lasts(d.now()) {
			more = append(more, d.opened(u.Grants, e)...)
		}
	}
	return more
}

func editEmergencies(tx data.AccountTx, edit func([]data.Emergency) []data.Emergency) error {
	s, err := tx.AccountSettings()
	if err != nil {
		return err
	}
	s.Emergencies = edit(s.Emergencies)
	return tx.PutAccountSettings(s)
}

// dropOld is a list without those that ended long ago.
func dropOld(list []data.Emergency, now time.Time) []data.Emergency {
	list = slices.DeleteFunc(list, func(e data.Emergency) bool { return now.Sub(e.Until) > emergencyKept })
	return list[:min(len(list), mostKeptOnes)]
}
