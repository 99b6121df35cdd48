package layers

// dataset says, a row a source, where the store's data comes from, so that map,
// print and export can credit it and mark what is made up.
func dataset() *Layer {
	return &Layer{
		ID: "dataset", Title: Words{"数据来源", "Data source"}, Group: "records", Color: "#6b7280",
		Fields: in("identity",
			text("name", "名称", "Title").like("县自然资源局行政区划").must(),
			text("layers", "图层", "Layers").like("county,town"), // ids joined by ListSeparator
			text("source", "来源", "Source").like("县自然资源局"),
			text("licence", "许可", "Licence").like("内部使用"),
			yes("synthetic", "虚构", "Made up"),
			year("year", "年份", "Year"),
			note()),
	}
}

// target says, a row an area, an indicator and a year, what the plan asks for and, where
// an office has reported it, what was done. What adds up (villages, people, counties) is
// the number within the year, as plans publish it; a share is that at the year's end.
// What the indicators mean stands in layers/progress.
func target() *Layer {
	return &Layer{
		ID: "target", Title: Words{"规划目标", "Plan target"}, Group: "records", Color: "#6b7280",
		Fields: in("identity",
			field(TypeCode, "area", "区划代码", "Area code").heads("代码", "县区代码", "行政区划代码", "地区代码").must(),
			text("indicator", "指标", "Indicator").heads("指标名称").must().oneOf(
				Choice{Value: "villages_out", Title: Words{"贫困村退出", "Villages out"}},
				Choice{Value: "people_out", Title: Words{"脱贫人口", "People out"}},
				Choice{Value: "counties_out", Title: Words{"贫困县摘帽", "Counties out"}},
				Choice{Value: "people_moved", Title: Words{"搬迁入住", "People moved"}},
				Choice{Value: "road", Title: Words{"通硬化路的村", "Villages with a hardened road"}},
				Choice{Value: "water", Title: Words{"饮水安全的村", "Villages with safe water"}},
				Choice{Value: "tap_water", Title: Words{"自来水普及率", "Tap water coverage"}},
				Choice{Value: "broadband", Title: Words{"通宽带的村", "Villages with broadband"}},
				Choice{Value: "safe_housing", Title: Words{"安全住房的户", "Households in safe housing"}}),
			year("year", "年份", "Year").must(),
			number("value", "目标值", "Target", "").like("12").heads("计划数", "目标", "任务数").must(),
			number("done", "上报完成数", "Reported as done", "").like("9").heads("完成数", "实际完成"),
			text("source", "依据", "Source").like("县脱贫攻坚规划").heads("来源"),
			note()),
	}
}
