package intake_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/cuntu/cuntu/data/intake"
	"github.com/cuntu/cuntu/layers"
)

// What follows from the record of steps is held against it and not written; a village without steps takes what the ledger says.
func TestALedgersStatusOfExitIsHeldAgainstTheRecord(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		o.put("exit_step", nil, "village", "611002001201", "step", "planned", "date", "2016-03-01", "by", "县扶贫局")
		path := filepath.Join(t.TempDir(), "ledger.csv")
		ledger := "区划代码,村名,退出状态,人口\n611002001201,东店子村,已销号,900\n611002001202,杏树园村,已销号,800\n"
		if err := os.WriteFile(path, []byte(ledger), 0o600); err != nil {
			t.Fatal(err)
		}
		report, err := o.Import(t.Context(), path, intake.Options{Mapping: intake.Mapping{Layer: "village"}}, "test", nil)
		if err != nil {
			t.Fatal(err)
		}
		told := 0
		for _, p := range report.Problems {
			if p.Kind == intake.Recorded {
				told++
				if p.Row != 2 || p.Field != "exit_status" || p.Value != "已销号" || !p.Warning {
					t.Errorf("%+v", p)
				}
			}
		}
		if told != 1 {
			t.Errorf("it is told %d times: %+v", told, report.Problems)
		}
		got := map[string]string{}
		_, err = o.store.LoadLayers(t.Context(), []string{"village"}, func(l *layers.Layer, f *layers.Feature) error {
			got[f.Values[l.Field("code")].Text()] = f.Values[l.Field("exit_status")].Text() + f.Values[l.Field("population")].String()
			return nil
		})
		if err != nil || got["611002001201"] != "900" || got["611002001202"] != "已销号800" {
			t.Errorf("the villages are %v, %v", got, err)
		}
	})
}

// A project is known again by its number.
func TestAProjectIsKnownByItsNumber(t *testing.T) {
	o := inFile(t)
	path := filepath.Join(t.TempDir(), "projects.csv")
	for n, row := range []struct {
		cost           string
		added, changed int64
	}{{"100", 1, 0}, {"120", 0, 1}} {
		ledger := "项目编号,项目名称,项目类别,县区,总投资(万元),经度(CGCS2000),纬度(CGCS2000)\nXM1,甲路,道路,商州区," + row.cost + ",109.9,33.85\n"
		if err := os.WriteFile(path, []byte(ledger), 0o600); err != nil {
			t.Fatal(err)
		}
		report, err := o.Import(t.Context(), path, intake.Options{Mapping: intake.Mapping{Layer: "project"}}, "test", nil)
		if err != nil {
			t.Fatal(err)
		}
		if report.Added != row.added || report.Changed != row.changed {
			t.Errorf("%d: %d added, %d changed: %+v", n, report.Added, report.Changed, report.Problems)
		}
	}
}
