package demo

import (
	"fmt"
	"math"
	"sync"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"github.com/cuntu/cuntu/data/demo/plane"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
)

const testScale = 3

// prefectures are the features of testScale prefectures, each layer's in order, made once.
var prefectures = sync.OnceValues(func() (map[string]*table, error) {
	out := map[string]*table{}
	var err error
	madeWorld().emit(testScale, func(e layers.Edit, _ error) bool {
		l, _ := layers.Builtin().Layer(e.Layer)
		if out[e.Layer] == nil {
			out[e.Layer] = &table{layer: l}
		}
		out[e.Layer].list = append(out[e.Layer].list, e.Feature)
		if got, want := e.Feature.ID, int64(len(out[e.Layer].list)); got != want {
			err = fmt.Errorf("%s: id %d at place %d", e.Layer, got, want)
		}
		if wrong := l.Check(&e.Feature); wrong != nil {
			err = fmt.Errorf("%s: %w", e.Layer, wrong)
		}
		return err == nil
	})
	return out, err
})

func scaled(t *testing.T) map[string]*table {
	t.Helper()
	all, err := prefectures()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAtAScaleWholePrefecturesLieSideBySide(t *testing.T) {
	all := scaled(t)
	codes := map[string]map[string]orb.Geometry{} // by layer
	for id, base := range prefecture() {
		want := len(base.list)
		if copied(id) {
			want *= testScale
		}
		tab := all[id]
		if len(tab.list) != want {
			t.Errorf("%s: %d features, want %d", id, len(tab.list), want)
		}
		if tab.layer.Field("code") < 0 {
			continue
		}
		codes[id] = map[string]orb.Geometry{}
		for i := range tab.list {
			code := tab.at(&tab.list[i], "code").Text()
			if _, taken := codes[id][code]; taken {
				t.Fatalf("%s: code %s twice", id, code)
			}
			codes[id][code] = tab.list[i].Geometry
		}
	}
	for id, tab := range all {
		for i := range tab.list {
			f := &tab.list[i]
			for k, field := range tab.layer.Fields {
				if field.Ref == "" || f.Values[k].IsNull() {
					continue
				}
				of, known := codes[field.Ref][f.Values[k].Text()]
				if !known {
					t.Fatalf("%s %d: no %s has code %s", id, f.ID, field.Ref, f.Values[k].Text())
				}
				if at, ok := f.Geometry.(orb.Point); ok && field.Ref == "county" && !inside(of, at) {
					t.Errorf("%s %d lies outside its county", id, f.ID)
				}
			}
		}
	}
}

func inside(area orb.Geometry, p orb.Point) bool {
	if polygon, ok := area.(orb.Polygon); ok {
		return planar.PolygonContains(polygon, p)
	}
	return planar.MultiPolygonContains(area.(orb.MultiPolygon), p)
}

func TestPrefecturesKeepApartAndHaveARoadNetworkEach(t *testing.T) {
	var bounds [testScale]orb.Bound
	var nodes [testScale]map[orb.Point]int
	var metres [testScale]float64
	for id, tab := range scaled(t) {
		each := len(tab.list) / testScale
		for i := range tab.list {
			g := tab.list[i].Geometry
			if g == nil {
				continue
			}
			k := i / each
			if b := g.Bound(); bounds[k].IsZero() {
				bounds[k] = b
			} else {
				bounds[k] = bounds[k].Union(b)
			}
			if id != "road" {
				continue
			}
			line := g.(orb.LineString)
			if nodes[k] == nil {
				nodes[k] = map[orb.Point]int{}
			}
			nodes[k][line[0]]++
			nodes[k][line[len(line)-1]]++
			for n := 1; n < len(line); n++ {
				metres[k] += geo.Distance(line[n-1], line[n])
			}
		}
	}
	for k := range testScale {
		for j := range k {
			if bounds[k].Intersects(bounds[j]) {
				t.Errorf("prefectures %d and %d overlap", j, k)
			}
		}
		if len(nodes[k]) != len(nodes[0]) || math.Abs(metres[k]/metres[0]-1) > 0.01 {
			t.Errorf("prefecture %d has %d road nodes and %.0f m, the first %d and %.0f m", k, len(nodes[k]), metres[k], len(nodes[0]), metres[0])
		}
	}
}

func TestEveryPrefectureHasItsOwnPlaceOnEarth(t *testing.T) {
	taken := map[[2]int]bool{{0, 0}: true}
	ground := orb.Bound{
		Min: plane.ToDegrees(plane.XY{X: plane.West, Y: plane.South}),
		Max: plane.ToDegrees(plane.XY{X: plane.East, Y: plane.North}),
	}
	if c := newCopier(0); c.move(ground.Min) != ground.Min || c.stretch != 1 {
		t.Error("the first prefecture does not lie where it lies")
	}
	for k := 1; k < MaxScale; k++ {
		c := newCopier(k)
		cell := [2]int{int(c.col), int(c.row)}
		if taken[cell] {
			t.Fatalf("prefecture %d lies at %v, where another lies", k, cell)
		}
		taken[cell] = true
		for _, p := range []orb.Point{c.move(ground.Min), c.move(ground.Max)} {
			if p[0] <= -180 || p[0] >= 180 || p[1] < 18 || p[1] > 50 {
				t.Errorf("prefecture %d reaches %v", k, p)
			}
		}
		if code := c.code("611002001204"); len(code) != 12 {
			t.Errorf("prefecture %d: code %s", k, code)
		}
	}
}
