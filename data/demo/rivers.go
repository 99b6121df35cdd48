package demo

import (
	"sort"
	"strconv"

	"github.com/paulmach/orb"
)

// river is a stream from its source, or from where it enters the prefecture, to
// its mouth or to where it leaves.
type river struct {
	name  string
	level int
	cells []int32
	line  []xy
	area  float64 // drained at the end, m²
}

// What a stream without a given course drains at least, m², to be on the map at
// all and to be of level 3.
const (
	mappedArea = 9e6
	thirdArea  = 45e6
)

// findRivers follows every stream of the prefecture up from its mouth along the
// branch that drains most; the branches left over are rivers of their own.
func findRivers(g *ground) []river {
	up := g.mainBranch()
	var mouths []int32
	for _, i := range g.flow.order {
		if g.mapped(i) {
			if d := g.flow.down[i]; d < 0 || !g.mapped(d) || up[d] != i {
				mouths = append(mouths, i)
			}
		}
	}
	var out []river
	for _, m := range mouths {
		var cells []int32
		for i := m; i >= 0 && (g.mapped(i) || g.course[i] >= 0); i = up[i] {
			cells = append(cells, i)
		}
		for a, b := 0, len(cells)-1; a < b; a, b = a+1, b-1 {
			cells[a], cells[b] = cells[b], cells[a]
		}
		r := river{area: float64(g.flow.area[m]), level: 4}
		if r.area >= thirdArea {
			r.level = 3
		}
		if c := g.course[m]; c >= 0 {
			r.name, r.level = g.names[c].name, g.names[c].level
		}
		if d := g.flow.down[m]; d >= 0 {
			cells = append(cells, d)
		}
		r.cells = cells
		for _, part := range g.within(cells) {
			p := r
			p.cells, p.line = part, g.riverLine(part)
			if len(p.line) > 4 {
				out = append(out, p)
			}
		}
	}
	sort.SliceStable(out, func(a, b int) bool {
		return out[a].level < out[b].level || out[a].level == out[b].level && out[a].area > out[b].area
	})
	return out
}

func (g *ground) mapped(i int32) bool {
	return g.flow.area[i] >= mappedArea || g.course[i] >= 0
}

// mainBranch is the donor of each cell that drains most, or the one on the same
// course; -1 where there is none.
func (g *ground) mainBranch() []int32 {
	up := make([]int32, len(g.z))
	for i := range up {
		up[i] = -1
	}
	for _, i := range g.flow.order {
		d := g.flow.down[i]
		if d < 0 {
			continue
		}
		u := up[d]
		same := g.course[i] >= 0 && g.course[i] == g.course[d]
		if u < 0 || same || g.flow.area[i] > g.flow.area[u] && !(g.course[u] >= 0 && g.course[u] == g.course[d]) {
			up[d] = i
		}
	}
	return up
}

// within cuts a chain of cells into the parts that lie in the prefecture.
func (g *ground) within(cells []int32) [][]int32 {
	var out [][]int32
	start := -1
	for k := 0; k <= len(cells); k++ {
		in := k < len(cells) && g.county[cells[k]] >= 0
		if in && start < 0 {
			start = k
		}
		if !in && start >= 0 {
			out = append(out, cells[start:k])
			start = -1
		}
	}
	return out
}

// spot is a cell's own place: its centre, moved a little, so that lines along
// the grid do not show it.
func (g *ground) spot(i int32) xy {
	c := g.grid.center(int(i))
	c.x += (chance(g.seed, int(i), 1) - 0.5) * 0.5 * g.grid.cell
	c.y += (chance(g.seed, int(i), 2) - 0.5) * 0.5 * g.grid.cell
	return c
}

func (g *ground) riverLine(cells []int32) []xy {
	line := make([]xy, len(cells))
	for k, i := range cells {
		line[k] = g.spot(i)
	}
	return smooth(smooth(line))
}

// smooth cuts each corner at a quarter of its sides (Chaikin), keeping the ends.
func smooth(line []xy) []xy {
	if len(line) < 3 {
		return line
	}
	out := make([]xy, 0, 2*len(line))
	out = append(out, line[0])
	for k := 1; k < len(line); k++ {
		if k > 1 {
			out = append(out, line[k-1].to(line[k], 0.25))
		}
		if k < len(line)-1 {
			out = append(out, line[k-1].to(line[k], 0.75))
		}
	}
	return append(out, line[len(line)-1])
}

func degrees(line []xy) orb.LineString {
	out := make(orb.LineString, len(line))
	for k, p := range line {
		out[k] = toDegrees(p)
	}
	return out
}

// nameRivers gives streams without a name that of the nearest town or village
// along them, as streams are named there; the same name twice gets a number.
func (w *world) nameRivers() {
	used := map[string]int{}
	for k := range w.rivers {
		r := &w.rivers[k]
		if r.name == "" {
			mid := w.ground.grid.center(int(r.cells[len(r.cells)/2]))
			suffix := "沟"
			name := ""
			if r.level == 3 {
				suffix = "河"
				name = townStem(w.source.towns[w.nearestTown(mid)].name)
			} else if v := w.nearestVillage(mid); v >= 0 {
				name = villageStem(w.source.villages[v].name)
			}
			r.name = name + suffix
			if used[r.name]++; used[r.name] > 1 {
				r.name += strconv.Itoa(used[r.name])
			}
		}
	}
}
