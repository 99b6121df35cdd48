package layers

func county() *Layer {
	return &Layer{
		ID: "county", Title: Words{"县区", "County"}, Group: "places",
		Geometry: polygonOnly, MinZoom: 0, MaxZoom: 14, Color: "#6b7280",
		Draw: Draw{
			Look: Look{Order: 10, Ground: true},
		},
		Level: "county",
		Fields: join(
			in("identity",
				code(), name().like("示例县").heads("县名", "县区", "区县", "县区名称"),
				text("city", "地市", "Prefecture").like("示例市").heads("所属市", "所属地市", "市名")),
			in("people",
				whole("population", "总人口", "Population", "people").like("302000").heads("人口"),
				whole("rural_population", "农村人口", "Rural population", "people").like("248000"),
				whole("poor_population", "建档立卡贫困人口", "Registered poor", "people").like("41200").tiled(),
				remainingPoor().like("3120")),
			in("exit",
				year("exit_year", "计划摘帽年份", "Planned exit year").heads("摘帽年份", "退出年份").tiled(),
				exitStatus().follows("county_step"),
				whole("rural_income", "农村居民人均可支配收入", "Rural income a head", "yuan").like("9860"),
				whole("province_income", "全省农村居民人均可支配收入", "Rural income a head in the province", "yuan").like("11213")),
			in("note", note()),
		),
	}
}

func town() *Layer {
	return &Layer{
		ID: "town", Title: Words{"镇", "Town"}, Group: "places",
		Geometry: pointOnly, MinZoom: 6, MaxZoom: 14, Color: "#3d4457", ColorBy: "kind",
		Draw: Draw{
			Look: Look{
				Order:  130,
				Ground: true,
				Symbol: "ring",
				Great:  &Great{Field: "kind", Value: "county_seat", Symbol: "seat", Label: 8.2, Rest: 9},
				Label:  &Label{From: 9},
			},
			Thin: &Thin{Below: 9, Units: 128, First: first("kind=county_seat", "population")},
		},
		Level: "town", Near: true,
		Fields: join(
			in("identity",
				code(), name().like("示例镇").heads("镇名", "镇", "乡镇", "乡镇名称"), countyRef(),
				text("kind", "类型", "Kind").heads("类别").tiled().oneOf(
					Choice{"county_seat", Words{"县城", "County seat"}, "#b3261e"},
					Choice{"town", Words{"镇", "Town"}, "#3d4457"},
					Choice{"subdistrict", Words{"街道", "Subdistrict"}, "#7a4f9a"}),
				number("elevation", "海拔", "Elevation", "m").like("760"), placedBy()),
			in("people",
				whole("population", "人口", "Population", "people").like("18600").tiled()),
			in("note", note()),
		),
	}
}

// PlacedBy is the field that says where a place is from that nobody has surveyed, and ByOutline that it is its outline's pole, which
// stands in for it. Whoever moves the place takes that away.
const (
	PlacedBy  = "placed_by"
	ByOutline = "outline"
)

func placedBy() Field {
	return text(PlacedBy, "位置依据", "Placed by").oneOf(
		Choice{Value: ByOutline, Title: Words{"界线内点（未实测）", "A point within the outline, not surveyed"}})
}

// remainingPoor is what the incidence of poverty is measured by: the register keeps those
// who have left.
func remainingPoor() Field {
	return whole("remaining_poor", "未脱贫人口", "Still poor", "people").like("38").heads("剩余贫困人口", "现有贫困人口", "未脱贫人数")
}

// StruckOff is the exit status of a place that is out of poverty for good.
const StruckOff = "已销号"

func exitStatus() Field {
	return text("exit_status", "退出状态", "Exit status").heads("脱贫状态", "销号状态", "退出情况").tiled().oneOf(
		Choice{"未退出", Words{"未退出", "Not yet out"}, "#c8452d"},
		Choice{"待核查", Words{"待核查", "Awaiting check"}, "#e6a532"},
		Choice{StruckOff, Words{"已销号", "Struck off"}, "#2a7f9e"}).good(StruckOff)
}

func village() *Layer {
	return &Layer{
		ID: "village", Title: Words{"行政村", "Village"}, Group: "places",
		Geometry: pointOnly, MinZoom: 0, MaxZoom: 14, Color: "#8d93a5", ColorBy: "exit_status",
		Draw: Draw{
			Look: Look{Order: 120, Label: &Label{From: 11}},
			Thin: &Thin{Below: 11, Units: 32, First: first("poverty=true", "poor_population", "population")},
			Cluster: &Cluster{Below: 7, Units: 256, Sums: []Sum{
				{"poverty", Words{"贫困村", "Poverty villages"}, "poverty", "true"},
				{"population", Words{"人口", "Population"}, "population", ""},
				{"poor_population", Words{"建档立卡贫困人口", "Registered poor"}, "poor_population", ""},
				{"move_population", Words{"搬迁人口", "People to relocate"}, "move_population", ""},
				{"out", Words{"已销号", "Struck off"}, "exit_status", StruckOff},
				{"checking", Words{"待核查", "Awaiting check"}, "exit_status", "待核查"},
				{"not_out", Words{"未退出", "Not yet out"}, "exit_status", "未退出"},
			}},
		},
		Level: "village",
		// Below 3 % a village may leave poverty.
		Ratios: []Ratio{{
			ID:    "incidence",
			Title: Words{"贫困发生率", "Poverty incidence"}, Group: "people", Part: "poor_population", Over: "population", Limit: "exit_incidence",
			Theme: Theme{Plan: 20, Breaks: []float64{3, 10, 20, 30}, AreaBreaks: []float64{3, 10, 20, 30, 40}},
		}},
		Fields: join(
			in("identity",
				code(), name().like("示例村").heads("村名", "行政村", "行政村名称", "行政村名", "村名称"), townRef(), countyRef(),
				number("elevation", "海拔", "Elevation", "m").like("820").heads("海拔高度").tiled().themed(Theme{Breaks: []float64{600, 800, 1000, 1300}}),
				placedBy()),
			in("people",
				whole("households", "户数", "Households", "households").like("356").heads("总户数"),
				whole("population", "人口", "Population", "people").like("1203").heads("总人口").tiled(),
				whole("poor_households", "建档立卡贫困户数", "Registered poor households", "households").like("62").heads("贫困户数", "贫困户").internal(),
				whole("poor_population", "建档立卡贫困人口", "Registered poor", "people").like("214").heads("贫困人口").tiled().internal().
					themed(Theme{Breaks: []float64{50, 150, 300, 500}, Areas: AreasSum}),
				remainingPoor().internal(),
				whole("income", "人均纯收入", "Income a head", "yuan").like("9520").heads("人均收入", "农民人均纯收入")),
			in(
				"exit",
				yes("poverty", "贫困村", "Poverty village").heads("是否贫困村", "建档立卡贫困村").tiled().good("false"),
				year("exit_year", "计划退出年份", "Planned exit year").heads("退出年份", "脱贫年份", "出列年份").tiled().
					themed(Theme{Scope: "poverty", Areas: AreasNone}),
				exitStatus().follows("exit_step").themed(Theme{Plan: 10, Title: Words{"脱贫进度", "Progress out of poverty"}, Scope: "poverty"}),
				yes("cooperative", "合作社或集体经济", "Cooperative or collective business").heads("合作社", "集体经济", "是否有合作社").tiled(),
				yes("income_rising", "脱贫户收入增速达标", "Income of those who left poverty rises").heads("收入增长"),
			),
			in("water",
				percent("tap_water_rate", "自来水普及率", "Tap water coverage").like("92.5").heads("自来水入户率").tiled(),
				percent("water_guarantee", "供水保证率", "Supply guarantee").like("95").heads("水源保证率").tiled(),
				number("water_quantity", "人均日供水量", "Water a person a day", "L/d").like("60").heads("水量"),
				number("water_fetch_min", "取水往返时间", "Fetching, round trip", "min").like("5").heads("取水时间"),
				yes("water_quality_ok", "水质达标", "Water quality to GB 5749").heads("水质", "水质是否达标"),
				year("water_year", "通水年份", "Year of safe water").heads("安全饮水年份").tiled()),
			in("networks",
				yes("fibre", "通光缆", "Fibre").heads("光纤", "是否通光纤", "通宽带", "是否通宽带").tiled(),
				number("mbps", "带宽", "Bandwidth", "Mbit/s").like("20").heads("网速", "宽带速率").tiled(),
				yes("mobile_4g", "4G信号", "4G signal").heads("4G", "是否通4G").tiled(),
				year("broadband_year", "通宽带年份", "Year of broadband").tiled(),
				yes("power", "户户通电", "Power to every household").heads("通电", "生活用电", "是否通电").tiled(),
				yes("tv", "通广播电视", "Radio and TV").heads("广播电视", "电视").tiled()),
			in("services",
				yes("clinic", "标准化卫生室", "Standard clinic").heads("卫生室", "是否有卫生室").tiled(),
				yes("doctor", "村医", "Doctor").heads("是否有村医"),
				yes("school", "学校或教学点", "School").heads("学校", "小学"),
				yes("culture_square", "文化广场", "Culture square").heads("文化活动场所").tiled()),
			in("housing",
				whole("dangerous_houses", "危房户数", "Households in dangerous houses", "households").like("8").heads("危房户", "危房").internal(),
				percent("safe_housing_rate", "安全住房率", "Safe housing").like("97.5").heads("安全住房"),
				percent("insured_rate", "参保率", "Insured").like("99").heads("医保参保率", "参合率")),
			in("relocation",
				whole("move_households", "搬迁户数", "Households to relocate", "households").like("21").heads("易地搬迁户数", "搬迁户").internal(),
				whole("move_population", "搬迁人口", "People to relocate", "people").like("74").heads("易地搬迁人口", "搬迁人数").tiled().internal().
					themed(Theme{
						Plan: 70, Title: Words{"搬迁", "Relocation"}, Breaks: []float64{1, 50, 150, 300},
						Areas: AreasShare, Over: "population", AreaBreaks: []float64{1, 3, 6, 10, 20},
					})),
			in("help",
				text("unit", "包扶单位", "Helping unit").like("县水利局").heads("帮扶单位", "驻村单位"),
				text("leader", "队长", "Team leader").like("张三").heads("驻村队长", "工作队长", "第一书记").sensitive()),
			in("note", note()),
		),
	}
}

func hamlet() *Layer {
	return &Layer{
		ID: "hamlet", Title: Words{"自然村", "Hamlet"}, Group: "places",
		Geometry: pointOnly, MinZoom: 11, MaxZoom: 14, Color: "#a3937b",
		Draw: Draw{
			Look: Look{Order: 60, Off: true, From: 11.5, Symbol: "speck", Label: &Label{From: 13}},
			Thin: &Thin{Below: 13, Units: 64, First: first("population")},
		},
		Fields: join(
			in("identity",
				name().like("示例组").heads("自然村名称", "组名", "村民小组"), villageRef(), townRef(), countyRef(),
				number("elevation", "海拔", "Elevation", "m").like("835")),
			in("people",
				whole("households", "户数", "Households", "households").like("42"),
				whole("population", "人口", "Population", "people").like("151").tiled()),
			in("note", note()),
		),
	}
}
