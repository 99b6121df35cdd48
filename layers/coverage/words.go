package coverage

import (
	"fmt"
	"math"
	"strconv"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/service"
)

// word is how a criterion is put: what is measured, its unit, and how it is held against the limit.
type word struct {
	title layers.Words
	unit  layers.Words
	rule  service.Rule
}

func targetWord(t *service.Target) word {
	return word{t.Title, layers.Words{Zh: "%", En: "%"}, t.Rule}
}

// Sentence puts the criterion in words: what was measured, what is asked, and of
// which year the value is.
func (c Criterion) Sentence() layers.Words {
	s, ok := c.special()
	if !ok {
		s = c.general(c.word)
	}
	if c.Year != 0 && !c.Value.IsNull() && !c.planned {
		s.Zh += fmt.Sprintf("（%d 年）", c.Year)
		s.En += fmt.Sprintf(" (%d)", c.Year)
	}
	return s
}

func (c Criterion) general(w word) layers.Words {
	sign := w.rule.Sign()
	value := func(unit string) string { return tidy(c.Value.Float()) + unit }
	asked := func(basically, unit string) string {
		s := sign + " " + tidy(c.Limit) + unit
		if c.Basic != c.Limit {
			s += basically + sign + " " + tidy(c.Basic) + unit
		}
		return s
	}
	zh, en := asked("，基本达标 ", w.unit.Zh), asked(", basically ", w.unit.En)
	state := c.State.Words()
	switch {
	case c.Value.IsNull() && sign == "":
		return layers.Words{Zh: w.title.Zh + "：未填报", En: w.title.En + ": not on record"}
	case c.Value.IsNull():
		return layers.Words{Zh: w.title.Zh + "：未填报，要求 " + zh, En: w.title.En + ": not on record; asked " + en}
	case sign == "" && c.Value.Bool():
		return layers.Words{Zh: w.title.Zh + "：是", En: w.title.En + ": yes"}
	case sign == "":
		return layers.Words{Zh: w.title.Zh + "：否", En: w.title.En + ": no"}
	case c.UpTo-c.Value.Float() > 0.005:
		return layers.Words{
			Zh: fmt.Sprintf("%s %s 至 %s（含不明），要求 %s：%s", w.title.Zh, value(w.unit.Zh), tidy(c.UpTo)+w.unit.Zh, zh, state.Zh),
			En: fmt.Sprintf("%s %s to %s (some unknown); asked %s: %s", w.title.En, value(w.unit.En), tidy(c.UpTo)+w.unit.En, en, state.En),
		}
	case c.State == service.Unknown: // an incidence by a register that keeps those who have left
		return layers.Words{
			Zh: fmt.Sprintf("%s按在册人口 %s，含已脱贫人口，现有贫困人口未填报，要求 %s", w.title.Zh, value(w.unit.Zh), zh),
			En: fmt.Sprintf(
				"%s by the register %s, which keeps those who have left; who is still poor is not on record; asked %s", w.title.En,
				value(w.unit.En), en,
			),
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
		return put(
			"硬化路不间断通到县城，距村 "+metres+" 米，要求 ≤ "+reach+" 米",
			"an unbroken hardened road to the county seat lies "+metres+" m away; asked ≤ "+reach+" m",
		)
	case roadFar:
		if c.Value.IsNull() {
			return put("没有硬化路，要求 "+reach+" 米以内", "there is no hardened road; asked within "+reach+" m")
		}
		return put("最近的硬化路在 "+metres+" 米外，要求 ≤ "+reach+" 米", "the nearest hardened road is "+metres+" m away; asked ≤ "+reach+" m")
	case roadCutOff:
		if c.Value.IsNull() {
			return put("村边的硬化路不通县城，也没有其他车行路", "the hardened road nearby does not lead to the county seat, nor does any road")
		}
		return put(
			"村边的硬化路到县城途中断开，最短还有 "+metres+" 米未硬化",
			"the hardened road nearby breaks off on the way to the county seat; at least "+metres+" m are unhardened",
		)
	case roadDetached:
		return put(
			"村边的硬化路与通县城的路之间没有路，相距 "+metres+" 米",
			"no road joins the hardened road nearby to one that leads to the county seat, "+metres+" m away",
		)
	case roadUnknown:
		return put("沿途道路的路面或状态未填报", "surface or status of roads on the way is not on record")
	case roadNoPlace:
		return put("村的位置未填报", "the village's place is not on record")
	case roadNoSeat:
		return put("所属县或县城的位置未填报", "the county or the place of its seat is not on record")
	case roadNoNetwork:
		return put("没有公路数据", "no roads are on record")
	}
	title := c.word.title
	switch {
	case c.word.rule == service.OfService:
		state, _ := service.ParseState(c.Value.Text())
		return put(title.Zh+"："+state.Words().Zh, title.En+": "+state.Words().En)
	case c.planned && c.State == service.Not:
		return put(title.Zh+"自 "+year+" 年起", title.En+" only from "+year+" on")
	case c.planned:
		return put(title.Zh+"工程计划 "+year+" 年完成，按计划计", title.En+" works are planned for "+year+", counted by the plan")
	}
	return layers.Words{}, false
}

// tidy is a number with two decimals at most.
func tidy(v float64) string { return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64) }
