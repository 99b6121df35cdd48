package coverage

import (
	"cmp"
	"context"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Result is who has what in one snapshot as of a year, in columns. It never changes
// after Compute, and any number of goroutines may ask it.
type Result struct {
	Year     int
	Surveyed int // the year that measured fields stand for
	Services *service.Catalog
	Network  *roads.Network

	Villages   *Places
	Hamlets    *Places
	TownPlaces *Places
	Towns      []Area // of Places.Town
	Counties   []Area // of Places.County

	States   map[service.ID][]service.State // by village
	Supplies map[service.ID][]*Supply       // of services that have supplies, a layer each
	Roads    *Roads

	Seats              []Seat
	Hardened, Passable Entry // that is surely so

	HamletRoad []service.State // a passable way to the county seat
	TownRoad   []service.State // one of the grades that towns are to have
	Cableways  []uint32        // rows of the road layer: cableways in use, to be replaced by bridges

	ground                  *ground
	county, waterTable      *snapshot.Table
	countyRow               []int32 // by Counties; -1 where the layer lacks it
	judges                  map[service.ID]*judged
	roads                   *roadJudge
	works                   surveyed
	towers, fibreNodes      *supplies
	supplies                map[service.ID][]*supplies
	byRoad                  map[service.ID]func() ([]*Supply, error)
	lines                   map[*supplies]*Lines
	ways                    *ways
	judged                  int               // villages that were judged anew
	columns                 [][]service.State // States, in the order of the services
	villageNear, hamletNear []service.State   // a hardened road as near as the Rural Access Index asks
}

// Compute judges every village by the rules, as of the network's year. The network
// is that of the snapshot's roads.
func Compute(ctx context.Context, snap *snapshot.Snapshot, network *roads.Network, services *service.Catalog) (*Result, error) {
	return compute(ctx, snap, newGround(snap, nil), network, services, nil)
}

// compute is Compute that takes over what holds of the result of an earlier state, where there is one: by and large at the
// cost of what changed since, and some copies of a few bytes a village.
func compute(
	ctx context.Context, snap *snapshot.Snapshot, ground *ground, network *roads.Network, services *service.Catalog, before *Result,
) (*Result, error) {
	r, c, err := judgeStates(ctx, snap, ground, network, services, before, true)
	if err != nil {
		return nil, err
	}
	if err := r.judgeFurther(ctx, c); err != nil {
		return nil, err
	}
	if err := r.findSupplies(ctx, snap, c); err != nil {
		return nil, err
	}
	r.listCableways(c)
	return r, ctx.Err()
}

// Judge is that part of Compute which finds the villages' states, at a fraction of its
// cost. The result has neither nearest supplies, nothing of hamlets and
// towns, and no Rural Access Index.
func Judge(ctx context.Context, snap *snapshot.Snapshot, network *roads.Network, services *service.Catalog) (*Result, error) {
	r, _, err := judgeStates(ctx, snap, newGround(snap, nil), network, services, nil, false)
	return r, err
}

func judgeStates(
	ctx context.Context, snap *snapshot.Snapshot, ground *ground, network *roads.Network, services *service.Catalog, before *Result,
	further bool,
) (*Result, *follower, error) {
	r := &Result{
		Year: network.Year, Services: services, Network: network, ground: ground,
		States: map[service.ID][]service.State{}, Supplies: map[service.ID][]*Supply{}, byRoad: map[service.ID]func() ([]*Supply, error){},
	}
	if before == nil {
		before = &Result{}
	}
	r.works = newSurveyed(snap, before.works)
	if r.Surveyed = int(r.Rules().Limit("records.year").Value); r.Surveyed == 0 {
		r.Surveyed = cmp.Or(r.works.last(), network.Year)
	}
	r.gather(snap, before)
	c := r.follow(before)
	if err := r.findGates(c, further); err != nil {
		return nil, nil, err
	}
	c.finish()
	for _, old := range c.villages {
		if old < 0 {
			r.judged++
		}
	}
	r.ways = &ways{r: r}
	r.Roads = c.roads()
	onRoad, err := r.gradeAll(ctx, r.Villages, r.roads.hardened, r.Roads, c.villages, c.before.States[service.Road])
	if err != nil {
		return nil, nil, err
	}
	r.States[service.Road] = onRoad
	for _, declared := range services.Services {
		if declared.ID == service.Road {
			continue
		}
		j, states := r.judges[declared.ID], c.states(declared.ID)
		err := eachPlace(ctx, len(states), func(i int) error {
			if c.villages[i] < 0 {
				states[i] = r.judge(j, i)
			}
			return nil
		})
		if err != nil {
			return nil, nil, err
		}
		r.States[declared.ID] = states
	}
	for _, s := range services.Services {
		r.columns = append(r.columns, r.States[s.ID])
	}
	return r, c, ctx.Err()
}

// Rules are those of the services.
func (r *Result) Rules() *service.Rules { return r.Services.Rules }

func (r *Result) judge(j *judged, i int) service.State {
	if j.asked >= 0 {
		switch asked := r.get(i, j.asked); {
		case asked.IsNull():
			return service.Unknown
		case !asked.Bool():
			return service.Inapplicable
		}
	}
	var room [12]Criterion
	return worst(r.appendWhy(room[:0], j, i))
}

// Why is the evidence of a village's state: each criterion of the service. It is
// empty where nothing is asked of the village.
func (r *Result) Why(id service.ID, i int) []Criterion {
	if r.States[id][i] == service.Inapplicable {
		return nil
	}
	return r.appendWhy(nil, r.judges[id], i)
}

// gather makes ready what judgments read.
func (r *Result) gather(snap *snapshot.Snapshot, before *Result) {
	g := r.ground
	r.Villages, r.Hamlets, r.TownPlaces = g.villages, g.hamlets, g.townPlaces
	r.Towns, r.Counties = g.towns.list, g.counties.list
	r.judges = newJudges(r.Services, r.Villages.Table)
	r.towers = suppliesOf(snap, []service.Supply{{Layer: "broadband", Kind: "tower"}}, r.Year, before.towers)
	r.fibreNodes = suppliesOf(snap, []service.Supply{{Layer: "broadband", Kind: "node"}}, r.Year, before.fibreNodes)
	r.countyRow = make([]int32, len(r.Counties))
	for i := range r.countyRow {
		r.countyRow[i] = -1
	}
	r.waterTable, _ = snap.Table("water")
	if r.county, _ = snap.Table("county"); r.county != nil {
		for row := range r.county.Rows {
			if n, ok := g.counties.code[r.county.Get(row, "code").Text()]; ok {
				r.countyRow[n] = int32(row)
			}
		}
	}
}

// remainder is how many people of a village live in none of its hamlets; below 0 where its people are not on record.
func (r *Result) remainder(i int) int32 {
	people := r.Villages.People[i]
	return max(min(people, 0), people-r.ground.hamletPeople[i])
}

// listCableways lists the cableways in use.
func (r *Result) listCableways(c *follower) {
	t := r.Network.Table
	if t == nil {
		return
	}
	kind := t.Layer.Field("kind")
	is := func(row uint32) bool {
		return t.Holds(row) && t.Value(row, kind).Text() == "cableway" && r.Network.IsComplete(row)
	}
	if c.anew() {
		for row := range t.Rows {
			if is(row) {
				r.Cableways = append(r.Cableways, row)
			}
		}
		return
	}
	for _, row := range c.before.Cableways {
		if _, changed := slices.BinarySearch(c.change.Rows, row); !changed {
			r.Cableways = append(r.Cableways, row)
		}
	}
	for _, row := range c.change.Rows {
		if is(row) {
			r.Cableways = append(r.Cableways, row)
		}
	}
	slices.Sort(r.Cableways)
}

// eachPlace calls fn for each index, on all processors, in stretches.
func eachPlace(ctx context.Context, n int, fn func(i int) error) error {
	workers, ctx := errgroup.WithContext(ctx)
	workers.SetLimit(runtime.GOMAXPROCS(0))
	stretch := max(1, min(256, n/8))
	for from := 0; from < n; from += stretch {
		workers.Go(func() error {
			for i := from; i < min(from+stretch, n); i++ {
				if err := ctx.Err(); err != nil {
					return err
				}
				if err := fn(i); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return workers.Wait()
}
