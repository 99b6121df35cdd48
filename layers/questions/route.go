package questions

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

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

// roadMetric is the measure of a way by road that has the name, road or time.
func roadMetric(name string) (by network.Metric, ok bool) {
	switch name {
	case "road":
		return network.ByMetres, true
	case "time":
		return network.ByMinutes, true
	}
	return 0, false
}

// network is the road network as of the year.
func (w World) network(year int) *roads.Network { return w.Roads.Get(w.Snap, w.year(year)) }

// Snap is where a place meets the network.
type Snap struct {
	Lon        float64 `json:"lon"`
	Lat        float64 `json:"lat"`
	WalkMetres float64 `json:"walk_metres"`
	Road       int64   `json:"road"` // its id
	Component  int32   `json:"component"`
}

// text tells of the end with the name.
func (s *Snap) text(end layers.Words) layers.Words {
	if s == nil {
		return layers.Words{Zh: end.Zh + "一百公里内没有路。", En: end.En + " there is no road within 100 km."}
	}
	return layers.Words{
		Zh: fmt.Sprintf("%s离道路 %d（连通片 %d）%.0f 米。", end.Zh, s.Road, s.Component, s.WalkMetres),
		En: fmt.Sprintf("%s there it is %.0f m to road %d, of component %d.", end.En, s.WalkMetres, s.Road, s.Component),
	}
}

// snap is nil where no road is within a hundred kilometres.
func snap(roadTable *snapshot.Table, s network.Snap) *Snap {
	if s.Edge < 0 || roadTable == nil {
		return nil
	}
	return &Snap{served.Degrees(s.Place[0]), served.Degrees(s.Place[1]), served.Centi(s.WalkM), roadTable.ID(s.Row), s.Component()}
}

func appendCenti(b []byte, v float64) []byte {
	return strconv.AppendFloat(b, served.Centi(v), 'f', -1, 64)
}

func appendSnap(b []byte, roadTable *snapshot.Table, s network.Snap) []byte {
	at := snap(roadTable, s)
	if at == nil {
		return append(b, "null"...)
	}
	b = appendPlace(append(b, '{'), orb.Point{at.Lon, at.Lat})
	b = appendCenti(append(b, `,"walk_metres":`...), at.WalkMetres)
	b = strconv.AppendInt(append(b, `,"road":`...), at.Road, 10)
	b = strconv.AppendInt(append(b, `,"component":`...), int64(at.Component), 10)
	return append(b, '}')
}

// OnePlace is the place that a question is about.
type OnePlace struct {
	Lon float64 `min:"-180" max:"180" required:"a number from -180 to 180" zh:"经度，WGS 84 度。" en:"Longitude in degrees of WGS 84."`
	Lat float64 `min:"-90" max:"90" required:"a number from -90 to 90" zh:"纬度，WGS 84 度。" en:"Latitude in degrees of WGS 84."`
}

func (p OnePlace) point() orb.Point { return orb.Point{p.Lon, p.Lat} }

// placeIn is a parameter "lon,lat".
func placeIn(part, text string, wrong *layers.Faults) orb.Point {
	p, ok := parsePlace(text)
	if !ok {
		wrong.Add(part, "%q must be lon,lat with lon from -180 to 180 and lat from -90 to 90, as in 109.94,33.87", text)
	}
	return p
}

// parsePlace reads "lon,lat" in degrees.
func parsePlace(text string) (p orb.Point, ok bool) {
	lon, lat, ok := strings.Cut(text, ",")
	x, errX := strconv.ParseFloat(strings.TrimSpace(lon), 64)
	y, errY := strconv.ParseFloat(strings.TrimSpace(lat), 64)
	ok = ok && errX == nil && errY == nil && math.Abs(x) <= 180 && math.Abs(y) <= 90
	return orb.Point{x, y}, ok
}
