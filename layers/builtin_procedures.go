package layers

// steps is a record of a procedure, a row a step that somebody took: steps are added and never changed. of is the field that
// says what went through it. What is signed stands in those rows alone that were written by who took the step; the others
// tell what is recorded elsewhere. The order of the steps, and who may take them, is said by layers/procedure.
func steps(id string, title Words, group string, of Field, own []Field, choices ...Choice) *Layer {
	return &Layer{
		ID: id, Title: title, Group: "records", Color: "#6b7280", AppendOnly: true,
		Fields: in(group, join(
			[]Field{
				of.must(),
				text("step", "步骤", "Step").heads("程序", "环节").must().oneOf(append(choices,
					Choice{"returned", Words{"退回", "Sent back"}, "#c8452d"},
					Choice{"objected", Words{"异议", "Objection"}, "#b0682c"},
					Choice{"resolved", Words{"异议办结", "Objection settled"}, "#5f8f3e"})...),
				field(TypeDate, "date", "日期", "Date").heads("时间", "办理日期").must(),
				text("by", "经办", "By").like("示例镇人民政府").heads("经办单位", "经办人", "核查单位").must().internal(),
				text("result", "核查结果", "Result of the check").heads("结果", "结论").oneOf(
					Choice{"passed", Words{"通过", "Passed"}, "#2a7f9e"},
					Choice{"failed", Words{"未通过", "Failed"}, "#c8452d"}),
			}, own,
			[]Field{
				note(),
				text("about", "所涉", "About").signed(), // the step that it is sent back to; of what settles an objection, its id
				field(TypeDate, "until", "公示截止", "Notice until").signed(),
				text("actor", "办理账号", "Account").signed().internal(),
				text("unit", "办理单位代码", "Unit").signed(),
				text("evidence", "证据", "Evidence").signed(), // the digest of what it rested on
			})...),
	}
}

// exitStep is the record of a village's exit, planned, claimed by the village, checked by a third party, struck off.
func exitStep() *Layer {
	return steps("exit_step", Words{"退出程序", "Exit step"}, "exit", villageRef(),
		[]Field{year("exit_year", "计划退出年份", "Planned exit year").heads("退出年份")},
		Choice{"planned", Words{"列入计划", "Planned"}, "#8a8fa3"},
		Choice{"claimed", Words{"村级申请", "Claimed"}, "#e6a532"},
		Choice{"verified", Words{"镇级核查", "Verified by the town"}, "#d9b45a"},
		Choice{"reviewed", Words{"县级审核", "Reviewed by the county"}, "#c9bd74"},
		Choice{"noticed", Words{"公示", "Public notice"}, "#b3bd8b"},
		Choice{"approved", Words{"市级批准", "Approved by the prefecture"}, "#9fbd9d"},
		Choice{"checked", Words{"第三方核查", "Checked"}, "#8fbcae"},
		Choice{"struck_off", Words{"销号", "Struck off"}, "#2a7f9e"})
}

// countyStep is the record of a county's exit.
func countyStep() *Layer {
	return steps("county_step", Words{"县摘帽程序", "County exit step"}, "exit", countyRef(), nil,
		Choice{"claimed", Words{"县级自评", "Claimed by the county"}, "#e6a532"},
		Choice{"verified", Words{"市级核查", "Verified by the prefecture"}, "#d9b45a"},
		Choice{"noticed", Words{"公示", "Public notice"}, "#b3bd8b"},
		Choice{"checked", Words{"第三方评估", "Assessed by a third party"}, "#8fbcae"},
		Choice{"struck_off", Words{"批准摘帽", "Struck off"}, "#2a7f9e"})
}

// projectStages are the steps of a project from its proposal to who keeps up what was built.
func projectStages() []Choice {
	return []Choice{
		{"applied", Words{"申报", "Proposed"}, "#8a8fa3"},
		{"audited", Words{"镇审核", "Audited by the town"}, "#9a93b8"},
		{"appraised", Words{"部门论证", "Appraised"}, "#8f7fb8"},
		{"noticed", Words{"公示", "Public notice"}, "#7f74b5"},
		{"listed", Words{"入库", "In the library"}, "#5b7fb8"},
		{"planned", Words{"列入年度计划", "In the year's plan"}, "#3d8fb0"},
		{"started", Words{"开工", "Started"}, "#e0a030"},
		{"finished", Words{"竣工", "Finished"}, "#a9a23c"},
		{"accepted", Words{"验收", "Accepted"}, "#4f9a5b"},
		{"handed_over", Words{"资产移交", "Handed over"}, "#2f7d5b"},
		{"withdrawn", Words{"出库", "Withdrawn"}, "#9aa0a6"},
	}
}

// projectStep is the record of a project. A contract and the payments under it are steps too, with their money.
func projectStep() *Layer {
	return steps("project_step", Words{"项目程序", "Project step"}, "project",
		text("project", "项目编号", "Project number").like("XM2017001").heads("项目编码", "编号"),
		[]Field{number("wan", "金额", "Amount", "wan_yuan").like("85.5").heads("中标价", "支付金额", "拨付金额")},
		append(projectStages(),
			Choice{"contracted", Words{"签订合同", "Contracted"}, "#6b8fc0"},
			Choice{"paid", Words{"拨付资金", "Paid"}, "#6ba08f"})...)
}
