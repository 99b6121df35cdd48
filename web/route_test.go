package web

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/questions"
)

// newRoadWorld has a cement road, an earth road after it that is to be hardened in 2020,
// and an asphalt road with a town at its end; a town on an island, and a cableway to it.
func newRoadWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	text, whole := layers.Text, layers.Int
	road := func(name, surface, status string, year int, line ...orb.Point) layers.Edit {
		v := map[string]layers.Value{
			"name": text(name), "surface": text(surface), "class": text("村道"), "grade": text("四级"), "status": text(status), "kind": text("road"),
		}
		if year > 0 {
			v["year"] = whole(int64(year))
		}
		if surface == "" {
			v["kind"], v["surface"] = text("cableway"), layers.Null
		}
		return w.edit(layers.Insert, "road", 0, orb.LineString(line), v)
	}
	town := func(name, code string, at orb.Point) layers.Edit {
		return w.edit(layers.Insert, "town", 0, at, map[string]layers.Value{"code": text(code), "name": text(name)})
	}
	a, b, c, d := orb.Point{110, 33.6}, orb.Point{110.1, 33.6}, orb.Point{110.15, 33.6}, orb.Point{110.25, 33.6}
	e, f := orb.Point{110.3, 33.7}, orb.Point{110.35, 33.7}
	before := w.live.Snapshot()
	w.apply(
		road("甲路", "水泥", "existing", 0, a, b), road("乙路", "土路", "existing", 2001, b, c), road("丙路", "沥青", "existing", 0, c, d),
		road("乙路硬化", "水泥", "planned", 2020, b, c),
		road("岛路", "水泥", "existing", 0, e, f), road("索道", "", "existing", 0, d, e),
		town("丙镇", "611002201", orb.Point{110.25, 33.601}), town("岛镇", "611002202", orb.Point{110.35, 33.7}),
	)
	w.eventually("edited", func() bool { return w.live.Snapshot() != before })
	return w
}

type routeJSON struct {
	Geometry *struct {
		Type        string
		Coordinates [][2]float64
	}
	Properties struct {
		State                 string
		Metres, Minutes, Cost *float64
		UnhardenedMetres      *float64 `json:"unhardened_metres"`
		From, To              *questions.Snap
		Steps                 []questions.RouteStep
	}
}

func (w *world) route(query string) (r routeJSON) {
	w.t.Helper()
	resp, body := w.get("/api/route?" + query)
	if err := json.Unmarshal([]byte(body), &r); err != nil || resp.StatusCode != 200 {
		w.t.Fatalf("%s: %d %s: %v", query, resp.StatusCode, body, err)
	}
	if got := resp.Header.Get("Content-Type"); got != "application/geo+json" {
		w.t.Errorf("%s: %s", query, got)
	}
	return r
}

func TestRouteTellsWhereItIsNotHardened(t *testing.T) {
	w := newRoadWorld(t)
	for _, c := range []struct {
		year       string
		names      string
		unhardened [2]float64 // from and to
	}{
		{"2019", "甲路 乙路 丙路", [2]float64{4630, 4650}},
		{"2020", "甲路 乙路硬化 丙路", [2]float64{0, 0}},
	} {
		r := w.route("from=110,33.601&to=110.25,33.601&year=" + c.year)
		p := r.Properties
		var names []string
		sum, next := 0., 0
		for _, s := range p.Steps {
			names = append(names, s.Name)
			sum += s.Metres
			if s.Begin != next || s.Hardened != (s.Surface != "土路") || s.Minutes <= 0 {
				t.Errorf("%s: step %+v", c.year, s)
			}
			next = s.End
		}
		if got := strings.Join(names, " "); got != c.names || next != len(r.Geometry.Coordinates)-1 {
			t.Errorf("%s: over %s, with %d of %d places", c.year, got, next, len(r.Geometry.Coordinates))
		}
		if p.State != "reached" || p.From.WalkMetres < 110 || p.From.WalkMetres > 112 || p.To.Component != p.From.Component {
			t.Errorf("%s: %+v", c.year, p)
		}
		if d := *p.Metres - sum - p.From.WalkMetres - p.To.WalkMetres; d < -0.1 || d > 0.1 {
			t.Errorf("%s: %v m, steps %v", c.year, *p.Metres, sum)
		}
		if got := *p.UnhardenedMetres; got < c.unhardened[0] || got > c.unhardened[1] {
			t.Errorf("%s: %v m not hardened", c.year, got)
		}
	}
}

func TestThatThereIsNoWayIsAnAnswer(t *testing.T) {
	w := newRoadWorld(t)
	for _, c := range []struct{ name, to, state string }{
		{"to an island, which only a cableway leads to", "110.35,33.7", "unconnected"},
		{"to a place off the roads", "110.2,33.3", "off network"},
	} {
		r := w.route("from=110,33.6&to=" + c.to)
		p := r.Properties
		if p.State != c.state || r.Geometry != nil || p.Metres != nil || len(p.Steps) > 0 || p.From == nil || p.To == nil {
			t.Errorf("%s: %+v", c.name, p)
		}
		if c.state == "unconnected" && p.From.Component == p.To.Component {
			t.Errorf("%s: both on component %d", c.name, p.To.Component)
		}
	}
}

func TestCatchmentGrowsWithItsLimit(t *testing.T) {
	w := newRoadWorld(t)
	last := 0.
	for _, limit := range []string{"minutes=10", "minutes=20", "minutes=30&year=2019"} {
		resp, body := w.get("/api/catchment?lon=110.25&lat=33.601&" + limit)
		var got struct {
			Geometry   struct{ Type string }
			Properties struct {
				State   string
				AreaKm2 float64 `json:"area_km2"`
				From    *questions.Snap
			}
		}
		if err := json.Unmarshal([]byte(body), &got); err != nil || resp.StatusCode != 200 {
			t.Fatalf("%d %s", resp.StatusCode, body)
		}
		if p := got.Properties; got.Geometry.Type != "MultiPolygon" || p.AreaKm2 <= last || p.State != "reached" || p.From == nil {
			t.Errorf("%s: %s %+v", limit, got.Geometry.Type, p)
		}
		last = got.Properties.AreaKm2
	}
	if _, body := w.get("/api/catchment?lon=110.2&lat=33.3&metres=5000"); !strings.Contains(body, `"geometry":null`) ||
		!strings.Contains(body, `"off network"`) {
		t.Errorf("of a place off the roads: %s", body)
	}
}

func TestBandsTellWhoLivesInThem(t *testing.T) {
	w := newRoadWorld(t)
	var got struct {
		Type     string
		Features []struct {
			Geometry   *struct{ Type string }
			Properties questions.BandFigures
		}
		Villages []struct {
			Code, State string
			Minutes     *float64
			Population  *int64
		}
	}
	ask := func(query string) {
		t.Helper()
		resp, body := w.get("/api/catchment?lon=110.25&lat=33.601&" + query)
		if err := json.Unmarshal([]byte(body), &got); err != nil || resp.StatusCode != 200 {
			t.Fatalf("%d %s: %v", resp.StatusCode, body, err)
		}
	}
	ask("minutes=60,10,20,10")
	if len(got.Features) != 3 || got.Features[0].Properties.Minutes != 10 || got.Features[2].Properties.Minutes != 60 {
		t.Fatalf("%+v", got.Features)
	}
	for i, f := range got.Features {
		within, people := 0, int64(0)
		for _, v := range got.Villages {
			if v.Minutes != nil && *v.Minutes <= f.Properties.Minutes {
				within++
				if v.Population != nil {
					people += *v.Population
				}
			}
		}
		if f.Geometry == nil || f.Properties.Villages != within || f.Properties.People != people ||
			i > 0 && f.Properties.AreaKm2 <= got.Features[i-1].Properties.AreaKm2 {
			t.Errorf("%+v, but %d villages with %d people are listed", f.Properties, within, people)
		}
	}
	ask("metres=1000,2000&county=611002")
	villages, _ := w.live.Snapshot().Table("village")
	all := 0
	for row := range villages.Rows {
		if villages.Get(row, "county").Text() == "611002" {
			all++
		}
	}
	if len(got.Villages) != all || all == 0 {
		t.Errorf("of the county %d of %d villages are told of", len(got.Villages), all)
	}
}

func TestNearByRoad(t *testing.T) {
	w := newRoadWorld(t)
	type result struct {
		Name, State           string
		Metres, Minutes, Cost float64
		RoadMetres            float64 `json:"road_metres"`
		From, To              *questions.Snap
	}
	for _, c := range []struct {
		query string
		names string
		check func(result) bool
	}{
		{"lon=110&lat=33.601&layer=town&k=3&metric=road", "丙镇", func(r result) bool {
			return r.State == "reached" && r.RoadMetres > r.Metres && r.Cost > r.RoadMetres && r.From.WalkMetres > 110 && r.To.WalkMetres > 110
		}},
		{"lon=110&lat=33.601&layer=town&metric=time&year=2019", "丙镇", func(r result) bool { return r.Minutes > 70 && r.Minutes < 120 }},
		{"lon=110&lat=33.601&layer=town&metric=time&year=2020", "丙镇", func(r result) bool { return r.Minutes > 60 && r.Minutes < 75 }},
		{"lon=110&lat=33.601&layer=town&metric=time&max=20", "", func(r result) bool { return r.State == "beyond limit" && r.To == nil }},
		{"lon=110.31&lat=33.7&layer=town&metric=road", "岛镇", func(r result) bool { return r.State == "reached" }},
		{"lon=110.31&lat=33.7&layer=village&metric=road", "", func(r result) bool { return r.State == "unconnected" && r.From != nil }},
		{"lon=110.2&lat=33.3&layer=town&metric=road", "", func(r result) bool { return r.State == "off network" && r.From.WalkMetres > 2000 }},
	} {
		_, body := w.get("/api/near?" + c.query)
		var got struct{ Results []result }
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		if len(got.Results) != 1 || got.Results[0].Name != c.names || !c.check(got.Results[0]) {
			t.Errorf("%s: %s", c.query, body)
		}
		values, _ := url.ParseQuery(c.query)
		place := "[" + values.Get("lon") + "," + values.Get("lat") + "]"
		values.Del("lon")
		values.Del("lat")
		_, many := w.do("POST", "/api/near?"+values.Encode(), `{"points":[`+strings.Repeat(place+",", 9)+place+`]}`)
		if one := strings.TrimSuffix(strings.TrimPrefix(body, "{"), "}\n"); strings.Count(many, one) != 10 {
			t.Errorf("ten of %s are %s", one, many)
		}
		for _, format := range []string{"csv", "geojson"} {
			_, other := w.get("/api/near?f=" + format + "&" + c.query)
			if !strings.Contains(other, got.Results[0].State) || !strings.Contains(other, "state") ||
				format == "geojson" && !json.Valid([]byte(other)) {
				t.Errorf("%s as %s: %s", c.query, format, other)
			}
		}
	}
}

func TestQuestionsOfTheRoadSayWhatTheyAllow(t *testing.T) {
	w := newWorld(t)
	for path, says := range map[string][]string{
		"/api/route":                                       {"from", "to", "required", "lon,lat"},
		"/api/route?from=33.6,110&to=110":                  {"from", "to", "lat from -90 to 90"},
		"/api/route?from=1,1&to=2,2&metric=straight":       {"metric", "road, time"},
		"/api/route?from=1,1&to=2,2&year=20":               {"year", "1900 to 2100"},
		"/api/catchment?lon=110&lat=33":                    {"minutes", "metres"},
		"/api/catchment?lon=110&lat=33&minutes=1&metres=5": {"minutes", "one of them alone"},
		"/api/catchment?lon=110&lat=33&minutes=9999":       {"minutes", "600"},
		"/api/catchment?lon=1&lat=1&minutes=10,x":          {"minutes", "is not a number"},
		"/api/catchment?lon=1&lat=1&minutes=10,20&town=9":  {"town", "not the code of a town"},
		"/api/catchment?lon=1&lat=1&minutes=10&county=9":   {"county", "several limits"},
		"/api/near?lon=1&lat=1&layer=town&metric=rail":     {"metric", "straight, road, time"},
	} {
		resp, body := w.get(path)
		if resp.StatusCode != 400 {
			t.Errorf("%s: %d", path, resp.StatusCode)
		}
		for _, word := range says {
			if !strings.Contains(body, word) {
				t.Errorf("%s does not say %q: %s", path, word, body)
			}
		}
	}
}

func TestABatchByRoadHasALimitOfItsOwn(t *testing.T) {
	w := newWorld(t)
	body := `{"points":[` + strings.Repeat("[1,2],", 2_000) + `[1,2]]}`
	if resp, said := w.do("POST", "/api/near?layer=town&metric=road&k=65", body); resp.StatusCode != 413 || !strings.Contains(said, "2000") {
		t.Errorf("k=65: %d %.300s", resp.StatusCode, said)
	}
	for _, k := range []string{"1", "2", "64"} { // of which a field is made
		if resp, said := w.do("POST", "/api/near?layer=town&metric=road&k="+k, body); resp.StatusCode != 200 {
			t.Errorf("k=%s: %d %.300s", k, resp.StatusCode, said)
		}
	}
}

func TestAnEditOfTheRoadsIsInTheNextAnswer(t *testing.T) {
	w := newRoadWorld(t)
	const query = "from=110,33.6&to=110.35,33.7"
	if got := w.route(query).Properties.State; got != "unconnected" {
		t.Fatal(got)
	}
	w.apply(w.edit(layers.Insert, "road", 0, orb.LineString{{110.25, 33.6}, {110.3, 33.7}}, map[string]layers.Value{"name": layers.Text("桥")}))
	w.eventually("connected", func() bool { return w.route(query).Properties.State == "reached" })
}
