package export

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/project"

	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/files/write"
	"github.com/cuntu/cuntu/geo"
)

// Progress is told how many of all features are written.
type Progress func(done, total int)

// Write writes to a stream: a Shapefile as a zip. It returns what the format could
// not hold, and what a person should know before trusting the coordinates.
func (e *Export) Write(ctx context.Context, out io.Writer, progress Progress) (notes []string, err error) {
	if e.format.OneKind && len(e.kinds) > 1 {
		return e.writeZip(ctx, out, progress)
	}
	w, err := e.format.Stream(out, e.options(e.table.Layer.ID))
	if err != nil {
		return nil, err
	}
	return e.writeAll(ctx, w, e.rows, progress, 0)
}

// WriteFile writes a file, which appears whole or not at all. A name ending in .zip
// is a zipped Shapefile, one in .kmz a zipped KML; one in .shp holds one kind of
// geometry alone.
func (e *Export) WriteFile(ctx context.Context, path string, progress Progress) (notes []string, err error) {
	if e.format.OneKind && len(e.kinds) > 1 {
		if !strings.EqualFold(filepath.Ext(path), e.format.Packed) {
			return nil, fmt.Errorf("%s: these are %s, and a shapefile holds one kind of geometry; give a name ending in .zip, which holds "+
				"one of each", path, strings.Join(e.kinds, " and "))
		}
		return e.writeZipFile(ctx, path, progress)
	}
	name := e.table.Layer.ID
	if e.format.OneKind {
		name = "" // of the file
	}
	w, err := e.format.Create(path, e.options(name))
	if err != nil {
		return nil, err
	}
	return e.writeAll(ctx, w, e.rows, progress, 0)
}

// options describe the file to its writer.
func (e *Export) options(layer string) write.Options {
	o := write.Options{Layer: layer, CRS: e.crs, Credit: e.request.Credit}
	if e.crs.Code() == 4326 {
		o.CRS = nil
	}
	for _, c := range e.columns {
		o.Fields = append(o.Fields, c.Field)
	}
	o.Name = e.nameColumn
	if e.table.Layer.HasGeometry() && !e.request.SkipGeometry {
		e.nameCoordinates(&o)
	}
	return o
}

// nameCoordinates names the columns that tables get for the place: two where all are
// points, else one of WKT. The system stands in brackets behind, where the import
// finds it; but for ids, the names for programs, which are of WGS 84 unless they say
// otherwise.
func (e *Export) nameCoordinates(o *write.Options) {
	system := "(" + e.crs.String() + ")"
	switch e.crs.Code() {
	case 4326:
		if system = "(WGS84)"; e.request.Headings == "id" {
			system = ""
		}
	case 4490:
		system = "(CGCS2000)"
	}
	points := e.table.Layer.Allows(geo.Points)
	for _, k := range e.kinds {
		points = points && k == pointKind
	}
	if len(e.kinds) == 0 {
		points = len(e.table.Layer.Geometry) == 1 && points
	}
	if !points {
		o.WKT = "WKT" + system
		return
	}
	words := map[string][4]string{
		"id": {"lon", "lat", "x", "y"},
		"zh": {"经度", "纬度", "东坐标", "北坐标"},
		"en": {"Longitude", "Latitude", "Easting", "Northing"},
	}[e.request.Headings]
	o.Lon, o.Lat = words[0]+system, words[1]+system
	if !e.crs.Geographic() {
		o.Lon, o.Lat = words[2]+system, words[3]+system
	}
}

// writeAll writes rows and completes the file. done is how many features were
// written before.
func (e *Export) writeAll(ctx context.Context, w *write.Writer, rows []uint32, progress Progress, done int) ([]string, error) {
	defer w.Abort() //nolint:errcheck // after Close it does nothing, and before it there is another error
	values := make([]any, len(e.columns))
	for i, row := range rows {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for c := range e.columns {
			values[c] = e.columns[c].value(row)
		}
		if err := w.Write(record.Record{Values: values, Geometry: e.place(row)}); err != nil {
			return nil, fmt.Errorf("%s/%d: %w", e.table.Layer.ID, e.table.ID(row), err)
		}
		if progress != nil && i%64 == 0 {
			progress(done+i, len(e.rows))
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return append(e.warnings(), w.Notes()...), nil
}

// place is the row's geometry in the system of the file.
func (e *Export) place(row uint32) orb.Geometry {
	if e.request.SkipGeometry {
		return nil
	}
	g := e.table.Shape(row).Geometry() // made anew each time, so it may be moved
	if g == nil || e.crs.Code() == 4326 {
		return g
	}
	return project.Geometry(g, e.crs.FromWGS84)
}

// writeZip writes a shapefile for each kind of geometry, site_point.shp and
// site_polygon.shp, into one zip. What has no place goes with the first.
func (e *Export) writeZip(ctx context.Context, out io.Writer, progress Progress) (notes []string, err error) {
	dir, err := os.MkdirTemp("", "cuntu-export-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	done := 0
	for i, kind := range e.kinds {
		var rows []uint32
		for _, row := range e.rows {
			if k := kindOf(e.table.Shape(row)); k == kind || k == "" && i == 0 {
				rows = append(rows, row)
			}
		}
		w, err := e.format.Create(filepath.Join(dir, e.table.Layer.ID+"_"+kind+e.format.Extensions[0]), e.options(""))
		if err != nil {
			return nil, err
		}
		if notes, err = e.writeAll(ctx, w, rows, progress, done); err != nil {
			return nil, err
		}
		done += len(rows)
	}
	z := zip.NewWriter(out)
	if err := z.AddFS(os.DirFS(dir)); err != nil {
		return nil, err
	}
	return notes, z.Close()
}

func (e *Export) writeZipFile(ctx context.Context, path string, progress Progress) (notes []string, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".cuntu-export-*.zip")
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	notes, err = e.writeZip(ctx, f, progress)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	return notes, os.Rename(f.Name(), path)
}
