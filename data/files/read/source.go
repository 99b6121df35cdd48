package read

import (
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/geo/crs"
)

// Options overrule what Open finds out about a file. The zero Options overrule
// nothing.
type Options struct {
	Format   string   // by content and name where it is ""
	Encoding string   // such as "GBK"; of text and DBF
	Layer    string   // of a GeoPackage, sheet of a workbook, shapefile in a zip
	CRS      *crs.CRS // of the coordinates
	// Lon and Lat, or WKT, name the columns of a table that hold the geometry, and
	// HeaderRow the row that holds its headings.
	Lon, Lat, WKT string
	HeaderRow     int64
	IsUnit        func(text string) bool // tells a unit, such as 万元, from other words; nil where none is known
	// For is the layer of the catalogue that the file is read for, which says what of an OpenStreetMap extract is read; Within
	// the area that cuts it, all of it where it is nil, and Tags what changes the table of its tags.
	For    string
	Within orb.MultiPolygon
	Tags   string
}

// Source is an open file, from which Next takes records one by one. It is not
// for use by several goroutines at once, but for Progress.
type Source struct {
	File   string // as errors name it
	Format string
	Layer  string   // the one that is read, "" where the format has one only
	Layers []string // all there are
	// Together tells that AllSheets reads those that are alike together, and LeftOut are the others.
	Together bool
	LeftOut  []string
	Fields   []record.Field

	CRS     *crs.CRS // nil where the file does not say
	CRSFrom string   // where CRS comes from: "option", "roads.prj", "GeoJSON is WGS 84" …
	CRSErr  error    // why what the file says about it is of no use

	Encoding     string // "" where the format leaves no choice
	EncodingFrom string

	HeaderRow    int64    // of a table: the last row of its headings
	GeometryFrom []string // of a table: the columns that hold the geometry
	Notes        []string // what else was recognised, for a person
	// Hints are what a person should look at before the file is taken as it was
	// recognised.
	Hints []*record.CellError
	// Counts tell what became of the tags of a file that is tagged freely, and Credit whom its licence makes users name.
	Counts []record.TagCount
	Credit record.Credit

	parts  []string // sheets that are read together
	next   func() (record.Record, error)
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
func (s *Source) Next() (record.Record, error) {
	if s.err != nil {
		return record.Record{}, s.err
	}
	r, err := s.next()
	if err != nil {
		if err != io.EOF {
			err = s.wrap(err)
		}
		s.err = err
		return record.Record{}, err
	}
	return r, nil
}

// All yields the records that are left. An error is yielded once, at the end.
func (s *Source) All() iter.Seq2[record.Record, error] {
	return func(yield func(record.Record, error) bool) {
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
	case *record.CellError, *record.LayersError:
		return e
	}
	return fmt.Errorf("%s: %w", s.File, err)
}

// closer makes an io.Closer of a function.
type closer func() error

func (c closer) Close() error { return c() }

// Open opens a file on disk. A file's companions (.dbf, .prj, .cpg) are found
// beside it, and a zip is looked into.
func Open(file string, o Options, formats Formats) (*Source, error) {
	dir, name := filepath.Split(file)
	if dir == "" {
		dir = "."
	}
	d := directory{fs: os.DirFS(dir), dir: ".", abs: func(n string) string { return filepath.Join(dir, n) }}
	return open(d, name, o, formats)
}

// OpenFS opens a file of a file system. A GeoPackage is copied to a temporary
// file first.
func OpenFS(fsys fs.FS, name string, o Options, formats Formats) (*Source, error) {
	return open(directory{fs: fsys, dir: path.Dir(name)}, path.Base(name), o, formats)
}

// Job is what a reader is given.
type Job struct {
	formats Formats
	folder  folder
	name    string
	o       Options
	src     *Source
}

// open opens a companion or the file itself and closes it with the source.
func (j *Job) open(name string) (io.Reader, int64, error) {
	r, size, err := j.folder.open(name)
	if err != nil {
		return nil, 0, err
	}
	j.src.closes = append(j.src.closes, r)
	return r, size, nil
}

// anywhere opens a file that can be read at any place.
func (j *Job) anywhere(name string) (io.ReaderAt, int64, error) {
	r, size, err := j.folder.open(name)
	if err != nil {
		return nil, 0, err
	}
	at, ok := r.(io.ReaderAt)
	if !ok {
		if err := r.Close(); err != nil {
			return nil, 0, err
		}
		if r, size, err = j.unpacked(name); err != nil {
			return nil, 0, err
		}
		at = r.(io.ReaderAt) // a file on disk
	}
	j.src.closes = append(j.src.closes, r)
	return at, size, nil
}

// small reads a whole companion of at most 64 KiB, "" where there is none.
func (j *Job) small(name string) (string, error) {
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
func (j *Job) setCRS(c *crs.CRS, from string, err error) {
	if j.o.CRS != nil {
		j.src.CRS, j.src.CRSFrom = j.o.CRS, "option"
		return
	}
	j.src.CRS, j.src.CRSErr = c, err
	if c != nil || err != nil {
		j.src.CRSFrom = from
	}
}

func open(f folder, name string, o Options, formats Formats) (src *Source, err error) {
	j := &Job{formats: formats, folder: f, name: name, o: o, src: &Source{File: name}}
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
	format, ok := formats.find(j.src.Format)
	if !ok {
		return nil, fmt.Errorf("format %q cannot be read; allowed are %s", j.src.Format, formats.known())
	}
	if err := format.Read(j); err != nil {
		return nil, err
	}
	if len(j.src.Fields) > maxFields {
		return nil, &record.TooLargeError{What: "the number of columns", Limit: maxFields}
	}
	return j.src, nil
}

// pick finds the layer asked for, in other case where no two differ by that, or the only
// one.
func pick(file, asked string, layers []string) (int, error) {
	for i, l := range layers {
		if l == asked {
			return i, nil
		}
	}
	if asked == "" && len(layers) == 1 {
		return 0, nil
	}
	alike := func(l string) bool { return asked != "" && strings.EqualFold(l, asked) }
	if i := slices.IndexFunc(layers, alike); i >= 0 && !slices.ContainsFunc(layers[i+1:], alike) {
		return i, nil
	}
	return 0, &record.LayersError{File: file, Asked: asked, Layers: layers}
}
