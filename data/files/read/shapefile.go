package read

import (
	"bufio"
	"fmt"
	"io"

	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/geo/crs"
)

// Shapefile reads a .shp with its .dbf, .prj and .cpg (ESRI Shapefile Technical
// Description, July 1998). The .dbf is read in step with the .shp; the index
// (.shx) is not needed. A .dbf alone is a table without geometry.
func (j *Job) Shapefile() error {
	all, err := j.folder.names()
	if err != nil {
		return err
	}
	src := j.src
	var shapes *shpReader
	var size int64
	if extension(j.name) != ".dbf" {
		r, n, err := j.open(j.name)
		if err != nil {
			return err
		}
		if shapes, err = newShpReader(r, n); err != nil {
			return err
		}
		size = n
	} else {
		src.note("there is no .shp beside it: places are missing")
	}
	dbfName := companion(all, j.name, ".dbf")
	var rows *dbfReader
	if dbfName != "" {
		r, n, err := j.open(dbfName)
		if err != nil {
			return err
		}
		cpg, err := j.small(companion(all, j.name, ".cpg"))
		if err != nil {
			return err
		}
		if rows, err = newDBFReader(r, n, j.o.Encoding, cpg); err != nil {
			return fmt.Errorf("%s: %w", dbfName, err)
		}
		src.Fields = rows.fields
		src.Encoding, src.EncodingFrom = rows.encodingName()
		src.Notes = append(src.Notes, rows.notes...)
		if shapes == nil {
			size = int64(rows.count)
		}
	} else {
		src.note("there is no .dbf beside it: attributes are missing")
	}
	src.size = size
	if err := j.readPRJ(companion(all, j.name, ".prj")); err != nil {
		return err
	}
	src.next = func() (record.Record, error) { return j.nextShape(shapes, rows) }
	return nil
}

// readPRJ sets the coordinate system by a .prj file, if there is one.
func (j *Job) readPRJ(name string) error {
	text, err := j.small(name)
	if err != nil || text == "" {
		return err
	}
	c, err := crs.FromWKT(text)
	j.setCRS(c, name, err)
	return nil
}

// nextShape joins the next shape and the next row, leaving out deleted ones.
func (j *Job) nextShape(shapes *shpReader, rows *dbfReader) (record.Record, error) {
	for {
		var rec record.Record
		if shapes != nil {
			g, problem, err := shapes.next()
			if err != nil {
				return rec, err
			}
			rec.Row, rec.Geometry = shapes.row, g
			j.src.done.Store(shapes.read)
			if problem != nil {
				rec.Problems = append(rec.Problems, &record.CellError{File: j.src.File, Row: rec.Row, Column: "geometry", Want: problem.Error()})
			}
		}
		if rows == nil {
			return rec, nil
		}
		values, deleted, err := rows.next()
		j.src.Encoding, j.src.EncodingFrom = rows.encodingName()
		switch {
		case err == io.EOF && shapes != nil:
			rec.Values = make([]any, len(j.src.Fields))
			rec.Problems = append(rec.Problems,
				&record.CellError{File: j.src.File, Row: rec.Row, Want: fmt.Sprintf("the .dbf ends after %d rows: attributes are missing", rows.row)})
			return rec, nil
		case err != nil:
			return rec, err
		case deleted:
			continue
		}
		rec.Row, rec.Values = rows.row, values
		for _, p := range rows.problems {
			p.File, p.Row = j.src.File, rec.Row
			rec.Problems = append(rec.Problems, p)
		}
		if shapes == nil {
			j.src.done.Store(rows.row)
		}
		return rec, nil
	}
}

// newBuffered reads through a buffer that is large enough to look ahead in.
func newBuffered(r io.Reader) *bufio.Reader { return bufio.NewReaderSize(r, sampleBytes) }
