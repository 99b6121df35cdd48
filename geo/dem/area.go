package dem

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Stats are what the cells of an area say about it.
type Stats struct {
	Cells   int // whose height is known
	Unknown int // the area's other cells
	// Heights in metres. Without known cells all numbers are NaN.
	Low, Mean, High float64
	// Slopes in degrees, of the cells whose neighbours are known too.
	MeanSlope, MaxSlope float64
	// Steepness counts cells by whole degrees of slope.
	Steepness [91]int
}

// SteeperThan is the share of cells, from 0 to 1, with a slope of at least so many
// whole degrees; NaN where no slope is known.
func (s *Stats) SteeperThan(degrees int) float64 {
	steep, all := 0, 0
	for d, n := range s.Steepness {
		all += n
		if d >= degrees {
			steep += n
		}
	}
	return float64(steep) / float64(all)
}

// mostCells is how many cells of an area are looked at, more or less. Of a larger area
// it is every second, third, … cell of every such row.
const mostCells = 1 << 18

// Over is the statistics of the cells whose centres lie in a polygon in degrees, by
// the finest sheet that knows any of them. An area too small to hold a centre is taken
// for the cell in its middle.
func (m *Model) Over(area orb.MultiPolygon) Stats {
	if m != nil {
		for _, s := range m.sheets {
			if stats, ok := m.over(s, area); ok {
				return stats
			}
		}
	}
	nan := math.NaN()
	return Stats{Low: nan, Mean: nan, High: nan, MeanSlope: nan, MaxSlope: nan}
}

func (m *Model) over(s *sheet, area orb.MultiPolygon) (Stats, bool) {
	sum := tally{reader: reader{m: m, s: s}, Stats: Stats{Low: math.Inf(1), High: math.Inf(-1)}}
	edges, ok := s.edges(area)
	if !ok {
		return Stats{}, false
	}
	low, high, wide := math.Inf(1), math.Inf(-1), 0.0
	west, east := math.Inf(1), math.Inf(-1)
	for _, e := range edges {
		low, high = min(low, e[0][1], e[1][1]), max(high, e[0][1], e[1][1])
		west, east = min(west, e[0][0], e[1][0]), max(east, e[0][0], e[1][0])
	}
	wide = east - west
	step := max(1, int(math.Ceil(math.Sqrt((high-low)*wide/mostCells))))
	for row := int(math.Ceil(low)); float64(row) <= high; row += step {
		for _, span := range spans(edges, float64(row)) {
			for col := int(math.Ceil(span[0])); float64(col) < span[1]; col += step {
				sum.add(col, row)
			}
		}
	}
	if sum.Cells+sum.Unknown == 0 && len(edges) > 0 {
		sum.add(int(math.Round((west+east)/2)), int(math.Round((low+high)/2)))
	}
	return sum.finish()
}

// edges are the polygon's edges on the lattice.
func (s *sheet) edges(area orb.MultiPolygon) (edges [][2]orb.Point, ok bool) {
	for _, polygon := range area {
		for _, ring := range polygon {
			for i := range ring {
				var e [2]orb.Point
				e[0][0], e[0][1] = s.at(ring[i])
				e[1][0], e[1][1] = s.at(ring[(i+1)%len(ring)])
				if !inReach(e[0][0], e[0][1]) {
					return nil, false
				}
				edges = append(edges, e)
			}
		}
	}
	return edges, true
}

// spans are the stretches of a row that lie inside, by the even-odd rule.
func spans(edges [][2]orb.Point, row float64) [][2]float64 {
	var crossings []float64
	for _, e := range edges {
		a, b := e[0], e[1]
		if (a[1] <= row) != (b[1] <= row) {
			crossings = append(crossings, a[0]+(b[0]-a[0])*(row-a[1])/(b[1]-a[1]))
		}
	}
	slices.SortFunc(crossings, cmp.Compare)
	var out [][2]float64
	for i := 1; i < len(crossings); i += 2 {
		out = append(out, [2]float64{crossings[i-1], crossings[i]})
	}
	return out
}

type tally struct {
	reader
	Stats
	heights, slopes float64
	sloped          int
}

func (t *tally) add(col, row int) {
	h, ok := t.cell(col, row)
	if !ok {
		t.Unknown++
		return
	}
	t.Cells++
	t.heights += h
	t.Low, t.High = min(t.Low, h), max(t.High, h)
	if slope, ok := t.slope(col, row); ok {
		t.sloped++
		t.slopes += slope
		t.MaxSlope = max(t.MaxSlope, slope)
		t.Steepness[int(slope)]++
	}
}

func (t *tally) finish() (Stats, bool) {
	if t.Cells == 0 {
		return Stats{}, false
	}
	t.Mean = t.heights / float64(t.Cells)
	t.MeanSlope = t.slopes / float64(t.sloped) // NaN for none
	if t.sloped == 0 {
		t.MaxSlope = math.NaN()
	}
	return t.Stats, true
}
