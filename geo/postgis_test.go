package geo_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/index"
	"github.com/cuntu/cuntu/geo/trial"
)

// The tests in this file hold the package against PostGIS's geography type.

// numbers runs a query that gives one column of numbers.
func numbers(t *testing.T, conn *pgx.Conn, sql string, args ...any) []float64 {
	t.Helper()
	rows, err := conn.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[float64])
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// pairs are places from a metre to the other side of the world apart.
func pairs(n int) (a, b []orb.Point) {
	r := rand.New(rand.NewPCG(11, 12))
	for i := range n {
		p := orb.Point{r.Float64()*360 - 180, math.Asin(2*r.Float64()-1) * 180 / math.Pi}
		if i%2 == 0 {
			p = orb.Point{105.5 + 5.7*r.Float64(), 31.7 + 7.9*r.Float64()} // Shaanxi
		}
		a = append(a, p)
		b = append(b, geo.Destination(p, r.Float64()*360, math.Pow(10, 7.3*r.Float64())))
	}
	return a, b
}

func column(ps []orb.Point, i int) []float64 {
	out := make([]float64, len(ps))
	for j, p := range ps {
		out[j] = p[i]
	}
	return out
}

func TestDistanceIsThatOfPostGIS(t *testing.T) {
	a, b := pairs(5000)
	want := numbers(t, trial.PostGIS(t), `
		SELECT ST_Distance(ST_MakePoint(ax, ay)::geography, ST_MakePoint(bx, by)::geography)
		FROM unnest($1::float8[], $2::float8[], $3::float8[], $4::float8[]) WITH ORDINALITY AS p(ax, ay, bx, by, i) ORDER BY i`,
		column(a, 0), column(a, 1), column(b, 0), column(b, 1))
	for i := range a {
		// PostGIS rounds to 10 nm.
		if got := geo.Distance(a[i], b[i]); math.Abs(got-want[i]) > 1e-5 {
			t.Errorf("%v to %v: %.9f, PostGIS %.9f", a[i], b[i], got, want[i])
		}
	}
}

func TestDestinationIsThatOfPostGIS(t *testing.T) {
	a, _ := pairs(2000)
	r := rand.New(rand.NewPCG(13, 14))
	var bearings, metres []float64
	for range a {
		bearings, metres = append(bearings, r.Float64()*360), append(metres, math.Pow(10, 6.9*r.Float64()))
	}
	sql := `SELECT ST_%s(ST_Project(ST_MakePoint(x, y)::geography, metres, radians(bearing))::geometry)
		FROM unnest($1::float8[], $2::float8[], $3::float8[], $4::float8[]) WITH ORDINALITY AS p(x, y, bearing, metres, i) ORDER BY i`
	conn := trial.PostGIS(t)
	lon := numbers(t, conn, replace(sql, "X"), column(a, 0), column(a, 1), bearings, metres)
	lat := numbers(t, conn, replace(sql, "Y"), column(a, 0), column(a, 1), bearings, metres)
	for i := range a {
		if d := geo.Distance(geo.Destination(a[i], bearings[i], metres[i]), orb.Point{lon[i], lat[i]}); d > 1e-5 {
			t.Errorf("%v m at %v° from %v is %v m off", metres[i], bearings[i], a[i], d)
		}
	}
}

func replace(sql, axis string) string {
	return sql[:len("SELECT ST_")] + axis + sql[len("SELECT ST_%s"):]
}

// blob is a star-shaped polygon with a hole.
func blob(r *rand.Rand, middle orb.Point, metres float64) orb.Polygon {
	outer, hole := orb.Ring{}, orb.Ring{}
	for i := range 12 {
		outer = append(outer, geo.Destination(middle, float64(-30*i), metres*(.6+.4*r.Float64())))
		hole = append(hole, geo.Destination(middle, float64(30*i), metres*(.1+.4*r.Float64())))
	}
	return orb.Polygon{append(outer, outer[0]), append(hole, hole[0])}
}

func texts(gs []orb.Geometry) []string {
	out := make([]string, len(gs))
	for i, g := range gs {
		out[i] = wkt.MarshalString(g)
	}
	return out
}

func TestAreaAndLengthAreThoseOfPostGIS(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	var gs []orb.Geometry
	for i := range 500 {
		middle := orb.Point{r.Float64()*340 - 170, r.Float64()*140 - 70}
		polygon := blob(r, middle, math.Pow(10, 1+4.5*r.Float64()))
		gs = append(gs, polygon)
		if i%2 == 0 {
			gs = append(gs, orb.LineString(polygon[0]))
		}
	}
	conn := trial.PostGIS(t)
	areas := numbers(t, conn, "SELECT ST_Area(g::geography) FROM unnest($1::text[]) WITH ORDINALITY AS p(g, i) ORDER BY i", texts(gs))
	lengths := numbers(t, conn,
		"SELECT greatest(ST_Length(g::geography), ST_Perimeter(g::geography)) FROM unnest($1::text[]) WITH ORDINALITY AS p(g, i) ORDER BY i",
		texts(gs))
	for i, g := range gs {
		// Both sum Karney's series, so only rounding differs.
		if got := geo.Area(g); math.Abs(got-areas[i]) > 1e-8*areas[i]+1e-3 {
			t.Errorf("area %v, PostGIS %v (%v)", got, areas[i], g)
		}
		if got := geo.Length(g); math.Abs(got-lengths[i]) > 1e-9*lengths[i]+1e-6 {
			t.Errorf("length %v, PostGIS %v (%v)", got, lengths[i], g)
		}
	}
}

// Edges of at most 200 m bow by less than a millimetre against PostGIS's
// geodesics. Its ST_Distance takes the foot on a line by the sphere and so is up to
// 0.3 % too long; the truth here is its distance to the nearest of places every 2 m
// along the geometry, which may add (1 m)²/2d.
func TestNearestIsThatOfPostGIS(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	var gs []orb.Geometry
	var from []orb.Point
	for i := range 600 {
		middle := orb.Point{105.5 + 5.7*r.Float64(), 31.7 + 7.9*r.Float64()}
		line := orb.LineString{middle}
		for range 2 + r.IntN(10) {
			line = append(line, geo.Destination(line[len(line)-1], r.Float64()*360, 200*r.Float64()))
		}
		gs = append(gs, []orb.Geometry{line, blob(r, middle, 200), orb.MultiPoint(line)}[i%3])
		from = append(from, geo.Destination(middle, r.Float64()*360, math.Pow(10, 1+4*r.Float64())))
	}
	conn := trial.PostGIS(t)
	loose := numbers(t, conn, `
		SELECT ST_Distance(g::geography, ST_MakePoint(x, y)::geography)
		FROM unnest($1::text[], $2::float8[], $3::float8[]) WITH ORDINALITY AS p(g, x, y, i) ORDER BY i`,
		texts(gs), column(from, 0), column(from, 1))
	dense := numbers(t, conn, `
		SELECT (SELECT min(ST_Distance(d.geom::geography, ST_MakePoint(x, y)::geography))
			FROM ST_DumpPoints(ST_Segmentize(g::geometry, 0.00002)) AS d)
		FROM unnest($1::text[], $2::float8[], $3::float8[]) WITH ORDINALITY AS p(g, x, y, i) ORDER BY i`,
		texts(gs), column(from, 0), column(from, 1))
	const grid = 0.01
	inside := 0
	for i, g := range gs {
		s, err := geo.NewShape(g)
		if err != nil {
			t.Fatal(err)
		}
		hit := s.Nearest(from[i])
		if math.Abs(hit.Metres-loose[i]) > grid+0.003*loose[i] {
			t.Errorf("%v from %v: %.6f, ST_Distance %.6f", g, from[i], hit.Metres, loose[i])
		}
		if hit.Inside {
			inside++
		} else if d := dense[i] - hit.Metres; d < -grid || d > grid+0.5/hit.Metres {
			t.Errorf("%v from %v: %.6f, nearest of the places along it %.6f", g, from[i], hit.Metres, dense[i])
		}
	}
	if inside == 0 {
		t.Error("no place lay inside a polygon")
	}
}

func TestNearestItemsAreThoseOfPostGIS(t *testing.T) {
	const n, k = 5000, 20
	r := rand.New(rand.NewPCG(19, 20))
	ps := make([]geo.Point, n)
	degrees := make([]orb.Point, n)
	items := make([]index.Item, n)
	for i := range ps {
		ps[i] = geo.Quantise(orb.Point{105.5 + 5.7*r.Float64(), 31.7 + 7.9*r.Float64()})
		degrees[i] = ps[i].LonLat()
		items[i] = index.Item{Box: geo.Box{Min: ps[i], Max: ps[i]}, ID: uint32(i)}
	}
	var tree index.Tree
	tree.Load(items)
	conn := trial.PostGIS(t)
	if _, err := conn.Exec(t.Context(), "CREATE TEMP TABLE near_place (id int, g geography(Point))"); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), `INSERT INTO near_place SELECT i - 1, ST_MakePoint(x, y)::geography
		FROM unnest($1::float8[], $2::float8[]) WITH ORDINALITY AS p(x, y, i)`, column(degrees, 0), column(degrees, 1)); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), "CREATE INDEX ON near_place USING gist (g)"); err != nil {
		t.Fatal(err)
	}
	for i := range 60 {
		p := geo.Destination(orb.Point{108.3, 35.6}, r.Float64()*360, []float64{3e5, 9e6}[i%2]*r.Float64())
		o := geo.At(p)
		var got []float64
		tree.Nearest(p, func(id uint32) float64 { return o.Distance(degrees[id]) },
			func(_ uint32, metres float64) bool { got = append(got, metres); return len(got) < k })
		// `<->` orders by distance on a sphere, so it proposes and ST_Distance disposes.
		want := numbers(t, conn, `SELECT d FROM (
				SELECT ST_Distance(g, ST_MakePoint($1, $2)::geography) AS d FROM near_place
				ORDER BY g <-> ST_MakePoint($1, $2)::geography LIMIT $4) AS q ORDER BY d LIMIT $3`, p[0], p[1], k, n)
		for j := range want {
			if math.Abs(got[j]-want[j]) > 1e-5 {
				t.Fatalf("from %v: number %d lies at %.6f m, PostGIS says %.6f", p, j, got[j], want[j])
			}
		}
	}
}
