package template_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/data/intake"
	"github.com/cuntu/cuntu/data/template"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
)

func all(*layers.Field) bool { return true }

// book is a layer's template, opened by the library that a clerk's program stands for.
func book(t *testing.T, l *layers.Layer) *excelize.File {
	t.Helper()
	var out bytes.Buffer
	if err := template.New(l, all).Write(&out); err != nil {
		t.Fatal(err)
	}
	b, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

// fillIn writes the example of the explaining sheet into the first row of the sheet to fill in.
func fillIn(t *testing.T, b *excelize.File, l *layers.Layer) {
	t.Helper()
	sheet := l.Title.Zh
	rows, err := b.GetRows(template.Explanation)
	if err != nil {
		t.Fatal(err)
	}
	examples := map[string]string{}
	for _, r := range rows {
		if len(r) > 6 {
			examples[r[0]] = r[6]
		}
	}
	head, err := b.GetRows(sheet)
	if err != nil || len(head) != 1 {
		t.Fatalf("%s: %v, and %d rows before it is filled in", l.ID, err, len(head))
	}
	for i, heading := range head[0] {
		example := examples[heading]
		if example == "" && heading != "备注" {
			t.Errorf("%s: no example of %s", l.ID, heading)
		}
		cell, err := excelize.CoordinatesToCellName(i+1, 2)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.SetCellValue(sheet, cell, typed(example)); err != nil {
			t.Fatal(err)
		}
	}
}

// typed is what a spreadsheet makes of what is typed in: a number, unless it is a code, whose cells are of text.
func typed(s string) any {
	if f, err := strconv.ParseFloat(s, 64); err == nil && len(s) < 6 {
		return f
	}
	return s
}

func TestAFilledInTemplateIsImportedWithoutAQuestion(t *testing.T) {
	catalog := layers.Builtin()
	dir := t.TempDir()
	for _, l := range catalog.Layers {
		b := book(t, l)
		fillIn(t, b, l)
		if err := b.SaveAs(filepath.Join(dir, l.ID+".xlsx")); err != nil {
			t.Fatal(err)
		}
	}
	importAll(t, catalog, dir)
}

// importAll imports a filled-in template of every layer, which is called by its id, in the order in which layers build on others.
func importAll(t *testing.T, catalog *layers.Catalog, dir string) {
	t.Helper()
	store, err := gpkg.Open(t.Context(), filepath.Join(t.TempDir(), "new.gpkg"), catalog, gpkg.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	im := intake.Importer{Store: store, Catalog: catalog}
	for _, l := range catalog.Layers {
		path := filepath.Join(dir, l.ID+".xlsx")
		o := intake.Options{Mapping: intake.Mapping{Layer: l.ID}}
		sheet, err := im.Inspect(t.Context(), path, o)
		if err != nil {
			t.Fatal(l.ID, err)
		}
		taken, fillable := 0, 0
		for i := range l.Fields {
			if !l.Fields[i].Signed {
				fillable++
			}
		}
		for _, c := range sheet.Columns {
			if c.Field != "" {
				taken++
			}
		}
		if places := len(sheet.GeometryFrom); taken != fillable || places != map[bool]int{true: 2}[l.Allows(geo.Points)] {
			t.Errorf("%s: %d of %d fields and %d coordinates are known again: %+v", l.ID, taken, fillable, places, sheet.Columns)
		}
		report, err := im.Import(t.Context(), path, o, "test", nil)
		if err != nil {
			t.Errorf("%s: %v %+v", l.ID, err, report)
			continue
		}
		if report.Added != 1 || report.Rows != 1 {
			t.Errorf("%s: %d of %d rows were added", l.ID, report.Added, report.Rows)
		}
		for _, p := range report.Problems {
			if p.Kind != intake.NoReference && (p.Kind != intake.NoPlace || l.Allows(geo.Points)) {
				t.Errorf("%s: %+v", l.ID, p)
			}
		}
	}
}

func TestCountiesAndTownsAreListsToChooseFrom(t *testing.T) {
	catalog := layers.Builtin()
	dir := t.TempDir()
	store, err := gpkg.Open(t.Context(), filepath.Join(dir, "new.gpkg"), catalog, gpkg.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	im := intake.Importer{Store: store, Catalog: catalog}
	write := func(layer string, cells map[string]string) {
		t.Helper()
		l, _ := catalog.Layer(layer)
		var out bytes.Buffer
		made := template.New(l, all).WithAreas(map[string][]string{"county": {"甲县", "乙县"}, "town": {"城关镇"}})
		if err := made.Write(&out); err != nil {
			t.Fatal(err)
		}
		b, err := excelize.OpenReader(&out)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		rules, err := b.GetDataValidations(l.Title.Zh)
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range l.Fields {
			column, _ := excelize.ColumnNumberToName(i + 1)
			if text, ok := cells[f.ID]; ok {
				if err := b.SetCellStr(l.Title.Zh, column+"2", text); err != nil {
					t.Fatal(err)
				}
			}
			if f.Ref != "county" && f.Ref != "town" {
				continue
			}
			at := slices.IndexFunc(rules, func(r *excelize.DataValidation) bool { return strings.HasPrefix(r.Sqref, column+"2:") })
			list := map[string]string{"county": "$A$1:$A$2", "town": "$B$1:$B$1"}[f.Ref]
			if at < 0 || rules[at].Type != "list" || !strings.HasSuffix(rules[at].Formula1, list) || rules[at].ShowErrorMessage {
				t.Errorf("%s.%s: %+v", layer, f.ID, rules)
			}
		}
		if text, err := b.GetCellValue(template.Choices, "A2"); len(rules) > 0 && cells["town"] != "" && (err != nil || text != "乙县") {
			t.Errorf("the second county is %q, %v", text, err)
		}
		path := filepath.Join(dir, layer+".xlsx")
		if err := b.SaveAs(path); err != nil {
			t.Fatal(err)
		}
		report, err := im.Import(t.Context(), path, intake.Options{Mapping: intake.Mapping{Layer: layer}}, "test", nil)
		if err != nil || report.Added != 1 || report.Rows != 1 {
			t.Errorf("%s: %v %+v", layer, err, report)
		}
	}
	write("county", map[string]string{"code": "990102", "name": "乙县"})
	write("town", map[string]string{"code": "990102101", "name": "城关镇", "county": "乙县"})
	write("village", map[string]string{"code": "990102101201", "name": "丙村", "county": "乙县", "town": "城关镇"})
}

func TestAnEmptyTemplateHoldsNoData(t *testing.T) {
	catalog := layers.Builtin()
	dir := t.TempDir()
	store, err := gpkg.Open(t.Context(), filepath.Join(dir, "new.gpkg"), catalog, gpkg.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	var out bytes.Buffer
	village, _ := catalog.Layer("village")
	if err := template.New(village, all).Write(&out); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "village.xlsx")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	report, err := intake.Importer{Store: store, Catalog: catalog}.Import(
		t.Context(), path, intake.Options{Mapping: intake.Mapping{Layer: "village"}}, "test", nil)
	if err == nil || report.Rows != 0 || len(report.Problems) == 0 {
		t.Errorf("%v %+v", err, report)
	}
	if last := report.Problems[len(report.Problems)-1]; last.Kind != intake.NoRows {
		t.Errorf("%+v", last)
	}
}

func TestChoicesAreListsAndNumbersAreLimited(t *testing.T) {
	for _, l := range layers.Builtin().Layers {
		b := book(t, l)
		rules, err := b.GetDataValidations(l.Title.Zh)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for i := range l.Fields {
			f := &l.Fields[i]
			if f.Signed {
				continue // the program alone writes it
			}
			n++
			column, _ := excelize.ColumnNumberToName(n)
			at := slices.IndexFunc(rules, func(r *excelize.DataValidation) bool { return strings.HasPrefix(r.Sqref, column+"2:") })
			if at < 0 {
				t.Errorf("%s.%s: no rule", l.ID, f.ID)
				continue
			}
			rule := rules[at]
			if wants := len(f.Values) > 0 && f.Type != layers.TypeList || f.Type == layers.TypeBool; wants != (rule.Type == "list") {
				t.Errorf("%s.%s: the rule is of type %q", l.ID, f.ID, rule.Type)
			}
			for _, c := range f.Values {
				if rule.Type == "list" && !strings.Contains(rule.Formula1, c.Title.Zh) {
					t.Errorf("%s.%s: %s is not in the list %s", l.ID, f.ID, c.Title.Zh, rule.Formula1)
				}
			}
			if (f.Min != nil || f.Type == layers.TypeYear) && rule.Type != "whole" && rule.Type != "decimal" {
				t.Errorf("%s.%s: any number passes", l.ID, f.ID)
			}
		}
	}
}

func TestFieldsThatOneMayNotWriteAreNotThere(t *testing.T) {
	village, _ := layers.Builtin().Layer("village")
	var out bytes.Buffer
	open := func(f *layers.Field) bool { return f.Secrecy == layers.Open }
	if err := template.New(village, open).Write(&out); err != nil {
		t.Fatal(err)
	}
	b, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for _, sheet := range b.GetSheetList() {
		rows, err := b.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			for _, cell := range row {
				if strings.Contains(cell, "队长") || strings.Contains(cell, "贫困人口") {
					t.Errorf("%s says %q", sheet, cell)
				}
			}
		}
	}
}
