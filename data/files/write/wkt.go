package write

import (
	"fmt"

	"github.com/paulmach/orb"
)

// appendWKT writes well-known text with a fixed number of decimals at most.
func appendWKT(b []byte, g orb.Geometry, decimals int) ([]byte, error) {
	list := func(n int, each func(i int)) {
		b = append(b, '(')
		for i := range n {
			if i > 0 {
				b = append(b, ',')
			}
			each(i)
		}
		b = append(b, ')')
	}
	position := func(p orb.Point) {
		b = coordinate(b, p[0], decimals)
		b = coordinate(append(b, ' '), p[1], decimals)
	}
	line := func(l []orb.Point) { list(len(l), func(i int) { position(l[i]) }) }
	polygon := func(p orb.Polygon) { list(len(p), func(i int) { line(p[i]) }) }
	switch g := g.(type) {
	case orb.Point:
		b = append(b, "POINT"...)
		line([]orb.Point{g})
	case orb.MultiPoint:
		b = append(b, "MULTIPOINT"...)
		list(len(g), func(i int) { line(g[i : i+1]) })
	case orb.LineString:
		b = append(b, "LINESTRING"...)
		line(g)
	case orb.MultiLineString:
		b = append(b, "MULTILINESTRING"...)
		list(len(g), func(i int) { line(g[i]) })
	case orb.Ring:
		return appendWKT(b, orb.Polygon{g}, decimals)
	case orb.Polygon:
		b = append(b, "POLYGON"...)
		polygon(g)
	case orb.MultiPolygon:
		b = append(b, "MULTIPOLYGON"...)
		list(len(g), func(i int) { polygon(g[i]) })
	case orb.Collection:
		b = append(b, "GEOMETRYCOLLECTION"...)
		var err error
		list(len(g), func(i int) {
			if err == nil {
				b, err = appendWKT(b, g[i], decimals)
			}
		})
		return b, err
	default:
		return b, fmt.Errorf("a %T cannot be written", g)
	}
	return b, nil
}

// geometryColumns are the headings and cells that tables get for the geometry.
func (o Options) geometryColumns() []string {
	switch {
	case o.WKT != "":
		return []string{o.WKT}
	case o.Lon != "" && o.Lat != "":
		return []string{o.Lon, o.Lat}
	}
	return nil
}

func (o Options) geometryCells(g orb.Geometry) ([]string, error) {
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
