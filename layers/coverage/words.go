package coverage

import (
	"fmt"
	"math"
	"strconv"

	"github.com/cuntu/cuntu/layers"
)

// word is how a criterion is put: what is measured, its unit, and how it is held
// against the limit; "" for yes or no.
type word struct {
	title  layers.Words
	unit   layers.Words
	relate string // ≥, ≤, < or >
}

var (
	percentUnit = layers.Words{Zh: "%", En: "%"}
	noUnit      = layers.Words{}
)

var words = map[string]word{
	"water_quantity":     {layers.Words{Zh: "人均日供水量", En: "water a person a day"}, layers.Words{Zh: " 升", En: " L"}, "≥"},
	"water_fetch":        {layers.Words{Zh: "取水往返时间", En: "round trip to fetch water"}, layers.Words{Zh: " 分钟", En: " min"}, "≤"},
	"water_guarantee":    {layers.Words{Zh: "供水保证率", En: "supply guarantee"}, percentUnit, "≥"},
	"water_quality":      {layers.Words{Zh: "水质达标", En: "water quality to GB 5749"}, noUnit, ""},
	"broadband_fibre":    {layers.Words{Zh: "通光缆", En: "fibre to the village"}, noUnit, ""},
	"broadband_mbps":     {layers.Words{Zh: "带宽", En: "bandwidth"}, layers.Words{Zh: " Mbit/s", En: " Mbit/s"}, "≥"},
	"broadband_4g":       {layers.Words{Zh: "4G 信号", En: "4G signal"}, noUnit, ""},
	"broadband_tower":    {layers.Words{Zh: "距 4G 基站", En: "distance to a 4G tower"}, layers.Words{Zh: " 米", En: " m"}, "≤"},
	"power":              {layers.Words{Zh: "户户通电", En: "power to every household"}, noUnit, ""},
	"clinic":             {layers.Words{Zh: "标准化卫生室", En: "standard clinic"}, noUnit, ""},
	"school":             {layers.Words{Zh: "学校或教学点", En: "school"}, noUnit, ""},
	"culture":            {layers.Words{Zh: "文化广场", En: "culture square"}, noUnit, ""},
	"tv":                 {layers.Words{Zh: "通广播电视", En: "radio and TV"}, noUnit, ""},
	"cooperative":        {layers.Words{Zh: "合作社或集体经济", En: "cooperative or collective business"}, noUnit, ""},
	"exit_incidence":     {layers.Words{Zh: "贫困发生率", En: "poverty incidence"}, percentUnit, "<"},
	"exit_income_rising": {layers.Words{Zh: "脱贫户收入增速达标", En: "income of those who left poverty rises"}, noUnit, ""},
	"exit_cooperative":   {layers.Words{Zh: "合作社或集体经济", En: "cooperative or collective business"}, noUnit, ""},
	"exit_power":         {layers.Words{Zh: "户户通电", En: "power to every household"}, noUnit, ""},
	"exit_clinic":        {layers.Words{Zh: "标准化卫生室", En: "standard clinic"}, noUnit, ""},
	"exit_fibre":         {layers.Words{Zh: "通光缆", En: "fibre to the village"}, noUnit, ""},
	"county_incidence":   {layers.Words{Zh: "贫困发生率", En: "poverty incidence"}, percentUnit, "<"},
	"county_income":      {layers.Words{Zh: "农民收入占全省平均", En: "rural income against the province's"}, percentUnit, "≥"},
	"county_road":        {layers.Words{Zh: "通硬化路的村", En: "villages with a hardened road"}, percentUnit, "≥"},
	"county_tap_water":   {layers.Words{Zh: "自来水普及率", En: "people with tap water"}, percentUnit, "≥"},
	"county_power":       {layers.Words{Zh: "户户通电的村", En: "villages with power to every household"}, percentUnit, "≥"},
	"county_housing":     {layers.Words{Zh: "有安全住房的户", En: "households in safe houses"}, percentUnit, "≥"},
	"county_insured":     {layers.Words{Zh: "贫困人口参保", En: "poor people insured"}, percentUnit, "≥"},
	"county_fibre":       {layers.Words{Zh: "通光缆的村", En: "villages with fibre"}, percentUnit, "≥"},
	"target_road":        {layers.Words{Zh: "通硬化路的村", En: "villages with a hardened road"}, percentUnit, "≥"},
	"target_tap_water":   {layers.Words{Zh: "自来水普及率", En: "people with tap water"}, percentUnit, ">"},
	"target_guarantee":   {layers.Words{Zh: "供水保证率", En: "supply guarantee"}, percentUnit, ">"},
	"target_broadband":   {layers.Words{Zh: "通宽带的村", En: "villages with broadband"}, percentUnit, "≥"},
	"target_power":       {layers.Words{Zh: "户户通电的村", En: "villages with power to every household"}, percentUnit, "≥"},
	"target_exit":        {layers.Words{Zh: "达到退出标准的贫困村", En: "poverty villages that meet the exit rules"}, percentUnit, "≥"},
}

// stateWords are the states for a person.
var stateWords = [...]layers.Words{
	Unknown: {Zh: "不明", En: "unknown"}, Not: {Zh: "未达标", En: "not reached"}, Basically: {Zh: "基本达标", En: "basically reached"},
	Reached: {Zh: "达标", En: "reached"}, Inapplicable: {Zh: "不适用", En: "not applicable"},
}

// Words is the state for a person.
func (s State) Words() layers.Words { return stateWords[s] }

// Sentence puts the criterion in words: what was measured, what is asked, and of
// which year the value is.
func (c Criterion) Sentence() layers.Words {
	s, ok := c.special()
	if !ok {
		s = c.general(words[c.Code])
	}
	if c.Year != 0 && !c.Value.IsNull() && c.Code != "water_year" && c.Code != "broadband_year" {
		s.Zh += fmt.Sprintf("（%d 年）", c.Year)
		s.En += fmt.Sprintf(" (%d)", c.Year)
	}
	return s
}

func (c Criterion) general(w word) layers.Words {
	value := func(unit string) string { return tidy(c.Value.Float()) + unit }
	asked := func(basically, unit string) string {
		s := w.relate + " " + tidy(c.Limit) + unit
		if c.Basic != c.Limit {
			s += basically + w.relate + " " + tidy(c.Basic) + unit
		}
		return s
	}
	zh, en := asked("，基本达标 ", w.unit.Zh), asked(", basically ", w.unit.En)
	state := c.State.Words()
	switch {
	case c.Value.IsNull() && w.relate == "":
		return layers.Words{Zh: w.title.Zh + "：未填报", En: w.title.En + ": not on record"}
	case c.Value.IsNull():
		return layers.Words{Zh: w.title.Zh + "：未填报，要求 " + zh, En: w.title.En + ": not on record; asked " + en}
	case w.relate == "" && c.Value.Bool():
		return layers.Words{Zh: w.title.Zh + "：是", En: w.title.En + ": yes"}
	case w.relate == "":
		return layers.Words{Zh: w.title.Zh + "：否", En: w.title.En + ": no"}
	case c.UpTo-c.Value.Float() > 0.005:
		return layers.Words{
			Zh: fmt.Sprintf("%s %s 至 %s（含不明），要求 %s：%s", w.title.Zh, value(w.unit.Zh), tidy(c.UpTo)+w.unit.Zh, zh, state.Zh),
			En: fmt.Sprintf("%s %s to %s (some unknown); asked %s: %s", w.title.En, value(w.unit.En), tidy(c.UpTo)+w.unit.En, en, state.En),
		}
	case c.State == Unknown: // an incidence by a register that keeps those who have left
		return layers.Words{
			Zh: fmt.Sprintf("%s按在册人口 %s，含已脱贫人口，现有贫困人口未填报，要求 %s", w.title.Zh, value(w.unit.Zh), zh),
			En: fmt.Sprintf("%s by the register %s, which keeps those who have left; who is still poor is not on record; asked %s", w.title.En, value(w.unit.En), en),
		}
	}
	return layers.Words{
		Zh: fmt.Sprintf("%s %s，要求 %s：%s", w.title.Zh, value(w.unit.Zh), zh, state.Zh),
		En: fmt.Sprintf("%s %s; asked %s: %s", w.title.En, value(w.unit.En), en, state.En),
	}
}

// special puts what is more than a value and a limit.
func (c Criterion) special() (layers.Words, bool) {
	metres, reach, year := tidy(math.Round(c.Value.Float())), tidy(c.Limit), strconv.Itoa(c.Year)
	put := func(zh, en string) (layers.Words, bool) { return layers.Words{Zh: zh, En: en}, true }
	switch c.Code {
	case roadReached:
		return put("硬化路不间断通到县城，距村 "+metres+" 米，要求 ≤ "+reach+" 米", "an unbroken hardened road to the county seat lies "+metres+" m away; asked ≤ "+reach+" m")
	case roadFar:
		if c.Value.IsNull() {
			return put("没有硬化路，要求 "+reach+" 米以内", "there is no hardened road; asked within "+reach+" m")
		}
		return put("最近的硬化路在 "+metres+" 米外，要求 ≤ "+reach+" 米", "the nearest hardened road is "+metres+" m away; asked ≤ "+reach+" m")
	case roadCutOff:
		if c.Value.IsNull() {
			return put("村边的硬化路不通县城，也没有其他车行路", "the hardened road nearby does not lead to the county seat, nor does any road")
		}
		return put("村边的硬化路到县城途中断开，最短还有 "+metres+" 米未硬化", "the hardened road nearby breaks off on the way to the county seat; at least "+metres+" m are unhardened")
	case roadDetached:
		return put("村边的硬化路与通县城的路之间没有路，相距 "+metres+" 米", "no road joins the hardened road nearby to one that leads to the county seat, "+metres+" m away")
	case roadUnknown:
		return put("沿途道路的路面或状态未填报", "surface or status of roads on the way is not on record")
	case roadNoPlace:
		return put("村的位置未填报", "the village's place is not on record")
	case roadNoSeat:
		return put("所属县或县城的位置未填报", "the county or the place of its seat is not on record")
	case roadNoNetwork:
		return put("没有公路数据", "no roads are on record")
	case "exit_road", "exit_water":
		title := map[string]layers.Words{"exit_road": {Zh: "通硬化路", En: "hardened road"}, "exit_water": {Zh: "饮水安全", En: "safe water"}}[c.Code]
		state, _ := ParseState(c.Value.Text())
		return put(title.Zh+"："+state.Words().Zh, title.En+": "+state.Words().En)
	case "water_year", "broadband_year":
		title := map[string]layers.Words{"water_year": {Zh: "安全饮水", En: "safe water"}, "broadband_year": {Zh: "通宽带", En: "broadband"}}[c.Code]
		if c.State == Not {
			return put(title.Zh+"自 "+year+" 年起", title.En+" only from "+year+" on")
		}
		return put(title.Zh+"工程计划 "+year+" 年完成，按计划计", title.En+" works are planned for "+year+", counted by the plan")
	}
	return layers.Words{}, false
}

// tidy is a number with two decimals at most.
func tidy(v float64) string { return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64) }
