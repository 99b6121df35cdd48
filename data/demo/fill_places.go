package demo

import (
	"github.com/paulmach/orb"
)

func (w *world) countyRows(r *rows) {
	n := len(w.source.counties)
	all, rural, poor, still := make([]int, n), make([]int, n), make([]int, n), make([]int, n)
	for _, t := range w.townPeople() {
		all[t.county] += t.people
	}
	for k := range w.villages {
		rural[w.villages[k].county] += w.people[k].population
		poor[w.villages[k].county] += w.people[k].poor
		still[w.villages[k].county] += w.people[k].stillPoor
	}
	for k, c := range w.source.counties {
		var g orb.Geometry = c.outline
		if len(c.outline) == 1 {
			g = c.outline[0]
		}
		plan := countyPlans[c.code]
		r.add(g).text("code", c.code).text("name", c.name).text("city", cityName).
			whole("population", all[k]).whole("rural_population", rural[k]).whole("poor_population", poor[k]).whole("remaining_poor", still[k]).
			year("exit_year", plan.exitYear).text("exit_status", "未退出").
			whole("rural_income", plan.income).whole("province_income", provinceIncome)
	}
}

type townCount struct{ county, people int }

// townPeople is each town's population: its villages' and its communities'.
func (w *world) townPeople() []townCount {
	out := make([]townCount, len(w.towns))
	for k, t := range w.towns {
		out[k].county = t.county
		for c := range w.source.towns[k].communities {
			out[k].people += 1100 + int(1500*chance(w.seed, k, c, 121))
		}
	}
	for k := range w.villages {
		out[w.villages[k].town].people += w.people[k].population
	}
	return out
}

func (w *world) townRows(r *rows) {
	count := w.townPeople()
	for k, t := range w.towns {
		s := w.source.towns[k]
		r.add(toDegrees(t.at)).text("code", s.code).text("name", s.name).text("county", w.countyCode(t.county)).
			text("kind", t.kind).number("elevation", tenth(w.ground.terrain().height(t.at))).whole("population", count[k].people)
	}
}

func (w *world) roadRows(r *rows) {
	for _, s := range w.segments {
		t := w.routes[s.route]
		f := r.add(s.line).text("number", t.number).text("name", t.name).text("county", w.countyCode(s.county)).
			text("class", t.class).text("grade", s.grade).text("surface", s.surface).text("kind", s.kind).
			text("status", s.status).year("year", s.year).text("note", s.note)
		if s.width > 0 {
			f.number("width_m", s.width)
		}
		if s.cost > 0 {
			f.number("cost_wan", s.cost)
		}
	}
}

func (w *world) riverRows(r *rows) {
	for _, v := range w.rivers {
		r.add(degrees(v.line)).text("name", v.name).whole("level", v.level)
	}
}

func (w *world) countyCode(k int) string { return w.source.counties[k].code }
func (w *world) townCode(k int) string   { return w.source.towns[k].code }
