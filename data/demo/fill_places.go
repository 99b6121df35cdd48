package demo

import (
	"strconv"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/demo/ground"
	"github.com/cuntu/cuntu/data/demo/plane"
)

func (w *world) countyRows(r *rows) {
	n := len(w.source.Counties)
	all, rural, poor, still := make([]int, n), make([]int, n), make([]int, n), make([]int, n)
	for _, t := range w.townPeople() {
		all[t.county] += t.people
	}
	for k := range w.villages {
		rural[w.villages[k].county] += w.people[k].population
		poor[w.villages[k].county] += w.people[k].poor
		still[w.villages[k].county] += w.people[k].stillPoor
	}
	for k, c := range w.source.Counties {
		whole := withoutHoles(c.Outline)
		var g orb.Geometry = whole
		if len(whole) == 1 {
			g = whole[0]
		}
		plan := countyPlans[c.Code]
		r.add(g).text("code", c.Code).text("name", c.Name).text("city", cityName).
			whole("population", all[k]).whole("rural_population", rural[k]).whole("poor_population", poor[k]).whole("remaining_poor", still[k]).
			year("exit_year", plan.exitYear).text("exit_status", "未退出").
			whole("rural_income", plan.income).whole("province_income", provinceIncome)
	}
}

// withoutHoles is an outline with the land inside it: the source has a ring in 柞水县 that is of no other county, and
// no county of the prefecture lies in another.
func withoutHoles(outline orb.MultiPolygon) orb.MultiPolygon {
	whole := make(orb.MultiPolygon, len(outline))
	for i, polygon := range outline {
		whole[i] = polygon[:1]
	}
	return whole
}

type townCount struct{ county, people int }

// townPeople is each town's population: its villages' and its communities'.
func (w *world) townPeople() []townCount {
	out := make([]townCount, len(w.towns))
	for k, t := range w.towns {
		out[k].county = t.county
		for c := range w.source.Towns[k].Communities {
			out[k].people += 1100 + int(1500*plane.Chance(w.seed, k, c, 121))
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
		s := w.source.Towns[k]
		r.add(plane.ToDegrees(t.at)).text("code", s.Code).text("name", s.Name).text("county", w.countyCode(t.county)).
			text("kind", t.kind).number("elevation", tenth(w.ground.Terrain().At(t.at))).whole("population", count[k].people)
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
		r.add(ground.Degrees(v.Line)).text("name", v.Name).whole("level", v.Level)
	}
}

func (w *world) countyCode(k int) string { return w.source.Counties[k].Code }
func (w *world) townCode(k int) string   { return w.source.Towns[k].Code }

// nameRivers gives streams without a name that of the nearest town or village
// along them, as streams are named there; the same name twice gets a number.
func (w *world) nameRivers() {
	used := map[string]int{}
	for k := range w.rivers {
		r := &w.rivers[k]
		if r.Name == "" {
			mid := w.ground.Grid.Center(int(r.Cells[len(r.Cells)/2]))
			suffix := "沟"
			name := ""
			if r.Level == 3 {
				suffix = "河"
				name = townStem(w.source.Towns[w.nearestTown(mid)].Name)
			} else if v := w.nearestVillage(mid); v >= 0 {
				name = villageStem(w.source.Villages[v].Name)
			}
			r.Name = name + suffix
			if used[r.Name]++; used[r.Name] > 1 {
				r.Name += strconv.Itoa(used[r.Name])
			}
		}
	}
}

func (w *world) townAreaRows(r *rows) {
	for k, outline := range w.townOutlines {
		outlineRow(r, outline, w.source.Towns[k].Code)
	}
}

func (w *world) villageAreaRows(r *rows) {
	for k, outline := range w.villageOutlines {
		outlineRow(r, outline, w.source.Villages[k].Code)
	}
}

func outlineRow(r *rows, outline orb.MultiPolygon, code string) {
	var g orb.Geometry = outline
	if len(outline) == 1 {
		g = outline[0]
	}
	r.add(g).text("code", code).text("source", "演示数据").year("year", outlineYear)
}
