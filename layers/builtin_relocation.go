package layers

func site() *Layer {
	return &Layer{
		ID: "site", Title: Words{"搬迁安置点", "Relocation site"}, Group: "relocation",
		Geometry: pointOrPolygon, MinZoom: 8, MaxZoom: 14, Color: "#c2476b", ColorBy: "status",
		Works: works(),
		Draw: Draw{
			Look: Look{Order: 110, From: 9.2, Symbol: "house", Label: &Label{From: 11.5}},
			Thin: &Thin{Below: 11, Units: 64, First: first("people")},
		},
		Near: true,
		Fields: join(
			in("identity", name().like("示例安置点").heads("安置点名称", "安置区名称", "小区名称"), townRef(), countyRef(), status(), completed()),
			in("people",
				whole("households", "安置户数", "Households", "households").like("120").heads("规划户数").tiled(),
				whole("people", "安置人口", "People (capacity)", "people").like("460").heads("规划人口", "安置人数").tiled(),
				whole("occupied", "已入住人口", "People moved in", "people").like("310").heads("已搬迁入住", "入住人口").tiled()),
			in("construction",
				number("area_m2", "占地面积", "Area", "m2").like("36000").heads("用地面积"),
				whole("floors", "层数", "Floors", "").like("6").heads("楼层"),
				field(TypeList, "facilities", "配套设施", "Facilities").heads("配套").oneOf(facilityKinds()...)),
			in("note", note()),
		),
	}
}

func park() *Layer {
	return &Layer{
		ID: "park", Title: Words{"园区", "Park"}, Group: "relocation",
		Geometry: pointOrPolygon, MinZoom: 8, MaxZoom: 14, Color: "#4f7d3a", ColorBy: "kind",
		Works: works(),
		Draw: Draw{
			Look: Look{Order: 100, From: 9.2, Symbol: "hexagon", Label: &Label{From: 10.5}},
		},
		Near: true,
		Fields: join(
			in("identity",
				name().like("示例园区").heads("园区名称"), townRef(), countyRef(),
				text("kind", "类型", "Kind").heads("园区类型").tiled().oneOf(
					Choice{"industrial", Words{"工业园区", "Industrial"}, "#6b6f9e"},
					Choice{"agricultural", Words{"农业园区", "Agricultural"}, "#5f8f3e"},
					Choice{"tourism", Words{"旅游景区", "Tourism"}, "#2f8f83"}),
				status(), completed()),
			in("people", whole("jobs", "就业岗位", "Jobs", "people").like("240").heads("岗位")),
			in("note", note()),
		),
	}
}

func facilityKinds() []Choice {
	return []Choice{
		{"school", Words{"学校", "School"}, "#3d6fb0"},
		{"clinic", Words{"卫生室", "Clinic"}, "#c23b4e"},
		{"culture_square", Words{"文化广场", "Culture square"}, "#b0682c"},
		{"library", Words{"农家书屋", "Library"}, "#7d6aa8"},
		{"bank", Words{"银行网点", "Bank"}, "#8c7a1f"},
		{"shop", Words{"商店", "Shop"}, "#a05a7a"},
		{"market", Words{"集市", "Market"}, "#b3763a"},
		{"waste", Words{"垃圾处理", "Waste"}, "#6e6e6e"},
		{"biogas", Words{"沼气", "Biogas"}, "#6f8f4a"},
		{"solar", Words{"光伏", "Solar"}, "#d0a02c"},
		{"hydropower", Words{"小水电", "Hydropower"}, "#3d86a8"},
		{"small_water", Words{"五小水利", "Small waterworks"}, "#5a9ac0"},
		{"tv", Words{"广播电视", "Radio and TV"}, "#8a6f9a"},
	}
}

func facility() *Layer {
	return &Layer{
		ID: "facility", Title: Words{"设施", "Facility"}, Group: "services",
		Geometry: pointOnly, MinZoom: 11, MaxZoom: 14, Color: "#8a6d5a", ColorBy: "kind",
		Works: works(),
		Draw: Draw{
			Look: Look{Order: 70, Off: true, Symbol: "square", Marked: true, Label: &Label{From: 13.5}},
			Thin: &Thin{Below: 13, Units: 64, First: first("kind=school", "kind=clinic", "kind=market")},
		},
		Fields: join(
			in("identity",
				name().like("示例小学").heads("设施名称"), villageRef(), townRef(), countyRef(),
				text("kind", "类型", "Kind").heads("设施类型", "类别").tiled().must().oneOf(facilityKinds()...),
				status(), completed()),
			in("note", note()),
		),
	}
}

func hazard() *Layer {
	return &Layer{
		ID: "hazard", Title: Words{"灾害易发区", "Hazard area"}, Group: "limits",
		Geometry: polygonOnly, MinZoom: 9, MaxZoom: 14, Color: "#b5542f", ColorBy: "kind",
		Draw: Draw{
			Look: Look{Order: 30, Off: true, Hatched: true},
		},
		Fields: in("identity",
			text("name", "名称", "Name").like("示例滑坡").tiled(), countyRef(),
			text("kind", "灾种", "Kind").heads("灾害类型", "类型").tiled().oneOf(
				Choice{"landslide", Words{"滑坡", "Landslide"}, "#a5532a"},
				Choice{"collapse", Words{"崩塌", "Rockfall"}, "#8c4a4a"},
				Choice{"debris_flow", Words{"泥石流", "Debris flow"}, "#b07a2a"},
				Choice{"flood", Words{"山洪", "Flood"}, "#3a7ca5"}),
			text("level", "易发程度", "Susceptibility").heads("等级", "危险等级").tiled().oneOf(
				Choice{Value: "high", Title: Words{"高", "High"}},
				Choice{Value: "medium", Title: Words{"中", "Medium"}},
				Choice{Value: "low", Title: Words{"低", "Low"}}),
			whole("people", "威胁人口", "People at risk", "people").like("36").heads("威胁人数"),
			note()),
	}
}

func reserve() *Layer {
	return &Layer{
		ID: "reserve", Title: Words{"禁建区", "No-build area"}, Group: "limits",
		Geometry: polygonOnly, MinZoom: 8, MaxZoom: 14, Color: "#4d7f5c", ColorBy: "kind",
		Draw: Draw{
			Look: Look{Order: 20, Off: true, Hatched: true},
		},
		Fields: in("identity",
			text("name", "名称", "Name").like("示例保护区").tiled(), countyRef(),
			text("kind", "类型", "Kind").heads("管控类型").tiled().oneOf(
				Choice{"red_line", Words{"生态保护红线", "Ecological red line"}, "#3f7d58"},
				Choice{"basic_farmland", Words{"永久基本农田", "Permanent basic farmland"}, "#b59b35"},
				Choice{"nature_reserve", Words{"自然保护区", "Nature reserve"}, "#2f6b6b"},
				Choice{"steep_farmland", Words{"25°以上退耕地", "Farmland over 25° to return to forest"}, "#8f8146"}),
			note()),
	}
}
