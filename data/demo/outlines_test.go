package demo

import (
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"github.com/cuntu/cuntu/data/demo/plane"
)

// edge is a side of a polygon that has its land on the left.
type edge [2]orb.Point

// sides are those of polygons, each of which lies on one of them alone.
func sides(t *testing.T, of string, outlines []orb.MultiPolygon) map[edge]bool {
	t.Helper()
	all := map[edge]bool{}
	for _, outline := range outlines {
		for _, polygon := range outline {
			for i, ring := range polygon {
				if ring.Orientation() != map[bool]orb.Orientation{true: orb.CCW, false: orb.CW}[i == 0] || len(ring) < 4 {
					t.Fatalf("%s: a ring of %d vertices turns the wrong way", of, len(ring))
				}
				for k := 1; k < len(ring); k++ {
					e := edge{ring[k-1], ring[k]}
					if all[e] {
						t.Fatalf("%s: two have land on the same side of %v", of, e)
					}
					all[e] = true
				}
			}
		}
	}
	return all
}

// rim are the sides beyond which there is none of the others.
func rim(all map[edge]bool) map[edge]bool {
	out := map[edge]bool{}
	for e := range all {
		if !all[edge{e[1], e[0]}] {
			out[e] = true
		}
	}
	return out
}

func same(t *testing.T, what string, a, b map[edge]bool) {
	t.Helper()
	for e := range a {
		if !b[e] {
			t.Fatalf("%s: only one has the side %v (%d and %d sides)", what, e, len(a), len(b))
		}
	}
	if len(a) != len(b) {
		t.Fatalf("%s: %d and %d sides", what, len(a), len(b))
	}
}

func TestVillagesFillTheirTownsAndTownsTheirCountiesToTheLastVertex(t *testing.T) {
	w := madeWorld()
	villages, towns := map[int][]orb.MultiPolygon{}, map[int][]orb.MultiPolygon{}
	for k, outline := range w.villageOutlines {
		villages[w.villages[k].town] = append(villages[w.villages[k].town], outline)
	}
	for k, outline := range w.townOutlines {
		own := sides(t, w.source.Towns[k].Name, []orb.MultiPolygon{outline})
		same(t, w.source.Towns[k].Name, rim(sides(t, w.source.Towns[k].Name, villages[k])), own)
		towns[w.towns[k].county] = append(towns[w.towns[k].county], outline)
	}
	for k, county := range w.source.Counties {
		whole := withoutHoles(county.Outline)
		for _, polygon := range whole {
			if polygon[0].Orientation() == orb.CW {
				polygon[0].Reverse()
			}
		}
		same(t, county.Name, rim(sides(t, county.Name, towns[k])), sides(t, county.Name, []orb.MultiPolygon{whole}))
	}
}

func TestPlacesLieWithinTheirOutlines(t *testing.T) {
	w := madeWorld()
	for k, v := range w.villages {
		if !planar.MultiPolygonContains(w.villageOutlines[k], plane.ToDegrees(v.at)) {
			t.Errorf("%s lies outside of its own land", w.source.Villages[k].Name)
		}
	}
	for k, town := range w.towns {
		if !planar.MultiPolygonContains(w.townOutlines[k], plane.ToDegrees(town.at)) {
			t.Errorf("%s lies outside of its own land", w.source.Towns[k].Name)
		}
	}
	own := 0
	for _, h := range w.hamlets {
		if planar.MultiPolygonContains(w.villageOutlines[h.village], plane.ToDegrees(h.at)) {
			own++
		}
	}
	if share := float64(own) / float64(len(w.hamlets)); share < 0.75 {
		t.Errorf("%.0f %% of the hamlets lie on their village's land", 100*share)
	}
}
