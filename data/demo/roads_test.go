package demo

import (
	"math"
	"testing"

	"github.com/cuntu/cuntu/data/demo/plane"
)

func TestRoadsComeToTheFacts(t *testing.T) {
	w := madeWorld()
	km := map[string]float64{}
	fast, vertices, existing := 0.0, 0, 0
	for k := range w.segments {
		s := &w.segments[k]
		vertices += len(s.line)
		if s.status != "existing" {
			continue
		}
		existing++
		km[w.routes[s.route].class] += s.metres / 1000
		km["all"] += s.metres / 1000
		if s.grade == "高速" {
			fast += s.metres / 1000
		}
	}
	for _, row := range []struct {
		class    string
		from, to float64
	}{
		{"all", 15_200, 16_800},
		{"国道", 900, 1300},
		{"省道", 300, 600},
		{"县道", 1200, 1800},
		{"乡道", 3200, 4600},
		{"村道", 7800, 9800},
		{"专用道", 60, 250},
	} {
		if v := km[row.class]; v < row.from || v > row.to {
			t.Errorf("%s: %.0f km, want %.0f to %.0f", row.class, v, row.from, row.to)
		}
	}
	if fast < 300 || fast > 380 {
		t.Errorf("%.0f km of expressway", fast)
	}
	if n := len(w.segments); n < 10_000 || n > 20_000 {
		t.Errorf("%d segments", n)
	}
	if mean := float64(vertices) / float64(len(w.segments)); mean < 10 || mean > 20 {
		t.Errorf("%.1f vertices a segment", mean)
	}
}

func TestEveryPlaceIsOnThePassableNetwork(t *testing.T) {
	w := madeWorld()
	root := w.graph.join(func(k int32) bool { s := &w.segments[k]; return s.status == "existing" && s.kind != "cableway" })
	main := root[w.nodeOf(w.towns[w.seat(0)].at)]
	for k := range w.villages {
		if root[w.nodeOf(w.villages[k].at)] != main {
			t.Errorf("village %d is cut off", k)
		}
	}
	for k := range w.towns {
		if root[w.nodeOf(w.towns[k].at)] != main {
			t.Errorf("town %d is cut off", k)
		}
	}
	places := make([]plane.XY, len(w.hamlets))
	for k := range places {
		places[k] = w.hamlets[k].at
	}
	hung := map[int]bool{}
	for _, c := range w.cableways {
		hung[c.hamlet] = true
	}
	if len(hung) < 20 {
		t.Errorf("%d cableways", len(hung))
	}
	for k, near := range w.segmentsNear(places) {
		served := false
		for _, s := range near {
			served = served || root[w.graph.ends[s][0]] == main
		}
		if !served && !hung[k] {
			t.Errorf("hamlet %d is far from any road and has no cableway", k)
		}
	}
	apart := 0
	for k := range w.segments {
		if root[w.graph.ends[k][0]] != main && w.segments[k].kind != "cableway" && w.segments[k].status == "existing" {
			apart++
		}
	}
	if apart > 0 {
		t.Errorf("%d segments are not joined to the network", apart)
	}
}

// Roads may meet only at their ends. A few that end in neighbouring cells still
// cross on their last metres; expressways pass over and under.
func TestRoadsSeldomCrossBetweenNodes(t *testing.T) {
	w := madeWorld()
	type edge struct {
		a, b plane.XY
		of   int
	}
	buckets := map[[2]int][]edge{}
	crossing := map[int]bool{}
	for k := range w.segments {
		s := &w.segments[k]
		if w.routes[s.route].level == expresswayLevel || s.status != "existing" || s.kind == "cableway" {
			continue
		}
		for j := 1; j < len(s.line); j++ {
			e := edge{plane.ToPlane(s.line[j-1]), plane.ToPlane(s.line[j]), k}
			key := bucketOf(e.a)
			for x := -1; x <= 1; x++ {
				for y := -1; y <= 1; y++ {
					for _, o := range buckets[[2]int{key[0] + x, key[1] + y}] {
						if o.of != k && e.a != o.a && e.a != o.b && e.b != o.a && e.b != o.b {
							if _, ok := meet(e.a, e.b, o.a, o.b); ok {
								crossing[k] = true
							}
						}
					}
				}
			}
			buckets[key] = append(buckets[key], e)
		}
	}
	if n := len(crossing); n > 60 { // of some 19,000
		t.Errorf("%d segments cross another between nodes", n)
	}
}

func TestVillagesLackARoadLessAndLess(t *testing.T) {
	w := madeWorld()
	near := w.nearVillages()
	last := math.MaxInt
	for _, row := range []struct{ year, from, to int }{{2017, 108, 162}, {2018, 60, 125}, {2019, 20, 80}, {2020, 1, 25}} {
		n := count(w.lacking(near, row.year))
		if n < row.from || n > row.to || n >= last {
			t.Errorf("%d villages lack a road in %d", n, row.year)
		}
		last = n
	}
}

func TestUnhardenedRoadsHaveAPriceAndWhatIsPlannedStandsBesideThem(t *testing.T) {
	w := madeWorld()
	fords := 0
	for k := range w.segments {
		s := &w.segments[k]
		if s.kind == "cableway" {
			continue
		}
		if (s.cost > 0) == s.hardened() {
			t.Errorf("segment %d of %s costs %v", k, s.surface, s.cost)
		}
		if s.status != "existing" && (s.year <= thisYear || len(w.graph.at[w.graph.ends[k][0]]) < 2) {
			t.Errorf("segment %d is planned for %d", k, s.year)
		}
		fords += b2i(s.note == "漫水路面，汛期中断")
	}
	if fords < 20 {
		t.Errorf("%d fords", fords)
	}
}
