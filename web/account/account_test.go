package account_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/data/signin"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/web/account"
	"github.com/cuntu/cuntu/web/problem"
)

const goodOne = "four stones under a bridge"

// site is a server with accounts; what else it answers tells who asks.
type site struct {
	t       *testing.T
	desk    *signin.Desk
	handler http.Handler
	log     *bytes.Buffer
}

func newSite(t *testing.T, change func(*account.Config)) *site {
	t.Helper()
	store, err := gpkg.Open(t.Context(), filepath.Join(t.TempDir(), "a.gpkg"), layers.Builtin(), gpkg.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	s := &site{t: t, log: &bytes.Buffer{}}
	log := slog.New(slog.NewTextHandler(s.log, nil))
	s.desk, err = signin.New(signin.Options{Store: store, Catalog: layers.Builtin(), Log: log})
	if err == nil {
		err = s.desk.Load(t.Context())
	}
	if err == nil {
		_, err = s.desk.SetUp(t.Context(), signin.Setup{FirstOnTheStore: true, First: signin.NewUser{Login: "liu", Password: goodOne}})
	}
	if err != nil {
		t.Fatal(err)
	}
	s.add(signin.NewUser{Login: "zhang", Admin: access.SystemAdmin})
	s.add(signin.NewUser{Login: "chen", Unit: "611002", Grants: access.Checker.Grants("611002")})
	config := account.Config{Desk: s.desk, Log: log}
	if change != nil {
		change(&config)
	}
	api := account.New(config)
	routes := mux.NewRouter()
	for _, route := range api.Routes() {
		routes.HandleFunc(route.Path, func(w http.ResponseWriter, r *http.Request) {
			if err := route.Answer(w, r); err != nil {
				fail(w, r, err)
			}
		}).Methods(route.Method)
	}
	routes.HandleFunc("/who", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s %d", access.From(r.Context()).Login, len(api.RightsOf(access.From(r.Context())).Grants))
	})
	s.handler = api.Identify(routes, fail)
	return s
}

func (s *site) add(n signin.NewUser) {
	s.t.Helper()
	n.Password = goodOne
	if _, _, err := s.desk.AddUser(s.t.Context(), signin.ByMachine(), n); err != nil {
		s.t.Fatal(err)
	}
}

func fail(w http.ResponseWriter, _ *http.Request, err error) {
	p, ok := errors.AsType[*problem.Problem](err)
	if wrong, faults := errors.AsType[layers.Faults](err); faults {
		p, ok = &problem.Problem{Status: http.StatusBadRequest, Detail: wrong.Error()}, true
	}
	if !ok {
		p = &problem.Problem{Status: http.StatusInternalServerError, Detail: err.Error()}
	}
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}

// request is one to be sent; of what is not said, as the page on this machine sends it.
type request struct {
	method, path, body string
	host               string
	from               string
	cookies            []*http.Cookie
	headers            map[string]string
}

func (s *site) send(q request) (*http.Response, string) {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), q.method, q.path, strings.NewReader(q.body))
	r.Host, r.RemoteAddr = "localhost:8080", "127.0.0.1:5000"
	if q.host != "" {
		r.Host = q.host
	}
	if q.from != "" {
		r.RemoteAddr = q.from
	}
	if q.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, c := range q.cookies {
		r.AddCookie(c)
	}
	for name, value := range q.headers {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	body, err := io.ReadAll(w.Result().Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return w.Result(), string(body)
}

func login(name string) string { return fmt.Sprintf(`{"login":%q,"password":%q}`, name, goodOne) }

// signIn is the cookie of who signs in.
func (s *site) signIn(name string, before ...*http.Cookie) *http.Cookie {
	s.t.Helper()
	resp, body := s.send(request{method: "POST", path: "/api/session", body: login(name), cookies: before})
	if resp.StatusCode != http.StatusOK || len(resp.Cookies()) != 1 {
		s.t.Fatalf("%s signs in: %d %s", name, resp.StatusCode, body)
	}
	return resp.Cookies()[0]
}

func (s *site) expect(q request, status int, says string) {
	s.t.Helper()
	if resp, body := s.send(q); resp.StatusCode != status || !strings.Contains(body, says) {
		s.t.Errorf("%s %s %v: %d %s, not %d %s", q.method, q.path, q.headers, resp.StatusCode, body, status, says)
	}
}

func TestSigningInAndOut(t *testing.T) {
	s := newSite(t, nil)
	s.expect(request{method: "GET", path: "/who"}, 200, " 0")
	s.expect(request{method: "GET", path: "/api/session"}, 200, `"state":"out"`)
	c := s.signIn("chen")
	if c.Name != "cuntu" || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
		t.Errorf("the cookie is %v", c)
	}
	s.expect(request{method: "GET", path: "/who", cookies: []*http.Cookie{c}}, 200, "chen 3")
	s.expect(request{method: "GET", path: "/api/session", cookies: []*http.Cookie{c}}, 200, `"roles":[{"role":"checker","area":"611002"}]`)
	s.expect(request{method: "GET", path: "/api/session", cookies: []*http.Cookie{c}}, 200, `"unit":"611002"`)
	s.expect(request{method: "GET", path: "/api/users", cookies: []*http.Cookie{c}}, 403, "administrators")
	s.expect(request{method: "GET", path: "/api/users"}, 401, "sign in first")
	s.expect(request{method: "DELETE", path: "/api/session", cookies: []*http.Cookie{c}, headers: map[string]string{"X-Cuntu": "1"}}, 204, "")
	s.expect(request{method: "GET", path: "/who", cookies: []*http.Cookie{c}}, 200, " 0")
}

func TestAttackSessionFixation(t *testing.T) {
	s := newSite(t, nil)
	planted := &http.Cookie{Name: "cuntu", Value: strings.Repeat("ab", 32)}
	c := s.signIn("chen", planted)
	if c.Value == planted.Value {
		t.Error("the session is the one that was planted")
	}
	s.expect(request{method: "GET", path: "/who", cookies: []*http.Cookie{planted}}, 200, " 0")
	// Whose session the browser had before is over.
	next := s.signIn("zhang", c)
	s.expect(request{method: "GET", path: "/who", cookies: []*http.Cookie{c}}, 200, " 0")
	s.expect(request{method: "GET", path: "/who", cookies: []*http.Cookie{next}}, 200, "zhang 0")
}

func TestAttackCookieTossing(t *testing.T) {
	s := newSite(t, func(c *account.Config) { c.PublicURL = "https://map.example" })
	resp, _ := s.send(request{method: "POST", path: "/api/session", body: login("chen"), host: "map.example"})
	c := resp.Cookies()[0]
	if c.Name != "__Host-cuntu" || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" {
		t.Errorf("over TLS the cookie is %v", c)
	}
	mine := s.signIn("liu") // an attacker's, tossed from a sibling's page
	for name, cookies := range map[string][]*http.Cookie{
		"by the plain name":  {{Name: "cuntu", Value: mine.Value}},
		"by the same name":   {c, {Name: "__Host-cuntu", Value: mine.Value}},
		"by another's":       {{Name: "__host-cuntu", Value: mine.Value}},
		"before the other's": {{Name: "__Host-cuntu", Value: mine.Value}, c},
	} {
		if _, body := s.send(request{method: "GET", path: "/who", host: "map.example", cookies: cookies}); body != " 0" {
			t.Errorf("%s: %s", name, body)
		}
	}
	s.expect(request{method: "GET", path: "/who", host: "map.example", cookies: []*http.Cookie{c}}, 200, "chen 3")
}

func TestAPasswordDoesNotTravelInPlain(t *testing.T) {
	s := newSite(t, nil)
	s.expect(request{method: "POST", path: "/api/session", body: login("chen"), host: "10.1.2.3:8080"}, 403, "https")
	s.expect(request{method: "GET", path: "/api/session", host: "10.1.2.3:8080"}, 200, `"secure":false`)
}

func TestAttackWritingFromAPageOfAnotherSite(t *testing.T) {
	s := newSite(t, nil)
	c := []*http.Cookie{s.signIn("chen")}
	for name, headers := range map[string]map[string]string{
		"a form":            {"Content-Type": "application/x-www-form-urlencoded"},
		"a form with files": {"Content-Type": "multipart/form-data; boundary=x"},
		"text":              {"Content-Type": "text/plain"},
		"no type":           {"Content-Type": ""},
	} {
		if resp, _ := s.send(request{method: "POST", path: "/who", body: "a=b", cookies: c, headers: headers}); resp.StatusCode != 415 {
			t.Errorf("%s: %d", name, resp.StatusCode)
		}
	}
	for name, headers := range map[string]map[string]string{
		"by a browser's word": {"Sec-Fetch-Site": "cross-site"}, "by a sibling": {"Sec-Fetch-Site": "same-site"},
		"by an old browser's": {"Origin": "https://evil.example"},
	} {
		for _, path := range []string{"/who", "/api/session", "/api/setup"} {
			if resp, _ := s.send(request{method: "POST", path: path, body: "{}", cookies: c, headers: headers}); resp.StatusCode != 403 {
				t.Errorf("%s to %s: %d", name, path, resp.StatusCode)
			}
		}
		if resp, _ := s.send(request{method: "POST", path: "/api/session", body: login("liu"), headers: headers}); resp.StatusCode != 403 {
			t.Errorf("signing its visitor in, %s: %d", name, resp.StatusCode)
		}
	}
	for _, media := range []string{"application/json", "application/geo+json", "application/merge-patch+json; charset=utf-8"} {
		s.expect(request{
			method: "POST", path: "/who", body: "{}", cookies: c, headers: map[string]string{"Content-Type": media},
		}, 200, "chen")
	}
	s.expect(request{
		method: "POST", path: "/who", body: "x", cookies: c, headers: map[string]string{"Content-Type": "", "X-Cuntu": "1"},
	}, 200, "chen")
}

func (s *site) token(c *http.Cookie) string {
	s.t.Helper()
	expires := time.Now().Add(time.Hour).Format(time.RFC3339)
	body := fmt.Sprintf(`{"name":"脚本","verbs":["read"],"layers":["road"],"area":"","expires":%q}`, expires)
	resp, said := s.send(request{method: "POST", path: "/api/tokens", body: body, cookies: []*http.Cookie{c}})
	var made account.NewToken
	if err := json.Unmarshal([]byte(said), &made); err != nil || resp.StatusCode != http.StatusCreated || made.Token.Name != "脚本" {
		s.t.Fatalf("%d %s %v", resp.StatusCode, said, err)
	}
	return made.Text
}

func TestAttackTokenInQueryOrReferer(t *testing.T) {
	s := newSite(t, nil)
	c := s.signIn("chen")
	token := s.token(c)
	bearer := map[string]string{"Authorization": "Bearer " + token}
	s.expect(request{method: "GET", path: "/who", headers: bearer}, 200, "chen 1")
	for _, path := range []string{"/who?token=" + token, "/who?a=b&access_token=" + strings.Replace(token, "_", "%5F", 1), "/who?" + token} {
		s.expect(request{method: "GET", path: path, headers: bearer}, 400, "withdraw it")
	}
	_, body := s.send(request{method: "GET", path: "/api/tokens", cookies: []*http.Cookie{c}})
	if strings.Contains(body, token) || !strings.Contains(body, "脚本") {
		t.Errorf("the list of tokens: %s", body)
	}
	for _, secret := range []string{token, c.Value, goodOne} {
		if strings.Contains(s.log.String(), secret) {
			t.Errorf("%.8s… is in the log", secret)
		}
	}
	for method, path := range map[string]string{"POST": "/api/tokens", "GET": "/api/tokens"} {
		s.expect(request{method: method, path: path, body: "{}", headers: bearer}, 403, "a token may not do this")
	}
	s.expect(request{method: "GET", path: "/who", headers: map[string]string{"Authorization": "Bearer " + token + "x"}}, 401, "API token")
}

func TestAttackMassAssignment(t *testing.T) {
	s := newSite(t, nil)
	chen, err := s.desk.FindUser("chen")
	if err != nil {
		t.Fatal(err)
	}
	c := []*http.Cookie{s.signIn("chen")}
	for path, body := range map[string]string{
		"/api/session/password": `{"old":"x","new":"y","unit":""}`, "/api/session/totp": `{"code":"1","admin":["security"]}`,
		"/api/tokens":  `{"name":"n","owner":"liu"}`,
		"/api/session": `{"login":"chen","password":"x","unit":""}`,
	} {
		s.expect(request{method: "POST", path: path, body: body, cookies: c}, 400, "unknown field")
	}
	s.expect(request{method: "PATCH", path: "/api/users/" + chen.ID, body: `{"unit":""}`, cookies: c}, 403, "administrators")
	zhang, liu := []*http.Cookie{s.signIn("zhang")}, []*http.Cookie{s.signIn("liu")}
	s.expect(request{method: "PATCH", path: "/api/users/" + chen.ID, body: `{"name":"陈","roles":[]}`, cookies: zhang}, 403, "security")
	s.expect(request{method: "PATCH", path: "/api/users/" + chen.ID, body: `{"unit":"6110","roles":[]}`, cookies: liu}, 403, "system")
	s.expect(request{method: "PATCH", path: "/api/users/" + chen.ID, body: `{"held":false}`, cookies: liu}, 400, "unknown field")
	s.expect(request{method: "PATCH", path: "/api/users/nobody", body: `{"name":"陈"}`, cookies: zhang}, 404, "no such user")
	s.expect(request{
		method: "PATCH", path: "/api/users/" + chen.ID, body: `{"roles":[{"role":"editor","area":"611021"}]}`, cookies: liu,
	}, 200, `"roles":[{"role":"editor","area":"611021"}]`)
	if u, err := s.desk.FindUser("chen"); err != nil || u.Unit != "611002" || u.Name != "" {
		t.Errorf("%+v, %v", u, err)
	}
}

func TestAttackHeaderSpoof(t *testing.T) {
	from := func(proxies ...netip.Prefix) string {
		s := newSite(t, func(c *account.Config) { c.Proxies = proxies })
		attempts := 0
		for i := range 60 {
			// Each attempt names another login and another address.
			resp, _ := s.send(request{
				method: "POST", path: "/api/session", body: login(fmt.Sprint("nobody", i)), from: "127.0.0.1:1",
				headers: map[string]string{"X-Forwarded-For": fmt.Sprintf("9.9.%d.1", i)},
			})
			if resp.StatusCode == http.StatusTooManyRequests {
				if resp.Header.Get("Set-Cookie") != "" {
					t.Error("a refusal sets a cookie")
				}
				break
			}
			attempts++
		}
		return fmt.Sprint(attempts >= 60)
	}
	if from() != "false" {
		t.Error("whoever writes another address into a header may try for ever")
	}
	if from(netip.MustParsePrefix("127.0.0.0/8")) != "true" {
		t.Error("what a known proxy says is not believed")
	}
}

func TestAttackLogInjection(t *testing.T) {
	s := newSite(t, nil)
	evil := "chen\ntime=2026-01-01 level=INFO msg=\"signed in\" user=liu"
	for _, q := range []request{
		{method: "POST", path: "/api/session", body: login(evil)},
		{method: "GET", path: "/who", headers: map[string]string{"Authorization": "Bearer cuntu_" + evil}},
	} {
		s.send(q)
	}
	s.signIn("chen")
	lines := strings.Split(strings.TrimSpace(s.log.String()), "\n")
	if len(lines) != 1 || !strings.Contains(lines[0], "signed in") {
		t.Errorf("the log has %q", lines)
	}
}

func TestAttackOpenRedirect(t *testing.T) {
	s := newSite(t, nil)
	for _, path := range []string{"/api/session?next=https://evil.example", "/api/session?redirect=//evil.example"} {
		resp, _ := s.send(request{method: "POST", path: path, body: login("chen")})
		if resp.Header.Get("Location") != "" || resp.StatusCode >= 300 && resp.StatusCode < 400 {
			t.Errorf("%s leads to %s", path, resp.Header.Get("Location"))
		}
	}
}

func TestTheFirstAccountsAreMadeOnce(t *testing.T) {
	store, err := gpkg.Open(t.Context(), filepath.Join(t.TempDir(), "a.gpkg"), layers.Builtin(), gpkg.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	log := slog.New(slog.DiscardHandler)
	desk, err := signin.New(signin.Options{Store: store, Catalog: layers.Builtin(), Log: log})
	if err == nil {
		err = desk.Load(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	code := desk.SetupCode()
	try := func(code string) error {
		_, err := desk.SetUp(t.Context(), signin.Setup{Code: code, Single: true, First: signin.NewUser{Login: "liu", Password: goodOne}})
		return err
	}
	for _, bad := range []string{"", "x", strings.ToLower(code)} {
		if err := try(bad); !errors.Is(err, signin.ErrNoSetup) {
			t.Errorf("by %q: %v", bad, err)
		}
	}
	if err := try(code); err != nil {
		t.Fatal(err)
	}
	liu, err := desk.FindUser("liu")
	if err != nil || liu.Admin != access.AllAdmin || len(liu.Grants) != len(access.Verbs()) || !desk.Settings().SingleAdmin {
		t.Errorf("%+v, %v", liu, err)
	}
	if err := try(code); !errors.Is(err, signin.ErrNoSetup) {
		t.Errorf("once more: %v", err)
	}
	if desk.SetupCode() != "" {
		t.Error("there is a one-time address though there are accounts")
	}
}
