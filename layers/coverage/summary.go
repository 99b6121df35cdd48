package coverage

import (
	"slices"
	"strings"

	"github.com/cuntu/cuntu/layers"
)

// Summary is how an area stands with a service.
type Summary struct {
	Area
	Villages  [len(StateNames)]int   // by State
	People    [len(StateNames)]int64 // who live in those villages
	Unpeopled int                    // villages whose people are not on record
	Targets   []Criterion            // of the plan, with the share as value
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
func (r *Result) Summarise(s Service, by By) []Summary {
	groups, of := r.group(by)
	list := make([]Summary, len(groups))
	for g := range list {
		list[g].Area = groups[g]
	}
	members := make([][]int, len(groups))
	for i, state := range r.States[s] {
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
		list[g].Targets = r.targets(s, members[g])
	}
	if s == Road {
		r.addAccess(list, of)
	}
	list = slices.DeleteFunc(list, func(s Summary) bool { return s.Villages == [len(StateNames)]int{} })
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
		n := cities.number(CityCode(c.Code))
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

// CityCode is the prefecture's six digits of any division code (GB/T 2260: the
// first four and two zeros).
func CityCode(code string) string {
	if len(code) < 4 {
		return ""
	}
	return code[:4] + "00"
}

// targets holds the villages against what the plan asks of the service.
func (r *Result) targets(s Service, members []int) []Criterion {
	t := &r.Rules.Target
	switch s {
	case Road:
		return []Criterion{r.stateShare(Road, members).dated("target_road", t.Road, false, r.Year)}
	case Water:
		return []Criterion{
			r.tapWater(members).dated("target_tap_water", t.TapWater, true, r.Year),
			r.fieldShare(members, r.fields.waterGuarantee, r.fields.population).dated("target_guarantee", t.Guarantee, true, r.Surveyed),
		}
	case Broadband:
		return []Criterion{r.stateShare(Broadband, members).dated("target_broadband", t.Broadband, false, r.Year)}
	case Power:
		return []Criterion{r.stateShare(Power, members).dated("target_power", t.Power, false, r.Year)}
	case Exit:
		return []Criterion{r.stateShare(Exit, members).dated("target_exit", t.Exit, false, r.Year)}
	}
	return nil
}

func (s share) dated(code string, limit Limit, exceed bool, year int) Criterion {
	c := s.judge(code, limit, exceed)
	c.Year = year
	return c
}

// stateShare is the share of villages that have a service.
func (r *Result) stateShare(s Service, members []int) (out share) {
	for _, i := range members {
		out.addState(1, r.States[s][i])
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
	for _, i := range members {
		people, rate := r.get(i, r.fields.population).Float(), r.get(i, r.fields.tapWaterRate)
		works := int(r.get(i, r.fields.waterYear).Int())
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

// addAccess adds the Rural Access Index of each area.
func (r *Result) addAccess(list []Summary, of func(p *Places, i int) int) {
	hamlet, village := make([]share, len(list)), make([]share, len(list))
	for i, state := range r.villageNear {
		g := of(r.Villages, i)
		village[g].addState(float64(max(0, r.Villages.People[i])), state)
		hamlet[g].addState(float64(max(0, r.remainder[i])), state)
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
	for c := range lists {
		for _, name := range r.Rules.Exit.County.Values {
			lists[c] = append(lists[c], r.countyCriterion(name, c, members[c]))
		}
	}
	return lists
}

func (r *Result) countyCriterion(name string, county int, members []int) Criterion {
	l, f := &r.Rules.Exit.OfCounty, &r.fields
	get := func(field string) layers.Value {
		if row := r.countyRow[county]; row >= 0 {
			return r.county.Get(uint32(row), field)
		}
		return layers.Null
	}
	code := "county_" + name
	switch name {
	case "incidence":
		c := incidence(get("remaining_poor"), get("poor_population"), get("rural_population"), l.Incidence, get("exit_status").Text() == "已销号")
		c.Code, c.Year = code, r.Surveyed
		return c
	case "income":
		c := Criterion{Code: code, Limit: l.Income.Value, Basic: l.Income.Value, Source: l.Income.Source, Year: r.Surveyed, Field: "rural_income"}
		if own, all := get("rural_income"), get("province_income"); !own.IsNull() && all.Float() > 0 {
			percent := layers.Float(100 * own.Float() / all.Float())
			c.Value, c.State = percent, atLeast("", "", percent, l.Income, l.Income).State
		}
		return c
	case "road":
		return r.stateShare(Road, members).dated(code, l.Road, false, r.Year)
	case "tap_water":
		return r.tapWater(members).dated(code, l.TapWater, false, r.Year)
	case "power":
		return r.stateShare(Power, members).dated(code, l.Power, false, r.Year)
	case "housing":
		return r.fieldShare(members, f.safeHousingRate, f.households).dated(code, l.Housing, false, r.Surveyed)
	case "insured":
		return r.fieldShare(members, f.insuredRate, f.poorPopulation).dated(code, l.Insured, false, r.Surveyed)
	}
	var fibre share
	for _, i := range members {
		fibre.addState(1, r.exitFibre(i).State)
	}
	return fibre.dated(code, l.Fibre, false, r.Year)
}
