package plane

import (
	"math"

	"github.com/paulmach/orb"
)

// The plane on which the prefecture is built: metres east and north of a point
// near its middle. Its scale errs by up to 1 % at the northern and southern
// edge, which nothing here minds; lengths that go out are measured on the
// ellipsoid.
const (
	MiddleLon, MiddleLat = 109.8, 33.75
	MetresPerDegreeLon   = 92600.0
	MetresPerDegreeLat   = 110930.0
)

type XY struct{ X, Y float64 }

func ToPlane(p orb.Point) XY {
	return XY{(p[0] - MiddleLon) * MetresPerDegreeLon, (p[1] - MiddleLat) * MetresPerDegreeLat}
}

func ToDegrees(p XY) orb.Point {
	return Rounded(orb.Point{MiddleLon + p.X/MetresPerDegreeLon, MiddleLat + p.Y/MetresPerDegreeLat})
}

// Rounded keeps seven decimals, a centimetre.
func Rounded(p orb.Point) orb.Point {
	return orb.Point{math.Round(p[0]*1e7) / 1e7, math.Round(p[1]*1e7) / 1e7}
}

func (a XY) Sub(b XY) XY           { return XY{a.X - b.X, a.Y - b.Y} }
func (a XY) Add(b XY) XY           { return XY{a.X + b.X, a.Y + b.Y} }
func (a XY) Times(f float64) XY    { return XY{a.X * f, a.Y * f} }
func (a XY) Length() float64       { return math.Sqrt(a.X*a.X + a.Y*a.Y) }
func (a XY) To(b XY, f float64) XY { return XY{a.X + (b.X-a.X)*f, a.Y + (b.Y-a.Y)*f} }
func (a XY) Distance(b XY) float64 { return a.Sub(b).Length() }

// Grid is a raster over the plane. Cell i is column i%w, row i/w, row 0 in the
// south.
type Grid struct {
	W, H   int
	Cell   float64 // metres
	Origin XY      // centre of cell 0
}

// The ground that is computed: the prefecture and some 13 km around it, so that
// the ridges on its border have a far side too.
const (
	West, East   = -127000.0, 127000.0
	South, North = -92000.0, 88000.0
)

func NewGrid(cell float64) Grid {
	return Grid{
		int((East - West) / cell), int((North - South) / cell), cell,
		XY{West + cell/2, South + cell/2},
	}
}

func (g *Grid) Size() int { return g.W * g.H }

func (g *Grid) Center(i int) XY {
	return XY{g.Origin.X + float64(i%g.W)*g.Cell, g.Origin.Y + float64(i/g.W)*g.Cell}
}

// At is the cell that holds a point, clamped to the grid.
func (g *Grid) At(p XY) int {
	c := int(math.Floor((p.X-g.Origin.X)/g.Cell + 0.5))
	r := int(math.Floor((p.Y-g.Origin.Y)/g.Cell + 0.5))
	return min(max(r, 0), g.H-1)*g.W + min(max(c, 0), g.W-1)
}

// The eight neighbours, anticlockwise from east, so that the one opposite to k
// is k^4 and odd ones are diagonal.
var (
	stepX = [8]int{1, 1, 0, -1, -1, -1, 0, 1}
	stepY = [8]int{0, 1, 1, 1, 0, -1, -1, -1}
)

const Diagonal = math.Sqrt2

// Offsets are the index differences to the eight neighbours and the distances
// in metres. They hold for cells that are not on the rim.
func (g *Grid) Offsets() (d [8]int, metres [8]float64) {
	for k := range d {
		d[k] = stepY[k]*g.W + stepX[k]
		if metres[k] = g.Cell; k&1 == 1 {
			metres[k] *= Diagonal
		}
	}
	return
}

func (g *Grid) Rim(i int) bool {
	c, r := i%g.W, i/g.W
	return c == 0 || r == 0 || c == g.W-1 || r == g.H-1
}

// Rasterise marks the cells whose centre lies in each county's outline with the
// county's index; the others are -1.
func (g *Grid) Rasterise(outlines []orb.MultiPolygon) []int8 {
	out := make([]int8, g.Size())
	for i := range out {
		out[i] = -1
	}
	for k, outline := range outlines {
		var edges [][2]XY
		for _, polygon := range outline {
			for _, ring := range polygon {
				for i := 1; i < len(ring); i++ {
					edges = append(edges, [2]XY{ToPlane(ring[i-1]), ToPlane(ring[i])})
				}
			}
		}
		g.fill(edges, func(i int) { out[i] = int8(k) })
	}
	return out
}

// fill calls mark for the cells inside the rings by the even-odd rule, walking
// from each crossing of a row to the row's end.
func (g *Grid) fill(edges [][2]XY, mark func(int)) {
	odd := make([]bool, g.Size())
	for _, e := range edges {
		a, b := e[0], e[1]
		if a.Y > b.Y {
			a, b = b, a
		}
		from := max(0, int(math.Ceil((a.Y-g.Origin.Y)/g.Cell)))
		for r := from; r < g.H; r++ {
			y := g.Origin.Y + float64(r)*g.Cell
			if y >= b.Y {
				break
			}
			x := a.X + (b.X-a.X)*(y-a.Y)/(b.Y-a.Y)
			c := max(0, int(math.Ceil((x-g.Origin.X)/g.Cell)))
			if c < g.W {
				odd[r*g.W+c] = !odd[r*g.W+c]
			}
		}
	}
	for r := range g.H {
		in := false
		for c := range g.W {
			if i := r*g.W + c; odd[i] {
				in = !in
				if in {
					mark(i)
				}
			} else if in {
				mark(i)
			}
		}
	}
}

// Distances is, for each cell, the chamfer distance in metres to the nearest
// cell for which seed is true, by two sweeps (within 8 % of the true one).
func (g *Grid) Distances(seed func(int) bool) []float32 {
	d := make([]float32, g.Size())
	for i := range d {
		if !seed(i) {
			d[i] = math.MaxFloat32
		}
	}
	off, metres := g.Offsets()
	sweep := func(i int, from, to int) {
		if g.Rim(i) {
			return
		}
		for k := from; k < to; k++ {
			if v := d[i+off[k&7]] + float32(metres[k&7]); v < d[i] {
				d[i] = v
			}
		}
	}
	for i := range d {
		sweep(i, 4, 8) // west, south-west, south, south-east
	}
	for i := len(d) - 1; i >= 0; i-- {
		sweep(i, 0, 4)
	}
	return d
}
