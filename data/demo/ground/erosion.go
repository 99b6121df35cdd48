package ground

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/demo/plane"
	"github.com/cuntu/cuntu/data/demo/source"
)

// erosion carves a landscape in balance between uplift and rivers: along each
// stream the slope falls with the drained area (the stream power law, slope =
// hardness·area^-0.45), so heights follow from the outlets upward once it is
// known where water runs, and where it runs follows from the heights. The two
// are solved in turn (after Tzathas et al. 2024), which takes some twenty rounds
// instead of the thousands that a simulation in time steps would.
//
// The courses are fixed, place and height, so that the named rivers are where
// they should be. At the start county borders are raised, since most of them
// are ridges; the divides then stay near them.
type erosion struct {
	grid     plane.Grid
	seed     uint64
	counties []source.County
	courses  []source.Course
	county   []int8
	active   []bool // the prefecture and what is near it
	free     []bool // active, and neither on a course nor an outlet
	course   []int16
	z        []float32
	hardness []float32
	factor   []float64 // of each county; the last is outside
	flow     Flow
	outlets  []int32
}

const (
	margin          = 12000.0 // of active ground around the prefecture, metres
	startHardness   = 0.13    // slope where 1 km² drains
	concavity       = 0.45    // usual in nature, 0.4 to 0.5
	steepestSlope   = 0.75    // of hillsides, rise over run
	distanceRise    = 0.025   // away from rivers at the start, rise over run
	borderRise      = 260.0   // metres added at county borders at the start
	outerBorderRise = 500.0
)

func newErosion(s *source.Source, seed uint64, cell float64) *erosion {
	e := &erosion{grid: plane.NewGrid(cell), seed: seed, counties: s.Counties, courses: source.Courses()}
	n := e.grid.Size()
	outlines := make([]orb.MultiPolygon, len(s.Counties))
	for k := range s.Counties {
		outlines[k] = s.Counties[k].Outline
	}
	e.county = e.grid.Rasterise(outlines)
	e.active, e.free = make([]bool, n), make([]bool, n)
	e.course, e.z, e.hardness = make([]int16, n), make([]float32, n), make([]float32, n)
	e.flow = Flow{Down: make([]int32, n), Area: make([]float32, n)}
	e.factor = make([]float64, len(s.Counties)+1)
	for i := range e.factor {
		e.factor[i] = 0.9
	}
	far := e.grid.Distances(func(i int) bool { return e.county[i] >= 0 })
	for i := range n {
		e.active[i] = far[i] < margin && !e.grid.Rim(i)
		e.free[i] = e.active[i]
		e.course[i] = -1
		e.flow.Down[i] = -1
	}
	for k := range e.courses {
		e.lay(k)
	}
	e.edge()
	return e
}

func (e *erosion) isActive(i int) bool { return e.active[i] }

// edge makes the outermost active cells outlets, at the rims' heights.
func (e *erosion) edge() {
	off, _ := e.grid.Offsets()
	at := source.Rims()
	for i := range e.z {
		if !e.active[i] {
			continue
		}
		if e.course[i] >= 0 {
			if e.flow.Down[i] < 0 {
				e.outlets = append(e.outlets, int32(i))
			}
			continue
		}
		for _, o := range off {
			if !e.active[i+o] {
				e.free[i] = false
				e.z[i] = float32(weighted(at, e.grid.Center(i)))
				e.outlets = append(e.outlets, int32(i))
				break
			}
		}
	}
}

// weighted is the mean of heights by the inverse square of their distance.
func weighted(at []source.Waypoint, p plane.XY) float64 {
	sum, weight := 0.0, 0.0
	for _, w := range at {
		d := plane.ToPlane([2]float64{w.Lon, w.Lat}).Distance(p) + 1
		sum += w.Metres / (d * d)
		weight += 1 / (d * d)
	}
	return sum / weight
}

// begin makes the first guess of heights: rising away from rivers and towards
// borders, roughened.
func (e *erosion) begin() {
	g := &e.grid
	low := g.Distances(func(i int) bool { return e.active[i] && !e.free[i] })
	border := g.Distances(func(i int) bool { return e.onBorder(i) })
	outer := g.Distances(func(i int) bool { return e.county[i] < 0 })
	for i := range e.z {
		if !e.free[i] {
			continue
		}
		p := g.Center(i)
		b, o := float64(border[i])/3000, (float64(outer[i])-1000)/4000
		if e.county[i] < 0 {
			o = float64(border[i]) / 4000
		}
		e.z[i] = float32(400 + distanceRise*float64(low[i]) + borderRise*math.Exp(-b*b) + outerBorderRise*math.Exp(-o*o) +
			420*plane.Fractal(e.seed+11, p.X/11000, p.Y/8000, 6))
	}
	e.route()
}

// route finds a way out for every cell by flooding, and heights from that. The
// courses keep their own way.
func (e *erosion) route() {
	out := append([]int32(nil), e.outlets...)
	for i := range e.z {
		if e.course[i] >= 0 && e.flow.Down[i] >= 0 {
			out = append(out, int32(i))
		}
	}
	own := append([]int32(nil), e.flow.Down...)
	flood(&e.grid, e.z, e.isActive, out, e.flow.Down, e.seed+15)
	for i := range own {
		if !e.free[i] {
			e.flow.Down[i] = own[i]
		}
	}
	e.solve()
}

func (e *erosion) onBorder(i int) bool {
	if e.grid.Rim(i) {
		return false
	}
	return e.county[i] != e.county[i+1] || e.county[i] != e.county[i+e.grid.W]
}

// refine starts the fine grid from the coarse one's heights.
func (e *erosion) refine(coarse *erosion) {
	t := Terrain{grid: coarse.grid, z: coarse.z}
	copy(e.factor, coarse.factor)
	for i := range e.z {
		if e.free[i] {
			p := e.grid.Center(i)
			e.z[i] = float32(t.At(p) + 20*plane.Fractal(e.seed+12, p.X/1500, p.Y/1500, 3))
		}
	}
	e.route()
}

// erode is one round: water down the slopes, then slopes from the water.
func (e *erosion) erode() {
	steepest(&e.grid, e.z, e.free, e.flow.Down, e.seed+14)
	e.solve()
}

func (e *erosion) solve() {
	e.flow.arrange(&e.grid, e.isActive)
	e.harden()
	for _, i := range e.flow.Order {
		if !e.free[i] {
			continue
		}
		d := e.flow.Down[i]
		run := e.grid.Cell
		if step := i - d; step != 1 && step != -1 && int(step) != e.grid.W && int(step) != -e.grid.W {
			run *= plane.Diagonal
		}
		slope := float64(e.hardness[i]) * math.Exp(-concavity*math.Log(float64(e.flow.Area[i])/1e6))
		e.z[i] = e.z[d] + float32(run*min(slope, steepestSlope))
	}
}

// harden spreads the counties' factors over the cells, smoothed over some 10 km
// so that no border shows, and varies them from place to place.
func (e *erosion) harden() {
	for i := range e.hardness {
		k := int(e.county[i])
		if k < 0 {
			k = len(e.counties)
		}
		e.hardness[i] = float32(startHardness * e.factor[k])
	}
	radius := int(4000 / e.grid.Cell)
	blur(e.hardness, e.grid.W, e.grid.H, radius)
	blur(e.hardness, e.grid.W, e.grid.H, radius)
	top := plane.ToPlane([2]float64{source.Summit.Lon, source.Summit.Lat})
	for i := range e.hardness {
		if e.active[i] {
			p := e.grid.Center(i)
			d := p.Distance(top) / 9000
			vary := 1 + 0.35*plane.Noise(e.seed+13, p.X/14000, p.Y/9000) + 0.8*math.Exp(-d*d)
			e.hardness[i] *= float32(vary)
		}
	}
}

// blur is a running mean in both directions.
func blur(v []float32, w, h, radius int) {
	line := make([]float32, max(w, h))
	for r := range h {
		blurLine(v[r*w:], 1, w, radius, line)
	}
	for c := range w {
		blurLine(v[c:], w, h, radius, line)
	}
}

func blurLine(v []float32, step, n, radius int, line []float32) {
	at := func(i int) float32 { return v[min(max(i, 0), n-1)*step] }
	var sum float32
	for i := -radius; i <= radius; i++ {
		sum += at(i)
	}
	for i := range n {
		line[i] = sum / float32(2*radius+1)
		sum += at(i+radius+1) - at(i-radius)
	}
	for i := range n {
		v[i*step] = line[i]
	}
}

// fit changes each county's hardness towards its mean height.
func (e *erosion) fit() {
	sum, n, base := make([]float64, len(e.factor)), make([]float64, len(e.factor)), make([]float64, len(e.factor))
	floor := make([]float32, len(e.z))
	for _, i := range e.flow.Order {
		floor[i] = e.z[i]
		if d := e.flow.Down[i]; e.free[i] && d >= 0 {
			floor[i] = floor[d]
		}
		if k := e.county[i]; k >= 0 {
			sum[k] += float64(e.z[i])
			base[k] += float64(floor[i])
			n[k]++
		}
	}
	for k := range e.counties {
		mean, floor := sum[k]/n[k], base[k]/n[k]
		e.factor[k] *= min(max((source.CountyMean[e.counties[k].Code]-floor)/(mean-floor), 0.6), 1.5)
	}
}

// raiseSummit lifts the highest ground near the summit to its height.
func (e *erosion) raiseSummit() {
	near := plane.ToPlane([2]float64{source.Summit.Lon, source.Summit.Lat})
	top := -1
	for i := range e.z {
		if e.county[i] >= 0 && e.counties[e.county[i]].Code == source.SummitCounty && e.grid.Center(i).Distance(near) < 9000 &&
			(top < 0 || e.z[i] > e.z[top]) {
			top = i
		}
	}
	lift, at := source.Summit.Metres-float64(e.z[top]), e.grid.Center(top)
	for i := range e.z {
		if d := e.grid.Center(i).Distance(at) / 3500; d < 3 && e.free[i] {
			e.z[i] += float32(lift * math.Exp(-d*d))
		}
	}
}
