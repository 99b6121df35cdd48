package geo_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/trial"
)

// star is a ring around a place with spikes of up to so many metres, without crossings
// of its own.
func star(r *rand.Rand, middle orb.Point, metres float64) orb.Polygon {
	n := 3 + r.IntN(25)
	var ring orb.Ring
	for i := range n {
		ring = append(ring, geo.Destination(middle, -360*float64(i)/float64(n), metres*(0.2+0.8*r.Float64())))
	}
	polygon := orb.Polygon{append(ring, ring[0])}
	if r.IntN(3) == 0 { // a hole within the least radius
		var hole orb.Ring
		for i := range 5 {
			hole = append(hole, geo.Destination(middle, 72*float64(i), metres*0.1))
		}
		polygon = append(polygon, append(hole, hole[0]))
	}
	return polygon
}

func polygonShape(t *testing.T, g orb.Geometry) geo.Shape {
	t.Helper()
	s, err := geo.NewShape(g)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// served is a polygon on the grid, as text for PostGIS.
func served(s geo.Shape) string { return wkt.MarshalString(s.Geometry()) }

func TestOverlapAndGapAreThoseOfPostGIS(t *testing.T) {
	conn, r := trial.PostGIS(t), rand.New(rand.NewPCG(5, 6))
	var a, b, c []string
	var overlaps, gaps []float64
	for range 400 {
		middle := orb.Point{109 + r.Float64(), 33 + r.Float64()}
		near := func() orb.Point { return geo.Destination(middle, 360*r.Float64(), 1500*r.Float64()) }
		x, y, z := polygonShape(t, star(r, middle, 600)), polygonShape(t, star(r, near(), 900)), polygonShape(t, star(r, near(), 500))
		a, b, c = append(a, served(x)), append(b, served(y)), append(c, served(z))
		overlaps, gaps = append(overlaps, x.Overlap(y, z)), append(gaps, x.Gap(y))
	}
	const rows = ` FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS p(a, b, c, i) ORDER BY i`
	areas := numbers(t, conn,
		`SELECT ST_Area(ST_Intersection(ST_GeomFromText(a, 4326), ST_Union(ST_GeomFromText(b, 4326), ST_GeomFromText(c, 4326)))::geography)`+rows,
		a, b, c)
	distances := numbers(t, conn, `SELECT CASE WHEN ST_Intersects(ST_GeomFromText(a, 4326), ST_GeomFromText(b, 4326)) THEN 0
		ELSE ST_Distance(ST_GeomFromText(a, 4326)::geography, ST_GeomFromText(b, 4326)::geography) END + 0 * length(c)`+rows, a, b, c)
	some, apart := 0, 0
	for i := range overlaps {
		// Between edges that are straight on the map, in degrees and on the ellipsoid lie
		// some millimetres along a kilometre.
		if math.Abs(overlaps[i]-areas[i]) > 5e-5*areas[i]+2 {
			t.Errorf("overlap %v m², PostGIS has %v: %s, %s, %s", overlaps[i], areas[i], a[i], b[i], c[i])
		}
		if math.Abs(gaps[i]-distances[i]) > 0.02 {
			t.Errorf("gap %v m, PostGIS has %v: %s, %s", gaps[i], distances[i], a[i], b[i])
		}
		if areas[i] > 1000 {
			some++
		}
		if distances[i] > 0 {
			apart++
		}
	}
	if some < 100 || apart < 50 {
		t.Errorf("only %d pairs overlap, %d lie apart", some, apart)
	}
}

func TestAPolygonOverlapsItselfByItsArea(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 50 {
		g := star(r, orb.Point{100 + 20*r.Float64(), 60 * r.Float64()}, 800)
		s := polygonShape(t, g)
		if got, want := s.Overlap(s), geo.Area(s.Geometry()); math.Abs(got-want) > 3e-5*want {
			t.Errorf("%v m², by geodesics %v", got, want)
		}
		if got, want := s.Overlap(s, s), s.Overlap(s); got != want {
			t.Errorf("what lies under two counts twice: %v, %v", got, want)
		}
	}
	county := polygonShape(t, orb.Bound{Min: orb.Point{109, 33}, Max: orb.Point{111, 34.5}}.ToPolygon())
	meridian := orb.Polygon{{}} // the same with edges too short to differ
	for _, e := range [][3]float64{{109, 111, 33}, {111, 109, 34.5}} {
		for i := range 401 {
			meridian[0] = append(meridian[0], orb.Point{e[0] + (e[1]-e[0])*float64(i)/400, e[2]})
		}
	}
	if got, want := county.Overlap(county), geo.Area(meridian); math.Abs(got-want) > 1e-7*want {
		t.Errorf("a large rectangle has %v m², by short geodesics %v", got, want)
	}
}

func TestOverlapOfWhatHasNoAreaIsNone(t *testing.T) {
	square := polygonShape(t, orb.Bound{Min: orb.Point{109, 33}, Max: orb.Point{109.01, 33.01}}.ToPolygon())
	line := polygonShape(t, orb.LineString{{109, 33}, {110, 34}})
	touching := polygonShape(t, orb.Bound{Min: orb.Point{109.01, 33}, Max: orb.Point{109.02, 33.01}}.ToPolygon())
	for name, got := range map[string]float64{
		"a line": square.Overlap(line), "of a line": line.Overlap(square), "nothing": square.Overlap(), "what touches": square.Overlap(touching),
		"the empty shape": square.Overlap(geo.Shape{}),
	} {
		if got != 0 {
			t.Errorf("%s: %v m²", name, got)
		}
	}
	if g := square.Gap(touching); g != 0 {
		t.Errorf("what touches is %v m away", g)
	}
	bar := polygonShape(t, orb.Bound{Min: orb.Point{108.9, 33.004}, Max: orb.Point{109.2, 33.006}}.ToPolygon())
	if g := square.Gap(bar); g != 0 { // no vertex of either lies in the other
		t.Errorf("what crosses is %v m away", g)
	}
}
