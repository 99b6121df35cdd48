package demo

import (
	"fmt"
	"math"
	"time"

	"github.com/cuntu/cuntu/data/demo/plane"
	"github.com/cuntu/cuntu/layers"
)

// exitStepRows writes the record of each poverty village's exit, so that it comes to
// what the village's fields say: all are planned in spring 2016; who is struck off
// went through all steps before, a few only in the spring after their year; of the
// others some wait for their check, some did not pass it and some are with the county.
func (w *world) exitStepRows(r *rows) {
	for k := range w.villages {
		p := &w.people[k]
		if !p.poverty {
			continue
		}
		s := &stepper{rows: r, code: w.source.Villages[k].Code}
		county, town := w.source.Counties[w.villages[k].county].Name, w.source.Towns[w.villages[k].town].Name
		luck := func(salt int) float64 { return plane.Chance(w.seed, k, 400+salt) }
		checker := checkers[plane.Hash(w.seed, k, 420)%uint64(len(checkers))]
		s.add("planned", 2016, 60+int(40*luck(1)), county+"扶贫局").year("exit_year", p.exitYear)
		claimed := 150 + int(60*luck(2))
		switch p.exitStatus {
		case "已销号":
			if luck(3) < 0.07 { // failed once
				s.claim(p.exitYear, claimed-45, county, town, 20)
				s.add("checked", p.exitYear, claimed-20, checker).text("result", "failed").
					text("note", failures[plane.Hash(w.seed, k, 421)%uint64(len(failures))])
			}
			s.claim(p.exitYear, claimed, county, town, 40)
			s.add("checked", p.exitYear, claimed+45+int(40*luck(4)), checker).text("result", "passed")
			day := claimed + 90 + int(50*luck(5))
			if p.exitYear < thisYear && luck(6) < 0.04 {
				day = 375 + int(60*luck(5)) // of the year after
			}
			s.add("struck_off", p.exitYear, day, county+"脱贫攻坚领导小组")
		case "待核查":
			day := 240 + int(70*luck(2))
			s.claim(p.exitYear, day, county, town, 24+int(20*luck(3)))
		default:
			switch {
			case p.exitYear == thisYear && luck(3) < 0.6:
				s.claim(p.exitYear, claimed, county, town, 40)
				s.add("checked", p.exitYear, claimed+45+int(40*luck(4)), checker).text("result", "failed").
					text("note", failures[plane.Hash(w.seed, k, 421)%uint64(len(failures))])
			case p.exitYear == thisYear:
				s.claim(p.exitYear, 325+int(20*luck(4)), county, town, int(20*luck(5)))
			}
		}
	}
}

// stepper adds the steps of one village.
type stepper struct {
	rows *rows
	code string
}

// claim adds a claim and what follows on it within so many days: the town verifies it, the county reviews it and hangs its
// notice, the prefecture approves it.
func (s *stepper) claim(year, day int, county, town string, days int) {
	s.add("claimed", year, day, town+"人民政府")
	for _, next := range []struct {
		step  string
		after int
		by    string
	}{
		{"verified", 8, town + "人民政府"},
		{"reviewed", 18, county + "扶贫局"},
		{"noticed", 21, county + "脱贫攻坚领导小组"},
		{"approved", 34, "商洛市脱贫攻坚领导小组"},
	} {
		if next.after > days {
			return
		}
		s.add(next.step, year, day+next.after, next.by)
	}
}

// add adds a step on the day-th day of a year.
func (s *stepper) add(step string, year, day int, by string) row {
	date := time.Date(year, 1, day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	return s.rows.add(nil).text("village", s.code).text("step", step).text("date", date).text("by", by)
}

// Made-up offices that check, and what they may find.
var (
	checkers = []string{"第三方评估一组", "第三方评估二组", "第三方评估三组", "市级交叉核查组"}
	failures = []string{"贫困发生率高于 3%", "通村路未硬化到村委会", "供水保证率未达标", "无标准化卫生室", "部分农户住房未鉴定", "集体经济未见收益"}
)

// reported is what was reported as done of a year's task: a made-up figure near it.
func (w *world) reported(indicator string, year, task int) float64 {
	share := 0.94 + 0.09*plane.Chance(w.seed, year, len(indicator), task, 431)
	if indicator == "people_moved" {
		share = 0.8 + 0.15*plane.Chance(w.seed, year, task, 432)
	}
	return float64(int(share * float64(task)))
}

// countyStepRows writes the record of the counties' exits: none is out yet; those whose year is the next have been claimed,
// and one of them was sent back once.
func (w *world) countyStepRows(r *rows) {
	add := func(k int, step string, year, day int, by string) row {
		date := time.Date(year, 1, day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		return r.add(nil).text("county", w.source.Counties[k].Code).text("step", step).text("date", date).text("by", by)
	}
	first := true
	for k := range w.source.Counties {
		name := w.source.Counties[k].Name
		if countyPlans[w.source.Counties[k].Code].exitYear > thisYear+1 {
			continue
		}
		if first {
			add(k, "claimed", thisYear-1, 320, name+"人民政府")
			add(k, "verified", thisYear-1, 345, cityName+"脱贫攻坚领导小组")
			add(k, "noticed", thisYear, 5, cityName+"人民政府")
			add(k, "checked", thisYear, 60, "省第三方评估组").text("result", "failed").text("note", "两个村通村路未硬化到村委会")
			first = false
		}
		add(k, "claimed", thisYear, 330, name+"人民政府")
		add(k, "verified", thisYear, 360, cityName+"脱贫攻坚领导小组").text("result", "passed")
	}
}

// A made-up project of a poverty village: what hardens the road to it or brings it water.
type venture struct {
	village   int
	segment   int // of road; -1 where it is for water
	year      int
	wan       float64
	km        float64
	number    string
	stages    int // how many of ventureSteps are done
	began     int // the day of the year before, on which it was proposed
	withdrawn bool
}

// ventureSteps are the steps of a project with the days between them and who takes them: t is the town, b the county's bureau.
var ventureSteps = []struct {
	step  string
	after int
	by    string
}{
	{"applied", 0, "t"},
	{"audited", 12, "t"},
	{"appraised", 16, "b"},
	{"noticed", 4, "b"},
	{"listed", 12, "b"},
	{"planned", 60, "b"},
	{"contracted", 25, "t"},
	{"started", 15, "t"},
	{"paid", 30, "b"},
	{"finished", 120, "t"},
	{"accepted", 30, "b"},
	{"paid", 10, "b"},
	{"handed_over", 25, "t"},
}

// ventures are a project for each poverty village: accepted in the year in which the village left or before, and on its way
// where the village is still to leave. Each hardens the road that was laid to the village, where there is one.
func (w *world) ventures() (list []venture) {
	road := map[int]int{}
	for k := range w.segments {
		s := &w.segments[k]
		if v := w.routes[s.route].village; v >= 0 && s.kind == "road" && s.metres > 200 && (s.hardened() || s.cost > 0) {
			if was, ok := road[v]; !ok || w.segments[was].metres < s.metres {
				road[v] = k
			}
		}
	}
	number := map[string]int{}
	for k := range w.villages {
		p := &w.people[k]
		if !p.poverty {
			continue
		}
		v := venture{village: k, segment: -1, year: p.exitYear, began: 30 + int(90*plane.Chance(w.seed, k, 440)), stages: len(ventureSteps)}
		v.wan = 18 + 40*plane.Chance(w.seed, k, 441)
		if at, ok := road[k]; ok {
			s := &w.segments[at]
			v.segment, v.km = at, math.Round(s.metres)/1e3
			v.wan = max(s.cost, s.metres/1e3*50)
		}
		v.wan = math.Round(v.wan*10) / 10
		if p.exitYear > thisYear { // how far it is at the end of the year
			v.stages = 3 + int(float64(len(ventureSteps)-5)*plane.Chance(w.seed, k, 442))
			v.withdrawn = v.stages < 6 && plane.Chance(w.seed, k, 443) < 0.08
		} else if p.exitStatus != layers.StruckOff && p.exitYear == thisYear {
			v.stages = min(len(ventureSteps), 8+int(5*plane.Chance(w.seed, k, 444)))
		}
		prefix := fmt.Sprintf("XM%s%d", w.countyCode(w.villages[k].county), v.year)
		number[prefix]++
		v.number = fmt.Sprintf("%s%04d", prefix, number[prefix])
		list = append(list, v)
	}
	return list
}

// share rounds a part of money to 100 yuan.
func share(wan, part float64) float64 { return math.Round(wan*part*100) / 100 }

func (w *world) projectRows(r *rows) {
	for _, v := range w.ventures() {
		k, p := v.village, &w.people[v.village]
		county, town := w.source.Counties[w.villages[k].county], w.source.Towns[w.villages[k].town]
		name := w.source.Villages[k].Name
		f := venturePlace(w, r, v)
		central, province, city := share(v.wan, 0.55), share(v.wan, 0.2), share(v.wan, 0.05)
		f.text("number", v.number).text("county", county.Code).text("town", town.Code).text("village", w.source.Villages[k].Code).
			year("year", v.year).text("batch", "第"+string([]rune("一二三")[plane.Hash(w.seed, k, 445)%3])+"批").text("stage", v.stage()).
			number("cost_wan", v.wan).number("central_wan", central).number("province_wan", province).number("city_wan", city)
		left := math.Round((v.wan-central-province-city)*100) / 100
		switch {
		case v.year >= 2017 && plane.Chance(w.seed, k, 446) < 0.3:
			aid := share(left, 0.5)
			f.number("aid_wan", aid).number("county_wan", math.Round((left-aid)*100)/100)
		case plane.Chance(w.seed, k, 447) < 0.1:
			bond := share(left, 0.4)
			f.number("bond_wan", bond).number("county_wan", math.Round((left-bond)*100)/100)
		default:
			own := share(left, 0.1)
			f.number("other_wan", own).number("county_wan", math.Round((left-own)*100)/100)
		}
		served := fmt.Sprintf("受益 1 个村 %d 人", p.population)
		if v.segment >= 0 {
			f.text("name", name+"通村路硬化").text("category", "road").text("nature", "rebuilt").number("km", v.km).
				text("parts", fmt.Sprintf("road/%d/0/0", v.segment+1)).text("need", "通村路未硬化，雨季难行").
				text("task", fmt.Sprintf("硬化通村路 %.1f 公里，宽 4.5 米", v.km)).text("goal", fmt.Sprintf("硬化里程 %.1f 公里；%s；使用年限 20 年", v.km, served)).
				text("lead", county.Name+"交通运输局")
		} else {
			f.text("name", name+"安全饮水").text("category", "water").text("nature", "new").
				text("parts", fmt.Sprintf("village/%s/water", w.source.Villages[k].Code)).text("need", "供水保证率低，部分农户取水远").
				text("task", "新建蓄水池、铺设管网入户").text("goal", "自来水入户率 100%；"+served).text("lead", county.Name+"水利局")
		}
		f.text("benefit", fmt.Sprintf("优先吸纳本村务工 %d 人", 6+k%17)).text("builder", town.Name+"人民政府")
		f.whole("villages_served", 1).whole("people_served", p.population)
		v.money(w, f)
		if v.stages > 5 {
			f.text("approval", fmt.Sprintf("%s脱指〔%d〕%d 号", townStem(county.Name), v.year, 1+k%40)).
				text("planned_start", fmt.Sprintf("%d-03-15", v.year)).text("planned_end", fmt.Sprintf("%d-10-31", v.year))
		}
		if v.stages == len(ventureSteps) {
			f.text("asset_kind", "public").text("owner", name+"村民委员会").text("keeper", name+"村民委员会")
		}
	}
}

// venturePlace adds a project where it is built: along the road, or at the village.
func venturePlace(w *world, r *rows, v venture) row {
	if v.segment >= 0 {
		return r.add(w.segments[v.segment].line)
	}
	return r.add(plane.ToDegrees(w.villages[v.village].at))
}

// stage is the last step that moves a project on.
func (v *venture) stage() string {
	if v.withdrawn {
		return "withdrawn"
	}
	stage := ""
	for _, s := range ventureSteps[:v.stages] {
		if s.step != "paid" && s.step != "contracted" {
			stage = s.step
		}
	}
	return stage
}

// contract is what was agreed on: a little below the estimate, but for a few that cost more for a reason.
func (v *venture) contract(w *world) float64 {
	if plane.Chance(w.seed, v.village, 448) < 0.04 {
		return share(v.wan, 1.06)
	}
	return share(v.wan, 0.94+0.05*plane.Chance(w.seed, v.village, 449))
}

// money is what was contracted and paid, by the steps that are done.
func (v *venture) money(w *world, f row) {
	contract, paid := v.contract(w), 0.
	for n, s := range ventureSteps[:v.stages] {
		switch s.step {
		case "contracted":
			f.number("contract_wan", contract)
			if contract > v.wan {
				f.text("over_reason", "岩石路段开挖量增加")
			}
		case "paid":
			paid = math.Round((paid+v.payment(w, n))*100) / 100
			f.number("paid_wan", paid)
		}
	}
}

// payment is the money of the n-th step: most at first, the rest once the work is accepted.
func (v *venture) payment(w *world, n int) float64 {
	first := share(v.contract(w), 0.7)
	if n < 10 {
		return first
	}
	return math.Round((v.contract(w)-first)*100) / 100
}

func (w *world) projectStepRows(r *rows) {
	for _, v := range w.ventures() {
		county, town := w.source.Counties[w.villages[v.village].county].Name, w.source.Towns[w.villages[v.village].town].Name
		bureau := county + map[bool]string{true: "交通运输局", false: "水利局"}[v.segment >= 0]
		day := v.began
		add := func(step, by string) row {
			date := time.Date(v.year-1, 1, day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
			return r.add(nil).text("project", v.number).text("step", step).text("date", date).text("by", by)
		}
		for n, s := range ventureSteps[:v.stages] {
			day += s.after
			f := add(s.step, map[string]string{"t": town + "人民政府", "b": bureau}[s.by])
			switch s.step {
			case "contracted":
				f.number("wan", v.contract(w))
			case "paid":
				f.number("wan", v.payment(w, n))
			case "accepted":
				f.text("result", "passed")
			}
		}
		if v.withdrawn {
			day += 30
			add("withdrawn", bureau).text("note", "与其他项目重复")
		}
	}
}
