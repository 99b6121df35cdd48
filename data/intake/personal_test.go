package intake_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/demo"
	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/files/write"
	"github.com/cuntu/cuntu/data/intake"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/personal"
)

// Numbers with the right check digit, of nobody, and a telephone.
const (
	citizen = "11010519491231002X"
	card    = "6222020000000000000"
	mobile  = "13800138000"
)

// personalFile is a file of villages in the format of the ending, with data of persons.
func personalFile(t *testing.T, ending string, headings []string, rows ...[]any) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ledger."+ending)
	o := write.Options{Layer: "ledger"}
	for _, h := range headings {
		o.Fields = append(o.Fields, record.Field{Name: h, Type: record.Text})
	}
	out, err := files.Create(path, o)
	if err != nil {
		t.Fatal(err)
	}
	for i, values := range rows {
		if err := out.Write(record.Record{Row: int64(i + 1), Values: values, Geometry: orb.Point{109.9, 33.85}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// tells fails where a text holds one of the numbers.
func tells(t *testing.T, where string, text []byte) {
	t.Helper()
	for _, number := range []string{citizen, card, mobile, citizen[:14], "张某某"} {
		if bytes.Contains(text, []byte(number)) {
			t.Errorf("%s tells %s", where, number)
		}
	}
}

func TestNoFormatBringsInColumnsAboutPersons(t *testing.T) {
	for _, ending := range []string{"csv", "xlsx", "geojson", "geojsonl", "gpkg", "shp", "kml", "fgb"} {
		t.Run(ending, func(t *testing.T) {
			o := inFile(t)
			path := personalFile(t, ending, []string{"代码", "名称", "户主", "备注"}, []any{"611002001201", "东店子村", "张某某", "甲"})
			_, err := o.Import(t.Context(), path, villages(), "test", nil)
			need, ok := errors.AsType[*intake.NeedError](err)
			if !ok || !strings.Contains(err.Error(), "户主") || need.Sheet.Needs[0].Option != "map" {
				t.Fatalf("%v", err)
			}
			shown, _ := json.Marshal(need.Sheet)
			tells(t, "the preview", shown)
			options := villages()
			options.Map = map[string]string{"户主": ""}
			expectCounts(t, o.take(path, options), 0, 1, 0, 0)
			options.Map = map[string]string{"户主": "note", "备注": ""}
			if _, err := o.Import(t.Context(), path, options, "test", nil); err == nil || !strings.Contains(err.Error(), "户主") {
				t.Errorf("a column about persons that is asked for: %v", err)
			}
		})
	}
}

func TestNumbersOfPersonsMakeARowBadAndAreNotToldAnywhere(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		before := o.state()
		path := file(t, "a.csv", "代码,名称,人口,备注,其他,档案",
			"611002001201,东店子村,900,甲,乙,"+citizen,
			"611002001202,杏树园村,"+mobile+",好,丙,无",
			"611021101202,大庙村,800,户主"+citizen+"卡"+card+",丁,无")
		_, err := o.Check(t.Context(), path, villages(), nil)
		need, ok := errors.AsType[*intake.NeedError](err)
		if !ok || !strings.Contains(err.Error(), "档案") || strings.Contains(err.Error(), "备注") {
			t.Fatalf("a column that goes nowhere and holds numbers of persons: %v", err)
		}
		shown, _ := json.Marshal(need.Sheet)
		tells(t, "the preview", shown)

		options := villages()
		options.Map = map[string]string{"档案": ""}
		options.Rejects = filepath.Join(t.TempDir(), "bad.csv")
		report, err := o.Import(t.Context(), path, options, "test", nil)
		bad, ok := errors.AsType[*intake.BadRowsError](err)
		if !ok || bad.Report.Bad != 2 {
			t.Fatalf("%v", err)
		}
		o.same(before)
		told, _ := json.Marshal(report)
		tells(t, "the report", append(told, err.Error()...))
		if !bytes.Contains(told, []byte("身份证号")) || !bytes.Contains(told, []byte("手机号")) {
			t.Errorf("%s", told)
		}
		for _, p := range report.Problems {
			if p.Kind == intake.Personal && (p.Row == 0 || p.Column == "" || p.Value != "") {
				t.Errorf("%+v", p)
			}
		}
		rejects, err := os.ReadFile(options.Rejects)
		if err != nil || !bytes.Contains(rejects, []byte("611002001202")) {
			t.Fatalf("%s, %v", rejects, err)
		}
		tells(t, "the rejected rows", rejects)

		options.SkipBad = true
		expectCounts(t, o.take(path, options), 0, 1, 0, 0)
		options.Map["备注"], options.Map["人口"] = "", ""
		r := o.take(path, options)
		if r.Bad != 0 {
			t.Errorf("%d rows are bad though the columns are left out", r.Bad)
		}
		for _, d := range o.state().docs {
			doc, err := o.store.Document(t.Context(), d.Kind, d.ID)
			if err != nil {
				t.Fatal(err)
			}
			tells(t, "document "+d.Kind+" "+d.ID, doc.Content)
		}
	})
}

func TestPeopleOnDutyGoIntoContactsAlone(t *testing.T) {
	o := inFile(t)
	path := file(t, "a.csv", "代码,名称,第一书记,联系人,联系电话", "611002001201,东店子村,李四,王五,0914-2312345")
	expectCounts(t, o.take(path, villages()), 0, 1, 0, 0)
	if got := o.get("village", "611002001201", "leader"); got != "李四" {
		t.Errorf("the leader is %v", got)
	}
	for field, allowed := range map[string]bool{"leader": true, "note": false, "unit": false} {
		options := villages()
		options.Map = map[string]string{"联系人": field, "第一书记": ""}
		_, err := o.Check(t.Context(), path, options, nil)
		if (err == nil) != allowed {
			t.Errorf("a contact into %s: %v", field, err)
		}
	}
}

func TestNothingOfTheDemoIsTakenForDataOfPersons(t *testing.T) {
	catalog := layers.Builtin()
	n := 0
	for edit, err := range demo.Generate(demo.Options{Seed: 1}) {
		if err != nil {
			t.Fatal(err)
		}
		l, _ := catalog.Layer(edit.Layer)
		if err := personal.Check(l, edit.Feature.Values, nil); err != nil {
			t.Fatalf("%s: %v", l.ID, err)
		}
		n++
	}
	if n < 1000 {
		t.Errorf("the demo has %d features", n)
	}
	for _, l := range catalog.Layers {
		for i := range l.Fields {
			f := &l.Fields[i]
			if f.Signed {
				continue // comes in by no file
			}
			if personal.TopicOf(f.Title.Zh) == personal.Duty && f.Type == layers.TypeText && !personal.MayName(f, f.Title.Zh) {
				t.Errorf("%s.%s is about people on duty and is no field of contacts", l.ID, f.ID)
			}
			for _, h := range slices.Concat([]string{f.ID, f.Title.Zh, f.Title.En}, f.Headings) {
				if personal.TopicOf(h) == personal.People {
					t.Errorf("the heading %s of %s.%s is refused", h, l.ID, f.ID)
				}
			}
		}
	}
}
