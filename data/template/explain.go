package template

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
)

// Explanation is the name of the sheet that explains, by which readers know that it holds no data.
const Explanation = "说明"

// explain writes the sheet that explains.
func (t *Template) explain(book *excelize.File, looks *looks) error {
	if _, err := book.NewSheet(Explanation); err != nil {
		return err
	}
	at := func(row int) string { return "A" + strconv.Itoa(row) }
	if err := cmp.Or(
		book.SetCellStr(Explanation, at(1), t.layer.Title.Zh+"：怎样填写"),
		book.SetCellStyle(Explanation, at(1), at(1), looks.title),
	); err != nil {
		return err
	}
	row := 2
	for _, line := range t.advice() {
		if err := book.SetCellStr(Explanation, at(row), strconv.Itoa(row-1)+". "+line); err != nil {
			return err
		}
		row++
	}
	return t.explainColumns(book, row+1, looks)
}

// explained are the headings of the table of columns, and how wide each is.
var explained = []struct {
	heading string
	width   float64
	of      func(c *column) string
}{
	{"列名", 26, func(c *column) string { return c.heading }},
	{"必填", 6, func(c *column) string { return map[bool]string{true: "必填"}[c.must] }},
	{"填什么", 18, func(c *column) string { return c.kind }},
	{"单位", 10, func(c *column) string { return c.unit }},
	{"允许的值", 44, func(c *column) string { return c.allowed }},
	{"公开范围", 16, func(c *column) string { return c.secrecy }},
	{"示例（虚构，不会导入）", 24, func(c *column) string { return c.example }},
	{"也认得的列名", 40, func(c *column) string { return c.other }},
	{"Shapefile 字段名", 18, func(c *column) string { return c.short }},
}

// explainColumns writes a row a column, from a row on.
func (t *Template) explainColumns(book *excelize.File, row int, looks *looks) error {
	for i, e := range explained {
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		head := name + strconv.Itoa(row)
		last := name + strconv.Itoa(row+len(t.columns))
		if err := cmp.Or(
			book.SetColWidth(Explanation, name, name, e.width),
			book.SetCellStr(Explanation, head, e.heading),
			book.SetCellStyle(Explanation, head, last, looks.wrapped),
			book.SetCellStyle(Explanation, head, head, looks.heading),
		); err != nil {
			return err
		}
		for n := range t.columns {
			if err := book.SetCellStr(Explanation, name+strconv.Itoa(row+1+n), e.of(&t.columns[n])); err != nil {
				return err
			}
		}
	}
	return nil
}

// advice is what to know before one fills the sheet in, a line a thing.
func (t *Template) advice() []string {
	name := t.layer.Title.Zh
	lines := []string{
		"在“" + name + "”表中从第 2 行起填写，一行一条；本表只作说明，导入时自动略过。",
		"带 * 的列必须填写；不用的列可留空，也可整列删去；列的先后随意，列名请不要改。",
		"点中格子会出现提示；有下拉箭头的只能选列出的值。代码按文本填写，不要丢掉开头或末尾的数字。",
	}
	if t.layer.Level != "" || t.layer.Outlines != "" {
		lines = append(lines, "区划代码是唯一的：再次导入同一代码，会更新原有的记录，不会重复。空着的格子不改动库中的值；要清除请填“清空”。")
	}
	lines = append(lines, t.placeAdvice()...)
	if t.layer.AppendOnly {
		lines = append(lines, "本图层只增不改：已经导入的记录不能再改动。")
	}
	return append(lines, "填好后在“数据”页选择“导入”，图层选“"+name+"”，把文件拖进去即可；有问题的行会逐行列出，确认之前不会写入。")
}

// placeAdvice is about where the places come from.
func (t *Template) placeAdvice() []string {
	const shapeFiles = "Shapefile（打包成 zip）、GeoJSON 或 GeoPackage 文件"
	attributes := "图形文件的属性列名用下表的“列名”或“Shapefile 字段名”都认得，不必另填本表。"
	switch {
	case !t.layer.HasGeometry():
		return nil
	case !t.layer.Allows(geo.Points):
		return []string{
			"本图层是" + shapeWords(t.layer) + "，表格放不下图形，请导入" + shapeFiles + "。" + attributes,
			"只填本表也可导入属性，但地图上不会显示，要等图形文件补上。",
		}
	case len(t.layer.Geometry) > 1:
		return []string{coordinates, "有范围的（面）请另用" + shapeFiles + "导入。" + attributes}
	}
	return []string{coordinates}
}

const coordinates = "经纬度用 CGCS2000（与 WGS 84 相差不到 1 米）；从高德、腾讯地图上取的请把两列的列名改为 经度(GCJ-02)、纬度(GCJ-02)，" +
	"从百度地图上取的改为 BD-09。没有坐标的行也能导入，但地图上不显示。"

func shapeWords(l *layers.Layer) string {
	var list []string
	for _, k := range l.Geometry {
		list = append(list, map[geo.Kind]string{geo.Points: "点", geo.Lines: "线", geo.Polygons: "面"}[k])
	}
	return strings.Join(list, "或")
}
