package coverage

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers/service"
)

// Critical is a section of hardened road without which villages would lose theirs: the
// break of any one of its edges parts the same villages from their county seat.
type Critical struct {
	Edges    []int32 // of the network, ascending
	Metres   float64
	Villages []int // by their indexes
	People   int
}

// Lines are the geometry of the section's edges.
func (c *Critical) Lines(g *network.Graph) (lines orb.MultiLineString) {
	for _, e := range c.Edges {
		lines = append(lines, g.Stretch(e, 0, g.Edge(e).Metres))
	}
	return lines
}

// Critical lists the critical sections of the hardened roads, those first without which
// the most people are cut off. With keep, only villages of whose row it is true count. Roads
// on which a seat itself lies are not listed: who is there has arrived. It makes a pass
// over the network for each county with such villages.
func (r *Result) Critical(ctx context.Context, keep func(row uint32) bool) ([]Critical, error) {
	behind := map[int32][]int{} // villages by edge
	for c, villages := range r.onRoad(keep) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := r.cutOff(int32(c), villages, behind); err != nil {
			return nil, err
		}
	}
	sections := map[string]*Critical{}
	for e, villages := range behind {
		slices.Sort(villages)
		key := fmt.Sprint(villages)
		s := sections[key]
		if s == nil {
			s = &Critical{Villages: villages}
			for _, v := range villages {
				s.People += int(max(0, r.Villages.People[v]))
			}
			sections[key] = s
		}
		s.Edges = append(s.Edges, e)
		s.Metres += r.Network.Graph.Edge(e).Metres
	}
	list := make([]Critical, 0, len(sections))
	for _, s := range sections {
		slices.Sort(s.Edges)
		list = append(list, *s)
	}
	slices.SortFunc(list, func(a, b Critical) int {
		return cmp.Or(
			cmp.Compare(b.People, a.People),
			cmp.Compare(len(b.Villages), len(a.Villages)),
			cmp.Compare(a.Edges[0], b.Edges[0]),
		)
	})
	return list, nil
}

// onRoad lists the villages with a hardened road by county, all or those of whose row keep is true.
func (r *Result) onRoad(keep func(row uint32) bool) [][]int {
	list := make([][]int, len(r.Counties))
	for i, state := range r.States[service.Road] {
		county := r.Villages.County[i]
		if state == service.Reached && county >= 0 && (keep == nil || keep(r.Villages.Rows[i])) {
			list[county] = append(list[county], i)
		}
	}
	return list
}

// cutOff adds to each edge those of a county's villages that it parts from the seat.
func (r *Result) cutOff(county int32, asked []int, behind map[int32][]int) error {
	if len(asked) == 0 {
		return nil
	}
	g := r.Network.Graph
	var roots []int32
	for _, s := range r.Seats {
		if s.County != county {
			continue
		}
		for _, reach := range [...]float64{r.Rules().Limit("road.seat_reach_m").Value, network.DefaultMaxSnap} {
			snaps, err := g.Snap(s.At, network.Query{Over: r.Hardened.Enter, MaxSnap: reach})
			if err != nil {
				return err
			}
			if len(snaps) == 0 {
				continue
			}
			if reach == network.DefaultMaxSnap {
				snaps = snaps[:1] // as newGate has it
			}
			for _, snap := range snaps {
				roots = append(roots, snap.Edge)
			}
			break
		}
	}
	var loads []network.Load
	var villages []int
	for _, i := range asked {
		at, _ := r.Villages.At(i)
		snaps, err := g.Snap(at, network.Query{Over: r.Hardened.Enter, MaxSnap: r.Rules().Limit("road.reach_m").Value})
		if err != nil {
			return err
		}
		l := network.Load{Edge: -1, Weight: 1}
		for _, snap := range snaps {
			switch {
			case !slices.Contains(r.Hardened.Arrived[county], r.Hardened.Over.Component(g.Edge(snap.Edge).A)):
			case l.Edge < 0:
				l.Edge = snap.Edge
			default:
				l.Also = append(l.Also, snap.Edge)
			}
		}
		if l.Edge >= 0 {
			loads, villages = append(loads, l), append(villages, i)
		}
	}
	cuts := g.CutOff(r.Hardened.Over, roots, loads)
	for _, c := range cuts.List {
		for _, n := range cuts.Behind(c) {
			behind[c.Edge] = append(behind[c.Edge], villages[n])
		}
	}
	return nil
}
