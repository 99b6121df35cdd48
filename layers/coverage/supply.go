package coverage

import (
	"context"
	"math"
	"slices"
	"sync"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/index"
	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// supplies are the works of one kind that are complete by the year, with an index.
type supplies struct {
	table *snapshot.Table
	of    []service.Supply
	year  int
	tree  *index.Tree
	n     int
	// widest is the greatest radius of towers, in metres; beyond 35 km, where a cell may in
	// theory reach 100, none is looked for.
	widest float64
}

// suppliesOf takes the rows of the supplies' layer that are complete by the year and of one of their kinds. All are of
// one layer. What did not change since before is taken over.
func suppliesOf(snap *snapshot.Snapshot, of []service.Supply, year int, before *supplies) *supplies {
	t, ok := snap.Table(of[0].Layer)
	if !ok {
		return &supplies{tree: &index.Tree{}}
	}
	if before != nil && before.year == year {
		if before.table == t {
			return before
		}
		if s, ok := before.after(t); ok {
			return s
		}
	}
	s := &supplies{table: t, of: of, year: year, tree: &index.Tree{}}
	complete := t.CompleteBy(year)
	var items []index.Item
	for row := range t.Rows {
		if s.is(t, row) && complete.Has(row) {
			items = append(items, index.Item{Box: t.Shape(row).Box(), ID: row})
			s.widen(row)
		}
	}
	s.n = len(items)
	s.tree.Load(items)
	return s
}

// after are the supplies of a later table; ok is false where rows are numbered otherwise than then.
func (s *supplies) after(t *snapshot.Table) (next *supplies, ok bool) {
	if s.table == nil {
		return nil, false
	}
	rows, ok := t.Changed(s.table)
	if !ok {
		return nil, false
	}
	next = &supplies{table: t, of: s.of, year: s.year, tree: s.tree.Copy(), n: s.n, widest: s.widest}
	for _, row := range rows {
		if s.has(row) {
			next.tree.Delete(s.table.Shape(row).Box(), row)
			next.n--
		}
		if next.has(row) {
			next.tree.Insert(t.Shape(row).Box(), row)
			next.n++
			next.widen(row)
		}
	}
	return next, true
}

// is tells whether a row is of one of the kinds and has a place.
func (s *supplies) is(t *snapshot.Table, row uint32) bool {
	return !t.Shape(row).Box().IsEmpty() && slices.ContainsFunc(s.of, func(supply service.Supply) bool {
		if supply.Kind == "" && supply.Except == "" {
			return true
		}
		kind := t.Get(row, "kind").Text()
		return kind == supply.Kind || supply.Kind == "" && kind != supply.Except
	})
}

func (s *supplies) has(row uint32) bool {
	return s.table.Holds(row) && s.is(s.table, row) && s.table.IsComplete(row, s.year)
}

func (s *supplies) widen(row uint32) {
	s.widest = min(35_000, max(s.widest, s.table.Get(row, "radius_m").Float()))
}

// changedSince are the boxes of the works that changed since, as they were and as they are; ok is false where that is not
// known.
func (s *supplies) changedSince(before *supplies) (boxes []geo.Box, ok bool) {
	if s.table == nil || before.table == nil {
		return nil, s.table == before.table
	}
	rows, ok := s.table.Changed(before.table)
	for _, row := range rows {
		for _, of := range []*supplies{before, s} {
			if of.has(row) {
				boxes = append(boxes, of.table.Shape(row).Box())
			}
		}
	}
	return boxes, ok
}

func (s *supplies) count() int { return s.n }

// nearest is the nearest by straight line, in metres; of lines the nearest place on them counts.
func (s *supplies) nearest(p orb.Point) (row uint32, metres float64, ok bool) {
	if s.n == 0 {
		return 0, math.NaN(), false
	}
	origin := geo.At(p)
	s.tree.Nearest(p,
		func(row uint32) float64 {
			_, metres := placeOn(&origin, s.table.Shape(row))
			return metres
		},
		func(r uint32, m float64) bool {
			row, metres, ok = r, m, true
			return false
		})
	return row, metres, ok
}

// placeOn is the place of a supply that is nearest to an origin, and how far that is.
func placeOn(origin *geo.Origin, shape geo.Shape) (place orb.Point, metres float64) {
	if shape.Kind == geo.Lines {
		hit := origin.Nearest(shape)
		return hit.Place, hit.Metres
	}
	place = shape.Points[0].LonLat()
	return place, origin.Distance(place)
}

// covering is the nearest tower in whose radius a place lies.
func (s *supplies) covering(p orb.Point) (metres, radius float64, ok bool) {
	field := s.table.Layer.Field("radius_m")
	origin := geo.At(p)
	s.tree.Within(p, s.widest,
		func(row uint32) float64 { return origin.Distance(s.table.Shape(row).Points[0].LonLat()) },
		func(row uint32, m float64) bool {
			if r := value(s.table, row, field); m <= r.Float() {
				metres, radius, ok = m, r.Float(), true
			}
			return !ok
		})
	return metres, radius, ok
}

// Supply is the nearest supply of one layer for each village that lacks a service.
type Supply struct {
	Table  *snapshot.Table
	Row    []uint32
	Metres []float32 // NaN where the village does not lack it or there is none
}

// Place is where the supply of a village lies, seen from a place: of a line, the place on it that is nearest.
func (s *Supply) Place(i int, from orb.Point) orb.Point {
	origin := geo.At(from)
	place, _ := placeOn(&origin, s.Table.Shape(s.Row[i]))
	return place
}

// findSupplies looks up the nearest supplies of those that lack a service, a layer each.
func (r *Result) findSupplies(ctx context.Context, snap *snapshot.Snapshot, c *follower) error {
	r.supplies, r.lines = map[service.ID][]*supplies{}, map[*supplies]*Lines{}
	for id, j := range r.judges {
		for n, of := range byLayer(j.Supplies) {
			var before *supplies
			if n < len(c.before.supplies[id]) {
				before = c.before.supplies[id][n]
			}
			s := suppliesOf(snap, of, r.Year, before)
			found := newSupply(s.table, r.Villages.Len())
			holds := c.supplyHolds(id, n, s)
			states := r.States[id]
			err := eachPlace(ctx, len(states), func(i int) error {
				if states[i] == service.Not && !holds(found, i) {
					r.findSupply(found, s, i)
				}
				return nil
			})
			if err != nil {
				return err
			}
			r.lines[s] = r.newLines(s)
			r.supplies[id], r.Supplies[id] = append(r.supplies[id], s), append(r.Supplies[id], found)
		}
		if len(j.Supplies) > 0 {
			r.byRoad[id] = sync.OnceValues(func() ([]*Supply, error) { return r.findByRoad(id) })
		}
	}
	return nil
}

// byLayer parts supplies by their layers, which stay in order.
func byLayer(list []service.Supply) (parts [][]service.Supply) {
	for _, supply := range list {
		n := slices.IndexFunc(parts, func(part []service.Supply) bool { return part[0].Layer == supply.Layer })
		if n < 0 {
			n, parts = len(parts), append(parts, nil)
		}
		parts[n] = append(parts[n], supply)
	}
	return parts
}

func (r *Result) findSupply(found *Supply, s *supplies, i int) {
	if at, ok := r.Villages.At(i); ok {
		if row, metres, ok := s.nearest(at); ok {
			found.Row[i], found.Metres[i] = row, float32(metres)
		}
	}
}

// supplyHolds takes the nearest supply of a village over from the result before; it tells whether it could.
func (c *follower) supplyHolds(id service.ID, n int, s *supplies) func(found *Supply, i int) bool {
	none := func(*Supply, int) bool { return false }
	if n >= len(c.before.Supplies[id]) {
		return none
	}
	was := c.before.Supplies[id][n]
	if was.Table == nil || s.table == nil {
		return none
	}
	changed, ok := s.changedSince(c.before.supplies[id][n])
	if !ok {
		return none
	}
	return func(found *Supply, i int) bool {
		old := c.villages[i]
		if old < 0 || math.IsNaN(float64(was.Metres[old])) {
			return false
		}
		if len(changed) > 0 && c.supplyMayDiffer(changed, i, was.Metres[old]) {
			return false
		}
		found.Row[i], found.Metres[i] = was.Row[old], was.Metres[old]
		return true
	}
}

// supplyMayDiffer tells whether works that changed lie or lay as near to a village as its nearest did.
func (c *follower) supplyMayDiffer(changed []geo.Box, i int, metres float32) bool {
	at, _ := c.r.Villages.At(i)
	origin := geo.At(at)
	return slices.ContainsFunc(changed, func(b geo.Box) bool { return origin.Bound(b) <= float64(metres)+1 })
}

func newSupply(t *snapshot.Table, n int) *Supply {
	s := &Supply{Table: t, Row: make([]uint32, n), Metres: make([]float32, n)}
	for i := range s.Metres {
		s.Metres[i] = float32(math.NaN())
	}
	return s
}

// SupplyByRoad is the nearest supply of each layer by passable road, walks at both ends included, for
// each village that lacks the service; nil where the service has none. It is found when
// it is first asked for, by one pass over the network a layer.
func (r *Result) SupplyByRoad(id service.ID) ([]*Supply, error) {
	if r.byRoad[id] == nil {
		return nil, nil
	}
	return r.byRoad[id]()
}

func (r *Result) findByRoad(id service.ID) (all []*Supply, err error) {
	for _, s := range r.supplies[id] {
		found, err := r.layerByRoad(id, s)
		if err != nil {
			return nil, err
		}
		all = append(all, found)
	}
	return all, nil
}

func (r *Result) layerByRoad(id service.ID, s *supplies) (*Supply, error) {
	found := newSupply(s.table, r.Villages.Len())
	var rows []uint32
	var places []orb.Point
	for row := range s.tree.All {
		if shape := s.table.Shape(row); shape.Kind != geo.Lines {
			rows, places = append(rows, row), append(places, shape.Points[0].LonLat())
		}
	}
	if lines := r.lines[s]; lines != nil {
		for _, tap := range lines.Taps() {
			rows, places = append(rows, tap.Row), append(places, tap.At)
		}
	}
	// As elsewhere nobody's context ends what others wait for.
	field, err := r.Network.Graph.Reach(context.Background(), places, r.Network.Query(network.ByMetres))
	if err != nil {
		return nil, err
	}
	err = eachPlace(context.Background(), r.Villages.Len(), func(i int) error {
		at, ok := r.Villages.At(i)
		if !ok || r.States[id][i] != service.Not {
			return nil
		}
		if a := field.At(at); a.State == network.Reached {
			found.Row[i], found.Metres[i] = rows[a.Source], float32(a.Way)
		}
		return nil
	})
	return found, err
}

// FibreAt are the places from which fibre can be led on: nodes that are complete by the year,
// and villages that have it.
func (r *Result) FibreAt() (list []orb.Point) {
	for row := range r.fibreNodes.tree.All {
		list = append(list, r.fibreNodes.table.Shape(row).Points[0].LonLat())
	}
	for i := range r.Villages.Rows {
		if at, ok := r.Villages.At(i); ok && (r.HasFibre(i) || r.States[service.Broadband][i].Passes()) {
			list = append(list, at)
		}
	}
	return list
}

// HasFibre tells whether a village has fibre, fast enough or not.
func (r *Result) HasFibre(i int) bool { return r.named(i, "fibre").Bool() }

// SpareWater is a waterworks that can serve more people than it does.
type SpareWater struct {
	Row    uint32 // of the water layer
	At     orb.Point
	People int64 // more
}

// Water is the table of waterworks, nil where there is none.
func (r *Result) Water() *snapshot.Table { return r.waterTable }

// SpareWater lists the waterworks that are complete by the year and have room: capacity less
// what they deliver or, where that is not on record, less what the people whom they serve
// are to have; counted at the litres a day that the rules ask for a person.
func (r *Result) SpareWater() (list []SpareWater) {
	t := r.waterTable
	if t == nil {
		return nil
	}
	capacity, used, served := t.Layer.Field("capacity_m3d"), t.Layer.Field("used_m3d"), t.Layer.Field("people")
	complete := t.CompleteBy(r.Year)
	cubic := r.Rules().Limit("water.quantity_l").Value / 1e3
	for row := range t.Rows {
		room := value(t, row, capacity)
		shape := t.Shape(row)
		if room.IsNull() || len(shape.Points) == 0 || !complete.Has(row) {
			continue
		}
		taken := value(t, row, used).Float()
		if value(t, row, used).IsNull() || taken == 0 {
			taken = value(t, row, served).Float() * cubic
		}
		if people := int64((room.Float() - taken) / cubic); people > 0 {
			list = append(list, SpareWater{row, shape.Points[0].LonLat(), people})
		}
	}
	return list
}
