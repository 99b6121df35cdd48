package export_test

import (
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/crs"
)

func parse(t *testing.T, system string) *crs.CRS {
	t.Helper()
	if system == "" {
		system = "EPSG:4326"
	}
	c, err := crs.Parse(system)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// vertices are all of a geometry, in its order.
func vertices(g orb.Geometry) (all []orb.Point) {
	switch g := g.(type) {
	case orb.Point:
		return []orb.Point{g}
	case orb.MultiPoint:
		return g
	case orb.LineString:
		return g
	case orb.MultiLineString:
		for _, l := range g {
			all = append(all, l...)
		}
	case orb.Polygon:
		for _, r := range g {
			all = append(all, r...)
		}
	case orb.MultiPolygon:
		for _, p := range g {
			all = append(all, vertices(p)...)
		}
	}
	return all
}
