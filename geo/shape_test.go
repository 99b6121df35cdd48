package geo

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// anyGeometry has many vertices that coincide on the grid, run back on
// themselves or enclose nothing.
func anyGeometry() *rapid.Generator[orb.Geometry] {
	return rapid.Custom(func(t *rapid.T) orb.Geometry {
		coordinate := rapid.OneOf(
			rapid.Map(rapid.IntRange(-3, 3), func(i int) float64 { return float64(i) * 4e-8 }), // half a unit
			rapid.Map(rapid.IntRange(-3, 3), func(i int) float64 { return float64(i) * 50 }),
			rapid.Float64Range(-90, 90),
		)
		place := rapid.Custom(func(t *rapid.T) orb.Point {
			return orb.Point{coordinate.Draw(t, "lon") * 2, coordinate.Draw(t, "lat")}
		})
		places := rapid.SliceOfN(place, 0, 7)
		ring := rapid.Custom(func(t *rapid.T) orb.Ring {
			r := orb.Ring(places.Draw(t, "ring"))
			if len(r) > 0 && rapid.Bool().Draw(t, "closed") {
				r = append(r, r[0])
			}
			return r
		})
		polygon := rapid.Map(rapid.SliceOfN(ring, 0, 3), func(rs []orb.Ring) orb.Polygon { return rs })
		switch rapid.IntRange(0, 7).Draw(t, "type") {
		case 0:
			return place.Draw(t, "point")
		case 1:
			return orb.MultiPoint(places.Draw(t, "points"))
		case 2:
			return orb.LineString(places.Draw(t, "line"))
		case 3:
			return orb.MultiLineString(rapid.SliceOfN(rapid.Map(places, func(ps []orb.Point) orb.LineString { return ps }), 0, 3).Draw(t, "lines"))
		case 4:
			return ring.Draw(t, "ring")
		case 5:
			return orb.MultiPolygon(rapid.SliceOfN(polygon, 0, 3).Draw(t, "polygons"))
		case 6:
			return orb.Bound{Min: place.Draw(t, "min"), Max: place.Draw(t, "max")}
		}
		return polygon.Draw(t, "polygon")
	})
}

func TestSendingBackWhatWasServedMovesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, err := NewShape(anyGeometry().Draw(t, "geometry"))
		if err != nil {
			t.Fatal(err)
		}
		back, err := NewShape(s.Geometry())
		if err != nil || !back.Equal(s) {
			t.Fatalf("%v came back as %v (%v)", s, back, err)
		}
	})
}

func TestNewShapeKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, err := NewShape(anyGeometry().Draw(t, "geometry"))
		if err != nil {
			t.Fatal(err)
		}
		end := uint32(0)
		for i := range s.Ends {
			if s.Ends[i] <= end {
				t.Fatalf("part %d of %v has no vertices", i, s)
			}
			end = s.Ends[i]
			part := s.Part(i)
			for j := 1; j < len(part); j++ {
				if part[j] == part[j-1] {
					t.Fatalf("part %d of %v repeats a vertex", i, s)
				}
			}
			if s.Kind == Polygons && len(part) > 1 && part[0] == part[len(part)-1] {
				t.Fatalf("ring %d of %v repeats its first vertex", i, s)
			}
			if s.Kind == Polygons && i == 0 && Area2(part) < 0 {
				t.Fatalf("%v begins with a hole", s)
			}
		}
		if int(end) != len(s.Points) {
			t.Fatalf("%v has vertices in no part", s)
		}
	})
}

func TestNewShape(t *testing.T) {
	square := orb.Ring{{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}}
	hole := orb.Ring{{.2, .2}, {.8, .2}, {.8, .8}, {.2, .8}, {.2, .2}}
	speck := orb.Ring{{.5, .5}, {.5 + 1e-9, .5}, {.5, .5 + 1e-9}, {.5, .5}}
	clockwise := slices.Clone(square)
	slices.Reverse(clockwise)
	for _, c := range []struct {
		name  string
		in    orb.Geometry
		kind  Kind
		parts []int // vertices; negative for a ring that runs as holes do
	}{
		{"nil has no kind", nil, None, nil},
		{"a point", orb.Point{1, 2}, Points, []int{1}},
		{"equal points of a multipoint all stay", orb.MultiPoint{{1, 2}, {1, 2}}, Points, []int{1, 1}},
		{"repeated vertices of a line go", orb.LineString{{1, 2}, {1, 2}, {3, 4}, {3, 4}}, Lines, []int{2}},
		{"a line shorter than the grid keeps a vertex", orb.LineString{{1, 2}, {1, 2}}, Lines, []int{1}},
		{"lines without vertices go", orb.MultiLineString{{}, {{1, 2}, {3, 4}}, nil}, Lines, []int{2}},
		{"an empty line has no parts", orb.LineString{}, Lines, nil},
		{"a ring is closed without repeating", square, Polygons, []int{4}},
		{"an outer ring given clockwise is turned", clockwise, Polygons, []int{4}},
		{"a hole given anticlockwise is turned", orb.Polygon{square, hole}, Polygons, []int{4, -4}},
		{"a hole without area goes", orb.Polygon{square, speck, hole}, Polygons, []int{4, -4}},
		{"an outer ring without area stays", orb.Polygon{speck}, Polygons, []int{1}},
		{"a polygon whose outer ring is empty goes with its holes", orb.MultiPolygon{{{}, hole}, {square}}, Polygons, []int{4}},
		{"a bound", orb.Bound{Min: orb.Point{0, 0}, Max: orb.Point{1, 1}}, Polygons, []int{4}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := NewShape(c.in)
			if err != nil || s.Kind != c.kind || len(s.Ends) != len(c.parts) {
				t.Fatalf("got %v, %v", s, err)
			}
			for i, want := range c.parts {
				got := len(s.Part(i))
				if Area2(s.Part(i)) < 0 {
					got = -got
				}
				if got != want {
					t.Errorf("part %d: %d vertices, want %d", i, got, want)
				}
			}
		})
	}
}

func TestNewShapeRefusesWhatIsNoPlace(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(-1)
	for name, g := range map[string]orb.Geometry{
		"NaN in the middle of a line":       orb.LineString{{0, 0}, {nan, 1}, {2, 2}},
		"an infinite latitude":              orb.Point{0, inf},
		"NaN in a hole":                     orb.Polygon{{{0, 0}, {1, 0}, {1, 1}}, {{0, nan}}},
		"NaN in a hole of an empty polygon": orb.Polygon{{}, {{0, nan}}},
		"NaN in a bound":                    orb.Bound{Min: orb.Point{nan, 0}, Max: orb.Point{1, 1}},
		"NaN in the last of many points":    orb.MultiPoint{{0, 0}, {1, nan}},
	} {
		if s, err := NewShape(g); !errors.Is(err, ErrNotFinite) || s.Kind != None || len(s.Points) > 0 {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
	if _, err := NewShape(orb.Collection{orb.Point{1, 2}}); err == nil {
		t.Error("a collection passed")
	}
}

func TestAppendShapeAddsToAnArenaWithoutAllocating(t *testing.T) {
	var line orb.Geometry = orb.LineString{{1, 2}, {3, 4}, {5, 6}}
	var polygon orb.Geometry = orb.Polygon{{{0, 0}, {1, 0}, {1, 1}}, {{.1, .1}, {.9, .1}, {.9, .8}}}
	points, ends := make([]Point, 0, 20), make([]uint32, 0, 10)
	if n := testing.AllocsPerRun(100, func() {
		points, ends, _, _ = AppendShape(points[:0], ends[:0], line)
		points, ends, _, _ = AppendShape(points, ends, polygon)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	want, _ := NewShape(polygon)
	if got := (Shape{Polygons, points[3:], ends[1:]}); !got.Equal(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	p, e, kind, err := AppendShape(points, ends, orb.LineString{{1, 2}, {math.NaN(), 0}})
	if err == nil || kind != None || len(p) != len(points) || len(e) != len(ends) {
		t.Errorf("an error left %d vertices, %d parts", len(p)-len(points), len(e)-len(ends))
	}
}

func TestArea2IsExactWhereFloatsAreNot(t *testing.T) {
	const big = 1 << 30
	// (2³¹, 2³¹−1) × (2³¹−1, 2³¹−2) = 2³¹(2³¹−2) − (2³¹−1)² = −1
	sliver := []Point{{-big, -big}, {big, big - 1}, {big - 1, big - 2}}
	if got := Area2(sliver); got != -1 {
		t.Errorf("sliver: %v", got)
	}
	if got, want := Area2([]Point{
		{math.MinInt32, math.MinInt32},
		{math.MaxInt32, math.MinInt32},
		{math.MaxInt32, math.MaxInt32},
		{math.MinInt32, math.MaxInt32},
	}),
		2*(math.Pow(2, 32)-1)*(math.Pow(2, 32)-1); math.Abs(got-want) > 1e-12*want {
		t.Errorf("the world: %v, want %v", got, want)
	}
}

func TestGeometryOfPolygonsFollowsRFC7946(t *testing.T) {
	s, err := NewShape(orb.MultiPolygon{
		{{{0, 0}, {0, 9}, {9, 9}, {9, 0}}, {{1, 1}, {2, 1}, {2, 2}}},
		{{{20, 0}, {21, 0}, {21, 1}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	g, ok := s.Geometry().(orb.MultiPolygon)
	if !ok || len(g) != 2 || len(g[0]) != 2 || len(g[1]) != 1 {
		t.Fatalf("got %v", s.Geometry())
	}
	for i, ring := range []orb.Ring{g[0][0], g[1][0]} {
		if !ring.Closed() || ring.Orientation() != orb.CCW {
			t.Errorf("outer ring %d: closed %v, orientation %v", i, ring.Closed(), ring.Orientation())
		}
	}
	if g[0][1].Orientation() != orb.CW {
		t.Error("hole runs anticlockwise")
	}
}
