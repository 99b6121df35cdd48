package programme

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// How many metres apart pipes and waterworks may lie on record and still hang together: a pipe begins somewhere on the grounds of
// its works, and pipes end on each other but for a slip of the hand.
const (
	atWorksM = 100
	jointM   = 1
)

// directM is how far a village may lie from a line to be joined straight to it, as far as one goes to a road.
const directM = network.DefaultMaxSnap

// mains are the pipes that waterworks with room feed.
type mains struct {
	lines *coverage.Lines
	// feeds are, by row of a pipe, the positions of the works that feed it, and taps by works where its pipes are tapped.
	feeds map[uint32][]int
	taps  [][]coverage.Tap
}

// newMains finds out which works feed which pipes. A pipe that names its waterworks is fed by them alone. Any other is fed by all
// that lie at the pipes that it hangs together with, and that these name.
func newMains(lines *coverage.Lines, works []coverage.SpareWater, water *snapshot.Table) *mains {
	m := &mains{lines: lines, feeds: map[uint32][]int{}, taps: make([][]coverage.Tap, len(works))}
	together := m.together()
	near := map[uint32][]int{} // by the first of pipes that hang together
	feed := func(list map[uint32][]int, row uint32, n int) {
		if !slices.Contains(list[row], n) {
			list[row] = append(list[row], n)
		}
	}
	for n := range works {
		lines.Within(works[n].At, atWorksM, func(row uint32, _ orb.Point, _ float64) bool {
			feed(near, together[row], n)
			return true
		})
	}
	named := map[string][]int{} // works with room, none of a name whose works have none
	for row := range water.Rows {
		named[water.Get(row, "name").Text()] = nil
	}
	for n := range works {
		name := water.Get(works[n].Row, "name").Text()
		named[name] = append(named[name], n)
	}
	of := func(row uint32) (name string, known bool) {
		name = lines.Table.Get(row, "works").Text()
		_, known = named[name]
		return name, known && name != ""
	}
	for row := range lines.All() {
		if name, ok := of(row); ok {
			for _, n := range m.nearest(row, named[name], works) {
				feed(m.feeds, row, n)
				feed(near, together[row], n)
			}
		}
	}
	for row := range lines.All() {
		if _, ok := of(row); !ok {
			m.feeds[row] = near[together[row]]
		}
	}
	for _, tap := range lines.Taps() {
		for _, n := range m.feeds[tap.Row] {
			m.taps[n] = append(m.taps[n], tap)
		}
	}
	return m
}

// nearest are, of works of one name, those that lie nearest to a pipe: other counties have works of that name too.
func (m *mains) nearest(row uint32, named []int, works []coverage.SpareWater) []int {
	if len(named) < 2 {
		return named
	}
	shape := m.lines.Table.Shape(row)
	return []int{slices.MinFunc(named, func(a, b int) int {
		return cmp.Compare(shape.Nearest(works[a].At).Metres, shape.Nearest(works[b].At).Metres)
	})}
}

// together is by row the first of the pipes that a pipe hangs together with: one ends on the other.
func (m *mains) together() map[uint32]uint32 {
	first := map[uint32]uint32{}
	for row := range m.lines.All() {
		first[row] = row
	}
	find := func(row uint32) uint32 {
		for first[row] != row {
			first[row] = first[first[row]]
			row = first[row]
		}
		return row
	}
	for _, tap := range m.lines.Taps() {
		if tap.Node >= 0 {
			continue
		}
		m.lines.Within(tap.At, jointM, func(row uint32, _ orb.Point, _ float64) bool {
			if a, b := find(tap.Row), find(row); a != b {
				first[max(a, b)] = min(a, b)
			}
			return true
		})
	}
	for row := range first {
		first[row] = find(row)
	}
	return first
}

// start is where a pipe that is laid begins.
type start struct {
	at, via  orb.Point // on the line or at the works, and where it goes on along roads
	row      uint32    // of the line
	onLine   bool
	straight bool // from there to the village
}

// tapped are the shortest pipes to a village from the mains, by the positions of the works that feed them and fit, where there are
// any of at most limit metres.
func (m *mains) tapped(field *network.Field, at orb.Point, limit float64, fit func(works int) bool) map[int]tapped {
	best := map[int]tapped{}
	m.lines.Within(at, min(directM, limit), func(row uint32, place orb.Point, metres float64) bool {
		for _, n := range m.feeds[row] {
			if _, ok := best[n]; !ok { // they come by distance
				best[n] = tapped{metres, start{at: place, via: place, row: row, onLine: true, straight: true}}
			}
		}
		return true
	})
	origin := geo.At(at)
	type candidate struct {
		coverage.Tap
		least float64 // no way is shorter
	}
	for n, taps := range m.taps {
		if !fit(n) {
			continue
		}
		var list []candidate
		most := limit
		if b, ok := best[n]; ok {
			most = min(most, b.metres)
		}
		for _, tap := range taps {
			least := origin.Distance(tap.At)
			if least >= most {
				continue
			}
			list = append(list, candidate{tap, least})
			if tap.Node < 0 {
				continue
			}
			if cost, ok := field.Cost(tap.Node); ok { // the way is no longer, and at once known
				most = min(most, (cost+tap.Metres)*(1+1e-9))
			}
		}
		slices.SortStableFunc(list, func(a, b candidate) int { return cmp.Compare(a.least, b.least) })
		for _, c := range list {
			if c.least >= most {
				break
			}
			if a := field.At(c.Via); a.State == network.Reached && a.Cost+c.Metres < most {
				most = a.Cost + c.Metres
				best[n] = tapped{most, start{at: c.At, via: c.Via, row: c.Row, onLine: true}}
			}
		}
	}
	return best
}

type tapped struct {
	metres float64
	start  start
}

// mm is a length in whole millimetres.
func mm(metres float64) int64 { return int64(math.Round(metres * 1e3)) }
