package geo

import (
	"testing"

	"github.com/paulmach/orb"
)

func TestALabelLiesInsideItsPolygon(t *testing.T) {
	for name, polygon := range map[string]orb.Polygon{
		"a horseshoe": {{{0, 0}, {9, 0}, {9, 9}, {0, 9}, {0, 8}, {8, 8}, {8, 1}, {0, 1}, {0, 0}}},
		"with a hole": {{{0, 0}, {9, 0}, {9, 9}, {0, 9}, {0, 0}}, {{2, 2}, {2, 7}, {7, 7}, {7, 2}, {2, 2}}},
		"a triangle":  {{{0, 0}, {9, 0}, {0, 9}, {0, 0}}},
	} {
		s, err := NewShape(polygon)
		if err != nil {
			t.Fatal(err)
		}
		if hit := s.Nearest(s.Label().LonLat()); !hit.Inside {
			t.Errorf("%s: the label at %v lies %v m outside", name, s.Label().LonLat(), hit.Metres)
		}
	}
}
