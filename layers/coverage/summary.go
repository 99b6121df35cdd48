package coverage

import (
	"slices"
	"strings"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/service"
)

// Summary is how an area stands with a service.
type Summary struct {
	Area
	Villages  [len(service.States)]int   // by State
	People    [len(service.States)]int64 // who live in those villages
	Unpeopled int                        // villages whose people are not on record
	Targets   []Criterion                // of the plan, with the share as value
	// Access is, for Road, the Rural Access Index: the share of rural people within
	// 2 km of an all-season road, in per cent, at least and at most. It is by hamlets,
	// with whoever lives in none at the village's place, and by villages alone.
	ByHamlet, ByVillage *AccessIndex
}

// AccessIndex is a share in per cent, from what is known to what may be.
type AccessIndex struct{ Low, High float64 }

// By is what roll-ups are by.
type By string

// The areas of a roll-up.
const (
	ByTown   By = "town"
	ByCounty By = "county"
	ByCity   By = "city"
)

// Summarise rolls a service up by area, by ascending code. Villages that name no
// area stand under the empty code.
func (r *Result) Summarise(id service.ID, by By) []Summary {
	return r.SummariseOf(id, by, func(int) bool { return true })
}

// SummariseOf is Summarise over the villages for which keep is true; the Rural Access Index is of all.
func (r *Result) SummariseOf(id service.ID, by By, keep func(i int) bool) []Summary {
	groups, of := r.group(by)
	list := make([]Summary, len(groups))
	for g := range list {
		list[g].Area = groups[g]
	}
	members := make([][]int, len(groups))
	for i, state := range r.States[id] {
		if !keep(i) {
			continue
		}
		g := of(r.Villages, i)
		members[g] = append(members[g], i)
		list[g].Villages[state]++
		if people := r.Villages.People[i]; people >= 0 {
			list[g].People[state] += int64(people)
		} else {
			list[g].Unpeopled++
		}
	}
	for g := range list {
		list[g].Targets = r.targets(r.judges[id].Targets, members[g])
	}
	if id == service.Road {
		r.addAccess(list, of)
	}
	list = slices.DeleteFunc(list, func(s Summary) bool { return s.Villages == [len(service.States)]int{} })
	slices.SortStableFunc(list, func(a, b Summary) int { return strings.Compare(a.Code, b.Code) })
	return list
}

// group is the areas to roll up by and which of them a place belongs to; the last
// is for those that name none.
func (r *Result) group(by By) ([]Area, func(p *Places, i int) int) {
	number := func(n int32, none int) int {
		if n < 0 {
			return none
		}
		return int(n)
	}
	switch by {
	case ByTown:
		return append(slices.Clone(r.Towns), Area{}), func(p *Places, i int) int { return number(p.Town[i], len(r.Towns)) }
	case ByCounty:
		return append(slices.Clone(r.Counties), Area{}), func(p *Places, i int) int { return number(p.County[i], len(r.Counties)) }
	}
	cities := &areas{code: map[string]int32{}}
	cityOf := make([]int, len(r.Counties))
	for i, c := range r.Counties {
		n := cities.number(area.PrefectureCode(c.Code))
		if cityOf[i] = int(n); r.countyRow[i] >= 0 && cities.list[n].Name == "" {
			cities.list[n].Name = r.county.Get(uint32(r.countyRow[i]), "city").Text()
		}
	}
	none := len(cities.list)
	return append(cities.list, Area{}), func(p *Places, i int) int {
		if p.County[i] < 0 {
			return none
		}
		return cityOf[p.County[i]]
	}
}

// targets holds the villages against what the plan asks of the service.
func (r *Result) targets(declared []service.Target, members []int) (list []Criterion) {
	for k := range declared {
		list = append(list, r.target(&declared[k], members))
	}
	return list
}

// target holds villages against a target, all of them together.
func (r *Result) target(t *service.Target, members []int) Criterion {
	limit := r.Rules().Limit(t.Limit)
	var share share
	switch t.Judge {
	case "tap_water":
		share = r.tapWater(members)
	case "fibre":
		share = r.fibreShare(members)
	default:
		if t.Field == "" {
			share = r.stateShare(t.Of, members)
			break
		}
		l := r.Villages.Table.Layer
		share = r.fieldShare(members, l.Field(t.Field), l.Field(t.Weight))
		return share.judge(t, limit, r.Surveyed)
	}
	return share.judge(t, limit, r.Year)
}

// stateShare is the share of villages that have a service.
func (r *Result) stateShare(id service.ID, members []int) (out share) {
	for _, i := range members {
		out.addState(1, r.States[id][i])
	}
	return out
}

// fieldShare is the mean of a field in per cent, weighted by another. A village
// whose weight is not on record cannot be weighed and is left out.
func (r *Result) fieldShare(members []int, field, weight int) (out share) {
	for _, i := range members {
		w := r.get(i, weight).Float()
		if v := r.get(i, field); v.IsNull() {
			out.addUnknown(w)
		} else {
			out.add(w, v.Float())
		}
	}
	return out
}

// tapWater is the share of people with tap water. Where works are planned to be done
// after the survey and by the year asked for, it is at least what was measured.
func (r *Result) tapWater(members []int) (out share) {
	if len(members) == 0 {
		return out
	}
	l := r.Villages.Table.Layer
	population, tap, year := l.Field("population"), l.Field(tapWaterRate), l.Field("water_year")
	for _, i := range members {
		people, rate := r.get(i, population).Float(), r.get(i, tap)
		works := int(r.get(i, year).Int())
		switch {
		case rate.IsNull():
			out.addUnknown(people)
		case works > r.Surveyed && works <= r.Year:
			out.addRange(people, rate.Float())
		default:
			out.add(people, rate.Float())
		}
	}
	return out
}

// fibreShare is the share of villages with fibre, as the exit's checklist has it.
func (r *Result) fibreShare(members []int) (out share) {
	exit, ok := r.Services.Find(service.Exit)
	if !ok || len(members) == 0 {
		return out
	}
	for k := range exit.Criteria {
		if exit.Criteria[k].Code != "exit_fibre" {
			continue
		}
		c := newCriterion(&exit.Criteria[k], r.Rules(), r.Villages.Table.Layer)
		for _, i := range members {
			out.addState(1, c.yes(r, i).State)
		}
	}
	return out
}

// addAccess adds the Rural Access Index of each area.
func (r *Result) addAccess(list []Summary, of func(p *Places, i int) int) {
	hamlet, village := make([]share, len(list)), make([]share, len(list))
	for i, state := range r.villageNear {
		g := of(r.Villages, i)
		village[g].addState(float64(max(0, r.Villages.People[i])), state)
		hamlet[g].addState(float64(max(0, r.remainder(i))), state)
	}
	for i, state := range r.hamletNear {
		hamlet[of(r.Hamlets, i)].addState(float64(max(0, r.Hamlets.People[i])), state)
	}
	for g := range list {
		list[g].ByHamlet, list[g].ByVillage = hamlet[g].index(), village[g].index()
	}
}

func (s *share) index() *AccessIndex {
	if s.all == 0 {
		return nil
	}
	return &AccessIndex{s.low(), s.high()}
}

// CountyExit is the checklist of each county, parallel to Counties.
func (r *Result) CountyExit() [][]Criterion {
	members := make([][]int, len(r.Counties))
	for i, c := range r.Villages.County {
		if c >= 0 {
			members[c] = append(members[c], i)
		}
	}
	lists := make([][]Criterion, len(r.Counties))
	exit, ok := r.Services.Find(service.Exit)
	if !ok {
		return lists
	}
	for c := range lists {
		for _, name := range r.Rules().List(exit.CountyList).Values {
			for k := range exit.County {
				if t := &exit.County[k]; t.Code == "county_"+name {
					lists[c] = append(lists[c], r.countyCriterion(t, c, members[c]))
				}
			}
		}
	}
	return lists
}

func (r *Result) countyCriterion(t *service.Target, county int, members []int) Criterion {
	limit := r.Rules().Limit(t.Limit)
	get := func(field string) layers.Value {
		if row := r.countyRow[county]; row >= 0 {
			return r.county.Get(uint32(row), field)
		}
		return layers.Null
	}
	c := Criterion{Code: t.Code, Year: r.Surveyed, word: targetWord(t)}
	switch t.Judge {
	case "incidence":
		c.incidence(get, "rural_population", limit)
		return c
	case "income":
		c.Limit, c.Basic, c.Source, c.Field = limit.Value, limit.Value, limit.Source, "rural_income"
		if own, all := get("rural_income"), get("province_income"); !own.IsNull() && all.Float() > 0 {
			c.Value = layers.Float(100 * own.Float() / all.Float())
			c.State = grade(t.Rule, c.Value, limit.Value, limit.Value)
		}
		return c
	}
	if len(members) == 0 {
		var none share
		return none.judge(t, limit, r.Year)
	}
	return r.target(t, members)
}
