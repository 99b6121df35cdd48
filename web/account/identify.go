package account

import (
	"context"
	"errors"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/signin"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/web/problem"
)

const (
	// secureCookie is taken by browsers over TLS alone, and from this host alone: no neighbour's page can set it.
	secureCookie = "__Host-cuntu"
	// plainCookie is for this machine itself, where there is no TLS.
	plainCookie = "cuntu"
	// ownHeader on a request tells that a script of the page made it: forms of other pages cannot.
	ownHeader = "X-Cuntu"
)

type whoKey struct{}

// who is who asks; ok is false of nobody, and of who has still to prove a second factor.
func who(r *http.Request) (w signin.Who, ok bool) {
	w, ok = r.Context().Value(whoKey{}).(signin.Who)
	return w, ok && !w.Pending
}

// Identify finds out who asks, by an API token or a session, before h answers. Who shows neither is nobody. fail writes errors.
func (a *API) Identify(h http.Handler, fail func(http.ResponseWriter, *http.Request, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/healthz" || r.URL.Path == "/readyz" {
			h.ServeHTTP(w, r) // the page asks by itself, which is no use of its session
			return
		}
		someone, err := a.identify(r)
		if err != nil {
			w.Header().Set("Cache-Control", "no-store")
			fail(w, r, err)
			return
		}
		if someone.User.ID != "" {
			ctx := context.WithValue(r.Context(), whoKey{}, someone)
			r = r.WithContext(access.With(ctx, someone.Actor()))
		}
		h.ServeHTTP(w, r)
	})
}

func (a *API) identify(r *http.Request) (signin.Who, error) {
	if tokenInQuery(r.URL) {
		detail := "an API token stands in the address, where logs and other sites see it: withdraw it, and send the next one in the " +
			"header Authorization: Bearer TOKEN"
		return signin.Who{}, &problem.Problem{Status: http.StatusBadRequest, Title: "Bad request", Detail: detail}
	}
	if text, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok && strings.HasPrefix(text, signin.TokenPrefix) {
		someone, err := a.desk.ByToken(r.Context(), text, a.network(r))
		return someone, worded(err)
	}
	// A second cookie of the name was put there by somebody else.
	cookies := r.CookiesNamed(a.cookieName(r))
	if len(cookies) != 1 {
		return signin.Who{}, nil
	}
	someone, err := a.desk.BySession(r.Context(), cookies[0].Value)
	if err != nil {
		if !errors.Is(err, data.ErrNoSession) && !errors.Is(err, data.ErrUnreachable) && r.Context().Err() == nil {
			a.log.Error("a session cannot be looked up", "error", err)
		}
		return signin.Who{}, nil
	}
	return someone, a.deliberate(r)
}

// deliberate is an error where a browser may have made a request that changes something without its user's page.
func (a *API) deliberate(r *http.Request) error {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return nil
	}
	if a.cross.Check(r) != nil {
		return forbidden("a page of another site may not do this")
	}
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if r.Header.Get(ownHeader) != "" || media == "application/json" || strings.HasSuffix(media, "+json") {
		return nil
	}
	return &problem.Problem{
		Status: http.StatusUnsupportedMediaType, Title: "Unsupported media type",
		Detail: "with a session, what changes something must be JSON or have the header " + ownHeader + ": 1",
	}
}

// tokenInQuery tells whether an API token stands in an address.
func tokenInQuery(u *url.URL) bool {
	if !strings.Contains(strings.ToLower(u.RawQuery), "cuntu") {
		return false
	}
	query, err := url.QueryUnescape(u.RawQuery)
	return strings.Contains(query, signin.TokenPrefix) || err != nil && strings.Contains(u.RawQuery, "cuntu")
}

// secure tells whether what the browser sends travels over TLS, to this server or to the proxy before it.
func (a *API) secure(r *http.Request) bool {
	return r.TLS != nil || a.public != nil && a.public.Scheme == "https"
}

func (a *API) cookieName(r *http.Request) string {
	if a.secure(r) {
		return secureCookie
	}
	return plainCookie
}

// maySignIn is an error where a password would travel in plain.
func (a *API) maySignIn(r *http.Request) error {
	if a.secure(r) || isLoopback(r.Host) {
		return nil
	}
	return forbidden("passwords do not travel in plain: open the page by https (start the server with --tls-cert and --tls-key, " +
		"or with --public-url https://… behind a proxy), or on the machine itself")
}

func isLoopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// setSession gives the browser a session; "" takes it away.
func (a *API) setSession(w http.ResponseWriter, r *http.Request, text string) {
	c := &http.Cookie{
		Name: a.cookieName(r), Value: text, Path: "/", HttpOnly: true, Secure: a.secure(r), SameSite: http.SameSiteLaxMode,
	}
	if text == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// address is where a request comes from: what proxies say of it is believed of those alone that are known.
func (a *API) address(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	address := at.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && a.isProxy(address); i-- {
		before, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		address = before.Unmap()
	}
	return address
}

// Address is where who asks is, without port.
func (a *API) Address(r *http.Request) string { return a.address(r).String() }

func (a *API) isProxy(address netip.Addr) bool {
	for _, p := range a.proxies {
		if p.Contains(address) {
			return true
		}
	}
	return false
}

func (a *API) network(r *http.Request) string { return signin.Network(a.address(r)) }
