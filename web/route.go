package web

import (
	"context"
	"encoding/json"
	"io"
	"net/http"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// RouteAnswer is the way by passable roads between two places, or why there is none.
type RouteAnswer struct {
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

// FindRoute asks the network for the best way by the metric, road or time.
func FindRoute(ctx context.Context, n *roads.Network, from, to orb.Point, metric string) (RouteAnswer, error) {
	by, _ := RoadMetric(metric)
	r, err := n.Graph.Route(ctx, from, to, n.Query(by))
	if err != nil {
		return RouteAnswer{}, err
	}
	return routeAnswer(n, metric, r), nil
}

func routeAnswer(n *roads.Network, metric string, r network.Route) RouteAnswer {
	a := RouteAnswer{
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
	v = centi(v)
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
		steps[i].Metres, steps[i].Minutes = centi(steps[i].Metres), centi(steps[i].Minutes)
	}
	return steps
}

// Write writes the answer as one GeoJSON feature, as its properties alone, or as CSV or
// XLSX with a row a step.
func (a RouteAnswer) Write(w io.Writer, format string) error {
	switch format {
	case "json":
		return json.NewEncoder(w).Encode(a)
	case "csv", "xlsx":
		return a.writeSheet(w, format)
	}
	var g orb.Geometry
	if a.line != nil {
		g = a.line
	}
	return writeFeature(w, g, a)
}

func (a RouteAnswer) writeSheet(w io.Writer, format string) error {
	s, err := newSheet(w, format, "route", "step:int", "road:int", "number", "name", "class", "grade", "surface", "status", "hardened:bool", "metres:float", "minutes:float")
	if err != nil {
		return err
	}
	for i, step := range a.Steps {
		if err := s.row(nil, i+1, step.Road, nonEmpty(step.Number), nonEmpty(step.Name), nonEmpty(step.Class), nonEmpty(step.Grade),
			nonEmpty(step.Surface), nonEmpty(step.Status), step.Hardened, step.Metres, step.Minutes); err != nil {
			return err
		}
	}
	return s.out.Close()
}

// writeFeature writes a GeoJSON Feature of a geometry, which may be nil.
func writeFeature(w io.Writer, g orb.Geometry, properties any) error {
	geometry, err := geometryJSON(g)
	if err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(struct {
		Type       string          `json:"type"`
		Geometry   json.RawMessage `json:"geometry"`
		Properties any             `json:"properties"`
	}{"Feature", geometry, properties})
}

// route answers GET /api/route: the best way between two places. That there is none is
// an answer too, with the state and both components.
func (s *server) route(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	q := newQuery(r)
	from, to := q.place("from"), q.place("to")
	metric, format := q.choice("metric", "road", "time"), q.choice("f", "geojson", "json", "csv", "xlsx")
	build := s.network(q, snap)
	if err := q.done(); err != nil {
		return err
	}
	n := build()
	answer, err := FindRoute(r.Context(), n, from, to, metric)
	if err != nil {
		return err
	}
	return send(w, answer, format, "route")
}
