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
	tree  index.Tree
	n     int
	// widest is the greatest radius of towers, in metres; beyond 35 km, where a cell may in
	// theory reach 100, none is looked for.
	widest float64
}

// newSupplies takes the rows of the supplies' layer that are complete by the year and of one of their kinds. All are of
// one layer.
func newSupplies(snap *snapshot.Snapshot, of []service.Supply, year int) *supplies {
	s := &supplies{}
	t, ok := snap.Table(of[0].Layer)
	if !ok {
		return s
	}
	s.table = t
	kind, radius, complete := t.Layer.Field("kind"), t.Layer.Field("radius_m"), t.CompleteBy(year)
	var items []index.Item
	for row := range t.Rows {
		box := t.Shape(row).Box()
		is := func(supply service.Supply) bool {
			return supply.Kind == "" || value(t, row, kind).Text() == supply.Kind
		}
		if box.IsEmpty() || !slices.ContainsFunc(of, is) || !complete.Has(row) {
			continue
		}
		items = append(items, index.Item{Box: box, ID: row})
		s.widest = min(35_000, max(s.widest, value(t, row, radius).Float()))
	}
	s.n = len(items)
	s.tree.Load(items)
	return s
}

func (s *supplies) count() int { return s.n }

// nearest is the nearest by straight line, in metres.
func (s *supplies) nearest(p orb.Point) (row uint32, metres float64, ok bool) {
	if s.n == 0 {
		return 0, math.NaN(), false
	}
	origin := geo.At(p)
	s.tree.Nearest(p,
		func(row uint32) float64 { return origin.Distance(s.table.Shape(row).Points[0].LonLat()) },
		func(r uint32, m float64) bool {
			row, metres, ok = r, m, true
			return false
		})
	return row, metres, ok
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

// Supply is the nearest supply of a service for each village that lacks it.
type Supply struct {
	Table  *snapshot.Table
	Row    []uint32
	Metres []float32 // NaN where the village does not lack it or there is none
}

// findSupplies looks up the nearest supply of those that lack a service.
func (r *Result) findSupplies(snap *snapshot.Snapshot) {
	for id, j := range r.judges {
		if len(j.Supplies) == 0 {
			continue
		}
		s := newSupplies(snap, j.Supplies, r.Year)
		found := newSupply(s.table, r.Villages.Len())
		for i, state := range r.States[id] {
			at, ok := r.Villages.At(i)
			if state != service.Not || !ok {
				continue
			}
			if row, metres, ok := s.nearest(at); ok {
				found.Row[i], found.Metres[i] = row, float32(metres)
			}
		}
		r.Supplies[id] = found
		r.byRoad[id] = sync.OnceValues(func() (*Supply, error) { return r.findByRoad(id, s) })
	}
}

func newSupply(t *snapshot.Table, n int) *Supply {
	s := &Supply{Table: t, Row: make([]uint32, n), Metres: make([]float32, n)}
	for i := range s.Metres {
		s.Metres[i] = float32(math.NaN())
	}
	return s
}

// SupplyByRoad is the nearest supply by passable road, walks at both ends included, for
// each village that lacks the service; nil where the service has none. It is found when
// it is first asked for, by one pass over the network.
func (r *Result) SupplyByRoad(id service.ID) (*Supply, error) {
	if r.byRoad[id] == nil {
		return nil, nil
	}
	return r.byRoad[id]()
}

func (r *Result) findByRoad(id service.ID, s *supplies) (*Supply, error) {
	found := newSupply(s.table, r.Villages.Len())
	var rows []uint32
	var places []orb.Point
	for row := range s.tree.All {
		rows, places = append(rows, row), append(places, s.table.Shape(row).Points[0].LonLat())
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
			walks := a.From.WalkM + a.To.WalkM
			found.Row[i], found.Metres[i] = rows[a.Source], float32(a.Cost-(network.DefaultFootWeight-1)*walks)
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

// SpareWater lists the waterworks that are complete by the year and have room: capacity less
// what they deliver or, where that is not on record, less what the people whom they serve
// are to have; counted at the litres a day that the rules ask for a person.
func (r *Result) SpareWater() (list []SpareWater) {
	t := r.Supplies[service.Water].Table
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
