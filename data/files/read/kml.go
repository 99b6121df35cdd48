package read

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/geo/crs"
)

// KML reads the placemarks of a KML file (OGC 12-007r2), alone or in a KMZ: name,
// description, extended data and geometry. Coordinates are degrees of WGS 84 by
// definition; in China many are GCJ-02 all the same, which only the options can
// say.
func (j *Job) KML() error {
	names, encoding, err := j.surveyKML()
	if err != nil {
		return err
	}
	j.src.Encoding, j.src.EncodingFrom = encoding, "by its XML declaration"
	for _, n := range names {
		j.src.Fields = append(j.src.Fields, record.Field{Name: n})
	}
	c, err := crs.Parse("EPSG:4326")
	j.setCRS(c, "KML is WGS 84", err)
	file, size, err := j.open(j.name)
	if err != nil {
		return err
	}
	j.src.size = size
	s := newPlacemarks(file, j.o.Encoding)
	index := map[string]int{}
	for i, n := range names {
		index[n] = i
	}
	j.src.next = func() (record.Record, error) {
		p, err := s.next()
		j.src.done.Store(s.limit.total)
		if err != nil {
			return record.Record{}, err
		}
		rec := record.Record{Row: s.row, Values: make([]any, len(names))}
		for _, d := range p.data {
			if d.value == "" {
				continue
			}
			if i, ok := index[d.name]; ok {
				rec.Values[i] = d.value
			} else {
				rec.Problems = append(rec.Problems, &record.CellError{
					File:   j.src.File,
					Row:    s.row,
					Column: d.name,
					Value:  d.value,
					Want:   fmt.Sprintf("is data that none of the first %d placemarks has", sampleRows),
				})
			}
		}
		rec.Geometry, err = sound(p.geometry())
		if err == nil {
			err = p.err
		}
		if err != nil {
			rec.Geometry = nil
			rec.Problems = append(rec.Problems, &record.CellError{File: j.src.File, Row: s.row, Column: "geometry", Want: err.Error()})
		}
		return rec, nil
	}
	return nil
}

func (j *Job) surveyKML() (names []string, encoding string, err error) {
	r, _, err := j.folder.open(j.name)
	if err != nil {
		return nil, "", err
	}
	defer r.Close()
	s := newPlacemarks(r, j.o.Encoding)
	seen := map[string]bool{}
	for range sampleRows {
		p, err := s.next()
		if err == io.EOF || err != nil && s.row > 1 { // reading gets as far, and says it then
			break
		}
		if err != nil {
			return nil, "", err
		}
		for _, d := range p.data {
			if !seen[d.name] && len(names) <= maxFields {
				seen[d.name] = true
				names = append(names, d.name)
			}
		}
	}
	return names, s.encoding, nil
}

type placemarks struct {
	limit    *budget
	dec      *xml.Decoder
	encoding string
	row      int64
}

type datum struct{ name, value string }

// placemark is one as it stands in the file.
type placemark struct {
	data       []datum
	geometries []orb.Geometry
	multi      bool
	err        error
}

func newPlacemarks(r io.Reader, given string) *placemarks {
	s := &placemarks{limit: newBudget(r, maxRecord, "a placemark"), encoding: utf8Name}
	s.dec = xml.NewDecoder(s.limit)
	s.dec.Strict = false
	s.dec.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		if given != "" {
			label = given
		}
		enc, name, err := charset(label)
		if err != nil {
			return nil, err
		}
		s.encoding = name
		if enc == nil {
			return in, nil
		}
		return enc.NewDecoder().Reader(in), nil
	}
	return s
}

func (s *placemarks) bad(err error) error {
	var syntax *xml.SyntaxError
	if err == io.EOF || errors.As(err, &syntax) && syntax.Msg == "unexpected EOF" {
		return fmt.Errorf("the file is cut off after placemark %d", s.row)
	}
	return fmt.Errorf("after placemark %d, byte %d: %w", s.row, s.dec.InputOffset(), err)
}

// next is the next placemark, or io.EOF.
func (s *placemarks) next() (*placemark, error) {
	for {
		s.limit.refill()
		t, err := s.dec.Token()
		if err == io.EOF {
			return nil, io.EOF
		}
		if err != nil {
			return nil, s.bad(err)
		}
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "Placemark" {
			s.row++
			p := &placemark{}
			if err := s.children(func(e xml.StartElement) error { return s.member(p, e) }); err != nil {
				return nil, s.bad(err)
			}
			return p, nil
		}
	}
}

// children calls f for each element within the one just begun, up to its end. f
// must read its element to the end.
func (s *placemarks) children(f func(xml.StartElement) error) error {
	for {
		t, err := s.dec.Token()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if err := f(t); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		}
	}
}

// text is the text within the element just begun.
func (s *placemarks) text() (string, error) {
	var b strings.Builder
	depth := 1
	for {
		t, err := s.dec.Token()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.CharData:
			b.Write(t)
		case xml.StartElement:
			depth++
		case xml.EndElement:
			if depth--; depth == 0 {
				return b.String(), nil
			}
		}
	}
}

func (s *placemarks) member(p *placemark, e xml.StartElement) error {
	switch e.Name.Local {
	case "name", "description":
		v, err := s.text()
		p.set(e.Name.Local, v)
		return err
	case "ExtendedData", "SchemaData":
		return s.children(func(e xml.StartElement) error { return s.member(p, e) })
	case "SimpleData":
		v, err := s.text()
		p.set(attribute(e, "name"), v)
		return err
	case "Data":
		name := attribute(e, "name")
		return s.children(func(e xml.StartElement) error {
			v, err := s.text()
			if e.Name.Local == "value" {
				p.set(name, v)
			}
			return err
		})
	case "Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Track", "MultiTrack", "Model":
		return s.shape(p, e, 0)
	}
	return s.dec.Skip()
}

func (p *placemark) set(name, value string) {
	value = strings.TrimSpace(value)
	for i := range p.data {
		if p.data[i].name == name {
			p.data[i].value = value
			return
		}
	}
	if len(p.data) <= maxFields {
		p.data = append(p.data, datum{name, value})
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// shape reads a geometry element and adds it to the placemark.
func (s *placemarks) shape(p *placemark, e xml.StartElement, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("geometries nest too deeply")
	}
	var rings []orb.Ring
	var points []orb.Point
	err := s.children(func(in xml.StartElement) error {
		switch in.Name.Local {
		case "coordinates", "coord":
			text, err := s.text()
			points = append(points, p.coordinates(text, in.Name.Local == "coord")...)
			return err
		case "outerBoundaryIs", "innerBoundaryIs":
			ring, err := s.boundary(p)
			if in.Name.Local == "outerBoundaryIs" {
				rings = append([]orb.Ring{ring}, rings...)
			} else {
				rings = append(rings, ring)
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
	case e.Name.Local == "Polygon" && len(rings) > 0 && len(rings[0]) > 0:
		p.geometries = append(p.geometries, orb.Polygon(rings))
	case len(points) > 0:
		p.geometries = append(p.geometries, orb.LineString(points))
	case e.Name.Local == "Model":
		p.err = fmt.Errorf("is a 3D model, which cannot be read")
	}
	return err
}

// boundary reads the ring within.
func (s *placemarks) boundary(p *placemark) (ring orb.Ring, err error) {
	err = s.children(func(e xml.StartElement) error {
		return s.children(func(e xml.StartElement) error {
			if e.Name.Local != "coordinates" {
				return s.dec.Skip()
			}
			text, err := s.text()
			ring = p.coordinates(text, false)
			return err
		})
	})
	if len(ring) > 0 && ring[0] != ring[len(ring)-1] {
		ring = append(ring, ring[0])
	}
	return ring, err
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
