package web

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/audit"
	"github.com/cuntu/cuntu/data/signin"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/web/account"
)

// mute is a log that can be made to take nothing.
type mute struct {
	data.Store
	muted atomic.Bool
}

func (m *mute) PutActs(ctx context.Context, acts ...data.Act) error {
	if m.muted.Load() {
		return data.ErrUnreachable
	}
	return m.Store.PutActs(ctx, acts...)
}

const password = "Tiger-Mountain-77-Bridge"

// office is a world with accounts: an officer of the first county, an editor who may see sensitive fields, an auditor.
type office struct {
	*world
	log  *mute
	desk *signin.Desk
}

func newOffice(t *testing.T) *office {
	w := newWorldOf(t, layers.Builtin(), service.Builtin(), true)
	w.fillSecrets()
	o := &office{world: w, log: &mute{Store: w.store}}
	log := slog.New(slog.DiscardHandler)
	o.config.Audit = audit.New(audit.Options{Store: o.log, Log: log})
	desk, err := signin.New(signin.Options{
		Store: w.store, Catalog: w.catalog, Acts: o.config.Audit, Log: log,
		Public: []access.Grant{{Verb: access.Read, Layer: access.AllLayers}, {Verb: access.Export, Layer: access.AllLayers}},
	})
	if err == nil {
		err = desk.Load(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	sensitive := func(v access.Verb) access.Grant {
		return access.Grant{Verb: v, Layer: access.AllLayers, Class: access.Sensitive}
	}
	for _, n := range []signin.NewUser{
		{Login: "security", Admin: access.SecurityAdmin},
		{Login: "officer", Unit: "611002", Grants: access.Editor.Grants("611002")},
		{Login: "keeper", Grants: []access.Grant{sensitive(access.Read), sensitive(access.Export)}},
		{Login: "auditor", Admin: access.AuditAdmin},
	} {
		n.Password = password
		if _, _, err := desk.AddUser(t.Context(), signin.ByMachine(), n); err != nil {
			t.Fatal(err)
		}
	}
	o.desk = desk
	o.config.Accounts = account.New(account.Config{Desk: desk, Log: log})
	server := httptest.NewServer(New(o.config))
	t.Cleanup(server.Close)
	own := *w
	own.server = server
	o.world = &own
	return o
}

// signIn gives the headers of who is signed in.
func (o *office) signIn(login string) []string {
	o.t.Helper()
	resp, body := o.do("POST", "/api/session", `{"login":"`+login+`","password":"`+password+`"}`, "Content-Type", "application/json")
	if resp.StatusCode != 200 || len(resp.Cookies()) != 1 {
		o.t.Fatalf("%s cannot sign in: %d %s", login, resp.StatusCode, body)
	}
	return []string{"Cookie", resp.Cookies()[0].Name + "=" + resp.Cookies()[0].Value, "X-Cuntu", "1"}
}

// acts are those on record, the first one first, but for the making of users.
func (o *office) acts() (list []string) {
	o.t.Helper()
	acts, err := o.store.Acts(o.t.Context(), data.ActQuery{Limit: 1000})
	if err != nil {
		o.t.Fatal(err)
	}
	for _, a := range acts {
		if a.Verb != "add-user" {
			list = append([]string{strings.TrimSpace(strings.Join([]string{a.Name, a.Verb, a.Object, string(a.Outcome), a.Detail}, " "))}, list...)
		}
	}
	return list
}

func TestWhatPeopleDoIsOnRecord(t *testing.T) {
	o := newOffice(t)
	o.do("POST", "/api/session", `{"login":"keeper","password":"a wrong password"}`, "Content-Type", "application/json")
	o.do("POST", "/api/session", `{"login":"Tiger-Mountain-77","password":"typed in the wrong field"}`, "Content-Type", "application/json")
	keeper, officer, auditor := o.signIn("keeper"), o.signIn("officer"), o.signIn("auditor")
	o.get("/api/features/village/2")
	o.get("/api/export/village?f=csv")
	_, seen := o.get("/api/features/village/2", keeper...)
	if !strings.Contains(seen, hiddenLeader) {
		t.Fatalf("the keeper does not see it: %s", seen)
	}
	o.get("/ogc/collections/village/items?filter=leader%3D%27"+"张三"+"%27", keeper...)
	o.get("/api/export/village?f=csv&county=611003", keeper...)
	o.get("/api/features/village/2", officer...) // who may see no sensitive field
	if resp, _ := o.get("/api/export/village?f=csv", officer...); resp.StatusCode != 200 {
		t.Fatalf("the officer may not export what anybody may: %d", resp.StatusCode)
	}
	if resp, _ := o.get("/api/audit", officer...); resp.StatusCode != 403 {
		t.Errorf("the officer reads the audit log: %d", resp.StatusCode)
	}
	resp, body := o.get("/api/audit?verb=export", auditor...)
	var list struct{ Acts []data.Act }
	if err := json.Unmarshal([]byte(body), &list); err != nil || resp.StatusCode != 200 || len(list.Acts) != 2 {
		t.Errorf("the auditor finds %d %s", resp.StatusCode, body)
	}
	want := []string{
		"sign-in keeper refused wrong password, or no such user",
		"sign-in  refused wrong password, or no such user",
		"keeper sign-in keeper done",
		"officer sign-in officer done",
		"auditor sign-in auditor done",
		"keeper read-sensitive village/2 done",
		"keeper read-sensitive village done filter=leader='…'",
		"keeper export village done county=611003&f=csv",
		"officer export village done f=csv",
		"officer request GET /api/audit refused this is for the audit administrator alone",
		"auditor read-audit /api/audit done verb=export",
	}
	if got := o.acts(); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("on record is\n%s\nnot\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestWithoutTheRecordNothingIsDoneThatMustStandThere(t *testing.T) {
	o := newOffice(t)
	keeper := o.signIn("keeper")
	o.log.muted.Store(true)
	if resp, body := o.do(
		"POST", "/api/session", `{"login":"officer","password":"`+password+`"}`, "Content-Type", "application/json",
	); resp.StatusCode != 503 || len(resp.Cookies()) > 0 {
		t.Errorf("signing in is answered %d %s", resp.StatusCode, body)
	}
	if resp, body := o.get("/api/export/village?f=csv", keeper...); resp.StatusCode != 503 {
		t.Errorf("an export is answered %d %.200s", resp.StatusCode, body)
	}
	resp, body := o.get("/api/features/village/2", keeper...)
	if resp.StatusCode != 200 || strings.Contains(body, "leader") || !strings.Contains(body, hiddenPoor) {
		t.Errorf("a feature is answered %d %s", resp.StatusCode, body)
	}
	if resp, body := o.get("/ogc/collections/village/items?filter=leader%20IS%20NOT%20NULL", keeper...); resp.StatusCode != 400 {
		t.Errorf("features by a hidden field are answered %d %.200s", resp.StatusCode, body)
	}
	o.log.muted.Store(false)
	if resp, body := o.get("/api/features/village/2", keeper...); !strings.Contains(body, hiddenLeader) {
		t.Errorf("when the log is back, a feature is answered %d %s", resp.StatusCode, body)
	}
}

// TestRightsThatAreTakenAwayAreLostAtOnce changes what somebody who is signed in may do.
func TestRightsThatAreTakenAwayAreLostAtOnce(t *testing.T) {
	o := newOffice(t)
	keeper, security := o.signIn("keeper"), o.signIn("security")
	var users struct {
		Users []struct{ ID, Login string }
	}
	_, body := o.get("/api/users", security...)
	if err := json.Unmarshal([]byte(body), &users); err != nil {
		t.Fatal(err)
	}
	for _, u := range users.Users {
		if u.Login != "keeper" {
			continue
		}
		resp, body := o.do("PATCH", "/api/users/"+u.ID, `{"grants":[]}`, append(security, "Content-Type", "application/json")...)
		if resp.StatusCode != 200 {
			t.Fatalf("%d %s", resp.StatusCode, body)
		}
	}
	if _, body := o.get("/api/features/village/2", keeper...); strings.Contains(body, "leader") || strings.Contains(body, hiddenPoor) {
		t.Errorf("who has lost his rights is told %s", body)
	}
	acts := o.acts()
	if last := acts[len(acts)-1]; last != "security change-user keeper done grants: no rights" {
		t.Errorf("the last act on record is %q", last)
	}
}

// TestAttackReadingUnderAnEmergency reads what an emergency opens, and what it does not, on record and off it.
func TestAttackReadingUnderAnEmergency(t *testing.T) {
	o := newOffice(t)
	grants := access.Viewer.Grants("611003")
	user := signin.NewUser{Login: "watch", Unit: "611003", Grants: grants, Password: password}
	if _, _, err := o.desk.AddUser(t.Context(), signin.ByMachine(), user); err != nil {
		t.Fatal(err)
	}
	watch, officer := o.signIn("watch"), o.signIn("officer")
	leader := func(who []string) bool {
		_, body := o.get("/api/features/village/2", who...)
		return strings.Contains(body, hiddenLeader)
	}
	begin := func(who []string, area string) int {
		headers := append([]string{"Content-Type", "application/json"}, who...)
		resp, _ := o.do("POST", "/api/emergencies", `{"area":"`+area+`","reason":"山洪冲断道路，须打电话给队长"}`, headers...)
		return resp.StatusCode
	}
	if leader(watch) || begin(officer, "611003") != 403 || begin(nil, "611003") != 401 {
		t.Error("it is open, or opened by who may not")
	}
	if status := begin(officer, "611002"); status != 201 || leader(officer) {
		t.Errorf("an emergency in another county: %d", status)
	}
	if status := begin(watch, "611003"); status != 201 || !leader(watch) {
		t.Errorf("an emergency: %d", status)
	}
	if resp, body := o.get("/api/export/village?f=csv", watch...); strings.Contains(body, hiddenLeader) {
		t.Errorf("it is exported: %d", resp.StatusCode)
	}
	if _, body := o.get("/tiles/village/10/827/409.mvt", watch...); strings.Contains(body, hiddenLeader) {
		t.Error("it stands in a tile")
	}
	acts := strings.Join(o.acts(), "\n")
	for _, want := range []string{
		"watch begin-emergency 611003 done 山洪冲断道路，须打电话给队长", "watch read-sensitive village/2 done",
		"officer request POST /api/emergencies refused",
	} {
		if !strings.Contains(acts, want) {
			t.Errorf("not on record: %s in\n%s", want, acts)
		}
	}
	o.log.muted.Store(true)
	if leader(watch) {
		t.Error("it is read off the record")
	}
	o.log.muted.Store(false)
	_, body := o.get("/api/session", o.signIn("security")...)
	var told struct {
		Emergencies []struct {
			ID, Login, Reason string
			Endable           bool
		}
	}
	if err := json.Unmarshal([]byte(body), &told); err != nil || len(told.Emergencies) != 2 || told.Emergencies[0].Login != "watch" {
		t.Fatalf("the security administrator is told %s", body)
	}
	resp, _ := o.do("DELETE", "/api/emergencies/"+told.Emergencies[0].ID, "", o.signIn("security")...)
	if resp.StatusCode != 204 || leader(watch) {
		t.Errorf("ended: %d", resp.StatusCode)
	}
}
