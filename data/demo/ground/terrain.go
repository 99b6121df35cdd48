package ground

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/demo/plane"
	"github.com/cuntu/cuntu/data/demo/source"
)

// Terrain is the made-up ground: heights over the prefecture and some 13 km
// around it.
type Terrain struct {
	grid plane.Grid
	z    []float32 // metres
	seed uint64
}

// NewTerrain builds the ground that Generate uses for the same seed. It takes
// about a second.
func NewTerrain(seed uint64) (*Terrain, error) {
	s, err := source.Read()
	if err != nil {
		return nil, err
	}
	return New(s, seed).Terrain(), nil
}

// Height is metres above sea level at a place in degrees. Outside the ground it
// is the height at the ground's edge.
//
// Between cells it is a quadratic B-spline, which bends where bilinear facets
// would show in a hillshade, and never leaves the range of the cells around.
func (t *Terrain) Height(p orb.Point) float64 { return t.At(plane.ToPlane(p)) }

func (t *Terrain) At(p plane.XY) float64 {
	g := &t.grid
	x, y := (p.X-g.Origin.X)/g.Cell, (p.Y-g.Origin.Y)/g.Cell
	x, y = min(max(x, 1), float64(g.W)-2), min(max(y, 1), float64(g.H)-2)
	cx, cy := math.Floor(x+0.5), math.Floor(y+0.5)
	wx, wy := spline(x-cx), spline(y-cy)
	sum := 0.0
	for r := range 3 {
		row := t.z[(int(cy)+r-1)*g.W+int(cx)-1:]
		sum += wy[r] * (wx[0]*float64(row[0]) + wx[1]*float64(row[1]) + wx[2]*float64(row[2]))
	}
	return sum
}

// Bound is where there is ground.
func (t *Terrain) Bound() orb.Bound {
	far := plane.XY{X: t.grid.Origin.X + float64(t.grid.W-1)*t.grid.Cell, Y: t.grid.Origin.Y + float64(t.grid.H-1)*t.grid.Cell}
	return orb.Bound{Min: plane.ToDegrees(t.grid.Origin), Max: plane.ToDegrees(far)}
}

// spline is the quadratic B-spline's weights for an offset in [-½, ½].
func spline(f float64) [3]float64 {
	return [3]float64{(0.5 - f) * (0.5 - f) / 2, 0.75 - f*f, (0.5 + f) * (0.5 + f) / 2}
}

// Slope is the steepness of the ground in degrees, over 100 m.
func (t *Terrain) Slope(p orb.Point) float64 {
	c := plane.ToPlane(p)
	dx := (t.At(plane.XY{X: c.X + 50, Y: c.Y}) - t.At(plane.XY{X: c.X - 50, Y: c.Y})) / 100
	dy := (t.At(plane.XY{X: c.X, Y: c.Y + 50}) - t.At(plane.XY{X: c.X, Y: c.Y - 50})) / 100
	return math.Atan(math.Sqrt(dx*dx+dy*dy)) * 180 / math.Pi
}

// Ground is the terrain with all that the other steps ask of it.
type Ground struct {
	Grid   plane.Grid
	Seed   uint64
	County []int8    // of each cell; -1 outside
	Inside []float32 // metres to the nearest cell outside the prefecture, inside it
	Z      []float32
	Flow   Flow
	Course []int16   // the course that runs through a cell, -1 for none
	Above  []float32 // metres above the stream that the cell drains to
	names  []source.Course
}

func (g *Ground) Terrain() *Terrain { return &Terrain{g.Grid, g.Z, g.Seed} }

// The steps of erosion: enough on the coarse grid for the divides to settle, few
// on the fine one, which only draws side valleys.
const (
	coarseCell, fineCell   = 500.0, 250.0
	coarseSteps, fineSteps = 14, 5
)

func New(s *source.Source, seed uint64) *Ground {
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
	g := &Ground{Grid: e.grid, Seed: seed, County: e.county, Z: e.z, Course: e.course, names: e.courses}
	g.Inside = g.Grid.Distances(func(i int) bool { return g.County[i] < 0 })
	g.Flow = Flow{Down: e.flow.Down, Area: e.flow.Area}
	g.Flow.arrange(&g.Grid, e.isActive)
	g.measureAbove(s)
	return g
}

// streamArea is what a stream drains at least, m².
const streamArea = 4e6

// measureAbove finds each cell's height above its stream (height above nearest
// drainage): small in valleys, which is where people live and roads run. It
// flattens the foot of the hillsides on the way, the more the larger the stream,
// because erosion alone leaves no valley floor to build on.
func (g *Ground) measureAbove(s *source.Source) {
	floor := g.floors(s)
	g.Above = make([]float32, len(g.Z))
	stream := make([]int32, len(g.Z))
	for _, i := range g.Flow.Order {
		d := g.Flow.Down[i]
		if d < 0 || g.Flow.Area[i] >= streamArea {
			stream[i] = i
			continue
		}
		s := stream[d]
		stream[i] = s
		a := float64(max(0, g.Z[i]-g.Z[s]))
		foot := 14 + 9*math.Log(float64(g.Flow.Area[s])/streamArea) // metres; 14 at a brook, 70 at a river
		g.Above[i] = float32(a-foot*(1-math.Exp(-a/foot))) * floor[i]
	}
	for i, s := range stream {
		if g.Above[i] > 0 {
			g.Z[i] = g.Z[s] + g.Above[i]
		}
	}
}

// floors is what is left of each cell's height above its stream where a named
// River has washed out a valley floor: some 400 to 700 m on either side, and a
// basin where a county seat stands.
func (g *Ground) floors(s *source.Source) []float32 {
	river := g.Grid.Distances(func(i int) bool { return g.Course[i] >= 0 })
	out := make([]float32, len(g.Z))
	for i := range out {
		out[i] = 1
		if river[i] > 3000 {
			continue
		}
		width, p := 450+60*math.Log(1+float64(g.Flow.Area[i])/1e6), g.Grid.Center(i)
		for k := range s.Counties {
			d := p.Distance(plane.ToPlane(s.Counties[k].Seat)) / 2600
			width += 900 * math.Exp(-d*d)
		}
		if f := float64(river[i]) / width; f < 1 {
			out[i] = float32(0.08 + 0.92*f*f*(3-2*f))
		}
	}
	return out
}

// Steep is the slope of a cell as rise over run, from its four neighbours.
func (g *Ground) Steep(i int) float64 {
	if g.Grid.Rim(i) {
		return 0
	}
	dx := float64(g.Z[i+1]-g.Z[i-1]) / (2 * g.Grid.Cell)
	dy := float64(g.Z[i+g.Grid.W]-g.Z[i-g.Grid.W]) / (2 * g.Grid.Cell)
	return math.Sqrt(dx*dx + dy*dy)
}
