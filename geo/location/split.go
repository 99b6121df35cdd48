package location

import (
	"math"
	"slices"
)

// gub is the linear programme of split clients over given open sites: each client is
// served once in all, each site holds what it holds. It is solved by the simplex
// method with generalised upper bounds (Dantzig and Van Slyke 1967): of each client
// one variable, the key, is left out of the basis, which so has a row a capacity and
// not a row a client more.
type gub struct {
	m     *model
	sites []int32 // open
	rows  []gubRow
	rowOf [][Units]int32 // of each open site; -1 where there is room for everybody
	cost  [][]float64    // client by open site; the last is the last resort
	key   []int32        // of each client: which of the open sites
	keyX  []float64
	basic []gubVar
	x     []float64
	inv   [][]float64
	price []float64 // of each row
}

type gubRow struct {
	site  int32
	unit  int
	scale float64
}

// gubVar is a client at one of the open sites, or with the client -1 a row's slack.
type gubVar struct{ client, at int32 }

// splitOver serves split clients from the open sites at the least cost, from a
// packing of whole ones. ok is false where it was not solved to its end.
func splitOver(run *run, m *model, open []bool, at []int32) (value float64, parts []share, ok bool) {
	g := newGub(m, open, at)
	ok = g.optimise(run)
	return g.result(ok)
}

func newGub(m *model, open []bool, at []int32) *gub {
	g := &gub{m: m}
	local := make([]int32, m.sites)
	var all Load
	for i := range m.clients {
		all = all.plus(m.load[i])
	}
	for j, o := range open {
		local[j] = -1
		if !o {
			continue
		}
		local[j] = int32(len(g.sites))
		g.sites = append(g.sites, int32(j))
		rows := [Units]int32{}
		for u := range rows {
			rows[u] = -1
			if c := m.capacity[j][u]; c < all[u] {
				rows[u] = int32(len(g.rows))
				g.rows = append(g.rows, gubRow{int32(j), u, 1 / max(1e-6, c)})
			}
		}
		g.rowOf = append(g.rowOf, rows)
	}
	last := int32(len(g.sites))
	for i := range m.clients {
		row := make([]float64, last+1)
		for n := range row {
			row[n] = math.Inf(1)
		}
		if row[last] = m.leave[i]; m.must > 0 && m.leave[i] >= m.must {
			// Prices of room can be higher than any cost that is there.
			row[last] *= 1000
		}
		for a := m.start[i]; a < m.start[i+1]; a++ {
			if n := local[m.site[a]]; n >= 0 {
				row[n] = m.cost[a]
			}
		}
		g.cost = append(g.cost, row)
		k := last
		if j := at[i]; j >= 0 && local[j] >= 0 {
			k = local[j]
		}
		g.key, g.keyX = append(g.key, k), append(g.keyX, 1)
	}
	g.x, g.price = make([]float64, len(g.rows)), make([]float64, len(g.rows))
	for r, row := range g.rows {
		g.basic = append(g.basic, gubVar{-1, int32(r)})
		g.x[r] = m.capacity[row.site][row.unit] * row.scale
		line := make([]float64, len(g.rows))
		line[r] = 1
		g.inv = append(g.inv, line)
	}
	for i, k := range g.key {
		g.entries(int32(i), k, func(r int32, v float64) { g.x[r] -= v })
	}
	return g
}

// entries are the rows that a client at an open site takes up, and how much.
func (g *gub) entries(client, at int32, yield func(r int32, v float64)) {
	if int(at) == len(g.sites) {
		return
	}
	for u, r := range g.rowOf[at] {
		if l := g.m.load[client][u]; r >= 0 && l > 0 {
			yield(r, l*g.rows[r].scale)
		}
	}
}

// column is a variable against its client's key, through the inverse.
func (g *gub) column(v gubVar, w []float64) {
	clear(w)
	add := func(r int32, v float64) {
		for k := range w {
			w[k] += g.inv[k][r] * v
		}
	}
	if v.client < 0 {
		add(v.at, 1)
		return
	}
	g.entries(v.client, v.at, add)
	g.entries(v.client, g.key[v.client], func(r int32, v float64) { add(r, -v) })
}

func (g *gub) prices() {
	clear(g.price)
	for k, v := range g.basic {
		if v.client < 0 {
			continue
		}
		c := g.cost[v.client][v.at] - g.cost[v.client][g.key[v.client]]
		if c == 0 {
			continue
		}
		for r, a := range g.inv[k] {
			g.price[r] += c * a
		}
	}
}

// enter is the variable that gains the most a unit, or, careful, the first that
// gains at all, which cannot go in circles.
func (g *gub) enter(careful bool) (gubVar, bool) {
	pick, best := gubVar{}, 0.0
	for i, costs := range g.cost {
		i := int32(i)
		k := g.key[i]
		base := costs[k]
		g.entries(i, k, func(r int32, v float64) { base -= g.price[r] * v })
		tolerance := 1e-9 * (1 + math.Abs(base))
		for at, c := range costs {
			if int32(at) == k || math.IsInf(c, 1) {
				continue
			}
			g.entries(i, int32(at), func(r int32, v float64) { c -= g.price[r] * v })
			if d := c - base; d < best-tolerance {
				if g.isBasic(gubVar{i, int32(at)}) {
					continue
				}
				pick, best = gubVar{i, int32(at)}, d
				if careful {
					return pick, true
				}
			}
		}
	}
	for r, p := range g.price {
		if -p < best-1e-9 && !g.isBasic(gubVar{-1, int32(r)}) {
			pick, best = gubVar{-1, int32(r)}, -p
			if careful {
				return pick, true
			}
		}
	}
	return pick, best < 0
}

func (g *gub) isBasic(v gubVar) bool { return slices.Contains(g.basic, v) }

// optimise pivots until nothing gains.
func (g *gub) optimise(run *run) bool {
	w := make([]float64, len(g.rows))
	idle := 0
	for pivot := 0; pivot < 200*(len(g.rows)+len(g.key)+10); pivot++ {
		if pivot&15 == 0 && run.over() {
			return false
		}
		if pivot%300 == 299 && !g.refresh() {
			return false
		}
		g.prices()
		in, ok := g.enter(idle > 60)
		if !ok {
			return true
		}
		g.column(in, w)
		step := g.pivot(in, w)
		if math.IsInf(step, 1) {
			return false
		}
		if idle++; step > 1e-12 {
			idle = 0
		}
	}
	return false
}

// pivot brings a variable in as far as it goes, and another out.
func (g *gub) pivot(in gubVar, w []float64) (step float64) {
	const eps = 1e-9
	drop := map[int32]float64{} // how fast each key shrinks
	for k, v := range g.basic {
		if v.client >= 0 && w[k] != 0 {
			drop[v.client] -= w[k]
		}
	}
	if in.client >= 0 {
		drop[in.client]++
	}
	step = math.Inf(1)
	out, outKey := -1, int32(-1)
	for k, a := range w {
		if a > eps {
			if t := max(0, g.x[k]) / a; t < step-1e-13 {
				step, out = t, k
			}
		}
	}
	for i := range g.key {
		if d := drop[int32(i)]; d > eps {
			if t := max(0, g.keyX[i]) / d; t < step-1e-13 {
				step, out, outKey = t, -1, int32(i)
			}
		}
	}
	if math.IsInf(step, 1) {
		return step
	}
	for k, a := range w {
		g.x[k] -= step * a
	}
	for i, d := range drop {
		g.keyX[i] -= step * d
	}
	switch {
	case outKey >= 0:
		g.dropKey(outKey, in, step, w)
	default:
		g.replace(out, in, step, w)
	}
	return step
}

func (g *gub) replace(out int, in gubVar, step float64, w []float64) {
	line := g.inv[out]
	for r := range line {
		line[r] /= w[out]
	}
	for k, a := range w {
		if k == out || a == 0 {
			continue
		}
		to := g.inv[k]
		for r, v := range line {
			to[r] -= a * v
		}
	}
	g.basic[out], g.x[out] = in, step
}

// dropKey takes a client's key out: another of its variables becomes the key.
func (g *gub) dropKey(client int32, in gubVar, step float64, w []float64) {
	swap := -1
	for k, v := range g.basic {
		// The one with the largest pivot keeps the inverse in shape.
		if v.client == client && (swap < 0 || g.x[k] > g.x[swap]) {
			swap = k
		}
	}
	if swap < 0 { // then the one that comes in is the client's only other
		g.key[client], g.keyX[client] = in.at, step
		return
	}
	// Against the new key the old one is the new one's column turned round, and the
	// client's others lose it.
	if in.client == client {
		w[swap]--
	}
	line, sum := g.inv[swap], w[swap]
	for r := range line {
		line[r] = -line[r]
	}
	for k, v := range g.basic {
		if k != swap && v.client == client {
			for r, a := range g.inv[k] {
				line[r] -= a
			}
			sum += w[k]
		}
	}
	w[swap] = -sum
	g.basic[swap].at, g.key[client] = g.key[client], g.basic[swap].at
	g.x[swap], g.keyX[client] = g.keyX[client], g.x[swap]
	g.replace(swap, in, step, w)
}
