package relocation

import (
	"fmt"
	"math"

	"github.com/cuntu/cuntu/geo/location"
	"github.com/cuntu/cuntu/layers"
)

// reason says in words why a village, or with -1 the plan, cannot be.
func (w *planner) reason(village int, s location.Shortage) *layers.Words {
	name := layers.Words{}
	if village >= 0 {
		name = layers.Words{Zh: w.villages[village].Name + "：", En: w.villages[village].Name + ": "}
	}
	zh, en := w.reasonText(village, s)
	return &layers.Words{Zh: name.Zh + zh, En: name.En + en}
}

func (w *planner) reasonText(village int, s location.Shortage) (zh, en string) {
	unitZh, unitEn := "人", "people"
	if s.Unit == 0 {
		unitZh, unitEn = "户", "households"
	}
	switch s.Constraint {
	case location.OutOfReach:
		switch {
		case village >= 0 && w.villages[village].nowhere:
			return "没有坐标，无法计算路程", "has no place on the map, so no way can be counted"
		case village >= 0 && w.off[village]:
			return "2 公里内没有可通行的道路", "no road that a vehicle can use lies within 2 km"
		case math.IsInf(s.By, 1):
			return "没有通往任何安置点的道路", "no road leads to any site"
		}
		return fmt.Sprintf("最近的安置点超出最大车程 %.1f 分钟", s.By), fmt.Sprintf("the nearest site is %.1f min beyond the farthest allowed", s.By)
	case location.OutOfGroup:
		if w.ask.Within == "town" {
			return "本镇没有能到达的安置点", "there is no site to be reached in its town"
		}
		return "本县没有能到达的安置点", "there is no site to be reached in its county"
	case location.NoSite:
		return "没有可用的安置点", "there is no site that may be used"
	case location.TooLarge:
		return fmt.Sprintf("整村搬迁放不进任何一个可选安置点，最大的还差 %.0f %s；可分开安置", s.By, unitZh),
			fmt.Sprintf("whole it fits into none of its sites; the roomiest lacks %.0f %s; it could be split", s.By, unitEn)
	case location.TooLittle:
		return fmt.Sprintf("可开放的安置点总容量差 %.0f %s", s.By, unitZh), fmt.Sprintf("the sites that may be open lack room for %.0f %s", s.By, unitEn)
	case location.TooManyOpen:
		return fmt.Sprintf("保留的安置点比允许开放的多 %.0f 个", s.By), fmt.Sprintf("%.0f more sites are to be kept than may be open", s.By)
	case location.TooFewSites:
		return fmt.Sprintf("至少还要多开 %.0f 个安置点才能全部覆盖", s.By), fmt.Sprintf("at least %.0f more sites must be open to reach everybody", s.By)
	}
	if math.IsNaN(s.By) {
		return "没有找到能安置所有人的方案", "no plan was found that moves everybody"
	}
	return "总容量够，但放不下所有的整村和限制条件", "there is room enough in all, but not for everybody at once under the constraints"
}

// roomReason says why some of a village are left over though sites are within reach.
func roomReason(plan *Plan, v *Village, within, nearest, free int, minutes float64) *layers.Words {
	switch {
	case nearest < 0:
		return &layers.Words{
			Zh: fmt.Sprintf("%s：可到达的 %d 个安置点都没有开放", v.Name, within),
			En: fmt.Sprintf("%s: none of the %d sites within reach is open", v.Name, within),
		}
	case free < v.LeftPeople:
		return &layers.Words{
			Zh: fmt.Sprintf("%s：可到达的开放安置点只剩 %d 人的容量，还有 %d 人没有安置", v.Name, max(0, free), v.LeftPeople),
			En: fmt.Sprintf("%s: the open sites within reach have room for %d more people, %d are left over", v.Name, max(0, free), v.LeftPeople),
		}
	}
	s := &plan.Sites[nearest]
	return &layers.Words{
		Zh: fmt.Sprintf(
			"%s：最近的 %s（%.0f 分钟）只剩 %d 户 %d 人的容量，其余空位零散，整村放不下", v.Name, s.Name, minutes, s.FreeHouseholds-s.LoadHouseholds,
			s.FreePeople-s.LoadPeople,
		),
		En: fmt.Sprintf(
			"%s: %s, the nearest at %.0f min, has room for %d households and %d people; "+
				"what is free elsewhere is too scattered for the whole village",
			v.Name, s.Name, minutes, s.FreeHouseholds-s.LoadHouseholds, s.FreePeople-s.LoadPeople,
		),
	}
}
