package account

import (
	"net/http"
	"time"

	"github.com/cuntu/cuntu/data/signin"
	"github.com/cuntu/cuntu/layers/access"
)

// Session is who asks, for whoever asks.
type Session struct {
	// State is open where there are no accounts, out where nobody is signed in, totp where a second factor is awaited, and in.
	State string `json:"state" enum:"open,out,totp,in"`
	// Needs is totp where a second factor is awaited.
	Needs string `json:"needs,omitempty" enum:"totp"`
	// Secure tells whether passwords may be sent from where the caller is.
	Secure bool    `json:"secure"`
	User   *Person `json:"user,omitempty"`
	// MustChange, NeedsFactor and Held say why rights do not count yet: the password is to be chosen, a second factor to be
	// enrolled, or a security administrator to confirm.
	MustChange  bool           `json:"must_change,omitempty"`
	NeedsFactor bool           `json:"needs_factor,omitempty"`
	Held        bool           `json:"held,omitempty"`
	Grants      []access.Grant `json:"grants"` // those that count now
	Roles       []HeldRole     `json:"roles"`
	Admin       []string       `json:"admin"`
	Ends        *time.Time     `json:"ends,omitempty"`
	Idle        int            `json:"idle_seconds"` // after which an unused session ends
	// Emergencies are those that last and that the user is told of, the user's own among them.
	Emergencies []Emergency `json:"emergencies"`
	Rules       Rules       `json:"rules"`
}

// Person is a user as he is to himself.
type Person struct {
	ID           string `json:"id"`
	Login        string `json:"login"`
	Name         string `json:"name"`
	Unit         string `json:"unit"`
	SecondFactor bool   `json:"second_factor"`
}

// Enrolment is what a device needs to make codes.
type Enrolment signin.Enrolment

// Recovery are codes for when the device is lost, each for one time; they are told this once.
type Recovery struct {
	Codes []string `json:"recovery"`
}

// Rules are those of signing in.
type Rules struct {
	Profile     string `json:"profile"`
	SingleAdmin bool   `json:"single_admin"` // one person administers all of it
	MinLength   int    `json:"min_length"`   // of passwords
	Classes     int    `json:"classes"`      // of characters that a password needs; 0 for any
}

// tell describes a session.
func (a *API) tell(r *http.Request, someone signin.Who) Session {
	policy, settings := a.desk.Policy(), a.desk.Settings()
	s := Session{
		State: "out", Secure: a.maySignIn(r) == nil, Grants: []access.Grant{}, Roles: []HeldRole{}, Admin: []string{},
		Emergencies: []Emergency{}, Idle: int(policy.Limits.Idle / time.Second),
		Rules: Rules{
			Profile: profileName(settings.Profile), SingleAdmin: settings.SingleAdmin, MinLength: policy.MinLength, Classes: policy.Classes,
		},
	}
	rights := a.desk.Rights(someone.Actor())
	s.Grants = append(s.Grants, rights.Grants...)
	switch u := &someone.User; {
	case u.ID == "" && a.desk.Open():
		s.State = "open"
	case u.ID == "":
	case someone.Pending:
		s.State, s.Needs = "totp", "totp"
	default:
		s.State = "in"
		s.User = &Person{u.ID, u.Login, u.Name, u.Unit, u.SecondFactor}
		s.MustChange, s.Held, s.NeedsFactor = u.MustChange, u.Held, a.desk.NeedsFactor(u)
		s.Roles, s.Admin = rolesOf(u.Grants), rights.Admin.Names()
		s.Ends = &someone.Ends
		for _, e := range a.toldEmergencies(someone) {
			if e.Lasts {
				s.Emergencies = append(s.Emergencies, e)
			}
		}
	}
	return s
}

func profileName(profile string) string {
	if profile == "" {
		return signin.Profiles()[0]
	}
	return profile
}

func (a *API) session(w http.ResponseWriter, r *http.Request) error {
	someone, _ := r.Context().Value(whoKey{}).(signin.Who)
	return write(w, http.StatusOK, a.tell(r, someone))
}

func (a *API) signIn(w http.ResponseWriter, r *http.Request) error {
	if err := a.maySignIn(r); err != nil {
		return err
	}
	if a.cross.Check(r) != nil { // a page of another site must not sign its visitors in as somebody
		return forbidden("a page of another site may not do this")
	}
	var said struct {
		Login    string `json:"login"`
		Password string `json:"password"`
	}
	if err := read(w, r, &said); err != nil {
		return err
	}
	before, _ := r.Context().Value(whoKey{}).(signin.Who)
	text, someone, err := a.desk.SignIn(r.Context(), signin.SignIn{
		Login: said.Login, Password: said.Password, Network: a.network(r), Old: before,
	})
	if err != nil {
		return worded(err)
	}
	a.setSession(w, r, text)
	if someone.Pending {
		return write(w, http.StatusOK, a.tell(r, someone))
	}
	a.log.Info("signed in", "user", someone.User.ID)
	return write(w, http.StatusOK, a.tell(r, someone))
}

func (a *API) signOut(w http.ResponseWriter, r *http.Request) error {
	if someone, ok := r.Context().Value(whoKey{}).(signin.Who); ok {
		if err := a.desk.SignOut(r.Context(), someone); err != nil {
			return worded(err)
		}
	}
	a.setSession(w, r, "")
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (a *API) secondFactor(w http.ResponseWriter, r *http.Request) error {
	var said struct {
		Code string `json:"code"`
	}
	if err := read(w, r, &said); err != nil {
		return err
	}
	someone, _ := r.Context().Value(whoKey{}).(signin.Who)
	text, someone, err := a.desk.SecondFactor(r.Context(), someone, said.Code, a.network(r))
	if err != nil {
		return worded(err)
	}
	a.setSession(w, r, text)
	a.log.Info("signed in", "user", someone.User.ID)
	return write(w, http.StatusOK, a.tell(r, someone))
}

// person is who is signed in by a session of their own: what a program that has a token may not do.
func person(r *http.Request) (signin.Who, error) {
	someone, ok := who(r)
	if !ok {
		return someone, unauthorized("sign in first")
	}
	if someone.Token != "" {
		return someone, forbidden("a token may not do this: sign in with a password")
	}
	return someone, nil
}

func (a *API) changePassword(w http.ResponseWriter, r *http.Request) error {
	someone, err := person(r)
	if err != nil {
		return err
	}
	var said struct {
		Old string `json:"old"`
		New string `json:"new"`
	}
	if err := read(w, r, &said); err != nil {
		return err
	}
	change := signin.PasswordChange{Old: said.Old, New: said.New, Network: a.network(r)}
	text, someone, err := a.desk.ChangePassword(r.Context(), someone, change)
	if err != nil {
		return worded(err)
	}
	a.setSession(w, r, text)
	return write(w, http.StatusOK, a.tell(r, someone))
}

func (a *API) enrol(w http.ResponseWriter, r *http.Request) error {
	someone, err := person(r)
	if err != nil {
		return err
	}
	var said struct {
		Password string `json:"password"`
	}
	if err := read(w, r, &said); err != nil {
		return err
	}
	enrolment, err := a.desk.Enrol(r.Context(), someone, said.Password, a.network(r))
	if err != nil {
		return worded(err)
	}
	return write(w, http.StatusOK, Enrolment(enrolment))
}

func (a *API) endEnrol(w http.ResponseWriter, r *http.Request) error {
	someone, err := person(r)
	if err != nil {
		return err
	}
	var said struct {
		Code string `json:"code"`
	}
	if err := read(w, r, &said); err != nil {
		return err
	}
	codes, err := a.desk.EndEnrol(r.Context(), someone, said.Code, a.network(r))
	if err != nil {
		return worded(err)
	}
	return write(w, http.StatusOK, Recovery{codes})
}
