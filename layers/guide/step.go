package guide

import (
	"slices"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/service"
)

// step declares a step.
type step struct {
	id                 string
	title, asks, gives layers.Words
	brings             []need
}

// steps are in the order in which one builds on the others.
func steps(services *service.Catalog) []step {
	return slices.Concat(areas(), ground(), []step{works(services)}, plan())
}

// areas are who and where everybody is.
func areas() []step {
	return []step{
		{
			id:    "names",
			title: layers.Words{Zh: "县、镇、村的名称与代码", En: "Names and codes of counties, towns and villages"},
			asks: layers.Words{
				Zh: "三份表格：县区、镇、行政村，各有区划代码和名称。统计、民政部门都有。",
				En: "Three tables: counties, towns and villages, each with division code and name.",
			},
			gives: layers.Words{
				Zh: "其他数据都按代码或名称挂到镇和村；可以搜索，可以列表。",
				En: "All other data hang on towns and villages by code or name; search and tables work.",
			},
			brings: []need{{layer: "county"}, {layer: "town"}, {layer: "village"}},
		},
		{
			id:    "outlines",
			title: layers.Words{Zh: "行政区界线", En: "Outlines"},
			asks: layers.Words{
				Zh: "县界、镇界、行政村界（面）：Shapefile、GeoJSON 或 GeoPackage，属性里有区划代码或名称。",
				En: "Outlines of counties, towns and villages (polygons) as Shapefile, GeoJSON or GeoPackage, with the division code or the name.",
			},
			gives: layers.Words{
				Zh: "地图按县、镇、村着色；只有坐标的台账自动归入所在的村；导入时查出落在县外的点，检查时查出邻村界线的重叠和空隙。",
				En: "Counties, towns and villages are coloured; ledgers with coordinates alone find their villages; points outside of their " +
					"county and overlaps and gaps between neighbours are told.",
			},
			brings: []need{{layer: "county", placed: true}, {layer: "town_area", placed: true}, {layer: "village_area", placed: true}},
		},
		{
			id:    "places",
			title: layers.Words{Zh: "镇和村的位置", En: "Places of towns and villages"},
			asks: layers.Words{
				Zh: "村委会、镇政府的经纬度：在表格里加两列再导入一次，或导入点图层。",
				En: "Longitude and latitude of village committees and town offices: two more columns, or a layer of points.",
			},
			gives: layers.Words{
				Zh: "村在地图上出现；能问“附近有什么”。",
				En: "Villages are on the map; one can ask what is near.",
			},
			brings: []need{{layer: "town", placed: true}, {layer: "village", placed: true}},
		},
	}
}

// ground is what lies between the villages.
func ground() []step {
	return []step{
		{
			id:    "roads",
			title: layers.Words{Zh: "公路", En: "Roads"},
			asks: layers.Words{
				Zh: "公路（线），有路面类型和状态；交通部门的年报图层即可。",
				En: "Roads (lines) with surface and status, such as the transport bureau's yearly layer.",
			},
			gives: layers.Words{
				Zh: "哪些村不通硬化路、路断在哪里、先修哪一段、多少分钟能到。",
				En: "Which villages lack a hardened road, where it breaks off, what to build first, how many minutes it takes.",
			},
			brings: []need{{layer: "road", placed: true}, {layer: "road", fields: []string{"surface"}}},
		},
		{
			id:    "heights",
			title: layers.Words{Zh: "高程与禁建区", En: "Heights, and where not to build"},
			asks: layers.Words{
				Zh: "高程（DEM，GeoTIFF 或 HGT）；灾害易发区和禁建区（面）。",
				En: "An elevation model (GeoTIFF or HGT); hazard and no-build areas (polygons).",
			},
			gives: layers.Words{
				Zh: "地形底图；选址时的坡度和“四避开”。",
				En: "Relief on the map; slopes and places to avoid when a site is looked for.",
			},
			brings: []need{heights, {layer: "hazard", placed: true}, {layer: "reserve", placed: true}},
		},
	}
}

// works is what villages have, and what it comes from.
func works(services *service.Catalog) step {
	return step{
		id:    "works",
		title: layers.Words{Zh: "各村现状与供给", En: "What villages have, and where it comes from"},
		asks: layers.Words{
			Zh: "行政村表中水、电、网、卫生室等各列；供水工程、通信设施、学校卫生室等（点）。",
			En: "The villages' columns of water, power, fibre, clinics; waterworks, communications, schools and clinics (points).",
		},
		gives: layers.Words{
			Zh: "哪些村缺水、缺网、缺卫生室，最近的供给有多远。",
			En: "Which villages lack water, broadband or a clinic, and how far the nearest supply is.",
		},
		brings: append(supplies(services), need{layer: service.MarkedLayer, fields: measured(services)}),
	}
}

// plan is what is to be reached, and how far each village is.
func plan() []step {
	return []step{
		{
			id:    "targets",
			title: layers.Words{Zh: "规划目标", En: "Targets"},
			asks: layers.Words{
				Zh: "一份表格：县区、年份、指标、目标值。",
				En: "A table of area, year, indicator and target.",
			},
			gives: layers.Words{
				Zh: "完成数与目标对照，谁落后一目了然。",
				En: "Done beside planned, and who is late.",
			},
			brings: []need{{layer: "target"}},
		},
		{
			id:    "exits",
			title: layers.Words{Zh: "贫困村与退出", En: "Poverty villages and their exits"},
			asks: layers.Words{
				Zh: "行政村表中是否贫困村、计划退出年份、退出状态；有退出程序记录的也可导入。",
				En: "The villages' columns of poverty, planned year and status of exit; steps of the procedure, where they are on record.",
			},
			gives: layers.Words{
				Zh: "脱贫进度图，逐村的退出条件。",
				En: "The map of progress, and each village's exit conditions.",
			},
			brings: []need{
				{layer: "village", fields: []string{"poverty"}},
				{layer: "village", fields: []string{"exit_year"}},
				{layer: "village", fields: []string{"exit_status"}},
			},
		},
	}
}

// supplies are the layers that services come from before all. Lines that bring them nearer are no matter of a first day.
func supplies(services *service.Catalog) (list []need) {
	for _, s := range services.Services {
		for _, supply := range s.Supplies[:min(1, len(s.Supplies))] {
			n := need{layer: supply.Layer, placed: true}
			if !slices.ContainsFunc(list, func(o need) bool { return o.layer == n.layer }) {
				list = append(list, n)
			}
		}
	}
	return list
}

// measured are the villages' fields that services are judged by.
func measured(services *service.Catalog) (fields []string) {
	for _, s := range services.Services {
		for _, c := range s.Criteria {
			if s.Overview && c.Field != "" && !slices.Contains(fields, c.Field) {
				fields = append(fields, c.Field)
			}
		}
	}
	return fields
}
