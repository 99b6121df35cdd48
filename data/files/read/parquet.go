package read

import (
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/files/parquet"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/files/shape"
	"github.com/cuntu/cuntu/geo/wkb"
)

// parquetRows reads the rows of a Parquet file.
type parquetRows struct {
	job      *Job
	file     *parquet.File
	values   []any
	geometry int    // the column of it, -1 for none
	name     string // of that column
}

// Parquet reads a Parquet file: GeoParquet (1.0 and 1.1, of well-known binary), columns
// that Parquet itself marks as geometry or that are called so, and tables without any, in
// which columns of coordinates are found as in other tables. Rows are numbered from 1.
func (j *Job) Parquet() error {
	in, size, err := j.anywhere(j.name)
	if err != nil {
		return err
	}
	file, err := parquet.Open(in, size, parquet.Limits{
		Columns: maxFields,
		Footer:  maxLine,
		Page:    maxRecord,
		Held:    2 * maxRecord,
		Values:  min(maxFile, max(maxRecord, size*maxRatio)),
		Rows:    max(fewRows, min(maxRows, size)), // real ones take a byte at least
	})
	if err != nil {
		return err
	}
	j.src.closes = append(j.src.closes, file)
	p := &parquetRows{job: j, file: file, geometry: -1}
	if p.name, err = j.geometryColumn(file); err != nil {
		return err
	}
	p.choose()
	j.src.size = file.Rows
	if p.geometry >= 0 {
		j.src.next = p.next
		return nil
	}
	return j.places(p.next)
}

// choose keeps the columns that become fields and that of the geometry, and says which
// others there are.
func (p *parquetRows) choose() {
	src := p.job.src
	var bytes, names []string
	found := false // the first of several columns of the name
	p.file.Keep(func(c parquet.Column) bool {
		switch {
		case c.Bytes && c.Name == p.name && !found:
			found = true
			return true
		case c.Bytes:
			bytes = append(bytes, c.Name)
			return false
		}
		return true
	})
	for i, c := range p.file.Columns {
		if c.Bytes {
			p.geometry = i
			continue
		}
		names = append(names, c.Name)
		src.Fields = append(src.Fields, record.Field{Type: c.Type})
	}
	for i, name := range distinct(names) {
		src.Fields[i].Name = name
	}
	if len(bytes) > 0 {
		src.note("columns of bytes are left out: %s", strings.Join(bytes, ", "))
	}
	if len(p.file.LeftOut) > 0 {
		src.note("columns of lists, structures and other types that no table has are left out: %s", strings.Join(p.file.LeftOut, ", "))
	}
	p.values = make([]any, len(p.file.Columns))
}

func (p *parquetRows) next() (record.Record, error) {
	if err := p.file.Next(p.values); err != nil {
		return record.Record{}, err
	}
	p.job.src.done.Store(p.file.Row)
	rec := record.Record{Row: p.file.Row, Values: make([]any, 0, len(p.job.src.Fields))}
	for i, v := range p.values {
		if i != p.geometry {
			rec.Values = append(rec.Values, plainValue(v))
			continue
		}
		b, _ := v.([]byte)
		g, err := readWKB(b)
		if err != nil {
			rec.Problems = append(rec.Problems, &record.CellError{File: p.job.src.File, Row: rec.Row, Column: p.name, Want: err.Error()})
		}
		rec.Geometry = g
	}
	return rec, nil
}

// readWKB reads the geometry of a row; nil where it has none.
func readWKB(b []byte) (orb.Geometry, error) {
	if len(b) == 0 {
		return nil, nil
	}
	var r wkb.Reader // the record keeps the vertices
	g, err := r.Read(b)
	if err != nil || wkb.Empty(g) {
		return nil, err
	}
	return shape.Sound(g)
}
