package files_test

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/text/encoding/simplifiedchinese"

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
