package dem

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/crs"
)

// Lattice says where cells lie. The cell of column c and row r has its centre at
// x = (c+PhaseX)·DX and y = −(r+PhaseY)·DY of the system, so that rows count
// southward, as in files; both may be negative.
type Lattice struct {
	CRS            *crs.CRS
	DX, DY         float64 // of a cell, in the system's degrees or metres
	PhaseX, PhaseY float64 // from 0 to below 1
}

// NewLattice is the lattice of a file whose first cell, in the north-west, has its
// centre at x, y, and that cell's column and row on it. Cell sizes that are written
// a little off (0.000277777777778 for a second of arc) and phases within
// 10⁻⁵ of a cell count as the same, else sheets of one series would not join.
func NewLattice(c *crs.CRS, x, y, dx, dy float64) (l Lattice, col, row int, err error) {
	if !(dx > 0 && dy > 0) || math.IsInf(dx, 1) || math.IsInf(dy, 1) {
		return l, 0, 0, fmt.Errorf("the cell size %v × %v is not a positive number", dx, dy)
	}
	l = Lattice{CRS: c, DX: tidy(dx, c.Geographic()), DY: tidy(dy, c.Geographic())}
	// Past this many cells a phase would no longer be known so well.
	const most = 1 << 28
	fx, fy := x/l.DX, -y/l.DY
	if !(math.Abs(fx) < most && math.Abs(fy) < most) {
		return l, 0, 0, fmt.Errorf("cells of %v × %v at %v, %v are out of reach", dx, dy, x, y)
	}
	col, l.PhaseX = split(fx)
	row, l.PhaseY = split(fy)
	return l, col, row, nil
}

// tidy takes a cell size for the fraction of a degree, or the number of millimetres,
// that it all but is.
func tidy(d float64, degrees bool) float64 {
	if degrees {
		if n := math.Round(1 / d); math.Abs(n*d-1) < 1e-7 {
			return 1 / n
		}
		return d
	}
	if n := math.Round(d * 1000); math.Abs(n/1000/d-1) < 1e-9 {
		return n / 1000
	}
	return d
}

func split(f float64) (whole int, phase float64) {
	floor := math.Floor(f)
	if phase = math.Round((f-floor)*1e5) / 1e5; phase == 1 {
		return int(floor) + 1, 0
	}
	return int(floor), phase
}

// Key names the lattice: the same for equal ones.
func (l Lattice) Key() string {
	return fmt.Sprintf("%v@%.12gx%.12g+%g+%g", l.CRS, l.DX, l.DY, l.PhaseX, l.PhaseY)
}

// at is a place in fractional columns and rows, whole numbers being centres; NaN
// where the system does not reach.
func (l *Lattice) at(p orb.Point) (col, row float64) {
	if l.CRS.Code() != 4326 { // which is every second DEM
		p = l.CRS.FromWGS84(p)
	}
	return p[0]/l.DX - l.PhaseX, -p[1]/l.DY - l.PhaseY
}

func (l *Lattice) place(col, row float64) orb.Point {
	return l.CRS.ToWGS84(orb.Point{(col + l.PhaseX) * l.DX, -(row + l.PhaseY) * l.DY})
}

// metres is the width and height of a cell on the ground. In a projected system it
// is the cell size as it is: the scale of Gauss-Krüger and UTM is off by at most
// 0.14 % within their zones.
func (l *Lattice) metres(row float64) (dx, dy float64) {
	if !l.CRS.Geographic() {
		return l.DX, l.DY
	}
	lat := -(row + l.PhaseY) * l.DY
	east, north := geo.DegreeMetres(lat)
	return l.DX * east, l.DY * north
}

// CellMetres is about how long the side of a cell is at a place, in metres.
func (l *Lattice) CellMetres(p orb.Point) float64 {
	_, row := l.at(p)
	dx, dy := l.metres(row)
	return math.Sqrt(dx * dy)
}
