package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/data/postgis"
	"github.com/cuntu/cuntu/data/postgis/pgtest"
	"github.com/cuntu/cuntu/layers"
)

// Whoever asks in the matrix: nobody, each role in the first county, and each administrator.
var matrixRoles = []string{"nobody", "viewer", "editor", "engineer", "planner", "checker", "system", "security", "audit"}

const (
	ownCounty, otherCounty = "611002", "611003"
	matrixPassword         = "Tiger-Mountain-77-Bridge"
)

// rule tells who is let through to do something; others are told that they may not.
type rule func(role string) bool

func only(roles ...string) rule {
	return func(role string) bool { return slices.Contains(roles, role) }
}

var (
	anybody = func(string) bool { return true }
	known   = func(role string) bool { return role != "nobody" }
	writers = only("editor", "engineer", "planner")
	editors = only("editor", "engineer")
	readers = only("viewer", "editor", "engineer", "planner", "checker") // of internal fields
)

// matrix says who may do what, of every route. How features are written stands in writes.
var matrix = map[string]rule{
	"POST /api/near": anybody, "POST /api/programme/whatif": anybody, "POST /api/siting/judge": anybody,
	"POST /api/siting/evaluate": anybody, "POST /api/siting/search": anybody, "POST /api/siting/plan": anybody,
	"POST /api/edits": writers, "GET /api/edits/{key}": writers,
	"GET /api/jobs": writers, "DELETE /api/jobs/{id}": anybody, // of others' jobs nobody is told that there are any
	"POST /api/archives": writers, "POST /api/uploads": writers, "DELETE /api/uploads/{upload}": writers,
	"POST /api/uploads/{upload}/inspect": writers, "POST /api/uploads/{upload}/check": writers,
	"POST /api/uploads/{upload}/import": writers, "GET /api/uploads/{upload}/rejects": writers,
	"GET /api/imports": writers, "GET /api/imports/{import}": writers, "POST /api/imports/{import}/undo": writers,
	"GET /api/imports/{import}/conflicts": writers, "POST /api/imports/{import}/conflicts": writers,
	"GET /api/ledgers": writers, "POST /api/ledgers": writers, "PUT /api/ledgers/rules": only("system"),
	"GET /api/mappings": writers, "GET /api/mappings/{mapping}": writers, "PUT /api/mappings/{mapping}": writers,
	"DELETE /api/mappings/{mapping}": writers,
	"POST /api/siting/scenarios":     writers, "POST /api/siting/scenarios/{id}/copy": writers,
	"PATCH /api/siting/scenarios/{id}": writers, "DELETE /api/siting/scenarios/{id}": writers,
	"GET /api/siting/scenarios": readers, "GET /api/siting/scenarios/compare": readers, "GET /api/siting/scenarios/{id}": readers,
	"POST /api/history/restore":                  writers,
	"POST /api/procedures/{procedure}/{subject}": only("editor", "checker"),
	"POST /api/projects":                         writers, "POST /api/projects/{number}/results": writers,
	"POST /api/session": anybody, "DELETE /api/session": anybody, "POST /api/session/totp": nil, "POST /api/setup": only(),
	"POST /api/session/password": known, "POST /api/session/factor": known, "PUT /api/session/factor": known,
	"GET /api/users": only("system", "security", "audit"), "POST /api/users": only("system"),
	"PATCH /api/users/{user}": only("system"), "POST /api/users/{user}/password": only("system"),
	"PATCH /api/policy":    only("security"),
	"GET /api/emergencies": known, "POST /api/emergencies": known, "DELETE /api/emergencies/{emergency}": known,
	"GET /api/tokens": known, "POST /api/tokens": known, "DELETE /api/tokens/{token}": known,
	"GET /api/audit": only("audit"), "GET /api/audit/verdict": only("audit"), "GET /api/audit/log": only("audit"),
	"GET /api/templates/{layer}.xlsx": editors, "POST /api/divisions/{code}/take": writers, "PUT /api/office": only("system"),
	"GET /api/features/{layer}/{id}/comments": known, "POST /api/features/{layer}/{id}/comments": readers,
	"DELETE /api/features/{layer}/{id}/comments/{comment}": readers, "GET /api/features/{layer}/{id}/comments/{comment}/files/{file}": readers,
	"POST /ogc/collections/{collection}/items": editors, "PUT /ogc/collections/{collection}/items/{feature}": editors,
	"PATCH /ogc/collections/{collection}/items/{feature}": editors, "DELETE /ogc/collections/{collection}/items/{feature}": editors,
}

// bodies are what is sent where who may is asked after the body is read; the others are of no use.
var bodies = map[string]string{
	"POST /api/users": `{"login":"security"}`, "PATCH /api/users/{user}": `{"name":"新名"}`,
	"POST /api/setup": `{"code":"guessed","single":true,"login":"mallory","password":"` + matrixPassword + `"}`,
}

// officeServer is a server with accounts, and who is signed in.
type officeServer struct {
	*process
	cookies map[string]string
}

// newOffice fills a store with two counties, and users by the command line, and serves it by the binary.
func newOffice(t *testing.T, store data.Store, address string) *officeServer {
	t.Helper()
	catalog := catalog()
	edit := func(layer string, g orb.Geometry, fields ...string) layers.Edit {
		l, _ := catalog.Layer(layer)
		e := layers.Edit{Op: layers.Insert, Layer: layer, Feature: layers.Feature{Geometry: g, Values: make([]layers.Value, len(l.Fields))}}
		for i := 0; i < len(fields); i += 2 {
			e.Feature.Values[l.Field(fields[i])] = layers.Text(fields[i+1])
		}
		return e
	}
	square := func(west float64) orb.Polygon {
		return orb.Polygon{{{west, 33}, {west + 1, 33}, {west + 1, 34}, {west, 34}, {west, 33}}}
	}
	edits := []layers.Edit{
		edit("county", square(109), "code", ownCounty, "name", "甲县"), edit("county", square(110), "code", otherCounty, "name", "乙县"),
	}
	// Villages 1 to 3 are of the own county, of another one and of none; the fourth is taken away again.
	for i, county := range []string{ownCounty, otherCounty, "", ownCounty} {
		code := fmt.Sprintf("%s10020%d", ownCounty, i+1)
		e := edit("village", nil, "code", code, "name", "村")
		l, _ := catalog.Layer("village")
		if county != "" {
			e.Feature.Values[l.Field("county")] = layers.Text(county)
		}
		edits = append(edits, e)
	}
	if _, err := store.Apply(t.Context(), data.Edits(edits...)); err != nil {
		t.Fatal(err)
	}
	last := layers.Edit{Op: layers.Delete, Layer: "village", Feature: layers.Feature{ID: 4}}
	if _, err := store.Apply(t.Context(), data.Edits(last)); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	for _, role := range []string{"security", "system", "audit", "viewer", "editor", "engineer", "planner", "checker"} {
		args := []string{"user", "add", "--store", address, role, "--admin", role}
		if len(role) > 0 && slices.Index(matrixRoles, role) < 6 {
			args = []string{"user", "add", "--store", address, role, "--unit", ownCounty, "--role", role}
		}
		if out, code := runSaying(t, matrixPassword+"\n", args...); code != 0 {
			t.Fatalf("%v: %s", args, out)
		}
	}
	o := &officeServer{serveWith(t, "--store", address), map[string]string{}}
	for _, role := range matrixRoles[1:] {
		resp, body := o.send("nobody", "POST", "/api/session", fmt.Sprintf(`{"login":%q,"password":%q}`, role, matrixPassword), nil)
		if resp.StatusCode != 200 || len(resp.Cookies()) != 1 {
			t.Fatalf("%s cannot sign in: %d %s", role, resp.StatusCode, body)
		}
		o.cookies[role] = resp.Cookies()[0].Name + "=" + resp.Cookies()[0].Value
	}
	return o
}

// send sends a request as somebody.
func (o *officeServer) send(role, method, path, body string, headers map[string]string) (*http.Response, string) {
	o.t.Helper()
	r, err := http.NewRequestWithContext(o.t.Context(), method, o.url+path, strings.NewReader(body))
	if err != nil {
		o.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if c := o.cookies[role]; c != "" {
		r.Header.Set("Cookie", c)
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		o.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		o.t.Fatal(err)
	}
	return resp, string(b)
}

// operations are the routes of the running server, by its own OpenAPI document, which a test of web holds against its router.
func (o *officeServer) operations() (list []string) {
	o.t.Helper()
	var doc struct {
		Paths map[string]map[string]json.RawMessage
	}
	if _, body := o.get("/api/openapi.json"); json.Unmarshal([]byte(body), &doc) != nil {
		o.t.Fatal("the server does not describe itself")
	}
	for path, methods := range doc.Paths {
		for method := range methods {
			if method = strings.ToUpper(method); slices.Contains([]string{"GET", "POST", "PUT", "PATCH", "DELETE"}, method) {
				list = append(list, method+" "+path)
			}
		}
	}
	slices.Sort(list)
	return list
}

// TestWhoMayDoWhat asks every route of the binary as everybody.
func TestWhoMayDoWhat(t *testing.T) {
	for name, make := range map[string]func(t *testing.T) (data.Store, string){
		"GeoPackage": func(t *testing.T) (data.Store, string) {
			path := filepath.Join(t.TempDir(), "office.gpkg")
			return must(gpkg.Open(t.Context(), path, catalog(), gpkg.Options{Create: true}))(t), path
		},
		"PostGIS": func(t *testing.T) (data.Store, string) {
			url := pgtest.URL(t)
			if err := postgis.Migrate(t.Context(), url, catalog()); err != nil {
				t.Fatal(err)
			}
			return must(postgis.Open(t.Context(), url, catalog()))(t), url
		},
	} {
		t.Run(name, func(t *testing.T) {
			store, address := make(t)
			o := newOffice(t, store, address)
			o.askAll()
			o.write()
		})
	}
}

// askAll sends each route something that it cannot use, to see who is let through.
func (o *officeServer) askAll() {
	for _, operation := range o.operations() {
		method, path, _ := strings.Cut(operation, " ")
		let, stands := matrix[operation]
		if !stands && method == "GET" {
			let = anybody // what is read is what the reader may see: web's test of leaks walks the same routes
		} else if !stands {
			o.t.Errorf("%s stands in no row of the matrix: say who may", operation)
		}
		if let == nil || strings.Contains(path, "/events") || operation == "DELETE /api/session" {
			continue // it is about who one is, or does not end
		}
		if strings.HasPrefix(path, "/ogc/collections/{collection}/items") && method != "GET" {
			continue // by write
		}
		asked := strings.NewReplacer("{collection}", "village", "{layers}", "village", "{layer}", "village", "{z}", "0", "{x}", "0", "{y}", "0",
			"{feature}", "1", "{id}", "1", "{village}", "1").Replace(path)
		sent := cmp.Or(bodies[operation], `{"nothing":"of use"}`)
		for _, role := range matrixRoles {
			resp, body := o.send(role, method, asked, sent, nil)
			denied := resp.StatusCode == 401 || resp.StatusCode == 403
			if denied == let(role) || resp.StatusCode >= 500 {
				o.t.Errorf("%s as %s is answered %d %.200s", operation, role, resp.StatusCode, body)
			}
		}
	}
}

// write has everybody write features of the own county, of another one, of none, and one that is gone.
func (o *officeServer) write() {
	feature := func(county string) string {
		return fmt.Sprintf(`{"type":"Feature","geometry":null,"properties":{"code":"%s100299","name":"新村","county":%q}}`, ownCounty, county)
	}
	for _, role := range matrixRoles {
		writes := editors(role)
		for _, c := range []struct {
			name, method, path, body string
			good                     int // what who may write is answered
		}{
			{"the own village", "PATCH", "/1", `{"properties":{"name":"新名"}}`, 204},
			{"the own village into another county", "PATCH", "/1", `{"properties":{"county":"` + otherCounty + `"}}`, 403},
			{"another county's village", "PATCH", "/2", `{"properties":{"name":"新名"}}`, 403},
			{"another county's village into the own", "PATCH", "/2", `{"properties":{"county":"` + ownCounty + `"}}`, 403},
			{"another county's village away", "DELETE", "/2", "", 403},
			{"a village of no county", "PATCH", "/3", `{"properties":{"name":"新名"}}`, 403},
			{"a village of no county away", "DELETE", "/3", "", 403},
			{"a village that is gone", "PATCH", "/4", `{"properties":{"name":"新名"}}`, 404},
			{"a new village of another county", "POST", "", feature(otherCounty), 403},
			{"a new village", "POST", "", feature(ownCounty), 201},
		} {
			headers := map[string]string{"If-Match": `"none"`, "Content-Type": "application/merge-patch+json"}
			if c.method == "POST" {
				headers = map[string]string{"Content-Type": "application/geo+json"}
			} else if resp, _ := o.send(role, "GET", "/ogc/collections/village/items"+c.path, "", nil); resp.StatusCode == 200 {
				headers["If-Match"] = resp.Header.Get("ETag")
			}
			resp, body := o.send(role, c.method, "/ogc/collections/village/items"+c.path, c.body, headers)
			want := c.good
			switch {
			case role == "nobody":
				want = 401
			case !writes:
				want = 403
			}
			ok := resp.StatusCode == want || want == 204 && resp.StatusCode == 200 || want == 403 && c.good == 404 && resp.StatusCode == 404
			if !ok {
				o.t.Errorf("%s: %s is answered %d %.300s", role, c.name, resp.StatusCode, body)
			}
			if resp.StatusCode == 201 { // so that the next role can make it too
				at := resp.Header.Get("Location")
				at = at[strings.LastIndex(at, "/"):]
				made, _ := o.send(role, "GET", "/ogc/collections/village/items"+at, "", nil)
				headers = map[string]string{"If-Match": made.Header.Get("ETag")}
				gone, body := o.send(role, "DELETE", "/ogc/collections/village/items"+at, "", headers)
				if gone.StatusCode != 204 && gone.StatusCode != 200 {
					o.t.Errorf("%s: the own new village away is answered %d %s", role, gone.StatusCode, body)
				}
			}
		}
	}
}

// runSaying runs the binary to its end with something on its standard input.
func runSaying(t *testing.T, in string, args ...string) (output string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), must(binary())(t), args...)
	cmd.Stdin = strings.NewReader(in)
	out, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}
