package web

import (
	"encoding/json"
	"io"
	"math"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/summary"
)

// SummaryAnswer is a roll-up to be written.
type SummaryAnswer struct {
	Layer *layers.Layer
	Year  int
	Ask   summary.Ask
	Areas []summary.Area
}

type summaryColumnJSON struct {
	ID     string          `json:"id"`
	Title  layers.Words    `json:"title"`
	Unit   string          `json:"unit,omitempty"`
	Kind   summary.Kind    `json:"kind"`
	Values []layers.Choice `json:"values,omitempty"`
	Breaks []float64       `json:"breaks,omitempty"`
}

// rollupJSON is one field of one area. Counts are by value, Classes by the breaks.
type rollupJSON struct {
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

type areaSummaryJSON struct {
	Code      string                `json:"code"`
	Name      string                `json:"name"`
	Count     int                   `json:"count"`
	Weight    *float64              `json:"weight,omitempty"`
	Unweighed *int                  `json:"without_weight,omitempty"`
	Fields    map[string]rollupJSON `json:"fields"`
}

// Write writes the answer. The error is w's.
func (a SummaryAnswer) Write(w io.Writer, format string) error {
	if format != "json" {
		return a.writeTable(w, format)
	}
	columns, results := []summaryColumnJSON{}, []areaSummaryJSON{}
	for _, c := range a.Ask.Columns {
		columns = append(columns, summaryColumnJSON{c.ID, c.Title, c.Unit, c.Kind, c.Values, c.Breaks})
	}
	for i := range a.Areas {
		results = append(results, a.area(&a.Areas[i]))
	}
	answer := map[string]any{"layer": a.Layer.ID, "by": a.Ask.By, "year": a.Year, "fields": columns, "results": results}
	if a.Ask.Weight != "" {
		answer["weight"] = a.Ask.Weight
	}
	return json.NewEncoder(w).Encode(answer)
}

func (a SummaryAnswer) area(area *summary.Area) areaSummaryJSON {
	j := areaSummaryJSON{Code: area.Code, Name: area.Name, Count: area.Count, Fields: map[string]rollupJSON{}}
	weighted := a.Ask.Weight != ""
	if weighted {
		j.Weight, j.Unweighed = known(area.Weight), &area.Unweighed
	}
	for i, c := range a.Ask.Columns {
		j.Fields[c.ID] = newRollupJSON(&c, &area.Columns[i], weighted)
	}
	return j
}

func newRollupJSON(c *summary.Column, r *summary.Rollup, weighted bool) rollupJSON {
	j := rollupJSON{Unknown: r.Unknown}
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
				j.Weights[choice.Value] = round2(r.Weights[v])
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
	f = round2(f)
	return &f
}

// writeTable writes a row for each area, with columns for each value or class.
func (a SummaryAnswer) writeTable(w io.Writer, format string) error {
	head := []string{"code", "name", "count:int"}
	weighted := a.Ask.Weight != ""
	if weighted {
		head = append(head, a.Ask.Weight+":float")
	}
	for _, c := range a.Ask.Columns {
		for _, class := range c.Classes() {
			head = append(head, c.ID+"."+class+":int")
			if weighted {
				head = append(head, c.ID+"."+class+"."+a.Ask.Weight+":float")
			}
		}
		head = append(head, c.ID+".not_on_record:int")
		if c.Kind != summary.ByValue {
			head = append(head, c.ID+".sum:float", c.ID+".mean:float", c.ID+".min:float", c.ID+".max:float")
		}
	}
	s, err := newSheet(w, format, "summary", head...)
	if err != nil {
		return err
	}
	for i := range a.Areas {
		if err := s.row(nil, a.row(&a.Areas[i])...); err != nil {
			return err
		}
	}
	return s.out.Close()
}

func (a SummaryAnswer) row(area *summary.Area) []any {
	values := []any{area.Code, area.Name, area.Count}
	weighted := a.Ask.Weight != ""
	if weighted {
		values = append(values, area.Weight)
	}
	for i, c := range a.Ask.Columns {
		r := &area.Columns[i]
		for class, n := range r.Counts {
			if values = append(values, n); weighted {
				values = append(values, round2(r.Weights[class]))
			}
		}
		values = append(values, r.Unknown)
		if c.Kind != summary.ByValue {
			values = append(values, known(r.Sum), known(r.Mean), known(r.Least), known(r.Most))
		}
	}
	return values
}
