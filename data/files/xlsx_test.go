package files_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/paulmach/orb"
	"github.com/xuri/excelize/v2"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/data/files/record"
)

// ledger is a workbook as counties have them: a merged title, a unit line, two
// rows of headings with merged groups, formats, a formula and empty sheets.
func ledger(t *testing.T) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	style := func(format string) int {
		id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
		ok(err)
		return id
	}
	const s = "Sheet1"
	for cell, v := range map[string]any{
		"A1": "某市贫困村基本情况台账",
		"A2": "填报单位：扶贫局", "H2": "单位：户、人",
		"A3": "序号", "B3": "行政村名称", "C3": "人口", "E3": "自来水普及率(%)", "F3": "退出日期", "G3": "坐标", "I3": "是否通硬化路", "J3": "面积",
		"C4": "户数", "D4": "人数", "G4": "经度", "H4": "纬度",
		"A5": 1, "B5": "甲村", "C5": 1234, "D5": 4567.0, "E5": 0.955, "F5": 42886, "G5": 109.123456789012, "H5": "33°15′0″", "I5": "是", "J5": 12.5,
		"A6": 2, "B6": "乙村", "C6": "约100", "E6": 0.289, "F6": "2017年", "G6": 0.1 + 0.2, "H6": 33.5, "I6": true, "J6": -3.25,
		"B8": "丙村", "D8": 611002001001,
	} {
		ok(f.SetCellValue(s, cell, v))
	}
	ok(f.SetCellFormula(s, "D6", "C5*2"))
	for _, m := range [][2]string{
		{"A1", "J1"},
		{"A3", "A4"},
		{"B3", "B4"},
		{"C3", "D3"},
		{"G3", "H3"},
		{"E3", "E4"},
		{"F3", "F4"},
		{"I3", "I4"},
		{"J3", "J4"},
	} {
		ok(f.MergeCell(s, m[0], m[1]))
	}
	for cell, format := range map[string]string{
		"C5": "#,##0",
		"E5": "0.0%",
		"E6": "0.0%",
		"F5": `yyyy"年"m"月"d"日"`,
		"G5": "0.00",
		"J5": `0.0"亩"`,
		"J6": "#,##0.00;(#,##0.00)",
	} {
		ok(f.SetCellStyle(s, cell, cell, style(format)))
	}
	_, err := f.NewSheet("Sheet2")
	ok(err)
	var b bytes.Buffer
	ok(f.Write(&b))
	return b.Bytes()
}

func TestLedgerIsRead(t *testing.T) {
	src, err := files.OpenFS(fstest.MapFS{"台账.xlsx": {Data: ledger(t)}}, "台账.xlsx", read.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if h := strings.Join(src.Headings(), "|"); h != "序号|行政村名称|户数|人数|自来水普及率(%)|退出日期|经度|纬度|是否通硬化路|面积" || src.HeaderRow != 4 {
		t.Fatalf("headings %s in row %d, notes %q", h, src.HeaderRow, src.Notes)
	}
	if len(src.Layers) != 1 || src.Layer != "Sheet1" || len(src.Notes) < 3 ||
		!strings.Contains(src.Notes[0], "row 1 is taken for a title: 某市贫困村基本情况台账") {
		t.Errorf("sheets %q, notes %q", src.Layers, src.Notes)
	}
	got := readAll(t, src)
	want := []struct {
		row     int64
		values  []any
		problem string
	}{
		{5, []any{"1", "甲村", "1234", "4567", "95.5%", "2017-05-31", "109.123456789012", "33°15′0″", "是", "12.5亩"}, ""},
		{6, []any{"2", "乙村", "约100", nil, "28.9%", "2017年", "0.3", "33.5", "TRUE", "-3.25"}, "人数: is a formula that was never calculated"},
		{8, []any{nil, "丙村", nil, "611002001001", nil, nil, nil, nil, nil, nil}, ""},
	}
	if len(got) != len(want) {
		t.Fatalf("%d rows: %+v", len(got), got)
	}
	for i, w := range want {
		if text := fmt.Sprint(got[i].Problems); got[i].Row != w.row || !strings.Contains(text, w.problem) || w.problem == "" && text != "[]" {
			t.Errorf("row %d, problems %v", got[i].Row, got[i].Problems)
		}
		for k, v := range w.values {
			if got[i].Values[k] != v {
				t.Errorf("row %d: %s is %#v, not %#v", w.row, src.Fields[k].Name, got[i].Values[k], v)
			}
		}
	}
	if got[0].Geometry != (orb.Point{109.123456789012, 33.25}) || got[2].Geometry != nil {
		t.Errorf("places %v, %v", got[0].Geometry, got[2].Geometry)
	}
}

func TestSheetsAreChosenByName(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for _, s := range []string{"村", "路"} {
		if _, err := f.NewSheet(s); err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow(s, "A1", &[]any{"名称", s}); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{"a.xlsx": {Data: b.Bytes()}}
	_, err := files.OpenFS(fsys, "a.xlsx", read.Options{})
	var which *record.LayersError
	if !errors.As(err, &which) || strings.Join(which.Layers, "|") != "村|路" {
		t.Errorf("two sheets: %v", err)
	}
	if _, err := files.OpenFS(fsys, "a.xlsx", read.Options{Layer: "桥"}); err == nil || err.Error() != `a.xlsx: has no layer "桥"; it has 村, 路` {
		t.Errorf("a sheet that is not there: %v", err)
	}
	src, err := files.OpenFS(fsys, "a.xlsx", read.Options{Layer: "路"})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if h := strings.Join(src.Headings(), "|"); h != "名称|路" {
		t.Errorf("headings %s", h)
	}
}

func TestASheetThatExplainsIsNoSheetOfData(t *testing.T) {
	for _, c := range []struct {
		name, asked string
		sheets      []string
		read        string // "" where one must be chosen
	}{
		{"beside data", "", []string{"村", "说明"}, "村"},
		{"before data", "", []string{"填表说明", "村"}, "村"},
		{"asked for", "说明", []string{"村", "说明"}, "说明"},
		{"among all", read.AllSheets, []string{"村", "说明"}, "村"},
		{"alone", "", []string{"说明"}, "说明"},
		{"beside two", "", []string{"村", "路", "说明"}, ""},
	} {
		f := excelize.NewFile()
		for i, s := range c.sheets {
			if _, err := f.NewSheet(s); err != nil {
				t.Fatal(err)
			}
			if err := f.SetSheetRow(s, "A1", &[]any{"名称", s, i}); err != nil {
				t.Fatal(err)
			}
		}
		var b bytes.Buffer
		if err := f.Write(&b); err != nil {
			t.Fatal(err)
		}
		f.Close()
		src, err := files.OpenFS(fstest.MapFS{"a.xlsx": {Data: b.Bytes()}}, "a.xlsx", read.Options{Layer: c.asked})
		if err != nil {
			if c.read != "" {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if c.read == "" || src.Layer != c.read {
			t.Errorf("%s: read %s, not %q", c.name, src.Layer, c.read)
		}
		src.Close()
	}
}
