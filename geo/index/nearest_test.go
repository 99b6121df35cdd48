package index_test

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/index"
	"github.com/cuntu/cuntu/geo/trial"
)

type found struct {
	id     uint32
	metres float64
}

func brute(n int, dist func(uint32) float64) []found {
	all := make([]found, n)
	for i := range all {
		all[i] = found{uint32(i), dist(uint32(i))}
	}
	slices.SortFunc(all, func(a, b found) int { return cmp.Or(cmp.Compare(a.metres, b.metres), cmp.Compare(a.id, b.id)) })
	return all
}

func take(k int, walk func(yield func(uint32, float64) bool)) []found {
	var out []found
	walk(func(id uint32, metres float64) bool {
		out = append(out, found{id, metres})
		return len(out) < k
	})
	return out
}

func TestNearestOrdersPlacesAsAScanDoes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 9))
	anywhere := func() orb.Point { return orb.Point{r.Float64()*360 - 180, math.Asin(2*r.Float64()-1) * 180 / math.Pi} }
	around := func(lon, lat, metres float64) func() orb.Point {
		return func() orb.Point {
			return geo.Destination(orb.Point{lon, lat}, r.Float64()*360, metres*math.Sqrt(r.Float64()))
		}
	}
	for _, c := range []struct {
		name   string
		places func() orb.Point
		from   func() orb.Point
	}{
		{"a prefecture", around(110, 34, 1e5), around(110, 34, 1e5)},
		{"a prefecture from far away", around(110, 34, 1e5), anywhere},
		{"the whole world", anywhere, anywhere},
		{"across the antimeridian", around(180, 10, 3e5), around(180, 10, 3e5)},
		{"high latitudes", around(20, 83, 2e5), around(20, 83, 4e5)},
		{"from near the pole", around(20, 80, 1e6), around(20, 89, 2e5)},
		{"from the other side of the world", around(110, 34, 1e6), around(-70, -34, 1e6)},
		{"a market square", around(110, 34, 20), around(110, 34, 40)},
	} {
		t.Run(c.name, func(t *testing.T) {
			const n = 1500
			ps := make([]geo.Point, n)
			for i := range ps {
				ps[i] = geo.Quantise(c.places())
			}
			for i := range 20 { // ties
				ps[n-1-i] = ps[i]
			}
			for name, tree := range map[string]*index.Tree{"loaded": loaded(ps), "inserted": inserted(ps)} {
				for i := range 24 {
					p := c.from()
					if i%8 == 0 {
						p = ps[i].LonLat() // on an item
					}
					o := geo.At(p)
					dist := func(id uint32) float64 { return o.Distance(ps[id].LonLat()) }
					want := brute(n, dist)
					k := []int{1, 10, 100, n}[i%4]
					got := take(k, func(yield func(uint32, float64) bool) { tree.Nearest(p, dist, yield) })
					if !slices.Equal(got, want[:k]) {
						t.Fatalf("%s: the nearest %d to %v differ from a scan's", name, k, p)
					}
					few := tree.Few(nil, p, k, math.Inf(1), dist)
					if !slices.EqualFunc(few, want[:k], func(a index.Found, b found) bool { return a.ID == b.id && a.Metres == b.metres }) {
						t.Fatalf("%s: the few nearest %d to %v differ from a scan's", name, k, p)
					}
					if all := tree.Few(nil, p, n+1, math.Inf(1), dist); len(all) != n {
						t.Fatalf("%s: of %d, the nearest %d to %v are %d", name, n, n+1, p, len(all))
					}
					within := want[n/10].metres
					many := 1 + sortedUpTo(want, within)
					few = tree.Few(nil, p, k, within, dist)
					if len(few) != min(k, many) || few[len(few)-1].ID != want[min(k, many)-1].id {
						t.Fatalf("%s: of the %d within %v m of %v, the nearest %d are not %v", name, many, within, p, k, few)
					}
					got = take(n+1, func(yield func(uint32, float64) bool) { tree.Within(p, within, dist, yield) })
					if !slices.Equal(got, want[:many]) {
						t.Fatalf("%s: within %v m of %v there are %d, found %d", name, within, p, many, len(got))
					}
				}
			}
		})
	}
}

// sortedUpTo is the index of the last within metres.
func sortedUpTo(all []found, metres float64) int {
	last := 0
	for i, f := range all {
		if f.metres <= metres {
			last = i
		}
	}
	return last
}

func TestNearestOrdersLinesAndPolygonsAsAScanDoes(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 9))
	const n = 500
	for _, middle := range []orb.Point{{110, 34}, {0, 80}, {170, -45}} {
		shapes := make([]geo.Shape, n)
		items := make([]index.Item, n)
		for i := range shapes {
			line := orb.LineString{geo.Destination(middle, r.Float64()*360, 2e5*math.Sqrt(r.Float64()))}
			for range 2 + r.IntN(4) {
				line = append(line, geo.Destination(line[len(line)-1], r.Float64()*360, 3e4*r.Float64()))
			}
			var g orb.Geometry = line
			if i%2 == 0 {
				g = orb.Polygon{orb.Ring(line)}
			}
			s, err := geo.NewShape(g)
			if err != nil {
				t.Fatal(err)
			}
			shapes[i], items[i] = s, index.Item{Box: s.Box(), ID: uint32(i)}
		}
		var tree index.Tree
		tree.Load(items)
		for range trial.Part(60) {
			o := geo.At(geo.Destination(middle, r.Float64()*360, 5e5*r.Float64()))
			dist := func(id uint32) float64 { return o.Nearest(shapes[id]).Metres }
			want := brute(n, dist)
			if few := tree.Few(nil, o.Place(), 5, math.Inf(1), dist); len(few) != 5 || few[4].Metres != brute(n, dist)[4].metres {
				t.Fatalf("the few nearest to %v are %v", o.Place(), few)
			}
			got := take(n, func(yield func(uint32, float64) bool) { tree.Nearest(o.Place(), dist, yield) })
			if !slices.Equal(got, want) {
				t.Fatalf("order from %v differs from a scan's", o.Place())
			}
		}
	}
}

func TestNearestMeasuresFewItemsAndEachOnce(t *testing.T) {
	ps := places(20_000)
	tree := loaded(ps)
	o := geo.At(ps[77].LonLat())
	asked := map[uint32]int{}
	take(10, func(yield func(uint32, float64) bool) {
		tree.Nearest(o.Place(), func(id uint32) float64 { asked[id]++; return o.Distance(ps[id].LonLat()) }, yield)
	})
	for id, n := range asked {
		if n > 1 {
			t.Errorf("item %d was measured %d times", id, n)
		}
	}
	if len(asked) > 14 {
		t.Errorf("measured %d items for 10", len(asked))
	}
}

func TestNearestLeavesOutWhatHasNoDistance(t *testing.T) {
	ps := places(100)
	got := take(1000, func(yield func(uint32, float64) bool) {
		loaded(ps).Nearest(orb.Point{110, 34}, func(id uint32) float64 {
			switch id % 4 {
			case 0:
				return math.NaN()
			case 1:
				return math.Inf(1)
			}
			return geo.Distance(orb.Point{110, 34}, ps[id].LonLat())
		}, yield)
	})
	if len(got) != 50 {
		t.Errorf("%d items", len(got))
	}
	new(index.Tree).Nearest(orb.Point{}, nil, nil) // an empty tree asks nothing
}

// The race detector makes pools forget, hence not nothing.
func TestNearestAllocatesNextToNothing(t *testing.T) {
	ps := places(20_000)
	tree := loaded(ps)
	o := geo.At(ps[5].LonLat())
	if n := testing.AllocsPerRun(100, func() {
		left := 10
		tree.Nearest(o.Place(), func(id uint32) float64 { return o.Distance(ps[id].LonLat()) },
			func(uint32, float64) bool { left--; return left > 0 })
	}); n > 16 {
		t.Errorf("%v allocations", n)
	}
}
