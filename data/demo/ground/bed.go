package ground

import (
	"math"

	"github.com/cuntu/cuntu/data/demo/plane"
)

// lay cuts a course into the grid: a chain of neighbouring cells, each draining
// to the next, with heights that only fall.
func (e *erosion) lay(k int) {
	chain := e.chain(k)
	if len(chain) < 2 {
		return
	}
	heights := e.profile(k, chain)
	last := chain[len(chain)-1]
	joins := e.course[last] >= 0
	for j, i := range chain {
		if joins && j == len(chain)-1 {
			break
		}
		e.course[i] = int16(k)
		e.free[i] = false
		e.z[i] = heights[j]
		if j+1 < len(chain) {
			e.flow.Down[i] = chain[j+1]
		}
	}
}

// chain is the cells that a course runs through, down to the first cell of
// another course or the last active one.
func (e *erosion) chain(k int) []int32 {
	var chain []int32
	place := map[int32]int{}
	add := func(i int32) {
		if at, ok := place[i]; ok { // it came round to where it was: cut the loop off
			for _, c := range chain[at+1:] {
				delete(place, c)
			}
			chain = chain[:at+1]
			return
		}
		place[i] = len(chain)
		chain = append(chain, i)
	}
	points := e.meander(k)
	if meets := e.nearestCourse(points[len(points)-1]); e.active[e.grid.At(points[len(points)-1])] && meets >= 0 {
		points = append(points, e.grid.Center(meets))
	}
	for j := 1; j < len(points); j++ {
		a, b := points[j-1], points[j]
		steps := int(b.Sub(a).Length()/(e.grid.Cell/4)) + 1
		for s := range steps + 1 {
			i := int32(e.grid.At(a.To(b, float64(s)/float64(steps))))
			if !e.active[i] {
				if len(chain) > 0 {
					return chain
				}
				continue
			}
			add(i)
			if e.course[i] >= 0 {
				return chain
			}
		}
	}
	return chain
}

func (e *erosion) nearestCourse(p plane.XY) int {
	best, at := math.MaxFloat64, -1
	for i := range e.course {
		if e.course[i] >= 0 {
			if d := e.grid.Center(i).Distance(p); d < best {
				best, at = d, i
			}
		}
	}
	return at
}

// meander is a course as a winding line: a spline through its places, pushed
// about by noise that is the same on every grid.
func (e *erosion) meander(k int) []plane.XY {
	way := e.courses[k].Way
	at := func(j int) plane.XY {
		w := way[min(max(j, 0), len(way)-1)]
		return plane.ToPlane([2]float64{w.Lon, w.Lat})
	}
	var out []plane.XY
	for j := range len(way) - 1 {
		a, b, c, d := at(j-1), at(j), at(j+1), at(j+2)
		steps := max(2, int(b.Distance(c)/400))
		for s := range steps {
			f := float64(s) / float64(steps)
			p := catmullRom(a, b, c, d, f)
			free := min(1, min(p.Distance(b), p.Distance(c))/5000) // the given places stay
			dx := 1100*plane.Noise(e.seed+21, p.X/3800, p.Y/3800) + 400*plane.Noise(e.seed+22, p.X/1300, p.Y/1300)
			dy := 1100*plane.Noise(e.seed+23, p.X/3800, p.Y/3800) + 400*plane.Noise(e.seed+24, p.X/1300, p.Y/1300)
			p.X, p.Y = p.X+free*dx, p.Y+free*dy
			out = append(out, p)
		}
	}
	return append(out, at(len(way)-1))
}

func catmullRom(a, b, c, d plane.XY, t float64) plane.XY {
	f := func(a, b, c, d float64) float64 {
		return b + t/2*(c-a+t*(2*a-5*b+4*c-d+t*(3*(b-c)+d-a)))
	}
	return plane.XY{X: f(a.X, b.X, c.X, d.X), Y: f(a.Y, b.Y, c.Y, d.Y)}
}

// profile is the height of each cell of a chain: between the course's places by
// distance, never rising, and never below the river that it ends in.
func (e *erosion) profile(k int, chain []int32) []float32 {
	way := e.courses[k].Way
	mark := make([]int, len(way)) // the chain's cell nearest to each place, in order
	for j, w := range way {
		best, from := math.MaxFloat64, 0
		if j > 0 {
			from = mark[j-1]
		}
		for c := from; c < len(chain); c++ {
			if d := e.grid.Center(int(chain[c])).Distance(plane.ToPlane([2]float64{w.Lon, w.Lat})); d < best {
				best, mark[j] = d, c
			}
		}
	}
	z := make([]float32, len(chain))
	for j := range len(way) - 1 {
		for c := mark[j]; c <= mark[j+1]; c++ {
			f := float64(c-mark[j]) / float64(max(1, mark[j+1]-mark[j]))
			z[c] = float32(way[j].Metres + (way[j+1].Metres-way[j].Metres)*f)
		}
	}
	for c := range mark[0] {
		z[c] = float32(way[0].Metres)
	}
	for c := mark[len(way)-1]; c < len(chain); c++ {
		z[c] = float32(way[len(way)-1].Metres)
	}
	end := len(chain) - 1
	if e.course[chain[end]] >= 0 {
		z[end] = e.z[chain[end]]
	}
	const fall = 0.0004 // at least, rise over run
	for c := end - 1; c >= 0; c-- {
		z[c] = max(z[c], z[c+1]+float32(fall*e.grid.Cell))
	}
	return z
}
