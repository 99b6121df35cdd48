package questions

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/served"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/layers/summary"
)

// SummaryAsk asks for a layer's fields by area.
type SummaryAsk struct {
	Layer string `default:"village" zh:"汇总哪个图层。" en:"Which layer is rolled up."`
	Levels
	Field  string `zh:"哪些字段，用逗号分隔；a/b 是比率。" en:"Which fields, separated by commas; a/b is a ratio."`
	Breaks string `zh:"数值分级的界，用逗号分隔；几个字段之间用分号。" en:"Bounds of classes of numbers, separated by commas; those of several fields by semicolons."`
	Weight string `zh:"按这个数值字段加权，如 population。" en:"Count by this number field too, such as population."`
	Years
	Within
}

func summarise() *Question {
	return question.New(question.Name{
		ID: "summarise", Path: "/api/summary", Example: "field=population&by=county",
		Title: layers.Words{Zh: "各地汇总", En: "Summary by area"},
		Help: layers.Words{
			Zh: "按县、镇或地市汇总字段：各值的个数、合计、平均；在建的按年份算是否建成。",
			En: "Fields by area: counts by value, sums, means, or counts between bounds; of what is built, what is complete by the year counts.",
		},
	}, []string{question.JSON, question.CSV, question.XLSX}, func(_ context.Context, w World, in SummaryAsk) (Summary, error) {
		t, _ := w.Snap.Table(in.Layer)
		layer := t.Layer.Whole()
		ask := in.summary(layer, new(layers.Faults)) // of which Faults has told
		in.Year = w.year(in.Year)
		areas, err := w.Summaries.Get(w.Snap, fmt.Sprint(in), func() ([]summary.Area, error) { return w.rollUp(t, in, ask) })
		if err != nil {
			return Summary{}, err
		}
		return newSummary(layer, in.Year, ask, areas), nil
	})
}

// Faults are layers, fields and areas that do not exist.
func (in SummaryAsk) Faults(w World) (wrong layers.Faults) {
	t, ok := w.Snap.Table(in.Layer)
	if !ok {
		return layers.NewFault("layer", "%q is not one of %s", in.Layer, strings.Join(w.Snap.Catalog.IDs(), ", "))
	}
	in.summary(t.Layer.Whole(), &wrong)
	w.check(in.Within, t, &wrong)
	return wrong
}

// summary is what is asked of the layer; what is wrong with it is added to wrong.
func (in SummaryAsk) summary(l *layers.Layer, wrong *layers.Faults) summary.Ask {
	ask := summary.Ask{By: summary.By(in.level()), Weight: in.Weight}
	var ids []string
	if in.Field != "" {
		ids = strings.Split(in.Field, ",")
	}
	var err error
	if ask.Columns, err = summary.Columns(l, ids); err != nil {
		wrong.Add("field", "%v", err)
	} else if in.Breaks != "" {
		if err := summary.SetBreaks(ask.Columns, in.Breaks); err != nil {
			wrong.Add("breaks", "%v", err)
		}
	}
	ask.Check(l, wrong)
	return ask
}

// rollUp computes what the cache does not have. It is for whoever waits, and ends with no
// request's context.
func (w World) rollUp(t *snapshot.Table, in SummaryAsk, ask summary.Ask) ([]summary.Area, error) {
	whole, err := w.whole(t, in.Year)
	if err != nil {
		return nil, err
	}
	keep, err := w.keep(in.Within, whole, in.Year)
	if err != nil {
		return nil, err
	}
	complete := whole.CompleteBy(in.Year)
	ask.Keep = func(row uint32) bool { return complete.Has(row) && (keep == nil || keep(row)) }
	return summary.Compute(context.Background(), w.Snap, whole, ask)
}

// Summary is a layer's fields rolled up by area.
type Summary struct {
	Layer   string         `json:"layer"`
	By      summary.By     `json:"by"`
	Year    int            `json:"year"`
	Weight  string         `json:"weight,omitempty"`
	Fields  []SummaryField `json:"fields"`
	Results []AreaSummary  `json:"results"`

	ask   summary.Ask
	areas []summary.Area
}

// SummaryField is a field that is rolled up.
type SummaryField struct {
	ID     string          `json:"id"`
	Title  layers.Words    `json:"title"`
	Unit   string          `json:"unit,omitempty"`
	Kind   summary.Kind    `json:"kind"`
	Values []layers.Choice `json:"values,omitempty"`
	Breaks []float64       `json:"breaks,omitempty"`
}

// Rollup is one field of one area. Counts are by value, Classes by the breaks.
type Rollup struct {
	Counts        map[string]int     `json:"counts,omitempty"`
	Weights       map[string]float64 `json:"weights,omitempty"`
	Classes       []int              `json:"classes,omitempty"`
	ClassWeights  []float64          `json:"class_weights,omitempty"`
	Unknown       int                `json:"unknown"`
	UnknownWeight *float64           `json:"unknown_weight,omitempty"`
	Known         *int               `json:"known,omitempty"`
	Sum           *float64           `json:"sum,omitempty"`
	Of            *float64           `json:"of,omitempty"` // of a ratio: the sum of the wholes
	Mean          *float64           `json:"mean,omitempty"`
	Min           *float64           `json:"min,omitempty"`
	Max           *float64           `json:"max,omitempty"`
}

// AreaSummary is an area with its fields.
type AreaSummary struct {
	Code      string            `json:"code"`
	Name      string            `json:"name"`
	Count     int               `json:"count"`
	Weight    *float64          `json:"weight,omitempty"`
	Unweighed *int              `json:"without_weight,omitempty"`
	Fields    map[string]Rollup `json:"fields"`
}

func newSummary(l *layers.Layer, year int, ask summary.Ask, areas []summary.Area) Summary {
	a := Summary{
		Layer:   l.ID,
		By:      ask.By,
		Year:    year,
		Weight:  ask.Weight,
		Fields:  []SummaryField{},
		Results: []AreaSummary{},
		ask:     ask,
		areas:   areas,
	}
	for _, c := range ask.Columns {
		a.Fields = append(a.Fields, SummaryField{c.ID, c.Title, c.Unit, c.Kind, c.Values, c.Breaks})
	}
	for i := range areas {
		a.Results = append(a.Results, a.area(&areas[i]))
	}
	return a
}

func (a Summary) area(area *summary.Area) AreaSummary {
	j := AreaSummary{Code: area.Code, Name: area.Name, Count: area.Count, Fields: map[string]Rollup{}}
	weighted := a.ask.Weight != ""
	if weighted {
		j.Weight, j.Unweighed = known(area.Weight), &area.Unweighed
	}
	for i, c := range a.ask.Columns {
		j.Fields[c.ID] = rollupOf(&c, &area.Columns[i], weighted)
	}
	return j
}

func rollupOf(c *summary.Column, r *summary.Rollup, weighted bool) Rollup {
	j := Rollup{Unknown: r.Unknown}
	if weighted {
		j.UnknownWeight = known(r.UnknownWeight)
	}
	if c.Kind == summary.ByValue {
		j.Counts = map[string]int{}
		for v, choice := range c.Values {
			j.Counts[choice.Value] = r.Counts[v]
			if weighted {
				if j.Weights == nil {
					j.Weights = map[string]float64{}
				}
				j.Weights[choice.Value] = served.Centi(r.Weights[v])
			}
		}
		return j
	}
	j.Classes, j.ClassWeights = r.Counts, r.Weights
	j.Known, j.Sum, j.Mean, j.Min, j.Max = &r.Known, known(r.Sum), known(r.Mean), known(r.Least), known(r.Most)
	if c.Kind == summary.Ratio {
		j.Of = known(r.Of)
	}
	return j
}

// known is a number rounded, nil where it is none.
func known(f float64) *float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil
	}
	f = served.Centi(f)
	return &f
}

// FileName is by layer, level and year.
func (a Summary) FileName() string { return fmt.Sprintf("summary-%s-%s-%d", a.Layer, a.By, a.Year) }

// Columns are one for each value or class of each field.
func (a Summary) Columns() []question.Column {
	columns := question.Columns("*code 代码 | Code", "*name 名称 | Name", "*count:int 个数 | Count")
	add := func(id string, kind layers.FieldType) {
		columns = append(columns, question.Column{ID: id, Type: kind, Title: layers.Words{Zh: id, En: id}, Brief: true})
	}
	weighted := a.ask.Weight != ""
	if weighted {
		add(a.ask.Weight, layers.TypeFloat)
	}
	for _, c := range a.ask.Columns {
		for _, class := range c.Classes() {
			add(c.ID+"."+class, layers.TypeInt)
			if weighted {
				add(c.ID+"."+class+"."+a.ask.Weight, layers.TypeFloat)
			}
		}
		add(c.ID+".not_on_record", layers.TypeInt)
		if c.Kind != summary.ByValue {
			for _, figure := range []string{".sum", ".mean", ".min", ".max"} {
				add(c.ID+figure, layers.TypeFloat)
			}
		}
	}
	return columns
}

// Rows are an area each.
func (a Summary) Rows(emit func(place orb.Geometry, values ...any) error) error {
	for i := range a.areas {
		if err := emit(nil, a.row(&a.areas[i])...); err != nil {
			return err
		}
	}
	return nil
}

func (a Summary) row(area *summary.Area) []any {
	values := []any{area.Code, area.Name, area.Count}
	weighted := a.ask.Weight != ""
	if weighted {
		values = append(values, area.Weight)
	}
	for i, c := range a.ask.Columns {
		r := &area.Columns[i]
		for class, n := range r.Counts {
			if values = append(values, n); weighted {
				values = append(values, served.Centi(r.Weights[class]))
			}
		}
		values = append(values, r.Unknown)
		if c.Kind != summary.ByValue {
			values = append(values, known(r.Sum), known(r.Mean), known(r.Least), known(r.Most))
		}
	}
	return values
}
