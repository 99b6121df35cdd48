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

func TestAnOriginIsThatAndNothingElse(t *testing.T) {
	for _, good := range []string{"https://tiles.example.org", "https://*.tianditu.gov.cn", "http://10.0.0.5:8088"} {
		if err := CheckOrigin(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{
		"", "tianditu.gov.cn", "ftp://a.b", "https://a.b/tiles", "https://a.b; script-src *", "https://*", "https://a.*.b",
		"https://a.b 'unsafe-inline'",
	} {
		if err := CheckOrigin(bad); err == nil || !strings.Contains(err.Error(), "not an origin") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestOnlyNamedPagesMayFrameThisOne(t *testing.T) {
	for want, framers := range map[string][]string{
		"frame-ancestors 'self';":                            nil,
		"frame-ancestors 'self' https://portal.example.org;": {"https://portal.example.org"},
	} {
		answer := httptest.NewRecorder()
		New(Config{Log: slog.New(slog.DiscardHandler), Framers: framers}).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/healthz", nil))
		if policy := answer.Header().Get("Content-Security-Policy"); !strings.Contains(policy, want) {
			t.Errorf("the policy is %q, want %s in it", policy, want)
		}
	}
}

func TestThePageMayAskTheBasemapsAndKnowsThem(t *testing.T) {
	w := newWorld(t)
	for _, basemaps := range [][]string{nil, {"https://*.tianditu.gov.cn"}} {
		answer := httptest.NewRecorder()
		New(
			Config{Live: w.live, Log: slog.New(slog.DiscardHandler), Basemaps: basemaps},
		).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/api/layers", nil))
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
