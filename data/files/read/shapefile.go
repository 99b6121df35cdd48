package read

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"

	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/geo/crs"
)

// Shapefile reads a .shp with its .dbf, .prj and .cpg (ESRI Shapefile Technical
// Description, July 1998). The .dbf is read in step with the .shp, in the order of the
// index (.shx) where that is another than the file's: what was edited and never packed
// has new shapes at the end, and old ones that no row has. A .dbf alone is a table, which
// may have coordinates in columns.
func (j *Job) Shapefile() error {
	all, err := j.folder.names()
	if err != nil {
		return err
	}
	src := j.src
	var shapes *shpReader
	var size int64
	if extension(j.name) != ".dbf" {
		if shapes, err = j.shapes(companion(all, j.name, ".shx"), companion(all, j.name, ".dbf")); err != nil {
			return err
		}
		size = shapes.size
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
		j.doubt(rows.texts)
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
	next := func() (record.Record, error) { return j.nextShape(shapes, rows) }
	if shapes != nil {
		src.next = next
		return nil
	}
	if err := j.places(next); err != nil {
		return err
	}
	if len(src.GeometryFrom) == 0 {
		src.note("there is no .shp beside it: places are missing")
	}
	return nil
}

// shapes opens the .shp, and its index where that is sound and says more than the
// order of the file.
func (j *Job) shapes(index, table string) (*shpReader, error) {
	r, size, err := j.folder.open(j.name)
	if err != nil {
		return nil, err
	}
	order, err := j.order(index, table, size)
	if err != nil {
		j.src.note("the .shx is not used: %v", err)
		order.inStep = true
	}
	if _, seeks := r.(io.Seeker); order.back && !order.inStep && !seeks {
		if err := r.Close(); err != nil {
			return nil, err
		}
		if r, size, err = j.unpacked(j.name); err != nil {
			return nil, err
		}
	}
	j.src.closes = append(j.src.closes, r)
	s, err := newShpReader(r, size)
	if err != nil || order.inStep {
		return s, err
	}
	x, _, err := j.open(index)
	if err != nil {
		return nil, err
	}
	j.src.note("the shapes are read in the order of the .shx, which is not that of the .shp")
	s.index, err = newShxReader(x)
	return s, err
}

// order is what the index says; in step where there is none. An index of another
// number of shapes than the table has rows is not believed.
func (j *Job) order(index, table string, size int64) (shapeOrder, error) {
	if index == "" || size <= 0 {
		return shapeOrder{inStep: true}, nil
	}
	r, _, err := j.folder.open(index)
	if err != nil {
		return shapeOrder{}, err
	}
	defer r.Close()
	x, err := newShxReader(r)
	if err != nil {
		return shapeOrder{}, err
	}
	order, err := x.survey(size)
	if err != nil || order.inStep || table == "" {
		return order, err
	}
	t, _, err := j.folder.open(table)
	if err != nil {
		return order, err
	}
	defer t.Close()
	head := make([]byte, 8)
	if _, err := io.ReadFull(t, head); err != nil {
		return order, nil // said when the table is read
	}
	if rows := int64(binary.LittleEndian.Uint32(head[4:])); rows != order.count {
		return order, fmt.Errorf("it has %d shapes and the .dbf %d rows", order.count, rows)
	}
	return order, nil
}

// unpacked is a file of a zip as one that can be read in any order, until the source
// is closed.
func (j *Job) unpacked(name string) (io.ReadCloser, int64, error) {
	path, err := j.copyToDisk(name)
	if err != nil {
		return nil, 0, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	return f, info.Size(), err
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
