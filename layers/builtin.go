package layers

import (
	"strings"

	"github.com/cuntu/cuntu/geo"
)

// Builtin is the catalogue that Cuntu ships with. Declarations stand in the
// builtin_*.go files, a group a file.
func Builtin() *Catalog {
	return &Catalog{Layers: []*Layer{
		county(), town(), village(), hamlet(),
		townArea(), villageArea(),
		road(), river(),
		water(), pipe(), broadband(), cable(), powerLine(), transformer(), facility(),
		site(), park(),
		hazard(), reserve(),
		project(),
		dataset(), target(), exitStep(), countyStep(), projectStep(),
		watched(), watchStep(),
	}}
}

var (
	pointOnly      = []geo.Kind{geo.Points}
	lineOnly       = []geo.Kind{geo.Lines}
	polygonOnly    = []geo.Kind{geo.Polygons}
	pointOrLine    = []geo.Kind{geo.Points, geo.Lines}
	pointOrPolygon = []geo.Kind{geo.Points, geo.Polygons}
)

// The constructors below keep a declaration to a line a field.

func field(t FieldType, id, zh, en string) Field {
	return Field{ID: id, Type: t, Title: Words{zh, en}}
}

func text(id, zh, en string) Field { return field(TypeText, id, zh, en) }
func whole(id, zh, en, unit string) Field {
	return field(TypeInt, id, zh, en).measured(unit).from(0)
}

func number(id, zh, en, unit string) Field {
	return field(TypeFloat, id, zh, en).measured(unit).from(0)
}

func percent(id, zh, en string) Field { return number(id, zh, en, "%").to(100) }
func yes(id, zh, en string) Field     { return field(TypeBool, id, zh, en) }
func year(id, zh, en string) Field    { return field(TypeYear, id, zh, en) }

func code() Field {
	return field(TypeCode, "code", "区划代码", "Division code").heads("代码", "编码", "行政区划代码", "统计用区划代码").tiled().must()
}

func name() Field {
	return text("name", "名称", "Name").heads("名字").tiled().must()
}

func countyRef() Field {
	return field(TypeCode, "county", "县区", "County").heads("县", "区县", "县(区)", "所属县", "县区代码").tiled().refers("county")
}

func townRef() Field {
	return field(TypeCode, "town", "镇", "Town").heads("乡镇", "镇(街道)", "所属镇", "乡镇代码").tiled().refers("town")
}

func villageRef() Field {
	return field(TypeCode, "village", "行政村", "Village").heads("所属村", "村代码", "行政村代码").tiled().refers("village")
}

func note() Field { return text("note", "备注", "Note").heads("说明").internal() }

func status() Field {
	return text("status", "状态", "Status").heads("建设状态", "建设情况").tiled().oneOf(
		Choice{"existing", Words{"已建成", "Existing"}, "#2f7d5b"},
		Choice{"building", Words{"在建", "Under construction"}, "#e0a030"},
		Choice{"planned", Words{"规划", "Planned"}, "#8a8fa3"})
}

func completed() Field {
	return year("year", "建成年份", "Year completed").heads("年份", "建成时间", "完工年份", "计划年份").tiled()
}

// works says when a layer with status and completed is there.
func works() *Works { return &Works{"year", "status", []string{"building", "planned"}} }

func (f Field) heads(h ...string) Field     { f.Headings = append(f.Headings, h...); return f }
func (f Field) like(cell string) Field      { f.Example = cell; return f }
func (f Field) tiled() Field                { f.Tile = true; return f }
func (f Field) tiledFrom(zoom int) Field    { f.Tile, f.TileZoom = true, zoom; return f }
func (f Field) must() Field                 { f.Required = true; return f }
func (f Field) measured(unit string) Field  { f.Unit = unit; return f }
func (f Field) from(v float64) Field        { f.Min = &v; return f }
func (f Field) to(v float64) Field          { f.Max = &v; return f }
func (f Field) refers(layer string) Field   { f.Ref = layer; return f }
func (f Field) oneOf(c ...Choice) Field     { f.Values = c; return f }
func (f Field) internal() Field             { f.Secrecy = Internal; return f }
func (f Field) sensitive() Field            { f.Secrecy = Sensitive; return f }
func (f Field) signed() Field               { f.Signed = true; return f }
func (f Field) follows(record string) Field { f.Follows = record; return f }
func (f Field) good(v ...string) Field      { f.Good = v; return f }
func (f Field) themed(t Theme) Field        { f.Theme = &t; return f }

// first puts features in order for Thin: "field" is a number, the greatest first;
// "field=value" puts those that have the value first.
func first(orders ...string) []First {
	var all []First
	for _, o := range orders {
		field, value, _ := strings.Cut(o, "=")
		all = append(all, First{field, value})
	}
	return all
}

// in sets the heading under which forms and dossiers show the fields.
func in(group string, fields ...Field) []Field {
	for i := range fields {
		fields[i].Group = group
	}
	return fields
}

func join(groups ...[]Field) []Field {
	var all []Field
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}
