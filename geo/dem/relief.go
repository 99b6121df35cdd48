package dem

import (
	"math"

	"github.com/paulmach/orb"
)

// Grid is heights at places whose longitudes and latitudes are given by column and by
// row, as a map's pixels are. Cells finer than the pixels are averaged first, coarser
// ones are curved between (Catmull-Rom), so that shading shows neither noise nor
// facets. Where no height is known it is NaN.
func (m *Model) Grid(lons, lats []float64) []float32 {
	out := make([]float32, len(lons)*len(lats))
	for i := range out {
		out[i] = Unknown
	}
	if m == nil || len(lons) < 2 || len(lats) < 2 {
		return out
	}
	for _, s := range m.sheets {
		m.fill(s, lons, lats, out)
	}
	return out
}

// fill fills in what is not known yet.
func (m *Model) fill(s *sheet, lons, lats []float64, out []float32) {
	middle := len(lats) / 2
	x0, y0 := s.at(orb.Point{lons[0], lats[middle]})
	x1, y1 := s.at(orb.Point{lons[1], lats[middle]})
	pixel := math.Hypot(x1-x0, y1-y0)
	if !(pixel > 0) || math.IsInf(pixel, 1) {
		return
	}
	level := min(max(0, int(math.Floor(math.Log2(pixel)))), 30)
	r := reader{m: m, s: s, level: level}
	scale := math.Ldexp(1, -level)
	for j, lat := range lats {
		for i, lon := range lons {
			if n := j*len(lons) + i; out[n] != out[n] {
				col, row := s.at(orb.Point{lon, lat})
				// A coarse cell's centre lies in the middle of the cells that it averages.
				if h, ok := r.curved((col+0.5)*scale-0.5, (row+0.5)*scale-0.5); ok {
					out[n] = float32(h)
				}
			}
		}
	}
}

// curved is bicubic where all sixteen cells are known, else bilinear.
func (r *reader) curved(col, row float64) (float64, bool) {
	if !inReach(col, row) {
		return 0, false
	}
	c, w := math.Floor(col), math.Floor(row)
	wx, wy := catmullRom(col-c), catmullRom(row-w)
	sum := 0.0
	for j := range 4 {
		line := 0.0
		for i := range 4 {
			h, ok := r.cell(int(c)+i-1, int(w)+j-1)
			if !ok {
				return r.between(col, row)
			}
			line += wx[i] * h
		}
		sum += wy[j] * line
	}
	return sum, true
}

func catmullRom(f float64) [4]float64 {
	return [4]float64{
		f * (-0.5 + f*(1-0.5*f)),
		1 + f*f*(-2.5+1.5*f),
		f * (0.5 + f*(2-1.5*f)),
		f * f * (-0.5 + 0.5*f),
	}
}
