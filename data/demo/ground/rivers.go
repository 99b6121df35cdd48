package ground

import (
	"sort"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/demo/plane"
)

// River is a stream from its source, or from where it enters the prefecture, to
// its mouth or to where it leaves.
type River struct {
	Name  string
	Level int
	Cells []int32
	Line  []plane.XY
	Area  float64 // drained at the end, m²
}

// What a stream without a given course drains at least, m², to be on the map at
// all and to be of level 3.
const (
	MappedArea = 9e6
	ThirdArea  = 45e6
)

// FindRivers follows every stream of the prefecture up from its mouth along the
// branch that drains most; the branches left over are rivers of their own.
func FindRivers(g *Ground) []River {
	up := g.mainBranch()
	var mouths []int32
	for _, i := range g.Flow.Order {
		if g.Mapped(i) {
			if d := g.Flow.Down[i]; d < 0 || !g.Mapped(d) || up[d] != i {
				mouths = append(mouths, i)
			}
		}
	}
	var out []River
	for _, m := range mouths {
		var cells []int32
		for i := m; i >= 0 && (g.Mapped(i) || g.Course[i] >= 0); i = up[i] {
			cells = append(cells, i)
		}
		for a, b := 0, len(cells)-1; a < b; a, b = a+1, b-1 {
			cells[a], cells[b] = cells[b], cells[a]
		}
		r := River{Area: float64(g.Flow.Area[m]), Level: 4}
		if r.Area >= ThirdArea {
			r.Level = 3
		}
		if c := g.Course[m]; c >= 0 {
			r.Name, r.Level = g.names[c].Name, g.names[c].Level
		}
		if d := g.Flow.Down[m]; d >= 0 {
			cells = append(cells, d)
		}
		r.Cells = cells
		for _, part := range g.within(cells) {
			p := r
			p.Cells, p.Line = part, g.riverLine(part)
			if len(p.Line) > 4 {
				out = append(out, p)
			}
		}
	}
	sort.SliceStable(out, func(a, b int) bool {
		return out[a].Level < out[b].Level || out[a].Level == out[b].Level && out[a].Area > out[b].Area
	})
	return out
}

func (g *Ground) Mapped(i int32) bool {
	return g.Flow.Area[i] >= MappedArea || g.Course[i] >= 0
}

// mainBranch is the donor of each cell that drains most, or the one on the same
// course; -1 where there is none.
func (g *Ground) mainBranch() []int32 {
	up := make([]int32, len(g.Z))
	for i := range up {
		up[i] = -1
	}
	for _, i := range g.Flow.Order {
		d := g.Flow.Down[i]
		if d < 0 {
			continue
		}
		u := up[d]
		same := g.Course[i] >= 0 && g.Course[i] == g.Course[d]
		if u < 0 || same || g.Flow.Area[i] > g.Flow.Area[u] && !(g.Course[u] >= 0 && g.Course[u] == g.Course[d]) {
			up[d] = i
		}
	}
	return up
}

// within cuts a chain of cells into the parts that lie in the prefecture.
func (g *Ground) within(cells []int32) [][]int32 {
	var out [][]int32
	start := -1
	for k := 0; k <= len(cells); k++ {
		in := k < len(cells) && g.County[cells[k]] >= 0
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

// Spot is a cell's own place: its centre, moved a little, so that lines along
// the grid do not show it.
func (g *Ground) Spot(i int32) plane.XY {
	c := g.Grid.Center(int(i))
	c.X += (plane.Chance(g.Seed, int(i), 1) - 0.5) * 0.5 * g.Grid.Cell
	c.Y += (plane.Chance(g.Seed, int(i), 2) - 0.5) * 0.5 * g.Grid.Cell
	return c
}

func (g *Ground) riverLine(cells []int32) []plane.XY {
	line := make([]plane.XY, len(cells))
	for k, i := range cells {
		line[k] = g.Spot(i)
	}
	return Smooth(Smooth(line))
}

// Smooth cuts each corner at a quarter of its sides (Chaikin), keeping the ends.
func Smooth(line []plane.XY) []plane.XY {
	if len(line) < 3 {
		return line
	}
	out := make([]plane.XY, 0, 2*len(line))
	out = append(out, line[0])
	for k := 1; k < len(line); k++ {
		if k > 1 {
			out = append(out, line[k-1].To(line[k], 0.25))
		}
		if k < len(line)-1 {
			out = append(out, line[k-1].To(line[k], 0.75))
		}
	}
	return append(out, line[len(line)-1])
}

func Degrees(line []plane.XY) orb.LineString {
	out := make(orb.LineString, len(line))
	for k, p := range line {
		out[k] = plane.ToDegrees(p)
	}
	return out
}
