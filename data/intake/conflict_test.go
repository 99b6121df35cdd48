package intake_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/intake"
	"github.com/cuntu/cuntu/data/intake/ledger"
	"github.com/cuntu/cuntu/layers"
)

// from are the options of a ledger of villages that somebody has sent.
func from(sender string) intake.Options {
	o := villages()
	o.Sender = sender
	return o
}

// disputed are the cells that a refused import is about, by village and field.
func (o *office) disputed(path string, options intake.Options) []ledger.Conflict {
	o.t.Helper()
	before := o.state()
	report, err := o.Import(o.t.Context(), path, options, "test", nil)
	var open *intake.OpenError
	if !errors.As(err, &open) || report == nil || report.Import != nil {
		o.t.Fatalf("it was not refused: %v", err)
	}
	o.same(before)
	return report.Disagreement.Conflicts
}

// edit changes a value as somebody does on the page.
func (o *office) edit(code, field string, v layers.Value) {
	o.t.Helper()
	l, _ := o.Catalog.Layer("village")
	for id, f := range o.state().features["village"] {
		if f.Values[l.Field("code")].Text() != code {
			continue
		}
		f.Values[l.Field(field)] = v
		e := layers.Edit{Op: layers.Update, Layer: "village", Feature: layers.Feature{ID: id, Values: f.Values}, Set: []int{l.Field(field)}}
		by := data.Authorship{Name: "张三", Origin: data.FromPage}
		if _, err := o.store.Write(o.t.Context(), data.Writing{Edits: data.Edits(e), By: by}); err != nil {
			o.t.Fatal(err)
		}
		return
	}
	o.t.Fatalf("there is no village %s", code)
}

// handOut gives a sender what the store has of villages.
func (o *office) handOut(sender string) {
	o.t.Helper()
	h, err := o.HandOut(o.t.Context(), "village", sender)
	if err == nil {
		err = h.Note(o.t.Context(), o.store, "test")
	}
	if err != nil {
		o.t.Fatal(err)
	}
}

const (
	dong = "611002001201"
	xing = "611002001202"
)

func TestTwoOfficesThatDisagreeOverwriteNothingUnseen(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		o.take(file(t, "扶贫办.csv", "代码,名称,人口,备注", dong+",东店子村,900,甲", xing+",杏树园村,500,乙"), from("扶贫办"))
		water := file(t, "水利局.csv", "代码,名称,人口,供水保证率", dong+",东店子村,950,96", xing+",杏树园村,500,91")
		list := o.disputed(water, from("水利局"))
		if len(list) != 1 || list[0].Field != "population" || list[0].Code != dong || list[0].Title != "东店子村" || list[0].Row != 2 ||
			list[0].Store != layers.Int(900) || list[0].File != layers.Int(950) || list[0].Knew != nil {
			t.Fatalf("%+v", list)
		}
		if s := list[0].From; s == nil || s.Sender != "扶贫办" || s.Origin != "import" || s.At.IsZero() {
			t.Errorf("the store's value is said to be from %+v", s)
		}

		options := from("水利局")
		options.Conflicts.Rest = ledger.Later
		r := o.take(water, options)
		expectCounts(t, r, 0, 2, 0, 0)
		if got := o.get("village", dong, "population"); got != int64(900) {
			t.Errorf("it was overwritten by %v", got)
		}
		if got := o.get("village", dong, "water_guarantee"); got != 96.0 {
			t.Errorf("what nobody disputes is %v", got)
		}
		if r.Import.Disputed != 1 || r.Import.Open != 1 || r.Import.Sender != "水利局" {
			t.Errorf("on record: %+v", r.Import)
		}
		// The same file again has nothing new to say: what stands open stands open once.
		again := o.take(water, from("水利局"))
		if expectCounts(t, again, 0, 0, 2, 0); again.Disagreement.Kept != 1 || again.Disagreement.Count != 0 {
			t.Errorf("sent again: %+v", again.Disagreement)
		}
		// It is settled later, unless the store has yet another value by then.
		cell := list[0].Cell()
		o.edit(dong, "population", layers.Int(901))
		left, err := o.Settle(t.Context(), r.Import.ID, map[string]ledger.Choice{cell: ledger.File}, "test")
		if err != nil || left[0].Choice.Settles() || left[0].Store != layers.Int(901) {
			t.Errorf("%+v, %v", left, err)
		}
		left, err = o.Settle(t.Context(), r.Import.ID, map[string]ledger.Choice{cell: ledger.File}, "test")
		if err != nil || left[0].Choice != ledger.File || o.get("village", dong, "population") != int64(950) {
			t.Errorf("%+v, %v", left, err)
		}
		if record, err := o.Record(t.Context(), r.Import.ID); err != nil || record.Open != 0 {
			t.Errorf("%+v, %v", record, err)
		}
		if _, err := o.Settle(t.Context(), r.Import.ID, map[string]ledger.Choice{"1/moon": ledger.File}, ""); err == nil {
			t.Error("a cell that is not in dispute is settled")
		}
	})
}

func TestAFileIsComparedWithWhatItsSenderKnew(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		first := file(t, "a.csv", "代码,名称,人口,备注", dong+",东店子村,900,甲", xing+",杏树园村,500,乙")
		o.take(first, from("扶贫办"))
		o.edit(dong, "population", layers.Int(910)) // on the page, which the sender does not know

		// Sent again as it was, it takes nothing back.
		r := o.take(first, from("扶贫办"))
		if expectCounts(t, r, 0, 0, 2, 0); r.Disagreement.Kept != 1 || o.get("village", dong, "population") != int64(910) {
			t.Errorf("%+v, population %v", r.Disagreement, o.get("village", dong, "population"))
		}
		// By now he knows. What he alone changes counts, and what another has changed meanwhile too is in dispute.
		o.edit(xing, "population", layers.Int(510))
		second := file(t, "b.csv", "代码,名称,人口,备注", dong+",东店子村,920,丙", xing+",杏树园村,520,乙")
		list := o.disputed(second, from("扶贫办"))
		if len(list) != 1 || list[0].Code != xing || *list[0].Knew != layers.Int(500) || list[0].Store != layers.Int(510) ||
			list[0].File != layers.Int(520) || list[0].From.Name != "张三" || list[0].From.Origin != "page" {
			t.Fatalf("%+v", list)
		}
		options := from("扶贫办")
		options.Conflicts.Cells = map[string]ledger.Choice{list[0].Cell(): ledger.Store}
		r = o.take(second, options)
		expectCounts(t, r, 0, 1, 1, 0)
		for code, want := range map[string]int64{dong: 920, xing: 510} {
			if got := o.get("village", code, "population"); got != want {
				t.Errorf("%s has %v people, not %d", code, got, want)
			}
		}
		// What was settled against him is not asked again.
		expectCounts(t, o.take(second, from("扶贫办")), 0, 0, 2, 0)

		// An import that is taken back is one that nobody knows of.
		third := file(t, "c.csv", "代码,名称,人口,备注", dong+",东店子村,930,丙", xing+",杏树园村,520,乙")
		r = o.take(third, from("扶贫办"))
		expectCounts(t, r, 0, 1, 1, 0)
		if _, err := o.Undo(t.Context(), r.Import.ID, "", nil); err != nil {
			t.Fatal(err)
		}
		expectCounts(t, o.take(third, from("扶贫办")), 0, 1, 1, 0)
		if got := o.get("village", dong, "population"); got != int64(930) {
			t.Errorf("imported again after it was taken back, it has %v people", got)
		}
	})
}

func TestALedgerThatWasHandedOutIsComparedWithWhatItHad(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		o.edit(dong, "population", layers.Int(900))
		o.edit(xing, "population", layers.Int(500))
		o.handOut("水利局")
		o.edit(xing, "population", layers.Int(510))
		back := file(t, "a.csv", "代码,名称,人口", dong+",东店子村,950", xing+",杏树园村,500")
		r := o.take(back, from("水利局"))
		if expectCounts(t, r, 0, 1, 1, 0); r.Disagreement.Kept != 1 || o.get("village", dong, "population") != int64(950) {
			t.Errorf("%+v", r.Disagreement)
		}
		for _, wrong := range [][2]string{{"moon", "水利局"}, {"village", ""}, {"village", "=x"}, {"village", strings.Repeat("局", 99)}} {
			if _, err := o.HandOut(t.Context(), wrong[0], wrong[1]); err == nil {
				t.Errorf("%v is let out", wrong)
			}
		}
	})
}

func TestARuleSaysWhoseLedgerWins(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		rules := ledger.Rules{{Layer: "village", Field: "water_guarantee", Wins: "水利局"}}
		if wrong := rules.Check(o.Catalog); len(wrong) > 0 {
			t.Fatal(wrong)
		}
		doc, err := rules.Document("test")
		if err == nil {
			err = o.store.PutDocument(t.Context(), doc)
		}
		if err != nil {
			t.Fatal(err)
		}
		o.take(file(t, "a.csv", "代码,名称,人口,供水保证率", dong+",东店子村,900,80"), from("扶贫办"))
		list := o.disputed(file(t, "b.csv", "代码,名称,人口,供水保证率", dong+",东店子村,950,96"), from("水利局"))
		if len(list) != 2 || slices.IndexFunc(list, func(c ledger.Conflict) bool {
			return c.Field == "water_guarantee" && c.Choice == ledger.File && c.Rule
		}) < 0 {
			t.Fatalf("%+v", list)
		}
		options := from("水利局")
		options.Conflicts.Fields = map[string]ledger.Choice{"population": ledger.Store}
		o.take(file(t, "b.csv", "代码,名称,人口,供水保证率", dong+",东店子村,950,96"), options)
		if o.get("village", dong, "population") != int64(900) || o.get("village", dong, "water_guarantee") != 96.0 {
			t.Errorf("%v people, water at %v %%", o.get("village", dong, "population"), o.get("village", dong, "water_guarantee"))
		}
		r := o.take(file(t, "a.csv", "代码,名称,人口,供水保证率", dong+",东店子村,900,85"), from("扶贫办"))
		if expectCounts(t, r, 0, 0, 1, 0); r.Disagreement.Count != 1 || r.Disagreement.Open != 0 || !r.Disagreement.Conflicts[0].Rule {
			t.Errorf("%+v", r.Disagreement)
		}
		for _, wrong := range []ledger.Rules{
			{{Layer: "moon", Field: "population", Wins: "a"}},
			{{Layer: "village", Field: "moon", Wins: "a"}},
			{{Layer: "village", Field: "population"}},
			{{Layer: "village", Field: "population", Wins: "a"}, {Layer: "village", Field: "population", Wins: "b"}},
		} {
			if len(wrong.Check(o.Catalog)) != 1 {
				t.Errorf("%v: %v", wrong, wrong.Check(o.Catalog))
			}
		}
	})
}

func TestWhatOthersRemovedOrMovedIsNotPutBackUnseen(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		lines := func(x string, more ...string) []string {
			return append([]string{"代码,名称,经度,纬度,人口", dong + ",东店子村," + x + ",33.85,900", xing + ",杏树园村,109.91,33.86,500"}, more...)
		}
		o.take(file(t, "a.csv", lines("109.9")...), from("民政局"))
		l, _ := o.Catalog.Layer("village")
		ids := map[string]int64{}
		for id, f := range o.state().features["village"] {
			ids[f.Values[l.Field("code")].Text()] = id
		}
		values := make([]layers.Value, len(l.Fields))
		if _, err := o.store.Apply(t.Context(), data.Edits(
			layers.Edit{Op: layers.Delete, Layer: "village", Feature: layers.Feature{ID: ids[xing]}},
			layers.Edit{
				Op: layers.Update, Layer: "village", Set: []int{},
				Feature: layers.Feature{ID: ids[dong], Values: values, Geometry: orb.Point{109.901, 33.85}},
			},
		)); err != nil {
			t.Fatal(err)
		}
		r := o.take(file(t, "a.csv", lines("109.9")...), from("民政局"))
		if expectCounts(t, r, 0, 0, 1, 0); r.Disagreement.Kept != 2 {
			t.Errorf("%+v", r.Disagreement)
		}
		if got := o.get("village", dong, "geometry"); got != (orb.Point{109.901, 33.85}) {
			t.Errorf("it was moved back to %v", got)
		}
		// By the second exchange he knows; now both move it.
		o.edit(dong, "note", layers.Text("x"))
		if _, err := o.store.Apply(t.Context(), data.Edits(layers.Edit{
			Op: layers.Update, Layer: "village", Set: []int{},
			Feature: layers.Feature{ID: ids[dong], Values: values, Geometry: orb.Point{109.902, 33.85}},
		})); err != nil {
			t.Fatal(err)
		}
		moved := file(t, "b.csv", lines("109.905")...)
		list := o.disputed(moved, from("民政局"))
		if len(list) != 1 || list[0].Field != ledger.Geometry || list[0].Metres < 270 || list[0].Metres > 285 {
			t.Fatalf("%+v", list)
		}
		options := from("民政局")
		options.Conflicts.Rest = ledger.Store
		o.take(moved, options)
		expectCounts(t, o.take(moved, from("民政局")), 0, 0, 1, 0)

		// To replace removes what he knew and has no more, and not what he never heard of or others have changed since.
		options.Replace, options.Conflicts = "county=611002", ledger.Choices{}
		o.put("village", orb.Point{109.93, 33.86}, "code", "611002001288", "name", "新村", "county", "611002", "town", "611002001")
		o.edit("611002101201", "note", layers.Text("changed since"))
		gone := o.disputed(file(t, "c.csv", lines("109.905")[:2]...), options)
		if len(gone) != 1 || gone[0].Field != ledger.Whole || gone[0].Code != "611002101201" {
			t.Fatalf("%+v", gone)
		}
		options.Conflicts.Rest = ledger.File
		r = o.take(file(t, "c.csv", lines("109.905")[:2]...), options)
		if r.Removed != 1 || o.get("village", "611002001288", "name") != "新村" {
			t.Errorf("%d removed", r.Removed)
		}
	})
}

// TestLedgersThatDoNotDisagreeMayComeInAnyOrder has two offices change random cells of what both were handed out, none of them
// the same.
func TestLedgersThatDoNotDisagreeMayComeInAnyOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 2))
	fields := map[string]string{"人口": "population", "备注": "note", "供水保证率": "water_guarantee"}
	for range 5 {
		var ends []map[string]any
		codes := []string{dong, xing, "611002101201", "611021001201", "611021101201", "611021101202"}
		// Of each cell, which office changes it: neither, the one or the other.
		who := map[string]int{}
		for _, code := range codes {
			for title := range fields {
				who[code+title] = r.IntN(3)
			}
		}
		for _, order := range [][2]int{{1, 2}, {2, 1}} {
			o := inFile(t)
			ledgerOf := func(office int) string {
				lines := []string{"代码,人口,备注,供水保证率"}
				for i, code := range codes {
					value := func(title, old, changed string) string {
						if who[code+title] == office {
							return changed
						}
						return old
					}
					lines = append(lines, strings.Join([]string{
						code, value("人口", fmt.Sprint(100+i), fmt.Sprint(1000*office+i)), value("备注", "旧", fmt.Sprint("新", office)),
						value("供水保证率", "90", fmt.Sprint(90+office)),
					}, ","))
				}
				return file(t, fmt.Sprint(office, ".csv"), lines...)
			}
			o.take(ledgerOf(0), from("规划局"))
			for _, office := range order {
				o.handOut(fmt.Sprint("局", office))
			}
			for _, office := range order {
				if report := o.take(ledgerOf(office), from(fmt.Sprint("局", office))); report.Disagreement.Count > 0 {
					t.Fatalf("%+v", report.Disagreement)
				}
			}
			end := map[string]any{}
			for _, code := range codes {
				for title, field := range fields {
					got := o.get("village", code, field)
					end[code+field] = got
					if office := who[code+title]; title == "备注" && office > 0 && got != fmt.Sprint("新", office) {
						t.Errorf("the note of %s is %v, not that of office %d", code, got, office)
					}
				}
			}
			ends = append(ends, end)
		}
		for cell, one := range ends[0] {
			if other := ends[1][cell]; one != other {
				t.Errorf("%s is %v one way and %v the other", cell, one, other)
			}
		}
	}
}

func TestWhoAFileIsFromIsProposed(t *testing.T) {
	o := inFile(t)
	path := file(t, "水利局供水台账.csv", "代码,名称,供水保证率", dong+",东店子村,96")
	sheet, err := o.Inspect(t.Context(), path, villages())
	if err != nil || sheet.Sender != "水利局" || len(sheet.Senders) != 0 {
		t.Fatalf("%q of %v, %v", sheet.Sender, sheet.Senders, err)
	}
	o.take(path, from("商州区水利局"))
	sheet, err = o.Inspect(t.Context(), file(t, "台账2.csv", "代码,名称,供水保证率", dong+",东店子村,97"), villages())
	if err != nil || sheet.Sender != "商州区水利局" || !slices.Equal(sheet.Senders, []string{"商州区水利局"}) {
		t.Errorf("%q of %v, %v", sheet.Sender, sheet.Senders, err)
	}
	sheet, err = o.Inspect(t.Context(), file(t, "别的.csv", "代码,名称,人口", dong+",东店子村,97"), villages())
	if err != nil || sheet.Sender != "" {
		t.Errorf("%q, %v", sheet.Sender, err)
	}
}

// TestWhatABadRowSaysIsInDisputeOnceItIsMended leaves out a bad row whose other cells are in dispute: nobody was asked about them.
func TestWhatABadRowSaysIsInDisputeOnceItIsMended(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		o.take(file(t, "a.csv", "代码,名称,人口,户数", dong+",东店子村,900,300", xing+",杏树园村,500,200"), from("扶贫办"))
		o.edit(dong, "population", layers.Int(910))
		options := from("扶贫办")
		options.SkipBad = true
		r := o.take(file(t, "b.csv", "代码,名称,人口,户数", dong+",东店子村,920,很多", xing+",杏树园村,500,201"), options)
		if r.Bad != 1 || r.Disagreement.Count != 0 {
			t.Fatalf("%d bad, %+v", r.Bad, r.Disagreement)
		}
		list := o.disputed(file(t, "c.csv", "代码,名称,人口,户数", dong+",东店子村,920,301", xing+",杏树园村,500,201"), from("扶贫办"))
		if i := slices.IndexFunc(list, func(c ledger.Conflict) bool { return c.Field == "population" }); i < 0 || list[i].Code != dong {
			t.Errorf("%+v", list)
		}
	})
}

// TestALedgerOfAPartTellsNothingOfTheRest has an office send one village after the other: of the first it still knows what it knew then.
func TestALedgerOfAPartTellsNothingOfTheRest(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		o.take(file(t, "a.csv", "代码,名称,人口", dong+",东店子村,900"), from("扶贫办"))
		o.edit(dong, "population", layers.Int(910))
		o.take(file(t, "b.csv", "代码,名称,人口", xing+",杏树园村,500"), from("扶贫办"))
		list := o.disputed(file(t, "a.csv", "代码,名称,人口", dong+",东店子村,900"), from("扶贫办"))
		if len(list) != 1 || list[0].Code != dong || list[0].Store != layers.Int(910) {
			t.Errorf("%+v", list)
		}
		// What comes new with a ledger its sender knows.
		options := from("扶贫办")
		o.take(file(t, "c.csv", "代码,名称,人口,经度,纬度", "611002001299,新村,50,109.9,33.86"), options)
		expectCounts(t, o.take(file(t, "c.csv", "代码,名称,人口", "611002001299,新村,60"), options), 0, 1, 0, 0)
	})
}
