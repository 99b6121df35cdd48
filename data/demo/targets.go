package demo

// peopleMoved is how the people to relocate are spread over the years; the plan
// publishes their total alone.
var peopleMoved = map[int]float64{2016: 0.3, 2017: 0.22, 2018: 0.24, 2019: 0.16, 2020: 0.08}

// shareTargets are the levels that the prefecture is to reach by year, made up but for
// the last, which are the plan's.
var shareTargets = map[string]map[int]float64{
	"road":         {2016: 86, 2017: 89, 2018: 93, 2019: 95, 2020: 97},
	"water":        {2016: 62, 2017: 78, 2018: 88, 2019: 95, 2020: 100},
	"tap_water":    {2016: 76, 2017: 80, 2018: 84, 2019: 87, 2020: 90},
	"broadband":    {2016: 60, 2017: 85, 2018: 95, 2019: 98, 2020: 100},
	"safe_housing": {2016: 93, 2017: 95, 2018: 96, 2019: 97, 2020: 97},
}

// reportedShares are what was reported of years before the survey; made up.
var reportedShares = map[string]map[int]float64{
	"tap_water":    {2016: 74.6},
	"safe_housing": {2016: 94.1},
}

const (
	published = "商洛市公布的脱贫攻坚目标"
	standard  = "陕西省贫困退出标准（2017）"
	invented  = "虚构"
	splitUp   = "按各县比重分解，虚构"
)

// targetRows writes the plan: the prefecture's targets and what each county
// contributes to them, so that the counties' add up to the prefecture's.
func (w *world) targetRows(r *rows) {
	prefecture := w.source.Counties[0].Code[:4] + "00"
	n := len(w.source.Counties)
	poor, moves, poverty, counties := make([]float64, n), make([]float64, n), make([]int, n), map[int]int{}
	for k := range w.villages {
		c := w.villages[k].county
		poor[c] += float64(w.people[k].poor)
		moves[c] += float64(w.people[k].move)
	}
	living := make([]float64, n) // in sites now
	for _, s := range w.sites {
		living[s.county] += float64(s.occupied)
	}
	for c := range poverty {
		plan := countyPlans[w.source.Counties[c].Code]
		poverty[c] = plan.poverty
		counties[plan.exitYear]++
	}
	add := func(area, indicator string, year int, value float64, source string) row {
		return r.add(nil).text("area", area).text("indicator", indicator).year("year", year).number("value", value).text("source", source)
	}
	villages := exitYears(poverty)
	for year := 2016; year <= 2020; year++ {
		if all := VillagesOut()[year]; all > 0 {
			add(prefecture, "villages_out", year, float64(all), published)
		}
		if counties[year] > 0 {
			add(prefecture, "counties_out", year, float64(counties[year]), published)
		}
		moved := int(peopleMoved[year]*plannedMoves + 0.5)
		w.countTargets(add, prefecture, "people_out", year, PeopleOut()[year], poor, nil, published)
		w.countTargets(add, prefecture, "people_moved", year, moved, moves, living, "总数为公布数，分年为虚构")
		for c := range n {
			code := w.source.Counties[c].Code
			if year <= 2018 {
				add(code, "villages_out", year, float64(villages[c][year-2016]), splitUp)
			}
			if countyPlans[code].exitYear == year {
				add(code, "counties_out", year, 1, published)
			}
		}
		for _, indicator := range []string{"road", "water", "tap_water", "broadband", "safe_housing"} {
			source := invented
			if year == 2020 {
				source = standard
			}
			f := add(prefecture, indicator, year, shareTargets[indicator][year], source)
			if done, ok := reportedShares[indicator][year]; ok {
				f.number("done", done).text("note", "上报完成数为虚构")
			}
		}
	}
}

// countTargets splits a year's task among the counties, with what each reported: a year
// before now less than what most, where it is given, says of now.
func (w *world) countTargets(add func(area, indicator string, year int, value float64, source string) row, prefecture, indicator string,
	year, task int, weights, most []float64, source string,
) {
	whole := add(prefecture, indicator, year, float64(task), source)
	done := 0.0
	for c, part := range apportion(task, weights) {
		f := add(w.source.Counties[c].Code, indicator, year, float64(part), splitUp)
		if year < thisYear {
			d := w.reported(indicator, year, part)
			if most != nil {
				d = min(d, float64(int(0.7*most[c])))
			}
			f.number("done", d).text("note", "上报完成数为虚构")
			done += d
		}
	}
	if year < thisYear {
		whole.number("done", done).text("note", "上报完成数为虚构")
	}
}
