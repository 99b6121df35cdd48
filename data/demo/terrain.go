package demo

import (
	"math"

	"github.com/paulmach/orb"
)

// Terrain is the made-up ground: heights over the prefecture and some 13 km
// around it.
type Terrain struct {
	grid grid
	z    []float32 // metres
	seed uint64
}

// NewTerrain builds the ground that Generate uses for the same seed. It takes
// about a second.
func NewTerrain(seed uint64) (*Terrain, error) {
	s, err := readSource()
	if err != nil {
		return nil, err
	}
	return newGround(s, seed).terrain(), nil
}

// Height is metres above sea level at a place in degrees. Outside the ground it
// is the height at the ground's edge.
//
// Between cells it is a quadratic B-spline, which bends where bilinear facets
// would show in a hillshade, and never leaves the range of the cells around.
func (t *Terrain) Height(p orb.Point) float64 { return t.height(toPlane(p)) }

func (t *Terrain) height(p xy) float64 {
	g := &t.grid
	x, y := (p.x-g.origin.x)/g.cell, (p.y-g.origin.y)/g.cell
	x, y = min(max(x, 1), float64(g.w)-2), min(max(y, 1), float64(g.h)-2)
	cx, cy := math.Floor(x+0.5), math.Floor(y+0.5)
	wx, wy := spline(x-cx), spline(y-cy)
	sum := 0.0
	for r := range 3 {
		row := t.z[(int(cy)+r-1)*g.w+int(cx)-1:]
		sum += wy[r] * (wx[0]*float64(row[0]) + wx[1]*float64(row[1]) + wx[2]*float64(row[2]))
	}
	return sum
}

// Bound is where there is ground.
func (t *Terrain) Bound() orb.Bound {
	far := xy{t.grid.origin.x + float64(t.grid.w-1)*t.grid.cell, t.grid.origin.y + float64(t.grid.h-1)*t.grid.cell}
	return orb.Bound{Min: toDegrees(t.grid.origin), Max: toDegrees(far)}
}

// spline is the quadratic B-spline's weights for an offset in [-½, ½].
func spline(f float64) [3]float64 {
	return [3]float64{(0.5 - f) * (0.5 - f) / 2, 0.75 - f*f, (0.5 + f) * (0.5 + f) / 2}
}

// Slope is the steepness of the ground in degrees, over 100 m.
func (t *Terrain) Slope(p orb.Point) float64 {
	c := toPlane(p)
	dx := (t.height(xy{c.x + 50, c.y}) - t.height(xy{c.x - 50, c.y})) / 100
	dy := (t.height(xy{c.x, c.y + 50}) - t.height(xy{c.x, c.y - 50})) / 100
	return math.Atan(math.Sqrt(dx*dx+dy*dy)) * 180 / math.Pi
}

// ground is the terrain with all that the other steps ask of it.
type ground struct {
	grid   grid
	seed   uint64
	county []int8    // of each cell; -1 outside
	inside []float32 // metres to the nearest cell outside the prefecture, inside it
	z      []float32
	flow   flow
	course []int16   // the course that runs through a cell, -1 for none
	above  []float32 // metres above the stream that the cell drains to
	names  []course
}

func (g *ground) terrain() *Terrain { return &Terrain{g.grid, g.z, g.seed} }

// The steps of erosion: enough on the coarse grid for the divides to settle, few
// on the fine one, which only draws side valleys.
const (
	coarseCell, fineCell   = 500.0, 250.0
	coarseSteps, fineSteps = 14, 5
)

func newGround(s *source, seed uint64) *ground {
	coarse := newErosion(s, seed, coarseCell)
	coarse.begin()
	for step := range coarseSteps {
		coarse.erode()
		if step >= 3 {
			coarse.fit()
		}
	}
	e := newErosion(s, seed, fineCell)
	e.refine(coarse)
	for range fineSteps {
		e.erode()
	}
	e.raiseSummit()
	g := &ground{grid: e.grid, seed: seed, county: e.county, z: e.z, course: e.course, names: e.courses}
	g.inside = g.grid.distances(func(i int) bool { return g.county[i] < 0 })
	g.flow = flow{down: e.flow.down, area: e.flow.area}
	g.flow.arrange(&g.grid, e.isActive)
	g.measureAbove(s)
	return g
}

// streamArea is what a stream drains at least, m².
const streamArea = 4e6

// measureAbove finds each cell's height above its stream (height above nearest
// drainage): small in valleys, which is where people live and roads run. It
// flattens the foot of the hillsides on the way, the more the larger the stream,
// because erosion alone leaves no valley floor to build on.
func (g *ground) measureAbove(s *source) {
	floor := g.floors(s)
	g.above = make([]float32, len(g.z))
	stream := make([]int32, len(g.z))
	for _, i := range g.flow.order {
		d := g.flow.down[i]
		if d < 0 || g.flow.area[i] >= streamArea {
			stream[i] = i
			continue
		}
		s := stream[d]
		stream[i] = s
		a := float64(max(0, g.z[i]-g.z[s]))
		foot := 14 + 9*math.Log(float64(g.flow.area[s])/streamArea) // metres; 14 at a brook, 70 at a river
		g.above[i] = float32(a-foot*(1-math.Exp(-a/foot))) * floor[i]
	}
	for i, s := range stream {
		if g.above[i] > 0 {
			g.z[i] = g.z[s] + g.above[i]
		}
	}
}

// floors is what is left of each cell's height above its stream where a named
// river has washed out a valley floor: some 400 to 700 m on either side, and a
// basin where a county seat stands.
func (g *ground) floors(s *source) []float32 {
	river := g.grid.distances(func(i int) bool { return g.course[i] >= 0 })
	out := make([]float32, len(g.z))
	for i := range out {
		out[i] = 1
		if river[i] > 3000 {
			continue
		}
		width, p := 450+60*math.Log(1+float64(g.flow.area[i])/1e6), g.grid.center(i)
		for k := range s.counties {
			d := p.distance(toPlane(s.counties[k].seat)) / 2600
			width += 900 * math.Exp(-d*d)
		}
		if f := float64(river[i]) / width; f < 1 {
			out[i] = float32(0.08 + 0.92*f*f*(3-2*f))
		}
	}
	return out
}

// steep is the slope of a cell as rise over run, from its four neighbours.
func (g *ground) steep(i int) float64 {
	if g.grid.rim(i) {
		return 0
	}
	dx := float64(g.z[i+1]-g.z[i-1]) / (2 * g.grid.cell)
	dy := float64(g.z[i+g.grid.w]-g.z[i-g.grid.w]) / (2 * g.grid.cell)
	return math.Sqrt(dx*dx + dy*dy)
}
