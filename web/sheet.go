package web

import (
	"fmt"
	"io"
	"net/http"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/files/write"
)

// AnswerFormats are the formats in which answers can be had, the default first.
var AnswerFormats = []string{"json", "geojson", "csv", "xlsx"}

// written is an answer that can be written in the formats.
type written interface {
	Write(w io.Writer, format string) error
}

var contentTypes = map[string]string{
	"json": "application/json", "geojson": "application/geo+json", "csv": "text/csv; charset=utf-8; header=present",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

// sendWritten answers a request; tables are to be saved under the name.
func sendWritten(w http.ResponseWriter, a written, format, name string) error {
	w.Header().Set("Content-Type", contentTypes[format])
	if format == "csv" || format == "xlsx" {
		w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.%s"`, name, format))
	}
	_ = a.Write(w, format) // fails only where the caller is gone
	return nil
}

// sheet is an answer as rows, for every format but JSON: GeoJSON with the columns as
// properties, CSV and XLSX as an office opens them.
type sheet struct {
	name   string
	fields []record.Field
	out    *write.Writer
}

// newSheet begins a sheet of columns, each a name and, behind a colon, int, float or
// bool; a text where there is none.
func newSheet(w io.Writer, format, name string, columns ...string) (*sheet, error) {
	s := &sheet{name: name}
	for _, c := range columns {
		f := record.Field{Name: c, Type: record.Text}
		for suffix, t := range map[string]record.Type{":int": record.Int, ":float": record.Float, ":bool": record.Bool} {
			if n := len(c) - len(suffix); n > 0 && c[n:] == suffix {
				f = record.Field{Name: c[:n], Type: t}
			}
		}
		s.fields = append(s.fields, f)
	}
	var err error
	s.out, err = files.NewWriter(w, format, write.Options{Layer: name, Fields: s.fields})
	return s, err
}

// row adds a row. Values are nil, bool, int, int64, float64, string, or a pointer to a
// float64 or an int32 that may be nil; later ones may be left out.
func (s *sheet) row(g orb.Geometry, values ...any) error {
	all := make([]any, len(s.fields))
	for i, v := range values {
		switch v := v.(type) {
		case int:
			all[i] = int64(v)
		case *float64:
			if v != nil {
				all[i] = *v
			}
		case *int32:
			if v != nil {
				all[i] = int64(*v)
			}
		default:
			all[i] = v
		}
	}
	if line, ok := g.(orb.LineString); ok && len(line) == 0 {
		g = nil
	}
	return s.out.Write(record.Record{Values: all, Geometry: g})
}
