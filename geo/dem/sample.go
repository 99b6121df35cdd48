package dem

import (
	"math"

	"github.com/paulmach/orb"
)

// Height is metres above sea level at a place, between the four nearest cells by how
// near each is; ok is false where the nearest cell is not known.
func (m *Model) Height(p orb.Point) (metres float64, ok bool) {
	if m == nil {
		return 0, false
	}
	for _, s := range m.sheets {
		r := reader{m: m, s: s}
		if metres, ok = r.between(s.at(p)); ok {
			return metres, true
		}
	}
	return 0, false
}

// between is bilinear; unknown neighbours leave their share to the known ones.
func (r *reader) between(col, row float64) (float64, bool) {
	if !inReach(col, row) {
		return 0, false
	}
	if _, ok := r.cell(int(math.Round(col)), int(math.Round(row))); !ok {
		return 0, false
	}
	c, w := math.Floor(col), math.Floor(row)
	fx, fy := col-c, row-w
	sum, weight := 0.0, 0.0
	for n := range 4 {
		share := [4]float64{(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy}[n]
		if h, ok := r.cell(int(c)+n&1, int(w)+n>>1); ok {
			sum, weight = sum+share*h, weight+share
		}
	}
	return sum / weight, true
}

// Slope is the steepness of the ground in degrees, by Horn (1981) over the 3 × 3 cells
// around the one that holds the place, as gdaldem and other GIS programs have it; ok
// is false where one of them is not known.
func (m *Model) Slope(p orb.Point) (degrees float64, ok bool) {
	if m == nil {
		return 0, false
	}
	for _, s := range m.sheets {
		col, row := s.at(p)
		if !inReach(col, row) {
			continue
		}
		r := reader{m: m, s: s}
		if degrees, ok = r.slope(int(math.Round(col)), int(math.Round(row))); ok {
			return degrees, true
		}
	}
	return 0, false
}

func (r *reader) slope(col, row int) (degrees float64, ok bool) {
	var z [9]float64
	for n := range z {
		if z[n], ok = r.cell(col+n%3-1, row+n/3-1); !ok {
			return 0, false
		}
	}
	dx, dy := r.s.metres(float64(row))
	return horn(&z, dx, dy), true
}

func horn(z *[9]float64, dx, dy float64) float64 {
	east := ((z[2] + 2*z[5] + z[8]) - (z[0] + 2*z[3] + z[6])) / (8 * dx)
	north := ((z[0] + 2*z[1] + z[2]) - (z[6] + 2*z[7] + z[8])) / (8 * dy)
	return math.Atan(math.Hypot(east, north)) * 180 / math.Pi
}
