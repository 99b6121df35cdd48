package sites

import (
	"context"
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/served"
	"github.com/cuntu/cuntu/layers/siting"
)

// Criteria are criteria with the units of their values.
type Criteria struct {
	*siting.Criteria
	List []Criterion `json:"criteria"`
}

// Criterion is one of them.
type Criterion struct {
	siting.Criterion
	Unit string `json:"unit"`
}

// CriteriaOf are criteria as they are told.
func CriteriaOf(c *siting.Criteria) Criteria {
	out := Criteria{Criteria: c}
	for _, of := range c.List {
		out.List = append(out.List, Criterion{of, of.Measure.Unit()})
	}
	return out
}

// Plot is a piece of land.
type Plot struct {
	Name   string           `json:"name,omitempty"`
	Near   string           `json:"near,omitempty"`
	Layer  string           `json:"layer,omitempty"`
	ID     int64            `json:"id,omitempty"`
	Lon    float64          `json:"lon"`
	Lat    float64          `json:"lat"`
	AreaM2 float64          `json:"area_m2"`
	People int              `json:"people"`
	Drawn  bool             `json:"drawn"` // the square that its people need around a place
	Shape  *served.Geometry `json:"geometry,omitempty"`
}

func plotOf(p *siting.Plot) Plot {
	shape := served.GeometryOf(p.Shape.Geometry())
	return Plot{
		Name:   p.Name,
		Near:   p.Near,
		Layer:  p.Layer,
		ID:     p.ID,
		Lon:    served.Degrees(p.At[0]),
		Lat:    served.Degrees(p.At[1]),
		AreaM2: math.Round(p.AreaM2),
		People: p.People,
		Drawn:  p.Drawn,
		Shape:  &shape,
	}
}

// Reading is what was found by one criterion.
type Reading struct {
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

func readingOf(e *siting.Evaluation, n int) Reading {
	of, v := &e.Criteria.List[n], e.Values[n]
	known := !math.IsNaN(v)
	return Reading{
		Criterion: of.ID,
		Title:     of.Title,
		Group:     of.Group,
		Value:     served.OrNull(served.Centi(v)),
		Unit:      of.Measure.Unit(),
		Known:     known,
		Score:     served.OrNull(served.Centi(e.Scores[n])),
		Weight:    of.Weight,
		Min:       of.Min,
		Max:       of.Max,
		Fails:     known && of.Fails(v),
		Note:      e.Notes[n],
		Evidence:  e.Evidence[n],
		Source:    of.Source,
	}
}

// Change is what a plot lacks to a better score, or to passing at all.
type Change struct {
	Criterion string       `json:"criterion"`
	Value     *float64     `json:"value"`
	Threshold float64      `json:"threshold"`
	Gain      float64      `json:"gain"`
	Hard      bool         `json:"hard"`
	Text      layers.Words `json:"text"`
}

func changesOf(e *siting.Evaluation) []Change {
	changes := []Change{}
	for _, i := range e.Changes {
		changes = append(changes, Change{
			Criterion: e.Criteria.List[i.Criterion].ID,
			Value:     served.OrNull(served.Centi(i.Value)),
			Threshold: i.Threshold,
			Gain:      served.Centi(i.Gain),
			Hard:      i.Hard,
			Text:      i.Text,
		})
	}
	return changes
}

// Evaluation is all there is to say of one plot.
type Evaluation struct {
	Plot      Plot      `json:"plot"`
	Year      int       `json:"year"`
	Passes    bool      `json:"passes"`
	Total     *float64  `json:"total"`
	Low       *float64  `json:"low"`
	High      *float64  `json:"high"`
	Failed    []string  `json:"failed"`
	Unchecked []string  `json:"unchecked"`
	Readings  []Reading `json:"readings"`
	Changes   []Change  `json:"changes"`

	of *siting.Evaluation
}

func evaluationOf(e *siting.Evaluation) Evaluation {
	out := Evaluation{
		Plot:      plotOf(&e.Plot),
		Year:      e.Year,
		Passes:    len(e.Failed) == 0,
		Total:     served.OrNull(served.Centi(e.Total)),
		Low:       served.OrNull(served.Centi(e.Low)),
		High:      served.OrNull(served.Centi(e.High)),
		Failed:    idsOf(e.Criteria, e.Failed),
		Unchecked: idsOf(e.Criteria, e.Unchecked),
		Changes:   changesOf(e),
		of:        e,
	}
	for n := range e.Values {
		out.Readings = append(out.Readings, readingOf(e, n))
	}
	return out
}

func idsOf(c *siting.Criteria, numbers []int) []string {
	ids := []string{}
	for _, n := range numbers {
		ids = append(ids, c.List[n].ID)
	}
	return ids
}

// Evaluations are plots evaluated by the same criteria. JSON has all that there is to say of each; a sheet has a row a plot,
// with a column for the value and one for the score of each criterion.
type Evaluations struct {
	List []Evaluation `json:"evaluations"`
}

// Evaluate evaluates plots.
func Evaluate(ctx context.Context, survey *siting.Survey, plots []siting.Plot, c *siting.Criteria) (Evaluations, error) {
	var all Evaluations
	for _, p := range plots {
		e, err := survey.Evaluate(ctx, p, c)
		if err != nil {
			return all, err
		}
		all.List = append(all.List, evaluationOf(e))
	}
	return all, nil
}

// FileName is that of a sheet.
func (Evaluations) FileName() string { return "evaluation" }

// Columns are those of a sheet; there is one plot at least.
func (a Evaluations) Columns() []question.Column {
	return columns(a.List[0].of.Criteria, "failed 不合格的标准 | Fails")
}

// Rows are a plot each.
func (a Evaluations) Rows(emit func(place orb.Geometry, values ...any) error) error {
	for i, e := range a.List {
		if err := emit(e.of.Plot.Shape.Geometry(), cells(i+1, e.of, strings.Join(e.Failed, ","))...); err != nil {
			return err
		}
	}
	return nil
}

// WriteTable writes them one below the other.
func (a Evaluations) WriteTable(w io.Writer, say func(layers.Words) string) error {
	for _, e := range a.List {
		if err := e.WriteTable(w, say); err != nil {
			return err
		}
	}
	return nil
}

// FileName is that of a sheet.
func (Evaluation) FileName() string { return "evaluation" }

// Columns are those of a sheet.
func (e Evaluation) Columns() []question.Column { return Evaluations{[]Evaluation{e}}.Columns() }

// Rows are one.
func (e Evaluation) Rows(emit func(place orb.Geometry, values ...any) error) error {
	return Evaluations{[]Evaluation{e}}.Rows(emit)
}

// WriteTable writes a line a criterion, and what would change the answer.
func (e Evaluation) WriteTable(w io.Writer, say func(layers.Words) string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	name := e.Plot.Name
	if name == "" {
		name = fmt.Sprintf("%.6f, %.6f", e.Plot.Lon, e.Plot.Lat)
	}
	fmt.Fprintf(t, say(layers.Words{
		Zh: "%s：%.1f 分，满分 100（%.1f 到 %.1f），%.0f 平方米，%d 人，%d 年\n",
		En: "%s: %.1f of 100 (%.1f to %.1f), %.0f m² for %d people, as of %d\n",
	}), name, e.of.Total, e.of.Low, e.of.High, e.of.Plot.AreaM2, e.Plot.People, e.Year)
	fmt.Fprintln(t, say(layers.Words{Zh: "标准\t得分\t权重\t查到的", En: "CRITERION\tSCORE\tWEIGHT\tFOUND"}))
	for n, r := range e.Readings {
		score, mark := "?", ""
		if s := e.of.Scores[n]; !math.IsNaN(s) {
			score = fmt.Sprintf("%.0f", s)
			if r.Fails {
				mark = "✗ "
			}
		}
		fmt.Fprintf(t, "%s\t%s\t%g\t%s%s\n", r.Criterion, score, math.Round(r.Weight*10)/10, mark, say(r.Note))
	}
	for _, change := range e.Changes {
		fmt.Fprintf(t, "%+.1f\t\t\t%s\n", change.Gain, say(change.Text))
	}
	return t.Flush()
}

// columns are those of plots by criteria; last is what stands before the criteria.
func columns(c *siting.Criteria, last string) []question.Column {
	all := question.Columns("*rank:int 名次 | Rank", "*name 名称 | Name", "*lon:float 经度 | Longitude", "*lat:float 纬度 | Latitude",
		"area_m2:float 面积（平方米） | Area in m²", "people:int 人数 | People", "*total:float 总分 | Total", "low:float 最低 | At least",
		"high:float 最高 | At most", "passes:bool 合格 | Passes", last)
	for _, of := range c.List {
		all = append(all,
			question.Column{ID: of.ID, Type: layers.TypeFloat, Title: of.Title},
			question.Column{ID: of.ID + "_score", Type: layers.TypeFloat, Title: layers.Words{Zh: of.Title.Zh + "得分", En: of.Title.En + ": score"}})
	}
	return all
}

func cells(rank int, e *siting.Evaluation, last any) []any {
	p := &e.Plot
	row := []any{
		rank, p.Name, served.Degrees(p.At[0]), served.Degrees(p.At[1]), math.Round(p.AreaM2), p.People,
		served.OrNull(served.Centi(e.Total)), served.OrNull(served.Centi(e.Low)), served.OrNull(served.Centi(e.High)), len(e.Failed) == 0, last,
	}
	for n, v := range e.Values {
		row = append(row, served.OrNull(served.Centi(v)), served.OrNull(served.Centi(e.Scores[n])))
	}
	return row
}
