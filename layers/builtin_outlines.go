package layers

// The outlines of towns and villages are layers of their own: the place itself stays a point, which is what ways lead to and what
// tables have.

func townArea() *Layer {
	return &Layer{
		ID: "town_area", Title: Words{"镇界", "Town boundary"}, Group: "places",
		Geometry: polygonOnly, MinZoom: 5, MaxZoom: 14, Color: "#6d7488",
		Draw:     Draw{Look: Look{Order: 12, Off: true}},
		Outlines: "town",
		Fields: outlineFields(field(TypeCode, "code", "镇代码", "Town code").
			heads("乡镇代码").heads(outlineCodes...).heads("镇", "乡镇", "镇名", "乡镇名称").heads(outlineNames...).refers("town")),
	}
}

func villageArea() *Layer {
	return &Layer{
		ID: "village_area", Title: Words{"行政村界", "Village boundary"}, Group: "places",
		Geometry: polygonOnly, MinZoom: 5, MaxZoom: 14, Color: "#8d93a5",
		Draw:     Draw{Look: Look{Order: 11, Off: true}},
		Outlines: "village",
		Fields: outlineFields(field(TypeCode, "code", "行政村代码", "Village code").
			heads("村代码").heads(outlineCodes...).heads("行政村", "村", "村名", "行政村名称").heads(outlineNames...).refers("village")),
	}
}

// What columns of codes and of names are called in files of boundaries, among them those of the national land survey
// (TD/T 1016-2003, TD/T 1055-2019): 行政区 and 坐落单位, code and name.
var (
	outlineCodes = []string{"区划代码", "代码", "编码", "行政区划代码", "统计用区划代码", "行政区代码", "XZQDM", "坐落单位代码", "ZLDWDM"}
	outlineNames = []string{"名称", "行政区名称", "XZQMC", "坐落单位名称", "ZLDWMC"}
)

func outlineFields(code Field) []Field {
	return in("identity",
		code.tiled().must(),
		text("source", "资料来源", "Source").like("第三次国土调查").heads("来源", "数据来源"),
		year("year", "年份", "Year").like("2019").heads("界线年份", "资料年份"),
		note())
}
