package read

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/files/shape"
	"github.com/cuntu/cuntu/geo/crs"
)

// KML reads the placemarks of a KML file (OGC 12-007r2), alone or in a KMZ: name,
// description, extended data and geometry. Coordinates are degrees of WGS 84 by
// definition; in China many are GCJ-02 all the same, which only the options can
// say.
func (j *Job) KML() error {
	names, s, err := j.surveyKML()
	if err != nil {
		return err
	}
	j.src.Encoding, j.src.EncodingFrom = s.encoding, s.from
	if s.note != "" {
		j.src.note("%s", s.note)
	}
	if s.encoding == utf8Name && j.o.Encoding == "" {
		j.doubt(s.texts)
	}
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
	if s, err = newPlacemarks(file, j.o.Encoding); err != nil {
		return err
	}
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
		rec.Geometry, err = shape.Sound(p.geometry())
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

// surveyKML reads the first placemarks for the names of their data.
func (j *Job) surveyKML() (names []string, s *placemarks, err error) {
	r, _, err := j.folder.open(j.name)
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	if s, err = newPlacemarks(r, j.o.Encoding); err != nil {
		return nil, nil, err
	}
	seen := map[string]bool{}
	for range sampleRows {
		p, err := s.next()
		if err == io.EOF || err != nil && s.row > 1 { // reading gets as far, and says it then
			break
		}
		if err != nil {
			return nil, nil, err
		}
		for _, d := range p.data {
			s.texts = append(s.texts, []byte(d.value))
			if !seen[d.name] && len(names) <= maxFields {
				seen[d.name] = true
				names = append(names, d.name)
			}
		}
	}
	return names, s, nil
}

type placemarks struct {
	limit    *budget
	dec      *xml.Decoder
	encoding string
	from     string // where that was found
	note     string
	row      int64
	texts    [][]byte // of the placemarks surveyed
}

type datum struct{ name, value string }

// placemark is one as it stands in the file.
type placemark struct {
	data       []datum
	geometries []orb.Geometry
	multi      bool
	err        error
}

// newPlacemarks reads in the encoding that is given, whatever the file says, else in
// that which it says, unless its bytes cannot be that.
func newPlacemarks(r io.Reader, given string) (*placemarks, error) {
	s := &placemarks{limit: newBudget(r, maxRecord, "a placemark"), from: "as told"}
	in := bufio.NewReaderSize(s.limit, sampleBytes)
	if given == "" {
		sample, _ := in.Peek(sampleBytes)
		given, s.from, s.note = xmlEncoding(sample)
	}
	text, err := newTextReader(in, given)
	if err != nil {
		return nil, err
	}
	s.encoding = text.encodingName()
	s.dec = xml.NewDecoder(text)
	s.dec.Strict = false
	s.dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // is decoded already
	return s, nil
}

var xmlDeclared = regexp.MustCompile(`^\s*<\?xml[^>]*\sencoding\s*=\s*["']([^"']+)["']`)

// xmlEncoding is the encoding of an XML file, "" where a byte order mark tells it, and
// what is to be noted where the bytes are of another than the file says.
func xmlEncoding(sample []byte) (name, from, note string) {
	if utf16Text(sample) {
		return "", "by its byte order mark", ""
	}
	said := utf8Name
	if m := xmlDeclared.FindSubmatch(bytes.TrimPrefix(sample[:min(len(sample), 1024)], bom)); m != nil {
		said = string(m[1])
	}
	_, is, err := charset(said)
	seen := guess(sample)
	switch {
	case err != nil:
		return said, "by its XML declaration", "" // told by whoever reads it
	case is == utf8Name && seen == gb18030Name,
		is == gb18030Name && seen == utf8Name && !byChance([][]byte{record.WholeRunes(sample)}):
		return seen, "by its bytes", fmt.Sprintf("the file says %s, the text is %s", is, seen)
	}
	return said, "by its XML declaration", ""
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
