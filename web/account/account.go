// Package account is signing in over HTTP, and the accounts' administration: who asks is found out here, and what they may
// do is told to all other handlers.
//
// Requests flow in, are checked here and answered by data/signin; JSON and cookies flow out. Errors are returned to the
// caller, who writes them. Cookies are in no log, and neither is what anybody types.
package account

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/signin"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/web/problem"
)

// API answers. Any number of goroutines may ask it.
type API struct {
	desk    *signin.Desk
	public  *url.URL // nil where no address is known
	proxies []netip.Prefix
	log     *slog.Logger
	cross   *http.CrossOriginProtection
}

// Config is what the API needs.
type Config struct {
	Desk *signin.Desk
	// PublicURL is the address that clients know; "" where none stands before the server.
	PublicURL string
	// Proxies are the addresses of proxies whose X-Forwarded-For is believed.
	Proxies []netip.Prefix
	Log     *slog.Logger
}

// New makes the API.
func New(c Config) *API {
	a := &API{desk: c.Desk, proxies: c.Proxies, log: c.Log, cross: http.NewCrossOriginProtection()}
	if u, err := url.Parse(c.PublicURL); err == nil && u.Host != "" {
		a.public = u
		// Behind a proxy the Host may be another than the page's. The error is of origins that are malformed, which this is not.
		_ = a.cross.AddTrustedOrigin(u.Scheme + "://" + u.Host)
	}
	return a
}

// Open tells whether there are no accounts: then whoever reaches the server is nobody, and is let do as the server was told.
func (a *API) Open() bool { return a.desk.Open() }

// RightsOf are what somebody may do now. They are to be asked for at each use, since they may be taken away meanwhile.
func (a *API) RightsOf(who access.Actor) access.Rights { return a.desk.Rights(who) }

// Route is the way to an answer.
type Route struct {
	Method, Path string
	Answer       func(http.ResponseWriter, *http.Request) error
}

// Routes are the ways to all answers. None is ever kept by a cache.
func (a *API) Routes() []Route {
	routes := []Route{
		{http.MethodGet, "/api/session", a.session},
		{http.MethodPost, "/api/session", a.signIn},
		{http.MethodDelete, "/api/session", a.signOut},
		{http.MethodPost, "/api/session/totp", a.secondFactor},
		{http.MethodPost, "/api/session/password", a.changePassword},
		{http.MethodPost, "/api/session/factor", a.enrol},
		{http.MethodPut, "/api/session/factor", a.endEnrol},
		{http.MethodPost, "/api/setup", a.setUp},
		{http.MethodGet, "/api/users", a.users},
		{http.MethodPost, "/api/users", a.addUser},
		{http.MethodPatch, "/api/users/{user}", a.changeUser},
		{http.MethodPost, "/api/users/{user}/password", a.resetPassword},
		{http.MethodPatch, "/api/policy", a.changePolicy},
		{http.MethodGet, "/api/emergencies", a.emergencies},
		{http.MethodPost, "/api/emergencies", a.beginEmergency},
		{http.MethodDelete, "/api/emergencies/{emergency}", a.endEmergency},
		{http.MethodGet, "/api/tokens", a.tokens},
		{http.MethodPost, "/api/tokens", a.addToken},
		{http.MethodDelete, "/api/tokens/{token}", a.dropToken},
	}
	for i := range routes {
		answer := routes[i].Answer
		routes[i].Answer = func(w http.ResponseWriter, r *http.Request) error {
			w.Header().Set("Cache-Control", "no-store")
			return answer(w, r)
		}
	}
	return routes
}

func forbidden(detail string) error {
	return &problem.Problem{Status: http.StatusForbidden, Title: "Forbidden", Detail: detail}
}

func unauthorized(detail string) error {
	return &problem.Problem{Status: http.StatusUnauthorized, Title: "Unauthorized", Detail: detail}
}

// worded is an error of signing in as the caller is told it; another one stays.
func worded(err error) error {
	var locked signin.Locked
	var not signin.Forbidden
	switch {
	case errors.As(err, &locked):
		wait := max(locked.For, time.Second)
		return &problem.Problem{Status: http.StatusTooManyRequests, Title: "Too many attempts", Detail: locked.Error(), Wait: wait}
	case errors.Is(err, signin.ErrBusy):
		detail := "too many are signing in at once; try again in a moment"
		return &problem.Problem{Status: http.StatusTooManyRequests, Title: "Busy", Detail: detail, Wait: time.Second}
	case errors.As(err, &not):
		return forbidden(string(not))
	case errors.Is(err, signin.ErrWrong), errors.Is(err, signin.ErrNoToken):
		return unauthorized(err.Error())
	case errors.Is(err, data.ErrNoSession):
		return unauthorized("sign in first; the session has ended")
	case errors.Is(err, signin.ErrNoSetup):
		return forbidden(err.Error())
	case errors.Is(err, signin.ErrNoUser), errors.Is(err, signin.ErrNoTokenID), errors.Is(err, signin.ErrNoEmergency):
		return &problem.Problem{Status: http.StatusNotFound, Title: "Not found", Detail: err.Error()}
	case errors.Is(err, data.ErrUnrecorded):
		detail := "the audit log cannot be written, and what must stand there is not done without it; try again later"
		return &problem.Problem{Status: http.StatusServiceUnavailable, Title: "Not available now", Detail: detail}
	case errors.Is(err, data.ErrUnreachable):
		detail := "the store is out of reach: nobody can sign in, and accounts cannot be changed"
		return &problem.Problem{Status: http.StatusServiceUnavailable, Title: "Not available now", Detail: detail}
	}
	return err
}

// mostBody is how many bytes the body of a request may have.
const mostBody = 256 << 10

// read reads JSON that has no unknown members: what a caller may not set is not there to be set.
func read(w http.ResponseWriter, r *http.Request, to any) error {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, mostBody))
	d.DisallowUnknownFields()
	err := d.Decode(to)
	if err == nil && d.Decode(&struct{}{}) != io.EOF {
		err = errors.New("it goes on after its end")
	}
	if long := (*http.MaxBytesError)(nil); errors.As(err, &long) {
		detail := fmt.Sprintf("the body may have %d bytes", long.Limit)
		return &problem.Problem{Status: http.StatusRequestEntityTooLarge, Title: "Too large", Detail: detail}
	}
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
		return layers.NewFault(wrong.Field, "must be of another type, not %s", wrong.Value)
	}
	if err != nil {
		return layers.NewFault("body", "must be JSON: %s", err) // which quotes names of members and never their values
	}
	return nil
}

func write(w http.ResponseWriter, status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(b, '\n')) // a caller that is gone needs no answer
	return nil
}
