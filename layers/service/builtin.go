package service

import "github.com/cuntu/cuntu/layers"

// Builtin is the services that Cuntu ships with, with the rules that it ships with.
func Builtin() *Catalog {
	return &Catalog{
		Services: []*Service{road(), water(), broadband(), power(), clinic(), school(), culture(), tv(), cooperative(), exit()},
		Rules:    DefaultRules(),
	}
}

func words(zh, en string) layers.Words { return layers.Words{Zh: zh, En: en} }

var percent = words("%", "%")

// yes is a criterion that a field says yes.
func yes(code, field, zh, en string) Criterion {
	return Criterion{Code: code, Field: field, Rule: Yes, Title: words(zh, en)}
}

// share is a target that so many villages have a service.
func share(code string, of ID, limit, zh, en string) Target {
	return Target{Code: code, Of: of, Rule: AtLeast, Limit: limit, Title: words(zh, en)}
}

func road() *Service {
	return &Service{
		ID: Road, Title: words("通硬化路", "Hardened road"), Mark: words("硬化路达标", "Hardened road"), Overview: true, Judge: "unbroken_road",
		Criteria: []Criterion{{
			Code: "road_reached", Title: words("距通县城的硬化路", "distance to a hardened road that leads to the county seat"), Unit: words(" 米", " m"),
			Rule: AtMost, Limit: "road.reach_m", Judge: "unbroken_road",
		}},
		Targets: []Target{share("target_road", Road, "target.road", "通硬化路的村", "villages with a hardened road")},
	}
}

// water is judged by T/CHES 18-2018, whose grade is that of the worst criterion.
func water() *Service {
	return &Service{
		ID: Water, Title: words("饮水安全", "Safe water"), Mark: words("饮水达标", "Safe water"), Overview: true,
		Planned:  Planned{Field: "water_year", Title: words("安全饮水", "safe water")},
		Supplies: []Supply{{Layer: "water"}, {Layer: "pipe", Except: "raw"}},
		Criteria: []Criterion{
			{
				Code: "water_quantity", Field: "water_quantity", Title: words("人均日供水量", "water a person a day"), Unit: words(" 升", " L"),
				Rule: AtLeast, Limit: "water.quantity_l", Basic: "water.quantity_basic_l",
				Where: &Where{Counties: "water.dry_counties", Limit: "water.dry_quantity_l", Basic: "water.dry_quantity_basic_l"},
			},
			{
				Code: "water_fetch", Field: "water_fetch_min", Title: words("取水往返时间", "round trip to fetch water"), Unit: words(" 分钟", " min"),
				Rule: AtMost, Limit: "water.fetch_min", Basic: "water.fetch_basic_min", Judge: "fetch_or_tap",
			},
			{
				Code: "water_guarantee", Field: "water_guarantee", Title: words("供水保证率", "supply guarantee"), Unit: percent,
				Rule: AtLeast, Limit: "water.guarantee", Basic: "water.guarantee_basic",
			},
			yes("water_quality", "water_quality_ok", "水质达标", "water quality to GB 5749"),
		},
		Targets: []Target{
			{
				Code:  "target_tap_water",
				Field: "tap_water_rate",
				Judge: "tap_water",
				Rule:  Above,
				Limit: "target.tap_water",
				Title: words("自来水普及率", "people with tap water"),
			},
			{
				Code: "target_guarantee", Field: "water_guarantee", Weight: "population", Rule: Above, Limit: "target.guarantee",
				Title: words("供水保证率", "supply guarantee"),
			},
		},
	}
}

func broadband() *Service {
	return &Service{
		ID: Broadband, Title: words("宽带", "Broadband"), Mark: words("宽带达标", "Broadband"), Overview: true,
		Planned:  Planned{Field: "broadband_year", Title: words("通宽带", "broadband")},
		Supplies: []Supply{{Layer: "broadband", Kind: "node"}, {Layer: "cable"}},
		Criteria: []Criterion{
			yes("broadband_fibre", "fibre", "通光缆", "fibre to the village"),
			{
				Code: "broadband_mbps", Field: "mbps", Title: words("带宽", "bandwidth"), Unit: words(" Mbit/s", " Mbit/s"),
				Rule: AtLeast, Limit: "broadband.mbps",
			},
			{
				Code: "broadband_4g", Field: "mobile_4g", Title: words("4G 信号", "4G signal"), Rule: Yes, Judge: "mobile_or_tower",
				Always: true, Decides: "broadband.mobile_needed",
			},
		},
		Targets: []Target{share("target_broadband", Broadband, "target.broadband", "通宽带的村", "villages with broadband")},
	}
}

func power() *Service {
	return &Service{
		ID: Power, Title: words("电力", "Power"), Mark: words("通电达标", "Power"), Overview: true,
		Criteria: []Criterion{yes("power", "power", "户户通电", "power to every household")},
		Targets:  []Target{share("target_power", Power, "target.power", "户户通电的村", "villages with power to every household")},
	}
}

func clinic() *Service {
	return &Service{
		ID: "clinic", Title: words("卫生室", "Clinic"), Mark: words("卫生室达标", "Clinic"), Overview: true,
		Supplies: []Supply{{Layer: "facility", Kind: "clinic"}},
		Criteria: []Criterion{yes("clinic", "clinic", "标准化卫生室", "standard clinic")},
	}
}

func school() *Service {
	return &Service{
		ID: "school", Title: words("学校", "School"), Mark: words("学校达标", "School"),
		Supplies: []Supply{{Layer: "facility", Kind: "school"}},
		Criteria: []Criterion{yes("school", "school", "学校或教学点", "school")},
	}
}

func culture() *Service {
	return &Service{
		ID: "culture", Title: words("文化广场", "Culture square"), Mark: words("文化广场达标", "Culture square"), Overview: true,
		Supplies: []Supply{{Layer: "facility", Kind: "culture_square"}},
		Criteria: []Criterion{yes("culture", "culture_square", "文化广场", "culture square")},
	}
}

func tv() *Service {
	return &Service{
		ID: "tv", Title: words("广播电视", "TV and radio"), Mark: words("广播电视达标", "Radio and TV"), Overview: true,
		Supplies: []Supply{{Layer: "facility", Kind: "tv"}},
		Criteria: []Criterion{yes("tv", "tv", "通广播电视", "radio and TV")},
	}
}

func cooperative() *Service {
	return &Service{
		ID: "cooperative", Title: words("合作社", "Cooperative"), Mark: words("合作社达标", "Cooperative"),
		Criteria: []Criterion{yes("cooperative", "cooperative", "合作社或集体经济", "cooperative or collective business")},
	}
}

// exit is the checklist of a poverty village, each criterion of which is a veto.
func exit() *Service {
	return &Service{
		ID: Exit, Title: words("退出达标", "Exit from poverty"), Mark: words("退出标准达标", "Exit rules"), Asked: "poverty",
		Checklist: "exit.village",
		Criteria: []Criterion{
			{
				Code: "exit_incidence", Field: "remaining_poor", Title: words("贫困发生率", "poverty incidence"), Unit: percent,
				Rule: Below, Limit: "exit.incidence", Judge: "incidence",
			},
			yes("exit_income_rising", "income_rising", "脱贫户收入增速达标", "income of those who left poverty rises"),
			yes("exit_cooperative", "cooperative", "合作社或集体经济", "cooperative or collective business"),
			{Code: "exit_road", Rule: OfService, Of: Road, Title: words("通硬化路", "hardened road")},
			{Code: "exit_water", Rule: OfService, Of: Water, Title: words("饮水安全", "safe water")},
			yes("exit_power", "power", "户户通电", "power to every household"),
			yes("exit_clinic", "clinic", "标准化卫生室", "standard clinic"),
			{Code: "exit_fibre", Field: "fibre", Rule: Yes, Planned: "broadband_year", Title: words("通光缆", "fibre to the village")},
		},
		Targets:    []Target{share("target_exit", Exit, "target.exit", "达到退出标准的贫困村", "poverty villages that meet the exit rules")},
		CountyList: "exit.county",
		County: []Target{
			{Code: "county_incidence", Judge: "incidence", Rule: Below, Limit: "exit.county_incidence", Title: words("贫困发生率", "poverty incidence")},
			{
				Code:  "county_income",
				Judge: "income",
				Rule:  AtLeast,
				Limit: "exit.county_income",
				Title: words("农民收入占全省平均", "rural income against the province's"),
			},
			share("county_road", Road, "exit.county_road", "通硬化路的村", "villages with a hardened road"),
			{
				Code:  "county_tap_water",
				Field: "tap_water_rate",
				Judge: "tap_water",
				Rule:  AtLeast,
				Limit: "exit.county_tap_water",
				Title: words("自来水普及率", "people with tap water"),
			},
			share("county_power", Power, "exit.county_power", "户户通电的村", "villages with power to every household"),
			{
				Code: "county_housing", Field: "safe_housing_rate", Weight: "households", Rule: AtLeast, Limit: "exit.county_housing",
				Title: words("有安全住房的户", "households in safe houses"),
			},
			{
				Code: "county_insured", Field: "insured_rate", Weight: "poor_population", Rule: AtLeast, Limit: "exit.county_insured",
				Title: words("贫困人口参保", "poor people insured"),
			},
			{Code: "county_fibre", Judge: "fibre", Rule: AtLeast, Limit: "exit.county_fibre", Title: words("通光缆的村", "villages with fibre")},
		},
	}
}
