package valid_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
	"github.com/paulmach/orb/planar"

	"github.com/cuntu/cuntu/geo/trial"
	"github.com/cuntu/cuntu/geo/valid"
)

func area(r orb.Ring) float64 { return math.Abs(planar.Area(r)) }

// least is what may be lost: the squares of broken are 1 large and more.
const least = 1e-6

func square(x, y, size float64) orb.Ring {
	return orb.Ring{{x, y}, {x + size, y}, {x + size, y + size}, {x, y + size}, {x, y}}
}

var (
	pinched = orb.Ring{{0, 0}, {0, 4}, {4, 4}, {4, 0}, {2, 0}, {3, 2}, {1, 2}, {2, 0}, {0, 0}}
	diamond = orb.Ring{{0, 2}, {2, 1}, {4, 2}, {2, 3}, {0, 2}}
)

func TestBrokenPolygonsAreReadAsTheirLinesAre(t *testing.T) {
	for _, c := range []struct {
		name     string
		polygons orb.MultiPolygon
		changed  bool
		parts    int
		rings    int
		area     float64
		refused  string
	}{
		{"a square", orb.MultiPolygon{{square(0, 0, 4)}}, false, 1, 1, 16, ""},
		{"a square with a hole", orb.MultiPolygon{{square(0, 0, 4), square(1, 1, 1)}}, false, 1, 2, 15, ""},
		{"a hole that touches in a point", orb.MultiPolygon{{square(0, 0, 4), {{0, 2}, {1, 1}, {1, 3}, {0, 2}}}}, false, 1, 2, 15, ""},
		{"parts that touch in a point", orb.MultiPolygon{{square(0, 0, 1)}, {square(1, 1, 1)}}, false, 2, 2, 2, ""},
		{"an island in a hole", orb.MultiPolygon{{square(0, 0, 4), square(1, 1, 2)}, {square(1.5, 1.5, 1)}}, false, 2, 3, 13, ""},
		{"a bow tie", orb.MultiPolygon{{{{0, 0}, {2, 2}, {2, 0}, {0, 2}, {0, 0}}}}, true, 2, 2, 2, ""},
		{"a ring that pinches to make a hole", orb.MultiPolygon{{pinched}}, true, 1, 2, 14, ""},
		{"a hole in a hole", orb.MultiPolygon{{square(0, 0, 5), square(1, 1, 3), square(2, 2, 1)}}, true, 2, 3, 17, ""},
		{"a hole twice", orb.MultiPolygon{{square(0, 0, 3), square(1, 1, 1), square(1, 1, 1)}}, true, 1, 2, 8, ""},
		{"parts that overlap", orb.MultiPolygon{{square(0, 0, 2)}, {square(1, 0, 2)}}, true, 1, 1, 6, ""},
		{"a part twice", orb.MultiPolygon{{square(0, 0, 2)}, {square(0, 0, 2)}}, true, 1, 1, 4, ""},
		{"parts that share an edge", orb.MultiPolygon{{square(0, 0, 1)}, {square(1, 0, 1)}}, true, 1, 1, 2, ""},
		{"a hole that cuts the polygon in two", orb.MultiPolygon{{square(0, 0, 4), diamond}}, true, 2, 2, 12, ""},
		{"a star drawn in one line", orb.MultiPolygon{{{{0, 3}, {3, -5}, {-5, 0}, {5, 0}, {-3, -5}, {0, 3}}}}, true, 5, 5, 0, ""},
		{"a hole outside", orb.MultiPolygon{{square(0, 0, 1), square(5, 5, 1)}}, false, 0, 0, 0, valid.Outside},
		{"a hole that crosses the outer ring", orb.MultiPolygon{{square(0, 0, 4), square(3, 1, 2)}}, false, 0, 0, 0, valid.Outside},
		{"a hole that shares an edge", orb.MultiPolygon{{square(0, 0, 4), {{0, 1}, {0, 2}, {1, 2}, {0, 1}}}}, false, 0, 0, 0, valid.Doubtful},
	} {
		made, err := valid.Make(c.polygons, area, least)
		if refused, ok := errors.AsType[*valid.RefusedError](err); ok {
			if refused.Reason != c.refused {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		rings := 0
		for _, p := range made.Polygons {
			rings += len(p)
		}
		got := planar.Area(made.Polygons)
		if c.area == 0 {
			c.area = got // of the star, which the database knows
		}
		if c.refused != "" || made.Changed != c.changed || len(made.Polygons) != c.parts || rings != c.rings || math.Abs(got-c.area) > 1e-6 {
			t.Errorf("%s: changed %v, %d parts, %d rings, area %v", c.name, made.Changed, len(made.Polygons), rings, got)
		}
	}
}

func TestWhatNobodyDrewIsRefusedInTime(t *testing.T) {
	r := rand.New(rand.NewPCG(33, 34))
	scribble := orb.Ring{}
	for range 5000 {
		scribble = append(scribble, orb.Point{r.Float64(), r.Float64()})
	}
	nest := orb.Polygon{}
	for i := range 6000 {
		d := float64(i) / 20_000
		nest = append(nest, square(d, d, 1-2*d))
	}
	for name, polygons := range map[string]orb.MultiPolygon{"a scribble": {{append(scribble, scribble[0])}}, "holes in each other": {nest}} {
		_, err := valid.Make(polygons, area, 0)
		if refused, ok := errors.AsType[*valid.RefusedError](err); !ok || refused.Reason != valid.Tangled {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// randomPolygons are squares, stars and scribbles, half of them broken in some way.
func randomPolygons(r *rand.Rand) orb.MultiPolygon {
	ring := func(x, y, size float64) orb.Ring {
		switch r.IntN(4) {
		case 0:
			return square(math.Round(x), math.Round(y), math.Ceil(size)) // often along others
		case 1:
			var out orb.Ring
			for range 3 + r.IntN(6) {
				out = append(out, orb.Point{math.Round(x + size*r.Float64()), math.Round(y + size*r.Float64())})
			}
			return append(out, out[0])
		case 2:
			var out orb.Ring
			for range 3 + r.IntN(8) {
				out = append(out, orb.Point{x + size*r.Float64(), y + size*r.Float64()})
			}
			return append(out, out[0])
		}
		var out orb.Ring
		n := 5 + r.IntN(12)
		for i := range n {
			angle := 2 * math.Pi * float64(i) / float64(n)
			d := size / 2 * (0.4 + 0.6*r.Float64())
			out = append(out, orb.Point{x + size/2 + d*math.Cos(angle), y + size/2 + d*math.Sin(angle)})
		}
		return append(out, out[0])
	}
	var all orb.MultiPolygon
	for range 1 + r.IntN(2)*r.IntN(3) {
		x, y := 10*r.Float64(), 10*r.Float64()
		p := orb.Polygon{ring(x, y, 4+6*r.Float64())}
		for range r.IntN(3) {
			p = append(p, ring(x+1+3*r.Float64(), y+1+3*r.Float64(), 1+2*r.Float64()))
		}
		all = append(all, p)
	}
	return all
}

// withoutRepeats leaves out what Make does not take: vertices that repeat, and rings of
// less than three.
func withoutRepeats(polygons orb.MultiPolygon) (out orb.MultiPolygon) {
	for _, p := range polygons {
		var rings orb.Polygon
		for _, r := range p {
			if r = slices.Compact(r); len(r) >= 4 {
				rings = append(rings, r)
			}
		}
		if len(rings) > 0 {
			out = append(out, rings)
		}
	}
	return out
}

// TestWhatIsMadeIsWhatPostGISMakes takes random polygons: what is made is valid for
// PostGIS and as large as what its ST_MakeValid makes; what was valid stays as it was.
func TestWhatIsMadeIsWhatPostGISMakes(t *testing.T) {
	conn := trial.PostGIS(t)
	r := rand.New(rand.NewPCG(31, 32))
	refused, mended, kept := 0, 0, 0
	const batch = 500
	for range trial.Part(40) {
		var given, made []string
		var results []valid.Made
		for range batch {
			polygons := randomPolygons(r)
			polygons = withoutRepeats(polygons)
			before := wkt.MarshalString(polygons)
			result, err := valid.Make(polygons, area, least)
			if after := wkt.MarshalString(polygons); after != before {
				t.Fatalf("%s was made %s in place", before, after)
			}
			if err != nil {
				refused++
				continue
			}
			given, made, results = append(given, before), append(made, wkt.MarshalString(result.Polygons)), append(results, result)
		}
		rows, err := conn.Query(t.Context(), `SELECT ST_IsValid(g::geometry), ST_Area(ST_MakeValid(g::geometry)), ST_IsValid(m::geometry),
			ST_Area(m::geometry) FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS p(g, m, i) ORDER BY i`, given, made)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; rows.Next(); i++ {
			var wasValid, isValid bool
			var want, got float64
			if err := rows.Scan(&wasValid, &want, &isValid, &got); err != nil {
				t.Fatal(err)
			}
			if wasValid == results[i].Changed {
				t.Errorf("valid for PostGIS: %v, changed: %v: %s", wasValid, results[i].Changed, given[i])
			}
			if !isValid || math.Abs(got-want) > 1e-5 {
				t.Errorf("valid: %v, area %v, PostGIS has %v: %s was made %s", isValid, got, want, given[i], made[i])
			}
			if results[i].Changed {
				mended++
			} else {
				kept++
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d kept, %d mended, %d refused", kept, mended, refused)
	if all := kept + mended + refused; min(kept, mended, refused) < all/10 {
		t.Errorf("of %d cases only %d are kept, %d mended, %d refused", all, kept, mended, refused)
	}
}
