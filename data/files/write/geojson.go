package write

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/files/record"
)

// GeoJSON writes a FeatureCollection with a feature on each line. A system other than
// WGS 84 is named as the specification of 2008 has it, which GDAL and QGIS follow.
func GeoJSON(out io.Writer, o Options) (*Writer, error) {
	return newGeoJSONWriter(out, o, true)
}

// GeoJSONSeq writes a feature on each line and nothing around them.
func GeoJSONSeq(out io.Writer, o Options) (*Writer, error) {
	return newGeoJSONWriter(out, o, false)
}

func newGeoJSONWriter(stream io.Writer, o Options, collection bool) (*Writer, error) {
	out := bufio.NewWriterSize(stream, bufferSize)
	w := newWriter(o)
	keys := make([][]byte, len(o.Fields))
	for i, f := range o.Fields {
		keys[i] = append(quote(nil, f.Name), ':')
	}
	if collection {
		out.WriteString(`{"type":"FeatureCollection",`)
		out.Write(append(quote([]byte(`"name":`), o.Layer), ",\n"...))
		if o.Credit != "" {
			out.Write(append(quote([]byte(`"attribution":`), o.Credit), ",\n"...))
		}
		if o.CRS != nil && o.CRS.Code() != 4326 {
			name := o.CRS.String()
			if c := o.CRS.Code(); c != 0 {
				name = "urn:ogc:def:crs:EPSG::" + strconv.Itoa(c)
			}
			out.Write(append(quote([]byte(`"crs":{"type":"name","properties":{"name":`), name), "}},\n"...))
		}
		if _, err := out.WriteString(`"features":[`); err != nil {
			return nil, err
		}
	}
	var buf []byte
	w.write = func(r record.Record) (err error) {
		buf = buf[:0]
		if collection {
			if w.rows > 1 {
				buf = append(buf, ',')
			}
			buf = append(buf, '\n')
		}
		buf = append(buf, `{"type":"Feature","properties":{`...)
		for i, v := range r.Values {
			if i > 0 {
				buf = append(buf, ',')
			}
			buf = jsonValue(append(buf, keys[i]...), v)
		}
		buf = append(buf, `},"geometry":`...)
		if buf, err = appendGeoJSON(buf, r.Geometry, o.decimals()); err != nil {
			return err
		}
		buf = append(buf, '}')
		if !collection {
			buf = append(buf, '\n')
		}
		_, err = out.Write(buf)
		return err
	}
	w.end = func() error {
		if collection {
			out.WriteString("\n]}\n")
		}
		return out.Flush()
	}
	return w, nil
}

func jsonValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case string:
		return quote(b, v)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return append(b, "null"...)
		}
		return strconv.AppendFloat(b, v, 'g', -1, 64)
	case bool, int64, int:
		return append(b, text(v)...)
	}
	return quote(b, text(v))
}

// quote writes a JSON string.
func quote(b []byte, s string) []byte {
	plain := utf8.ValidString(s)
	for i := 0; plain && i < len(s); i++ {
		plain = s[i] >= 0x20 && s[i] != '"' && s[i] != '\\'
	}
	if plain {
		return append(append(append(b, '"'), s...), '"')
	}
	q, err := json.Marshal(s)
	if err != nil { // no string has one
		return append(b, `""`...)
	}
	return append(b, q...)
}

// appendGeoJSON writes a geometry.
func appendGeoJSON(b []byte, g orb.Geometry, decimals int) ([]byte, error) {
	position := func(p orb.Point) {
		b = coordinate(append(b, '['), p[0], decimals)
		b = append(coordinate(append(b, ','), p[1], decimals), ']')
	}
	list := func(n int, each func(i int)) {
		b = append(b, '[')
		for i := range n {
			if i > 0 {
				b = append(b, ',')
			}
			each(i)
		}
		b = append(b, ']')
	}
	line := func(l []orb.Point) { list(len(l), func(i int) { position(l[i]) }) }
	polygon := func(p orb.Polygon) { list(len(p), func(i int) { line(p[i]) }) }
	open := func(kind string) { b = append(append(append(b, `{"type":"`...), kind...), `","coordinates":`...) }
	switch g := g.(type) {
	case nil:
		return append(b, "null"...), nil
	case orb.Point:
		open("Point")
		position(g)
	case orb.MultiPoint:
		open("MultiPoint")
		line(g)
	case orb.LineString:
		open("LineString")
		line(g)
	case orb.MultiLineString:
		open("MultiLineString")
		list(len(g), func(i int) { line(g[i]) })
	case orb.Ring:
		return appendGeoJSON(b, orb.Polygon{g}, decimals)
	case orb.Polygon:
		open("Polygon")
		polygon(g)
	case orb.MultiPolygon:
		open("MultiPolygon")
		list(len(g), func(i int) { polygon(g[i]) })
	case orb.Collection:
		b = append(b, `{"type":"GeometryCollection","geometries":`...)
		var err error
		list(len(g), func(i int) {
			if err == nil {
				b, err = appendGeoJSON(b, g[i], decimals)
			}
		})
		if err != nil {
			return b, err
		}
	default:
		return b, fmt.Errorf("a %T cannot be written", g)
	}
	return append(b, '}'), nil
}
