package sites

import (
	"cmp"
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

// Found is what a search found. Values stand by criterion, in the criteria's order: null where unknown, 1e9 where nothing is
// within reach. A sheet has a row a result.
type Found struct {
	Year       int               `json:"year"`
	Criteria   Criteria          `json:"criteria"` // as they were used, weights included
	Hierarchy  *siting.Hierarchy `json:"hierarchy,omitempty"`
	Candidates int               `json:"candidates"`
	Passed     int               `json:"passed"`
	Excluded   []Exclusion       `json:"excluded"`
	Results    []Result          `json:"results"`
	Stability  []Range           `json:"stability"`
	Top        int               `json:"top"`           // of how many first ones the stability is told
	All        *Everything       `json:"all,omitempty"` // every candidate, where asked for

	of      *siting.Found
	results []*siting.Evaluation
}

// Exclusion is how many plots a hard constraint takes out.
type Exclusion struct {
	Criterion string `json:"criterion"`
	Plots     int    `json:"plots"`
	Alone     int    `json:"alone"` // that no other one takes out
	Unchecked int    `json:"unchecked"`
}

// Result is a plot with its rank.
type Result struct {
	Rank    int            `json:"rank"`
	Plot    Plot           `json:"plot"`
	Total   *float64       `json:"total"`
	Low     *float64       `json:"low"`
	High    *float64       `json:"high"`
	Front   bool           `json:"front"` // no other one is as good in everything and better in something
	Values  []*float64     `json:"values"`
	Scores  []*float64     `json:"scores"`
	Notes   []layers.Words `json:"notes"`
	Changes []Change       `json:"changes"`
}

// Range is how far a weight, a point of a curve or a limit may move before the answer does; null is no bound.
type Range struct {
	Criterion string      `json:"criterion"`
	What      string      `json:"what"`
	Point     int         `json:"point"`
	At        float64     `json:"at"`
	First     [2]*float64 `json:"first"`
	Top       [2]*float64 `json:"top"`
}

// Everything is the values of every candidate, a list a column.
type Everything struct {
	Lon    []float64    `json:"lon"`
	Lat    []float64    `json:"lat"`
	People []int        `json:"people"`
	Name   []string     `json:"name"` // of the plot, or of the village near it
	Values [][]*float64 `json:"values"`
}

// Search ranks plots; tell may be nil.
func Search(ctx context.Context, survey *siting.Survey, plots []siting.Plot, ask Ask, tell func(question.Step)) (Found, error) {
	done := int64(0)
	found, err := survey.Search(ctx, plots, ask.Criteria, ask.Top, func(more int) {
		if done += int64(more); tell != nil {
			tell(question.Step{Done: done, Total: int64(len(plots))})
		}
	})
	if err != nil {
		return Found{}, err
	}
	out := newFound(found, ask)
	for _, i := range found.Order[:min(ask.Results, len(found.Order))] {
		e, err := found.Survey.Evaluate(ctx, found.Plots[i], found.Criteria)
		if err != nil {
			return Found{}, err
		}
		out.add(e, found.Front[i])
	}
	return out, nil
}

// Long tells whether so many plots are more than a caller over HTTP should wait for.
func Long(plots []siting.Plot) bool { return len(plots) > mostAtOnce }

func newFound(found *siting.Found, ask Ask) Found {
	c := found.Criteria
	out := Found{
		Year:       found.Survey.Network.Year,
		Criteria:   CriteriaOf(c),
		Hierarchy:  ask.Hierarchy,
		Candidates: len(found.Plots),
		Passed:     len(found.Order),
		Excluded:   []Exclusion{},
		Results:    []Result{},
		Stability:  []Range{},
		Top:        found.Top,
		of:         found,
	}
	for _, x := range found.Excluded {
		out.Excluded = append(out.Excluded, Exclusion{c.List[x.Criterion].ID, x.Plots, x.Alone, x.Unchecked})
	}
	for _, s := range found.Stability {
		out.Stability = append(out.Stability, Range{c.List[s.Criterion].ID, s.What, s.Point, s.At, bounds(s.First), bounds(s.Top)})
	}
	if ask.All {
		out.All = everything(found)
	}
	return out
}

func bounds(i siting.Interval) [2]*float64 {
	return [2]*float64{rounded(i.Low, 1e4), rounded(i.High, 1e4)}
}

// rounded is null for what is not a number.
func rounded(v, digits float64) *float64 { return served.OrNull(math.Round(v*digits) / digits) }

// outOfReach is what stands for a value that is infinite.
const outOfReach = 1e9

func valueOf(v float64) *float64 {
	if math.IsInf(v, 1) {
		v = outOfReach
	}
	return rounded(v, 10)
}

func (a *Found) add(e *siting.Evaluation, front bool) {
	r := Result{
		Rank:    len(a.Results) + 1,
		Plot:    plotOf(&e.Plot),
		Total:   served.OrNull(served.Centi(e.Total)),
		Low:     served.OrNull(served.Centi(e.Low)),
		High:    served.OrNull(served.Centi(e.High)),
		Front:   front,
		Notes:   e.Notes,
		Changes: changesOf(e),
	}
	for n, v := range e.Values {
		r.Values = append(r.Values, valueOf(v))
		r.Scores = append(r.Scores, served.OrNull(served.Centi(e.Scores[n])))
	}
	a.Results, a.results = append(a.Results, r), append(a.results, e)
}

func everything(found *siting.Found) *Everything {
	all := &Everything{}
	for i := range found.Plots {
		p := &found.Plots[i]
		row := make([]*float64, len(found.Values[i]))
		for n, v := range found.Values[i] {
			row[n] = valueOf(v)
		}
		all.Lon = append(all.Lon, math.Round(p.At[0]*1e6)/1e6)
		all.Lat = append(all.Lat, math.Round(p.At[1]*1e6)/1e6)
		all.People = append(all.People, p.People)
		all.Name = append(all.Name, cmp.Or(p.Name, p.Near))
		all.Values = append(all.Values, row)
	}
	return all
}

// FileName is that of a sheet.
func (Found) FileName() string { return "sites" }

// Columns are those of a sheet.
func (a Found) Columns() []question.Column {
	return columns(a.of.Criteria, "front:bool 前沿 | Front")
}

// Rows are a result each.
func (a Found) Rows(emit func(place orb.Geometry, values ...any) error) error {
	for i, e := range a.results {
		if err := emit(e.Plot.Shape.Geometry(), cells(i+1, e, a.Results[i].Front)...); err != nil {
			return err
		}
	}
	return nil
}

// WriteTable writes what constraints take out, the results, and how stable they are.
func (a Found) WriteTable(w io.Writer, say func(layers.Words) string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, say(layers.Words{Zh: "%d 处，%d 处合格\n", En: "%d places, %d pass\n"}), a.Candidates, a.Passed)
	for _, x := range a.Excluded {
		fmt.Fprintf(t, say(layers.Words{
			Zh: "%s：排除 %d 处，其中 %d 处只因这一条，%d 处查不到\n",
			En: "%s: %d out, %d by it alone, %d unchecked\n",
		}), x.Criterion, x.Plots, x.Alone, x.Unchecked)
	}
	a.writeHierarchy(t, say)
	fmt.Fprintln(t, say(layers.Words{Zh: "名次\t经度\t纬度\t名称\t总分\t前沿\t失分最多的", En: "RANK\tLON\tLAT\tNAME\tTOTAL\tFRONT\tLOWEST SCORES"}))
	for i, r := range a.Results {
		front := ""
		if r.Front {
			front = "*"
		}
		var why []string
		for _, change := range r.Changes[:min(3, len(r.Changes))] {
			why = append(why, say(change.Text))
		}
		name, list := cmp.Or(r.Plot.Name, r.Plot.Near), strings.Join(why, say(layers.Words{Zh: "；", En: "; "}))
		fmt.Fprintf(t, "%d\t%.5f\t%.5f\t%s\t%.1f\t%s\t%s\n", r.Rank, r.Plot.Lon, r.Plot.Lat, name, a.results[i].Total, front, list)
	}
	a.writeStability(t, say)
	return t.Flush()
}

func (a Found) writeHierarchy(w io.Writer, say func(layers.Words) string) {
	h := a.Hierarchy
	if h == nil {
		return
	}
	fmt.Fprintf(w, say(layers.Words{Zh: "一致性比率 %.3f", En: "consistency ratio %.3f"}), h.Ratio)
	if !h.Consistent {
		fmt.Fprintf(w, say(layers.Words{
			Zh: "，大于 %v：%s 与 %s 之比给的是 %.2f，照其余判断应为 %.2f",
			En: ", more than %v: %s to %s is given as %.2f, the others make it %.2f",
		}), siting.MostConsistent, h.Worst.A, h.Worst.B, h.Worst.Given, h.Worst.Suggested)
	}
	fmt.Fprintln(w)
}

func (a Found) writeStability(w io.Writer, say func(layers.Words) string) {
	c := a.of.Criteria
	fmt.Fprintf(w, say(layers.Words{Zh: "\n项目\t现值\t第一不变\t前 %d 不变\n", En: "\nWHAT\tNOW\tFIRST STAYS\tFIRST %d STAY\n"}), min(a.Top, a.Passed))
	to := say(layers.Words{Zh: " 到 ", En: " to "})
	for _, s := range a.of.Stability {
		if s.What != "curve" || narrows(s, c.List[s.Criterion].Curve) {
			fmt.Fprintf(w, "%s %s\t%g\t%s\t%s\n", c.List[s.Criterion].ID, s.What, math.Round(s.At*10)/10, interval(s.First, to), interval(s.Top, to))
		}
	}
}

// narrows tells whether a point of a curve may not move all the way to its neighbours
// without another first place.
func narrows(s siting.Range, curve siting.Curve) bool {
	low, high := math.Inf(-1), math.Inf(1)
	if s.Point > 0 {
		low = curve[s.Point-1][0]
	}
	if s.Point+1 < len(curve) {
		high = curve[s.Point+1][0]
	}
	return s.First.Low > low || s.First.High < high
}

func interval(i siting.Interval, to string) string {
	end := func(f float64) string {
		if math.IsInf(f, 0) {
			return "…"
		}
		return fmt.Sprintf("%.1f", f)
	}
	return end(i.Low) + to + end(i.High)
}
