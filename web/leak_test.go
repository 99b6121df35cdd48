package web

import (
	"archive/zip"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/mux"
	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/questions"
	"github.com/cuntu/cuntu/layers/service"
)

// Secrets of the second county: what no reader below may come to know, unless his rights say so.
const (
	hiddenLeader = "秘密队长" // sensitive
	hiddenNote   = "秘密备注" // internal
	hiddenPoor   = "31337"
	hiddenPlace  = "秘密村" // of a county of which some readers see nothing
	hiddenLayer  = "秘密工程"
	hiddenLine   = "秘密管线"
	hiddenCourse = "111.01234" // its longitude, which is where works would begin
	leaderFilter = "leader='" + hiddenLeader + "'"
)

// fillSecrets adds a county of which much is to be hidden.
func (w *world) fillSecrets() {
	text := layers.Text
	square := orb.Polygon{{{110.5, 33.4}, {111.5, 33.4}, {111.5, 34.2}, {110.5, 34.2}, {110.5, 33.4}}}
	values := func(pairs ...any) map[string]layers.Value {
		m := map[string]layers.Value{}
		for i := 0; i < len(pairs); i += 2 {
			switch v := pairs[i+1].(type) {
			case string:
				m[pairs[i].(string)] = text(v)
			case int:
				m[pairs[i].(string)] = layers.Int(int64(v))
			case bool:
				m[pairs[i].(string)] = layers.Bool(v)
			case float64:
				m[pairs[i].(string)] = layers.Float(v)
			}
		}
		return m
	}
	w.apply(
		w.edit(layers.Insert, "county", 0, square, values("code", "611003", "name", "乙县", "note", hiddenNote)),
		w.edit(layers.Insert, "town", 0, orb.Point{111, 33.8}, values(
			"code", "611003001", "name", "乙镇", "county", "611003", "kind", "county_seat",
		)),
		w.edit(layers.Insert, "village", 0, orb.Point{111.01, 33.81}, values(
			"code", "611003001201", "name", hiddenPlace, "county", "611003", "town", "611003001", "leader", hiddenLeader, "note", hiddenNote,
			"poverty", true, "exit_status", "未退出", "population", 40000, "poor_population", 31337, "remaining_poor", 31337, "exit_year", 2017,
			"water_quantity", 5.0, "fibre", false,
		)),
		w.edit(layers.Insert, "water", 0, orb.Point{111, 33.82}, values(
			"name", hiddenLayer, "county", "611003", "note", hiddenNote, "capacity_m3d", 90000.0, "used_m3d", 1.0, "status", "existing",
		)),
		w.edit(layers.Insert, "pipe", 0, orb.LineString{{111.012345, 33.8}, {111.012345, 33.82}}, values(
			"name", hiddenLine, "county", "611003", "works", hiddenLayer, "status", "existing",
		)),
		w.edit(layers.Insert, "cable", 0, orb.LineString{{111.012345, 33.8}, {111.012345, 33.82}}, values(
			"name", hiddenLine, "county", "611003", "status", "existing",
		)),
		w.edit(layers.Insert, "road", 0, orb.LineString{{111, 33.8}, {111.01, 33.81}}, values(
			"name", "乙路", "surface", "水泥", "county", "611003", "note", hiddenNote,
		)),
		w.edit(layers.Insert, "exit_step", 0, nil, values(
			"village", "611003001201", "step", "claimed", "date", "2017-05-01", "by", hiddenNote, "note", hiddenNote,
		)),
		w.edit(layers.Insert, "project", 0, orb.Point{111, 33.81}, values(
			"number", "XM1", "name", hiddenLayer, "category", "road", "county", "611003", "note", hiddenNote, "goal", hiddenPlace,
		)),
		w.edit(layers.Insert, "project_step", 0, nil, values(
			"project", "XM1", "step", "applied", "date", "2017-05-01", "by", hiddenNote, "note", hiddenNote,
		)),
		w.edit(layers.Insert, "watch", 0, nil, values(
			"village", "611003001201", "year", 2017, "month", 5, "kind", "sudden", "cause", "illness", "new", 3, "note", hiddenNote,
		)),
		w.edit(layers.Insert, "watch_step", 0, nil, values(
			"village", "611003001201", "lead", "road", "step", "found", "date", "2017-05-01", "by", hiddenNote, "note", hiddenNote,
		)),
	)
	w.eventually("complete", func() bool {
		steps, _ := w.live.Snapshot().Table("exit_step")
		return steps.Len() == 1
	})
}

// samples are requests for every route that can be read, by its path. @ before a variable stands for each of its values.
func samples(catalog *layers.Catalog) map[string][]string {
	each := func(path string) (list []string) {
		list = []string{path}
		for name, values := range map[string][]string{
			"{layers}": catalog.Placed(), "{layer}": catalog.IDs(), "{collection}": catalog.IDs(),
			"{id}": {"1", "2", "611003001201"}, "{feature}": {"1", "2"}, "{village}": {"611003001201", "611002001201", "2"},
		} {
			if !strings.Contains(path, name) {
				continue
			}
			var next []string
			for _, p := range list {
				for _, v := range values {
					next = append(next, strings.ReplaceAll(p, name, v))
				}
			}
			list = next
		}
		return list
	}
	all := map[string][]string{}
	add := func(path string, requests ...string) {
		for _, r := range requests {
			all[path] = append(all[path], each(r)...)
		}
	}
	for _, f := range []string{"mvt", "mlt"} {
		path := "/tiles/{layers}/{z:[0-9]+}/{x:[0-9]+}/{y:[0-9]+}." + f
		add(path, "/tiles/{layers}/0/0/0."+f, "/tiles/{layers}/7/103/51."+f, "/tiles/{layers}/10/827/409."+f,
			"/tiles/{layers}/10/827/409."+f+"?full=1", "/tiles/{layers}/10/827/409."+f+"?year=2017", "/tiles/{layers}/14/13244/6555."+f)
	}
	for _, path := range []string{
		"/tiles/{layers}.json", "/api/coverage/{village}", "/api/progress/{village}", "/api/export/{layer}", "/api/features/{layer}/{id}",
		"/api/features/{layer}/{id}/comments", "/api/templates/{layer}.xlsx", "/ogc/collections/{collection}",
		"/ogc/collections/{collection}/queryables", "/ogc/collections/{collection}/sortables",
		"/ogc/collections/{collection}/schema", "/ogc/collections/{collection}/items", "/ogc/collections/{collection}/items/{feature}",
	} {
		add(path, path)
	}
	for _, path := range []string{
		"/api/procedures/village_exit", "/api/procedures/county_exit?f=csv", "/api/procedures/project", "/api/procedures/project?due=mine&f=xlsx",
	} {
		add("/api/procedures/{procedure}", path)
	}
	add("/api/procedures/{procedure}/{subject}",
		"/api/procedures/village_exit/611003001201", "/api/procedures/county_exit/611003", "/api/procedures/project/XM1")
	add("/api/projects/{number}/results", "/api/projects/XM1/results")
	for _, f := range []string{"geojson", "csv", "kml", "gpkg", "xlsx"} {
		add("/api/export/{layer}", "/api/export/{layer}?f="+f)
	}
	now := url.QueryEscape(time.Now().UTC().Format(time.RFC3339Nano))
	add("/api/features/{layer}/{id}", "/api/features/{layer}/{id}?datetime="+now)
	add("/ogc/collections/{collection}/items", "/ogc/collections/{collection}/items?f=jsonfg", "/ogc/collections/{collection}/items?f=csv")
	at := "lon=111&lat=33.8"
	for path, requests := range map[string][]string{
		"/api/coverage": {
			"?service=road", "?service=water", "?service=broadband", "?service=exit", "?service=road&f=csv", "?service=road&f=geojson",
			"?service=exit&f=xlsx", "?area=611003",
		},
		"/api/coverage/summary":  {"?service=exit&by=county", "?service=road&by=town"},
		"/api/coverage/critical": {""},
		"/api/guide":             {""},
		"/api/office":            {""},
		"/api/coverage/states":   {"?service=road"},
		"/api/near": {
			"?" + at + "&layer=" + strings.Join(catalog.Placed(), ",") + "&k=50&max=200000", "?" + at + "&layer=village&f=csv",
		},
		"/api/route":           {"?from=111,33.8&to=111.01,33.81"},
		"/api/catchment":       {"?" + at + "&minutes=60"},
		"/api/programme":       {"?service=road&budget_km=5", "?service=water&budget_wan=500", "?service=water&f=geojson", "?service=broadband"},
		"/api/procedures":      {""},
		"/api/projects":        {"", "?year=2018&f=csv", "?area=611003"},
		"/api/progress":        {"", "?table=villages&f=csv", "?state=late,due,ahead,out,unplanned", "?f=xlsx"},
		"/api/watching":        {"", "?cases=all&colour=red,yellow,green", "?table=cases&f=csv&cases=all", "?table=areas&f=xlsx", "?area=611003"},
		"/api/watching/leads":  {"?since=2018-12-31", "?since=2018-12-31&f=csv"},
		"/api/siting/evaluate": {"?" + at + "&people=200"},
		"/api/summary": {
			"?layer=village&field=population&by=county", "?layer=village&field=poor_population&by=town", "?layer=water&by=county",
		},
		"/api/areas":            {""},
		"/api/outlines/flaws":   {"", "?layer=village&f=csv"},
		"/api/locate":           {"?q=111.01,33.81"},
		"/api/search":           {"?q=" + url.QueryEscape("秘密"), "?q=611003"},
		"/api/divisions":        {"", "?parent=611002", "?q=611003"},
		"/api/layers":           {""},
		"/api/openapi.json":     {""},
		"/api/openapi-3.0.json": {""},
		"/ogc":                  {""},
		"/ogc/":                 {""},
		"/ogc/conformance":      {""},
		"/ogc/api":              {""},
		"/ogc/collections":      {""},
		"/api/left-out":         {""},
		"/tiles/dem.json":       {""},
		"/api/siting/criteria":  {""},
		"/api/siting/classes":   {""},
		"/api/edits":            {""},
		"/api/jobs":             {""},
		"/api/imports":          {""},
		"/api/ledgers":          {""},
		"/api/mappings":         {""},
		"/api/history":          {"", "?layer=village&id=2", "?layer=water", "?area=611003&limit=3"},
		"/api/history/writings": {"", "?area=611003"},
		"/api/session":          {""},
		"/api/audit":            {""},
		"/api/audit/verdict":    {""},
		"/api/audit/log":        {""},
		"/api/users":            {""},
		"/api/tokens":           {""},
		"/api/emergencies":      {""},
		"/api/siting/scenarios": {""},
		"/metrics":              {""},
		"/healthz":              {""},
		"/readyz":               {""},
		"/{path:.*}":            {"", "index.html", "nothing"},
		"/tiles/dem/{z:[0-9]+}/{x:[0-9]+}/{y:[0-9]+}.png":            nil, // the ground alone
		"/tiles/{layers}.pmtiles":                                    nil, // what the operator chose to publish
		"/api/events":                                                nil, // its own test
		"/api/jobs/{id}":                                             nil, // of jobs, by their owners: their own tests
		"/api/jobs/{id}/result":                                      nil,
		"/api/jobs/{id}/events":                                      nil,
		"/api/jobs/{id}/file":                                        nil,
		"/api/uploads/{upload}/rejects":                              nil,
		"/api/imports/{import}":                                      nil,
		"/api/imports/{import}/conflicts":                            nil, // their own test
		"/api/mappings/{mapping}":                                    nil,
		"/api/features/{layer}/{id}/comments/{comment}/files/{file}": nil, // their own test
		"/api/evidence/{digest}":                                     nil, // their own test
		"/api/edits/{key}":                                           nil,
		"/api/siting/scenarios/{id}":                                 nil,
		"/api/siting/scenarios/compare":                              nil,
	} {
		if path == "/{path:.*}" {
			for _, r := range requests {
				add(path, "/"+r)
			}
			continue
		}
		if requests == nil {
			all[path] = nil
		}
		for _, r := range requests {
			add(path, path+r)
		}
	}
	return all
}

// TestNoRouteTellsWhatItsReaderMayNotRead walks the router, and reads all that each reader can be answered.
func TestNoRouteTellsWhatItsReaderMayNotRead(t *testing.T) {
	w := newWorldOf(t, layers.Builtin(), service.Builtin(), true)
	w.fillSecrets()
	time.Sleep(1100 * time.Millisecond) // headers count in seconds
	filled := time.Now()
	requests := samples(w.catalog)
	reads := func(layer string, class layers.Secrecy, area string) access.Grant {
		return access.Grant{Verb: access.Read, Layer: layer, Class: class, Area: area}
	}
	exports := access.Grant{Verb: access.Export, Layer: access.AllLayers, Class: access.Sensitive}
	for _, reader := range []struct {
		name   string
		grants []access.Grant
		hidden []string
	}{
		{"nobody", nil, []string{
			hiddenLeader, hiddenNote, hiddenPoor, hiddenPlace, hiddenLayer, hiddenLine, hiddenCourse, "乙镇", "乙路", "东店子村",
		}},
		{
			"the public",
			[]access.Grant{reads(access.AllLayers, access.Open, ""), exports},
			[]string{hiddenLeader, hiddenNote, hiddenPoor, hiddenLine, hiddenCourse},
		},
		{
			"an officer of the first county",
			[]access.Grant{
				reads(access.AllLayers, access.Open, ""), reads(access.AllLayers, access.Internal, "611002"), exports,
			},
			[]string{hiddenLeader, hiddenNote, hiddenPoor, hiddenLine, hiddenCourse},
		},
		{
			"an officer of the second county",
			[]access.Grant{reads(access.AllLayers, access.Internal, "611003"), exports},
			[]string{hiddenLeader, "东店子村"},
		},
		{
			"who may see the first county alone",
			[]access.Grant{reads(access.AllLayers, access.Sensitive, "611002"), exports},
			[]string{hiddenLeader, hiddenNote, hiddenPoor, hiddenPlace, hiddenLayer, hiddenLine, hiddenCourse, "乙路"},
		},
		{
			"who may see villages alone",
			[]access.Grant{reads("village", access.Open, ""), exports},
			[]string{hiddenLeader, hiddenNote, hiddenPoor, hiddenLayer, hiddenLine, hiddenCourse, "乙路"},
		},
	} {
		t.Run(reader.name, func(t *testing.T) {
			w := w.seenBy(t, reader.grants)
			told := 0
			err := w.router.Walk(func(route *mux.Route, _ *mux.Router, _ []*mux.Route) error {
				path, _ := route.GetPathTemplate()
				methods, _ := route.GetMethods()
				list, known := requests[path]
				if !slices.Contains(methods, http.MethodGet) {
					return nil
				}
				if !known {
					t.Errorf("there are no sample requests for %s: say how it is read", path)
				}
				for _, request := range list {
					told += w.expectSilence(request, reader.hidden)
					if past, headers := asOf(path, request, filled); past != "" {
						w.expectSilence(past, reader.hidden, headers...)
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if reader.grants != nil && told < 60 {
				t.Errorf("only %d requests were answered", told)
			}
		})
	}
}

// TestWorksBeginWhereTheirReaderMayKnowOfLines: who may not know of the pipe is told of works from elsewhere.
func TestWorksBeginWhereTheirReaderMayKnowOfLines(t *testing.T) {
	w := newWorldOf(t, layers.Builtin(), service.Builtin(), true)
	w.fillSecrets()
	public := w.seenBy(t, []access.Grant{{Verb: access.Read, Layer: access.AllLayers}})
	for _, request := range []string{
		"/api/programme?service=water", "/api/programme?service=water&f=csv", "/api/programme?service=broadband",
		"/api/coverage?service=water", "/api/coverage/611003001201",
	} {
		_, all := w.get(request)
		_, some := public.get(request)
		if !strings.Contains(all, hiddenCourse) && !strings.Contains(all, hiddenLine) {
			t.Errorf("%s does not tell of the line to who may know: %s", request, all)
		}
		if strings.Contains(some, hiddenCourse) || strings.Contains(some, hiddenLine) {
			t.Errorf("%s tells the public of the line", request)
		}
		if strings.Contains(request, "service=water") && !strings.Contains(some, hiddenLayer) {
			t.Errorf("%s tells the public of no waterworks: %s", request, some)
		}
	}
}

// asOf is a request for the state at a moment; "" where that cannot be asked for.
func asOf(path, request string, at time.Time) (past string, headers []string) {
	switch {
	case strings.Contains(path, "/items"):
		return request, []string{"Accept-Datetime", at.UTC().Format(http.TimeFormat)}
	case strings.HasPrefix(path, "/tiles/{layers}/"), path == "/api/export/{layer}",
		slices.ContainsFunc(questions.All(), func(q *questions.Question) bool { return q.Path == path }):
	default:
		return "", nil
	}
	mark := "?"
	if strings.Contains(request, "?") {
		mark = "&"
	}
	return request + mark + "datetime=" + url.QueryEscape(at.UTC().Format(time.RFC3339Nano)), nil
}

// seenBy is the world as somebody with grants sees it.
func (w *world) seenBy(t *testing.T, grants []access.Grant) *world {
	own := *w
	own.t = t
	own.config.Rights = func(access.Actor) access.Rights { return access.Rights{Grants: grants} }
	own.server = httptest.NewServer(New(own.config))
	t.Cleanup(own.server.Close)
	return &own
}

// TestAHiddenFieldIsLikeOneThatDoesNotExist asks by what is hidden, and by what is misspelt.
func TestAHiddenFieldIsLikeOneThatDoesNotExist(t *testing.T) {
	w := newWorldOf(t, layers.Builtin(), service.Builtin(), true)
	w.fillSecrets()
	public := w.seenBy(t, []access.Grant{
		{Verb: access.Read, Layer: access.AllLayers}, {Verb: access.Export, Layer: access.AllLayers},
	})
	for _, request := range []string{
		"/ogc/collections/village/items?filter=NAME%20IS%20NOT%20NULL",
		"/ogc/collections/village/items?NAME=1",
		"/ogc/collections/village/items?sortby=NAME",
		"/ogc/collections/village/items?properties=NAME",
		"/tiles/village/10/827/409.mvt?filter=NAME%20IS%20NOT%20NULL",
		"/tiles/village.json?filter=NAME%20IS%20NOT%20NULL",
		"/api/export/village?f=csv&filter=NAME%20IS%20NOT%20NULL",
		"/api/near?lon=111&lat=33.8&layer=village&filter=NAME%20IS%20NOT%20NULL",
		"/api/coverage?service=road&filter=NAME%20IS%20NOT%20NULL",
		"/api/summary?layer=village&field=NAME",
		"/api/summary?layer=village&field=name&filter=NAME%20IS%20NOT%20NULL",
		"/api/programme?service=road&budget_km=5&filter=NAME%20IS%20NOT%20NULL",
	} {
		hidden, said := public.get(strings.ReplaceAll(request, "NAME", "leader"))
		wrong, misspelt := public.get(strings.ReplaceAll(request, "NAME", "laeder"))
		if hidden.StatusCode != wrong.StatusCode || strings.ReplaceAll(said, "leader", "laeder") != misspelt {
			t.Errorf("%s: of a hidden field it says %d %s, of one that does not exist %d %s",
				request, hidden.StatusCode, said, wrong.StatusCode, misspelt)
		}
		if seen, _ := w.get(strings.ReplaceAll(request, "NAME", "leader")); seen.StatusCode >= 500 {
			t.Errorf("%s: who may see it is answered %d", request, seen.StatusCode)
		}
	}
}

// TestATagDoesNotTellOfWhatIsHidden changes hidden values, after which nothing must look changed.
func TestATagDoesNotTellOfWhatIsHidden(t *testing.T) {
	w := newWorldOf(t, layers.Builtin(), service.Builtin(), true)
	w.fillSecrets()
	public := w.seenBy(t, []access.Grant{{Verb: access.Read, Layer: access.AllLayers}})
	requests := []string{
		"/ogc/collections/village/items/2", "/api/features/village/2", "/tiles/village/10/827/409.mvt",
	}
	tags := func(w *world) (list []string) {
		for _, request := range requests {
			resp, body := w.get(request)
			if resp.StatusCode != http.StatusOK {
				t.Fatalf("%s answers %d: %s", request, resp.StatusCode, body)
			}
			list = append(list, resp.Header.Get("ETag")+body)
		}
		return list
	}
	w.eventually("judged", func() bool {
		_, body := w.get("/ogc/collections/village/items/2")
		return !strings.Contains(body, `"cov_road":null`)
	})
	before, known := tags(public), tags(w)
	village, _ := w.catalog.Layer("village")
	e := w.edit(layers.Update, "village", 2, nil, map[string]layers.Value{"leader": layers.Text("李四"), "note": layers.Text("无")})
	e.Set = []int{village.Field("leader"), village.Field("note")}
	w.apply(e)
	w.eventually("edited", func() bool {
		return !slices.Equal(tags(w)[:2], known[:2])
	})
	if after := tags(public); !slices.Equal(after, before) {
		t.Errorf("what is not hidden looks changed:\n%s\n%s", before, after)
	}
}

// expectSilence reads an answer, in which no secret may stand, and tells whether it was one.
func (w *world) expectSilence(request string, secrets []string, headers ...string) int {
	w.t.Helper()
	resp, body := w.get(request, headers...)
	if resp.StatusCode >= 500 {
		w.t.Errorf("%s answers %d: %.200s", request, resp.StatusCode, body)
	}
	for _, said := range append([]string{body}, unpacked(body)...) {
		for _, secret := range secrets {
			if strings.Contains(said, secret) {
				w.t.Errorf("%s tells %s", request, secret)
			}
		}
	}
	if resp.StatusCode == http.StatusOK {
		return 1
	}
	return 0
}

// unpacked are the parts of a spreadsheet.
func unpacked(body string) (parts []string) {
	files, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		return nil
	}
	for _, f := range files.File {
		in, err := f.Open()
		if err != nil {
			continue
		}
		part, _ := io.ReadAll(in) // what cannot be read tells nothing
		parts = append(parts, string(part))
	}
	return parts
}
