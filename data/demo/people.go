package demo

import (
	"math"
	"math/rand/v2"
	"sort"

	"github.com/cuntu/cuntu/data/demo/plane"
)

// people is who lives in a village and how they fare.
type people struct {
	households, population         int
	poorHouseholds, poor           int
	stillPoor                      int
	moveHouseholds, move           int
	poverty                        bool
	exitYear                       int
	exitStatus                     string
	income                         int
	dangerous                      int
	tapRate, guarantee, quantity   float64
	fetch                          float64
	quality                        bool
	waterYear                      int
	fibre                          bool
	mbps                           float64
	mobile                         bool
	broadbandYear                  int
	power, tv                      bool
	clinic, doctor, school, square bool
	cooperative, rising            bool
	insured                        float64
	unit, leader                   string
	unknown                        map[string]bool // fields nobody has filled in
}

// populate makes the villages' people add up to the plan. What is counted is
// apportioned, so that every sum comes out exactly; what is measured is drawn,
// worse where need is greater.
func (w *world) populate() {
	n := len(w.villages)
	r := w.random(peopleStep)
	w.people = make([]people, n)
	weights, luck := make([]float64, n), make([]float64, n)
	for k := range w.villages {
		luck[k] = r.NormFloat64()
		weights[k] = math.Exp(0.36*luck[k]) * (1.35 - 0.75*w.need[k])
	}
	for k, p := range apportion(plannedRural, weights) {
		w.people[k].population = p
		w.people[k].households = int(float64(p)/(3.5+0.5*r.Float64()) + 0.5)
	}
	w.choosePoverty(r)
	w.apportionPoor(r)
	w.apportionMoves(r)
}

// choosePoverty picks each county's poverty villages, the neediest with some
// luck, and gives them their years, the least needy first.
func (w *world) choosePoverty(r *rand.Rand) {
	score := make([]float64, len(w.villages))
	for k := range score {
		score[k] = w.need[k] + 0.45*r.Float64()
	}
	number := make([]int, len(w.source.Counties))
	for c := range number {
		number[c] = countyPlans[w.source.Counties[c].Code].poverty
	}
	for c, years := range exitYears(number) {
		var list []int
		for k := range w.villages {
			if w.villages[k].county == c {
				list = append(list, k)
			}
		}
		sort.SliceStable(list, func(a, b int) bool { return score[list[a]] > score[list[b]] })
		list = list[:number[c]]
		for rank, k := range list { // the neediest first in the list, last in the plan
			p := &w.people[k]
			p.poverty, p.exitYear, p.exitStatus = true, 2016, "已销号"
			switch {
			case rank < years[2]:
				p.exitYear, p.exitStatus = 2018, "未退出"
			case rank < years[2]+years[1]:
				p.exitYear = 2017
				if luck := r.Float64(); luck > 0.92 {
					p.exitStatus = "未退出"
				} else if luck > 0.6 {
					p.exitStatus = "待核查"
				}
			}
		}
	}
}

func (w *world) apportionPoor(r *rand.Rand) {
	weights, most := make([]float64, len(w.people)), make([]int, len(w.people))
	for k := range w.people {
		p := &w.people[k]
		rate := 0.08 + 0.14*w.need[k]
		if p.poverty {
			rate = 0.2 + 0.28*w.need[k]
		}
		weights[k] = float64(p.population) * rate * math.Exp(0.2*r.NormFloat64())
		most[k] = p.population * 7 / 10
	}
	for k, n := range apportionWithin(plannedPoor, weights, most) {
		p := &w.people[k]
		p.poor = n
		p.poorHouseholds = min(p.households, int(float64(n)/(3.1+0.5*r.Float64())+0.5))
		p.stillPoor = min(p.poor, w.stillPoor(k))
	}
}

// stillPoor is how many of a village's registered poor have not left poverty: below three
// in a hundred of the people where it is struck off, and nearly all where nothing was
// claimed, so that by now about as many have left as the plan asks for.
func (w *world) stillPoor(k int) int {
	p, luck := &w.people[k], plane.Chance(w.seed, k, 113)
	switch p.exitStatus {
	case "已销号":
		return int((0.008 + 0.021*luck) * float64(p.population))
	case "待核查":
		return int((0.012 + 0.02*luck) * float64(p.population))
	}
	return int((0.96 + 0.04*luck) * float64(p.poor))
}

func (w *world) apportionMoves(r *rand.Rand) {
	weights, most := make([]float64, len(w.people)), make([]int, len(w.people))
	for k := range w.people {
		p := &w.people[k]
		weights[k] = float64(p.poor) * (0.12 + 1.3*w.need[k]*w.need[k]) * math.Exp(0.3*r.NormFloat64())
		most[k] = p.poor * 92 / 100
	}
	for k, n := range apportionWithin(plannedMoves, weights, most) {
		p := &w.people[k]
		p.move = n
		p.moveHouseholds = min(int(math.Ceil(float64(n)/(3.55+0.3*r.Float64()))), p.households)
	}
}

// serve draws what each village has. It needs the towers, which decide who has a
// signal, and the roads.
func (w *world) serve() {
	r := w.random(serviceStep)
	for k := range w.people {
		p, need := &w.people[k], w.need[k]
		out := p.exitStatus == "已销号"
		better := 0.0 // those struck off have been checked
		if out {
			better = 0.5
		}
		likely := func(best, fall float64) bool { return r.Float64() < best-fall*need*(1-better) }
		p.income = int(11400 - 4300*need + 900*r.NormFloat64())
		if p.poverty && !out {
			p.income -= 900
		}
		p.income = max(p.income, 2600)
		p.power = likely(1.0, 0.035)
		p.tv = likely(1.0, 0.06)
		p.clinic = likely(0.99, 0.2)
		p.doctor = p.clinic && likely(0.98, 0.12)
		p.school = likely(0.66, 0.5)
		p.square = likely(0.95, 0.4)
		p.cooperative = likely(0.97, 0.35)
		p.rising = likely(0.98, 0.25)
		p.insured = tenth(100 - 3.5*r.Float64()*need)
		p.dangerous = int(float64(p.households) * (0.004 + 0.09*need*need*r.Float64()) * (1 - better))
		w.water(p, need*(1-0.35*better), r)
		w.broadband(k, p, need*(1-0.5*better), r)
		p.unit = units[r.IntN(len(units))]
		if r.Float64() < 0.6 {
			p.unit = w.source.Counties[w.villages[k].county].Name + countyUnits[r.IntN(len(countyUnits))]
		}
		p.leader = surnames[r.IntN(len(surnames))] + givenNames[r.IntN(len(givenNames))]
		p.unknown = map[string]bool{}
		for _, f := range mayBeUnknown {
			if r.Float64() < 0.025 {
				p.unknown[f] = true
			}
		}
	}
}

// mayBeUnknown are the fields that surveys leave out now and then.
var mayBeUnknown = []string{
	"income", "cooperative", "income_rising", "tap_water_rate", "water_guarantee", "water_quantity", "water_fetch_min",
	"water_quality_ok", "mbps", "mobile_4g", "clinic", "doctor", "school", "culture_square", "dangerous_houses",
	"safe_housing_rate", "insured_rate", "unit", "leader",
}

func (w *world) water(p *people, need float64, r *rand.Rand) {
	short := need*need*0.9 + 0.22*r.Float64()
	p.tapRate = tenth(min(100, 101-62*max(0, short-0.12)+2*r.NormFloat64()))
	p.guarantee = tenth(min(99.5, 98.5-12*max(0, short-0.18)+1.2*r.NormFloat64()))
	p.quantity = math.Round(max(18, 96-58*short+9*r.NormFloat64()))
	p.fetch = math.Round(max(0, 34*(short-0.55)+4*r.NormFloat64()))
	if p.tapRate > 90 {
		p.fetch = 0
	}
	p.quality = r.Float64() > 0.02+0.16*short
	p.tapRate, p.guarantee = max(p.tapRate, 20), max(p.guarantee, 60)
	if p.guarantee >= 90 && p.quantity >= 35 && p.fetch <= 20 && p.quality {
		p.waterYear = 2008 + int(10*math.Sqrt(r.Float64()))
	} else {
		p.waterYear = 2018 + r.IntN(3)
	}
}

func (w *world) broadband(k int, p *people, need float64, r *rand.Rand) {
	p.mobile = w.signal(w.villages[k].at)
	if p.fibre = r.Float64() < 1.0-0.42*need*need; p.fibre {
		p.mbps = []float64{20, 50, 50, 100, 100, 100, 200}[r.IntN(7)]
		if r.Float64() < 0.12*need {
			p.mbps = 10
		}
		p.broadbandYear = 2011 + int(7*math.Sqrt(r.Float64()))
		return
	}
	p.mbps = []float64{0, 2, 4, 4, 8}[r.IntN(5)]
	p.broadbandYear = 2018
	if r.Float64() < need {
		p.broadbandYear += 1 + r.IntN(2)
	}
}

func tenth(v float64) float64 { return math.Round(v*10) / 10 }

// Names of offices and of people, put together at random; no person is meant.
var (
	units = []string{
		"市发展改革委", "市交通运输局", "市水务局", "市教育局", "市财政局", "市农业局", "市林业局", "市卫生计生局", "市住建局", "市国土资源局", "市扶贫局", "市文广局", "市民政局",
		"市电信公司", "市供电局", "市移动公司", "市农业银行", "市委办公室", "市人社局", "市审计局",
	}
	countyUnits = []string{
		"交通局", "水务局", "教育局", "财政局", "农业局", "林业局", "卫计局", "住建局", "国土局", "扶贫局", "文广局", "民政局", "供电公司", "农商银行", "医院", "委组织部",
		"人社局", "中学",
	}
	surnames = []string{
		"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "马", "朱", "胡", "林", "郭", "何", "高", "罗", "郑", "梁", "谢",
		"宋", "唐", "许", "邓", "冯", "韩", "曹", "彭", "程", "蔡", "潘", "田", "董", "余", "屈", "闵", "南",
	}
	givenNames = []string{
		"建国", "志强", "海涛", "晓军", "永刚", "丹江", "秀英", "春梅", "立新", "卫东", "红霞", "文博", "思远", "小燕", "宏伟", "玉兰", "伟", "磊", "敏", "静",
		"鹏", "涛", "丽娟", "养民", "新民", "振华", "明亮", "亚萍", "军锋", "雪莲", "商洛", "百锁", "天义", "来喜",
	}
)

// The kinds and causes of households that are watched; the likelier stand more than once.
var (
	watchKinds  = []string{"unstable", "unstable", "marginal", "marginal", "sudden"}
	watchCauses = []string{"illness", "illness", "illness", "work", "work", "schooling", "disaster", "housing", "water", "other"}
)

// watchedUntil is the last year of the record of watching, which goes on when the survey is done.
const watchedUntil = 2018

// watchRows reports, by quarter, the households that may fall back into poverty, in a fifth of the poverty villages: one to
// three at a time, most of whom are well again within half a year.
func (w *world) watchRows(r *rows) {
	for k := range w.villages {
		luck := func(salt int) float64 { return plane.Chance(w.seed, k, 500+salt) }
		if !w.people[k].poverty || luck(0) > 0.2 {
			continue
		}
		kind := watchKinds[plane.Hash(w.seed, k, 510)%uint64(len(watchKinds))]
		cause := watchCauses[plane.Hash(w.seed, k, 511)%uint64(len(watchCauses))]
		open := 0
		for quarter := int(5 * luck(1)); quarter < 12; quarter++ {
			fresh, solved := 0, 0
			if luck(20+quarter) < 0.45 {
				fresh = 1 + int(3*luck(40+quarter))
			}
			if open > 0 && luck(60+quarter) < 0.6 {
				solved = 1 + int(float64(open)*luck(80+quarter))
			}
			late := 0
			if open-solved > 0 && luck(100+quarter) < 0.15 {
				late = 1
			}
			if fresh+solved+late == 0 {
				continue
			}
			open += fresh - solved
			r.add(nil).text("village", w.source.Villages[k].Code).year("year", 2016+quarter/4).whole("month", quarter%4*3+3).
				text("kind", kind).text("cause", cause).whole("new", fresh).whole("solved", solved).whole("overdue", late)
		}
	}
}

// watchStepRows writes the record of leads: a few in each county and year, of what the village really lacks, most of them
// closed in time, some of the last year still open and a few of these late.
func (w *world) watchStepRows(r *rows) {
	for k := range w.villages {
		luck := func(salt int) float64 { return plane.Chance(w.seed, k, 700+salt) }
		if luck(0) > 0.12 {
			continue
		}
		county, town := w.source.Counties[w.villages[k].county].Name, w.source.Towns[w.villages[k].town].Name
		year, day := 2016+int(3*luck(1)), 20+int(250*luck(2))
		steps := 5
		if year == watchedUntil && luck(3) < 0.5 {
			steps = 1 + int(4*luck(4))
			day = 345 - int(70*luck(5)*luck(6)) - 8*steps
		}
		lead := w.leadOf(k, luck(7))
		for n, next := range []struct {
			step  string
			after int
			by    string
		}{
			{"found", 0, town + "人民政府"},
			{"assessed", 5, town + "人民政府"},
			{"decided", 15, county + "扶贫局"},
			{"visited", 38, town + "人民政府"},
			{"closed", 70, county + "扶贫局"},
		} {
			if n < steps {
				s := stepper{rows: r, code: w.source.Villages[k].Code}
				s.add(next.step, year, day+next.after, next.by).text("lead", lead)
			}
		}
	}
}

// leadOf is a lead that fits what the village lacks.
func (w *world) leadOf(k int, luck float64) string {
	p := &w.people[k]
	switch {
	case luck < 0.35:
		return "reported"
	case p.dangerous > 0 && luck < 0.55:
		return "houses"
	case !p.mobile:
		return "mobile"
	case p.tapRate < 90 && luck < 0.8:
		return "water"
	}
	return "road"
}
