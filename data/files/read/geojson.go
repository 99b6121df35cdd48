package read

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/files/shape"
	"github.com/cuntu/cuntu/geo/crs"
)

// featureScanner yields the features of GeoJSON (RFC 7946) one by one, whether
// they stand in a FeatureCollection, alone, or as a sequence of texts; and the
// coordinate system that files by the specification of 2008 name.
type featureScanner struct {
	limit  *budget
	dec    *json.Decoder
	inside bool // a "features" array
	row    int64
	named  string // crs
}

func newFeatureScanner(r io.Reader, encoding string) (*featureScanner, *textReader, error) {
	text, err := newTextReader(r, encoding)
	if err != nil {
		return nil, nil, err
	}
	limit := newBudget(newLooseJSON(text), maxRecord, "a feature")
	return &featureScanner{limit: limit, dec: json.NewDecoder(limit)}, text, nil
}

// feature is one as it stands in the file.
type feature struct {
	Type       string          `json:"type"`
	ID         json.RawMessage `json:"id"`
	Geometry   json.RawMessage `json:"geometry"`
	Properties json.RawMessage `json:"properties"`
	CRS        json.RawMessage `json:"crs"`
	Attributes json.RawMessage `json:"attributes"` // of ArcGIS JSON
}

// next is the next feature, or io.EOF.
func (s *featureScanner) next() (feature, error) {
	for {
		s.limit.refill()
		if s.inside {
			if s.dec.More() {
				var f feature
				s.row++
				return f, s.decode(&f)
			}
			s.inside = false
			if err := s.members(); err != nil {
				return feature{}, err
			}
			continue
		}
		t, err := s.dec.Token()
		if err == io.EOF {
			return feature{}, io.EOF
		}
		if err != nil {
			return feature{}, s.bad(err)
		}
		if t != json.Delim('{') {
			return feature{}, fmt.Errorf("is no GeoJSON: it begins with %v, not with an object", t)
		}
		f, whole, err := s.object()
		if err != nil || whole {
			return f, err
		}
	}
}

func (s *featureScanner) decode(v any) error {
	if err := s.dec.Decode(v); err != nil {
		return s.bad(err)
	}
	return nil
}

func (s *featureScanner) bad(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return fmt.Errorf("the file is cut off after feature %d", s.row)
	}
	return fmt.Errorf("after feature %d, byte %d: %w", max(s.row-1, 0), s.dec.InputOffset(), err)
}

// object reads the members of a top-level object up to an array of features,
// where it leaves off, or to its end, where it is a feature itself.
func (s *featureScanner) object() (f feature, whole bool, err error) {
	arcGIS := false
	for s.dec.More() {
		key, err := s.dec.Token()
		if err != nil {
			return f, false, s.bad(err)
		}
		switch key {
		case "features":
			if arcGIS && f.Type == "" {
				return f, false, errArcGIS
			}
			if t, err := s.dec.Token(); err != nil || t != json.Delim('[') {
				return f, false, fmt.Errorf(`"features" is no array`)
			}
			s.inside = true
			return f, false, nil
		case "type":
			err = s.decode(&f.Type)
		case "id":
			err = s.decode(&f.ID)
		case "geometry":
			err = s.decode(&f.Geometry)
		case "properties":
			err = s.decode(&f.Properties)
		case "crs":
			if err = s.decode(&f.CRS); err == nil {
				s.named = crsName(f.CRS)
			}
		case "geometryType", "spatialReference", "attributes", "displayFieldName":
			var skip json.RawMessage
			arcGIS, err = true, s.decode(&skip)
		case "coordinates", "geometries": // a geometry by itself
			var v json.RawMessage
			if err = s.decode(&v); err == nil {
				f.Geometry = fmt.Appendf(nil, `%q:%s`, key, v)
			}
		default:
			var skip json.RawMessage
			err = s.decode(&skip)
		}
		if err != nil {
			return f, false, err
		}
	}
	if _, err := s.dec.Token(); err != nil {
		return f, false, s.bad(err)
	}
	if arcGIS && f.Type == "" {
		return f, false, errArcGIS
	}
	switch f.Type {
	case "FeatureCollection":
		return f, false, nil // without features, or with them read
	case "Feature":
	case "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection":
		f.Geometry = fmt.Appendf(nil, `{"type":%q,%s}`, f.Type, f.Geometry)
		f.Type = "Feature"
	default:
		return f, false, fmt.Errorf("is JSON of type %q; allowed are FeatureCollection and Feature", f.Type)
	}
	s.row++
	return f, true, nil
}

var errArcGIS = errors.New("is ArcGIS JSON, which is not GeoJSON: ask for GeoJSON instead (f=geojson in the address of a service, " +
	"Features To JSON with GeoJSON ticked in ArcGIS Pro)")

// members passes the end of the features and what follows them, where a coordinate
// system may still be named.
func (s *featureScanner) members() error {
	if _, err := s.dec.Token(); err != nil { // ]
		return s.bad(err)
	}
	for s.dec.More() {
		key, err := s.dec.Token()
		if err != nil {
			return s.bad(err)
		}
		var value json.RawMessage
		if err := s.decode(&value); err != nil {
			return err
		}
		if key == "crs" {
			s.named = crsName(value)
		}
	}
	if _, err := s.dec.Token(); err != nil { // }
		return s.bad(err)
	}
	return nil
}

func crsName(raw json.RawMessage) string {
	var v struct {
		Properties struct {
			Name string `json:"name"`
			Code any    `json:"code"`
		} `json:"properties"`
	}
	if json.Unmarshal(raw, &v) != nil {
		return ""
	}
	if v.Properties.Name == "" && v.Properties.Code != nil {
		return fmt.Sprintf("EPSG:%v", v.Properties.Code)
	}
	return v.Properties.Name
}

// properties calls add for each property in the file's order. Objects and
// arrays are given as JSON text.
func properties(raw json.RawMessage, add func(name string, value any)) error {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return fmt.Errorf("is no object of properties")
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		var v json.RawMessage
		if err := dec.Decode(&v); err != nil {
			return err
		}
		name, _ := key.(string)
		add(name, scalar(v))
	}
	return nil
}

// scalar is a JSON value as the record's value.
func scalar(raw json.RawMessage) any {
	switch raw[0] {
	case 'n':
		return nil
	case 't', 'f':
		return raw[0] == 't'
	case '"':
		var s string
		if json.Unmarshal(raw, &s) == nil {
			return s
		}
	case '{', '[':
	default:
		if n, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
			return n
		}
		if f, err := strconv.ParseFloat(string(raw), 64); err == nil {
			return finite(f)
		}
	}
	return string(raw)
}

// geojson looks through the first features for their properties, then reads from
// the beginning.
func (j *Job) GeoJSON() error {
	names, named, text, err := j.survey()
	if err != nil {
		return err
	}
	j.src.Encoding, j.src.EncodingFrom = text.encodingName(), text.why
	j.setFields(names.list)
	if err := j.setGeoJSONCRS(named); err != nil {
		return err
	}
	file, size, err := j.open(j.name)
	if err != nil {
		return err
	}
	j.src.size = size
	counted := newBudget(file, maxFile, "the file")
	s, _, err := newFeatureScanner(counted, j.o.Encoding)
	if err != nil {
		return err
	}
	index := names.index()
	j.src.next = func() (record.Record, error) {
		f, err := s.next()
		j.src.done.Store(counted.total)
		if err != nil {
			return record.Record{}, err
		}
		return j.feature(f, s.row, index), nil
	}
	return nil
}

func (j *Job) setFields(names []string) {
	for _, n := range names {
		j.src.Fields = append(j.src.Fields, record.Field{Name: n})
	}
}

func (j *Job) setGeoJSONCRS(named string) error {
	if named != "" {
		c, err := crs.Parse(named)
		j.setCRS(c, "its crs member", err)
		return nil
	}
	c, err := crs.ByCode(4326)
	j.setCRS(c, "GeoJSON is WGS 84 unless it says otherwise", nil)
	return err
}

// feature makes a record; index tells the column of each property.
func (j *Job) feature(f feature, row int64, index map[string]int) record.Record {
	rec := record.Record{Row: row, Values: make([]any, len(j.src.Fields))}
	problem := func(column, value, want string) {
		rec.Problems = append(rec.Problems, &record.CellError{File: j.src.File, Row: row, Column: column, Value: value, Want: want})
	}
	if f.Type != "Feature" {
		problem("type", f.Type, "is not a Feature")
	}
	err := properties(f.Properties, func(name string, v any) {
		if i, ok := index[name]; ok {
			rec.Values[i] = v
		} else {
			problem(name, strings.TrimSpace(fmt.Sprint(v)), fmt.Sprintf("is a property that none of the first %d features has", sampleRows))
		}
	})
	if err != nil {
		problem("properties", string(f.Properties[:min(len(f.Properties), 40)]), err.Error())
	}
	if rec.Geometry, err = shape.GeoJSON(f.Geometry); err != nil {
		rec.Geometry = nil
		problem("geometry", "", err.Error())
	}
	if own := f.ownCRS(); own != "" && rec.Geometry != nil && !j.inSystem(own) {
		rec.Geometry = nil
		problem("crs", own, fmt.Sprintf("is another coordinate system than the file's, %v", j.src.CRS))
	}
	return rec
}

// inSystem tells whether a name is that of the file's coordinate system, or a person
// has said which it is.
func (j *Job) inSystem(name string) bool {
	if j.o.CRS != nil || j.src.CRS == nil {
		return true
	}
	c, err := crs.Parse(name)
	return err == nil && c.String() == j.src.CRS.String()
}
