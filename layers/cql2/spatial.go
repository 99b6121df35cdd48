package cql2

import (
	"github.com/peterstace/simplefeatures/geom"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// relation is how the geometry of a row stands to one that stands in the filter.
type relation struct {
	table *snapshot.Table
	name  string // of the function, the row's geometry being the first argument
	shape geo.Shape
	box   geo.Box
	isBox bool                                          // the shape is all of the box
	exact func(row, filter geom.Geometry) (bool, error) // as JTS has it
	geom  geom.Geometry
}

var mirroredRelation = map[string]string{"S_WITHIN": "S_CONTAINS", "S_CONTAINS": "S_WITHIN"}

func (b *binder) spatial(n *node) (condition, error) {
	property, other := n.args[0], n.args[1]
	name := n.text
	if property.op == opGeometry {
		property, other = other, property
		if m, ok := mirroredRelation[name]; ok {
			name = m
		}
	}
	v, err := b.value(property)
	if err != nil {
		return nil, err
	}
	if property.op != opProperty || v.kind != geometryKind || other.op != opGeometry {
		return nil, b.fail(n, "%s takes the property %s and a geometry in WKT or BBOX", n.text, GeometryProperty)
	}
	r := relation{table: b.table, name: name, exact: exactRelation(name)}
	if r.shape, err = geo.NewShape(other.geometry); err != nil {
		return nil, b.fail(other, "%v", err)
	}
	r.box, r.geom = r.shape.Box(), geomOf(r.shape)
	r.isBox = isRectangle(r.shape)
	if err := r.geom.Validate(); err != nil {
		return nil, b.fail(other, "the geometry is not valid: %v", err)
	}
	return &r, nil
}

func exactRelation(name string) func(a, b geom.Geometry) (bool, error) {
	switch name {
	case "S_WITHIN":
		return geom.Within
	case "S_CONTAINS":
		return geom.Contains
	case "S_EQUALS":
		return geom.Equals
	case "S_TOUCHES":
		return geom.Touches
	case "S_CROSSES":
		return geom.Crosses
	}
	return geom.Overlaps
}

// test answers from boxes, then for points and where only a common point is asked for
// in integers, and leaves the rest to JTS's algorithm. A row whose geometry that cannot
// take, a polygon that crosses itself, stands in no known relation.
func (r *relation) test(row uint32) truth {
	shape := r.table.Shape(row)
	if len(shape.Points) == 0 {
		return isUnknown
	}
	own := shape.Box()
	apart := !own.Intersects(r.box)
	switch {
	case r.name == "S_DISJOINT":
		return truthOf(apart || !meet(shape, r.shape))
	case apart:
		return isFalse
	case r.name == "S_INTERSECTS" && r.isBox && r.box.Contains(own.Min) && r.box.Contains(own.Max):
		return isTrue
	case r.name == "S_INTERSECTS":
		return truthOf(meet(shape, r.shape))
	case shape.Kind == geo.Points && len(shape.Points) == 1 && r.shape.Kind == geo.Polygons:
		where := locate(shape.Points[0], r.shape)
		return truthOf(r.name == "S_WITHIN" && where == inside || r.name == "S_TOUCHES" && where == border)
	}
	holds, err := r.exact(geomOf(shape), r.geom)
	if err != nil {
		return isUnknown
	}
	return truthOf(holds)
}

// isRectangle tells whether a shape is a polygon that fills its box.
func isRectangle(s geo.Shape) bool {
	box := s.Box()
	if s.Kind != geo.Polygons || len(s.Ends) != 1 || len(s.Points) != 4 {
		return false
	}
	for i, p := range s.Points {
		next := s.Points[(i+1)%4]
		corner := (p.X == box.Min.X || p.X == box.Max.X) && (p.Y == box.Min.Y || p.Y == box.Max.Y)
		if !corner || (p.X == next.X) == (p.Y == next.Y) {
			return false
		}
	}
	return true
}

// boxOf is a box that all matches of a condition reach into.
func boxOf(c condition) geo.Box {
	switch c := c.(type) {
	case *relation:
		if c.name != "S_DISJOINT" {
			return c.box
		}
	case allOf:
		// Of two boxes that one row reaches into, either holds what Filter.Box promises;
		// their common part need not.
		best := geo.World
		for _, part := range c {
			if box := boxOf(part); sizeOf(box) < sizeOf(best) {
				best = box
			}
		}
		return best
	case anyOf:
		all := geo.Empty
		for _, part := range c {
			all = all.Union(boxOf(part))
		}
		return all
	}
	return geo.World
}

func sizeOf(b geo.Box) float64 {
	return (float64(b.Max.X) - float64(b.Min.X)) * (float64(b.Max.Y) - float64(b.Min.Y))
}

// geomOf is a shape on the grid for the library.
func geomOf(s geo.Shape) geom.Geometry {
	line := func(points []geo.Point, ring bool) geom.LineString {
		if ring || len(points) == 1 { // of a line one vertex may be left
			points = append(points[:len(points):len(points)], points[0])
		}
		flat := make([]float64, 0, 2*len(points))
		for _, p := range points {
			flat = append(flat, float64(p.X), float64(p.Y))
		}
		return geom.NewLineString(geom.NewSequence(flat, geom.DimXY))
	}
	switch s.Kind {
	case geo.Points:
		points := make([]geom.Point, len(s.Points))
		for i, p := range s.Points {
			points[i] = geom.NewPoint(geom.Coordinates{XY: geom.XY{X: float64(p.X), Y: float64(p.Y)}})
		}
		if len(points) == 1 {
			return points[0].AsGeometry()
		}
		return geom.NewMultiPoint(points).AsGeometry()
	case geo.Lines:
		lines := make([]geom.LineString, len(s.Ends))
		for i := range lines {
			lines[i] = line(s.Part(i), false)
		}
		if len(lines) == 1 {
			return lines[0].AsGeometry()
		}
		return geom.NewMultiLineString(lines).AsGeometry()
	}
	var polygons []geom.Polygon
	var rings []geom.LineString
	for i := range s.Ends {
		if len(rings) > 0 && geo.Area2(s.Part(i)) >= 0 {
			polygons, rings = append(polygons, geom.NewPolygon(rings)), nil
		}
		rings = append(rings, line(s.Part(i), true))
	}
	polygons = append(polygons, geom.NewPolygon(rings))
	if len(polygons) == 1 {
		return polygons[0].AsGeometry()
	}
	return geom.NewMultiPolygon(polygons).AsGeometry()
}
