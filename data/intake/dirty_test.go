package intake_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/data/intake"
)

var update = flag.Bool("update", false, "make the files of testdata anew that derive from others")

// dirt is what must be found in dirty.csv and dirty.xlsx, by row: bad kinds, and
// with a star those that are only told.
var dirt = map[int64][]intake.Kind{
	7:  {intake.NotCode},
	8:  {intake.NotNumber},
	9:  {intake.NotCode},
	10: {intake.NotWhole},
	11: {intake.OutOfRange},
	12: {intake.NotYear},
	13: {intake.NotYesNo},
	14: {intake.NotChoice},
	15: {"*read_as"},
	16: {intake.NotCode},
	17: {intake.LostDigits},
	18: {intake.NotCode},
	19: {intake.Missing},
	20: {intake.UnknownCode, intake.UnknownCode}, // county and town
	21: {intake.UnknownCode},
	22: {intake.UnknownName},
	23: {intake.NearName},
	24: {intake.Ambiguous},
	25: {intake.NearName},
	26: {intake.NearName},
	27: {intake.UnknownName},
	28: {intake.CodeClash},
	29: {intake.Duplicate},
	30: {intake.Duplicate},
	31: {intake.NotCoordinate},
	32: {intake.NotCoordinate},
	33: {intake.NotCoordinate},
	34: {intake.ZeroPlace},
	35: {intake.SwappedPlace},
	36: {intake.FarPlace},
	37: {intake.OutsideCounty},
	38: {"*outside_county"},
	39: {"*no_place"},
	40: {intake.NotNumber},
	41: {intake.TooWide},
	42: {"*renamed"},
}

func kindsByRow(r *intake.Report) map[int64][]intake.Kind {
	found := map[int64][]intake.Kind{}
	for _, p := range r.Problems {
		k := p.Kind
		if p.Warning {
			k = "*" + k
		}
		found[p.Row] = append(found[p.Row], k)
	}
	return found
}

func expectKinds(t *testing.T, r *intake.Report, want map[int64][]intake.Kind) {
	t.Helper()
	found := kindsByRow(r)
	for row, kinds := range want {
		got := found[row]
		slices.Sort(got)
		kinds = slices.Sorted(slices.Values(kinds))
		if !slices.Equal(got, kinds) {
			t.Errorf("row %d: found %v, not %v", row, got, kinds)
		}
		delete(found, row)
	}
	for row, kinds := range found {
		t.Errorf("row %d: found %v", row, kinds)
	}
}

func TestADirtyLedgerIsReportedCellByCellAndNothingIsWritten(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		before := o.state()
		for _, file := range []string{"dirty.csv", "dirty.xlsx"} {
			options := intake.Options{Mapping: intake.Mapping{Layer: "village", CRS: "EPSG:4490"}}
			path := filepath.Join("testdata", file)
			report, err := o.Check(t.Context(), path, options, nil)
			if err != nil {
				t.Fatal(err)
			}
			expectKinds(t, report, dirt)
			if report.Rows != 39 || report.Added != 4 || report.Changed != 3 || report.Bad != 32 {
				t.Errorf("%s: %d rows: %d added, %d changed, %d bad", file, report.Rows, report.Added, report.Changed, report.Bad)
			}
			for _, p := range report.Problems {
				if p.Row == 0 || p.Message.Zh == "" || p.Message.En == "" {
					t.Errorf("%s: a problem that helps nobody: %+v", file, p)
				}
			}
			_, err = o.Import(t.Context(), path, options, "test", nil)
			if refused, ok := errors.AsType[*intake.BadRowsError](err); !ok || refused.Report.Bad != report.Bad {
				t.Errorf("%s: import: %v", file, err)
			}
		}
		o.same(before)
		if docs := o.state().docs; len(docs) != len(before.docs) {
			t.Errorf("documents were left: %v", docs)
		}
	})
}

func TestTheGoodRowsOfADirtyLedgerAreReadAsMeant(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		before := o.state()
		rejects := filepath.Join(t.TempDir(), "rejects.csv")
		options := intake.Options{Mapping: intake.Mapping{Layer: "village", CRS: "EPSG:4490"}, SkipBad: true, Rejects: rejects}
		report, err := o.Import(t.Context(), "testdata/dirty.csv", options, "test", nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			code, field string
			want        any
		}{
			{"611002001202", "population", int64(2000)},
			{"611002001202", "income", int64(9800)},
			{"611002001202", "fibre", false},
			{"611002001202", "water_quality_ok", false},
			{"611002001202", "exit_year", int64(2018)},
			{"611002001202", "name", "杏树园"},
			{"611021001301", "population", int64(560)},
			{"611021001301", "county", "611021"},
			{"611021001301", "elevation", nil},
			{"611021001301", "geometry", orb.Point{110.2, 33.7}},
			{"611021101207", "exit_status", "待核查"},
			{"611002101211", "population", int64(77)},
			{"611021101201", "name", "改名村"},
			{"611002101201", "name", "西荆村"},
		} {
			if got := o.get("village", c.code, c.field); got != c.want {
				t.Errorf("%s %s: %v, not %v", c.code, c.field, got, c.want)
			}
		}
		checkRejects(t, rejects, report)
		if _, err := o.Undo(t.Context(), report.Import.ID, "test", nil); err != nil {
			t.Fatal(err)
		}
		o.same(before)
	})
}

// checkRejects reads the bad rows again: as many as were told, each with a reason.
func checkRejects(t *testing.T, path string, report *intake.Report) {
	t.Helper()
	src, err := files.Open(path, read.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	n := int64(0)
	for rec, err := range src.All() {
		if err != nil {
			t.Fatal(err)
		}
		if n++; rec.Values[len(rec.Values)-1] == nil {
			t.Errorf("rejected without a reason: %v", rec.Values)
		}
	}
	if last := src.Headings()[len(src.Fields)-1]; n != report.Bad || last != "原因" {
		t.Errorf("%d rows were rejected, not %d; the last heading is %s", n, report.Bad, last)
	}
	text, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(text), "「自来水普及率(%)」“120”：应在 0 到 100% 之间") {
		t.Errorf("the reasons do not name column, value and what is allowed: %v", err)
	}
}
