package write

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/geo/crs"
)

// Options say what is written, in which system, and what things are called.
type Options struct {
	Layer  string         // name of the layer, sheet, table or shapefile; "layer" by default
	Fields []record.Field // columns; the Any type is written as text where a format has types
	CRS    *crs.CRS       // that the geometries are in; nil for WGS 84
	// Lon and Lat, or WKT, are the headings of columns that CSV, TSV and XLSX get
	// for the geometry, after the others. Without them these formats get none.
	Lon, Lat, WKT string
	// Credit names whose data it is and whom licences make us name, in one line. Formats that have a place for it carry it along:
	// GeoJSON's member "attribution", the description of a GeoPackage's layer, a KML document and a FlatGeobuf, a sheet that
	// import leaves out and the foot of a printed page of XLSX, and a text file beside a shapefile. "" is nothing.
	Credit string
	// Name is the field that KML shows beside a place; a field "name" by default.
	Name string
}

// Writer writes records of one layer. Geometries must be in the system of
// Options.CRS already; values are nil, bool, int64, float64 or string.
type Writer struct {
	o     Options
	write func(record.Record) error
	end   func() error // completes the output
	drop  func() error // removes it
	rows  int64
	notes map[string]int
	order []string
	err   error
	done  bool
}

// Notes tell what the format could not hold, such as texts that were cut off, each
// with how often.
func (w *Writer) Notes() []string {
	var out []string
	for _, n := range w.order {
		out = append(out, fmt.Sprintf("%s (%d)", n, w.notes[n]))
	}
	return out
}

func (w *Writer) note(s string) {
	if w.notes[s] == 0 {
		w.order = append(w.order, s)
	}
	w.notes[s]++
}

// Write adds a record. Its Row and Problems are not written.
func (w *Writer) Write(r record.Record) error {
	if w.err != nil || w.done {
		return errors.Join(w.err, errWritten(w.done))
	}
	w.rows++
	if len(r.Values) != len(w.o.Fields) {
		w.err = fmt.Errorf("record %d has %d values, not %d", w.rows, len(r.Values), len(w.o.Fields))
	} else if !finiteGeometry(r.Geometry) {
		w.err = fmt.Errorf("record %d: has a coordinate that is not a number", w.rows)
	} else if err := w.write(r); err != nil {
		w.err = fmt.Errorf("record %d: %w", w.rows, err)
	}
	return w.err
}

func errWritten(done bool) error {
	if done {
		return errors.New("the file is complete already")
	}
	return nil
}

// Close completes the file. After an error of Write it leaves nothing behind and
// returns that error.
func (w *Writer) Close() error {
	if w.done {
		return w.err
	}
	if w.err != nil {
		return errors.Join(w.err, w.Abort())
	}
	w.done = true
	if err := w.end(); err != nil {
		w.err = err
		return errors.Join(err, w.drop())
	}
	return nil
}

// Abort gives up and leaves nothing behind. After Close it does nothing, so that
// it can be deferred.
func (w *Writer) Abort() error {
	if w.done {
		return nil
	}
	w.done = true
	return w.drop()
}

// bufferSize is in bytes.
const bufferSize = 64 << 10

func newWriter(o Options) *Writer {
	nothing := func() error { return nil }
	return &Writer{o: o, notes: map[string]int{}, end: nothing, drop: nothing}
}

// finiteGeometry tells whether every coordinate is a number.
func finiteGeometry(g orb.Geometry) bool {
	ok := true
	each := func(points []orb.Point) {
		for _, p := range points {
			// Infinity less itself is NaN, which is unequal to everything.
			ok = ok && p[0]-p[0] == 0 && p[1]-p[1] == 0
		}
	}
	switch g := g.(type) {
	case orb.Point:
		each([]orb.Point{g})
	case orb.MultiPoint:
		each(g)
	case orb.LineString:
		each(g)
	case orb.Ring:
		each(g)
	case orb.MultiLineString:
		for _, l := range g {
			each(l)
		}
	case orb.Polygon:
		for _, r := range g {
			each(r)
		}
	case orb.MultiPolygon:
		for _, p := range g {
			ok = ok && finiteGeometry(p)
		}
	case orb.Collection:
		for _, p := range g {
			ok = ok && finiteGeometry(p)
		}
	}
	return ok
}

// decimals are how many digits behind the point of a coordinate are worth
// writing: a tenth of a millimetre.
func (o Options) decimals() int {
	if o.CRS != nil && !o.CRS.Geographic() {
		return 4
	}
	return 9
}

// coordinate writes one, without zeros at its end.
func coordinate(b []byte, f float64, decimals int) []byte {
	start := len(b)
	b = strconv.AppendFloat(b, f, 'f', decimals, 64)
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	if b[len(b)-1] == '.' {
		b = b[:len(b)-1]
	}
	if string(b[start:]) == "-0" {
		b = append(b[:start], '0')
	}
	return b
}

// text is a value as a cell shows it; nil is "".
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}
