package intake_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/divisions"
	"github.com/cuntu/cuntu/data/intake"
	"github.com/cuntu/cuntu/layers"
)

// file writes lines to a temporary file.
func file(t *testing.T, name string, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func villages() intake.Options {
	return intake.Options{Mapping: intake.Mapping{Layer: "village", CRS: "EPSG:4326"}}
}

func (o *office) take(path string, options intake.Options) *intake.Report {
	o.t.Helper()
	r, err := o.Import(o.t.Context(), path, options, "test", nil)
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}

func expectCounts(t *testing.T, r *intake.Report, added, changed, unchanged, removed int64) {
	t.Helper()
	if r.Added != added || r.Changed != changed || r.Unchanged != unchanged || r.Removed != removed {
		t.Errorf("%d added, %d changed, %d unchanged, %d removed; not %d, %d, %d, %d",
			r.Added, r.Changed, r.Unchanged, r.Removed, added, changed, unchanged, removed)
	}
}

func TestCellsThatAreEmptyLeaveWhatIsThere(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		path := file(t, "a.csv", "代码,名称,人口,备注", "611002001201,东店子村,900,甲", "611021101202,大庙村,800,乙")
		expectCounts(t, o.take(path, villages()), 0, 2, 0, 0)
		expectCounts(t, o.take(path, villages()), 0, 0, 2, 0)
		path = file(t, "b.csv", "代码,名称,人口,备注", "611002001201,东店子村,,清空", "611021101202,,801,")
		expectCounts(t, o.take(path, villages()), 0, 2, 0, 0)
		if got := o.get("village", "611002001201", "population"); got != int64(900) {
			t.Errorf("an empty cell made the population %v", got)
		}
		if got := o.get("village", "611002001201", "note"); got != nil {
			t.Errorf("清空 left %v", got)
		}
		if got := o.get("village", "611021101202", "note"); got != "乙" {
			t.Errorf("an empty cell made the note %v", got)
		}
		if got := o.get("village", "611002001201", "geometry"); got != (orb.Point{109.9, 33.85}) {
			t.Errorf("a file without places moved it to %v", got)
		}
	})
}

func TestReplacingTakesAwayWhatTheFileHasNot(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		before := o.state()
		path := file(t, "a.csv", "代码,名称,经度,纬度", "611002001201,东店子村,109.9,33.85", "611002001209,新村,109.92,33.86")
		options := villages()
		options.Replace = "county=611002"
		r := o.take(path, options)
		expectCounts(t, r, 1, 0, 1, 2)
		if n := len(o.state().features["village"]); n != 5 {
			t.Errorf("%d villages are left", n)
		}
		undone, err := o.Undo(t.Context(), r.Import.ID, "王", nil)
		if err != nil || undone.Undone == nil || undone.UndoneBy != "王" {
			t.Fatalf("%+v, %v", undone, err)
		}
		o.same(before)
		if _, err := o.Undo(t.Context(), r.Import.ID, "", nil); err == nil || !strings.Contains(err.Error(), "undone already") {
			t.Errorf("undone twice: %v", err)
		}

		options.Replace = "layer"
		r = o.take(path, options)
		expectCounts(t, r, 1, 0, 1, 5)
		if _, err := o.Undo(t.Context(), r.Import.ID, "", nil); err != nil {
			t.Fatal(err)
		}
		o.same(before)

		options.Replace = "county=611021"
		if _, err := o.Import(t.Context(), path, options, "", nil); !isBad(err, intake.OutsideArea) {
			t.Errorf("rows of another county than the one replaced: %v", err)
		}
		for replace, says := range map[string]string{"county": "6 digits", "county=洛南": "6 digits", "all": "neither"} {
			options.Replace = replace
			var wrong layers.Faults
			if _, err := o.Import(t.Context(), path, options, "", nil); !errors.As(err, &wrong) || !strings.Contains(err.Error(), says) {
				t.Errorf("replace %s: %v", replace, err)
			}
		}
	})
}

func TestBadRowsAreNotLeftOutWhereFeaturesAreReplaced(t *testing.T) {
	o := inFile(t)
	before := o.state()
	options := villages()
	options.Replace, options.SkipBad = "layer", true
	path := file(t, "a.csv", "代码,名称", "611002001201,东店子村", "6.11E+11,杏树园村")
	if _, err := o.Import(t.Context(), path, options, "", nil); !isBad(err, intake.BadReplace) {
		t.Errorf("%v", err)
	}
	o.same(before)
}

// TestPlacesFarDownAFileAreNotTakenForDegreesSilently has places only after the
// rows that are looked at for the coordinate system.
func TestPlacesFarDownAFileAreNotTakenForDegreesSilently(t *testing.T) {
	o := inFile(t)
	lines := []string{"名称,设施类型,经度,纬度"}
	for i := range 5100 {
		lines = append(lines, fmt.Sprintf("学校%d,学校,,", i))
	}
	path := file(t, "a.csv", append(lines, "末尾学校,学校,109.7,33.7")...)
	r, err := o.Check(t.Context(), path, intake.Options{Mapping: intake.Mapping{Layer: "facility"}}, nil)
	if err != nil || r.Bad != 1 || r.Kinds[0].Kind != intake.NoCRS {
		t.Errorf("%+v, %v", r, err)
	}
	r, err = o.Check(t.Context(), path, intake.Options{Mapping: intake.Mapping{Layer: "facility", CRS: "EPSG:4490"}}, nil)
	if err != nil || r.Bad != 0 {
		t.Errorf("with --crs: %d bad, %v", r.Bad, err)
	}
}

func isBad(err error, kind intake.Kind) bool {
	bad, ok := errors.AsType[*intake.BadRowsError](err)
	return ok && slices.ContainsFunc(bad.Report.Kinds, func(k intake.KindCount) bool { return k.Kind == kind })
}

func TestAnImportWhoseFeaturesWereChangedSinceIsNotUndone(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		first := o.take(file(t, "a.csv", "代码,名称,人口", "611002001201,东店子村,900", "611021101202,大庙村,800"), villages())
		second := o.take(file(t, "b.csv", "代码,名称,人口", "611002001201,东店子村,901"), villages())
		before := o.state()
		_, err := o.Undo(t.Context(), first.Import.ID, "", nil)
		var refused *intake.UndoError
		if !errors.As(err, &refused) || refused.Count != 1 || refused.Features[0] != "东店子村" {
			t.Fatalf("%v", err)
		}
		o.same(before)
		for _, r := range []*intake.Report{second, first} {
			if _, err := o.Undo(t.Context(), r.Import.ID, "", nil); err != nil {
				t.Errorf("the later before the earlier: %v", err)
			}
		}
		list, err := o.List(t.Context())
		if err != nil || len(list) != 2 || list[0].Undone == nil || list[1].Undone == nil {
			t.Errorf("%+v, %v", list, err)
		}
		if docs, err := o.store.ListDocuments(t.Context(), "import_undo"); err != nil || len(docs) > 0 {
			t.Errorf("what undid them is still there: %v, %v", docs, err)
		}
		if _, err := o.Undo(t.Context(), "nonsense", "", nil); !errors.Is(err, data.ErrNoDocument) {
			t.Errorf("an import that never was: %v", err)
		}
	})
}

func TestAnImportThatIsCancelledLeavesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		const rows = 4000
		lines := []string{"设施名称,经度,纬度,设施类型"}
		for i := range rows {
			lines = append(lines, fmt.Sprintf("学校%d,109.7,33.7,学校", i))
		}
		path := file(t, "a.csv", lines...)
		options := intake.Options{Mapping: intake.Mapping{Layer: "facility", CRS: "EPSG:4326"}}
		before := o.state()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		told := map[intake.Stage]bool{}
		_, err := o.Import(ctx, path, options, "", func(s intake.Stage, done, _ int64) {
			told[s] = true
			if s == intake.Writing && done > rows/2 {
				cancel()
			}
		})
		if !errors.Is(err, context.Canceled) || !told[intake.Checking] || !told[intake.Writing] {
			t.Errorf("%v; told %v", err, told)
		}
		o.same(before)
		if len(o.state().docs) != 0 {
			t.Error("documents were left")
		}
		expectCounts(t, o.take(path, options), rows, 0, 0, 0)
		expectCounts(t, o.take(path, options), 0, 0, rows, 0)
	})
}

func TestANameIsTakenForAPlaceOnceAPersonSaysSo(t *testing.T) {
	o := inFile(t)
	path := file(t, "a.csv", "村名,县区,乡镇,人口", "东店村,商州区,城关街道,7")
	options := villages()
	_, err := o.Import(t.Context(), path, options, "", nil)
	if !isBad(err, intake.NearName) {
		t.Fatalf("%v", err)
	}
	for _, name := range []string{"东店村", "东店村@611002", "东店村@611002001"} {
		options.Names = map[string]string{name: "611002001201"}
		if r, err := o.Check(t.Context(), path, options, nil); err != nil || r.Changed != 1 {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
	options.Names = map[string]string{"东店村@611021": "611002001201"}
	if r, err := o.Check(t.Context(), path, options, nil); err != nil || r.Bad != 1 {
		t.Errorf("in another county: %+v, %v", r, err)
	}
}

func TestAnOldCodeIsToldWithTheNewOneAndTakenOnceAPersonSaysSo(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		o.Divisions = divisions.New()
		o.put("county", nil, "code", "610118", "name", "鄠邑区")
		o.put("town", nil, "code", "610118002", "name", "余下街道", "county", "610118", "kind", "subdistrict")
		says := func(row, column, word string, options intake.Options) *intake.Problem {
			t.Helper()
			r, err := o.Check(t.Context(), file(t, "a.csv", column, row), options, nil)
			if err != nil {
				t.Fatal(err)
			}
			for i, p := range r.Problems {
				if p.Kind == intake.OldCode && strings.Contains(p.Message.Zh, word) && strings.Contains(p.Message.En, "610118") {
					return &r.Problems[i]
				}
			}
			t.Errorf("%s: no word of %s in %+v", row, word, r.Problems)
			return &intake.Problem{}
		}
		towns := intake.Options{Mapping: intake.Mapping{Layer: "town", CRS: "EPSG:4490"}}
		// The store has the town by its new code: it would be there twice.
		p := says("610125101,余下镇,110,34", "代码,名称,经度,纬度", "610125101 余下镇 自 2017 年版区划代码起不再使用，现为 610118002 余下街道", towns)
		if p.Warning || len(p.Near) != 1 || p.Near[0].Code != "610118002" {
			t.Errorf("%+v", p)
		}
		// The same in a column that names the county.
		p = says("611002001201,户县的村,610125", "代码,名称,县区", "610125 户县 自 2017 年版区划代码起不再使用，现为 610118 鄠邑区", villages())
		if p.Warning || len(p.Near) != 1 || p.Near[0].Code != "610118" {
			t.Errorf("%+v", p)
		}
		// The store has no such town by either code: it may keep to old ones.
		if p = says("610125102,祖庵镇,110,34", "代码,名称,经度,纬度", "现为 610118009 祖庵街道", towns); !p.Warning || len(p.Near) != 0 {
			t.Errorf("%+v", p)
		}
		towns.Names = map[string]string{"610125101": "610118002"}
		r, err := o.Check(t.Context(), file(t, "a.csv", "代码,名称", "610125101000,余下镇"), towns, nil)
		if err != nil || r.Changed != 1 || r.Bad != 0 {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

func TestWhatIsWrongWithAColumnIsTold(t *testing.T) {
	o := inFile(t)
	path := file(t, "a.csv", "代码,总人口(公里)", "611002001201,5")
	if _, err := o.Import(t.Context(), path, villages(), "", nil); !isBad(err, intake.OddUnit) {
		t.Errorf("people in kilometres: %v", err)
	}
	options := villages()
	options.Map = map[string]string{"总人口(公里)": "population:万人"}
	expectCounts(t, o.take(path, options), 0, 1, 0, 0)
	if got := o.get("village", "611002001201", "population"); got != int64(50_000) {
		t.Errorf("5万人 are %v", got)
	}
	r, err := o.Check(t.Context(),
		file(t, "b.csv", "代码,自来水普及率", "611002001201,0.95", "611002001202,0.8", "611002101201,1", "611021001201,0.5", "611021101201,0.6"),
		villages(), nil)
	if err != nil || len(r.Kinds) != 1 || r.Kinds[0].Kind != intake.Fractions || r.Bad != 0 {
		t.Errorf("fractions of 1: %+v, %v", r, err)
	}
	r, err = o.Check(t.Context(), file(t, "c.csv", "代码,备注,村名", "611002001201,\xb1\xb8\xff\xff,东店子村"),
		intake.Options{Mapping: intake.Mapping{Layer: "village", Encoding: "UTF-8"}}, nil)
	if err != nil || !slices.ContainsFunc(r.Problems, func(p intake.Problem) bool { return p.Kind == intake.Unreadable && p.Row == 2 }) {
		t.Errorf("bytes that are no text: %+v, %v", r, err)
	}
	for says, m := range map[string]map[string]string{
		"no column": {"人数": "population"}, "no field": {"备注": "people"}, "both": {"备注": "code", "代码": "code"},
	} {
		options := villages()
		options.Map = m
		if _, err := o.Check(t.Context(), file(t, "d.csv", "代码,备注", "611002001201,x"), options, nil); err == nil ||
			!strings.Contains(err.Error(), says) {
			t.Errorf("%v: %v", m, err)
		}
	}
}

func TestALayerWithoutCodesIsUpdatedByItsKey(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		options := intake.Options{Mapping: intake.Mapping{Layer: "water", CRS: "EPSG:4490", Key: []string{"name", "county"}}}
		head := "工程名称,县区,日供水能力(吨/日),经度,纬度"
		expectCounts(t, o.take(file(t, "a.csv", head, "北沟水厂,商州区,200,109.7,33.7", "北沟水厂,洛南县,300,110.2,33.7"), options), 2, 0, 0, 0)
		r := o.take(file(t, "b.csv", head, "北沟水厂,商州区,250,109.7,33.7", "北沟水厂,洛南县,300,110.2,33.7", "南沟水厂,洛南县,10,110.2,33.6"), options)
		expectCounts(t, r, 1, 1, 1, 0)
		if r, err := o.Check(t.Context(), file(t, "c.csv", head, "北沟水厂,商州区,1,109.7,33.7", "北沟水厂,商州区,2,109.7,33.7"), options, nil); err != nil ||
			r.Bad != 2 {
			t.Errorf("two rows with one key: %+v, %v", r, err)
		}
	})
}

func TestAChangeBetweenCheckAndWriteIsSeen(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		path := file(t, "a.csv", "代码,名称,人口", "611002001201,东店子村,900")
		touched := false
		r, err := o.Import(t.Context(), path, villages(), "", func(s intake.Stage, _, _ int64) {
			if s == intake.Keeping && !touched { // after the check
				touched = true
				o.put("village", nil, "code", "611002001333", "name", "别人加的村")
			}
		})
		if err != nil || r.Changed != 1 || !touched {
			t.Errorf("%+v, %v", r, err)
		}
		if got := o.get("village", "611002001201", "population"); got != int64(900) {
			t.Errorf("population %v", got)
		}
	})
}

func TestAMappingIsSavedAndUsedAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		options := villages()
		options.Map = map[string]string{"总数": "population:万人", "区划": "code"}
		path := file(t, "a.csv", "区划,总数", "611002001201,0.1")
		if err := intake.SaveMapping(t.Context(), o.store, "台账", "test", options.Settled()); err != nil {
			t.Fatal(err)
		}
		m, err := intake.LoadMapping(t.Context(), o.store, "台账")
		if err != nil {
			t.Fatal(err)
		}
		expectCounts(t, o.take(path, intake.Options{Mapping: m}), 0, 1, 0, 0)
		if got := o.get("village", "611002001201", "population"); got != int64(1000) {
			t.Errorf("population %v", got)
		}
		if _, err := intake.LoadMapping(t.Context(), o.store, "别的"); !errors.Is(err, data.ErrNoDocument) || !strings.Contains(err.Error(), "台账") {
			t.Errorf("a mapping that is not there: %v", err)
		}
	})
}
