package layers

// The lines by which water, light and current come. Where they run is for those who work with them: the layers are internal, so
// that nobody who has no account sees that there is one.

func pipe() *Layer {
	return &Layer{
		ID: "pipe", Title: Words{"供水管线", "Water pipe"}, Group: "services",
		Geometry: lineOnly, MinZoom: 8, MaxZoom: 14, Color: "#1f8fc4", ColorBy: "kind",
		Works: works(),
		Draw: Draw{
			Look:    Look{Order: 58, Off: true, Fine: true, Beside: 5, Label: &Label{From: 14}},
			Classes: []Class{{"kind", "raw", 8}, {"kind", "main", 8}, {"kind", "branch", 10}},
		},
		Secrecy: Internal,
		Fields: join(
			in("identity",
				text("name", "名称", "Name").like("示例村供水干管").heads("管线名称", "管道名称").tiledFrom(13), countyRef(),
				text("kind", "类型", "Kind").heads("管线类型", "管道类型", "管道级别").tiled().oneOf(
					Choice{"raw", Words{"输水管（原水）", "Raw water main"}, "#5f8fa8"},
					Choice{"main", Words{"配水干管", "Distribution main"}, "#1668a8"},
					Choice{"branch", Words{"配水支管", "Branch"}, "#35a7d6"}),
				text("works", "所属供水工程", "Waterworks").like("示例村供水工程").heads("供水工程", "所属工程", "水源工程", "所属水厂", "水厂")),
			in("construction",
				whole("diameter_mm", "管径", "Diameter", "mm").like("110").heads("管径DN", "DN", "公称直径"),
				text("material", "管材", "Material").like("PE").heads("材质", "管道材质"),
				status(), completed()),
			in("note", note()),
		),
	}
}

func cable() *Layer {
	return &Layer{
		ID: "cable", Title: Words{"光缆", "Optical cable"}, Group: "services",
		Geometry: lineOnly, MinZoom: 8, MaxZoom: 14, Color: "#8a4fc0", ColorBy: "kind",
		Works: works(),
		Draw: Draw{
			Look:    Look{Order: 57, Off: true, Fine: true, Beside: -5, Dash: []float64{5, 2}, Label: &Label{From: 14}},
			Classes: []Class{{"kind", "trunk", 8}, {"kind", "branch", 10}},
		},
		Secrecy: Internal,
		Fields: join(
			in("identity",
				text("name", "名称", "Name").like("示例村光缆").heads("光缆名称", "线路名称", "光缆段名称").tiledFrom(13), countyRef(),
				text("kind", "类型", "Kind").heads("光缆类型", "光缆级别").tiled().oneOf(
					Choice{"trunk", Words{"干线光缆", "Trunk"}, "#6a35a0"},
					Choice{"branch", Words{"支线光缆", "Branch"}, "#a877d8"})),
			in("construction",
				whole("cores", "芯数", "Cores", "").like("24").heads("光缆芯数", "纤芯数"),
				whole("spare_cores", "空闲芯数", "Spare cores", "").like("12").heads("空余芯数", "剩余芯数"),
				text("laid", "敷设方式", "Laid").like("架空").heads("敷设").oneOf(
					Choice{Value: "架空", Title: Words{"架空", "Aerial"}},
					Choice{Value: "管道", Title: Words{"管道", "In ducts"}},
					Choice{Value: "直埋", Title: Words{"直埋", "Buried"}}),
				text("operator", "运营商", "Operator").like("移动"),
				status(), completed()),
			in("note", note()),
		),
	}
}

func powerLine() *Layer {
	return &Layer{
		ID: "power_line", Title: Words{"10 千伏线路", "10 kV line"}, Group: "services",
		Geometry: lineOnly, MinZoom: 8, MaxZoom: 14, Color: "#c4572a",
		Works: works(),
		Draw: Draw{
			Look:    Look{Order: 56, Off: true, Fine: true, Beside: 9, Dash: []float64{7, 2, 1, 2}, Label: &Label{From: 14}},
			Classes: []Class{{"kind", "trunk", 8}, {"kind", "branch", 10}},
		},
		Secrecy: Internal,
		Fields: join(
			in("identity",
				text("name", "名称", "Name").like("示例镇 10 千伏示例线").heads("线路名称").tiledFrom(13), countyRef(),
				text("kind", "类型", "Kind").heads("线路类型", "主干或分支").tiled().oneOf(
					Choice{Value: "trunk", Title: Words{"主干线", "Trunk"}},
					Choice{Value: "branch", Title: Words{"分支线", "Branch"}}),
				text("substation", "变电站", "Substation").like("示例镇 35 千伏变电站").heads("所属变电站", "电源点")),
			in("construction",
				text("laid", "敷设方式", "Laid").like("架空").heads("敷设").oneOf(
					Choice{Value: "架空", Title: Words{"架空", "Aerial"}},
					Choice{Value: "电缆", Title: Words{"电缆", "Cable"}}),
				text("conductor", "导线型号", "Conductor").like("JL/G1A-70").heads("导线", "型号"),
				status(), completed()),
			in("note", note()),
		),
	}
}

func transformer() *Layer {
	return &Layer{
		ID: "transformer", Title: Words{"变压器", "Transformer"}, Group: "services",
		Geometry: pointOnly, MinZoom: 11, MaxZoom: 14, Color: "#d0782a",
		Works: works(),
		Draw: Draw{
			Look: Look{Order: 78, Off: true, Symbol: "diamond", Label: &Label{From: 14.5}},
			Thin: &Thin{Below: 13, Units: 64, First: first("capacity_kva")},
		},
		Secrecy: Internal,
		Fields: join(
			in("identity",
				name().like("示例村 1 号公变").heads("台区名称", "变压器名称", "配变名称"), villageRef(), townRef(), countyRef(),
				text("line", "所属线路", "Line").like("示例镇 10 千伏示例线").heads("10千伏线路", "线路名称", "所属10千伏线路")),
			in("construction",
				number("capacity_kva", "容量", "Capacity", "kVA").like("200").heads("额定容量", "变压器容量", "配变容量").tiled(),
				number("load_rate", "最大负载率", "Greatest load", "%").like("62").heads("负载率"),
				whole("households", "供电户数", "Households supplied", "households").like("86").heads("用户数"),
				status(), completed()),
			in("note", note()),
		),
	}
}
