package account

import (
	"net/http"
	"time"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers/access"
)

// Token is an API token as its owner sees it: without its text.
type Token struct {
	ID    string `json:"id"`
	Owner string `json:"owner"`
	Name  string `json:"name"`
	access.Scope
	Created time.Time  `json:"created"`
	Expires time.Time  `json:"expires"`
	Used    *time.Time `json:"used,omitempty"`
	From    string     `json:"from,omitempty"` // the network of the last use
}

// Tokens are a list of them.
type Tokens struct {
	Tokens []Token `json:"tokens"`
}

// NewToken is a token that was made, with its text, which is told this once.
type NewToken struct {
	Token Token  `json:"token"`
	Text  string `json:"text"`
}

func describeToken(t data.Token) Token {
	d := Token{ID: t.ID, Owner: t.Owner, Name: t.Name, Scope: t.Scope, Created: t.Created, Expires: t.Expires, From: t.From}
	if !t.Used.IsZero() {
		d.Used = &t.Used
	}
	return d
}

// tokens lists one's own; all=1 those of everybody, for the security administrator.
func (a *API) tokens(w http.ResponseWriter, r *http.Request) error {
	by, err := a.by(r)
	if err != nil {
		return err
	}
	owner := by.ID
	if r.URL.Query().Get("all") == "1" {
		if !by.Duties.Has(access.SecurityAdmin) {
			return forbidden("this is for the administrator of security alone")
		}
		owner = ""
	}
	list := []Token{}
	for _, t := range a.desk.Tokens(owner) {
		list = append(list, describeToken(t))
	}
	return write(w, http.StatusOK, Tokens{list})
}

func (a *API) addToken(w http.ResponseWriter, r *http.Request) error {
	someone, err := person(r)
	if err != nil {
		return err
	}
	var said struct {
		Name string `json:"name"`
		access.Scope
		Expires time.Time `json:"expires"`
	}
	if err := read(w, r, &said); err != nil {
		return err
	}
	t, text, err := a.desk.AddToken(r.Context(), someone, said.Name, said.Scope, said.Expires)
	if err != nil {
		return worded(err)
	}
	return write(w, http.StatusCreated, NewToken{describeToken(t), text})
}

func (a *API) dropToken(w http.ResponseWriter, r *http.Request) error {
	by, err := a.by(r)
	if err != nil {
		return err
	}
	if err := a.desk.DropToken(r.Context(), by, mux.Vars(r)["token"]); err != nil {
		return worded(err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
