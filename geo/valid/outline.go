package valid

import (
	"github.com/paulmach/orb"
)

// outline is the boundary of some faces.
type outline struct {
	*arrangement
	outer, holes []cycle
}

func (a *arrangement) outline(inside []bool) *outline {
	group := a.groups(func(e int) bool { return inside[a.face[2*e]] != inside[a.face[2*e+1]] })
	o := &outline{arrangement: a}
	for _, c := range a.cycles(group) {
		switch {
		case !inside[a.face[c.halves[0]]]:
		case c.outer:
			o.outer = append(o.outer, c)
		default:
			o.holes = append(o.holes, c)
		}
	}
	return o
}

// polygons are the outlined polygons, those and holes of less than least left out.
func (o *outline) polygons(g *grid, area func(orb.Ring) float64, least float64) (all orb.MultiPolygon) {
	of := map[int32]int{} // the polygon of each group
	for _, c := range o.outer {
		if r := o.ring(g, c.halves); area(r) >= least {
			of[c.face] = len(all)
			all = append(all, orb.Polygon{r})
		}
	}
	for _, c := range o.holes {
		n, ok := of[c.face]
		if r := o.ring(g, c.halves); ok && area(r) >= least {
			all[n] = append(all[n], r)
		}
	}
	return all
}

func (a *arrangement) ring(g *grid, halves []int32) orb.Ring {
	r := make(orb.Ring, 0, len(halves)+1)
	for _, h := range halves {
		r = append(r, g.degrees(a.from(h)))
	}
	return append(r, r[0])
}
