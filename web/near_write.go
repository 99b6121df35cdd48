package web

import (
	"bufio"
	"context"
	"encoding/csv"
	"io"
	"math"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/roads"
)

// NearFormats are the formats in which a NearAnswer can be written, the default
// first.
var NearFormats = []string{"json", "geojson", "csv"}

// NearAnswer is what is near each of some points.
type NearAnswer struct {
	Points []orb.Point
	Hits   [][]layers.Near // parallel to Points
	Many   bool            // a list by point, even of one
	Ways   *NearWays       // nil where distances are straight
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
func (a *NearAnswer) NearByRoad(ctx context.Context, t *layers.Table, k int, most float64) error {
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

// Write writes the answer: JSON with distances in metres, to the centimetre;
// GeoJSON with the nearest place of each feature; CSV with a byte order mark, for
// Excel would else take it for GBK. Answers by road add the way: its state, its
// cost, its road_metres or minutes, walks included, and where each end meets the
// network. A layer of which nothing is reached has one entry without a feature,
// which says why. The error is w's.
func (a NearAnswer) Write(w io.Writer, format string) error {
	buffered := bufio.NewWriterSize(w, 64<<10)
	var err error
	switch format {
	case "csv":
		err = a.writeCSV(buffered)
	case "geojson":
		err = a.writeGeoJSON(buffered)
	default:
		err = a.writeJSON(buffered)
	}
	if err != nil {
		return err
	}
	return buffered.Flush()
}

func (a NearAnswer) writeJSON(w *bufio.Writer) error {
	if !a.Many {
		_, err := w.Write(append(a.appendList(append(w.AvailableBuffer(), `{"results":`...), 0), "}\n"...))
		return err
	}
	_, err := w.WriteString(`{"points":[`)
	for i, p := range a.Points {
		if err != nil {
			return err
		}
		b := appendPlace(append(appendComma(w.AvailableBuffer(), i == 0), '{'), p)
		_, err = w.Write(append(a.appendList(append(b, `,"results":`...), i), '}'))
	}
	if err == nil {
		_, err = w.WriteString("]}\n")
	}
	return err
}

func (a NearAnswer) writeGeoJSON(w *bufio.Writer) error {
	_, err := w.WriteString(`{"type":"FeatureCollection","features":[`)
	first := true
	for i := range a.Points {
		for j := range a.Hits[i] {
			if err != nil {
				return err
			}
			_, err = w.Write(a.appendFeature(appendComma(w.AvailableBuffer(), first), i, j))
			first = false
		}
	}
	if err == nil {
		_, err = w.WriteString("]}\n")
	}
	return err
}

func (a NearAnswer) writeCSV(w *bufio.Writer) error {
	if _, err := w.WriteString("\uFEFF"); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	heads := []string{"point", "point_lon", "point_lat", "layer", "id", "code", "name", "metres", "lon", "lat"}
	if a.Ways != nil {
		heads = append(heads, a.Ways.Measure(), "cost", "state")
		for _, end := range [...]string{"from", "to"} {
			heads = append(heads, end+"_lon", end+"_lat", end+"_walk_metres", end+"_road", end+"_component")
		}
	}
	_ = c.Write(heads)
	degrees := func(v float64) string { return string(appendDegrees(nil, v)) }
	for i, p := range a.Points {
		for j, n := range a.Hits[i] {
			row := []string{strconv.Itoa(i), degrees(p[0]), degrees(p[1]), n.Table.Layer.ID}
			if a.reached(i, j) {
				row = append(row, strconv.FormatInt(n.Table.ID(n.Row), 10), n.Table.Get(n.Row, "code").Text(), n.Table.Get(n.Row, "name").Text(),
					strconv.FormatFloat(n.Metres, 'f', 2, 64), degrees(n.Place[0]), degrees(n.Place[1]))
			} else {
				row = append(row, "", "", "", "", "", "")
			}
			if a.Ways != nil {
				row = a.Ways.cells(row, a.Ways.Answers[i][j])
			}
			_ = c.Write(row)
		}
	}
	c.Flush()
	return c.Error()
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

func (a NearAnswer) appendList(b []byte, i int) []byte {
	b = append(b, '[')
	for j, n := range a.Hits[i] {
		b = a.appendHit(append(appendComma(b, j == 0), '{'), i, j)
		if a.reached(i, j) {
			b = appendPlace(append(b, ','), n.Place)
		}
		b = append(b, '}')
	}
	return append(b, ']')
}

func (a NearAnswer) appendHit(b []byte, i, j int) []byte {
	n := a.Hits[i][j]
	if a.reached(i, j) {
		b = appendNear(b, n)
	} else {
		b = appendJSONText(append(b, `"layer":`...), n.Table.Layer.ID)
	}
	if a.Ways != nil {
		b = a.Ways.appendWay(append(b, ','), a.Ways.Answers[i][j])
	}
	return b
}

func appendNear(b []byte, n layers.Near) []byte {
	b = append(b, `"layer":`...)
	b = appendJSONText(b, n.Table.Layer.ID)
	b = append(b, `,"id":`...)
	b = strconv.AppendInt(b, n.Table.ID(n.Row), 10)
	for _, field := range [...]string{"code", "name"} {
		if v := n.Table.Get(n.Row, field); !v.IsNull() {
			b = append(append(append(b, `,"`...), field...), `":`...)
			b = appendJSONText(b, v.Text())
		}
	}
	b = append(b, `,"metres":`...)
	return strconv.AppendFloat(b, math.Round(n.Metres*100)/100, 'f', -1, 64)
}

func appendPlace(b []byte, p orb.Point) []byte {
	b = appendDegrees(append(b, `"lon":`...), p[0])
	return appendDegrees(append(b, `,"lat":`...), p[1])
}

func (a NearAnswer) appendFeature(b []byte, i, j int) []byte {
	b = append(b, `{"type":"Feature","geometry":`...)
	if place := a.Hits[i][j].Place; a.reached(i, j) {
		b = append(b, `{"type":"Point","coordinates":[`...)
		b = append(appendDegrees(append(appendDegrees(b, place[0]), ','), place[1]), "]}"...)
	} else {
		b = append(b, "null"...)
	}
	b = append(b, `,"properties":{"point":`...)
	b = append(strconv.AppendInt(b, int64(i), 10), ',')
	return append(a.appendHit(b, i, j), "}}"...)
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

// cells appends the way's columns of CSV.
func (n *NearWays) cells(row []string, a network.Answer) []string {
	if a.State == network.Reached {
		row = append(row, string(appendCenti(nil, n.Measured(a))), string(appendCenti(nil, a.Cost)), a.State.String())
	} else {
		row = append(row, "", "", a.State.String())
	}
	for _, end := range [...]network.Snap{a.From, a.To} {
		at := snap(n.Network.Table, end)
		if at == nil {
			row = append(row, "", "", "", "", "")
			continue
		}
		row = append(row, string(appendDegrees(nil, at.Lon)), string(appendDegrees(nil, at.Lat)), string(appendCenti(nil, at.WalkMetres)),
			strconv.FormatInt(at.Road, 10), strconv.Itoa(int(at.Component)))
	}
	return row
}
