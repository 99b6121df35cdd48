package files

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/files/write"
	"github.com/cuntu/cuntu/geo/crs"
	"github.com/cuntu/cuntu/layers"
)

// Default is the id of the format that is written where none is asked for.
const Default = record.GeoJSON

// Format declares one format.
type Format struct {
	ID         string
	Title      layers.Words // as it is offered
	Name       string       // with its endings, as the errors of reading list it
	Extensions []string     // of files' names, with the dot, in lower case; the one that is written first
	MediaType  string       // of a stream

	// What it can hold.
	Geometry    bool                    // by itself; tables have it in columns
	Degrees     bool                    // and no other coordinates
	OneKind     bool                    // of geometry in a file
	MostRows    int                     // 0 for any number
	Names       func([]string) []string // what it makes of the columns' names; nil where it holds all
	NamesSystem func(*crs.CRS) bool     // whether it tells a coordinate system other than WGS 84; nil for always

	// How it is read; nil where it is not.
	Read func(*read.Job) error
	// How it is written to a stream; nil where it is not. Streams tells that this goes from
	// beginning to end, so that it can be sent while it is made. File writes it, or several
	// files, to the disk, where that is not the same; Pack for names that end in Packed.
	Stream  func(io.Writer, write.Options) (*write.Writer, error)
	Streams bool
	File    func(path string, o write.Options) (*write.Writer, error)
	Packed  string
	Pack    func(io.Writer, write.Options) (*write.Writer, error)
}

// StreamExtension is the ending, with the dot, of a file that holds what Stream writes.
func (f *Format) StreamExtension() string {
	if f.File != nil && f.Pack != nil {
		return f.Packed // of several files
	}
	return f.Extensions[0]
}

// Find is the format of an id.
func Find(id string) (*Format, bool) {
	for _, f := range All() {
		if f.ID == id {
			return f, true
		}
	}
	return nil, false
}

// Named is the format that is written to a file of the name, by its ending: .zip is a
// zipped Shapefile, .kmz a zipped KML.
func Named(name string) (*Format, bool) {
	ending := strings.ToLower(filepath.Ext(name))
	for _, f := range All() {
		if f.Stream != nil && (slices.Contains(f.Extensions, ending) || f.Packed != "" && f.Packed == ending) {
			return f, true
		}
	}
	return nil, false
}

// Written are the ids of the formats that are written, the default first.
func Written() []string {
	ids := []string{Default}
	for _, f := range All() {
		if f.Stream != nil && f.ID != Default {
			ids = append(ids, f.ID)
		}
	}
	return ids
}

func readable() (list read.Formats) {
	for _, f := range All() {
		if f.Read != nil {
			list = append(list, read.Format{ID: f.ID, Name: f.Name, Extensions: f.Extensions, Read: f.Read})
		}
	}
	return list
}

// Open opens a file on disk. A file's companions (.dbf, .prj, .cpg) are found
// beside it, and a zip is looked into.
func Open(file string, o read.Options) (*read.Source, error) {
	return read.Open(file, o, readable())
}

// OpenFS opens a file of a file system. A GeoPackage is copied to a temporary
// file first.
func OpenFS(fsys fs.FS, name string, o read.Options) (*read.Source, error) {
	return read.OpenFS(fsys, name, o, readable())
}

// NewWriter writes a format to a stream, such as an answer over HTTP: a Shapefile as a
// zip.
func NewWriter(out io.Writer, format string, o write.Options) (*write.Writer, error) {
	f, ok := Find(format)
	if !ok || f.Stream == nil {
		return nil, fmt.Errorf("format %q cannot be written; allowed are %s", format, strings.Join(Written(), ", "))
	}
	o.Layer = cmp.Or(o.Layer, "layer")
	return f.Stream(out, o)
}

// Create makes a file at path, in the format of its ending. The file appears whole when
// Close succeeds, in place of what was there.
func Create(path string, o write.Options) (*write.Writer, error) {
	f, ok := Named(path)
	if !ok {
		return nil, errors.New(path + ": the ending tells no format; allowed are " + strings.Join(endings(), ", "))
	}
	return f.Create(path, o)
}

func endings() (list []string) {
	for _, f := range All() {
		if f.Stream != nil {
			list = append(list, f.Extensions[0])
		}
		if f.Packed != "" {
			list = append(list, f.Packed)
		}
	}
	return list
}

// Create makes a file at path in the format, whatever its ending but Packed.
func (f *Format) Create(path string, o write.Options) (*write.Writer, error) {
	o.Layer = cmp.Or(o.Layer, strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)))
	return write.Whole(path, func(target string) (*write.Writer, error) {
		stream := f.Stream
		if strings.EqualFold(filepath.Ext(path), f.Packed) && f.Pack != nil {
			stream = f.Pack
		} else if f.File != nil {
			return f.File(target, o)
		}
		return write.File(target, func(out io.Writer) (*write.Writer, error) { return stream(out, o) })
	})
}
