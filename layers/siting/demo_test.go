package siting_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"github.com/cuntu/cuntu/data/demo"
	"github.com/cuntu/cuntu/data/demo/demotest"
	"github.com/cuntu/cuntu/data/elevation"
	"github.com/cuntu/cuntu/data/postgis/pgtest"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/dem"
	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/siting"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// prefecture is the demo with its ground, made once.
type prefecture struct {
	snap   *snapshot.Snapshot
	net    *roads.Network
	ground *dem.Model
}

var made *prefecture

func demoPrefecture(t testing.TB) *prefecture {
	t.Helper()
	if made == nil {
		made = makePrefecture(t)
	}
	return made
}

func makePrefecture(t testing.TB) *prefecture {
	t.Helper()
	p, err := demo.New(demo.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	ground := p.Terrain()
	tiles, err := elevation.DrawnTiles(context.Background(), ground.Bound(), 12, ground.Height)
	if err != nil {
		t.Fatal(err)
	}
	model, err := dem.New(tiles, 64<<20)
	if err != nil {
		t.Fatal(err)
	}
	snap := demotest.Of(t, p.Edits())
	return &prefecture{snap, roads.Build(snap, 2018), model}
}

// somePlots are plots all over the demo, in its hazards and reserves too.
func somePlots(t *testing.T, p *prefecture, c *siting.Criteria) []siting.Plot {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	var plots []siting.Plot
	add := func(at orb.Point) {
		plot, err := c.PlotAt(at, 100+r.IntN(4000))
		if err != nil {
			t.Fatal(err)
		}
		plots = append(plots, plot)
	}
	for range 150 {
		add(orb.Point{109 + 1.8*r.Float64(), 33.2 + r.Float64()})
	}
	for _, layer := range []string{"hazard", "reserve"} {
		table, _ := p.snap.Table(layer)
		for row := range table.Rows {
			vertices := table.Shape(row).Points
			add(vertices[r.IntN(len(vertices))].LonLat()) // on its edge
		}
	}
	return plots
}

// Values are held against the slow way: the search around each plot for ways by road,
// every feature for straight lines, and PostGIS for what is covered.
func TestValuesAreThoseOfTheSlowWay(t *testing.T) {
	p := demoPrefecture(t)
	c, err := siting.Parse(
		strings.NewReader(
			"criteria: [{id: metres_to_park, title: {zh: 园区, en: Park}, group: near, measure: metres, " +
				"layer: park, curve: [[0, 100]], source: test}]",
		),
	)
	if err != nil {
		t.Fatal(err)
	}
	s, err := siting.NewSurvey(t.Context(), p.snap, p.net, p.ground, c, 0)
	if err != nil {
		t.Fatal(err)
	}
	plots := somePlots(t, p, c)
	m, err := s.Measure(t.Context(), plots, nil)
	if err != nil {
		t.Fatal(err)
	}
	at := func(id string) int { return c.Index(id) }
	same := func(what string, i int, got, want, most float64) {
		t.Helper()
		if !(math.Abs(got-want) <= most) && got != want {
			t.Errorf("%s of plot %d at %v is %v, the slow way %v", what, i, plots[i].At, got, want)
		}
	}
	park, _ := p.snap.Table("park")
	power, _ := p.snap.Table("village")
	hazard, _ := p.snap.Table("hazard")
	standing := park.CompleteBy(p.net.Year)
	reached := 0
	for i := range plots {
		origin := geo.At(plots[i].At)
		near, err := p.net.Near(t.Context(), park, []orb.Point{plots[i].At}, 1, math.Inf(1), network.ByMinutes)
		if err != nil {
			t.Fatal(err)
		}
		if row := near[0].Features[0].Row; near[0].Ways[0].State != network.Reached || standing == nil || standing.Has(row) {
			same("minutes to a park", i, m[i][at("park")], near[0].Ways[0].Way, 1e-9)
			reached++
		}
		best := math.Inf(1)
		for row := range power.Rows {
			if power.Get(row, "power").Bool() {
				best = min(best, origin.Distance(power.Shape(row).Points[0].LonLat()))
			}
		}
		same("metres to power", i, m[i][at("power")], best, 1e-6)
		best = math.Inf(1)
		for row := range hazard.Rows {
			best = min(best, plots[i].Shape.Gap(hazard.Shape(row)))
		}
		same("clearance", i, m[i][at("hazard_clearance")], best, 1e-6)
		if e, err := s.Evaluate(t.Context(), plots[i], c); err != nil {
			t.Fatal(err)
		} else if v := m[i][at("metres_to_park")]; !math.IsInf(v, 1) {
			same("metres of the way to a park", i, v, *e.Evidence[at("metres_to_park")].Metres, 0.01)
		}
	}
	if reached < 100 {
		t.Errorf("only %d plots were compared by road", reached)
	}
	overlapsOfPostGIS(t, p, plots, func(i int, share float64) { same("per cent under hazards", i, m[i][at("hazard")], share, 0.01) })
}

// overlapsOfPostGIS tells what per cent of each plot lies under hazards.
func overlapsOfPostGIS(t *testing.T, p *prefecture, plots []siting.Plot, tell func(i int, share float64)) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	texts := func(shapes func(yield func(geo.Shape) bool)) (all []string) {
		for s := range shapes {
			all = append(all, wkt.MarshalString(s.Geometry()))
		}
		return all
	}
	hazard, _ := p.snap.Table("hazard")
	hazards := texts(func(yield func(geo.Shape) bool) {
		for row := range hazard.Rows {
			yield(hazard.Shape(row))
		}
	})
	squares := texts(func(yield func(geo.Shape) bool) {
		for i := range plots {
			yield(plots[i].Shape)
		}
	})
	rows, err := conn.Query(t.Context(), `
		WITH hazard AS (SELECT ST_GeomFromText(h, 4326) AS g FROM unnest($1::text[]) AS h)
		SELECT 100 * coalesce(ST_Area(ST_Intersection(p.g, (SELECT ST_Union(g) FROM hazard h WHERE ST_Intersects(h.g, p.g)))::geography), 0)
			/ ST_Area(p.g::geography)
		FROM (SELECT i, ST_GeomFromText(t, 4326) AS g FROM unnest($2::text[]) WITH ORDINALITY AS t(t, i)) AS p ORDER BY i`, hazards, squares)
	if err != nil {
		t.Fatal(err)
	}
	shares, err := pgx.CollectRows(rows, pgx.RowTo[float64])
	if err != nil {
		t.Fatal(err)
	}
	some := 0
	for i, share := range shares {
		if tell(i, share); share > 1 {
			some++
		}
	}
	if some < 20 {
		t.Errorf("only %d plots lie under hazards", some)
	}
}

func TestAnEvaluationSaysWhatItFoundAndWhatWouldChangeIt(t *testing.T) {
	p := demoPrefecture(t)
	c := siting.Default()
	s, err := siting.NewSurvey(t.Context(), p.snap, p.net, nil, c, 0) // without an elevation model
	if err != nil {
		t.Fatal(err)
	}
	hazard, _ := p.snap.Table("hazard")
	for row := range hazard.Rows {
		plot, err := c.PlotAt(hazard.Shape(row).Label().LonLat(), 500)
		if err != nil {
			t.Fatal(err)
		}
		e, err := s.Evaluate(t.Context(), plot, c)
		if err != nil {
			t.Fatal(err)
		}
		n, slope := c.Index("hazard"), c.Index("slope")
		if !slices.Contains(e.Failed, n) || !slices.Equal(e.Unchecked, []int{slope}) || e.Low >= e.Total || e.High < e.Total {
			t.Fatalf("failed %v, unchecked %v, %v in %v to %v", e.Failed, e.Unchecked, e.Total, e.Low, e.High)
		}
		if !e.Changes[0].Hard || !strings.Contains(e.Changes[0].Text.Zh, "硬性限制") {
			t.Errorf("what would change it begins with %+v", e.Changes[0])
		}
		hits := e.Evidence[n].Hits
		if len(hits) == 0 || hits[0].M2 <= 0 || hits[0].M2 > plot.AreaM2*1.001 || !strings.Contains(e.Notes[n].En, hits[0].Name) {
			t.Errorf("hits %+v, %s", hits, e.Notes[n].En)
		}
		if !math.IsNaN(e.Values[slope]) || !strings.Contains(e.Notes[slope].Zh, "没有导入高程模型") {
			t.Errorf("without a model the slope is %v: %s", e.Values[slope], e.Notes[slope].Zh)
		}
		break
	}
}

func TestAGridLiesOverItsAreaAndSitesAreTakenAsTheyAre(t *testing.T) {
	p := demoPrefecture(t)
	c := siting.Default()
	county, _ := p.snap.Table("county")
	row, _ := county.FindCode("611002")
	plots, err := (&siting.Candidates{GridM: 1000, County: "611002"}).Plots(p.snap, c)
	if err != nil {
		t.Fatal(err)
	}
	area := county.Shape(row).Overlap(county.Shape(row)) / 1e6
	if n := float64(len(plots)); math.Abs(n-area) > 0.03*area {
		t.Errorf("a grid of 1 km over %.0f km² has %v places", area, n)
	}
	for _, plot := range plots {
		if math.Abs(plot.AreaM2-500*80) > 10 {
			t.Fatalf("a plot for 500 people has %v m²", plot.AreaM2)
		}
	}
	sites, err := (&siting.Candidates{Sites: true, County: "611002"}).Plots(p.snap, c)
	if err != nil || len(sites) == 0 || sites[0].Name == "" {
		t.Errorf("%d sites, %v", len(sites), err)
	}
	for _, bad := range []siting.Candidates{
		{GridM: 500}, {GridM: 500, County: "000000"}, {GridM: 20, Area: orb.MultiPolygon{{{{109, 33}, {111, 33}, {111, 34}, {109, 33}}}}},
	} {
		if _, err := bad.Plots(p.snap, c); err == nil {
			t.Errorf("%+v is searched", bad)
		}
	}
}
