package account

import (
	"net/http"
	"slices"
	"time"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/signin"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
)

// User is a user as administrators see one.
type User struct {
	Person
	State   string         `json:"state" enum:"active,disabled,expired"`
	Admin   []string       `json:"admin"`
	Grants  []access.Grant `json:"grants"` // all, those of roles too
	Roles   []HeldRole     `json:"roles"`
	Single  []access.Grant `json:"single"` // the grants that belong to no role
	Held    bool           `json:"held"`
	New     bool           `json:"must_change"`
	Created time.Time      `json:"created"`
	Expires *time.Time     `json:"expires,omitempty"`
	Issuer  string         `json:"issuer,omitempty"`
	Subject string         `json:"subject,omitempty"`
}

// Users are all of them, and the names of what may be chosen.
type Users struct {
	Users    []User        `json:"users"`
	Roles    []access.Role `json:"roles"`
	Profiles []string      `json:"profiles"`
}

// NewPassword is good for one time.
type NewPassword struct {
	Password string `json:"password"`
}

// NewUser is a user who was made, with the password for the first time.
type NewUser struct {
	User     User   `json:"user"`
	Password string `json:"password"`
}

// SetUp is what came of making the first accounts: passwords for the first time by login, of those who chose none.
type SetUp struct {
	Session   Session           `json:"session"`
	Passwords map[string]string `json:"passwords"`
}

// HeldRole is a role that somebody has in an area.
type HeldRole struct {
	Role  access.Role `json:"role"`
	Area  string      `json:"area"`
	Until time.Time   `json:"until,omitzero"`
}

func (h HeldRole) grants() []access.Grant {
	grants := h.Role.Grants(h.Area)
	for i := range grants {
		grants[i].Until = h.Until
	}
	return grants
}

// rolesOf are the roles whose grants are all among some.
func rolesOf(grants []access.Grant) []HeldRole {
	roles := []HeldRole{}
	for _, g := range grants {
		if g.Verb != access.Read || g.Layer != access.AllLayers || g.Class != access.Internal {
			continue
		}
		for _, role := range slices.Backward(access.Roles()) {
			h := HeldRole{role, g.Area, g.Until}
			if slices.Contains(roles, h) || !hasAll(grants, h.grants()) {
				continue
			}
			// Who has a role of more needs not be called a viewer too.
			if role != access.Viewer || !slices.ContainsFunc(roles, func(o HeldRole) bool { return o.Area == h.Area && o.Until.Equal(h.Until) }) {
				roles = append(roles, h)
			}
		}
	}
	return roles
}

func hasAll(grants, some []access.Grant) bool {
	return !slices.ContainsFunc(some, func(g access.Grant) bool { return !slices.Contains(grants, g) })
}

// singleOf are the grants that belong to none of the roles.
func singleOf(grants []access.Grant, roles []HeldRole) []access.Grant {
	single := []access.Grant{}
	for _, g := range grants {
		if !slices.ContainsFunc(roles, func(h HeldRole) bool { return slices.Contains(h.grants(), g) }) {
			single = append(single, g)
		}
	}
	return single
}

func describe(u *data.User, now time.Time) User {
	roles := rolesOf(u.Grants)
	d := User{
		Person: Person{u.ID, u.Login, u.Name, u.Unit, u.SecondFactor}, State: "active", Admin: u.Admin.Names(),
		Grants: append([]access.Grant{}, u.Grants...), Roles: roles, Single: singleOf(u.Grants, roles),
		Held: u.Held, New: u.MustChange, Created: u.Created, Issuer: u.Issuer, Subject: u.Subject,
	}
	if !u.Expires.IsZero() {
		d.Expires = &u.Expires
	}
	switch {
	case u.Disabled:
		d.State = "disabled"
	case !u.Active(now):
		d.State = "expired"
	}
	return d
}

// by is with which duties somebody administers.
func (a *API) by(r *http.Request) (signin.By, error) {
	someone, err := person(r)
	return signin.By{ID: someone.User.ID, Duties: a.desk.Rights(someone.Actor()).Admin}, err
}

// administrator is by, and an error for who has no duty at all.
func (a *API) administrator(r *http.Request) (signin.By, error) {
	by, err := a.by(r)
	if err == nil && by.Duties == access.NoAdmin {
		err = forbidden("this is for administrators alone")
	}
	return by, err
}

func (a *API) users(w http.ResponseWriter, r *http.Request) error {
	if _, err := a.administrator(r); err != nil {
		return err
	}
	list := []User{}
	for _, u := range a.desk.Users() {
		list = append(list, describe(&u, time.Now()))
	}
	return write(w, http.StatusOK, Users{list, access.Roles(), signin.Profiles()})
}

// said is what a caller sets of a user; nil of what stays as it is.
type said struct {
	Login      string          `json:"login"`
	Name       *string         `json:"name"`
	Unit       *string         `json:"unit"`
	Disabled   *bool           `json:"disabled"`
	Expires    *time.Time      `json:"expires"` // 0001-01-01T00:00:00Z for never
	Admin      *[]string       `json:"admin"`
	Roles      *[]HeldRole     `json:"roles"`
	Grants     *[]access.Grant `json:"grants"` // beside those of the roles
	Confirm    bool            `json:"confirm"`
	Unlock     bool            `json:"unlock"`
	DropFactor bool            `json:"drop_factor"`
	Issuer     *string         `json:"issuer"`
	Subject    *string         `json:"subject"`
}

// granted are the grants that roles and single grants come to; nil where neither is set.
func (s said) granted() (*[]access.Grant, error) {
	if s.Roles == nil && s.Grants == nil {
		return nil, nil
	}
	grants := []access.Grant{}
	add := func(g access.Grant) {
		if !slices.Contains(grants, g) {
			grants = append(grants, g)
		}
	}
	if s.Roles != nil {
		for _, h := range *s.Roles {
			h.Until = h.Until.UTC()
			if !slices.Contains(access.Roles(), h.Role) {
				return nil, layers.NewFault("roles", "%q is not one of %v", h.Role, access.Roles())
			}
			for _, g := range h.grants() {
				add(g)
			}
		}
	}
	if s.Grants != nil {
		for _, g := range *s.Grants {
			g.Until = g.Until.UTC()
			add(g)
		}
	}
	return &grants, nil
}

func (s said) duties() (*access.Admin, error) {
	if s.Admin == nil {
		return nil, nil
	}
	all := access.NoAdmin
	for _, name := range *s.Admin {
		duty, err := access.ParseAdmin(name)
		if err != nil {
			return nil, layers.NewFault("admin", "%s", err)
		}
		all |= duty
	}
	return &all, nil
}

func (s said) patch() (p signin.Patch, err error) {
	p = signin.Patch{
		Name: s.Name, Unit: s.Unit, Disabled: s.Disabled, Expires: s.Expires, Confirm: s.Confirm, Unlock: s.Unlock,
		DropFactor: s.DropFactor, Issuer: s.Issuer, Subject: s.Subject,
	}
	if p.Grants, err = s.granted(); err != nil {
		return p, err
	}
	p.Admin, err = s.duties()
	return p, err
}

func (a *API) addUser(w http.ResponseWriter, r *http.Request) error {
	by, err := a.administrator(r)
	if err != nil {
		return err
	}
	var s said
	if err := read(w, r, &s); err != nil {
		return err
	}
	p, err := s.patch()
	if err != nil {
		return err
	}
	n := signin.NewUser{Login: s.Login}
	for _, given := range []struct{ to, from *string }{{&n.Name, p.Name}, {&n.Unit, p.Unit}} {
		if given.from != nil {
			*given.to = *given.from
		}
	}
	if p.Expires != nil {
		n.Expires = *p.Expires
	}
	if p.Admin != nil {
		n.Admin = *p.Admin
	}
	if p.Grants != nil {
		n.Grants = *p.Grants
	}
	u, password, err := a.desk.AddUser(r.Context(), by, n)
	if err != nil {
		return worded(err)
	}
	return write(w, http.StatusCreated, NewUser{describe(&u, time.Now()), password})
}

func (a *API) changeUser(w http.ResponseWriter, r *http.Request) error {
	by, err := a.administrator(r)
	if err != nil {
		return err
	}
	var s said
	if err := read(w, r, &s); err != nil {
		return err
	}
	if s.Login != "" {
		return layers.NewFault("login", "stays what it is: history names the user by it")
	}
	p, err := s.patch()
	if err != nil {
		return err
	}
	id := mux.Vars(r)["user"]
	if err := a.desk.ChangeUser(r.Context(), by, id, p); err != nil {
		return worded(err)
	}
	u, err := a.desk.FindUser(id)
	if err != nil {
		return worded(err)
	}
	return write(w, http.StatusOK, describe(&u, time.Now()))
}

func (a *API) resetPassword(w http.ResponseWriter, r *http.Request) error {
	by, err := a.administrator(r)
	if err != nil {
		return err
	}
	password, err := a.desk.ResetPassword(r.Context(), by, mux.Vars(r)["user"])
	if err != nil {
		return worded(err)
	}
	return write(w, http.StatusOK, NewPassword{password})
}

func (a *API) changePolicy(w http.ResponseWriter, r *http.Request) error {
	by, err := a.administrator(r)
	if err != nil {
		return err
	}
	if !by.Duties.Has(access.SecurityAdmin) {
		return forbidden("this is for the administrator of security alone")
	}
	var said struct {
		Profile string `json:"profile"`
	}
	if err := read(w, r, &said); err != nil {
		return err
	}
	if !slices.Contains(signin.Profiles(), said.Profile) {
		return layers.NewFault("profile", "%q is not one of %v", said.Profile, signin.Profiles())
	}
	if err := a.desk.SetProfile(r.Context(), said.Profile); err != nil {
		return worded(err)
	}
	return a.session(w, r)
}

func (a *API) setUp(w http.ResponseWriter, r *http.Request) error {
	if err := a.maySignIn(r); err != nil {
		return err
	}
	if a.cross.Check(r) != nil {
		return forbidden("a page of another site may not do this")
	}
	var said struct {
		Code     string `json:"code"`
		Single   bool   `json:"single"`
		Login    string `json:"login"`
		Name     string `json:"name"`
		Password string `json:"password"`
		System   string `json:"system"` // logins of the other two, where there are three
		Audit    string `json:"audit"`
	}
	if err := read(w, r, &said); err != nil {
		return err
	}
	if said.Password == "" {
		return layers.NewFault("password", "is required: choose one")
	}
	passwords, err := a.desk.SetUp(r.Context(), signin.Setup{
		Code: said.Code, Single: said.Single, First: signin.NewUser{Login: said.Login, Name: said.Name, Password: said.Password},
		SystemAs: said.System, AuditAs: said.Audit,
	})
	if err != nil {
		return worded(err)
	}
	text, someone, err := a.desk.SignIn(r.Context(), signin.SignIn{Login: said.Login, Password: said.Password, Network: a.network(r)})
	if err != nil {
		return worded(err)
	}
	a.setSession(w, r, text)
	return write(w, http.StatusCreated, SetUp{a.tell(r, someone), passwords})
}
