package questions

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/served"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Route is the way by passable roads between two places, or why there is none.
type Route struct {
	Metric  string   `json:"metric"`
	Year    int      `json:"year"`
	State   string   `json:"state"`  // reached, off network or unconnected
	Cost    *float64 `json:"cost"`   // what was made least
	Metres  *float64 `json:"metres"` // of the whole way, as are the minutes; null without one
	Minutes *float64 `json:"minutes"`
	// UnhardenedMetres are those on roads that are not hardened.
	UnhardenedMetres *float64    `json:"unhardened_metres"`
	From             *Snap       `json:"from"` // where either end meets the network
	To               *Snap       `json:"to"`
	Steps            []RouteStep `json:"steps"`

	line orb.LineString
}

// RouteStep is a stretch of one road.
type RouteStep struct {
	Road     int64   `json:"road"` // its id
	Number   string  `json:"number,omitempty"`
	Name     string  `json:"name,omitempty"`
	Class    string  `json:"class,omitempty"`
	Grade    string  `json:"grade,omitempty"`
	Surface  string  `json:"surface,omitempty"`
	Status   string  `json:"status,omitempty"`
	Hardened bool    `json:"hardened"`
	Metres   float64 `json:"metres"`
	Minutes  float64 `json:"minutes"`
	// Begin and End are the indexes of its first and last place in the line.
	Begin int `json:"from_index"`
	End   int `json:"to_index"`
}

// RouteAsk asks for the way between two places.
type RouteAsk struct {
	From   string `required:"a place as lon,lat" zh:"起点，lon,lat。" en:"Where the way begins, as lon,lat."`
	To     string `required:"a place as lon,lat" zh:"终点，lon,lat。" en:"Where it ends, as lon,lat."`
	Metric string `one:"road,time" default:"road" zh:"米数最少还是分钟最少。" en:"Make the metres or the minutes least."`
	Years
}

// Faults are ends that are no places.
func (ask RouteAsk) Faults(World) (wrong layers.Faults) {
	if ask.From != "" {
		placeIn("from", ask.From, &wrong)
	}
	if ask.To != "" {
		placeIn("to", ask.To, &wrong)
	}
	return wrong
}

// lineFirst are the formats of a way, which is a line before it is a table.
var lineFirst = []string{question.GeoJSON, question.JSON, question.CSV, question.XLSX}

func route() *Question {
	return question.New(question.Name{
		ID: "route", Reads: onRoads, Path: "/api/route", Command: "route", Example: "from=109.94,33.87&to=110.1,33.7",
		Title: layers.Words{Zh: "路线", En: "Route"},
		Help: layers.Words{
			Zh: "两处之间最好走的路；没有路也是一种答案，会说明为什么。",
			En: "Show the way by road from one place to another. That there is none is an answer too.",
		},
	}, lineFirst, func(ctx context.Context, w World, ask RouteAsk) (Route, error) {
		var told layers.Faults
		from, to := placeIn("from", ask.From, &told), placeIn("to", ask.To, &told)
		n := w.network(ask.Year)
		by, _ := roadMetric(ask.Metric)
		r, err := n.Graph.Route(ctx, from, to, n.Query(by))
		if err != nil {
			return Route{}, err
		}
		return routeAnswer(n, ask.Metric, r), nil
	})
}

func routeAnswer(n *roads.Network, metric string, r network.Route) Route {
	a := Route{
		Metric: metric, Year: n.Year, State: r.State.String(),
		From: snap(n.Table, r.From), To: snap(n.Table, r.To), Steps: []RouteStep{},
	}
	if r.State != network.Reached {
		return a
	}
	a.Cost, a.Metres, a.Minutes, a.UnhardenedMetres = told(r.Cost), told(r.Metres), told(r.Minutes), told(r.UnhardenedM)
	if a.line = r.Line; len(a.line) == 1 { // a line has two places at least
		a.line = orb.LineString{a.line[0], a.line[0]}
	}
	a.Steps = routeSteps(n.Table, r.Steps)
	return a
}

func told(v float64) *float64 {
	v = served.Centi(v)
	return &v
}

// routeSteps joins the edges of one road where they follow each other.
func routeSteps(t *snapshot.Table, edges []network.Step) []RouteStep {
	steps := make([]RouteStep, 0, len(edges))
	for i, e := range edges {
		if i > 0 && edges[i-1].Row == e.Row && edges[i-1].End == e.Begin {
			last := &steps[len(steps)-1]
			last.Metres, last.Minutes, last.End = last.Metres+e.Metres, last.Minutes+e.Minutes, e.End
			continue
		}
		text := func(field string) string { return t.Get(e.Row, field).Text() }
		steps = append(steps, RouteStep{
			Road: t.ID(e.Row), Number: text("number"), Name: text("name"), Class: text("class"), Grade: text("grade"),
			Surface: text("surface"), Status: text("status"), Hardened: e.Hardened,
			Metres: e.Metres, Minutes: e.Minutes, Begin: e.Begin, End: e.End,
		})
	}
	for i := range steps {
		steps[i].Metres, steps[i].Minutes = served.Centi(steps[i].Metres), served.Centi(steps[i].Minutes)
	}
	return steps
}

// WriteGeoJSON writes the answer as one feature.
func (a Route) WriteGeoJSON(w io.Writer) error {
	var g orb.Geometry
	if a.line != nil {
		g = a.line
	}
	return json.NewEncoder(w).Encode(Feature[Route]{"Feature", served.GeometryOf(g), a})
}

// Feature is a GeoJSON feature.
type Feature[P any] struct {
	Type       string          `json:"type"`
	Geometry   served.Geometry `json:"geometry"`
	Properties P               `json:"properties"`
}

// Columns are those of a sheet.
func (a Route) Columns() []question.Column {
	return question.Columns(
		"step:int 序号 | Step", "*road:int 道路编号 | Road", "*number 路线编号 | Number", "*name 名称 | Name", "*class 等级 | Class",
		"*grade 技术等级 | Grade", "*surface 路面 | Surface", "status 状态 | Status", "*hardened:bool 硬化 | Hardened",
		"*metres:float 米 | Metres", "*minutes:float 分钟 | Minutes",
	)
}

// Rows are a step each.
func (a Route) Rows(emit func(place orb.Geometry, values ...any) error) error {
	for i, step := range a.Steps {
		err := emit(nil, i+1, step.Road, nonEmpty(step.Number), nonEmpty(step.Name), nonEmpty(step.Class), nonEmpty(step.Grade),
			nonEmpty(step.Surface), nonEmpty(step.Status), step.Hardened, step.Metres, step.Minutes)
		if err != nil {
			return err
		}
	}
	return nil
}

// Footer tells of the whole way, or why there is none.
func (a Route) Footer() layers.Words {
	from, to := a.From.text(layers.Words{Zh: "起点", En: "From"}), a.To.text(layers.Words{Zh: "终点", En: "To"})
	if a.Metres == nil {
		return layers.Words{
			Zh: fmt.Sprintf("没有路：%s。%s%s", a.State, from.Zh, to.Zh),
			En: fmt.Sprintf("There is no way: %s. %s %s", a.State, from.En, to.En),
		}
	}
	return layers.Words{
		Zh: fmt.Sprintf("共 %.0f 米、%.1f 分钟，其中 %.0f 米未硬化。%s%s", *a.Metres, *a.Minutes, *a.UnhardenedMetres, from.Zh, to.Zh),
		En: fmt.Sprintf(
			"In all %.0f m and %.1f minutes, %.0f m of them not hardened. %s %s", *a.Metres, *a.Minutes, *a.UnhardenedMetres, from.En,
			to.En,
		),
	}
}
