package signin

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
)

const flood = "山洪冲断道路，须打电话给村里的队长"

// reads tells whether somebody may read sensitive fields of the villages of an area whose parents are given too.
func (o *office) reads(who Who, areas ...string) bool {
	in := func(code string) bool {
		if code == "" {
			return true
		}
		for _, a := range areas {
			if a == code {
				return true
			}
		}
		return false
	}
	for _, g := range o.Rights(who.Actor()).Grants {
		if g.Verb == access.Read && g.Class == access.Sensitive && g.Layer == "village" && in(g.Area) && in(g.Within) {
			return true
		}
	}
	return false
}

func TestAnEmergencyOpensSensitiveFieldsForThreeHours(t *testing.T) {
	o := newOffice(t)
	o.staff()
	_, who := o.must("chen", goodOne)
	county, town, other := []string{"611002"}, []string{"611002", "611002001"}, []string{"611003"}
	if o.reads(who, county...) {
		t.Fatal("chen reads them anyway")
	}
	e, err := o.BeginEmergency(t.Context(), who, "611002001", flood)
	if err != nil {
		t.Fatal(err)
	}
	if !o.reads(who, town...) || o.reads(who, county...) || o.reads(who, other...) {
		t.Errorf("of the town %v, of the rest of the county %v, of another county %v",
			o.reads(who, town...), o.reads(who, county...), o.reads(who, other...))
	}
	for _, g := range o.Rights(who.Actor()).Grants {
		if g.Class == access.Sensitive && g.Verb != access.Read {
			t.Errorf("it lets %v", g)
		}
	}
	o.now = e.Began.Add(3*time.Hour - time.Second)
	if !o.reads(who, town...) {
		t.Error("it ends before three hours")
	}
	o.now = e.Began.Add(3 * time.Hour)
	if o.reads(who, town...) {
		t.Error("it goes on after three hours")
	}
}

func TestAnEmergencyIsEndedByItsUserOrTheSecurityAdministrator(t *testing.T) {
	o := newOffice(t)
	o.staff()
	other := o.desk()
	go func() { _ = other.Run(t.Context()) }()
	_, who := o.must("chen", goodOne)
	people := map[string]Who{"chen": who}
	for _, login := range []string{"liu", "zhang", "wang"} {
		_, people[login] = o.must(login, goodOne)
	}
	for login, may := range map[string]bool{"chen": true, "liu": true, "zhang": false, "wang": false} {
		e, err := o.BeginEmergency(t.Context(), who, "", flood)
		if err != nil {
			t.Fatal(err)
		}
		within(t, patience, "another server knows", func() bool { return len(other.Settings().Emergencies) == len(o.Settings().Emergencies) })
		err = o.EndEmergency(t.Context(), people[login], e.ID)
		if (err == nil) != may || may == o.reads(who, "611002") {
			t.Errorf("%s: %v", login, err)
		}
		if may {
			within(t, patience, "it ends elsewhere", func() bool {
				for _, g := range other.Rights(who.Actor()).Grants {
					if g.Class == access.Sensitive {
						return false
					}
				}
				return true
			})
		} else if err := o.EndEmergency(t.Context(), who, e.ID); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAnEmergencyIsToldToThoseWhomItConcerns(t *testing.T) {
	o := newOffice(t)
	o.staff()
	sensitive := func(area string) []access.Grant {
		return []access.Grant{{Verb: access.Read, Layer: access.AllLayers, Class: access.Sensitive, Area: area}}
	}
	for _, n := range []NewUser{
		{Login: "owner", Unit: "611002", Grants: sensitive("611002")},
		{Login: "neighbour", Unit: "611003", Grants: sensitive("611003")},
		{Login: "colleague", Unit: "611002", Grants: access.Viewer.Grants("611002")},
	} {
		n.Password = goodOne
		if _, _, err := o.AddUser(t.Context(), ByMachine(), n); err != nil {
			t.Fatal(err)
		}
	}
	_, who := o.must("chen", goodOne)
	if _, err := o.BeginEmergency(t.Context(), who, "611002", flood); err != nil {
		t.Fatal(err)
	}
	for login, told := range map[string]int{"chen": 1, "liu": 1, "wang": 1, "owner": 1, "zhang": 0, "neighbour": 0, "colleague": 0} {
		_, who := o.must(login, goodOne)
		if list := o.Emergencies(who); len(list) != told {
			t.Errorf("%s is told of %d", login, len(list))
		}
	}
}

func TestAttackEmergencies(t *testing.T) {
	o := newOffice(t)
	o.staff()
	_, chen := o.must("chen", goodOne)
	_, wang := o.must("wang", goodOne)
	scope := access.Scope{Verbs: []access.Verb{access.Read}}
	_, text, err := o.AddToken(t.Context(), chen, "脚本", scope, o.now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	byToken, err := o.ByToken(t.Context(), text, home)
	if err != nil {
		t.Fatal(err)
	}
	refused := func(name string, who Who, area, reason string, faults bool) {
		t.Helper()
		_, err := o.BeginEmergency(t.Context(), who, area, reason)
		if _, wrong := errors.AsType[layers.Faults](err); err == nil || wrong != faults || !faults && !is[Forbidden](err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	refused("no reason", chen, "611002", strings.Repeat(" ", 40), true)
	refused("hardly a reason", chen, "611002", "要看看电话号码啊", true)
	refused("a reason as long as a book", chen, "611002", strings.Repeat("长", 501), true)
	refused("no area", chen, "'; DROP", flood, true)
	refused("another county", chen, "611003", flood, false)
	refused("who reads nothing", wang, "611002", flood, false)
	refused("a token", byToken, "611002", flood, false)

	if _, err := o.BeginEmergency(t.Context(), chen, "", flood); err != nil {
		t.Fatal(err)
	}
	if o.reads(byToken, "611002") {
		t.Error("a token reads by its owner's emergency")
	}
	if err := o.ChangeUser(t.Context(), o.by("liu"), chen.User.ID, Patch{Grants: &[]access.Grant{}}); err != nil {
		t.Fatal(err)
	}
	if o.reads(chen, "611002") {
		t.Error("an emergency outlasts the rights that it adds to")
	}
	if err := o.EndEmergency(t.Context(), wang, "made up"); !errors.Is(err, ErrNoEmergency) {
		t.Errorf("one that is none: %v", err)
	}
	held := access.Checker.Grants("611002")
	if err := o.ChangeUser(t.Context(), o.by("liu"), chen.User.ID, Patch{Grants: &held}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.ResetPassword(t.Context(), o.by("zhang"), chen.User.ID); err != nil {
		t.Fatal(err)
	}
	if o.reads(chen, "611002") {
		t.Error("who took the account over by a new password reads by its emergency")
	}
	refused("rights that do not count", chen, "611002", flood, false)
}

// TestAnEmergencyThatCannotBeOnRecordIsNone has a record that takes nothing.
func TestAnEmergencyThatCannotBeOnRecordIsNone(t *testing.T) {
	o := newOffice(t)
	o.staff()
	_, who := o.must("chen", goodOne)
	o.acts = mute{}
	if _, err := o.BeginEmergency(t.Context(), who, "611002", flood); !errors.Is(err, data.ErrUnrecorded) || o.reads(who, "611002") {
		t.Errorf("%v", err)
	}
}

// mute is an audit log that takes nothing.
type mute struct{}

func (mute) Note(context.Context, data.Act) error { return data.ErrUnrecorded }

func (mute) Do(context.Context, data.Act, func() error) error { return data.ErrUnrecorded }

func (mute) Refuse(context.Context, data.Act) {}
