package write

import (
	"errors"
	"io"
	"os"

	"github.com/cuntu/cuntu/data/files/fgb"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/geo/crs"
)

// FlatGeobuf writes a FlatGeobuf with an index. The index comes first and its features in
// its order, so they wait in a temporary file until all are known.
func FlatGeobuf(out io.Writer, o Options) (*Writer, error) {
	scratch, err := os.CreateTemp("", "cuntu-export-*.fgb")
	if err != nil {
		return nil, err
	}
	system, err := fgbSystem(o.CRS)
	remove := func() error { return errors.Join(ignoreClosed(scratch.Close()), os.Remove(scratch.Name())) }
	if err != nil {
		return nil, errors.Join(err, remove())
	}
	h := fgb.Header{Name: o.Layer, About: o.Credit, System: system}
	for _, f := range o.Fields {
		h.Columns = append(h.Columns, fgb.Column{Name: f.Name, Type: fgbType(f.Type)})
	}
	file := fgb.NewWriter(out, scratch, h)
	w := newWriter(o)
	w.write = func(r record.Record) error {
		values := make([]any, len(r.Values))
		for i, v := range r.Values {
			values[i] = fgbValue(v, h.Columns[i].Type)
		}
		return file.Write(r.Geometry, values)
	}
	w.drop = remove
	w.end = func() error {
		if err := file.Close(); err != nil {
			return err
		}
		return remove()
	}
	return w, nil
}

// fgbSystem is what the header tells; nil for a system that has no definition.
func fgbSystem(c *crs.CRS) (*fgb.System, error) {
	if c == nil {
		var err error
		if c, err = crs.ByCode(4326); err != nil {
			return nil, err
		}
	}
	if c.WKT() == "" { // GCJ-02 and BD-09
		return nil, nil
	}
	s := &fgb.System{Name: c.Name(), WKT: c.WKT(), Code: c.Code()}
	if s.Code != 0 {
		s.Org = "EPSG"
	}
	return s, nil
}

func fgbType(t record.Type) fgb.Type {
	switch t {
	case record.Bool:
		return fgb.Bool
	case record.Int:
		return fgb.Long
	case record.Float:
		return fgb.Double
	case record.Date:
		return fgb.DateTime
	}
	return fgb.String
}

// fgbValue is a value of a column's type, or its text where that takes any.
func fgbValue(v any, t fgb.Type) any {
	if n, ok := v.(int); ok {
		v = int64(n)
	}
	if v == nil || t != fgb.String && t != fgb.DateTime {
		return v
	}
	return text(v)
}
