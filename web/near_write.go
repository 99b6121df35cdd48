package web

import (
	"bufio"
	"encoding/csv"
	"io"
	"math"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
)

// NearFormats are the formats in which a NearAnswer can be written, the default
// first.
var NearFormats = []string{"json", "geojson", "csv"}

// NearAnswer is what is near each of some points.
type NearAnswer struct {
	Points []orb.Point
	Hits   [][]layers.Near // parallel to Points
	Many   bool            // a list by point, even of one
}

// Write writes the answer: JSON with distances in metres, to the centimetre;
// GeoJSON with the nearest place of each feature; CSV with a byte order mark, for
// Excel would else take it for GBK. The error is w's.
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
		_, err := w.Write(append(appendNearList(append(w.AvailableBuffer(), `{"results":`...), a.Hits[0]), "}\n"...))
		return err
	}
	_, err := w.WriteString(`{"points":[`)
	for i, p := range a.Points {
		if err != nil {
			return err
		}
		b := appendPlace(append(appendComma(w.AvailableBuffer(), i == 0), '{'), p)
		_, err = w.Write(append(appendNearList(append(b, `,"results":`...), a.Hits[i]), '}'))
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
		for _, n := range a.Hits[i] {
			if err != nil {
				return err
			}
			_, err = w.Write(appendNearFeature(appendComma(w.AvailableBuffer(), first), i, n))
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
	_ = c.Write([]string{"point", "point_lon", "point_lat", "layer", "id", "code", "name", "metres", "lon", "lat"})
	degrees := func(v float64) string { return string(appendDegrees(nil, v)) }
	for i, p := range a.Points {
		for _, n := range a.Hits[i] {
			_ = c.Write([]string{
				strconv.Itoa(i), degrees(p[0]), degrees(p[1]), n.Table.Layer.ID, strconv.FormatInt(n.Table.ID(n.Row), 10),
				n.Table.Get(n.Row, "code").Text(), n.Table.Get(n.Row, "name").Text(),
				strconv.FormatFloat(n.Metres, 'f', 2, 64), degrees(n.Place[0]), degrees(n.Place[1]),
			})
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

func appendNearList(b []byte, hits []layers.Near) []byte {
	b = append(b, '[')
	for i, n := range hits {
		b = appendNear(append(appendComma(b, i == 0), '{'), n)
		b = append(appendPlace(append(b, ','), n.Place), '}')
	}
	return append(b, ']')
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

func appendNearFeature(b []byte, point int, n layers.Near) []byte {
	b = append(b, `{"type":"Feature","geometry":{"type":"Point","coordinates":[`...)
	b = appendDegrees(append(appendDegrees(b, n.Place[0]), ','), n.Place[1])
	b = append(b, `]},"properties":{"point":`...)
	b = append(strconv.AppendInt(b, int64(point), 10), ',')
	return append(appendNear(b, n), "}}"...)
}
