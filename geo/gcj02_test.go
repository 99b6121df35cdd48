package geo

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// The published results are those that the public implementations agree on
// (googollee/eviltransform, wandergis/coordtransform).
func TestDatumsGiveThePublishedResults(t *testing.T) {
	for _, c := range []struct {
		name     string
		move     func(orb.Point) orb.Point
		in, want orb.Point
	}{
		{"Shanghai to GCJ-02", WGS84ToGCJ02, orb.Point{121.5272106, 31.1774276}, orb.Point{121.531541859215, 31.17530398364597}},
		{"Shenzhen to GCJ-02", WGS84ToGCJ02, orb.Point{113.912316, 22.543847}, orb.Point{113.9171764808363, 22.540796131694766}},
		{"Beijing to GCJ-02", WGS84ToGCJ02, orb.Point{116.377817, 39.911954}, orb.Point{116.38404722455657, 39.91334545536069}},
		{"Beijing to BD-09", GCJ02ToBD09, orb.Point{116.404, 39.915}, orb.Point{116.41036949371029, 39.92133699351021}},
	} {
		if got := c.move(c.in); math.Abs(got[0]-c.want[0]) > 1e-9 || math.Abs(got[1]-c.want[1]) > 1e-9 {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestDatumsGoThereAndBackWithinAMillimetre(t *testing.T) {
	for _, c := range []struct {
		name        string
		there, back func(orb.Point) orb.Point
	}{
		{"GCJ-02", WGS84ToGCJ02, GCJ02ToWGS84},
		{"GCJ-02 to BD-09", GCJ02ToBD09, BD09ToGCJ02},
		{"BD-09", WGS84ToBD09, BD09ToWGS84},
	} {
		t.Run(c.name, rapid.MakeCheck(func(t *rapid.T) {
			p := orb.Point{rapid.Float64Range(gcjWest, gcjEast).Draw(t, "lon"), rapid.Float64Range(gcjSouth, gcjNorth).Draw(t, "lat")}
			if d := Distance(p, c.back(c.there(p))); d > 1e-3 {
				t.Fatalf("%v is off by %v m", p, d)
			}
			if d := Distance(p, c.there(c.back(p))); d > 1e-3 && insideBy(p, 0.02) {
				t.Fatalf("%v is off by %v m the other way", p, d)
			}
		}))
	}
}

// insideBy tells whether p lies in the rectangle and some degrees from its edge.
func insideBy(p orb.Point, deg float64) bool {
	return p[0] > gcjWest+deg && p[0] < gcjEast-deg && p[1] > gcjSouth+deg && p[1] < gcjNorth-deg
}

func TestGCJ02LeavesOtherCountriesAlone(t *testing.T) {
	for name, p := range map[string]orb.Point{
		"London": {-0.1276, 51.5072}, "Sydney": {151.2, -33.87}, "Tokyo": {139.69, 35.69}, "New York": {-74, 40.7},
		"the pole": {110, 90}, "NaN": {math.NaN(), 30},
	} {
		for _, got := range []orb.Point{WGS84ToGCJ02(p), GCJ02ToWGS84(p)} {
			if got != p && name != "NaN" {
				t.Errorf("%s moved to %v", name, got)
			}
		}
	}
}

func TestGCJ02MovesShangluoBySomeHundredMetres(t *testing.T) {
	p := orb.Point{109.94, 33.87}
	if d := Distance(p, WGS84ToGCJ02(p)); d < 100 || d > 1000 {
		t.Errorf("moved by %v m", d)
	}
}
