package web

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cuntu/cuntu/data"
)

func TestWhoMayWriteIsGuarded(t *testing.T) {
	const token = "0123456789abcdef"
	on := Edits{Allowed: true}
	for _, c := range []struct {
		name    string
		edits   Edits
		public  string
		host    string
		body    string
		headers []string
		status  int
		says    string
	}{
		{name: "nobody", edits: Edits{}, status: 403, says: "--edits=on"},
		{name: "anybody", edits: on, status: 200},
		{name: "a page of the same site", edits: on, headers: []string{"Sec-Fetch-Site", "same-origin"}, status: 200},
		{name: "a page of another site", edits: on, headers: []string{"Sec-Fetch-Site", "cross-site"}, status: 403, says: "another site"},
		{
			name:    "another origin, by an older browser",
			edits:   on,
			headers: []string{"Origin", "https://evil.example"},
			status:  403,
			says:    "another site",
		},
		{
			name:    "the public address behind a proxy",
			edits:   on,
			public:  "https://map.example/x",
			headers: []string{"Origin", "https://map.example", "Sec-Fetch-Site", "same-site"},
			status:  200,
		},
		{name: "localhost where only this machine may", edits: Edits{Allowed: true, Local: true}, host: "localhost:8080", status: 200},
		{name: "::1 where only this machine may", edits: Edits{Allowed: true, Local: true}, host: "[::1]:8080", status: 200},
		{
			name:   "another name where only this machine may",
			edits:  Edits{Allowed: true, Local: true},
			host:   "evil.example:8080",
			status: 403,
			says:   "name of this machine",
		},
		{name: "no token", edits: Edits{Allowed: true, Token: token}, status: 401, says: "Bearer"},
		{
			name:    "a wrong token",
			edits:   Edits{Allowed: true, Token: token},
			headers: []string{"Authorization", "Bearer 0123456789abcdeF"},
			status:  403,
			says:    "token",
		},
		{name: "the token", edits: Edits{Allowed: true, Token: token}, headers: []string{"Authorization", "Bearer " + token}, status: 200},
		{name: "a body at the limit", edits: on, body: "0123456789", status: 200},
		{name: "a body over the limit", edits: on, body: "0123456789x", status: 413, says: "10 are allowed"},
	} {
		s := &server{edits: c.edits, publicURL: c.public, store: struct{ data.Store }{}, log: slog.New(slog.DiscardHandler)}
		h := s.write(10, func(w http.ResponseWriter, r *http.Request) error {
			_, err := io.Copy(w, r.Body)
			return err
		})
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(c.body))
		if c.host != "" {
			r.Host = c.host
		}
		for i := 0; i < len(c.headers); i += 2 {
			r.Header.Set(c.headers[i], c.headers[i+1])
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s: %d %s", c.name, w.Code, w.Body)
		}
		if w.Code == 401 && w.Header().Get("WWW-Authenticate") == "" {
			t.Errorf("%s: no WWW-Authenticate", c.name)
		}
	}
}

func TestABodyOfUnknownLengthIsCutOffAtTheLimit(t *testing.T) {
	s := &server{edits: Edits{Allowed: true}, store: struct{ data.Store }{}, log: slog.New(slog.DiscardHandler)}
	var read int64
	h := s.write(10, func(_ http.ResponseWriter, r *http.Request) (err error) {
		read, err = io.Copy(io.Discard, r.Body)
		return err
	})
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(strings.Repeat("x", 1000)))
	r.ContentLength = -1
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusRequestEntityTooLarge || read > 10 {
		t.Errorf("%d bytes read, answered %d %s", read, w.Code, w.Body)
	}
}
