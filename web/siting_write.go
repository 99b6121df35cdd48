package web

import (
	"cmp"
	"encoding/json"
	"io"
	"math"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/served"
	"github.com/cuntu/cuntu/layers/siting"
)

// SitingCriteria is criteria with the units of their values, as JSON.
type SitingCriteria struct {
	*siting.Criteria
	List []sitingCriterion `json:"criteria"`
}

type sitingCriterion struct {
	siting.Criterion
	Unit string `json:"unit"`
}

// NewSitingCriteria is criteria to be sent.
func NewSitingCriteria(c *siting.Criteria) SitingCriteria {
	out := SitingCriteria{Criteria: c}
	for _, of := range c.List {
		out.List = append(out.List, sitingCriterion{of, of.Measure.Unit()})
	}
	return out
}

// number is a number for JSON: null where it is none.
func number(f float64, digits float64) *float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil
	}
	f = math.Round(f*digits) / digits
	return &f
}

type plotJSON struct {
	Name   string          `json:"name,omitempty"`
	Near   string          `json:"near,omitempty"`
	Layer  string          `json:"layer,omitempty"`
	ID     int64           `json:"id,omitempty"`
	Lon    float64         `json:"lon"`
	Lat    float64         `json:"lat"`
	AreaM2 float64         `json:"area_m2"`
	People int             `json:"people"`
	Drawn  bool            `json:"drawn"` // the square that its people need around a place
	Shape  json.RawMessage `json:"geometry,omitempty"`
}

func newPlot(p *siting.Plot, shape bool) plotJSON {
	lon, lat := served.Degrees(p.At[0]), served.Degrees(p.At[1])
	out := plotJSON{p.Name, p.Near, p.Layer, p.ID, lon, lat, math.Round(p.AreaM2), p.People, p.Drawn, nil}
	if shape {
		out.Shape, _ = json.Marshal(served.GeometryOf(p.Shape.Geometry())) // of finite numbers
	}
	return out
}

type readingJSON struct {
	Criterion string          `json:"criterion"`
	Title     layers.Words    `json:"title"`
	Group     string          `json:"group"`
	Value     *float64        `json:"value"` // null where unknown, or where nothing is within reach
	Unit      string          `json:"unit"`
	Known     bool            `json:"known"`
	Score     *float64        `json:"score"`
	Weight    float64         `json:"weight"`
	Min       *float64        `json:"min"`
	Max       *float64        `json:"max"`
	Fails     bool            `json:"fails"` // a hard constraint
	Note      layers.Words    `json:"note"`
	Evidence  siting.Evidence `json:"evidence"`
	Source    string          `json:"source"`
}

type changeJSON struct {
	Criterion string       `json:"criterion"`
	Value     *float64     `json:"value"`
	Threshold float64      `json:"threshold"`
	Gain      float64      `json:"gain"`
	Hard      bool         `json:"hard"`
	Text      layers.Words `json:"text"`
}

type evaluationJSON struct {
	Plot      plotJSON      `json:"plot"`
	Year      int           `json:"year"`
	Passes    bool          `json:"passes"`
	Total     *float64      `json:"total"`
	Low       *float64      `json:"low"`
	High      *float64      `json:"high"`
	Failed    []string      `json:"failed"`
	Unchecked []string      `json:"unchecked"`
	Readings  []readingJSON `json:"readings"`
	Changes   []changeJSON  `json:"changes"`
}

func ids(c *siting.Criteria, numbers []int) []string {
	out := []string{}
	for _, n := range numbers {
		out = append(out, c.List[n].ID)
	}
	return out
}

func newEvaluation(e *siting.Evaluation) evaluationJSON {
	c := e.Criteria
	out := evaluationJSON{
		newPlot(&e.Plot, true), e.Year, len(e.Failed) == 0, number(e.Total, 100), number(e.Low, 100), number(e.High, 100),
		ids(c, e.Failed), ids(c, e.Unchecked), nil,
		[]changeJSON{},
	}
	for n, v := range e.Values {
		of := &c.List[n]
		out.Readings = append(out.Readings, readingJSON{
			of.ID, of.Title, of.Group, number(v, 100), of.Measure.Unit(), !math.IsNaN(v), number(e.Scores[n], 100), of.Weight, of.Min, of.Max,
			!math.IsNaN(v) && of.Fails(v), e.Notes[n], e.Evidence[n], of.Source,
		})
	}
	for _, i := range e.Changes {
		out.Changes = append(out.Changes, changeJSON{c.List[i.Criterion].ID, number(i.Value, 100), i.Threshold, math.Round(i.Gain*100) / 100, i.Hard, i.Text})
	}
	return out
}

// SitingEvaluations are plots evaluated by the same criteria. JSON has all that there
// is to say of each; the other formats a row a plot, with a column for the value and one
// for the score of each criterion.
type SitingEvaluations struct {
	List []*siting.Evaluation
	Many bool // a list, even of one
}

// Write writes them. The error is w's.
func (a SitingEvaluations) Write(w io.Writer, format string) error {
	if format == "json" {
		if !a.Many {
			return json.NewEncoder(w).Encode(newEvaluation(a.List[0]))
		}
		all := []evaluationJSON{}
		for _, e := range a.List {
			all = append(all, newEvaluation(e))
		}
		return json.NewEncoder(w).Encode(map[string]any{"evaluations": all})
	}
	if len(a.List) == 0 {
		return nil
	}
	c := a.List[0].Criteria
	s, err := newSheet(w, format, "evaluation", sitingColumns(c, "failed")...)
	if err != nil {
		return err
	}
	for i, e := range a.List {
		failed := ""
		for k, id := range ids(c, e.Failed) {
			if k > 0 {
				failed += ","
			}
			failed += id
		}
		if err := s.row(e.Plot.Shape.Geometry(), sitingRow(i+1, &e.Plot, e.Score, e.Values, failed)...); err != nil {
			return err
		}
	}
	return s.out.Close()
}

func sitingColumns(c *siting.Criteria, last string) []string {
	columns := []string{"rank:int", "name", "lon:float", "lat:float", "area_m2:float", "people:int", "total:float", "low:float", "high:float", "passes:bool", last}
	for _, of := range c.List {
		columns = append(columns, of.ID+":float", of.ID+"_score:float")
	}
	return columns
}

func sitingRow(rank int, p *siting.Plot, s siting.Score, values []float64, last any) []any {
	row := []any{
		rank, p.Name, served.Degrees(p.At[0]), served.Degrees(p.At[1]), math.Round(p.AreaM2), p.People,
		number(s.Total, 100), number(s.Low, 100), number(s.High, 100), len(s.Failed) == 0, last,
	}
	for n, v := range values {
		row = append(row, number(v, 100), number(s.Scores[n], 100))
	}
	return row
}

// SitingFound is what a search found. JSON is
//
//	{"year": 2018, "criteria": {…},                as they were used, weights included
//	 "hierarchy": {…},                             of judgements, see siting.Hierarchy
//	 "candidates": 10568, "passed": 2210,
//	 "excluded": [{"criterion", "plots", "alone", "unchecked"}],
//	 "results": [{"rank", "plot": {…}, "total", "low", "high", "front", "values", "scores", "notes", "changes"}],
//	 "stability": [{"criterion", "what": "weight", "point", "at", "first": [low, high], "top": [low, high]}],
//	 "top": 5,                                     that stability's top is of
//	 "all": {"lon": […], "lat": […], "people": […], "name": […], "values": [[…], …]}}   every candidate, where asked for
//
// Values stand by criterion, in the criteria's order: null where unknown, 1e9 where
// nothing is within reach. In stability null is no bound. The other formats have a row a
// result.
type SitingFound struct {
	*siting.Found
	Hierarchy *siting.Hierarchy
	Results   []*siting.Evaluation // of the first plots of Order
	All       bool
}

// outOfReach is what JSON has for a value that is infinite.
const outOfReach = 1e9

func valueJSON(v float64) *float64 {
	if math.IsInf(v, 1) {
		v = outOfReach
	}
	return number(v, 10)
}

type resultJSON struct {
	Rank    int            `json:"rank"`
	Plot    plotJSON       `json:"plot"`
	Total   *float64       `json:"total"`
	Low     *float64       `json:"low"`
	High    *float64       `json:"high"`
	Front   bool           `json:"front"`
	Values  []*float64     `json:"values"`
	Scores  []*float64     `json:"scores"`
	Notes   []layers.Words `json:"notes"`
	Changes []changeJSON   `json:"changes"`
}

type exclusionJSON struct {
	Criterion string `json:"criterion"`
	Plots     int    `json:"plots"`
	Alone     int    `json:"alone"`
	Unchecked int    `json:"unchecked"`
}

type rangeJSON struct {
	Criterion string      `json:"criterion"`
	What      string      `json:"what"`
	Point     int         `json:"point"`
	At        float64     `json:"at"`
	First     [2]*float64 `json:"first"`
	Top       [2]*float64 `json:"top"`
}

type columnsJSON struct {
	Lon    []float64    `json:"lon"`
	Lat    []float64    `json:"lat"`
	People []int        `json:"people"`
	Name   []string     `json:"name"` // of the plot, or of the village near it
	Values [][]*float64 `json:"values"`
}

type sitingFoundJSON struct {
	Year       int               `json:"year"`
	Criteria   SitingCriteria    `json:"criteria"`
	Hierarchy  *siting.Hierarchy `json:"hierarchy,omitempty"`
	Candidates int               `json:"candidates"`
	Passed     int               `json:"passed"`
	Excluded   []exclusionJSON   `json:"excluded"`
	Results    []resultJSON      `json:"results"`
	Stability  []rangeJSON       `json:"stability"`
	Top        int               `json:"top"`
	All        *columnsJSON      `json:"all,omitempty"`
}

func (a SitingFound) json() sitingFoundJSON {
	c := a.Criteria
	out := sitingFoundJSON{
		Year: a.Survey.Network.Year, Criteria: NewSitingCriteria(c), Hierarchy: a.Hierarchy, Candidates: len(a.Plots), Passed: len(a.Order),
		Excluded: []exclusionJSON{}, Results: []resultJSON{}, Stability: []rangeJSON{}, Top: a.Top,
	}
	for _, x := range a.Excluded {
		out.Excluded = append(out.Excluded, exclusionJSON{c.List[x.Criterion].ID, x.Plots, x.Alone, x.Unchecked})
	}
	for i, e := range a.Results {
		r := resultJSON{Rank: i + 1, Plot: newPlot(&e.Plot, true), Total: number(e.Total, 100), Low: number(e.Low, 100), High: number(e.High, 100), Front: a.Front[a.Order[i]], Notes: e.Notes, Changes: newEvaluation(e).Changes}
		for n, v := range e.Values {
			r.Values, r.Scores = append(r.Values, valueJSON(v)), append(r.Scores, number(e.Scores[n], 100))
		}
		out.Results = append(out.Results, r)
	}
	for _, s := range a.Stability {
		out.Stability = append(out.Stability, rangeJSON{
			c.List[s.Criterion].ID, s.What, s.Point, s.At,
			[2]*float64{number(s.First.Low, 1e4), number(s.First.High, 1e4)},
			[2]*float64{number(s.Top.Low, 1e4), number(s.Top.High, 1e4)},
		})
	}
	if a.All {
		out.All = &columnsJSON{}
		for i := range a.Plots {
			p := &a.Plots[i]
			row := make([]*float64, len(c.List))
			for n, v := range a.Values[i] {
				row[n] = valueJSON(v)
			}
			out.All.Lon, out.All.Lat = append(out.All.Lon, math.Round(p.At[0]*1e6)/1e6), append(out.All.Lat, math.Round(p.At[1]*1e6)/1e6)
			out.All.People, out.All.Values = append(out.All.People, p.People), append(out.All.Values, row)
			out.All.Name = append(out.All.Name, cmp.Or(p.Name, p.Near))
		}
	}
	return out
}

// Write writes what was found. The error is w's.
func (a SitingFound) Write(w io.Writer, format string) error {
	if format == "json" {
		return json.NewEncoder(w).Encode(a.json())
	}
	s, err := newSheet(w, format, "sites", sitingColumns(a.Criteria, "front:bool")...)
	if err != nil {
		return err
	}
	for i, e := range a.Results {
		var g orb.Geometry = e.Plot.Shape.Geometry()
		if err := s.row(g, sitingRow(i+1, &e.Plot, e.Score, e.Values, a.Front[a.Order[i]])...); err != nil {
			return err
		}
	}
	return s.out.Close()
}
