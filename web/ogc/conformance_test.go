package ogc_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/crs"
	"github.com/cuntu/cuntu/layers"
)

// The tests in this file are named by the requirements they hold the API against; their sections are those of OGC
// 17-069r4 (part 1), 18-058r1 (part 2), 19-079r2 (part 3) and 23-058r2 (part 5).

// 7.2 /req/core/root-success, 7.4 /req/core/conformance-success, 7.3 /req/core/api-definition-success
func TestTheLandingPageLeadsToAllElse(t *testing.T) {
	w := newWorld(t)
	var landing struct{ Links []link }
	w.read("", &landing)
	for _, rel := range []string{"self", "alternate", "service-desc", "conformance", "data"} {
		href := find(landing.Links, rel)
		if resp, _ := w.get(href); href == "" || resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %q: %s", rel, href, resp.Status)
		}
	}
	var conformance struct{ ConformsTo []string }
	w.read("/conformance", &conformance)
	for _, class := range []string{
		"ogcapi-features-1/1.0/conf/core", "ogcapi-features-2/1.0/conf/crs", "ogcapi-features-3/1.0/conf/features-filter",
		"ogcapi-features-5/1.0/conf/sortables", "cql2/1.0/conf/cql2-json",
	} {
		if !slices.Contains(conformance.ConformsTo, "http://www.opengis.net/spec/"+class) {
			t.Errorf("%s is missing", class)
		}
	}
}

// 7.3, /req/oas30/oas-impl: every path of the document is served, and tells of every parameter it takes.
func TestEveryPathOfTheDocumentIsServed(t *testing.T) {
	w := newWorld(t)
	type operation struct {
		OperationID string
		Parameters  []struct{ Name, In string }
	}
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]operation
	}
	w.read("/api", &doc)
	if doc.OpenAPI != "3.0.3" || len(doc.Paths) != 4+6*len(w.snap.Tables()) {
		t.Fatalf("OpenAPI %s with %d paths", doc.OpenAPI, len(doc.Paths))
	}
	seen := map[string]string{}
	for path, operations := range doc.Paths {
		get := operations["get"]
		if seen[get.OperationID] != "" {
			t.Errorf("%s and %s are both called %s", path, seen[get.OperationID], get.OperationID)
		}
		seen[get.OperationID] = path
		resp, body := w.get(strings.ReplaceAll(path, "{featureId}", "1"))
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %s: %.200s", path, resp.Status, body)
		}
		if !strings.HasSuffix(path, "/items") {
			continue
		}
		_, refusal := w.get(path + "?no-such=1")
		for _, p := range get.Parameters {
			if !strings.Contains(refusal, p.Name) {
				t.Errorf("%s: %s is in the document and not allowed", path, p.Name)
			}
		}
		if allowed := strings.Count(refusal, ",") + 1; allowed != len(get.Parameters) {
			t.Errorf("%s: %d parameters are in the document, and %d allowed", path, len(get.Parameters), allowed)
		}
	}
}

type collection struct {
	ID, Title, ItemType, StorageCRS string
	Extent                          struct {
		Spatial  struct{ BBox [][]float64 }
		Temporal struct{ Interval [][]string }
	}
	CRS   []string
	Links []link
}

// 7.13 /req/core/rc-md-success, 7.14 /req/core/sfc-md-success; part 2, 6.2.1 /req/crs/crs-uri, /req/crs/storageCrs-valid-value
func TestCollectionsTellExtentSystemsAndLinks(t *testing.T) {
	w := newWorld(t)
	var all struct {
		Collections []collection
		CRS         []string
		Links       []link
	}
	w.read("/collections", &all)
	if len(all.Collections) != len(w.snap.Tables()) {
		t.Fatalf("%d collections", len(all.Collections))
	}
	for _, listed := range all.Collections {
		var c collection
		w.read("/collections/"+listed.ID, &c)
		table, _ := w.snap.Table(c.ID)
		if c.Title != table.Layer.Title.Zh || c.ItemType != "feature" {
			t.Errorf("%+v", c)
		}
		systems := len(c.CRS) >= 10 && slices.Equal(c.CRS, all.CRS) && slices.Equal(listed.CRS, []string{"#/crs"})
		if systems != table.Layer.HasGeometry() {
			t.Errorf("%s: %v", c.ID, c.CRS)
		}
		if table.Layer.HasGeometry() && (!slices.Contains(c.CRS, c.StorageCRS) || len(c.Extent.Spatial.BBox[0]) != 4) {
			t.Errorf("%s: storage %s, extent %v", c.ID, c.StorageCRS, c.Extent)
		}
		for _, rel := range []string{
			"self", "items", "http://www.opengis.net/def/rel/ogc/1.0/queryables",
			"http://www.opengis.net/def/rel/ogc/1.0/sortables", "http://www.opengis.net/def/rel/ogc/1.0/schema",
		} {
			if resp, _ := w.get(find(c.Links, rel)); find(c.Links, rel) == "" || resp.StatusCode != http.StatusOK {
				t.Errorf("%s: %s: %s", c.ID, rel, resp.Status)
			}
		}
	}
	var roads collection
	w.read("/collections/road", &roads)
	if years := roads.Extent.Temporal.Interval; len(years) != 1 || !strings.HasPrefix(years[0][0], "19") {
		t.Errorf("roads are from %v", years)
	}
}

// 7.15.2 to 7.15.8, 7.16; part 2, 6.2.2; part 3, 6.3 and 7: which features are found.
func TestParametersNarrowTheItems(t *testing.T) {
	w := newWorld(t)
	village, _ := w.snap.Table("village")
	where := func(condition string) int { return count(t, village, condition) }
	box := where("S_INTERSECTS(geometry, BBOX(109.9, 33.7, 110.1, 33.9))")
	mercator, err := crs.ByCode(3857)
	if err != nil {
		t.Fatal(err)
	}
	west, east := mercator.FromWGS84(orb.Point{109.9, 33.7}), mercator.FromWGS84(orb.Point{110.1, 33.9})
	for _, c := range []struct {
		requirement, parameters string
		want                    int
	}{
		{"/req/core/fc-bbox-definition", "bbox=109.9,33.7,110.1,33.9", box},
		{"with heights", "bbox=109.9,33.7,-100,110.1,33.9,9000", box},
		{"across the antimeridian", "bbox=110.1,33.7,109.9,33.9", where("S_INTERSECTS(geometry, BBOX(110.1, 33.7, 109.9, 33.9))")},
		{"/req/crs/bbox-crs-action", "bbox=33.7,109.9,33.9,110.1&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4326", box},
		{"CGCS2000", "bbox=33.7,109.9,33.9,110.1&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4490", box},
		{
			"Web Mercator", fmt.Sprintf(
				"bbox=%f,%f,%f,%f&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/3857", west[0], west[1], east[0], east[1],
			), box,
		},
		{
			"a box that reaches far beyond its system",
			"bbox=-90000000,-90000000,90000000,90000000&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4525", village.Len(),
		},
		{"/req/core/fc-time-definition has no effect where nothing is dated", "datetime=2018-01-01T00:00:00Z", village.Len()},
		{"/req/queryables-query-parameters/parameters", "county=611026", where("county = '611026'")},
		{"a boolean and a number", "poverty=true&exit_year=2018", where("poverty AND exit_year = 2018")},
		{"/req/filter/filter-param", "filter=population>1000 AND poverty", where("population > 1000 AND poverty")},
		{
			"/req/filter/filter-lang-param", `filter-lang=cql2-json&filter={"op":">","args":[{"property":"population"},1000]}`,
			where("population > 1000"),
		},
		{
			"/req/filter/filter-crs-param",
			"filter-crs=http://www.opengis.net/def/crs/EPSG/0/4326&filter=S_INTERSECTS(geom," +
				"POLYGON((33.7 109.9,33.9 109.9,33.9 110.1,33.7 109.9)))",
			where("S_INTERSECTS(geometry, POLYGON((109.9 33.7,109.9 33.9,110.1 33.9,109.9 33.7)))"),
		},
		{"/req/features-filter/filter with others", "filter=poverty&county=611026", where("poverty AND county = '611026'")},
		{"derived properties", "filter=cov_road IS NULL", village.Len()}, // which this world does not derive
	} {
		if strings.Contains(c.parameters, "cov_") && village.Layer.Field("cov_road") < 0 {
			continue
		}
		var page itemsPage
		w.read("/collections/village/items?limit=10000&"+strings.ReplaceAll(c.parameters, ">", "%3E"), &page)
		if page.NumberMatched != c.want || page.NumberReturned != c.want || len(page.Features) != c.want || c.want == 0 {
			t.Errorf("%s: %s: %d match and %d are returned, not %d", c.requirement, c.parameters, page.NumberMatched, page.NumberReturned, c.want)
		}
	}
}

// 7.15.4 /req/core/fc-time-response: of what is dated, that which is of the time; what is not, always.
func TestDatetimeChoosesYears(t *testing.T) {
	w := newWorld(t)
	roads, _ := w.snap.Table("road")
	for parameter, condition := range map[string]string{
		"2018-06-30":                  "year = 2018 OR year IS NULL",
		"2017-06-30T12:00:00Z":        "year = 2017 OR year IS NULL",
		"2016-01-01/2018-01-01":       "year BETWEEN 2016 AND 2018 OR year IS NULL",
		"2016-01-01/..":               "year >= 2016 OR year IS NULL",
		"/2001-01-01T00:00:00Z":       "year <= 2001 OR year IS NULL",
		"../..":                       "TRUE",
		"2016-01-01T00:00:00%2B08:00": "year = 2015 OR year IS NULL",
	} {
		want := count(t, roads, condition)
		var page itemsPage
		w.read("/collections/road/items?limit=1&datetime="+parameter, &page)
		if page.NumberMatched != want || want == 0 {
			t.Errorf("%s: %d, not %d", parameter, page.NumberMatched, want)
		}
	}
}

// 7.15.2 /req/core/fc-limit-response, 7.15.6 /req/core/fc-links: pages lead from one to the next until all is read.
func TestPagesLeadThroughAll(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct{ path, layer string }{
		{"/collections/village/items?limit=100&skip-geometry=true&properties=name", "village"},
		{"/collections/hazard/items?limit=37&sortby=-county,name", "hazard"},
		{"/collections/target/items?limit=10000000", "target"},
	} {
		table, _ := w.snap.Table(c.layer)
		all := w.walk(c.path)
		if got := ids(all); len(got) != table.Len() || len(slices.Compact(slices.Sorted(slices.Values(got)))) != table.Len() {
			t.Errorf("%s: %d of %d features", c.path, len(got), table.Len())
		}
	}
	sorted := w.walk("/collections/village/items?limit=400&sortby=-population&properties=population&skip-geometry=true")
	for i := range sorted[1:] {
		a, b := sorted[i].Properties["population"], sorted[i+1].Properties["population"]
		if a, ok := a.(float64); !ok && b != nil || ok && b != nil && a < b.(float64) {
			t.Fatalf("%v comes before %v", a, b)
		}
		if len(sorted[i].Properties) != 1 || string(sorted[i].Geometry) != "null" {
			t.Fatalf("%+v", sorted[i])
		}
	}
}

// /req/core/query-param-invalid, query-param-unknown, 404 of what is not there: each says what is wrong and what is allowed.
func TestWhatIsWrongIsToldAtOnce(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		path   string
		status int
		says   []string
	}{
		{"/collections/moon", 404, []string{`"moon"`, "village"}},
		{"/collections/village/items/999999", 404, []string{`"999999"`}},
		{"/collections/village/items/x", 404, []string{`"x"`}},
		{"/collections/village/items?limit=0", 400, []string{"limit", "from 1 on"}},
		{"/collections/village/items?limit=-3&bbox=1,2,3&nothing=1&sortby=geometry", 400, []string{"limit", "bbox", "nothing", "sortby"}},
		{"/collections/village/items?bbox=1,2,3,x", 400, []string{"bbox"}},
		{"/collections/village/items?bbox=1,2,3,95", 400, []string{"bbox", "-90 to 90"}},
		{"/collections/village/items?bbox=1,40,3,30", 400, []string{"bbox", "south"}},
		{"/collections/village/items?datetime=yesterday", 400, []string{"datetime", "2018-06-30"}},
		{"/collections/village/items?datetime=2018-01-02/2018-01-01", 400, []string{"datetime", "before it begins"}},
		{"/collections/village/items?crs=http://www.opengis.net/def/crs/EPSG/0/27700", 400, []string{"crs", "EPSG/0/4490"}},
		{"/collections/village/items?filter=population%3E", 400, []string{"filter", "character"}},
		{"/collections/village/items?filter=moon=1", 400, []string{"filter", "moon", "population"}},
		{"/collections/village/items?filter-lang=cql2-json&filter={}", 400, []string{"filter", "op"}},
		{"/collections/village/items?filter-lang=cql", 400, []string{"filter-lang", "cql2-text"}},
		{"/collections/village/items?population=many", 400, []string{"population", "number"}},
		{"/collections/village/items?properties=moon", 400, []string{"properties", "moon"}},
		{"/collections/village/items?f=shp", 400, []string{"f", "json, html"}},
		{"/collections?f=csv", 400, []string{"f"}},
		{"/collections?x=1", 400, []string{"x"}},
		{"/collections/village/items?cursor=abc", 400, []string{"cursor"}},
		{"/collections/village/items?limit=1&limit=2", 400, []string{"limit", "once"}},
	} {
		resp, body := w.get(c.path)
		if resp.StatusCode != c.status {
			t.Errorf("%s: %s: %.200s", c.path, resp.Status, body)
		}
		for _, word := range c.says {
			if !strings.Contains(body, word) {
				t.Errorf("%s: %s does not say %q", c.path, body, word)
			}
		}
	}
	if resp, _ := w.get("/collections", "Accept", "image/png"); resp.StatusCode != http.StatusNotAcceptable {
		t.Errorf("as image/png: %s", resp.Status)
	}
}

// Part 5, 7 to 9: schemas come from the catalogue.
func TestSchemasAreTheCatalogues(t *testing.T) {
	w := newWorld(t)
	for _, table := range w.snap.Tables() {
		l := table.Layer
		for _, kind := range []string{"queryables", "sortables", "schema"} {
			var s struct {
				Schema     string `json:"$schema"`
				ID         string `json:"$id"`
				Type       string
				Properties map[string]map[string]any
			}
			resp := w.read("/collections/"+l.ID+"/"+kind, &s)
			if resp.Header.Get("Content-Type") != "application/schema+json" || s.Type != "object" || !strings.HasSuffix(s.ID, l.ID+"/"+kind) {
				t.Errorf("%s of %s: %s %+v", kind, l.ID, resp.Header.Get("Content-Type"), s)
			}
			for i := range l.Fields {
				f := &l.Fields[i]
				p, has := s.Properties[f.ID]
				if sortable := kind != "sortables" || f.Type != layers.TypeList; has != sortable {
					t.Errorf("%s of %s: %s is there: %v", kind, l.ID, f.ID, has)
				} else if has && p["title"] != f.Title.Zh {
					t.Errorf("%s of %s: %s is called %v", kind, l.ID, f.ID, p["title"])
				}
			}
			geometry := s.Properties["geometry"]
			if (kind != "sortables" && l.HasGeometry()) != (geometry["x-ogc-role"] == "primary-geometry") ||
				s.Properties["id"]["x-ogc-role"] != "id" {
				t.Errorf("%s of %s: %v, %v", kind, l.ID, geometry, s.Properties["id"])
			}
		}
	}
	var s struct{ Title string }
	w.read("/collections/village/schema?lang=en", &s)
	if s.Title != "Village" {
		t.Errorf("in English: %s", s.Title)
	}
	w.read("/collections/village/schema", &s, "Accept-Language", "en-GB,zh;q=0.3")
	if s.Title != "Village" {
		t.Errorf("by Accept-Language: %s", s.Title)
	}
}

// Strong tags: of the same state the same, of others others; conditional requests answer 304.
func TestTagsAreStrongAndConditionsHonoured(t *testing.T) {
	w := newWorld(t)
	seen := map[string]string{}
	for _, path := range []string{
		"", "/collections", "/collections/village", "/collections/village/schema", "/collections/village/items",
		"/collections/village/items?limit=11", "/collections/village/items/1", "/collections/village/items/1?skip-geometry=true",
		"/collections/village/items/1?f=html", "/collections/village/items/2", "/collections/village/items?f=csv",
	} {
		first, _ := w.get(path)
		again, _ := w.get(path)
		tag := first.Header.Get("ETag")
		if tag != again.Header.Get("ETag") || !strings.HasPrefix(tag, `"`) || seen[tag] != "" {
			t.Errorf("%s: %s, then %s; seen at %q", path, tag, again.Header.Get("ETag"), seen[tag])
		}
		seen[tag] = path + " "
		for _, held := range []string{tag, `"x", ` + tag, strings.TrimSuffix(tag, `"`) + `-gzip"`} {
			if resp, body := w.get(path, "If-None-Match", held); resp.StatusCode != http.StatusNotModified || body != "" {
				t.Errorf("%s: If-None-Match: %s: %s", path, held, resp.Status)
			}
		}
		if vary := strings.Join(first.Header.Values("Vary"), ","); vary != "Accept,Accept-Language" {
			t.Errorf("%s varies by %s", path, vary)
		}
	}
	one, _ := w.get("/collections/village/items/1")
	other, _ := w.get("/collections/village/items/1?skip-geometry=true")
	version := func(r *http.Response) string { before, _, _ := strings.Cut(r.Header.Get("ETag"), "."); return before }
	if version(one) != version(other) || len(version(one)) < 5 {
		t.Errorf("%s and %s are of one state", one.Header.Get("ETag"), other.Header.Get("ETag"))
	}
}

// plain is the media type of an answer without its parameters.
func plain(resp *http.Response) string {
	name, _, _ := strings.Cut(resp.Header.Get("Content-Type"), ";")
	return name
}

// Part 1, 8 /req/html, /req/geojson: every resource in every format that it says it has.
func TestEveryFormatIsServed(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{
		"", "/conformance", "/collections", "/collections/site", "/collections/site/queryables", "/collections/site/items",
		"/collections/site/items/1", "/collections/target/items", "/collections/county/items",
	} {
		var page struct{ Links []link }
		resp, body := w.get(path)
		if resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s", path, resp.Status)
		}
		if !strings.HasSuffix(path, "queryables") {
			w.read(path, &page)
		} else {
			page.Links = []link{{Href: path + "?f=html", Rel: "alternate", Type: "text/html"}}
		}
		for _, l := range page.Links {
			if l.Rel != "self" && l.Rel != "alternate" {
				continue
			}
			resp, other := w.get(l.Href)
			if resp.StatusCode != http.StatusOK || plain(resp) != l.Type || len(other) < 100 {
				t.Errorf("%s: %s is %s of %d bytes: %.100s", path, l.Href, resp.Header.Get("Content-Type"), len(other), other)
			}
			negotiated, again := w.get(path, "Accept", l.Type)
			if plain(negotiated) != l.Type || l.Type != "application/geopackage+sqlite3" && again == body && l.Rel == "alternate" {
				t.Errorf("%s: Accept %s: %s", path, l.Type, negotiated.Header.Get("Content-Type"))
			}
		}
		for _, lang := range []string{"zh", "en"} {
			_, html := w.get(path + "?f=html&lang=" + lang)
			if !strings.Contains(html, fmt.Sprintf(`<html lang="%s">`, lang)) || strings.Contains(html, "ZgotmplZ") {
				t.Errorf("%s in %s: %.300s", path, lang, html)
			}
		}
	}
}
