package progress

import (
	"context"
	"slices"

	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/kept"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Cover gives who has what as of a year.
type Cover struct {
	Whole  func(year int) (*coverage.Result, error) // by coverage.Compute
	States func(year int) (*coverage.Result, error) // the villages' states alone do, as of coverage.Judge
}

// share is a share in per cent, from what is known to what may be; all is what it is
// of, in villages, people or households.
type share struct{ low, high, all float64 }

// yearShares are the shares of each area as of a year, by the area's code.
type yearShares struct {
	surveyed int
	of       map[string]*[indicators]share
	r        *coverage.Result // villages and states alone
}

// Cache keeps the shares of the years that were asked for, of one state of the layers
// that they are made from: a few hundred bytes an area and year. After an edit those of areas in which nothing changed are
// taken over. The zero Cache is ready for any number of goroutines.
type Cache struct {
	years kept.Cache[yearKey, *yearShares]

	past kept.Latest[int, *yearShares] // by year: what was last computed
}

type yearKey struct {
	sources coverage.Sources
	year    int
}

// pastYears is how many years are kept to make later ones from.
const pastYears = 16

func (c *Cache) get(snap *snapshot.Snapshot, cover Cover, year int) (*yearShares, error) {
	key := yearKey{coverage.SourcesOf(snap), year}
	c.years.Remove(func(k yearKey) bool { return k.sources != key.sources })
	return c.years.Get(context.Background(), key, kept.Limit[*yearShares]{}, func(context.Context) (*yearShares, error) {
		r, err := cover.States(year)
		if err != nil {
			return nil, err
		}
		y := newYearShares(r, c.past.Get(year))
		c.past.Put(year, y, pastYears)
		return y, nil
	})
}

// newYearShares are the shares of a result; those of areas whose villages are as they were before are taken over.
func newYearShares(r *coverage.Result, before *yearShares) *yearShares {
	states := &coverage.Result{Villages: r.Villages, States: r.States, Towns: r.Towns, Counties: r.Counties}
	y := &yearShares{r.Surveyed, map[string]*[indicators]share{}, states}
	var changed map[string]bool // areas; nil for all
	if before != nil && before.surveyed == y.surveyed {
		if changed = before.changed(r); changed != nil {
			for code, shares := range before.of {
				if !changed[code] {
					y.of[code] = shares
				}
			}
		}
	}
	of := func(i int) bool {
		return changed == nil || slices.ContainsFunc(codesOf(r, i), func(code string) bool { return changed[code] })
	}
	for _, by := range []coverage.By{coverage.ByCity, coverage.ByCounty, coverage.ByTown} {
		for i, s := range map[Indicator]service.ID{Road: service.Road, Water: service.Water, Broadband: service.Broadband} {
			for _, a := range r.SummariseOf(s, by, of) {
				if a.Code == "" || changed != nil && !changed[a.Code] {
					continue
				}
				y.area(a.Code)[i] = villageShare(a.Villages)
				if i == Water {
					if c := a.Targets[0]; c.Code == "target_tap_water" && !c.Value.IsNull() {
						y.area(a.Code)[TapWater] = share{c.Value.Float(), c.UpTo, 1}
					}
				}
			}
		}
	}
	y.addHousing(r, of, changed)
	return y
}

// changed are the codes of areas in which a village is another one than before, or in another state; nil where that is not
// known.
func (y *yearShares) changed(r *coverage.Result) map[string]bool {
	from, ok := r.Villages.From(y.r.Villages)
	if !ok {
		return nil
	}
	codes, stays := map[string]bool{}, make([]bool, y.r.Villages.Len())
	add := func(r *coverage.Result, i int) {
		for _, code := range codesOf(r, i) {
			codes[code] = true
		}
	}
	for i, old := range from {
		same := old >= 0
		for _, s := range []service.ID{service.Road, service.Water, service.Broadband} {
			same = same && r.States[s][i] == y.r.States[s][old]
		}
		if same && r.Villages.Town[i] == y.r.Villages.Town[old] && r.Villages.County[i] == y.r.Villages.County[old] {
			stays[old] = true
		} else {
			add(r, i)
		}
	}
	for old, stay := range stays {
		if !stay {
			add(y.r, old)
		}
	}
	return codes
}

func (y *yearShares) area(code string) *[indicators]share {
	if y.of[code] == nil {
		y.of[code] = new([indicators]share)
	}
	return y.of[code]
}

func villageShare(by [len(service.States)]int) share {
	good := float64(by[service.Reached] + by[service.Basically])
	unknown := float64(by[service.Unknown])
	all := good + unknown + float64(by[service.Not])
	if all == 0 {
		return share{}
	}
	return share{100 * good / all, 100 * (good + unknown) / all, all}
}

// addHousing adds the share of households in safe housing, as surveyed.
func (y *yearShares) addHousing(r *coverage.Result, of func(i int) bool, changed map[string]bool) {
	if r.Villages.Table == nil {
		return
	}
	type sum struct{ safe, unknown, all float64 }
	sums := map[string]*sum{}
	l := r.Villages.Table.Layer
	rate, households := l.Field("safe_housing_rate"), l.Field("households")
	for i, row := range r.Villages.Rows {
		if !of(i) {
			continue
		}
		weight := r.Villages.Table.Value(row, households).Float()
		v := r.Villages.Table.Value(row, rate)
		for _, code := range codesOf(r, i) {
			if sums[code] == nil {
				sums[code] = new(sum)
			}
			s := sums[code]
			if s.all += weight; v.IsNull() {
				s.unknown += weight
			} else {
				s.safe += weight * v.Float() / 100
			}
		}
	}
	for code, s := range sums {
		if s.all > 0 && (changed == nil || changed[code]) {
			y.area(code)[SafeHousing] = share{100 * s.safe / s.all, 100 * (s.safe + s.unknown) / s.all, s.all}
		}
	}
}

// codesOf are the areas of a village: prefecture, county and town, as far as it names
// them.
func codesOf(r *coverage.Result, i int) []string {
	var codes []string
	if c := r.Villages.County[i]; c >= 0 {
		code := r.Counties[c].Code
		codes = append(codes, area.PrefectureCode(code), code)
	}
	if t := r.Villages.Town[i]; t >= 0 {
		codes = append(codes, r.Towns[t].Code)
	}
	return codes
}
