package web

import (
	"context"
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/dataset"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/web/query"
	"github.com/cuntu/cuntu/web/start"
)

// Edits says who may write over HTTP. The zero Edits let nobody.
type Edits struct {
	Allowed bool
	// Off lets nobody edit, whatever account they have.
	Off bool
	// Token, unless it is "", must come with every writing request, as
	// "Authorization: Bearer …".
	Token string
	// Local lets only requests through whose Host is this machine by a loopback
	// name: a proxy that makes the server known to others says another.
	Local bool
}

// editTime is how long the body of a writing request may take to arrive, which
// for a large file over a slow line is longer than for a question.
const editTime = 30 * time.Minute

// write guards a handler that changes what the store holds: against pages of
// other sites, against callers who may not edit, and against bodies of more than
// limit bytes.
func (s *server) write(limit int64, h func(http.ResponseWriter, *http.Request) error) http.Handler {
	return s.change(limit, h, access.Write)
}

// change guards a handler as write does, for callers who may do one of the verbs somewhere.
func (s *server) change(limit int64, h func(http.ResponseWriter, *http.Request) error, verbs ...access.Verb) http.Handler {
	return s.sameOrigin(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		err := s.mayEdit(r, verbs...)
		if err == nil && s.store == nil {
			err = s.noStore()
		}
		if err == nil && r.ContentLength > limit {
			err = tooLarge(fmt.Sprintf("the body has %d bytes; %d are allowed", r.ContentLength, limit))
		}
		if err == nil {
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(editTime)) // where it cannot, the server's own holds
			r.Body = http.MaxBytesReader(w, r.Body, limit)
			err = h(w, r)
		}
		if err != nil {
			s.fail(w, r, err)
		}
	})
}

// sameOrigin refuses requests that a browser makes for a page of another site. Of
// these even reading is refused: what was in other people's files is not for any
// page to fetch.
func (s *server) sameOrigin(h http.HandlerFunc) http.Handler {
	guard := http.NewCrossOriginProtection()
	if u, err := url.Parse(s.publicURL); err == nil && u.Host != "" {
		// Behind a proxy the Host may be another than the page's. The error is of
		// origins that are malformed, which this is not.
		_ = guard.AddTrustedOrigin(u.Scheme + "://" + u.Host)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked := *r
		asked.Method = http.MethodPost // lest safe methods pass
		if guard.Check(&asked) != nil {
			s.fail(w, r, forbidden("a page of another site may not do this"))
			return
		}
		h(w, r)
	})
}

func forbidden(detail string) *problem {
	return &problem{Title: "Forbidden", Status: http.StatusForbidden, Detail: detail}
}

func (s *server) hasEditToken(r *http.Request) bool {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return ok && s.edits.Token != "" && subtle.ConstantTimeCompare([]byte(token), []byte(s.edits.Token)) == 1
}

// mayWrite is nil where there are accounts and the caller's may do one of the verbs: with what, is decided with each edit.
// Being on this machine is no identity then.
func (s *server) mayWrite(r *http.Request, verbs []access.Verb) error {
	writes := func(g access.Grant) bool { return slices.Contains(verbs, g.Verb) }
	switch {
	case s.edits.Off:
		return forbidden("this server takes no edits: it was started with --edits=off")
	case s.edits.Allowed && s.hasEditToken(r) || slices.ContainsFunc(s.rights(r).Grants, writes):
		return nil
	case !access.From(r.Context()).Known():
		return &problem{Title: "Unauthorized", Status: http.StatusUnauthorized, Detail: "sign in to edit, or send an API token"}
	}
	return forbidden("you may not write: a security administrator grants it")
}

// mayEdit is nil where the caller may edit or, where verbs are given, do one of them.
func (s *server) mayEdit(r *http.Request, verbs ...access.Verb) error {
	if s.accounts != nil && !s.accounts.Open() {
		if len(verbs) == 0 {
			verbs = []access.Verb{access.Write}
		}
		return s.mayWrite(r, verbs)
	}
	switch e := s.edits; {
	case !e.Allowed:
		return forbidden("this server takes no edits: start it with --edits=on, or with --edit-token")
	case e.Local && !IsLocal(r.Host):
		return forbidden(
			"this server takes edits only under a name of this machine, such as localhost: " +
				"start it with --edits=on, or with --edit-token, to take them from others",
		)
	case e.Token == "":
		return nil
	}
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return &problem{
			Title:  "Unauthorized",
			Status: http.StatusUnauthorized,
			Detail: "edits need the header Authorization: Bearer TOKEN, with the token of --edit-token",
		}
	}
	if subtle.ConstantTimeCompare([]byte(token), []byte(s.edits.Token)) != 1 {
		return forbidden("the token is not that of --edit-token")
	}
	return nil
}

// IsLocal tells whether a host, with or without port, is this machine's by a
// loopback name.
func IsLocal(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// mayAdminister is nil where the caller may change what holds for everybody: a system administrator, and who may edit where
// there are no accounts.
func (s *server) mayAdminister(r *http.Request) error {
	if s.accounts == nil || s.accounts.Open() {
		return s.mayEdit(r)
	}
	if s.edits.Off {
		return s.mayWrite(r, []access.Verb{access.Write})
	}
	if !s.rights(r).Admin.Has(access.SystemAdmin) {
		return forbidden("this is for system administrators")
	}
	return nil
}

// administer guards a handler that changes what holds for everybody.
func (s *server) administer(limit int64, h func(http.ResponseWriter, *http.Request) error) http.Handler {
	return s.sameOrigin(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		err := s.mayAdminister(r)
		if err == nil && s.store == nil {
			err = s.noStore()
		}
		if err == nil {
			r.Body = http.MaxBytesReader(w, r.Body, limit)
			err = h(w, r)
		}
		if err != nil {
			s.fail(w, r, err)
		}
	})
}

// officeRoutes adds whose map it is.
func (s *server) officeRoutes(get func(path string, h http.HandlerFunc), r *mux.Router) {
	get("/api/office", func(w http.ResponseWriter, r *http.Request) {
		if err := s.offices.Show(w, r); err != nil {
			s.fail(w, r, err)
		}
	})
	r.Handle("/api/office", s.administer(start.MostOfficeBytes, func(w http.ResponseWriter, r *http.Request) error {
		if err := s.witness.Note(r.Context(), data.Act{Verb: "set-office", Object: "office"}); err != nil {
			return err
		}
		return s.offices.Put(w, r, access.From(r.Context()).Login)
	})).Methods(http.MethodPut)
}

// credit is what files carry along of whose map it is, and of the sources of a layer, or of all for "".
func (s *server) credit(ctx context.Context, snap *snapshot.Snapshot, layer string) string {
	return dataset.Credit(snap, s.offices.Get(ctx).Line(), layer)
}

// editState answers /api/edits: whether this caller may edit, or could with a
// token or an account.
func (s *server) editState(w http.ResponseWriter, r *http.Request) {
	if err := query.New(r).Done(); err != nil {
		s.fail(w, r, err)
		return
	}
	state := "allowed"
	if s.mayEdit(r) != nil {
		state = "refused"
		switch accounts := s.accounts != nil && !s.accounts.Open(); {
		case accounts && !s.edits.Off && !access.From(r.Context()).Known():
			state = "account"
		case !accounts && s.edits.Allowed && s.edits.Token != "":
			state = "token"
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	_ = writeJSON(w, map[string]string{"edits": state}) // always marshals
}

// CheckOrigin tells whether an origin may stand in the page's content security policy:
// http or https, a host, which may begin with "*." for all its subdomains, and nothing else.
func CheckOrigin(origin string) error {
	u, err := url.Parse(origin)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || origin != u.Scheme+"://"+u.Host ||
		strings.ContainsAny(strings.TrimPrefix(u.Host, "*."), "*;, '\"") {
		return fmt.Errorf("%q is not an origin such as https://portal.example.org or https://*.tianditu.gov.cn", origin)
	}
	return nil
}
