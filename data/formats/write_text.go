package formats

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/paulmach/orb"
)

// newGeoJSONWriter writes a FeatureCollection with a feature on each line, or a
// sequence of lines. A system other than WGS 84 is named as the specification of
// 2008 has it, which GDAL and QGIS follow.
func newGeoJSONWriter(out *bufio.Writer, o WriteOptions) (*Writer, error) {
	w := newWriter(o)
	keys := make([][]byte, len(o.Fields))
	for i, f := range o.Fields {
		keys[i] = append(quote(nil, f.Name), ':')
	}
	collection := o.Format == GeoJSON
	if collection {
		out.WriteString(`{"type":"FeatureCollection",`)
		out.Write(append(quote([]byte(`"name":`), o.Layer), ",\n"...))
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
	w.write = func(r Record) (err error) {
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

// geometryColumns are the headings and cells that tables get for the geometry.
func (o WriteOptions) geometryColumns() []string {
	switch {
	case o.WKT != "":
		return []string{o.WKT}
	case o.Lon != "" && o.Lat != "":
		return []string{o.Lon, o.Lat}
	}
	return nil
}

func (o WriteOptions) geometryCells(g orb.Geometry) ([]string, error) {
	switch {
	case o.WKT != "":
		if g == nil {
			return []string{""}, nil
		}
		b, err := appendWKT(nil, g, o.decimals())
		return []string{string(b)}, err
	case o.Lon != "" && o.Lat != "":
		p, ok := g.(orb.Point)
		if g == nil {
			return []string{"", ""}, nil
		}
		if !ok {
			return nil, fmt.Errorf("a %s does not go into two columns; write WKT", g.GeoJSONType())
		}
		return []string{string(coordinate(nil, p[0], o.decimals())), string(coordinate(nil, p[1], o.decimals()))}, nil
	}
	return nil, nil
}

// newCSVWriter writes UTF-8 with a byte order mark and CR LF, as Excel and WPS
// read it, and marks texts that they would take for formulas.
func newCSVWriter(out *bufio.Writer, o WriteOptions) (*Writer, error) {
	w := newWriter(o)
	out.Write(bom)
	c := csv.NewWriter(out)
	c.UseCRLF = true
	if o.Format == TSV {
		c.Comma = '\t'
	}
	var row []string
	for _, f := range o.Fields {
		row = append(row, guarded(f.Name))
	}
	if err := c.Write(append(row, o.geometryColumns()...)); err != nil {
		return nil, err
	}
	w.write = func(r Record) error {
		row = row[:0]
		for _, v := range r.Values {
			if s, ok := v.(string); ok {
				v = guarded(s)
			}
			row = append(row, text(v))
		}
		cells, err := o.geometryCells(r.Geometry)
		if err != nil {
			return err
		}
		return c.Write(append(row, cells...))
	}
	w.end = func() error {
		if c.Flush(); c.Error() != nil {
			return c.Error()
		}
		return out.Flush()
	}
	return w, nil
}
