package web

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

func TestABasemapIsAnOriginAndNothingElse(t *testing.T) {
	for _, good := range []string{"https://tiles.example.org", "https://*.tianditu.gov.cn", "http://10.0.0.5:8088"} {
		if err := CheckBasemap(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{"", "tianditu.gov.cn", "ftp://a.b", "https://a.b/tiles", "https://a.b; script-src *", "https://*", "https://a.*.b", "https://a.b 'unsafe-inline'"} {
		if err := CheckBasemap(bad); err == nil || !strings.Contains(err.Error(), "--basemap") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestThePageMayAskTheBasemapsAndKnowsThem(t *testing.T) {
	w := newWorld(t)
	for _, basemaps := range [][]string{nil, {"https://*.tianditu.gov.cn"}} {
		answer := httptest.NewRecorder()
		New(Config{Live: w.live, Log: slog.New(slog.DiscardHandler), Basemaps: basemaps}).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/api/layers", nil))
		var known struct{ Basemaps []string }
		if err := json.Unmarshal(answer.Body.Bytes(), &known); err != nil {
			t.Fatal(err)
		}
		policy := answer.Header().Get("Content-Security-Policy")
		if got := strings.Count(policy, "tianditu"); got != 2*len(basemaps) || !slices.Equal(known.Basemaps, basemaps) {
			t.Errorf("with %v: the policy is %q and the page knows %v", basemaps, policy, known.Basemaps)
		}
	}
}
