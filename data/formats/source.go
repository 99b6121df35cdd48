package formats

import (
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"sync/atomic"

	"github.com/cuntu/cuntu/geo/crs"
)

// Options overrule what Open finds out about a file. The zero Options overrule
// nothing.
type Options struct {
	Format   Format   // by content and name where it is ""
	Encoding string   // such as "GBK"; of text and DBF
	Layer    string   // of a GeoPackage, sheet of a workbook, shapefile in a zip
	CRS      *crs.CRS // of the coordinates
	// Lon and Lat, or WKT, name the columns of a table that hold the geometry, and
	// HeaderRow the row that holds its headings.
	Lon, Lat, WKT string
	HeaderRow     int64
}

// Source is an open file, from which Next takes records one by one. It is not
// for use by several goroutines at once, but for Progress.
type Source struct {
	File   string // as errors name it
	Format Format
	Layer  string   // the one that is read, "" where the format has one only
	Layers []string // all there are
	Fields []Field

	CRS     *crs.CRS // nil where the file does not say
	CRSFrom string   // where CRS comes from: "option", "roads.prj", "GeoJSON is WGS 84" …
	CRSErr  error    // why what the file says about it is of no use

	Encoding     string // "" where the format leaves no choice
	EncodingFrom string

	HeaderRow    int64    // of a table: the last row of its headings
	GeometryFrom []string // of a table: the columns that hold the geometry
	Notes        []string // what else was recognised, for a person

	next   func() (Record, error)
	closes []io.Closer
	size   int64
	done   atomic.Int64
	err    error
}

// Headings are the names of the fields.
func (s *Source) Headings() []string {
	out := make([]string, len(s.Fields))
	for i, f := range s.Fields {
		out[i] = f.Name
	}
	return out
}

// Next is the next record, or io.EOF after the last. Any other error ends the
// reading; what is wrong with one row alone is in its Problems. The record's
// values and geometry are the caller's to keep.
func (s *Source) Next() (Record, error) {
	if s.err != nil {
		return Record{}, s.err
	}
	r, err := s.next()
	if err != nil {
		if err != io.EOF {
			err = s.wrap(err)
		}
		s.err = err
		return Record{}, err
	}
	return r, nil
}

// All yields the records that are left. An error is yielded once, at the end.
func (s *Source) All() iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for {
			r, err := s.Next()
			if err == io.EOF || !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// Progress tells how much of the file has been read, in a unit of the format's
// own (bytes, rows); total is 0 where it is not known. Any goroutine may ask.
func (s *Source) Progress() (done, total int64) { return s.done.Load(), s.size }

// Close ends the reading.
func (s *Source) Close() error {
	var first error
	for i := len(s.closes) - 1; i >= 0; i-- {
		if err := s.closes[i].Close(); err != nil && first == nil {
			first = err
		}
	}
	s.closes = nil
	if s.err == nil {
		s.err = fmt.Errorf("%s: %w", s.File, fs.ErrClosed)
	}
	return first
}

func (s *Source) note(format string, args ...any) {
	s.Notes = append(s.Notes, fmt.Sprintf(format, args...))
}

// wrap names the file, unless the error does.
func (s *Source) wrap(err error) error {
	switch e := err.(type) {
	case *CellError, *LayersError:
		return e
	}
	return fmt.Errorf("%s: %w", s.File, err)
}

// closer makes an io.Closer of a function.
type closer func() error

func (c closer) Close() error { return c() }

// Open opens a file on disk. A file's companions (.dbf, .prj, .cpg) are found
// beside it, and a zip is looked into.
func Open(file string, o Options) (*Source, error) {
	dir, name := filepath.Split(file)
	if dir == "" {
		dir = "."
	}
	d := directory{fs: os.DirFS(dir), dir: ".", abs: func(n string) string { return filepath.Join(dir, n) }}
	return open(d, name, o)
}

// OpenFS opens a file of a file system. A GeoPackage is copied to a temporary
// file first.
func OpenFS(fsys fs.FS, name string, o Options) (*Source, error) {
	return open(directory{fs: fsys, dir: path.Dir(name)}, path.Base(name), o)
}

// job is what a reader is given.
type job struct {
	folder folder
	name   string
	o      Options
	src    *Source
}

// open opens a companion or the file itself and closes it with the source.
func (j *job) open(name string) (io.Reader, int64, error) {
	r, size, err := j.folder.open(name)
	if err != nil {
		return nil, 0, err
	}
	j.src.closes = append(j.src.closes, r)
	return r, size, nil
}

// small reads a whole companion of at most 64 KiB, "" where there is none.
func (j *job) small(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	r, _, err := j.folder.open(name)
	if err != nil {
		return "", err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, 64<<10))
	return string(b), err
}

// setCRS records a coordinate system, unless the options say another.
func (j *job) setCRS(c *crs.CRS, from string, err error) {
	if j.o.CRS != nil {
		j.src.CRS, j.src.CRSFrom = j.o.CRS, "option"
		return
	}
	j.src.CRS, j.src.CRSErr = c, err
	if c != nil || err != nil {
		j.src.CRSFrom = from
	}
}

func open(f folder, name string, o Options) (src *Source, err error) {
	j := &job{folder: f, name: name, o: o, src: &Source{File: name}}
	defer func() {
		if err != nil {
			err = j.src.wrap(err)
			j.src.Close()
			src = nil
		}
	}()
	if o.Encoding != "" {
		if _, _, err := charset(o.Encoding); err != nil {
			return nil, err
		}
	}
	if err := j.detect(); err != nil {
		return nil, err
	}
	j.setCRS(nil, "", nil)
	switch j.src.Format {
	case Shapefile:
		err = j.shapefile()
	case GeoJSON:
		err = j.geojson()
	case GeoJSONSeq:
		err = j.geojsonSeq()
	case GeoPackage:
		err = j.geopackage()
	case CSV, TSV:
		err = j.csv()
	case XLSX:
		err = j.xlsx()
	case KML:
		err = j.kml()
	default:
		err = fmt.Errorf("format %q cannot be read; allowed are %s", j.src.Format, Known)
	}
	if err != nil {
		return nil, err
	}
	if len(j.src.Fields) > maxFields {
		return nil, &TooLargeError{"the number of columns", maxFields}
	}
	return j.src, nil
}
