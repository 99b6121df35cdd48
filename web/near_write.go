package web

import (
	"bufio"
	"context"
	"io"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// NearAnswer is what is near each of some points.
type NearAnswer struct {
	Points []orb.Point
	Hits   [][]snapshot.Near // parallel to Points
	Many   bool              // a list by point, even of one
	Ways   *NearWays         // nil where distances are straight
}

// NearWays are the ways by road to what is near.
type NearWays struct {
	Network *roads.Network
	Metric  network.Metric
	Answers [][]network.Answer // parallel to Hits; a hit that is not reached is no feature
}

// NewNearWays is room for the ways of so many points.
func NewNearWays(n *roads.Network, by network.Metric, points int) *NearWays {
	return &NearWays{n, by, make([][]network.Answer, points)}
}

// NearByRoad adds to the answer what is near its points by road in one more table.
func (a *NearAnswer) NearByRoad(ctx context.Context, t *snapshot.Table, k int, most float64) error {
	found, err := a.Ways.Network.Near(ctx, t, a.Points, k, most, a.Ways.Metric)
	if err != nil {
		return err
	}
	for i, near := range found {
		a.Hits[i] = append(a.Hits[i], near.Features...)
		a.Ways.Answers[i] = append(a.Ways.Answers[i], near.Ways...)
	}
	return nil
}

// Write writes the answer: JSON with distances in metres, to the centimetre; GeoJSON, CSV
// and XLSX with a row for each feature, at its nearest place. Answers by road add the way: its state, its
// cost, its road_metres or minutes, walks included, and where each end meets the
// network. A layer of which nothing is reached has one entry without a feature,
// which says why. The error is w's.
func (a NearAnswer) Write(w io.Writer, format string) error {
	if format != "json" {
		return a.writeSheet(w, format)
	}
	buffered := bufio.NewWriterSize(w, 64<<10)
	if err := a.writeJSON(buffered); err != nil {
		return err
	}
	return buffered.Flush()
}

func (a NearAnswer) writeJSON(w *bufio.Writer) error {
	var called calling
	if !a.Many {
		_, err := w.Write(append(a.appendList(append(w.AvailableBuffer(), `{"results":`...), 0, &called), "}\n"...))
		return err
	}
	_, err := w.WriteString(`{"points":[`)
	for i, p := range a.Points {
		if err != nil {
			return err
		}
		b := appendPlace(append(appendComma(w.AvailableBuffer(), i == 0), '{'), p)
		_, err = w.Write(append(a.appendList(append(b, `,"results":`...), i, &called), '}'))
	}
	if err == nil {
		_, err = w.WriteString("]}\n")
	}
	return err
}

func (a NearAnswer) writeSheet(w io.Writer, format string) error {
	columns := []string{"point:int", "point_lon:float", "point_lat:float", "layer", "id:int", "code", "name", "metres:float", "lon:float", "lat:float"}
	if a.Ways != nil {
		columns = append(columns, a.Ways.Measure()+":float", "cost:float", "state")
		for _, end := range [...]string{"from", "to"} {
			columns = append(columns, end+"_lon:float", end+"_lat:float", end+"_walk_metres:float", end+"_road:int", end+"_component:int")
		}
	}
	s, err := newSheet(w, format, "near", columns...)
	if err != nil {
		return err
	}
	for i, p := range a.Points {
		for j, n := range a.Hits[i] {
			var place orb.Geometry
			row := []any{i, roundDegrees(p[0]), roundDegrees(p[1]), n.Table.Layer.ID, nil, nil, nil, nil, nil, nil}
			if a.reached(i, j) {
				place = n.Place
				row = append(row[:4], n.Table.ID(n.Row), n.Table.Get(n.Row, "code").Any(), n.Table.Get(n.Row, "name").Any(),
					round2(n.Metres), roundDegrees(n.Place[0]), roundDegrees(n.Place[1]))
			}
			if a.Ways != nil {
				row = a.Ways.cells(row, a.Ways.Answers[i][j])
			}
			if err := s.row(place, row...); err != nil {
				return err
			}
		}
	}
	return s.out.Close()
}

func appendComma(b []byte, first bool) []byte {
	if first {
		return b
	}
	return append(b, ',')
}

// reached tells whether the hit is a feature.
func (a NearAnswer) reached(i, j int) bool {
	return a.Ways == nil || a.Ways.Answers[i][j].State == network.Reached
}

func (a NearAnswer) appendList(b []byte, i int, called *calling) []byte {
	b = append(b, '[')
	for j, n := range a.Hits[i] {
		b = a.appendHit(append(appendComma(b, j == 0), '{'), i, j, called)
		if a.reached(i, j) {
			b = appendPlace(append(b, ','), n.Place)
		}
		b = append(b, '}')
	}
	return append(b, ']')
}

func (a NearAnswer) appendHit(b []byte, i, j int, called *calling) []byte {
	n := a.Hits[i][j]
	if a.reached(i, j) {
		b = appendNear(b, n, called)
	} else {
		b = appendJSONText(append(b, `"layer":`...), n.Table.Layer.ID)
	}
	if a.Ways != nil {
		b = a.Ways.appendWay(append(b, ','), a.Ways.Answers[i][j])
	}
	return b
}

// callingFields are those by which a feature is called.
var callingFields = [...]string{"code", "name"}

// calling remembers where a table has them.
type calling struct {
	table *snapshot.Table
	at    [len(callingFields)]int
}

func (c *calling) fields(t *snapshot.Table) *[len(callingFields)]int {
	if c.table != t {
		c.table = t
		for k, id := range callingFields {
			c.at[k] = t.Layer.Field(id)
		}
	}
	return &c.at
}

func appendNear(b []byte, n snapshot.Near, called *calling) []byte {
	b = append(b, `"layer":`...)
	b = appendJSONText(b, n.Table.Layer.ID)
	b = append(b, `,"id":`...)
	b = strconv.AppendInt(b, n.Table.ID(n.Row), 10)
	for k, field := range called.fields(n.Table) {
		if field < 0 {
			continue
		}
		if v := n.Table.Value(n.Row, field); !v.IsNull() {
			b = append(append(append(b, `,"`...), callingFields[k]...), `":`...)
			b = appendJSONText(b, v.Text())
		}
	}
	b = append(b, `,"metres":`...)
	return appendRounded(b, n.Metres, 100)
}

func appendPlace(b []byte, p orb.Point) []byte {
	b = appendDegrees(append(b, `"lon":`...), p[0])
	return appendDegrees(append(b, `,"lat":`...), p[1])
}

// Measure is the name of what Measured gives.
func (n *NearWays) Measure() string {
	if n.Metric == network.ByMinutes {
		return "minutes"
	}
	return "road_metres"
}

// Measured is a way's own metres or minutes, walks included.
func (n *NearWays) Measured(a network.Answer) float64 {
	if n.Metric == network.ByMinutes {
		return a.Cost
	}
	return roadMetres(a)
}

func (n *NearWays) appendWay(b []byte, a network.Answer) []byte {
	b = appendJSONText(append(b, `"state":`...), a.State.String())
	if a.State == network.Reached {
		b = append(appendJSONText(append(b, ','), n.Measure()), ':')
		b = appendCenti(b, n.Measured(a))
		b = appendCenti(append(b, `,"cost":`...), a.Cost)
		b = appendSnap(append(b, `,"to":`...), n.Network.Table, a.To)
	}
	return appendSnap(append(b, `,"from":`...), n.Network.Table, a.From)
}

// cells appends the way's columns.
func (n *NearWays) cells(row []any, a network.Answer) []any {
	if a.State == network.Reached {
		row = append(row, centi(n.Measured(a)), centi(a.Cost), a.State.String())
	} else {
		row = append(row, nil, nil, a.State.String())
	}
	for _, end := range [...]network.Snap{a.From, a.To} {
		if at := snap(n.Network.Table, end); at != nil {
			row = append(row, at.Lon, at.Lat, at.WalkMetres, at.Road, int64(at.Component))
		} else {
			row = append(row, nil, nil, nil, nil, nil)
		}
	}
	return row
}
