package demo

import (
	"math"

	"github.com/paulmach/orb"
)

// The plane on which the prefecture is built: metres east and north of a point
// near its middle. Its scale errs by up to 1 % at the northern and southern
// edge, which nothing here minds; lengths that go out are measured on the
// ellipsoid.
const (
	middleLon, middleLat = 109.8, 33.75
	metresPerDegreeLon   = 92600.0
	metresPerDegreeLat   = 110930.0
)

type xy struct{ x, y float64 }

func toPlane(p orb.Point) xy {
	return xy{(p[0] - middleLon) * metresPerDegreeLon, (p[1] - middleLat) * metresPerDegreeLat}
}

func toDegrees(p xy) orb.Point {
	return rounded(orb.Point{middleLon + p.x/metresPerDegreeLon, middleLat + p.y/metresPerDegreeLat})
}

// rounded keeps seven decimals, a centimetre.
func rounded(p orb.Point) orb.Point {
	return orb.Point{math.Round(p[0]*1e7) / 1e7, math.Round(p[1]*1e7) / 1e7}
}

func (a xy) sub(b xy) xy           { return xy{a.x - b.x, a.y - b.y} }
func (a xy) add(b xy) xy           { return xy{a.x + b.x, a.y + b.y} }
func (a xy) times(f float64) xy    { return xy{a.x * f, a.y * f} }
func (a xy) length() float64       { return math.Sqrt(a.x*a.x + a.y*a.y) }
func (a xy) to(b xy, f float64) xy { return xy{a.x + (b.x-a.x)*f, a.y + (b.y-a.y)*f} }
func (a xy) distance(b xy) float64 { return a.sub(b).length() }

// grid is a raster over the plane. Cell i is column i%w, row i/w, row 0 in the
// south.
type grid struct {
	w, h   int
	cell   float64 // metres
	origin xy      // centre of cell 0
}

// The ground that is computed: the prefecture and some 13 km around it, so that
// the ridges on its border have a far side too.
const (
	groundWest, groundEast   = -127000.0, 127000.0
	groundSouth, groundNorth = -92000.0, 88000.0
)

func newGrid(cell float64) grid {
	return grid{
		int((groundEast - groundWest) / cell), int((groundNorth - groundSouth) / cell), cell,
		xy{groundWest + cell/2, groundSouth + cell/2},
	}
}

func (g *grid) size() int { return g.w * g.h }

func (g *grid) center(i int) xy {
	return xy{g.origin.x + float64(i%g.w)*g.cell, g.origin.y + float64(i/g.w)*g.cell}
}

// at is the cell that holds a point, clamped to the grid.
func (g *grid) at(p xy) int {
	c := int(math.Floor((p.x-g.origin.x)/g.cell + 0.5))
	r := int(math.Floor((p.y-g.origin.y)/g.cell + 0.5))
	return min(max(r, 0), g.h-1)*g.w + min(max(c, 0), g.w-1)
}

// The eight neighbours, anticlockwise from east, so that the one opposite to k
// is k^4 and odd ones are diagonal.
var (
	stepX = [8]int{1, 1, 0, -1, -1, -1, 0, 1}
	stepY = [8]int{0, 1, 1, 1, 0, -1, -1, -1}
)

const diagonal = math.Sqrt2

// offsets are the index differences to the eight neighbours and the distances
// in metres. They hold for cells that are not on the rim.
func (g *grid) offsets() (d [8]int, metres [8]float64) {
	for k := range d {
		d[k] = stepY[k]*g.w + stepX[k]
		if metres[k] = g.cell; k&1 == 1 {
			metres[k] *= diagonal
		}
	}
	return
}

func (g *grid) rim(i int) bool {
	c, r := i%g.w, i/g.w
	return c == 0 || r == 0 || c == g.w-1 || r == g.h-1
}

// rasterise marks the cells whose centre lies in each county's outline with the
// county's index; the others are -1.
func (g *grid) rasterise(counties []sourceCounty) []int8 {
	out := make([]int8, g.size())
	for i := range out {
		out[i] = -1
	}
	for k := range counties {
		var edges [][2]xy
		for _, polygon := range counties[k].outline {
			for _, ring := range polygon {
				for i := 1; i < len(ring); i++ {
					edges = append(edges, [2]xy{toPlane(ring[i-1]), toPlane(ring[i])})
				}
			}
		}
		g.fill(edges, func(i int) { out[i] = int8(k) })
	}
	return out
}

// fill calls mark for the cells inside the rings by the even-odd rule, walking
// from each crossing of a row to the row's end.
func (g *grid) fill(edges [][2]xy, mark func(int)) {
	odd := make([]bool, g.size())
	for _, e := range edges {
		a, b := e[0], e[1]
		if a.y > b.y {
			a, b = b, a
		}
		from := max(0, int(math.Ceil((a.y-g.origin.y)/g.cell)))
		for r := from; r < g.h; r++ {
			y := g.origin.y + float64(r)*g.cell
			if y >= b.y {
				break
			}
			x := a.x + (b.x-a.x)*(y-a.y)/(b.y-a.y)
			c := max(0, int(math.Ceil((x-g.origin.x)/g.cell)))
			if c < g.w {
				odd[r*g.w+c] = !odd[r*g.w+c]
			}
		}
	}
	for r := range g.h {
		in := false
		for c := range g.w {
			if i := r*g.w + c; odd[i] {
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

// distances is, for each cell, the chamfer distance in metres to the nearest
// cell for which seed is true, by two sweeps (within 8 % of the true one).
func (g *grid) distances(seed func(int) bool) []float32 {
	d := make([]float32, g.size())
	for i := range d {
		if !seed(i) {
			d[i] = math.MaxFloat32
		}
	}
	off, metres := g.offsets()
	sweep := func(i int, from, to int) {
		if g.rim(i) {
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
