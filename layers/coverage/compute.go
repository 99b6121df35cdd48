package coverage

import (
	"context"
	"runtime"

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
	Supplies map[service.ID]*Supply         // of services that have supplies
	Roads    *Roads

	Seats              []Seat
	Hardened, Passable Entry // that is surely so

	HamletRoad []service.State // a passable way to the county seat
	TownRoad   []service.State // one of the grades that towns are to have
	Cableways  []uint32        // rows of the road layer: cableways in use, to be replaced by bridges

	county                  *snapshot.Table
	countyRow               []int32 // by Counties; -1 where the layer lacks it
	judges                  map[service.ID]*judged
	towers, fibreNodes      *supplies
	byRoad                  map[service.ID]func() (*Supply, error)
	ways                    *ways
	villageNear, hamletNear []service.State // a hardened road as near as the Rural Access Index asks
	remainder               []int32         // by village: people who live in none of its hamlets
}

// Compute judges every village by the rules, as of the network's year. The network
// is that of the snapshot's roads.
func Compute(ctx context.Context, snap *snapshot.Snapshot, network *roads.Network, services *service.Catalog) (*Result, error) {
	r, roads, err := judgeStates(ctx, snap, network, services)
	if err != nil {
		return nil, err
	}
	if err := r.judgeFurther(ctx, roads); err != nil {
		return nil, err
	}
	r.findSupplies(snap)
	r.listCableways()
	return r, ctx.Err()
}

// Judge is that part of Compute which finds the villages' states, at a fraction of its
// cost. The result has neither ways out nor nearest supplies, nothing of hamlets and
// towns, and no Rural Access Index.
func Judge(ctx context.Context, snap *snapshot.Snapshot, network *roads.Network, services *service.Catalog) (*Result, error) {
	r, _, err := judgeStates(ctx, snap, network, services)
	return r, err
}

func judgeStates(
	ctx context.Context, snap *snapshot.Snapshot, network *roads.Network, services *service.Catalog,
) (*Result, *roadJudge, error) {
	r := &Result{
		Year: network.Year, Services: services, Network: network,
		States: map[service.ID][]service.State{}, Supplies: map[service.ID]*Supply{}, byRoad: map[service.ID]func() (*Supply, error){},
	}
	r.Surveyed = int(r.Rules().Limit("records.year").Value)
	if r.Surveyed == 0 {
		r.Surveyed = lastCompleted(snap, network.Year)
	}
	r.gather(snap)
	roads, err := r.judgeRoads(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, declared := range services.Services {
		if declared.ID == service.Road {
			continue
		}
		j, states := r.judges[declared.ID], make([]service.State, r.Villages.Len())
		err := eachPlace(ctx, len(states), func(i int) error {
			states[i] = r.judge(j, i)
			return nil
		})
		if err != nil {
			return nil, nil, err
		}
		r.States[declared.ID] = states
	}
	return r, roads, ctx.Err()
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

// gather puts the places and their areas into columns.
func (r *Result) gather(snap *snapshot.Snapshot) {
	towns, counties := newAreas(snap, "town"), newAreas(snap, "county")
	towns.within(snap, counties)
	places := func(layer string) *Places {
		if t, ok := snap.Table(layer); ok {
			return newPlaces(t, towns, counties)
		}
		return &Places{}
	}
	r.Villages, r.Hamlets, r.TownPlaces = places("village"), places("hamlet"), places("town")
	r.Towns, r.Counties = towns.list, counties.list
	r.judges = newJudges(r.Services, r.Villages.Table)
	r.towers = newSupplies(snap, []service.Supply{{Layer: "broadband", Kind: "tower"}}, r.Year)
	r.fibreNodes = newSupplies(snap, []service.Supply{{Layer: "broadband", Kind: "node"}}, r.Year)
	r.countyRow = make([]int32, len(r.Counties))
	for i := range r.countyRow {
		r.countyRow[i] = -1
	}
	if r.county, _ = snap.Table("county"); r.county != nil {
		for row := range r.county.Rows {
			if n, ok := counties.code[r.county.Get(row, "code").Text()]; ok {
				r.countyRow[n] = int32(row)
			}
		}
	}
	r.splitPeople()
}

// splitPeople finds how many people of each village live in none of its hamlets.
func (r *Result) splitPeople() {
	r.remainder = append([]int32(nil), r.Villages.People...)
	if r.Hamlets.Len() == 0 {
		return
	}
	index := make(map[string]int, r.Villages.Len())
	for i, row := range r.Villages.Rows {
		index[r.Villages.Table.Get(row, "code").Text()] = i
	}
	f := r.Hamlets.Table.Layer.Field("village")
	for h, row := range r.Hamlets.Rows {
		i, ok := index[value(r.Hamlets.Table, row, f).Text()]
		if ok && r.remainder[i] > 0 && r.Hamlets.People[h] > 0 {
			r.remainder[i] = max(0, r.remainder[i]-r.Hamlets.People[h])
		}
	}
}

func (r *Result) listCableways() {
	t := r.Network.Table
	if t == nil {
		return
	}
	kind, complete := t.Layer.Field("kind"), t.CompleteBy(r.Year)
	for row := range t.Rows {
		if t.Value(row, kind).Text() == "cableway" && complete.Has(row) {
			r.Cableways = append(r.Cableways, row)
		}
	}
}

// lastCompleted is the latest year in which anything that stands was completed: when
// the records were last brought up to date. It is the fallback where nothing has a year.
func lastCompleted(snap *snapshot.Snapshot, fallback int) int {
	last := 0
	for _, id := range []string{"road", "water", "broadband", "facility"} {
		t, ok := snap.Table(id)
		if !ok {
			continue
		}
		year, status := t.Layer.Field("year"), t.Layer.Field("status")
		for row := range t.Rows {
			if y := int(value(t, row, year).Int()); y > last && value(t, row, status).Text() == "existing" {
				last = y
			}
		}
	}
	if last == 0 {
		return fallback
	}
	return last
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
