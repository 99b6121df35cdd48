package demo

import (
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"github.com/cuntu/cuntu/data/demo/plane"
)

func TestSitesStandClearOfHazardsAndReserves(t *testing.T) {
	w := madeWorld()
	for _, s := range w.sites {
		var points []orb.Point
		switch g := s.shape.(type) {
		case orb.Point:
			points = []orb.Point{g}
		case orb.Polygon:
			points = append(g[0], plane.ToDegrees(s.at))
		}
		for _, areas := range [][]area{w.hazards, w.reserves} {
			for _, a := range areas {
				for _, p := range points {
					if a.shape.Bound().Contains(p) && planar.PolygonContains(a.shape, p) {
						t.Errorf("%s lies in %s", s.name, a.name)
					}
				}
			}
		}
	}
}

func TestAreasAreSimplePolygons(t *testing.T) {
	w := madeWorld()
	var shapes []orb.Polygon
	for _, a := range append(append([]area(nil), w.hazards...), w.reserves...) {
		shapes = append(shapes, a.shape)
	}
	for _, s := range w.sites[:12] {
		shapes = append(shapes, s.shape.(orb.Polygon))
	}
	for _, shape := range shapes {
		ring := shape[0]
		if ring[0] != ring[len(ring)-1] || planar.Area(ring) <= 0 {
			t.Fatal("a ring is open or runs clockwise")
		}
		for i := 1; i < len(ring); i++ {
			for j := i + 2; j < len(ring); j++ {
				if i == 1 && j == len(ring)-1 {
					continue
				}
				if _, ok := meet(plane.ToPlane(ring[i-1]), plane.ToPlane(ring[i]), plane.ToPlane(ring[j-1]), plane.ToPlane(ring[j])); ok {
					t.Fatalf("a ring of %d crosses itself at %d and %d", len(ring), i, j)
				}
			}
		}
	}
}
