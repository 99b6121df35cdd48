package dem_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/crs"
	"github.com/cuntu/cuntu/geo/dem"
)

func system(t testing.TB, code int) *crs.CRS {
	t.Helper()
	c, err := crs.ByCode(code)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// drawn is a model of one tile or more whose heights are a function of the place in the
// lattice's system, NaN where unknown.
func drawn(t testing.TB, l dem.Lattice, ids []dem.TileID, height func(x, y float64) float64) *dem.Model {
	t.Helper()
	packer := dem.NewPacker()
	var tiles []dem.Packed
	for _, id := range ids {
		heights := make([]float32, dem.Side*dem.Side)
		for i := range heights {
			col, row := int(id.X)*dem.Side+i%dem.Side, int(id.Y)*dem.Side+i/dem.Side
			heights[i] = float32(height((float64(col)+l.PhaseX)*l.DX, -(float64(row)+l.PhaseY)*l.DY))
		}
		b, err := packer.Pack(heights)
		if err != nil {
			t.Fatal(err)
		}
		tiles = append(tiles, dem.Packed{Lattice: l, ID: id, Bytes: b})
	}
	m, err := dem.New(tiles, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestWhatIsPackedComesBack(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, whole := range []bool{false, true} {
		for _, span := range []float64{0, 3, 600, 5000, 9000} {
			heights := make([]float32, dem.Side*dem.Side)
			for i := range heights {
				h := 37.25 + span*random.Float64()
				if whole {
					h = math.Round(h)
				}
				if heights[i] = float32(h); i%7 == 3 {
					heights[i] = dem.Unknown
				}
			}
			packed, err := dem.NewPacker().Pack(heights)
			if err != nil {
				t.Fatal(err)
			}
			back, err := dem.Unpack(packed)
			if err != nil {
				t.Fatal(err)
			}
			most := 0.0
			if !whole {
				most = max(0.01, span/65534)/2 + 0.0006 // half a step, and what a float32 of metres rounds to
			}
			for i, h := range heights {
				if (h != h) != (back[i] != back[i]) || math.Abs(float64(h-back[i])) > most {
					t.Fatalf("over %v m, cell %d was %v and comes back as %v", span, i, h, back[i])
				}
			}
		}
	}
}

func TestATileWithoutHeightsIsNone(t *testing.T) {
	heights := make([]float32, dem.Side*dem.Side)
	for i := range heights {
		heights[i] = dem.Unknown
	}
	if b, err := dem.NewPacker().Pack(heights); b != nil || err != nil {
		t.Errorf("%d bytes, %v", len(b), err)
	}
	heights[5] = float32(math.Inf(1))
	if _, err := dem.NewPacker().Pack(heights); err == nil {
		t.Error("an infinite height is packed")
	}
}

func TestFilesOfOneSeriesShareALattice(t *testing.T) {
	wgs84, gk := system(t, 4326), system(t, 4525)
	for _, c := range []struct {
		name         string
		c            *crs.CRS
		a, b         [4]float64 // x, y, dx, dy
		same         bool
		acrossColumn int // columns from a's first cell to b's
	}{
		{
			"a second of arc written with 12 digits", wgs84,
			[4]float64{109, 34, 1. / 3600, 1. / 3600},
			[4]float64{110, 34, 0.000277777777778, 0.000277777777778},
			true, 3600,
		},
		{
			"shifted by half a cell", wgs84,
			[4]float64{109, 34, 1. / 3600, 1. / 3600},
			[4]float64{110 + 0.5/3600, 34, 1. / 3600, 1. / 3600},
			false,
			0,
		},
		{"sheets of 5 m", gk, [4]float64{37500002.5, 3800002.5, 5, 5}, [4]float64{37505002.5, 3800002.5, 5, 5}, true, 1000},
		{"three seconds and one", wgs84, [4]float64{109, 34, 1. / 3600, 1. / 3600}, [4]float64{109, 34, 1. / 1200, 1. / 1200}, false, 0},
	} {
		a, colA, _, errA := dem.NewLattice(c.c, c.a[0], c.a[1], c.a[2], c.a[3])
		b, colB, _, errB := dem.NewLattice(c.c, c.b[0], c.b[1], c.b[2], c.b[3])
		if errA != nil || errB != nil || (a.Key() == b.Key()) != c.same || c.same && colB-colA != c.acrossColumn {
			t.Errorf("%s: %s and %s, %d columns apart, %v %v", c.name, a.Key(), b.Key(), colB-colA, errA, errB)
		}
	}
	if _, _, _, err := dem.NewLattice(wgs84, 109, 34, 0, 1); err == nil {
		t.Error("a cell without width makes a lattice")
	}
}

// A plane that falls east by one and north by two degrees of slope: bilinear heights and
// Horn's slope are exact on it.
func TestAPlaneHasItsHeightAndSlopeEverywhere(t *testing.T) {
	l, col, row, err := dem.NewLattice(system(t, 32649), 399990, 3750000, 30, 30)
	if err != nil {
		t.Fatal(err)
	}
	id, _ := dem.TileOf(col, row)
	east, north := math.Tan(10*math.Pi/180), math.Tan(20*math.Pi/180)
	x0, y0 := float64(int(id.X)*dem.Side)*30, -float64(int(id.Y)*dem.Side)*30
	plane := func(x, y float64) float64 { return 3000 + (x-x0)*east/10 + (y-y0)*north/10 }
	m := drawn(t, l, []dem.TileID{id, {X: id.X + 1, Y: id.Y}}, plane)
	want := math.Atan(math.Hypot(east, north)/10) * 180 / math.Pi
	for _, f := range [][2]float64{{100.3, 60.7}, {511.5, 300}, {511.2, 99.9}, {700, 400.25}} { // over the seam too
		x, y := x0+f[0]*30, y0-f[1]*30
		p := l.CRS.ToWGS84(orb.Point{x, y})
		if h, ok := m.Height(p); !ok || math.Abs(h-plane(x, y)) > 0.02 {
			t.Errorf("height at %v is %v, %v; want %v", f, h, ok, plane(x, y))
		}
		if s, ok := m.Slope(p); !ok || math.Abs(s-want) > 0.02 {
			t.Errorf("slope at %v is %v, %v; want %v", f, s, ok, want)
		}
	}
	outside := l.CRS.ToWGS84(orb.Point{x0 - 100, y0 - 100})
	if _, ok := m.Height(outside); ok {
		t.Error("there is a height beyond the cells")
	}
	if _, ok := m.Slope(l.CRS.ToWGS84(orb.Point{x0, y0 - 3000})); ok {
		t.Error("there is a slope at the outermost cell, half of whose neighbours are unknown")
	}
}

// In degrees cells are narrower than they are high; a slope that forgets it is wrong by
// a fifth at 34° N.
func TestSlopeInDegreesMindsTheLatitude(t *testing.T) {
	wgs84 := system(t, 4326)
	l, col, row, err := dem.NewLattice(wgs84, 110, 34, 1./3600, 1./3600)
	if err != nil {
		t.Fatal(err)
	}
	id, _ := dem.TileOf(col, row)
	middle := orb.Point{(float64(id.X)*dem.Side + 256) / 3600, -(float64(id.Y)*dem.Side + 256) / 3600}
	metre := geo.Destination(middle, 90, 1)[0] - middle[0] // in degrees of longitude
	m := drawn(t, l, []dem.TileID{id}, func(x, _ float64) float64 { return 1000 + (x-middle[0])/metre*0.5 })
	want := math.Atan(0.5) * 180 / math.Pi
	if s, ok := m.Slope(middle); !ok || math.Abs(s-want) > 0.05 {
		t.Errorf("slope %v, %v; want %v", s, ok, want)
	}
}

func TestStatisticsOfAnAreaAreThoseOfItsCells(t *testing.T) {
	l, col, row, err := dem.NewLattice(system(t, 32649), 399990, 3750000, 30, 30)
	if err != nil {
		t.Fatal(err)
	}
	id, _ := dem.TileOf(col, row)
	x0, y0 := float64(int(id.X)*dem.Side)*30, -float64(int(id.Y)*dem.Side)*30
	hill := func(x, y float64) float64 {
		if x-x0 > 9000 {
			return math.NaN()
		}
		return 800 + 100*math.Sin((x-x0)/700)*math.Cos((y-y0)/900)
	}
	m := drawn(t, l, []dem.TileID{id}, hill)
	place := func(x, y float64) orb.Point { return l.CRS.ToWGS84(orb.Point{x0 + x, y0 - y}) }
	// A triangle that reaches into the unknown.
	area := orb.MultiPolygon{{{place(3010, 3020), place(10000, 4000), place(5000, 9000), place(3010, 3020)}}}
	inside := func(x, y float64) bool {
		side := func(ax, ay, bx, by float64) bool { return (bx-ax)*(y-ay)-(by-ay)*(x-ax) > 0 }
		a, b, c := side(3010, 3020, 10000, 4000), side(10000, 4000, 5000, 9000), side(5000, 9000, 3010, 3020)
		return a == b && b == c
	}
	cells, unknown, sum, low, high, steep := 0, 0, 0.0, math.Inf(1), math.Inf(-1), 0
	for c := range dem.Side {
		for r := range dem.Side {
			if x, y := float64(c)*30, float64(r)*30; inside(x, y) {
				h := hill(x0+x, y0-y)
				if h != h {
					unknown++
					continue
				}
				cells, sum, low, high = cells+1, sum+h, min(low, h), max(high, h)
				if s, ok := m.Slope(place(x, y)); ok && s >= 7 {
					steep++
				}
			}
		}
	}
	s := m.Over(area)
	// Edges bend by a few centimetres between the systems, so a cell or two may be out.
	if abs(s.Cells-cells) > 2 || abs(s.Unknown-unknown) > 2 || math.Abs(s.Mean-sum/float64(cells)) > 0.02 ||
		math.Abs(s.Low-low) > 0.5 || math.Abs(s.High-high) > 0.5 {
		t.Errorf("%d and %d cells from %v by %v to %v; by hand %d and %d, %v, %v, %v", s.Cells, s.Unknown, s.Low, s.Mean, s.High, cells, unknown,
			low, sum/float64(cells), high)
	}
	if got := s.SteeperThan(7) * float64(s.Cells); math.Abs(got-float64(steep)) > 0.02*float64(steep)+3 {
		t.Errorf("%v cells are steeper than 7°, by hand %d", got, steep)
	}
	small := m.Over(orb.MultiPolygon{{{place(301, 301), place(303, 301), place(303, 303)}}})
	if small.Cells != 1 || small.MaxSlope != small.MeanSlope {
		t.Errorf("an area without a cell's centre has %+v", small)
	}
	none := m.Over(orb.MultiPolygon{{{place(-300, -300), place(-100, -300), place(-100, -100)}}})
	if none.Cells != 0 || none.Mean == none.Mean {
		t.Errorf("an area beyond the cells has %+v", none)
	}
}

func abs(n int) int { return max(n, -n) }

func TestAMapSeesTheSameHeightsAtEveryZoom(t *testing.T) {
	l, col, row, err := dem.NewLattice(system(t, 4326), 110, 34, 1./1200, 1./1200)
	if err != nil {
		t.Fatal(err)
	}
	id, _ := dem.TileOf(col, row)
	ids := []dem.TileID{id, {X: id.X + 1, Y: id.Y}, {X: id.X, Y: id.Y + 1}, {X: id.X + 1, Y: id.Y + 1}}
	x0, y0 := float64(int(id.X)*dem.Side)/1200, -float64(int(id.Y)*dem.Side)/1200
	ground := func(x, y float64) float64 { return 1000 + 800*(x-x0) + 300*(y-y0) + 50*math.Sin((x-x0)*9) }
	m := drawn(t, l, ids, ground)
	for _, pixel := range []float64{0.0002, 0.0008, 0.003, 0.012} {
		lons, lats := make([]float64, 32), make([]float64, 32)
		for i := range lons {
			lons[i], lats[i] = x0+0.2+float64(i)*pixel, y0-0.2-float64(i)*pixel
		}
		for i, h := range m.Grid(lons, lats) {
			want := ground(lons[i%32], lats[i/32])
			if math.Abs(float64(h)-want) > 0.1+50*81*pixel*pixel { // the sine's bend over a pixel
				t.Fatalf("pixel %d of %v° is %v, want %v", i, pixel, h, want)
			}
		}
	}
}

func TestANilModelKnowsNothing(t *testing.T) {
	var m *dem.Model
	if _, ok := m.Height(orb.Point{110, 34}); ok {
		t.Error("a height")
	}
	if _, ok := m.Slope(orb.Point{110, 34}); ok {
		t.Error("a slope")
	}
	if s := m.Over(orb.MultiPolygon{{{{110, 34}, {111, 34}, {111, 35}}}}); s.Cells != 0 || m.Covers(geo.World) || !m.Empty() {
		t.Error("an area")
	}
}

func FuzzUnpack(f *testing.F) {
	heights := make([]float32, dem.Side*dem.Side)
	packed, err := dem.NewPacker().Pack(heights)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(packed)
	f.Fuzz(func(t *testing.T, b []byte) {
		if h, err := dem.Unpack(b); err == nil && len(h) != dem.Side*dem.Side {
			t.Errorf("%d heights", len(h))
		}
	})
}
