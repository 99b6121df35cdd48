package read

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/files/shape"
)

// shape reads a geometry element and adds it to the placemark.
func (s *placemarks) shape(p *placemark, e xml.StartElement, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("geometries nest too deeply")
	}
	var outer, holes []orb.Ring
	var points []orb.Point
	err := s.children(func(in xml.StartElement) error {
		switch in.Name.Local {
		case "coordinates", "coord":
			text, err := s.text()
			points = append(points, p.coordinates(text, in.Name.Local == "coord")...)
			return err
		case "outerBoundaryIs", "innerBoundaryIs":
			rings, err := s.boundary(p)
			if in.Name.Local == "outerBoundaryIs" {
				outer = append(outer, rings...)
			} else {
				holes = append(holes, rings...)
			}
			return err
		case "Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Track":
			p.multi = true
			return s.shape(p, in, depth+1)
		}
		return s.dec.Skip()
	})
	switch {
	case err != nil:
	case e.Name.Local == "Point" && len(points) > 0:
		p.geometries = append(p.geometries, points[0])
	case e.Name.Local == "Polygon":
		p.polygon(outer, holes)
	case len(points) > 0:
		p.geometries = append(p.geometries, orb.LineString(points))
	case e.Name.Local == "Model":
		p.err = fmt.Errorf("is a 3D model, which cannot be read")
	}
	return err
}

// polygon adds a polygon. By the standard one has one outer ring; of several, holes go
// where they lie.
func (p *placemark) polygon(outer, holes []orb.Ring) {
	switch {
	case len(outer) == 1:
		p.geometries = append(p.geometries, orb.Polygon(append(outer, holes...)))
	case len(outer) > 1:
		var parts [][]orb.Point
		for _, r := range outer {
			parts = append(parts, record.TurnRing(r, -1))
		}
		for _, r := range holes {
			parts = append(parts, record.TurnRing(r, 1))
		}
		switch g := shape.Assemble(parts).(type) {
		case orb.Polygon:
			p.geometries = append(p.geometries, g)
		case orb.MultiPolygon:
			p.multi = true
			for _, polygon := range g {
				p.geometries = append(p.geometries, polygon)
			}
		}
	case len(holes) > 0:
		p.err = fmt.Errorf("is a polygon with holes and no outer ring")
	}
}

// boundary reads the rings within: one by the standard, but some programs put all holes
// of a polygon into one boundary.
func (s *placemarks) boundary(p *placemark) (rings []orb.Ring, err error) {
	err = s.children(func(e xml.StartElement) error {
		return s.children(func(e xml.StartElement) error {
			if e.Name.Local != "coordinates" {
				return s.dec.Skip()
			}
			text, err := s.text()
			ring := orb.Ring(p.coordinates(text, false))
			if len(ring) == 0 {
				return err
			}
			if ring[0] != ring[len(ring)-1] {
				ring = append(ring, ring[0])
			}
			rings = append(rings, ring)
			return err
		})
	})
	return rings, err
}

// coordinates reads "lon,lat[,height] …", or a track's "lon lat height".
func (p *placemark) coordinates(text string, spaced bool) (out []orb.Point) {
	tuples := strings.Fields(text)
	if spaced {
		tuples = []string{strings.Join(tuples, ",")}
	}
	for _, t := range tuples {
		x, rest, _ := strings.Cut(t, ",")
		y, _, _ := strings.Cut(rest, ",")
		lon, errX := strconv.ParseFloat(x, 64)
		lat, errY := strconv.ParseFloat(y, 64)
		if errX != nil || errY != nil {
			p.err = fmt.Errorf("has the coordinates %q; allowed are longitude,latitude without blanks", record.Shorten(t))
			return nil
		}
		out = append(out, orb.Point{lon, lat})
	}
	return out
}

// geometry puts the shapes of a placemark together.
func (p *placemark) geometry() orb.Geometry {
	if len(p.geometries) == 0 {
		return nil
	}
	if len(p.geometries) == 1 && !p.multi {
		return p.geometries[0]
	}
	return collect(p.geometries)
}

// collect makes a multi-geometry of geometries of one kind, else a collection.
func collect(gs []orb.Geometry) orb.Geometry {
	var points orb.MultiPoint
	var lines orb.MultiLineString
	var polygons orb.MultiPolygon
	for _, g := range gs {
		switch g := g.(type) {
		case orb.Point:
			points = append(points, g)
		case orb.LineString:
			lines = append(lines, g)
		case orb.Polygon:
			polygons = append(polygons, g)
		}
	}
	switch len(gs) {
	case len(points):
		return points
	case len(lines):
		return lines
	case len(polygons):
		return polygons
	}
	return orb.Collection(gs)
}
