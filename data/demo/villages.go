package demo

import (
	"fmt"
	"math"
	"slices"

	"github.com/cuntu/cuntu/data/demo/ground"
	"github.com/cuntu/cuntu/data/demo/parcel"
	"github.com/cuntu/cuntu/data/demo/plane"
)

type village struct {
	town, county int
	at           plane.XY
	cell         int32
	height       float64
}

type hamlet struct {
	village int
	at      plane.XY
	cell    int32
}

// divide gives every cell to the town that it is easiest to reach from, within
// the county. Towns with many villages reach out further.
func (w *world) divide() {
	g := w.ground
	count := make([]int, len(w.towns))
	for _, v := range w.source.Villages {
		count[v.Town]++
	}
	pull := make([]float32, len(w.towns))
	for k := range pull {
		pull[k] = 1
	}
	f := newFinder(g, nil)
	for round := range 3 {
		w.territory = w.claim(f, pull)
		if round == 2 {
			break
		}
		area, county := make([]float64, len(w.towns)), make([]float64, len(w.source.Counties))
		weight := make([]float64, len(w.source.Counties))
		for i, t := range w.territory {
			if t >= 0 {
				area[t]++
				county[g.County[i]]++
			}
		}
		want := func(k int) float64 { return math.Pow(float64(count[k]), 0.75) }
		for k := range w.towns {
			weight[w.towns[k].county] += want(k)
		}
		for k := range w.towns {
			c := w.towns[k].county
			share := want(k) / weight[c] * county[c] / (area[k] + 1)
			pull[k] *= float32(min(max(math.Sqrt(share), 0.6), 1.7))
		}
	}
}

// claim spreads out from all towns at once; a town with a stronger pull pays less
// for its way.
func (w *world) claim(f *finder, pull []float32) []int16 {
	g := w.ground
	owner := make([]int16, len(g.Z))
	cost := make([]float32, len(g.Z))
	for i := range owner {
		owner[i], cost[i] = -1, ground.NoHeight
	}
	var q ground.CellHeap
	for k := range w.towns {
		i := w.towns[k].cell
		owner[i], cost[i] = int16(k), 0
		q.Push(ground.CellCost{Cost: 0, Cell: i})
	}
	for len(q) > 0 {
		c := q.Pop()
		i := int(c.Cell)
		if c.Cost > cost[i] || g.Grid.Rim(i) {
			continue
		}
		for k, o := range f.off {
			n := i + o
			if g.County[n] != g.County[i] {
				continue
			}
			run := float32(f.metres[k])
			rise := (g.Z[n] - g.Z[i]) / run
			if v := c.Cost + run*(1+8*rise*rise)/pull[owner[i]]; v < cost[n] {
				cost[n], owner[n] = v, owner[i]
				q.Push(ground.CellCost{Cost: v, Cell: int32(n)})
			}
		}
	}
	return owner
}

const villageSpacing = 450.0 // metres, at least

// placeVillages puts each town's villages into its territory: of some dozens of
// cells drawn at random the one is taken that is most homely and furthest from
// the villages already there.
func (w *world) placeVillages() {
	g, s := w.ground, w.source
	r := w.random(villageStep)
	cells := make([][]int32, len(w.towns))
	for i, t := range w.territory {
		if t >= 0 && g.Homely(i, 250) > 0.02 {
			cells[t] = append(cells[t], int32(i))
		}
	}
	all := newScatter(2000)
	for k := range w.towns {
		all.add(w.towns[k].at)
	}
	w.villages = make([]village, len(s.Villages))
	for from := 0; from < len(s.Villages); {
		t, to := s.Villages[from].Town, from
		for to < len(s.Villages) && s.Villages[to].Town == t {
			to++
		}
		spacing := 0.85 * g.Grid.Cell * math.Sqrt(float64(len(cells[t]))/float64(to-from))
		reach := 2.3 * g.Grid.Cell * math.Sqrt(float64(len(cells[t]))/math.Pi)
		for k := from; k < to; k++ {
			height := 60.0 // most live in the valleys, four in ten on the slopes
			if r.Float64() < 0.4 {
				height = 300
			}
			best, at := -1.0, plane.XY{}
			for try := 0; try < 40 || best <= 0 && try < 4000; try++ {
				i := cells[t][r.IntN(len(cells[t]))]
				p := g.Beside(i)
				d := min(all.nearest(p, spacing), spacing)
				if d < villageSpacing {
					continue
				}
				d /= spacing
				away := p.Distance(w.towns[t].at) / reach
				if score := math.Pow(g.Homely(int(i), height), 0.6) * d * d * math.Exp(-away*away); score > best {
					best, at = score, p
				}
			}
			all.add(at)
			w.villages[k] = village{town: t, county: s.Towns[t].County, at: at, cell: int32(g.Grid.At(at)), height: g.Terrain().At(at)}
		}
		from = to
	}
}

// placeHamlets puts five to nine hamlets around each village, higher up than
// the village and well apart.
func (w *world) placeHamlets() {
	g := w.ground
	r := w.random(hamletStep)
	all := newScatter(1000)
	for k := range w.villages {
		all.add(w.villages[k].at)
	}
	for k := range w.villages {
		v := &w.villages[k]
		n := 5 + r.IntN(5)
		for range n {
			best, at := 0.0, plane.XY{}
			for range 24 {
				angle, d := r.Float64()*2*math.Pi, 400+2900*math.Pow(r.Float64(), 0.8)
				p := v.at.Add(plane.XY{X: d * math.Cos(angle), Y: d * math.Sin(angle)})
				i := g.Grid.At(p)
				if int(g.County[i]) != v.county || !g.WellInside(i) || g.Steep(i) > 0.7 {
					continue
				}
				apart := min(all.nearest(p, 1000), 1000) / 1000
				if apart < 0.25 {
					continue
				}
				score := apart * apart * (0.15 + g.Homely(i, 260))
				if int(w.territory[i]) != v.town {
					score *= 0.2
				}
				if score > best {
					best, at = score, p
				}
			}
			if best > 0 {
				all.add(at)
				w.hamlets = append(w.hamlets, hamlet{k, at, int32(g.Grid.At(at))})
			}
		}
	}
}

func (w *world) nearestVillage(p plane.XY) int {
	best, at := math.MaxFloat64, -1
	for k := range w.villages {
		if d := w.villages[k].at.Distance(p); d < best {
			best, at = d, k
		}
	}
	return at
}

// scatter is points in square buckets, for the distance to the nearest one.
type scatter struct {
	size    float64
	buckets map[[2]int][]plane.XY
}

func newScatter(size float64) *scatter { return &scatter{size, map[[2]int][]plane.XY{}} }

func (s *scatter) key(p plane.XY) [2]int {
	return [2]int{int(math.Floor(p.X / s.size)), int(math.Floor(p.Y / s.size))}
}

func (s *scatter) add(p plane.XY) { k := s.key(p); s.buckets[k] = append(s.buckets[k], p) }

// nearest is the distance to the nearest point if that is below limit, else
// limit or more.
func (s *scatter) nearest(p plane.XY, limit float64) float64 {
	best := limit
	k, reach := s.key(p), int(math.Ceil(limit/s.size))
	for x := k[0] - reach; x <= k[0]+reach; x++ {
		for y := k[1] - reach; y <= k[1]+reach; y++ {
			for _, q := range s.buckets[[2]int{x, y}] {
				best = min(best, p.Distance(q))
			}
		}
	}
	return best
}

// within lists the places at most limit from p, nearest first, for lists that are
// short.
func within(list []plane.XY, p plane.XY, limit float64) []int {
	var out []int
	for k, q := range list {
		if q.Distance(p) <= limit {
			out = append(out, k)
		}
	}
	slices.SortStableFunc(out, func(a, b int) int {
		da, db := list[a].Distance(p), list[b].Distance(p)
		switch {
		case da < db:
			return -1
		case da > db:
			return 1
		}
		return a - b
	})
	return out
}

const (
	outlineSpacing = 450.0 // metres from vertex to vertex between villages
	strangeLand    = 6.0   // how many times what a step costs within the town's own territory it costs beyond
	hamletCost     = 0.4   // of the way to its village a hamlet costs: what is its own lies around it
	outlineYear    = 2017
)

// drawOutlines divides the counties among the villages, by what it costs to walk, so that boundaries mostly follow ridges. A
// town's land is that of its villages, with which it is given the ground around its own offices; one that has no villages has land
// of its own.
func (w *world) drawOutlines() error {
	p := parcel.Plan{
		Spacing: outlineSpacing,
		Chance:  func(a, b int) float64 { return plane.Chance(w.seed, a, b, 301) },
		Step:    w.step,
	}
	for _, c := range w.source.Counties {
		p.Outlines = append(p.Outlines, withoutHoles(c.Outline))
	}
	for k := range w.villages {
		p.Seeds = append(p.Seeds, parcel.Seed{At: w.villages[k].at, Label: k})
	}
	for k := range w.towns {
		p.Seeds = append(p.Seeds, parcel.Seed{At: w.towns[k].at, Label: w.nearestOf(k)})
	}
	for _, h := range w.hamlets {
		p.Seeds = append(p.Seeds, parcel.Seed{At: h.at, Label: h.village, Cost: hamletCost * h.at.Distance(w.villages[h.village].at)})
	}
	d, err := parcel.Divide(p)
	if err != nil {
		return fmt.Errorf("divide the counties among the villages: %w", err)
	}
	w.villageOutlines = d.Outlines(len(w.villages), func(label int) int {
		if label >= len(w.villages) {
			return -1
		}
		return label
	})
	w.townOutlines = d.Outlines(len(w.towns), w.townOfLabel)
	return nil
}

// townOfLabel is the town of a parcel: of those after the villages it is the town itself.
func (w *world) townOfLabel(label int) int {
	if label >= len(w.villages) {
		return label - len(w.villages)
	}
	return w.villages[label].town
}

// nearestOf is the label of a town's village that is nearest to its offices, its own where it has no villages.
func (w *world) nearestOf(town int) int {
	best, label := math.MaxFloat64, len(w.villages)+town
	for k := range w.villages {
		if d := w.villages[k].at.Distance(w.towns[town].at); w.villages[k].town == town && d < best {
			best, label = d, k
		}
	}
	return label
}

// step is what it costs a village to reach on: as in claim, and more where another town's territory is.
func (w *world) step(label int, from, to plane.XY) float64 {
	g := w.ground
	run := from.Distance(to)
	a, b := g.Grid.At(from), g.Grid.At(to)
	rise := float64(g.Z[b]-g.Z[a]) / run
	cost := run * (1 + 8*rise*rise)
	if t := w.territory[b]; t >= 0 && int(t) != w.townOfLabel(label) {
		cost *= strangeLand
	}
	return cost
}
