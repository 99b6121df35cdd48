package location

import (
	"math"
	"slices"
)

// refresh makes the inverse and the values anew, without what rounding has gathered.
func (g *gub) refresh() bool {
	n := len(g.rows)
	a := make([][]float64, n)
	for r := range a {
		a[r] = make([]float64, 2*n)
		a[r][n+r] = 1
	}
	for k, v := range g.basic {
		if v.client < 0 {
			a[v.at][k] = 1
			continue
		}
		g.entries(v.client, v.at, func(r int32, v float64) { a[r][k] += v })
		g.entries(v.client, g.key[v.client], func(r int32, v float64) { a[r][k] -= v })
	}
	for c := range n {
		p := c
		for r := c + 1; r < n; r++ {
			if math.Abs(a[r][c]) > math.Abs(a[p][c]) {
				p = r
			}
		}
		if math.Abs(a[p][c]) < 1e-11 {
			return false
		}
		a[c], a[p] = a[p], a[c]
		by := a[c][c]
		for k := c; k < 2*n; k++ {
			a[c][k] /= by
		}
		for r := range a {
			if f := a[r][c]; r != c && f != 0 {
				for k := c; k < 2*n; k++ {
					a[r][k] -= f * a[c][k]
				}
			}
		}
	}
	rest := make([]float64, n)
	for r, row := range g.rows {
		rest[r] = g.m.capacity[row.site][row.unit] * row.scale
	}
	for i, k := range g.key {
		g.keyX[i] = 1
		g.entries(int32(i), k, func(r int32, v float64) { rest[r] -= v })
	}
	for k := range n {
		copy(g.inv[k], a[k][n:])
		g.x[k] = 0
		for r, v := range rest {
			g.x[k] += g.inv[k][r] * v
		}
		if v := g.basic[k]; v.client >= 0 {
			g.keyX[v.client] -= g.x[k]
		}
	}
	return true
}

// result lists the parts, of which each client's add up to 1. Whoever must not be
// left out, even in part, makes the value at least the model's must.
func (g *gub) result(ok bool) (float64, []share, bool) {
	of := make([][]share, len(g.key))
	add := func(i, at int32, x float64) {
		if x < 1e-9 {
			return
		}
		site := int32(-1)
		if int(at) < len(g.sites) {
			site = g.sites[at]
		}
		of[i] = append(of[i], share{i, site, x})
	}
	for i, k := range g.key {
		add(int32(i), k, g.keyX[i])
	}
	for k, v := range g.basic {
		if v.client >= 0 {
			add(v.client, v.at, g.x[k])
		}
	}
	value, missing := 0.0, 0.0
	for _, j := range g.sites {
		value += g.m.opening[j]
	}
	var parts []share
	for i, list := range of {
		sum := 0.0
		for _, s := range list {
			sum += s.part
		}
		for n := range list {
			list[n].part /= sum
			c := g.m.leave[i]
			if j := list[n].site; j >= 0 {
				c = g.cost[i][slices.Index(g.sites, j)]
			} else if g.m.must > 0 && c >= g.m.must {
				missing += list[n].part
				c = 0
			}
			value += c * list[n].part
		}
		parts = append(parts, list...)
	}
	if missing > 1e-7 {
		value += g.m.must * (1 + missing) // somebody is left out who must not be
	}
	return value, parts, ok
}
