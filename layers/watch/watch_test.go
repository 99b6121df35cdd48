package watch

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/layers/workday"
)

func day(text string) time.Time {
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return d
}

// table is a layer with rows, each of texts "field=value"; numbers are those of whole-number fields.
func table(t *testing.T, l *layers.Layer, rows ...string) *snapshot.Table {
	t.Helper()
	b := snapshot.NewBuilder(&layers.Catalog{Layers: []*layers.Layer{l}})
	for i, row := range rows {
		f := layers.Feature{ID: int64(i + 1), Values: make([]layers.Value, len(l.Fields))}
		for pair := range strings.FieldsSeq(row) {
			id, text, _ := strings.Cut(pair, "=")
			at := l.Field(id)
			v := layers.Text(text)
			switch l.Fields[at].Type {
			case layers.TypeInt, layers.TypeYear:
				n := int64(0)
				if _, err := fmt.Sscan(text, &n); err != nil {
					t.Fatal(err)
				}
				v = layers.Int(n)
			case layers.TypeBool:
				v = layers.Bool(text == "true")
			}
			f.Values[at] = v
		}
		if err := b.Add(l, &f); err != nil {
			t.Fatal(err)
		}
	}
	out, _ := b.Snapshot().Table(l.ID)
	return out
}

func layer(id string) *layers.Layer {
	l, _ := layers.Builtin().Layer(id)
	return l
}

// Deadlines of the default rules: 5 working days to the assessment, then 10, 20 and 60.
func TestACaseGoesFromStepToStepAndIsLateByWorkingDays(t *testing.T) {
	const v = "village=611002001201 lead=water by=x "
	for _, of := range []struct {
		name, on string
		steps    []string
		stage    string
		due      string
		late     int
		skipped  []string
	}{
		{"found on a Thursday", "2018-03-02", []string{"found 2018-03-01"}, "found", "2018-03-08", 0, nil},
		{"the last day of the deadline", "2018-03-08", []string{"found 2018-03-01"}, "found", "2018-03-08", 0, nil},
		{"late over a weekend", "2018-03-12", []string{"found 2018-03-01"}, "found", "2018-03-08", 2, nil},
		{"due after the Spring Festival", "2018-02-26", []string{"found 2018-02-13"}, "found", "2018-02-26", 0, nil},
		{"assessed", "2018-03-20", []string{"found 2018-03-01", "assessed 2018-03-07"}, "assessed", "2018-03-21", 0, nil},
		{
			"what comes after the day asked for does not count", "2018-03-06",
			[]string{"found 2018-03-01", "assessed 2018-03-07"},
			"found", "2018-03-08", 0, nil,
		},
		{
			"a step that is skipped is told", "2018-03-06",
			[]string{"found 2018-03-01", "decided 2018-03-05"},
			"decided", "2018-04-02", 0,
			[]string{"assessed"},
		},
		{"found again while it is open", "2018-03-12", []string{"found 2018-03-01", "found 2018-03-10"}, "found", "2018-03-08", 2, nil},
		{"rows in any order", "2018-03-20", []string{"assessed 2018-03-07", "found 2018-03-01"}, "assessed", "2018-03-21", 0, nil},
		{
			"closed", "2019-01-10",
			[]string{"found 2018-03-01", "assessed 2018-03-05", "decided 2018-03-09", "visited 2018-03-20", "closed 2018-05-02"},
			"closed", "", 0, nil,
		},
		{"dismissed", "2019-01-10", []string{"found 2018-03-01", "dismissed 2018-03-05"}, "dismissed", "", 0, nil},
	} {
		rows := make([]string, len(of.steps))
		for i, s := range of.steps {
			step, date, _ := strings.Cut(s, " ")
			rows[i] = v + "step=" + step + " date=" + date
		}
		cases := Cases(table(t, layer("watch_step"), rows...), nil, Default(), workday.Default(), day(of.on))
		if len(cases) != 1 {
			t.Errorf("%s: %d cases", of.name, len(cases))
			continue
		}
		c := cases[0]
		if c.Stage != of.stage || c.Due != of.due || c.Late != of.late || !slices.Equal(c.Skipped, of.skipped) || c.Open() != (of.due != "") {
			t.Errorf("%s: %s, due %s, %d days late, skipped %v; want %s, %s, %d, %v",
				of.name, c.Stage, c.Due, c.Late, c.Skipped, of.stage, of.due, of.late, of.skipped)
		}
	}
}

func TestALeadFoundAgainAfterItWasClosedIsAnotherCase(t *testing.T) {
	steps := table(
		t, layer("watch_step"),
		"village=611002001201 lead=water step=found date=2018-03-01 by=x", "village=611002001201 lead=water step=dismissed date=2018-03-05 by=x",
		"village=611002001201 lead=water step=found date=2018-06-01 by=x", "village=611002001201 lead=road step=found date=2018-06-01 by=x",
	)
	var got []string
	for _, c := range Cases(steps, nil, Default(), workday.Default(), day("2018-07-01")) {
		got = append(got, c.Lead+" "+c.Stage+" "+c.Steps[0].Date)
	}
	if want := []string{"water dismissed 2018-03-01", "road found 2018-06-01", "water found 2018-06-01"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	seen := Cases(steps, func(row uint32) bool { return row == 3 }, Default(), workday.Default(), day("2018-07-01"))
	if len(seen) != 1 || seen[0].Lead != "road" {
		t.Errorf("rows that are left out count: %v", seen)
	}
}

func TestWhatBecameWorseIsALead(t *testing.T) {
	l := *layer("village")
	l.Fields = slices.Clone(l.Fields)
	for _, id := range []string{"cov_road", "cov_water"} {
		l.Fields = append(l.Fields, layers.Field{ID: id, Type: layers.TypeText})
	}
	for _, of := range []struct{ name, before, after, want string }{
		{"the road was cut", "cov_road=reached", "cov_road=not", "road"},
		{"water fell by a grade", "cov_water=reached", "cov_water=basically", "water"},
		{"water rose by a grade", "cov_water=not", "cov_water=basically", ""},
		{"nothing changed", "cov_water=not cov_road=not mobile_4g=false", "cov_water=not cov_road=not mobile_4g=false", ""},
		{"it is not known any more", "cov_water=reached", "cov_water=unknown", ""},
		{"it was not known", "", "cov_road=not", ""},
		{"more dangerous houses", "dangerous_houses=2", "dangerous_houses=3", "houses"},
		{"fewer dangerous houses", "dangerous_houses=2", "dangerous_houses=1", ""},
		{"the tower is gone", "mobile_4g=true", "mobile_4g=false", "mobile"},
		{"two at once", "mobile_4g=true cov_road=reached", "mobile_4g=false cov_road=not", "road mobile"},
	} {
		const code = "code=611002001201 name=x "
		var got []string
		before, after := table(t, &l, code+of.before), table(t, &l, "code=611002001202 name=new cov_road=not", code+of.after)
		for _, lead := range Default().Fallen(before, after) {
			got = append(got, lead.Rule.ID)
			if lead.Row != 1 {
				t.Errorf("%s: row %d", of.name, lead.Row)
			}
		}
		if strings.Join(got, " ") != of.want {
			t.Errorf("%s: %v, want %s", of.name, got, of.want)
		}
	}
}

func TestSmallCountsAreNotTold(t *testing.T) {
	for _, of := range []struct {
		name   string
		fresh  int
		hidden bool
		want   string
	}{
		{"who sees the rows", 2, false, "2"},
		{"who does not", 2, true, "<5"},
		{"nobody at all", 0, true, "<5"},
		{"four", 4, true, "<5"},
		{"five", 5, true, "5"},
	} {
		sum, own := &Tally{}, &Tally{}
		own.Add(&Report{New: of.fresh, Month: 1}, of.hidden)
		sum.Join(own)
		if got := sum.Counts().New.String(); got != of.want {
			t.Errorf("%s: %s, want %s", of.name, got, of.want)
		}
	}
	late := &Tally{}
	for _, r := range []Report{{Month: 3, Overdue: 4}, {Month: 5, Overdue: 1}, {Month: 5, Overdue: 2}, {Month: 4, Overdue: 9}} {
		late.Add(&r, false)
	}
	if got := late.Counts().Overdue.Int(); got != 3 {
		t.Errorf("overdue are %d, not the 3 of the last month", got)
	}
}

func TestTheFirstColourThatHoldsIsAVillages(t *testing.T) {
	for _, of := range []struct {
		late, gaps, open int
		want             string
	}{
		{0, 0, 0, "green"},
		{0, 2, 0, "green"},
		{0, 3, 0, "yellow"},
		{14, 0, 1, "yellow"},
		{15, 0, 1, "red"},
		{0, 4, 0, "red"},
	} {
		if got := Default().ColourOf(of.late, of.gaps, of.open).ID; got != of.want {
			t.Errorf("%+v is %s", of, got)
		}
	}
}

func TestRulesThatAreWrongSayWhatIsAllowed(t *testing.T) {
	for text, want := range map[string]string{
		"months: {value: 0}":                        "a whole number from 1 to 120",
		"steps: [{id: found, days: -1}]":            "days from 0 to 1000",
		"steps: [{id: praised, days: 1}]":           "must be [found assessed decided visited closed]",
		"leads: [{id: flood, field: x, source: y}]": `"flood" is not one of [road water houses mobile reported]`,
		"leads: [{id: water, falls: []}]":           "either rises, or falls",
		"gaps: [{id: water, above: 3}]":             "either values or above",
		"colours: [{id: green, open: 1}]":           "the last one alone is without conditions",
		"colors: []":                                "no such key",
	} {
		if _, err := Parse(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	r, err := Parse(strings.NewReader("steps: [{id: closed, days: 30, source: 省文件}]"))
	if err != nil || r.Steps[4].Days != 30 || r.Steps[1].Days != 5 {
		t.Errorf("%+v, %v", r, err)
	}
}
