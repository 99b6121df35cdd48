package formats

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/crs"
)

// WriteOptions say what is written.
type WriteOptions struct {
	Format Format   // by Create's path where it is ""
	Layer  string   // name of the layer, sheet, table or shapefile; "layer" by default
	Fields []Field  // columns; the Any type is written as text where a format has types
	CRS    *crs.CRS // that the geometries are in; nil for WGS 84
	// Lon and Lat, or WKT, are the headings of columns that CSV, TSV and XLSX get
	// for the geometry, after the others. Without them these formats get none.
	Lon, Lat, WKT string
	// Name is the field that KML shows beside a place; a field "name" by default.
	Name string
}

// Writer writes records of one layer. Geometries must be in the system of
// WriteOptions.CRS already; values are nil, bool, int64, float64 or string.
type Writer struct {
	o     WriteOptions
	write func(Record) error
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
func (w *Writer) Write(r Record) error {
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

// Create makes a file at path, in the format of its extension: .zip is a zipped
// Shapefile, .kmz a zipped KML. The file appears whole when Close succeeds, in place
// of what was there; until then it grows beside, under another name.
func Create(path string, o WriteOptions) (*Writer, error) {
	ext := extension(path)
	if o.Format == "" {
		if o.Format = FormatOf(path); ext == ".zip" {
			o.Format = Shapefile
		}
	}
	if o.Format == "" {
		return nil, fmt.Errorf("%s: the extension tells no format; allowed are .shp, .zip, .geojson, .geojsonl, .gpkg, .csv, .tsv, .xlsx, .kml and .kmz", path)
	}
	if o.Layer == "" {
		o.Layer = strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), ".cuntu-export-")
	if err != nil {
		return nil, err
	}
	remove := func() error { return os.RemoveAll(dir) }
	w, err := createIn(dir, path, o)
	if err != nil {
		return nil, errors.Join(err, remove())
	}
	end, drop := w.end, w.drop
	w.end = func() error {
		if err := end(); err != nil {
			return err
		}
		return moveAll(dir, filepath.Dir(path))
	}
	w.drop = func() error { return errors.Join(drop(), remove()) }
	return w, nil
}

// createIn makes the file, or several, in a directory of its own.
func createIn(dir, path string, o WriteOptions) (*Writer, error) {
	target := filepath.Join(dir, filepath.Base(path))
	switch {
	case o.Format == Shapefile && extension(path) != ".zip":
		return newShapefileWriter(strings.TrimSuffix(target, filepath.Ext(target)), o)
	case o.Format == GeoPackage:
		return newGeoPackageWriter(target, o)
	}
	f, err := os.Create(target)
	if err != nil {
		return nil, err
	}
	w, err := newStream(f, o, extension(path) == ".kmz")
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	end, drop := w.end, w.drop
	w.end = func() error { return errors.Join(end(), f.Close()) }
	w.drop = func() error { return errors.Join(drop(), ignoreClosed(f.Close())) }
	return w, nil
}

func ignoreClosed(err error) error {
	if errors.Is(err, os.ErrClosed) {
		return nil
	}
	return err
}

// moveAll moves what is in a directory into another and removes it.
func moveAll(from, to string) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := os.Rename(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())); err != nil {
			return err
		}
	}
	return os.Remove(from)
}

// NewWriter writes to a stream, such as an answer over HTTP: a Shapefile as a
// zip. A Shapefile and a GeoPackage go through temporary files.
func NewWriter(out io.Writer, o WriteOptions) (*Writer, error) {
	if o.Layer == "" {
		o.Layer = "layer"
	}
	return newStream(out, o, false)
}

func newStream(out io.Writer, o WriteOptions, packed bool) (*Writer, error) {
	switch o.Format {
	case GeoJSON, GeoJSONSeq:
		return newGeoJSONWriter(bufio.NewWriterSize(out, 64<<10), o)
	case CSV, TSV:
		return newCSVWriter(bufio.NewWriterSize(out, 64<<10), o)
	case XLSX:
		return newXLSXWriter(out, o)
	case KML:
		return newKMLWriter(out, o, packed)
	case Shapefile, GeoPackage:
		return newPackedWriter(out, o)
	}
	return nil, fmt.Errorf("format %q cannot be written; allowed are shp, geojson, geojsonl, gpkg, csv, tsv, xlsx and kml", o.Format)
}

func newWriter(o WriteOptions) *Writer {
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
func (o WriteOptions) decimals() int {
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
