package coverage

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Result is who has what in one snapshot as of a year, in columns. It never changes
// after Compute, and any number of goroutines may ask it.
type Result struct {
	Year     int
	Surveyed int // the year that measured fields stand for
	Rules    *Rules
	Network  *roads.Network

	Villages   *Places
	Hamlets    *Places
	TownPlaces *Places
	Towns      []Area // of Places.Town
	Counties   []Area // of Places.County

	States   [services][]State // by village
	Supplies [services]*Supply // nil where a service has none
	Roads    *Roads

	Seats              []Seat
	Hardened, Passable Entry // that is surely so

	HamletRoad []State  // a passable way to the county seat
	TownRoad   []State  // one of the grades that towns are to have
	Cableways  []uint32 // rows of the road layer: cableways in use, to be replaced by bridges

	county                  *snapshot.Table
	countyRow               []int32 // by Counties; -1 where the layer lacks it
	fields                  villageFields
	towers, fibreNodes      *supplies
	byRoad                  [services]func() (*Supply, error)
	ways                    *ways
	villageNear, hamletNear []State // a hardened road as near as the Rural Access Index asks
	remainder               []int32 // by village: people who live in none of its hamlets
}

// Compute judges every village by the rules, as of the network's year. The network
// is that of the snapshot's roads.
func Compute(ctx context.Context, snap *snapshot.Snapshot, network *roads.Network, rules *Rules) (*Result, error) {
	r, roads, err := judge(ctx, snap, network, rules)
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
func Judge(ctx context.Context, snap *snapshot.Snapshot, network *roads.Network, rules *Rules) (*Result, error) {
	r, _, err := judge(ctx, snap, network, rules)
	return r, err
}

func judge(ctx context.Context, snap *snapshot.Snapshot, network *roads.Network, rules *Rules) (*Result, *roadJudge, error) {
	r := &Result{Year: network.Year, Rules: rules, Network: network}
	r.Surveyed = int(rules.Records.Year.Value)
	if r.Surveyed == 0 {
		r.Surveyed = lastCompleted(snap, network.Year)
	}
	r.gather(snap)
	roads, err := r.judgeRoads(ctx)
	if err != nil {
		return nil, nil, err
	}
	for s := Water; s < services; s++ { // Exit, the last, rests on the others
		states := make([]State, r.Villages.Len())
		err := eachPlace(ctx, len(states), func(i int) error {
			states[i] = r.judge(s, i)
			return nil
		})
		if err != nil {
			return nil, nil, err
		}
		r.States[s] = states
	}
	return r, roads, ctx.Err()
}

func (r *Result) judge(s Service, i int) State {
	if s == Exit {
		switch poverty := r.get(i, r.fields.poverty); {
		case poverty.IsNull():
			return Unknown
		case !poverty.Bool():
			return Inapplicable
		}
	}
	var room [12]Criterion
	return worst(r.appendWhy(room[:0], s, i))
}

// Why is the evidence of a village's state: each criterion of the service. It is
// empty where nothing is asked of the village.
func (r *Result) Why(s Service, i int) []Criterion {
	if r.States[s][i] == Inapplicable {
		return nil
	}
	return r.appendWhy(nil, s, i)
}

// gather puts the places and their areas into columns.
func (r *Result) gather(snap *snapshot.Snapshot) {
	towns, counties := newAreas(snap, "town"), newAreas(snap, "county")
	places := func(layer string) *Places {
		if t, ok := snap.Table(layer); ok {
			return newPlaces(t, towns, counties)
		}
		return &Places{}
	}
	r.Villages, r.Hamlets, r.TownPlaces = places("village"), places("hamlet"), places("town")
	r.Towns, r.Counties = towns.list, counties.list
	if r.Villages.Table != nil {
		r.fields = newVillageFields(r.Villages.Table.Layer)
	}
	r.towers = newSupplies(snap, "broadband", "tower", r.Year)
	r.fibreNodes = newSupplies(snap, "broadband", "node", r.Year)
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
	kind := t.Layer.Field("kind")
	for row := range t.Rows {
		if t.Value(row, kind).Text() == "cableway" && standing(t, row, r.Year) {
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
