package demo

import (
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
)

func TestAtAScaleEverythingComesSoManyTimes(t *testing.T) {
	const scale = 3
	counts := map[string]int{}
	codes := map[string]bool{}
	nodes := map[orb.Point]int{}
	w := madeWorld()
	village, _ := layers.Builtin().Layer("village")
	w.emit(scale, func(e layers.Edit, _ error) bool {
		if counts[e.Layer]++; e.Feature.ID != int64(counts[e.Layer]) {
			t.Fatalf("%s: id %d at place %d", e.Layer, e.Feature.ID, counts[e.Layer])
		}
		l, _ := layers.Builtin().Layer(e.Layer)
		if err := l.Check(&e.Feature); err != nil {
			t.Fatal(e.Layer, err)
		}
		switch e.Layer {
		case "village":
			code := e.Feature.Values[village.Field("code")].Text()
			if codes[code] || len(code) != 12 || code[:9] != e.Feature.Values[village.Field("town")].Text() {
				t.Fatalf("code %s", code)
			}
			codes[code] = true
			at := e.Feature.Geometry.(orb.Point)
			if k := w.ground.county[w.ground.grid.at(toPlane(at))]; k < 0 || w.countyCode(int(k)) != e.Feature.Values[village.Field("county")].Text() {
				t.Fatalf("village %d left its county", e.Feature.ID)
			}
		case "road":
			line := e.Feature.Geometry.(orb.LineString)
			nodes[line[0]]++
			nodes[line[len(line)-1]]++
		}
		return true
	})
	for id, tab := range prefecture() {
		want := scale * len(tab.list)
		if !copied(id) {
			want = len(tab.list)
		}
		if counts[id] != want {
			t.Errorf("%s: %d features, want %d", id, counts[id], want)
		}
	}
	base := len(w.graph.at)
	if len(nodes) < scale*base*8/10 || len(nodes) > scale*base {
		t.Errorf("%d road nodes at scale %d of %d", len(nodes), scale, base)
	}
}
