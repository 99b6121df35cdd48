package web

import (
	"net/url"
	"strings"
	"testing"
)

func TestFilterLeavesOnlyWhatMatches(t *testing.T) {
	w := covered(t)
	for _, c := range []struct{ path, filter, has, lacks string }{
		{"/api/near?lon=110&lat=33.85&layer=town&k=2&filter=", "kind = 'town'", "夜村镇", "城关街道"},
		{"/api/near?lon=110&lat=33.85&layer=town,village&k=2&filter=", "name LIKE '%村%'", "夜村镇", "城关街道"},
		{"/api/near?lon=110&lat=33.85&layer=town&metric=road&year=2017&filter=", "kind = 'town'", `"results"`, "城关街道"},
		{"/api/coverage?service=road&year=2014&filter=", "population >= 700", "远村", "东店子村"},
		{"/tiles/village/9/412/204.mvt?filter=", "poverty = TRUE", "东店子村", "远村"},
		{"/tiles/road/9/412/204.mvt?filter=", "surface = '水泥'", "水泥", "土路"},
		{"/tiles/road.json?year=2017&filter=", "surface  =  '水泥'", "?filter=surface+%3D+%27%E6%B0%B4%E6%B3%A5%27\\u0026year=2017", "nothing"},
	} {
		resp, body := w.get(c.path + url.QueryEscape(c.filter))
		if resp.StatusCode != 200 || !strings.Contains(body, c.has) || strings.Contains(body, c.lacks) {
			t.Errorf("%s%s: %d, want %s and no %s: %.300s", c.path, c.filter, resp.StatusCode, c.has, c.lacks, body)
		}
	}
	_, body := w.do("POST", "/api/near?layer=town&filter="+url.QueryEscape("kind = 'town'"), `{"points": [[109.94, 33.87], [110, 33.85]]}`)
	if strings.Count(body, "夜村镇") != 2 || strings.Contains(body, "城关街道") {
		t.Errorf("many points: %s", body)
	}
}

func TestFilterErrorsNamePlaceAndProperties(t *testing.T) {
	w := covered(t)
	for _, c := range []struct{ path, filter, says string }{
		{"/api/near?lon=110&lat=33.85&layer=town&filter=", "kind = ", "at character 8"},
		{"/api/near?lon=110&lat=33.85&layer=town&filter=", "surface = 'x'", "no property"},
		{"/api/coverage?service=road&filter=", "surface = 'x'", "no property"},
		{"/tiles/village,town/3/6/3.mvt?filter=", "surface = 'x'", "no layer of village,town has all properties of the filter: surface"},
		{"/tiles/road/9/412/204.mvt?filter=", "surface = 1", "which do not compare"},
		{"/tiles/village.json?filter=", "surface = 'x'", "no layer of village"},
	} {
		resp, body := w.get(c.path + url.QueryEscape(c.filter))
		if resp.StatusCode != 400 || !strings.Contains(body, c.says) || !strings.Contains(body, `"parameter":"filter"`) {
			t.Errorf("%s%s: %d: %s", c.path, c.filter, resp.StatusCode, body)
		}
	}
	if resp, body := w.get("/tiles/road/9/412/204.mvt?year=1066"); resp.StatusCode != 400 || !strings.Contains(body, "1900 to 2100") {
		t.Errorf("a year of no plan: %d: %s", resp.StatusCode, body)
	}
}

func TestTileOfAYearHasWhatIsCompletedByThen(t *testing.T) {
	w := covered(t)
	const tile = "/tiles/road/9/412/204.mvt"
	before, early := w.get(tile + "?year=2014")
	_, late := w.get(tile + "?year=2015")
	plain, all := w.get(tile)
	if strings.Contains(early, "水泥") || !strings.Contains(late, "水泥") || late != all {
		t.Errorf("tiles of 2014, 2015 and all have %d, %d and %d bytes", len(early), len(late), len(all))
	}
	if a, b := before.Header.Get("ETag"), plain.Header.Get("ETag"); a == b {
		t.Errorf("the tile of 2014 and the whole one have the same entity tag %s", a)
	}
}
