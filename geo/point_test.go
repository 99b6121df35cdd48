package geo

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// anyPoint prefers the grid's edges and middle.
func anyPoint() *rapid.Generator[Point] {
	return rapid.Custom(func(t *rapid.T) Point {
		c := rapid.OneOf(rapid.Int32(), rapid.SampledFrom([]int32{math.MinInt32, math.MinInt32 + 1, -1, 0, 1, math.MaxInt32 - 1, math.MaxInt32}))
		return Point{c.Draw(t, "x"), c.Draw(t, "y")}
	})
}

func TestQuantiseGivesBackEveryPointOfTheGrid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPoint().Draw(t, "p")
		if got := Quantise(p.LonLat()); got != p {
			t.Fatalf("Quantise(%v.LonLat()) = %v", p, got)
		}
	})
}

func TestQuantiseMovesAPlaceByLessThan7mm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := orb.Point{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-85, 85).Draw(t, "lat")}
		if d := Distance(p, Quantise(p).LonLat()); d > 0.007 && p[0] < 179.9999999 { // the eastern edge is a whole unit in
			t.Fatalf("%v moved by %v m", p, d)
		}
	})
}

func TestQuantise(t *testing.T) {
	const least, most = math.MinInt32, math.MaxInt32
	for _, c := range []struct {
		name string
		in   orb.Point
		want Point
	}{
		{"the origin is the middle", orb.Point{0, 0}, Point{0, 0}},
		{"west edge", orb.Point{-180, 0}, Point{least, 0}},
		{"east edge stays east", orb.Point{180, 0}, Point{most, 0}},
		{"beyond the east edge wraps to the west", orb.Point{181, 0}, Quantise(orb.Point{-179, 0})},
		{"beyond the west edge wraps to the east", orb.Point{-181, 0}, Quantise(orb.Point{179, 0})},
		{"twice round the world", orb.Point{730, 0}, Quantise(orb.Point{10, 0})},
		{"the pole is clamped", orb.Point{0, 90}, Point{0, least}},
		{"the other pole is clamped", orb.Point{0, -90}, Point{0, most}},
		{"the northern edge", orb.Point{0, MaxLat}, Point{0, least}},
		{"NaN is the origin", orb.Point{math.NaN(), math.NaN()}, Point{0, 0}},
		{"infinite longitude is the middle, infinite latitude the edge", orb.Point{math.Inf(1), math.Inf(1)}, Point{0, least}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Quantise(c.in); got != c.want {
				t.Errorf("Quantise(%v) = %v, want %v", c.in, got, c.want)
			}
		})
	}
}

func TestQuantiseBoundHoldsEveryPlaceOfTheBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		place := rapid.Custom(func(t *rapid.T) orb.Point {
			return orb.Point{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-90, 90).Draw(t, "lat")}
		})
		ps := rapid.SliceOfN(place, 2, 5).Draw(t, "places")
		b := orb.MultiPoint(ps).Bound()
		box := QuantiseBound(b)
		for _, p := range ps {
			if !box.Contains(Quantise(p)) {
				t.Fatalf("%v of %v is not in %v", p, b, box)
			}
		}
		if got := QuantiseBound(box.Bound()); got != box {
			t.Fatalf("QuantiseBound(%v.Bound()) = %v", box, got)
		}
	})
}

func TestQuantiseBoundCutsOffWhatLiesBeyondTheAntimeridian(t *testing.T) {
	box := QuantiseBound(orb.Bound{Min: orb.Point{170, 10}, Max: orb.Point{190, 20}})
	if box.IsEmpty() || box.Min.X != Quantise(orb.Point{170, 10}).X || box.Max.X != math.MaxInt32 {
		t.Errorf("got %v", box)
	}
}

func TestBox(t *testing.T) {
	b := Box{Point{-5, -5}, Point{5, 5}}
	for _, c := range []struct {
		name      string
		got, want bool
	}{
		{"meets itself", b.Intersects(b), true},
		{"meets a box that shares an edge", b.Intersects(Box{Point{5, -5}, Point{9, 5}}), true},
		{"does not meet a box a unit off", b.Intersects(Box{Point{6, -5}, Point{9, 5}}), false},
		{"the world meets it", World.Intersects(b), true},
		{"nothing meets Empty", World.Intersects(Empty) || Empty.Intersects(World) || Empty.Intersects(Empty), false},
		{"Empty is empty", Empty.IsEmpty(), true},
		{"the zero box is a point", (Box{}).IsEmpty(), false},
		{"contains its corner", b.Contains(Point{5, -5}), true},
		{"does not contain a unit more", b.Contains(Point{6, 0}), false},
		{"Union with Empty is itself", b.Union(Empty) == b, true},
		{"Extend of Empty is the point", Empty.Extend(Point{3, 4}) == Box{Point{3, 4}, Point{3, 4}}, true},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v", c.name, c.got)
		}
	}
}
