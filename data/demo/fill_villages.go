package demo

import (
	"github.com/cuntu/cuntu/data/demo/plane"
	"github.com/cuntu/cuntu/layers"
)

func (w *world) villageRows(r *rows) {
	for k := range w.villages {
		v, s, p := &w.villages[k], &w.source.Villages[k], &w.people[k]
		f := r.add(plane.ToDegrees(v.at)).text("code", s.Code).text("name", s.Name).
			text("town", w.townCode(v.town)).text("county", w.countyCode(v.county)).number("elevation", tenth(v.height)).
			whole("households", p.households).whole("population", p.population).
			whole("poor_households", p.poorHouseholds).whole("poor_population", p.poor).whole("remaining_poor", p.stillPoor).
			whole("income", p.income).
			yes("poverty", p.poverty).year("exit_year", p.exitYear).text("exit_status", p.exitStatus).
			yes("cooperative", p.cooperative).yes("income_rising", p.rising).
			number("tap_water_rate", p.tapRate).number("water_guarantee", p.guarantee).number("water_quantity", p.quantity).
			number("water_fetch_min", p.fetch).yes("water_quality_ok", p.quality).year("water_year", p.waterYear).
			yes("fibre", p.fibre).number("mbps", p.mbps).yes("mobile_4g", p.mobile).year("broadband_year", p.broadbandYear).
			yes("power", p.power).yes("tv", p.tv).
			yes("clinic", p.clinic).yes("doctor", p.doctor).yes("school", p.school).yes("culture_square", p.square).
			whole("dangerous_houses", p.dangerous).
			number("safe_housing_rate", tenth(100*float64(p.households-p.dangerous)/float64(p.households))).
			number("insured_rate", p.insured).
			whole("move_households", p.moveHouseholds).whole("move_population", p.move).
			text("unit", p.unit).text("leader", p.leader)
		for _, field := range mayBeUnknown {
			if p.unknown[field] {
				f.set(field, layers.Null)
			}
		}
	}
}

func (w *world) hamletRows(r *rows) {
	for from := 0; from < len(w.hamlets); {
		v, to := w.hamlets[from].village, from
		for to < len(w.hamlets) && w.hamlets[to].village == v {
			to++
		}
		// The village's centre, which is no hamlet, takes the first and largest share.
		weights := []float64{2.2}
		for k := from; k < to; k++ {
			weights = append(weights, 0.4+plane.Chance(w.seed, k, 111))
		}
		people := apportion(w.people[v].population, weights)[1:]
		households := apportion(w.people[v].households, weights)[1:]
		for k := from; k < to; k++ {
			h, s := &w.hamlets[k], &w.source.Villages[v]
			r.add(plane.ToDegrees(h.at)).text("name", w.hamletName(k)).
				text("village", s.Code).text("town", w.townCode(w.villages[v].town)).text("county", w.countyCode(w.villages[v].county)).
				number("elevation", tenth(w.ground.Terrain().At(h.at))).
				whole("households", households[k-from]).whole("population", people[k-from])
		}
		from = to
	}
}

// hamletName makes a name as hamlets there have them: a family or a side, and the
// shape of the ground.
func (w *world) hamletName(k int) string {
	h := plane.Hash(w.seed, k, 112)
	take := func(list []string) string {
		s := list[h%uint64(len(list))]
		h /= uint64(len(list))
		return s
	}
	ground := slopeWords
	if w.ground.Above[w.hamlets[k].cell] < 40 {
		ground = valleyWords
	}
	if h&3 != 0 {
		h >>= 2
		return take(surnames) + "家" + take(ground)
	}
	h >>= 2
	return take(sideWords) + take(ground)
}

var (
	slopeWords  = []string{"坡", "梁", "垭", "岭", "塬", "坳", "山", "台", "砭", "岔"}
	valleyWords = []string{"沟", "湾", "坪", "河", "院", "庄", "滩", "口", "川", "店"}
	sideWords   = []string{
		"阳", "阴", "上", "下", "东", "西", "南", "北", "前", "后", "大", "小", "老", "新", "高", "石", "枣树", "柿树", "核桃", "庙", "寺", "碾子",
		"磨子", "窑",
	}
)
