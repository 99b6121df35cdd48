package coverage

import (
	"github.com/cuntu/cuntu/layers"
)

// villageFields are the indexes of the fields that rules read.
type villageFields struct {
	households, population, poorPopulation, remainingPoor                  int
	poverty, exitStatus, cooperative, incomeRising                         int
	tapWaterRate, waterGuarantee, waterQuantity, fetchMin, qualityOK       int
	waterYear, fibre, mbps, mobile, broadbandYear                          int
	power, tv, clinic, school, cultureSquare, safeHousingRate, insuredRate int
}

func newVillageFields(l *layers.Layer) villageFields {
	return villageFields{
		households: l.Field("households"), population: l.Field("population"), poorPopulation: l.Field("poor_population"), remainingPoor: l.Field("remaining_poor"),
		poverty: l.Field("poverty"), exitStatus: l.Field("exit_status"), cooperative: l.Field("cooperative"), incomeRising: l.Field("income_rising"),
		tapWaterRate: l.Field("tap_water_rate"), waterGuarantee: l.Field("water_guarantee"), waterQuantity: l.Field("water_quantity"),
		fetchMin: l.Field("water_fetch_min"), qualityOK: l.Field("water_quality_ok"), waterYear: l.Field("water_year"),
		fibre: l.Field("fibre"), mbps: l.Field("mbps"), mobile: l.Field("mobile_4g"), broadbandYear: l.Field("broadband_year"),
		power: l.Field("power"), tv: l.Field("tv"), clinic: l.Field("clinic"), school: l.Field("school"), cultureSquare: l.Field("culture_square"),
		safeHousingRate: l.Field("safe_housing_rate"), insuredRate: l.Field("insured_rate"),
	}
}

// get is a field of the village with the index.
func (r *Result) get(i, field int) layers.Value {
	return value(r.Villages.Table, r.Villages.Rows[i], field)
}

// appendWhy appends the criteria of a service for the village with the index. Road
// and, for Exit, the other services must have been judged before.
func (r *Result) appendWhy(list []Criterion, s Service, i int) []Criterion {
	f := &r.fields
	from := len(list)
	switch s {
	case Road:
		list = append(list, r.roadCriterion(i))
	case Water:
		list = r.appendWater(list, i)
	case Broadband:
		list = r.appendBroadband(list, i)
	case Power:
		list = append(list, flag("power", "power", r.get(i, f.power)))
	case Clinic:
		list = append(list, flag("clinic", "clinic", r.get(i, f.clinic)))
	case School:
		list = append(list, flag("school", "school", r.get(i, f.school)))
	case Culture:
		list = append(list, flag("culture", "culture_square", r.get(i, f.cultureSquare)))
	case TV:
		list = append(list, flag("tv", "tv", r.get(i, f.tv)))
	case Cooperative:
		list = append(list, flag("cooperative", "cooperative", r.get(i, f.cooperative)))
	case Exit:
		list = r.appendExit(list, i)
	}
	for k := from; k < len(list); k++ {
		if c := &list[k]; c.Field != "" && c.Year == 0 && !c.Value.IsNull() {
			c.Year = r.Surveyed
		}
	}
	return list
}

// byPlan judges a service whose works are dated: done reports that what was
// measured says nothing of the year asked for, before the works or after them.
func (r *Result) byPlan(list []Criterion, code, field string, v layers.Value) (_ []Criterion, done bool) {
	if v.IsNull() {
		return list, false
	}
	works := int(v.Int())
	c := Criterion{Code: code, Field: field, Value: v, Limit: float64(r.Year), Basic: float64(r.Year), Year: works}
	switch {
	case works > r.Year:
		// What was measured is still listed, for it tells what the works must mend.
		c.State = Not
		return append(list, c), false
	case works > r.Surveyed:
		c.State = Reached
		return append(list, c), true
	}
	return list, false
}

// appendWater judges by T/CHES 18-2018, whose grade is that of the worst criterion.
func (r *Result) appendWater(list []Criterion, i int) []Criterion {
	f, w := &r.fields, &r.Rules.Water
	list, done := r.byPlan(list, "water_year", "water_year", r.get(i, f.waterYear))
	if done {
		return list
	}
	full, basic := w.QuantityL, w.QuantityBasicL
	if county := r.Villages.County[i]; county >= 0 && w.DryCounties.has(r.Counties[county].Code) {
		full, basic = w.DryQuantityL, w.DryQuantityBasicL
	}
	fetch := atMost("water_fetch", "water_fetch_min", r.get(i, f.fetchMin), w.FetchMin, w.FetchBasicMin)
	// Where every home has a tap nobody fetches, whether or not a time is on record.
	if rate := r.get(i, f.tapWaterRate); rate.Float() >= 100 {
		fetch.State, fetch.Value = Reached, layers.Int(0)
		fetch.Field = "tap_water_rate"
	}
	return append(list,
		atLeast("water_quantity", "water_quantity", r.get(i, f.waterQuantity), full, basic),
		fetch,
		atLeast("water_guarantee", "water_guarantee", r.get(i, f.waterGuarantee), w.Guarantee, w.GuaranteeBasic),
		flag("water_quality", "water_quality_ok", r.get(i, f.qualityOK)))
}

func (r *Result) appendBroadband(list []Criterion, i int) []Criterion {
	f, b := &r.fields, &r.Rules.Broadband
	list, done := r.byPlan(list, "broadband_year", "broadband_year", r.get(i, f.broadbandYear))
	if !done {
		list = append(list,
			flag("broadband_fibre", "fibre", r.get(i, f.fibre)),
			atLeast("broadband_mbps", "mbps", r.get(i, f.mbps), b.Mbps, b.Mbps))
	}
	return append(list, r.mobile(i))
}

// mobile tells of 4G: by the village's own field or, where that is not a yes, by a
// tower's radius.
func (r *Result) mobile(i int) Criterion {
	c := flag("broadband_4g", "mobile_4g", r.get(i, r.fields.mobile))
	c.Aside = !r.Rules.Broadband.MobileNeeded.has("yes")
	if c.State == Reached || r.towers.count() == 0 {
		return c
	}
	at, ok := r.Villages.At(i)
	if !ok {
		return c
	}
	if metres, radius, ok := r.towers.covering(at); ok {
		return Criterion{Code: "broadband_tower", State: Reached, Value: layers.Float(metres), Limit: radius, Basic: radius, Aside: c.Aside, Year: r.Year}
	}
	c.State = Not
	return c
}

// exitCriteria and countyCriteria are what the exit checklists may hold.
var (
	exitCriteria   = []string{"incidence", "income_rising", "cooperative", "road", "water", "power", "clinic", "fibre"}
	countyCriteria = []string{"incidence", "income", "road", "tap_water", "power", "housing", "insured", "fibre"}
)

// appendExit judges the checklist of a poverty village, each criterion of which is
// a veto. Of other villages nothing is asked.
func (r *Result) appendExit(list []Criterion, i int) []Criterion {
	f := &r.fields
	for _, name := range r.Rules.Exit.Village.Values {
		var c Criterion
		switch name {
		case "incidence":
			get := func(field int) layers.Value { return r.get(i, field) }
			c = incidence(get(f.remainingPoor), get(f.poorPopulation), get(f.population), r.Rules.Exit.Incidence, get(f.exitStatus).Text() == "已销号")
			c.Code = "exit_incidence"
		case "income_rising":
			c = flag("exit_income_rising", "income_rising", r.get(i, f.incomeRising))
		case "cooperative":
			c = flag("exit_cooperative", "cooperative", r.get(i, f.cooperative))
		case "road":
			c = r.asVeto("exit_road", Road, i)
		case "water":
			c = r.asVeto("exit_water", Water, i)
		case "power":
			c = flag("exit_power", "power", r.get(i, f.power))
		case "clinic":
			c = flag("exit_clinic", "clinic", r.get(i, f.clinic))
		case "fibre":
			c = r.exitFibre(i)
		}
		if c.Source == "" {
			c.Source = r.Rules.Exit.Village.Source
		}
		list = append(list, c)
	}
	return list
}

// asVeto takes a service's state as a criterion: basically reached is enough.
func (r *Result) asVeto(code string, s Service, i int) Criterion {
	state := r.States[s][i]
	c := Criterion{Code: code, State: state, Value: layers.Text(state.String()), Year: r.Year}
	if state == Basically {
		c.State = Reached
	}
	return c
}

func (r *Result) exitFibre(i int) Criterion {
	c := flag("exit_fibre", "fibre", r.get(i, r.fields.fibre))
	if planned, done := r.byPlan(nil, "exit_fibre", "broadband_year", r.get(i, r.fields.broadbandYear)); done {
		c.State, c.Value, c.Year = Reached, layers.Bool(true), planned[0].Year
	}
	return c
}

// incidence is those still poor in a hundred people, which must be below the limit.
// Where they are not on record the registered poor stand in. Registers keep those who
// have left poverty: where a place is struck off, more than the limit says nothing then.
func incidence(remaining, registered, people layers.Value, below Limit, struckOff bool) Criterion {
	c := Criterion{Limit: below.Value, Basic: below.Value, Source: below.Source, Field: "remaining_poor"}
	poor := remaining
	if remaining.IsNull() {
		poor, c.Field = registered, "poor_population"
	}
	if poor.IsNull() || people.Float() <= 0 {
		return c
	}
	percent := 100 * poor.Float() / people.Float()
	c.Value = layers.Float(percent)
	switch {
	case percent < below.Value:
		c.State = Reached
	case !struckOff || !remaining.IsNull():
		c.State = Not
	}
	return c
}
