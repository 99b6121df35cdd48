package coverage

import (
	"math"
	"slices"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// follower carries a result of an earlier state on to the present one: it finds out which places must be judged anew. What is
// judged of all others holds as it was.
type follower struct {
	r, before *Result // before has nothing where all is judged anew
	change    roads.Change
	changed   bool        // whether roads are
	shapes    []geo.Shape // of the roads that changed, as they were and as they are
	boxes     []geo.Box   // around each piece of those
	again     []int32     // edges of the roads that changed
	// villages, hamlets and towns are, by index, the index before of a place whose judgments hold; -1 of one that is to be
	// judged anew.
	villages, hamlets, towns []int32
	counties                 []bool // those whose seats may lie on other components than before
}

// follow begins to carry a result on. It carries nothing where what all judgments rest on is another one.
func (r *Result) follow(before *Result) *follower {
	c := &follower{r: r, before: before, counties: make([]bool, len(r.Counties))}
	ok := before != nil && before.Services == r.Services && before.Surveyed == r.Surveyed && before.Year == r.Year &&
		r.ground.alike(before.ground)
	if ok && r.Network != before.Network {
		c.change, ok = r.Network.Since(before.Network)
		ok = ok && before.roads.none == r.Network.Graph.All().IsEmpty() // which is said of places far from any road as well
		if c.changed = ok; ok {
			c.readChange()
		}
	}
	var took [3]bool
	if ok {
		c.villages, took[0] = r.Villages.From(before.Villages)
		c.hamlets, took[1] = r.Hamlets.From(before.Hamlets)
		c.towns, took[2] = r.TownPlaces.From(before.TownPlaces)
	}
	if !ok || slices.Contains(took[:], false) {
		c.before = &Result{roads: &roadJudge{}, Roads: &Roads{}}
		c.change, c.changed, c.shapes = roads.Change{}, false, nil
		c.villages, c.hamlets, c.towns = allAnew(r.Villages), allAnew(r.Hamlets), allAnew(r.TownPlaces)
	}
	return c
}

func allAnew(p *Places) []int32 {
	from := make([]int32, p.Len())
	for i := range from {
		from[i] = -1
	}
	return from
}

// anew tells whether all is judged anew.
func (c *follower) anew() bool { return c.before.Network == nil }

// alike tells whether areas and seats are the same as those of another ground.
func (g *ground) alike(o *ground) bool {
	return g.declared && o.declared && g.towns.same(o.towns) && g.counties.same(o.counties) && slices.Equal(g.seats, o.seats)
}

// choice is a choice of roads, carried on from the same one of the result before.
func (c *follower) choice(j *roadJudge, of road, which func(*roadJudge) choice) (choice, error) {
	was := which(c.before.roads)
	if was.sure == nil {
		return j.choose(of)
	}
	if !c.changed {
		was.sure = was.sure.onto(j)
		if was.maybe != nil {
			was.maybe = was.maybe.onto(j)
		}
		return was, nil
	}
	var now choice
	var err error
	if now.sure, err = c.gate(j, was.sure, of.isSure, of.known); err != nil {
		return now, err
	}
	both := was.maybe
	if both == nil { // there was nothing that may be of the choice and is not surely, nor is there now
		if !slices.ContainsFunc(c.again, func(e int32) bool {
			return j.g.All().Has(e) && of.isBoth(e, j.g.Edge(e).Attributes) && !of.isSure(e, j.g.Edge(e).Attributes)
		}) {
			return now, nil
		}
		both = was.sure
	}
	now.maybe, err = c.gate(j, both, of.isBoth, nil)
	return now, err
}

// onto is the gate over the network of another result, which is the same.
func (t *gate) onto(j *roadJudge) *gate {
	next := *t
	next.g = j.g
	return &next
}

// readChange reads what the roads that changed are, and were.
func (c *follower) readChange() {
	for _, row := range c.change.Rows {
		c.again = append(c.again, c.r.Network.EdgesOf(row)...)
		for _, t := range []*snapshot.Table{c.before.Network.Table, c.r.Network.Table} {
			if t.Holds(row) {
				c.shapes = append(c.shapes, t.Shape(row))
			}
		}
	}
	for _, shape := range c.shapes {
		for k := range shape.Ends {
			c.boxes = appendPieces(c.boxes, shape.Part(k))
		}
	}
}

// gate carries a gate on, and marks the places that its roads lead elsewhere now.
func (c *follower) gate(
	j *roadJudge, was *gate, keep func(int32, network.Attributes) bool, over *network.Subset,
) (*gate, error) {
	if over == nil {
		over = j.g.Carry(was.over, c.change.Moves, keep, c.again)
	}
	t := &gate{g: j.g, over: over, at: make([][]int32, len(j.seats)), reachM: j.reachM}
	t.access = j.g.Carry(was.access, c.change.Moves, j.mayEnter(over), c.again)
	apart := map[int32]bool{}
	for _, node := range j.g.Apart(was.over, over, c.change.Moves) {
		apart[node] = true
	}
	for n, seat := range j.seats {
		if !c.seatStays(t, was, n, seat.At) {
			if err := t.meet(j, n); err != nil {
				return nil, err
			}
			c.counties[seat.County] = true
		}
		for _, e := range t.at[n] {
			if edge := j.g.Edge(e); apart[edge.A] || apart[edge.B] {
				c.counties[seat.County] = true
			}
		}
	}
	t.arrive(j)
	boxes := slices.Clone(c.boxes)
	for node := range apart {
		for _, e := range j.g.At(node) {
			boxes = appendPieces(boxes, j.g.Line(e))
		}
	}
	c.mark(boxes)
	return t, nil
}

// seatStays tells whether a seat is on the edges on which it was, and notes them.
func (c *follower) seatStays(t, was *gate, seat int, at [2]float64) bool {
	for _, e := range was.at[seat] {
		to, ok := c.change.Moves.Edge(e)
		if !ok {
			return false
		}
		t.at[seat] = append(t.at[seat], to)
	}
	origin := geo.At(at)
	reach := max(c.r.roads.seatReachM, network.DefaultMaxSnap)
	return !slices.ContainsFunc(c.boxes, func(b geo.Box) bool { return origin.Bound(b) <= reach })
}

func appendPieces(boxes []geo.Box, line []geo.Point) []geo.Box {
	for i := 1; i < len(line); i++ {
		boxes = append(boxes, geo.Empty.Extend(line[i-1]).Extend(line[i]))
	}
	return boxes
}

// mark has the places near the boxes judged anew.
func (c *follower) mark(boxes []geo.Box) {
	reach := max(c.r.roads.reachM, c.r.Rules().Limit("road.rural_access_m").Value)
	for _, of := range []struct {
		places *Places
		from   []int32
	}{{c.r.Villages, c.villages}, {c.r.Hamlets, c.hamlets}, {c.r.TownPlaces, c.towns}} {
		if of.places.Table == nil {
			continue
		}
		for _, box := range boxes {
			of.places.Table.Search(around(box, reach), func(row uint32) bool {
				if i, ok := of.places.Index(row); ok {
					of.from[i] = -1
				}
				return true
			})
		}
	}
}

// around is a box that holds all within so many metres of a box.
func around(b geo.Box, metres float64) geo.Box {
	for _, corner := range [...]geo.Point{b.Min, b.Max, {X: b.Min.X, Y: b.Max.Y}, {X: b.Max.X, Y: b.Min.Y}} {
		wide, _ := geo.Around(corner.LonLat(), metres)
		b = b.Union(wide)
	}
	return b
}

// finish marks what is left once all gates are made: the counties whose seats moved, and the villages far from a road whose
// nearest one may be another.
func (c *follower) finish() {
	if c.anew() {
		return
	}
	for _, of := range []struct {
		places *Places
		from   []int32
	}{{c.r.Villages, c.villages}, {c.r.Hamlets, c.hamlets}, {c.r.TownPlaces, c.towns}} {
		for i, county := range of.places.County {
			if county >= 0 && c.counties[county] {
				of.from[i] = -1
			}
		}
	}
	c.markFar()
	c.markTowers()
}

func (c *follower) markFar() {
	var boxes []geo.Box
	for _, shape := range c.shapes {
		boxes = append(boxes, shape.Box())
	}
	if len(boxes) == 0 {
		return
	}
	nearest, reach := c.before.Roads.NearestM, c.r.Rules().Limit("road.rural_access_m").Value
	for i, old := range c.villages {
		if old < 0 || float64(nearest[old]) <= min(reach, c.r.roads.reachM) {
			continue
		}
		at, placed := c.r.Villages.At(i)
		most := float64(nearest[old])
		if math.IsNaN(most) {
			most = farthestRoadM
		}
		origin := geo.At(at)
		if placed && slices.ContainsFunc(boxes, func(b geo.Box) bool { return origin.Bound(b) <= most+1 }) {
			c.villages[i] = -1
		}
	}
}

// markTowers has the villages around towers that changed judged anew.
func (c *follower) markTowers() {
	now, was := c.r.towers, c.before.towers
	if now == was || c.r.Villages.Table == nil {
		return
	}
	changed, ok := now.changedSince(was)
	if !ok || now.count() == 0 != (was.count() == 0) {
		c.villages = allAnew(c.r.Villages)
		return
	}
	for _, box := range changed {
		c.r.Villages.Table.Search(around(box, max(now.widest, was.widest)), func(row uint32) bool {
			if i, ok := c.r.Villages.Index(row); ok {
				c.villages[i] = -1
			}
			return true
		})
	}
}

// roads carries what was found of roads on.
func (c *follower) roads() *Roads {
	r := newRoads(len(c.villages))
	for i, old := range c.villages {
		if old >= 0 {
			was := c.before.Roads
			r.code[i], r.NearestM[i], r.NearestRow[i] = was.code[old], was.NearestM[old], was.NearestRow[old]
		}
	}
	return r
}

// states carries the states of a service on.
func (c *follower) states(id service.ID) []service.State {
	if c.anew() {
		return make([]service.State, len(c.villages))
	}
	return carry(c.before.States[id], c.villages)
}

// surveyed counts, of the layers with works, how many existing ones were completed in each year.
type surveyed map[string]*completions

type completions struct {
	table *snapshot.Table
	years map[int]int
}

// newSurveyed counts the works of a snapshot; what did not change since is taken over.
func newSurveyed(snap *snapshot.Snapshot, before surveyed) surveyed {
	s := surveyed{}
	for _, id := range []string{"road", "water", "broadband", "facility"} {
		if t, ok := snap.Table(id); ok {
			s[id] = countCompletions(t, before[id])
		}
	}
	return s
}

func countCompletions(t *snapshot.Table, before *completions) *completions {
	if before != nil && before.table == t {
		return before
	}
	c := &completions{t, map[int]int{}}
	if before != nil {
		if rows, ok := t.Changed(before.table); ok {
			for year, n := range before.years {
				c.years[year] = n
			}
			for _, row := range rows {
				c.count(before.table, row, -1)
				c.count(t, row, 1)
			}
			return c
		}
	}
	for row := range t.Rows {
		c.count(t, row, 1)
	}
	return c
}

func (c *completions) count(t *snapshot.Table, row uint32, n int) {
	if !t.Holds(row) || t.Get(row, "status") != layers.Text("existing") {
		return
	}
	if year := int(t.Get(row, "year").Int()); year > 0 {
		c.years[year] += n
	}
}

// last is the latest year in which anything that stands was completed: when
// the records were last brought up to date; 0 where nothing has a year.
func (s surveyed) last() (last int) {
	for _, c := range s {
		for year, n := range c.years {
			if n > 0 {
				last = max(last, year)
			}
		}
	}
	return last
}
