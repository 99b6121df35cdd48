package tiles

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	orbclip "github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/tiles/clip"
	"github.com/cuntu/cuntu/tiles/encode"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// At this tile a unit is a quantum and the tile's corner is the grid's origin, so
// shapes may be drawn in units.
var unitTile = maptile.Tile{Z: 20, X: 1 << 19, Y: 1 << 19}

// near are coordinates at which clipping could go wrong.
var near = []int32{clip.Lo - 5000, clip.Lo - 1, clip.Lo, clip.Lo + 1, 0, 1, 2000, 2048, clip.Hi - 1, clip.Hi, clip.Hi + 1, clip.Hi + 5000}

func drawCoordinate(t *rapid.T) int32 {
	if rapid.Bool().Draw(t, "near") {
		return rapid.SampledFrom(near).Draw(t, "c")
	}
	return rapid.Int32Range(-9000, 13000).Draw(t, "c")
}

// drawRing is a simple ring: ragged around a middle, or a skyline on a base.
func drawRing(t *rapid.T) []geo.Point {
	if rapid.Bool().Draw(t, "skyline") {
		return drawSkyline(t)
	}
	n := rapid.IntRange(3, 30).Draw(t, "n")
	x, y := float64(drawCoordinate(t)), float64(drawCoordinate(t))
	size := math.Exp(rapid.Float64Range(1, 10).Draw(t, "size"))
	ring := make([]geo.Point, n)
	for k := range ring {
		d := size * rapid.Float64Range(.5, 1).Draw(t, "d")
		angle := 2 * math.Pi * float64(k) / float64(n)
		ring[k] = geo.Point{X: int32(x + d*math.Cos(angle)), Y: int32(y + d*math.Sin(angle))}
	}
	return ring
}

func drawSkyline(t *rapid.T) []geo.Point {
	base := drawCoordinate(t)
	turned, flipped := rapid.Bool().Draw(t, "turned"), rapid.Bool().Draw(t, "flipped")
	x := drawCoordinate(t)
	ring := []geo.Point{{X: x, Y: base}}
	for range rapid.IntRange(1, 12).Draw(t, "houses") {
		roof := max(base+1, drawCoordinate(t))
		ring = append(ring, geo.Point{X: x, Y: roof})
		x += rapid.Int32Range(1, 2500).Draw(t, "width")
		ring = append(ring, geo.Point{X: x, Y: roof})
	}
	ring = append(ring, geo.Point{X: x, Y: base})
	for i, p := range ring {
		if flipped {
			p.Y = 2*base - p.Y
		}
		if turned {
			p.X, p.Y = p.Y, p.X
		}
		ring[i] = p
	}
	return ring
}

// drawPolygon is an outer ring and sometimes a hole: the same ring, smaller, of a
// ragged one.
func drawPolygon(t *rapid.T) geo.Shape {
	ring := drawRing(t)
	rings := [][]geo.Point{ring}
	if len(ring) > 4 && rapid.Bool().Draw(t, "hole") {
		var x, y int64
		for _, p := range ring {
			x, y = x+int64(p.X), y+int64(p.Y)
		}
		c := geo.Point{X: int32(x / int64(len(ring))), Y: int32(y / int64(len(ring)))}
		var hole []geo.Point
		for _, p := range ring {
			hole = append(hole, geo.Point{X: c.X + (p.X-c.X)/3, Y: c.Y + (p.Y-c.Y)/3})
		}
		if wholly(hole, ring) {
			rings = append(rings, hole)
		}
	}
	s := geo.Shape{Kind: geo.Polygons}
	for i, r := range rings {
		if a := geo.Area2(r); i == 0 && a < 0 || i > 0 && a > 0 {
			for l, r2 := 0, len(r)-1; l < r2; l, r2 = l+1, r2-1 {
				r[l], r[r2] = r[r2], r[l]
			}
		}
		s.Points = append(s.Points, r...)
		s.Ends = append(s.Ends, uint32(len(s.Points)))
	}
	return s
}

func wholly(hole, ring []geo.Point) bool {
	outer := orbRing(ring)
	for i, p := range hole {
		q := hole[(i+1)%len(hole)]
		for k := range 21 { // along each edge
			f := float64(k) / 20
			at := orb.Point{float64(p.X) + f*float64(q.X-p.X), float64(p.Y) + f*float64(q.Y-p.Y)}
			if !planar.RingContains(outer, at) || distance(outer, at) < 2 {
				return false
			}
		}
	}
	return true
}

func orbRing(ring []geo.Point) orb.Ring {
	var r orb.Ring
	for _, p := range ring {
		r = append(r, orb.Point{float64(p.X), float64(p.Y)})
	}
	return append(r, r[0])
}

func orbRingOf(ring []clip.Point) orb.Ring {
	var r orb.Ring
	for _, p := range ring {
		r = append(r, orb.Point{float64(p.X), float64(p.Y)})
	}
	return append(r, r[0])
}

func orbPolygon(s geo.Shape) orb.Polygon {
	var p orb.Polygon
	for i := range s.Ends {
		p = append(p, orbRing(s.Part(i)))
	}
	return p
}

func distance(r orb.Ring, p orb.Point) float64 {
	return planar.DistanceFrom(orb.LineString(r), p)
}

// TestClippedPolygonHoldsWhatThePolygonHolds asks both about places all over the
// tile, and asks of the rings what the specification does.
func TestClippedPolygonHoldsWhatThePolygonHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := drawPolygon(t)
		var c clip.PolygonClipper
		var s clip.Shapes
		g := maptile.GridOf(unitTile)
		c.Clip(&s, &g, shape, make([]uint8, len(shape.Points)))
		var got orb.MultiPolygon
		for i := range s.Ends {
			ring := s.Part(i)
			checkRing(t, ring)
			r := orbRingOf(ring)
			switch {
			case clip.Area2(ring) > 0:
				got = append(got, orb.Polygon{r})
			case len(got) == 0:
				t.Fatalf("the first ring is a hole")
			default:
				got[len(got)-1] = append(got[len(got)-1], r)
			}
		}
		want := orbPolygon(shape)
		for range 60 {
			p := orb.Point{rapid.Float64Range(clip.Lo, clip.Hi).Draw(t, "x"), rapid.Float64Range(clip.Lo, clip.Hi).Draw(t, "y")}
			sure := true
			for _, r := range want {
				sure = sure && distance(r, p) > 2
			}
			if sure && planar.PolygonContains(want, p) != planar.MultiPolygonContains(got, p) {
				t.Fatalf("%v: in the polygon: %v, in what is clipped: %v\n%v\n%v", p, planar.PolygonContains(want, p),
					planar.MultiPolygonContains(got, p), want, got)
			}
		}
		box := orb.Bound{Min: orb.Point{clip.Lo, clip.Lo}, Max: orb.Point{clip.Hi, clip.Hi}}
		clipped := orbclip.Polygon(box, want.Clone())
		if diff := math.Abs(planar.Area(clipped) - planar.Area(got)); diff > 2*planar.Length(got)+20 {
			t.Fatalf("area is %v, should be %v", planar.Area(got), planar.Area(clipped))
		}
	})
}

func checkRing(t fataler, ring []clip.Point) {
	t.Helper()
	if len(ring) < 3 {
		t.Fatalf("a ring of %d vertices", len(ring))
	}
	for i, p := range ring {
		if p.X < clip.Lo || p.X > clip.Hi || p.Y < clip.Lo || p.Y > clip.Hi {
			t.Fatalf("%v is outside", p)
		}
		if clip.Turn(p, ring[(i+1)%len(ring)], ring[(i+2)%len(ring)]) == 0 {
			t.Fatalf("spike or needless vertex after %v in %v", p, ring)
		}
	}
}

func TestClippedLineIsWhatOfTheLineIsInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var line []geo.Point
		var want orb.LineString
		for range rapid.IntRange(2, 20).Draw(t, "n") {
			p := geo.Point{X: drawCoordinate(t), Y: drawCoordinate(t)}
			line = append(line, p)
			want = append(want, orb.Point{float64(p.X), float64(p.Y)})
		}
		var s clip.Shapes
		g := maptile.GridOf(unitTile)
		clip.Line(&s, &g, line, make([]uint8, len(line)))
		var length float64
		for i := range s.Ends {
			part := s.Part(i)
			for k, p := range part {
				if p.X < clip.Lo || p.X > clip.Hi || p.Y < clip.Lo || p.Y > clip.Hi {
					t.Fatalf("%v is outside", p)
				}
				at := orb.Point{float64(p.X), float64(p.Y)}
				if planar.DistanceFrom(want, at) > 1 {
					t.Fatalf("%v is off the line", at)
				}
				if k > 0 {
					if p == part[k-1] {
						t.Fatalf("%v stands twice", p)
					}
					length += math.Hypot(float64(p.X-part[k-1].X), float64(p.Y-part[k-1].Y))
				}
			}
		}
		box := orb.Bound{Min: orb.Point{clip.Lo, clip.Lo}, Max: orb.Point{clip.Hi, clip.Hi}}
		whole := planar.Length(orbclip.LineString(box, want.Clone()))
		// An edge's direction changes little, but along the border half a unit decides.
		grown := planar.Length(orbclip.LineString(box.Pad(1), want.Clone()))
		if length < whole-3*float64(len(line)) || length > grown+3*float64(len(line)) {
			t.Fatalf("length is %v, should be %v to %v", length, whole, grown)
		}
	})
}

func TestTilesOfAPartitionAddUpToTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := drawPolygon(t)
		var c clip.PolygonClipper
		var area float64
		for dx := range 9 {
			for dy := range 9 {
				tile := maptile.Tile{Z: 20, X: uint32(1<<19 + dx - 4), Y: uint32(1<<19 + dy - 4)}
				g := maptile.GridOf(tile)
				var s clip.Shapes
				c.Clip(&s, &g, shape, make([]uint8, len(shape.Points)))
				for i := range s.Ends {
					sign := 1.
					if clip.Area2(s.Part(i)) < 0 {
						sign = -1
					}
					cut := orbclip.Ring(orb.Bound{Max: orb.Point{maptile.Extent, maptile.Extent}}, orbRingOf(s.Part(i)))
					area += sign * math.Abs(planar.Area(cut))
				}
			}
		}
		box := orb.Bound{Min: orb.Point{-4 * maptile.Extent, -4 * maptile.Extent}, Max: orb.Point{5 * maptile.Extent, 5 * maptile.Extent}}
		want := orbPolygon(shape)
		if diff := math.Abs(planar.Area(orbclip.Polygon(box, want.Clone())) - area); diff > planar.Length(want)/2+20 {
			t.Fatalf("area is %v, should be %v", area, planar.Area(want))
		}
	})
}

func TestPolygonWithoutAreaIsNotLost(t *testing.T) {
	p := orb.Point{110.0001, 33.5001}
	polygon := orb.Polygon{{p, {p[0] + 1e-5, p[1]}, {p[0] + 1e-5, p[1] + 1e-5}, p}}
	snap := build(t, feature(1, polygon))
	for z := uint8(3); z <= maptile.MaxZoom; z++ {
		got := encodeTile(t, snap, tileAt(p, z), "mixed")
		if len(got) != 1 || planar.Area(got[0].Features[0].Geometry) == 0 {
			t.Errorf("zoom %d: lost", z)
		}
	}
}

// TestLineShorterThanAUnitIsNotLost asks at and beyond the layer's last zoom, where
// nothing is left out, and at each zoom when all is asked for; before, such a line goes.
func TestLineShorterThanAUnitIsNotLost(t *testing.T) {
	p := orb.Point{110.00005, 33.50005}
	snap := build(t, feature(1, orb.LineString{p, {p[0] + 1e-7, p[1]}}), feature(2, orb.LineString{p, p}))
	for z := uint8(0); z <= maptile.MaxZoom; z++ {
		for _, full := range []bool{false, true} {
			b, err := encode.Encode(snap, []string{"mixed"}, tileAt(p, z), encode.Options{Full: full})
			if err != nil {
				t.Fatal(err)
			}
			got := decode(t, b)
			if want := full || z >= 14; (len(got) == 2) != want || !want && len(got) > 0 {
				t.Errorf("zoom %d, all asked for %v: %d lines", z, full, len(got))
			}
			for id, g := range got {
				if planar.Length(g) < 1 {
					t.Errorf("zoom %d: line %d is %v", z, id, g)
				}
			}
		}
	}
}
