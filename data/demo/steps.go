package demo

import (
	"time"

	"github.com/cuntu/cuntu/data/demo/plane"
)

// exitStepRows writes the record of each poverty village's exit, so that it comes to
// what the village's fields say: all are planned in spring 2016; who is struck off
// was claimed and checked before, a few only in the spring after their year; of the
// others some wait for their check, and some did not pass it.
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
				s.add("claimed", p.exitYear, claimed-60, town+"人民政府")
				s.add("checked", p.exitYear, claimed-30, checker).text("result", "failed").
					text("note", failures[plane.Hash(w.seed, k, 421)%uint64(len(failures))])
			}
			s.add("claimed", p.exitYear, claimed, town+"人民政府")
			s.add("checked", p.exitYear, claimed+20+int(60*luck(4)), checker).text("result", "passed")
			day := claimed + 90 + int(50*luck(5))
			if p.exitYear < thisYear && luck(6) < 0.04 {
				day = 375 + int(60*luck(5)) // of the year after
			}
			s.add("struck_off", p.exitYear, day, county+"脱贫攻坚领导小组")
		case "待核查":
			s.add("claimed", p.exitYear, 240+int(110*luck(2)), town+"人民政府")
		default:
			if p.exitYear == thisYear && luck(3) < 0.6 {
				s.add("claimed", p.exitYear, claimed, town+"人民政府")
				s.add("checked", p.exitYear, claimed+25+int(60*luck(4)), checker).text("result", "failed").
					text("note", failures[plane.Hash(w.seed, k, 421)%uint64(len(failures))])
			}
		}
	}
}

// stepper adds the steps of one village.
type stepper struct {
	rows *rows
	code string
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
