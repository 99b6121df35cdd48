package roads

import (
	"cmp"
	"context"
	"math"
	"runtime"
	"slices"

	"github.com/paulmach/orb"
	"golang.org/x/sync/errgroup"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Near is what is near a place by road.
type Near struct {
	Features []snapshot.Near // the nearest first; Place is where the way ends
	// Ways lead from the place to the features. Where no feature is reached there is one
	// way alone, and its state says why not.
	Ways []network.Answer
}

// Query is how a passable way is asked for, with the network package's defaults.
func (n *Network) Query(by network.Metric) network.Query {
	return network.Query{Metric: by, Over: n.Passable}
}

// Near is, for each point, the k features of a table that are the cheapest to get to by
// passable roads, those of them that are at most so many metres or minutes away.
// Lines and areas are taken at the place that labels them. Equal costs come by row.
//
// For one point it asks around it, which costs as much as the roads and features that
// are nearer than the k-th found, and some more. For many points it makes one field of
// all features, of which it costs little to ask each point, as long as HasField says so.
func (n *Network) Near(ctx context.Context, t *snapshot.Table, points []orb.Point, k int, most float64, by network.Metric) ([]Near, error) {
	s := nearSearch{n, t, k, most + n.Query(by).MostExtra(), by, most}
	one := s.around
	if len(points) >= 8*k && len(points) >= t.Len()/64 && n.HasField(k) {
		f, err := s.field(ctx)
		if err != nil {
			return nil, err
		}
		if one = f.at; k > 1 {
			one = f.severalAt
		}
	}
	found := make([]Near, len(points))
	workers, ctx := errgroup.WithContext(ctx)
	workers.SetLimit(runtime.GOMAXPROCS(0))
	const chunk = 64
	for from := 0; from < len(points); from += chunk {
		workers.Go(func() (err error) {
			for i := from; i < min(from+chunk, len(points)) && err == nil; i++ {
				if err = ctx.Err(); err == nil {
					found[i], err = one(ctx, points[i])
				}
				if err == nil {
					err = s.drop(ctx, &found[i], points[i])
				}
			}
			return err
		})
	}
	return found, workers.Wait()
}

// HasField tells whether there is room for a field of the k nearest: 16 bytes for each at
// each node, 256 MiB in all.
func (n *Network) HasField(k int) bool {
	return k <= maxFieldK && k*n.Graph.Nodes() <= 1<<24
}

// maxFieldK is for how many nearest a field is made: making it costs their square.
const maxFieldK = 64

type nearSearch struct {
	n    *Network
	t    *snapshot.Table
	k    int
	most float64 // cost
	by   network.Metric
	long float64 // metres or minutes
}

// drop drops the features that are too far, and puts the nearest of the others first.
func (s *nearSearch) drop(ctx context.Context, found *Near, p orb.Point) error {
	if found.Ways[0].State != network.Reached {
		return nil
	}
	var order []int
	for i := range found.Ways {
		if found.Ways[i].Way <= s.long {
			order = append(order, i)
		}
	}
	if len(order) > 0 {
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(found.Ways[a].Way, found.Ways[b].Way) })
		var kept Near
		for _, i := range order {
			kept.Features, kept.Ways = append(kept.Features, found.Features[i]), append(kept.Ways, found.Ways[i])
		}
		*found = kept
		return nil
	}
	nothing, err := s.reach(ctx, nil, 0)
	if err != nil {
		return err
	}
	way := nothing.At(p)
	way.State = network.BeyondLimit
	*found = Near{Features: []snapshot.Near{{Table: s.t}}, Ways: []network.Answer{way}}
	return nil
}

func (s *nearSearch) reach(ctx context.Context, from []orb.Point, limit float64) (*network.Field, error) {
	q := s.n.Query(s.by)
	q.Limit = max(limit, math.SmallestNonzeroFloat64) // to which 0 is no limit
	return s.n.Graph.Reach(ctx, from, q)
}

// place is where ways to the row end; ok is false where it lies nowhere.
func (s *nearSearch) place(row uint32) (p orb.Point, ok bool) {
	shape := s.t.Shape(row)
	return shape.Label().LonLat(), len(shape.Points) > 0
}

// straight is the cost below which nothing farther than so many metres can be had.
func (s *nearSearch) straight(metres float64) float64 {
	if s.by == network.ByMinutes {
		return metres * 0.06 / s.n.fastest
	}
	return metres
}

// span is how many straight metres a cost can bridge. Ways jump the gaps where ends meet
// within the tolerance; a hundredth more holds them where edges are longer than 20 m on
// average.
func (s *nearSearch) span(cost float64) float64 {
	if s.by == network.ByMinutes {
		cost *= s.n.fastest / 0.06
	}
	return cost*1.01 + 10
}

// hits are the cheapest features so far, in order.
type hits struct {
	Near
	k int
}

func (h *hits) full() bool     { return len(h.Ways) >= h.k }
func (h *hits) worst() float64 { return h.Ways[h.k-1].Cost }

func (h *hits) add(f snapshot.Near, way network.Answer) {
	i, _ := slices.BinarySearchFunc(h.Ways, way.Cost, func(a network.Answer, cost float64) int { return cmp.Compare(a.Cost, cost) })
	for i < len(h.Ways) && h.Ways[i].Cost == way.Cost && h.Features[i].Row < f.Row {
		i++
	}
	if i < h.k {
		h.Features, h.Ways = slices.Insert(h.Features, i, f), slices.Insert(h.Ways, i, way)
		h.Features, h.Ways = h.Features[:min(h.k, len(h.Ways))], h.Ways[:min(h.k, len(h.Ways))]
	}
}

// around looks at the features that are nearest by straight line, more and more of them,
// until none beyond them can be as cheap as the k that it has: no way is shorter than the
// straight line, nor faster than the fastest road.
func (s *nearSearch) around(ctx context.Context, p orb.Point) (Near, error) {
	snaps, err := s.n.Graph.Snap(p, s.n.Query(s.by))
	if err != nil {
		return Near{}, err
	}
	if len(snaps) == 0 {
		return s.none(ctx, nil, p)
	}
	found := hits{k: s.k}
	var field *network.Field
	limit, seen := 0., 0
	for count := 4*s.k + 16; ; count *= 4 {
		candidates := s.t.Near(p, count, math.Inf(1))
		all := len(candidates) < count
		if !found.full() && (field == nil || limit < s.most) {
			limit = s.most
			if !all {
				// Ways in hills are a few times as dear as the straight line.
				limit = min(limit, 4*s.straight(candidates[count-1].Metres))
			}
			if field, err = s.reach(ctx, []orb.Point{p}, limit); err != nil {
				return Near{}, err
			}
			found, seen = hits{k: s.k}, 0
		}
		for seen < len(candidates) && !(found.full() && s.span(found.worst()) < candidates[seen].Metres) {
			s.try(&found, field, p, candidates[seen].Row)
			seen++
		}
		bound := s.span(limit)
		if found.full() {
			bound = s.span(found.worst())
		}
		if all || (found.full() || limit == s.most) && bound < candidates[count-1].Metres {
			break
		}
	}
	if len(found.Ways) == 0 {
		return s.none(ctx, field, p)
	}
	return found.Near, nil
}

func (s *nearSearch) try(found *hits, field *network.Field, p orb.Point, row uint32) {
	place, ok := s.place(row)
	if !ok {
		return
	}
	if way := field.At(place); way.State == network.Reached {
		way.From, way.To = way.To, way.From
		found.add(snapshot.Near{Table: s.t, Row: row, Metres: geo.Distance(p, place), Place: place}, way)
	}
}

// none says why there is nothing, given the field of the point.
func (s *nearSearch) none(ctx context.Context, field *network.Field, p orb.Point) (Near, error) {
	nothing, err := s.reach(ctx, nil, 0)
	if err != nil {
		return Near{}, err
	}
	way := nothing.At(p) // off the network, or else unconnected, with the nearest edge
	if way.State == network.Unconnected && !math.IsInf(s.most, 1) {
		for row := range s.t.Rows {
			if place, ok := s.place(row); ok && field.At(place).State == network.BeyondLimit {
				way.State = network.BeyondLimit
				break
			}
		}
	}
	return Near{Features: []snapshot.Near{{Table: s.t}}, Ways: []network.Answer{way}}, nil
}

// allField is the field of all features of a table; several, for k over 1, is that of
// the k nearest.
type allField struct {
	*nearSearch
	*network.Field
	several *network.Several
	rows    []uint32
	places  []orb.Point
}

func (s *nearSearch) field(ctx context.Context) (*allField, error) {
	f := &allField{nearSearch: s}
	for row := range s.t.Rows {
		if place, ok := s.place(row); ok {
			f.rows, f.places = append(f.rows, row), append(f.places, place)
		}
	}
	var err error
	if f.Field, err = s.reach(ctx, f.places, s.most); err != nil || s.k == 1 {
		return f, err
	}
	q := s.n.Query(s.by)
	q.Limit = max(s.most, math.SmallestNonzeroFloat64)
	f.several, err = s.n.Graph.ReachSeveral(ctx, f.places, s.k, q)
	return f, err
}

func (f *allField) severalAt(ctx context.Context, p orb.Point) (Near, error) {
	ways := f.several.At(p)
	if len(ways) == 0 {
		return f.at(ctx, p) // which tells why
	}
	near := Near{Ways: ways}
	for i := range ways {
		n := ways[i].Source
		ways[i].Source = 0
		near.Features = append(near.Features, snapshot.Near{Table: f.t, Row: f.rows[n], Metres: geo.Distance(p, f.places[n]), Place: f.places[n]})
	}
	return near, nil
}

func (f *allField) at(_ context.Context, p orb.Point) (Near, error) {
	way := f.At(p)
	if way.State != network.Reached {
		return Near{Features: []snapshot.Near{{Table: f.t}}, Ways: []network.Answer{way}}, nil
	}
	row, place := f.rows[way.Source], f.places[way.Source]
	way.Source = 0
	return Near{
		Features: []snapshot.Near{{Table: f.t, Row: row, Metres: geo.Distance(p, place), Place: place}},
		Ways:     []network.Answer{way},
	}, nil
}
