package network

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
)

// raster holds, at the corners of its squares, how deep in the union of the discs they
// lie: the greatest radius left over, in units; negative outside.
type raster struct {
	x, y          float64 // of the first corner
	cell          float64
	columns, rows int // of corners
	depth         []float32
}

// newRaster is a grid around the discs with a margin outside all of them.
func newRaster(discs []disc) *raster {
	west, south, east, north := math.Inf(1), math.Inf(-1), math.Inf(-1), math.Inf(1)
	for _, d := range discs {
		west, east = min(west, d.x-d.radius), max(east, d.x+d.radius)
		north, south = min(north, d.y-d.radius), max(south, d.y+d.radius)
	}
	scale := metresPerUnit(geo.Point{X: int32(west), Y: int32((north + south) / 2)})
	r := &raster{cell: max(finestCell/scale, (east-west)/catchmentCells, (south-north)/catchmentCells)}
	r.x, r.y = west-2*r.cell, north-2*r.cell
	r.columns, r.rows = int((east-west)/r.cell)+6, int((south-north)/r.cell)+6
	r.depth = make([]float32, r.columns*r.rows)
	for i := range r.depth {
		r.depth[i] = -float32(r.cell)
	}
	return r
}

// stamp adds a disc, with a rim of a square around it for the outline to be
// interpolated in. A disc smaller than a square is widened to be seen.
func (r *raster) stamp(d disc) {
	radius := max(d.radius, 0.75*r.cell)
	reach := radius + r.cell
	left, right := int(math.Ceil((d.x-reach-r.x)/r.cell)), int((d.x+reach-r.x)/r.cell)
	top, bottom := int(math.Ceil((d.y-reach-r.y)/r.cell)), int((d.y+reach-r.y)/r.cell)
	for row := max(0, top); row <= min(bottom, r.rows-1); row++ {
		dy := r.y + float64(row)*r.cell - d.y
		for column := max(0, left); column <= min(right, r.columns-1); column++ {
			dx := r.x + float64(column)*r.cell - d.x
			depth := &r.depth[row*r.columns+column]
			if v := float32(radius - math.Sqrt(dx*dx+dy*dy)); v > *depth {
				*depth = v
			}
		}
	}
}

func (r *raster) inside(column, row int) bool { return r.depth[row*r.columns+column] > 0 }

// crossing is the place where the outline crosses an edge of the grid: from the corner
// to the next one eastward, or southward.
type crossing struct {
	column, row int32
	south       bool
}

// outline follows the line of depth 0 through the squares (marching squares): each
// square is crossed from one of its edges to another, with the inside on the left on
// the map, so that outer rings run anticlockwise. Where two opposite corners are
// inside they are taken to be joined if the square's middle is.
func (r *raster) outline() orb.MultiPolygon {
	next := map[crossing]crossing{}
	var starts []crossing
	link := func(from, to crossing) {
		next[from] = to
		starts = append(starts, from)
	}
	for row := range r.rows - 1 {
		for column := range r.columns - 1 {
			r.cross(column, row, link)
		}
	}
	var rings []orb.Ring
	for _, start := range starts {
		var ring orb.Ring
		for at := start; ; {
			to, ok := next[at]
			if !ok {
				break
			}
			delete(next, at)
			ring = append(ring, r.place(at))
			at = to
		}
		if len(ring) > 2 {
			rings = append(rings, append(ring, ring[0]))
		}
	}
	return nest(rings)
}

// cross links the outline's crossings of one square. Corners and edges go clockwise
// from the north-west and the north.
func (r *raster) cross(column, row int, link func(from, to crossing)) {
	in := [4]bool{r.inside(column, row), r.inside(column+1, row), r.inside(column+1, row+1), r.inside(column, row+1)}
	c, w := int32(column), int32(row)
	edges := [4]crossing{{c, w, false}, {c + 1, w, true}, {c, w + 1, false}, {c, w, true}}
	// Clockwise around the square the outline enters where the inside ends and
	// leaves where it begins again, or before that where it turns round a corner.
	joined := true
	if in[0] == in[2] && in[1] == in[3] && in[0] != in[1] {
		joined = r.depth[row*r.columns+column]+r.depth[row*r.columns+column+1]+
			r.depth[(row+1)*r.columns+column]+r.depth[(row+1)*r.columns+column+1] > 0
	}
	for i := range 4 {
		if in[i] || !in[(i+1)%4] {
			continue
		}
		// Clockwise, edge i leads from outside to inside: with the inside on the left
		// the outline goes from there back to the edge at which the inside ends.
		if joined { // the outside corner i alone is cut off: its other edge, before it
			j := i
			for !in[j] {
				j = (j + 3) % 4
			}
			link(edges[i], edges[j])
		} else { // the inside corner i+1 alone: its other edge, after it
			link(edges[i], edges[(i+1)%4])
		}
	}
}

// place is a crossing in degrees, by where the depth between the corners is 0.
func (r *raster) place(c crossing) orb.Point {
	i := int(c.row)*r.columns + int(c.column)
	j := i + 1
	if c.south {
		j = i + r.columns
	}
	t := float64(r.depth[i]) / (float64(r.depth[i]) - float64(r.depth[j]))
	x, y := float64(c.column), float64(c.row)
	if c.south {
		y += t
	} else {
		x += t
	}
	return orb.Point{geo.Lon(r.x + x*r.cell), geo.Lat(r.y + y*r.cell)}
}

// nest puts each hole, which runs clockwise, into the smallest outer ring around it.
func nest(rings []orb.Ring) orb.MultiPolygon {
	var polygons orb.MultiPolygon
	var holes []orb.Ring
	var bounds []orb.Bound
	for _, ring := range rings {
		if ring.Orientation() == orb.CCW {
			polygons, bounds = append(polygons, orb.Polygon{ring}), append(bounds, ring.Bound())
		} else {
			holes = append(holes, ring)
		}
	}
	for _, hole := range holes {
		best, least := -1, math.Inf(1)
		for i := range polygons {
			b := bounds[i]
			size := (b.Max[0] - b.Min[0]) * (b.Max[1] - b.Min[1])
			if size < least && b.Contains(hole[0]) && surrounds(polygons[i][0], hole[0]) {
				best, least = i, size
			}
		}
		if best >= 0 {
			polygons[best] = append(polygons[best], hole)
		}
	}
	return polygons
}

// surrounds counts the ring's edges east of p.
func surrounds(ring orb.Ring, p orb.Point) bool {
	in := false
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0]+(p[1]-a[1])/(b[1]-a[1])*(b[0]-a[0]) {
			in = !in
		}
	}
	return in
}
