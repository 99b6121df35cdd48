package layers

func road() *Layer {
	return &Layer{
		ID: "road", Title: Words{"公路", "Road"}, Group: "transport",
		Geometry: lineOnly, MinZoom: 5, MaxZoom: 14, Color: "#6d6a66", ColorBy: "surface",
		Works: works(),
		Draw: Draw{
			Look: Look{
				Order: 50,
				Label: &Label{Field: "number", From: 10, Size: 11},
				Ways:  &Ways{Class: "class", Great: 3, Made: "surface", Apart: &Apart{"kind", "cableway"}},
			},
			Merge: 10,
			Classes: []Class{
				{"kind", "cableway", 10},
				{"grade", "高速", 5},
				{"class", "国道", 5},
				{"grade", "一级", 6},
				{"class", "省道", 7},
				{"class", "县道", 8},
				{"class", "乡道", 9},
				{"class", "村道", 10},
				{"class", "专用道", 10},
			},
		},
		Near: true,
		Fields: join(
			in("identity",
				text("number", "路线编号", "Road number").like("Y001990101").heads("路线编码", "路线代码", "编号").tiledFrom(8),
				text("name", "路线名称", "Name").like("示例路").heads("名称", "路名", "道路名称").tiledFrom(10),
				countyRef().tiledFrom(10)),
			in("construction",
				text("class", "行政等级", "Class").heads("等级", "道路类别", "行政级别").tiled().oneOf(
					Choice{"国道", Words{"国道", "National"}, "#b5342a"},
					Choice{"省道", Words{"省道", "Provincial"}, "#d07a2d"},
					Choice{"县道", Words{"县道", "County"}, "#b99a2e"},
					Choice{"乡道", Words{"乡道", "Township"}, "#6f7f52"},
					Choice{"村道", Words{"村道", "Village"}, "#7d7468"},
					Choice{"专用道", Words{"专用道", "Special purpose"}, "#6a6f8c"}),
				text("grade", "技术等级", "Grade").heads("公路等级").tiled().oneOf(
					Choice{Value: "高速", Title: Words{"高速", "Expressway"}},
					Choice{Value: "一级", Title: Words{"一级", "Class I"}},
					Choice{Value: "二级", Title: Words{"二级", "Class II"}},
					Choice{Value: "三级", Title: Words{"三级", "Class III"}},
					Choice{Value: "四级", Title: Words{"四级", "Class IV"}},
					Choice{Value: "等外", Title: Words{"等外", "Ungraded"}}),
				text("surface", "路面", "Surface").heads("路面类型", "路面材料", "面层类型").tiled().oneOf(
					Choice{"沥青", Words{"沥青", "Asphalt"}, "#3f4a5a"},
					Choice{"水泥", Words{"水泥", "Cement"}, "#7a8797"},
					Choice{"砂石", Words{"砂石", "Gravel"}, "#c98f3c"},
					Choice{"土路", Words{"土路", "Earth"}, "#b4532a"}).good("沥青", "水泥"),
				number("width_m", "路面宽度", "Width", "m").like("4.5").heads("宽度", "路宽", "路面宽"),
				text("kind", "类型", "Kind").heads("构造物").tiled().oneOf(
					Choice{Value: "road", Title: Words{"道路", "Road"}},
					Choice{Value: "bridge", Title: Words{"桥梁", "Bridge"}},
					Choice{Value: "tunnel", Title: Words{"隧道", "Tunnel"}},
					Choice{Value: "cableway", Title: Words{"索道", "Cableway"}}),
				status(), completed(),
				number("cost_wan", "硬化造价", "Cost to harden", "wan_yuan").like("120").heads("造价", "投资", "估算投资")),
			in("note", note()),
		),
	}
}

func river() *Layer {
	return &Layer{
		ID: "river", Title: Words{"河流", "River"}, Group: "limits",
		Geometry: lineOnly, MinZoom: 5, MaxZoom: 14, Color: "#6aa5c9",
		Draw: Draw{
			Look: Look{
				Order:  40,
				Ground: true,
				Rank:   "level",
				Label:  &Label{From: 9, Size: 12, Color: "#3d7ea6", Dark: "#7fb6d8"},
			},
			Merge:   10,
			Classes: []Class{{"level", "2", 6}, {"level", "3", 8}, {"level", "4", 9}, {"level", "5", 10}},
		},
		Fields: in("identity",
			text("name", "名称", "Name").like("示例河").heads("河名").tiled(),
			whole("level", "级别", "Order", "").like("3").heads("河流级别").from(1).to(9).tiled(),
			note()),
	}
}

func water() *Layer {
	return &Layer{
		ID: "water", Title: Words{"供水工程", "Waterworks"}, Group: "services",
		Geometry: pointOnly, MinZoom: 10, MaxZoom: 14, Color: "#2b78b5",
		Works: works(),
		Draw: Draw{
			Look: Look{Order: 90, Off: true, Symbol: "drop", Label: &Label{From: 13}},
			Thin: &Thin{Below: 13, Units: 64, First: first("kind=central", "people")},
		},
		Near: true,
		Fields: join(
			in("identity",
				name().like("示例村供水工程").heads("工程名称", "水厂名称"), townRef(), countyRef(),
				text("kind", "类型", "Kind").heads("工程类型", "供水方式").tiled().oneOf(
					Choice{Value: "central", Title: Words{"集中供水", "Piped, central"}},
					Choice{Value: "spring", Title: Words{"引泉供水", "Spring-fed"}},
					Choice{Value: "well", Title: Words{"机井", "Well"}},
					Choice{Value: "cistern", Title: Words{"水窖", "Cistern"}})),
			in("construction",
				number("capacity_m3d", "供水能力", "Capacity", "m3/d").like("120").heads("日供水能力", "设计供水规模").tiled(),
				number("used_m3d", "实际供水量", "Delivered", "m3/d").like("85").heads("日供水量"),
				whole("people", "受益人口", "People served", "people").like("860").heads("供水人口"),
				percent("guarantee", "供水保证率", "Supply guarantee").like("95"),
				status(), completed()),
			in("note", note()),
		),
	}
}

func broadband() *Layer {
	return &Layer{
		ID: "broadband", Title: Words{"通信设施", "Communications"}, Group: "services",
		Geometry: pointOnly, MinZoom: 10, MaxZoom: 14, Color: "#7553a8", ColorBy: "kind",
		Works: works(),
		Draw: Draw{
			Look: Look{Order: 80, Off: true, Symbol: "mast", Label: &Label{From: 13.5}},
			Thin: &Thin{Below: 13, Units: 64, First: first("radius_m")},
		},
		Fields: join(
			in("identity",
				name().like("示例村基站").heads("站名", "基站名称"), countyRef(),
				text("kind", "类型", "Kind").heads("设施类型").tiled().oneOf(
					Choice{"node", Words{"光交节点", "Fibre node"}, "#7553a8"},
					Choice{"tower", Words{"4G基站", "4G tower"}, "#b0529c"})),
			in("construction",
				number("radius_m", "覆盖半径", "Radius", "m").like("3000").heads("半径").tiled(),
				number("mbps", "带宽", "Bandwidth", "Mbit/s").like("100"),
				whole("spare_ports", "空闲端口", "Spare ports", "").like("16").heads("空余端口"),
				text("operator", "运营商", "Operator").like("移动"),
				status(), completed()),
			in("note", note()),
		),
	}
}
