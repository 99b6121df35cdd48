package files_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/xuri/excelize/v2"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/data/files/record"
)

// rows are all records of a file of testdata, their problems as texts without the file's name.
func rows(t *testing.T, file string) (fields []record.Field, list []record.Record, problems []string) {
	t.Helper()
	src, err := files.Open(filepath.Join("testdata", file), read.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	for rec, err := range src.All() {
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range rec.Problems {
			_, what, _ := strings.Cut(p.Error(), ": ")
			problems = append(problems, what)
		}
		rec.Problems = nil
		list = append(list, rec)
	}
	return src.Fields, list, problems
}

func TestAWorkbookSavedAsXlsIsReadAsItsXlsx(t *testing.T) {
	for old, today := range map[string]string{
		"xls/office.xls": "xls/office.xlsx", "xls/x01_dates.xls": "odd/x01_dates.xlsx", "xls/x02_merged.xls": "odd/x02_merged.xlsx",
	} {
		fields, list, problems := rows(t, old)
		wantFields, want, wantProblems := rows(t, today)
		if len(want) < 4 || !reflect.DeepEqual(fields, wantFields) || !reflect.DeepEqual(problems, wantProblems) {
			t.Errorf("%s: %v, %v, not %v, %v", old, fields, problems, wantFields, wantProblems)
		}
		for i := range want {
			if i >= len(list) || !reflect.DeepEqual(list[i], want[i]) {
				t.Errorf("%s: %v, not %v", old, list[min(i, len(list)-1)], want[i])
				break
			}
		}
		if len(list) != len(want) {
			t.Errorf("%s: %d rows, not %d", old, len(list), len(want))
		}
	}
}

func TestTheOldKindKeepsDatesSharesAndWhatWasNeverCalculated(t *testing.T) {
	_, list, problems := rows(t, "xls/ledger.xls")
	if len(list) != 3 || list[2].Row != 5 {
		t.Fatalf("%+v", list)
	}
	want := []any{"商州区", "东店子村", "611002001201", "880", "否", "2018-12-01", "80%", "100.00", nil}
	if !reflect.DeepEqual(list[1].Values, want) {
		t.Errorf("%q, not %q", list[1].Values, want)
	}
	if len(problems) != 3 || !strings.Contains(problems[0], "never calculated") {
		t.Errorf("%q", problems)
	}
}

func TestWhatCallsItselfXlsIsReadByWhatItHolds(t *testing.T) {
	page := `<html><head><meta charset="gb2312"></head><body><table><tr><td>布局用</td></tr></table><div>
		<table border=1><tr><th>县区</th><th>行政村</th><th>总人口</th><th colspan=2>坐标</th></tr>
		<tr><td rowspan=2>商州区</td><td>杏树园<br>村</td><td>1,234</td><td>109.9</td><td>33.8</td></tr>
		<tr><td>东店子村</td><td></td><td>110</td><td>33.9</td></tr></table></div></body></html>`
	gbk := func(s string) []byte {
		b, err := simplifiedchinese.GBK.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return []byte(b)
	}
	workbook, err := os.ReadFile("testdata/odd/x01_dates.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	old, err := os.ReadFile("testdata/xls/ledger.xls")
	if err != nil {
		t.Fatal(err)
	}
	password := bytes.Replace(old, []byte{0x22, 0, 2, 0}, []byte{0x2F, 0, 2, 0}, 1) // the record that says so, in place of another
	for _, c := range []struct {
		name, format, layer string
		content             []byte
		rows                int
		says                string
	}{
		{"报表.xls", record.HTML, "表2", gbk(page), 2, ""},
		{"报表.xls", "", "", gbk(page), 0, "holds several layers, choose one: 表1, 表2"},
		{"空.xls", "", "", []byte("<html><body>没有权限</body></html>"), 0, "a web page without a table"},
		{"台账.xls", record.CSV, "", gbk("代码,名称\n611002001204,杏树园村\n"), 1, ""},
		{"台账.et", record.CSV, "", []byte("代码\t名称\n611002001204\t杏树园村\n"), 1, ""},
		{"台账.xls", record.XLSX, "", workbook, 5, ""},
		{"台账.et", record.XLS, "", old, 3, ""},
		{"台账.xlsx", record.XLS, "", old, 3, ""},
		{"台账.xls", "", "", password, 0, "has a password"},
	} {
		src, err := files.OpenFS(fstest.MapFS{c.name: {Data: c.content}}, c.name, read.Options{Layer: c.layer})
		if err != nil {
			if c.says == "" || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		n := 0
		for rec, err := range src.All() {
			if err != nil || len(rec.Problems) > 0 && c.format != record.XLS {
				t.Errorf("%s: %v, %v", c.name, err, rec.Problems)
			}
			n++
		}
		if src.Format != c.format || n != c.rows {
			t.Errorf("%s: %s with %d rows, not %s with %d", c.name, src.Format, n, c.format, c.rows)
		}
		src.Close()
	}
}

func TestCellsOfAPageThatSpanOthersHoldForEach(t *testing.T) {
	page := `<table><tr><td>县区</td><td>村</td><td>数</td></tr>
		<tr><td rowspan=2>商州区</td><td>甲村</td><td rowspan="2">5</td></tr><tr><td>乙村</td></tr></table>`
	src, err := files.OpenFS(fstest.MapFS{"a.html": {Data: []byte(page)}}, "a.html", read.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var got [][]any
	for rec, err := range src.All() {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, rec.Values)
	}
	want := [][]any{{"商州区", "甲村", "5"}, {"商州区", "乙村", nil}} // a number of two rows together is not of each
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
}

func TestSheetsWithTheSameHeadingsAreReadTogether(t *testing.T) {
	book := excelize.NewFile()
	defer book.Close()
	for i, s := range []struct {
		name string
		rows [][]any
	}{
		{"商州区", [][]any{{"商州区台账"}, {"代码", "名称", "人口"}, {"611002001204", "杏树园村", 1200}, {"611002001201", "东店子村", 800}}},
		{"填表说明", [][]any{{"每村一行"}}},
		{"洛南县", [][]any{{"名称", "代码", "人口"}, {"甲村", "611021100201", 100}}},
		{"汇总", [][]any{{"县区", "村数"}, {"商州区", 2}, {"洛南县", 1}}},
	} {
		if i == 0 {
			if err := book.SetSheetName("Sheet1", s.name); err != nil {
				t.Fatal(err)
			}
		} else if _, err := book.NewSheet(s.name); err != nil {
			t.Fatal(err)
		}
		for n, row := range s.rows {
			if err := book.SetSheetRow(s.name, fmt.Sprintf("A%d", n+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	path := filepath.Join(t.TempDir(), "县.xlsx")
	if err := book.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	src, err := files.Open(path, read.Options{Layer: read.AllSheets})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var got []string
	for rec, err := range src.All() {
		if err != nil {
			t.Fatal(err)
		}
		sheet, row := src.Place(rec.Row)
		got = append(got, fmt.Sprint(sheet, row, rec.Values))
	}
	want := []string{"商州区3 [611002001204 杏树园村 1200]", "商州区4 [611002001201 东店子村 800]", "洛南县2 [611021100201 甲村 100]"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
	if said := fmt.Sprint(src.Hints); len(src.Hints) != 1 || !strings.Contains(said, "sheet 汇总 has other headings and is left out") {
		t.Errorf("%s", said)
	}
	if _, err := files.Open(path, read.Options{}); err == nil || !strings.Contains(err.Error(), "商州区, 洛南县, 汇总") {
		t.Errorf("%v", err)
	}
}

func TestARowOfUnitsBelongsToTheHeadings(t *testing.T) {
	units := func(text string) bool { return text == "万人" || text == "米" || text == "元" }
	for content, want := range map[string]string{
		"代码,人口,海拔\n,万人,米\n1,2,3\n":           "[代码 人口（万人） 海拔（米）] 1",
		"台账\n代码,人口,海拔\n-,（万人）,单位：米\n1,2,3\n": "[代码 人口（万人） 海拔（米）] 1",
		"代码,人口,海拔\n甲,万人,米\n1,2,3\n":          "[代码 人口 海拔] 2",
		"代码,人口,海拔\n1,2,3\n":                  "[代码 人口 海拔] 1",
		"代码,道路,\n,里程,投资\n,米,元\n1,2,3\n":      "[代码 里程（米） 投资（元）] 1",
	} {
		src, err := files.OpenFS(fstest.MapFS{"a.csv": {Data: []byte(content)}}, "a.csv", read.Options{IsUnit: units})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for range src.All() {
			n++
		}
		if got := fmt.Sprint(src.Headings(), n); got != want {
			t.Errorf("%q: %s, not %s", content, got, want)
		}
		src.Close()
	}
}
