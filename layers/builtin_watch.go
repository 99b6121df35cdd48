package layers

// watched says, a row a village, month, kind and cause, how many households are watched because they may fall into poverty:
// counts alone, and never who. A month that is reported again takes the place of what was reported before.
func watched() *Layer {
	return &Layer{
		ID: "watch", Title: Words{"防返贫监测", "Watched households"}, Group: "records", Color: "#6b7280", Secrecy: Internal,
		Apart: []string{"village", "year", "month", "kind", "cause"},
		Fields: in("watch",
			villageRef().must(),
			year("year", "年份", "Year").heads("年度", "监测年份").must(),
			whole("month", "月份", "Month", "").like("6").heads("月", "监测月份").from(1).to(12).must(),
			text("kind", "监测类型", "Kind").heads("类型", "监测对象类型", "风险类型").must().oneOf(
				Choice{Value: "unstable", Title: Words{"脱贫不稳定户", "Out of poverty, not firmly"}},
				Choice{Value: "marginal", Title: Words{"边缘易致贫户", "Close to poverty"}},
				Choice{Value: "sudden", Title: Words{"突发严重困难户", "In sudden hardship"}}),
			text("cause", "风险原因", "Cause").heads("致贫原因", "返贫原因", "原因").must().oneOf(
				Choice{Value: "illness", Title: Words{"因病", "Illness"}},
				Choice{Value: "schooling", Title: Words{"因学", "Schooling"}},
				Choice{Value: "disaster", Title: Words{"因灾", "Disaster"}},
				Choice{Value: "housing", Title: Words{"住房", "Housing"}},
				Choice{Value: "water", Title: Words{"饮水", "Water"}},
				Choice{Value: "work", Title: Words{"务工就业", "Work"}},
				Choice{Value: "other", Title: Words{"其他", "Other"}}),
			whole("new", "新增户数", "Newly watched", "households").like("2").heads("新增", "新识别户数").internal(),
			whole("solved", "风险消除户数", "Risk removed", "households").like("1").heads("消除户数", "风险消除", "已消除户数").internal(),
			whole("overdue", "超期未消除户数", "Overdue", "households").like("0").heads("超期户数", "超期").internal(),
			note()),
	}
}

// watchStep is the record of leads that a village may fall back, a row a step: found, assessed by the village, decided by the
// county, visited again, closed. Steps are added and never changed. How long each may take stands in layers/watch.
func watchStep() *Layer {
	return &Layer{
		ID: "watch_step", Title: Words{"监测线索办理", "Step of a lead"}, Group: "records", Color: "#6b7280", AppendOnly: true, Secrecy: Internal,
		Fields: in("watch",
			villageRef().must(),
			text("lead", "线索", "Lead").heads("线索类型", "预警类型").must().oneOf(
				Choice{"road", Words{"道路中断", "Road cut"}, "#c8452d"},
				Choice{"water", Words{"饮水下降", "Water worse"}, "#2a7f9e"},
				Choice{"houses", Words{"新增危房", "Dangerous houses"}, "#8a6d3b"},
				Choice{"mobile", Words{"通信中断", "No mobile signal"}, "#7a5ca8"},
				Choice{"reported", Words{"申报或排查", "Reported"}, "#6b7280"}),
			text("step", "步骤", "Step").heads("环节", "办理环节").must().oneOf(
				Choice{Value: "found", Title: Words{"发现", "Found"}},
				Choice{Value: "assessed", Title: Words{"评议", "Assessed"}},
				Choice{Value: "decided", Title: Words{"审定", "Decided"}},
				Choice{Value: "visited", Title: Words{"回访", "Visited"}},
				Choice{Value: "closed", Title: Words{"销号", "Closed"}},
				Choice{Value: "dismissed", Title: Words{"排除", "Dismissed"}}),
			field(TypeDate, "date", "日期", "Date").heads("时间", "办理日期").must(),
			text("by", "经办", "By").like("示例镇人民政府").heads("经办单位", "经办人").must().internal(),
			note()),
	}
}
