package intake

import (
	"strings"
	"testing"

	"github.com/cuntu/cuntu/layers"
)

func TestCellsAreReadAsPeopleWriteThem(t *testing.T) {
	for _, c := range []struct {
		layer, heading, cell string
		want                 any // a Kind where it is refused
	}{
		{"village", "总人口", "1234", int64(1234)},
		{"village", "总人口", "１，２３４", int64(1234)},
		{"village", "总人口", "1,234人", int64(1234)},
		{"village", "总人口", "约300", int64(300)},
		{"village", "总人口", "1.2万", int64(12000)},
		{"village", "总人口", "1.2万人", int64(12000)},
		{"village", "总人口(万人)", "1.2", int64(12000)},
		{"village", "总人口(万人)", "120人", int64(120)},
		{"village", "总人口", "1,23", NotNumber},
		{"village", "总人口", "12,345,6", NotNumber},
		{"village", "总人口", "三百", NotNumber},
		{"village", "总人口", "12户", NotNumber},
		{"village", "总人口", "1e3x", NotNumber},
		{"village", "总人口", "NaN", told(NoValue, layers.Words{})},
		{"village", "总人口", "-1.#IND", told(NoValue, layers.Words{})},
		{"village", "总人口", "1.#QNAN00", told(NoValue, layers.Words{})},
		{"village", "总人口", "-nan(ind)", told(NoValue, layers.Words{})},
		{"village", "总人口", "1#2", NotNumber},
		{"village", "总人口", "-5", OutOfRange},
		{"village", "总人口", "0.5", NotWhole},
		{"village", "总人口", "—", nil},
		{"village", "总人口", "清空", layers.Null},
		{"village", "海拔(km)", "0.85", 850.0},
		{"village", "海拔", "850.5米", 850.5},
		{"village", "海拔", "0.85公里", 850.0},
		{"village", "自来水普及率", "95%", 95.0},
		{"village", "自来水普及率", "95％", 95.0},
		{"village", "自来水普及率", "101", OutOfRange},
		{"village", "取水往返时间(小时)", "0.5", 30.0},
		{"village", "带宽", "100M", 100.0},
		{"village", "带宽", "1G", 1000.0},
		{"village", "人均纯收入(万元)", "0.98", int64(9800)},
		{"site", "占地面积(亩)", "15", 10000.0},
		{"site", "占地面积", "1公顷", 10000.0},
		{"road", "硬化造价(元)", "35000", 3.5},
		{"road", "硬化造价", "3万", 3.0},
		{"road", "硬化造价", "0.2亿元", 2000.0},
		{"village", "退出年份", "2017年", int64(2017)},
		{"village", "退出年份", "2017.0", int64(2017)},
		{"village", "退出年份", "2017年5月底", int64(2017)},
		{"village", "退出年份", "2017/5/31", int64(2017)},
		{"village", "退出年份", "20170531", NotYear},
		{"village", "退出年份", "17年", NotYear},
		{"village", "退出年份", "1017", NotYear},
		{"village", "是否通电", "√", true},
		{"village", "是否通电", "有", true},
		{"village", "是否通电", "１", true},
		{"village", "是否通电", "×", false},
		{"village", "是否通电", "无", false},
		{"village", "是否通电", "2", NotYesNo},
		{"village", "是否通电", "大概", NotYesNo},
		{"park", "建成年份", "2017-05-31T00:00:00+08:00", int64(2017)},
		{"park", "建成年份", "2017-05-31 12:00:00", int64(2017)},
		{"village", "代码", "611002001201", "611002001201"},
		{"village", "代码", "'611002001201.0", "611002001201"},
		{"village", "代码", "６１１００２００１２０１", "611002001201"},
		{"village", "代码", "6.11002E+11", LostDigits},
		{"village", "代码", "61100200120", NotCode},
		{"road", "路面类型", "水泥", "水泥"},
		{"road", "路面类型", "水泥混凝土路面", "水泥"},
		{"road", "路面类型", "沥青混凝土", "沥青"},
		{"road", "路面类型", "沥青或水泥", NotChoice},
		{"road", "路面类型", "非沥青", NotChoice},
		{"road", "技术等级", "四级公路", "四级"},
		{"road", "建设状态", "已建成", "existing"},
		{"road", "建设状态", "建成", "existing"},
		{"road", "建设状态", "未建成", NotChoice},
		{"road", "建设状态", "Planned", "planned"},
		{"site", "配套设施", "学校、卫生室；商店", "school,clinic,shop"},
		{"site", "配套设施", "学校、泳池", NotChoice},
		{"village", "名称", "东 店 子 村", "东店子村"},
		{"village", "备注", "a，b  c", "a，b c"},
	} {
		catalog := layers.Builtin()
		l, _ := catalog.Layer(c.layer)
		h := readHeading(c.heading)
		at, ok := titles(l)[h.names[0]]
		if !ok {
			t.Errorf("%s is no heading of layer %s", c.heading, c.layer)
			continue
		}
		f := &l.Fields[at.field]
		column := Column{Name: c.heading, Unit: h.unit}
		if p := column.setFactor(f); p != nil {
			t.Errorf("%s: %+v", c.heading, *p)
			continue
		}
		v, set, wrong := readCell(f, &column, c.cell)
		if want, ok := c.want.(*trouble); ok {
			if wrong == nil || !wrong.warning || wrong.kind != want.kind || set {
				t.Errorf("%s %q: %v, %+v, not only told %s", c.heading, c.cell, v.Any(), wrong, want.kind)
			}
			continue
		}
		if kind, ok := c.want.(Kind); ok {
			if wrong == nil || wrong.warning || wrong.kind != kind || set {
				t.Errorf("%s %q: %v, %+v, not %s", c.heading, c.cell, v.Any(), wrong, kind)
			}
			continue
		}
		want := c.want
		if want == layers.Null {
			want = nil
		}
		if wrong != nil && !wrong.warning || v.Any() != want || set == (c.want == nil) {
			t.Errorf("%s %q: %#v (set %v, %+v), not %#v", c.heading, c.cell, v.Any(), set, wrong, c.want)
		}
		if checked, err := f.Check(v); set && !v.IsNull() && (err != nil || checked != v) {
			t.Errorf("%s %q: the catalogue takes %#v for %#v: %v", c.heading, c.cell, v.Any(), checked.Any(), err)
		}
	}
}

func TestHeadingsNameFields(t *testing.T) {
	for _, c := range []struct{ layer, heading, field, unit string }{
		{"village", "建档立卡贫困人口(人)", "poor_population", "人"},
		{"village", "建档立卡 贫困人口（人）", "poor_population", "人"},
		{"village", "自来水普及率（％）", "tap_water_rate", "%"},
		{"village", "行政村代码", "code", ""},
		{"village", "村代码", "code", ""},
		{"village", "tap_water_rate", "tap_water_rate", ""},
		{"village", "tap_water_", "tap_water_rate", ""}, // as a DBF cuts it
		{"village", "Tap water coverage", "tap_water_rate", ""},
		{"village", "县区代码", "county", ""},
		{"village", "所属县", "county", ""},
		{"village", "乡镇名称", "town", ""},
		{"village", "人口情况/总人口", "population", ""},
		{"road", "宽度(米)", "width_m", "米"},
		{"road", "宽度米", "width_m", "米"},
		{"road", "宽度[m]", "width_m", "m"},
		{"village", "身份证号", "", ""},
		{"village", "是否通硬化路", "", ""}, // reckoned from the roads
	} {
		l, _ := layers.Builtin().Layer(c.layer)
		h := readHeading(c.heading)
		column := Column{Unit: h.unit}
		field, _ := lookUp(titles(l), &h, &column)
		got := ""
		if field >= 0 {
			got = l.Fields[field].ID
		}
		if got != c.field || column.Unit != c.unit {
			t.Errorf("%s: field %q in %q, not %q in %q", c.heading, got, column.Unit, c.field, c.unit)
		}
	}
}

// TestEveryTitleOfAFieldFindsIt guards against headings that two fields claim as
// surely.
func TestEveryTitleOfAFieldFindsIt(t *testing.T) {
	for _, l := range layers.Builtin().Layers {
		known := titles(l)
		for i, f := range l.Fields {
			for _, name := range []string{f.ID, f.Title.Zh, f.Title.En} {
				at, found := known[plain(name)]
				if found == f.Signed || found && at.field != i { // what the program alone writes is no column of a file
					t.Errorf("%s: %s is taken for %s, not %s", l.ID, name, l.Fields[at.field].ID, f.ID)
				}
			}
		}
	}
}

func TestNamesAreFoundAndResembled(t *testing.T) {
	l, _ := layers.Builtin().Layer("county")
	g := newGazetteer(l)
	for i, name := range []string{"商州区", "洛南县", "商南县", "镇安县"} {
		g.byName[name] = nil
		f := layers.Feature{Values: make([]layers.Value, len(l.Fields))}
		f.Values[g.code], f.Values[g.name] = layers.Text(strings.Repeat(string(rune('1'+i)), 6)), layers.Text(name)
		g.add(&f)
	}
	for name, want := range map[string]string{
		"商州区": "商州区", "商州": "商州区", " 商 州 区 ": "商州区", "陕西省商洛市商州区": "商州区", "洛南": "洛南县", "镇安县": "镇安县", "商县": "", "南": "",
	} {
		got := ""
		if list := g.named(name, within{}); len(list) == 1 {
			got = g.list[list[0]].name
		} else if len(list) > 1 {
			got = "several"
		}
		if got != want {
			t.Errorf("%s is %q, not %q", name, got, want)
		}
	}
	for name, want := range map[string]string{"落南县": "洛南县", "镇按县": "镇安县", "上州区": "", "丹凤县": ""} {
		got := ""
		if list, _ := g.near(name, within{}); len(list) > 0 {
			got = list[0].Name
		}
		if got != want && want != "" {
			t.Errorf("%s resembles %q, not %q", name, got, want)
		}
	}
}

func FuzzReadCell(f *testing.F) {
	for _, s := range []string{"1,234", "0.2万人", "95%", "2017年5月", "√", "6.1E+11", "学校、商店", "清空", "\xff"} {
		f.Add(s)
	}
	catalog := layers.Builtin()
	f.Fuzz(func(t *testing.T, s string) {
		for _, id := range []string{"village", "site", "road"} {
			l, _ := catalog.Layer(id)
			for i := range l.Fields {
				field := &l.Fields[i]
				column := Column{}
				v, set, trouble := readCell(field, &column, s)
				if trouble != nil && !trouble.warning && set {
					t.Fatalf("%s %q is refused and set", field.ID, s)
				}
				if checked, err := field.Check(v); set && !v.IsNull() && (err != nil || checked != v) {
					t.Fatalf("%s %q: %#v: %v", field.ID, s, v.Any(), err)
				}
			}
		}
	})
}
