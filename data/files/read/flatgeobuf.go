package read

import (
	"cmp"
	"strings"

	"github.com/cuntu/cuntu/data/files/fgb"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/files/shape"
	"github.com/cuntu/cuntu/geo/crs"
)

// FlatGeobuf reads a FlatGeobuf, whose rows are its features, numbered from 1.
func (j *Job) FlatGeobuf() error {
	in, size, err := j.open(j.name)
	if err != nil {
		return err
	}
	r, err := fgb.NewReader(in, size, fgb.Limits{Header: maxLine, Feature: maxRecord, Columns: maxFields})
	if err != nil {
		return err
	}
	j.src.size = size
	j.flatGeobufCRS(r.Header.System)
	var columns []int // that are read, by their number in the file
	var names, binary []string
	for i, c := range r.Header.Columns {
		name := strings.ToValidUTF8(c.Name, "\uFFFD")
		if c.Type == fgb.Binary {
			binary = append(binary, name)
			continue
		}
		columns = append(columns, i)
		names = append(names, name)
		j.src.Fields = append(j.src.Fields, record.Field{Type: fgbType(c.Type)})
	}
	for i, name := range distinct(names) {
		j.src.Fields[i].Name = name
	}
	if len(binary) > 0 {
		j.src.note("columns of bytes are left out: %s", strings.Join(binary, ", "))
	}
	j.src.next = func() (record.Record, error) { return j.nextFlatGeobuf(r, columns) }
	return nil
}

func (j *Job) nextFlatGeobuf(r *fgb.Reader, columns []int) (record.Record, error) {
	f, err := r.Next()
	j.src.done.Store(r.Read)
	if err != nil {
		return record.Record{}, err
	}
	rec := record.Record{Row: int64(r.Row), Values: make([]any, len(columns))}
	for i, c := range columns {
		rec.Values[i] = plainValue(f.Values[c])
	}
	for _, p := range f.Problems {
		rec.Problems = append(rec.Problems, &record.CellError{File: j.src.File, Row: rec.Row, Column: p.Column, Want: p.Err.Error()})
	}
	g, err := shape.Sound(f.Geometry)
	if err != nil {
		rec.Problems = append(rec.Problems, &record.CellError{File: j.src.File, Row: rec.Row, Column: "geometry", Want: err.Error()})
	}
	rec.Geometry = g
	return rec, nil
}

// plainValue is a value without what no ledger has: numbers that are none, bytes that are
// no text.
func plainValue(v any) any {
	switch v := v.(type) {
	case float64:
		return finite(v)
	case string:
		return strings.ToValidUTF8(v, "\uFFFD")
	}
	return v
}

// flatGeobufCRS goes by the code, and by the definition where that is not known.
func (j *Job) flatGeobufCRS(s *fgb.System) {
	if s == nil || *s == (fgb.System{}) {
		return
	}
	const from = "the file's header"
	var c *crs.CRS
	var err error
	if s.Code != 0 && strings.EqualFold(cmp.Or(s.Org, "EPSG"), "EPSG") {
		c, err = crs.ByCode(s.Code)
	}
	if c == nil && s.WKT != "" {
		c, err = crs.FromWKT(s.WKT)
	}
	if c == nil && err == nil {
		c, err = crs.Parse(cmp.Or(s.Text, s.Name))
	}
	j.setCRS(c, from, err)
}

func fgbType(t fgb.Type) record.Type {
	switch t {
	case fgb.Bool:
		return record.Bool
	case fgb.Byte, fgb.UByte, fgb.Short, fgb.UShort, fgb.Int, fgb.UInt, fgb.Long:
		return record.Int
	case fgb.Float, fgb.Double:
		return record.Float
	case fgb.String, fgb.JSON:
		return record.Text
	}
	return record.Any // a time, or a number that may be too large for one
}
