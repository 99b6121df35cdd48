package questions

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/served"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Near is what is near each of some points.
type Near struct {
	Points []orb.Point
	Hits   [][]snapshot.Near // parallel to Points
	Many   bool              // a list by point, even of one
	Ways   *Ways             // nil where distances are straight
}

// NearOne and NearMany are what is near one place, and near each of many.
type (
	NearOne  struct{ Near }
	NearMany struct{ Near }
)

// Shape is what the JSON of one place looks like.
func (NearOne) Shape() any { return NearResults{} }

// Shape is what the JSON of many places looks like.
func (NearMany) Shape() any { return NearPoints{} }

// NearPoints are the places with what is near each.
type NearPoints struct {
	Points []NearPoint `json:"points"`
}

// NearPoint is a place with what is near it.
type NearPoint struct {
	Lon     float64   `json:"lon"`
	Lat     float64   `json:"lat"`
	Results []NearHit `json:"results"`
}

// NearResults are the features near a place, the nearest of each layer first.
type NearResults struct {
	Results []NearHit `json:"results"`
}

// NearHit is a feature with its distance. By road State says whether it is reached; of a layer of which nothing is, there
// is one without a feature.
type NearHit struct {
	Layer      string   `json:"layer"`
	ID         *int64   `json:"id,omitempty"`
	Code       string   `json:"code,omitempty"`
	Name       string   `json:"name,omitempty"`
	Metres     *float64 `json:"metres,omitempty"` // straight
	State      string   `json:"state,omitempty"`
	RoadMetres *float64 `json:"road_metres,omitempty"`
	Minutes    *float64 `json:"minutes,omitempty"`
	Cost       *float64 `json:"cost,omitempty"`
	To         *Snap    `json:"to,omitempty"`
	From       *Snap    `json:"from,omitempty"` // null where no road is near
	Lon        *float64 `json:"lon,omitempty"`  // of its nearest point
	Lat        *float64 `json:"lat,omitempty"`
}

// Ways are the ways by road to what is near.
type Ways struct {
	Network *roads.Network
	Metric  network.Metric
	Answers [][]network.Answer // parallel to Hits; a hit that is not reached is no feature
}

// newWays is room for the ways of so many points.
func newWays(n *roads.Network, by network.Metric, points int) *Ways {
	return &Ways{n, by, make([][]network.Answer, points)}
}

// nearByRoad adds to the answer what is near its points by road in one more table.
func (a *Near) nearByRoad(ctx context.Context, t *snapshot.Table, k int, most float64) error {
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

// WriteJSON writes distances in metres, to the centimetre. Answers by road add the way: its state, its cost, its
// road_metres or minutes, walks included, and where each end meets the network. A layer of which nothing is reached has
// one entry without a feature, which says why. The error is w's.
func (a Near) WriteJSON(w io.Writer) error {
	buffered := bufio.NewWriterSize(w, 64<<10)
	if err := a.writeJSON(buffered); err != nil {
		return err
	}
	return buffered.Flush()
}

func (a Near) writeJSON(w *bufio.Writer) error {
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
		b := appendPlace(append(served.AppendComma(w.AvailableBuffer(), i == 0), '{'), p)
		_, err = w.Write(append(a.appendList(append(b, `,"results":`...), i, &called), '}'))
	}
	if err == nil {
		_, err = w.WriteString("]}\n")
	}
	return err
}

// Columns are those of a sheet; by road there are more.
func (a Near) Columns() []question.Column {
	columns := question.Columns(
		"*point:int 点 | Point", "point_lon:float 点的经度 | Longitude of the point", "point_lat:float 点的纬度 | Latitude of the point",
		"*layer 图层 | Layer", "*id:int 编号 | Id", "code 代码 | Code", "*name 名称 | Name", "*metres:float 米 | Metres", "*lon:float 经度 | Lon",
		"*lat:float 纬度 | Lat",
	)
	if a.Ways == nil {
		return columns
	}
	measure := map[string]string{
		"minutes": "*minutes:float 分钟 | Minutes", "road_metres": "*road_metres:float 沿路米 | Road metres",
	}[a.Ways.measure()]
	columns = append(columns, question.Columns(measure, "cost:float 代价 | Cost", "*state 状态 | State")...)
	for _, end := range [...][3]string{{"from", "起点", "From"}, {"to", "终点", "To"}} {
		columns = append(columns, question.Columns(
			fmt.Sprintf("%s_lon:float %s上路处经度 | %s: road's longitude", end[0], end[1], end[2]),
			fmt.Sprintf("%s_lat:float %s上路处纬度 | %s: road's latitude", end[0], end[1], end[2]),
			fmt.Sprintf("*%s_walk_metres:float %s离路米 | Walk %s", end[0], end[1], end[0]),
			fmt.Sprintf("%s_road:int %s的路 | %s: road", end[0], end[1], end[2]),
			fmt.Sprintf("%s_component:int %s的连通片 | %s: component", end[0], end[1], end[2]))...)
	}
	return columns
}

// Rows are a feature each, at its nearest place.
func (a Near) Rows(emit func(place orb.Geometry, values ...any) error) error {
	for i, p := range a.Points {
		for j, n := range a.Hits[i] {
			var place orb.Geometry
			row := []any{i, served.Degrees(p[0]), served.Degrees(p[1]), n.Table.Layer.ID, nil, nil, nil, nil, nil, nil}
			if a.reached(i, j) {
				place = n.Place
				row = append(row[:4], n.Table.ID(n.Row), n.Table.Get(n.Row, "code").Any(), n.Table.Get(n.Row, "name").Any(),
					served.Centi(n.Metres), served.Degrees(n.Place[0]), served.Degrees(n.Place[1]))
			}
			if a.Ways != nil {
				row = a.Ways.cells(row, a.Ways.Answers[i][j])
			}
			if err := emit(place, row...); err != nil {
				return err
			}
		}
	}
	return nil
}

// reached tells whether the hit is a feature.
func (a Near) reached(i, j int) bool {
	return a.Ways == nil || a.Ways.Answers[i][j].State == network.Reached
}

func (a Near) appendList(b []byte, i int, called *calling) []byte {
	b = append(b, '[')
	for j, n := range a.Hits[i] {
		b = a.appendHit(append(served.AppendComma(b, j == 0), '{'), i, j, called)
		if a.reached(i, j) {
			b = appendPlace(append(b, ','), n.Place)
		}
		b = append(b, '}')
	}
	return append(b, ']')
}

func (a Near) appendHit(b []byte, i, j int, called *calling) []byte {
	n := a.Hits[i][j]
	if a.reached(i, j) {
		b = appendNear(b, n, called)
	} else {
		b = served.AppendText(append(b, `"layer":`...), n.Table.Layer.ID)
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
	b = served.AppendText(b, n.Table.Layer.ID)
	b = append(b, `,"id":`...)
	b = strconv.AppendInt(b, n.Table.ID(n.Row), 10)
	for k, field := range called.fields(n.Table) {
		if field < 0 {
			continue
		}
		if v := n.Table.Value(n.Row, field); !v.IsNull() {
			b = append(append(append(b, `,"`...), callingFields[k]...), `":`...)
			b = served.AppendText(b, v.Text())
		}
	}
	b = append(b, `,"metres":`...)
	return served.AppendRounded(b, n.Metres, 100)
}

func appendPlace(b []byte, p orb.Point) []byte {
	b = served.AppendDegrees(append(b, `"lon":`...), p[0])
	return served.AppendDegrees(append(b, `,"lat":`...), p[1])
}

// measure is the name of what measured gives.
func (n *Ways) measure() string {
	if n.Metric == network.ByMinutes {
		return "minutes"
	}
	return "road_metres"
}

func (n *Ways) appendWay(b []byte, a network.Answer) []byte {
	b = served.AppendText(append(b, `"state":`...), a.State.String())
	if a.State == network.Reached {
		b = append(served.AppendText(append(b, ','), n.measure()), ':')
		b = appendCenti(b, a.Way)
		b = appendCenti(append(b, `,"cost":`...), a.Cost)
		b = appendSnap(append(b, `,"to":`...), n.Network.Table, a.To)
	}
	return appendSnap(append(b, `,"from":`...), n.Network.Table, a.From)
}

// cells appends the way's columns.
func (n *Ways) cells(row []any, a network.Answer) []any {
	if a.State == network.Reached {
		row = append(row, served.Centi(a.Way), served.Centi(a.Cost), a.State.String())
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
