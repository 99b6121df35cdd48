package crs_test

import (
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/crs"
)

// villages are places of a county by 110° E.
func villages() (out []orb.Point) {
	for i := range 50 {
		out = append(out, orb.Point{109.6 + 0.9*math.Mod(float64(i)*0.618, 1), 33.3 + 0.8*math.Mod(float64(i)*0.414, 1)})
	}
	return out
}

func swap(p orb.Point) orb.Point { return orb.Point{p[1], p[0]} }

func TestProposeNamesTheSystem(t *testing.T) {
	for _, row := range []struct {
		name, system string
		swapped      bool
		rule         crs.Rule
		reason       string
	}{
		{"degrees", "EPSG:4326", false, crs.InDegrees, "degrees"},
		{"degrees swapped", "EPSG:4326", true, crs.InDegrees, "latitudes come before longitudes"},
		{"3° zone", "EPSG:4525", false, crs.InZone, "eastings begin with 37: CGCS2000 3-degree zone 37"},
		{"3° zone swapped", "EPSG:4525", true, crs.InZone, "northings come before eastings, which begin with 37"},
		{"6° zone", "EPSG:4497", false, crs.InZone, "eastings begin with 19: CGCS2000 6-degree zone 19"},
		{"Web Mercator", "EPSG:3857", false, crs.InMercator, "Web Mercator"},
		{"Web Mercator swapped", "EPSG:3857", true, crs.InMercator, "northings before eastings"},
	} {
		c := parse(t, row.system)
		points := each(villages(), c.FromWGS84)
		if row.swapped {
			points = each(points, swap)
		}
		points = append(points, orb.Point{}, orb.Point{math.NaN(), 1}) // dirt
		got := crs.Propose(points)
		if len(got) == 0 {
			t.Errorf("%s: nothing", row.name)
			continue
		}
		p := got[0]
		if p.CRS.String() != row.system || p.Swapped != row.swapped || p.Rule != row.rule || !strings.Contains(p.Reason, row.reason) ||
			p.Share != 1 {
			t.Errorf("%s: first comes %+v, %s", row.name, p, p.CRS)
		}
		if w := p.Apply(points[7]); geo.Distance(w, villages()[7]) > 0.01 {
			t.Errorf("%s: %v is applied to %v", row.name, w, villages()[7])
		}
	}
}

func TestProposeListsWhatNumbersCannotTell(t *testing.T) {
	has := func(got []crs.Proposal, want ...string) bool {
		n := 0
		for _, p := range got {
			for _, w := range want {
				if p.CRS.String() == w {
					n++
				}
			}
		}
		return n == len(want)
	}
	if got := crs.Propose(villages()); !has(got, "EPSG:4326", "EPSG:4490", "GCJ-02", "BD-09", "EPSG:4610", "EPSG:4214") {
		t.Errorf("degrees: %v", got)
	}
	if got := crs.Propose(each(villages(), parse(t, "4525").FromWGS84)); !has(got, "EPSG:4525", "EPSG:2361", "EPSG:2413") {
		t.Errorf("zone 37: %v", got)
	}
	metres := each(villages(), parse(t, "4546").FromWGS84)
	got := crs.Propose(metres)
	if len(got) != 63 || got[0].Rule != crs.InMetres || !has(got, "EPSG:4534", "EPSG:4546", "EPSG:2381", "EPSG:2434") {
		t.Errorf("metres without zone: %d, %v", len(got), got)
	}
	for _, p := range got {
		if p.Swapped {
			t.Errorf("metres without zone: %v swapped", p.CRS)
		}
	}
	prefecture := orb.Bound{Min: orb.Point{108.5, 33}, Max: orb.Point{111.3, 34.5}}
	near := crs.ProposeIn(metres, prefecture)
	if len(near) == 0 || near[0].CRS.String() != "EPSG:4546" || len(near) >= len(got)/3 {
		t.Errorf("metres in a known prefecture: %d, %v", len(near), near)
	}
	if got := crs.ProposeIn(each(metres, swap), prefecture); len(got) == 0 || !got[0].Swapped || got[0].CRS.String() != "EPSG:4546" {
		t.Errorf("metres swapped in a known prefecture: %v", got)
	}
}

func TestProposeTellsFarEastingsFromNearOnes(t *testing.T) {
	points := each([]orb.Point{{108.3, 33}, {108.4, 33.5}, {113.7, 34}, {113.8, 33}}, parse(t, "4508").FromWGS84)
	got := crs.ProposeIn(points, orb.Bound{Min: orb.Point{108, 32}, Max: orb.Point{114, 35}})
	if len(got) == 0 || got[0].CRS.String() != "EPSG:4508" {
		t.Errorf("6° beside the meridian: %v", got)
	}
}

func TestProposeSaysNothingOfNonsense(t *testing.T) {
	for _, points := range [][]orb.Point{nil, {{0, 0}}, {{math.NaN(), math.Inf(1)}}, {{1e8, 1e8}, {2e8, 3e8}}, {{-5e6, -2e6}}} {
		if got := crs.Propose(points); len(got) != 0 {
			t.Errorf("%v: %v", points, got)
		}
	}
	if got := crs.Propose([]orb.Point{{2.3, 48.8}, {13.4, 52.5}}); len(got) != 1 || got[0].Rule != crs.InDegreesAway {
		t.Errorf("Europe: %v", got)
	}
}

func BenchmarkGaussKruger(b *testing.B) {
	c, err := crs.Parse("EPSG:4525")
	if err != nil {
		b.Fatal(err)
	}
	p := c.FromWGS84(orb.Point{110, 33.5})
	for b.Loop() {
		c.ToWGS84(p)
	}
}

func FuzzPropose(f *testing.F) {
	f.Add(109.9, 33.8, 37_400_000.0, 3_750_000.0)
	f.Add(33.8, 109.9, math.Inf(1), math.NaN())
	f.Fuzz(func(t *testing.T, a, b, c, d float64) {
		points := []orb.Point{{a, b}, {c, d}, {a, d}}
		for _, p := range crs.ProposeIn(points, orb.Bound{Min: orb.Point{min(a, c), min(b, d)}, Max: orb.Point{max(a, c), max(b, d)}}) {
			if p.CRS == nil || p.Reason == "" || !(p.Share >= 0.5 && p.Share <= 1) {
				t.Errorf("%v: %+v", points, p)
			}
			p.Apply(points[0])
		}
	})
}

func FuzzParseShift(f *testing.F) {
	f.Add("1,2,3")
	f.Add("1,-2e3,3,4,5,6,0.7")
	f.Fuzz(func(t *testing.T, s string) {
		shift, err := crs.ParseShift(s)
		if err != nil {
			return
		}
		if again, err := crs.ParseShift(shift.String()); err != nil || again != shift {
			t.Errorf("%q is %v, and again %v, %v", s, shift, again, err)
		}
	})
}
