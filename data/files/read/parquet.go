package read

import (
	"fmt"
	"io"
	"slices"
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
	table    *table // that finds the geometry in other columns; nil where one holds it
	ahead    []record.Record
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
	j.src.next = p.next
	if p.geometry >= 0 {
		return nil
	}
	return p.tabulate()
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
	if len(p.ahead) > 0 {
		rec := p.ahead[0]
		p.ahead = p.ahead[1:]
		p.job.src.done.Store(rec.Row)
		return p.place(rec), nil
	}
	rec, err := p.read()
	if err != nil {
		return rec, err
	}
	p.job.src.done.Store(rec.Row)
	return p.place(rec), nil
}

// read is the next row without what other columns tell of its place.
func (p *parquetRows) read() (record.Record, error) {
	if err := p.file.Next(p.values); err != nil {
		return record.Record{}, err
	}
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

// tabulate looks for the geometry in columns of coordinates or of text, by their names and
// the first rows.
func (p *parquetRows) tabulate() error {
	t := &table{job: p.job}
	for len(p.ahead) < lookAhead {
		rec, err := p.read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		p.ahead = append(p.ahead, rec)
		t.ahead = append(t.ahead, tableRow{rec.Row, cellTexts(rec.Values)})
	}
	if err := t.geometry(); err != nil {
		return err
	}
	p.table = t
	return nil
}

// place adds the geometry that other columns hold.
func (p *parquetRows) place(rec record.Record) record.Record {
	if p.table == nil {
		return rec
	}
	texts := record.Record{Row: rec.Row, Values: slices.Clone(rec.Values)}
	for _, c := range []int{p.table.lon, p.table.lat, p.table.wkt} {
		if c >= 0 {
			texts.Values[c] = cellText(rec.Values[c])
		}
	}
	g, problems := p.table.place(texts)
	rec.Geometry = g
	rec.Problems = append(rec.Problems, problems...)
	return rec
}

func cellTexts(values []any) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = cellText(v)
	}
	return out
}

// cellText is a value as a sheet shows it.
func cellText(v any) string {
	if v == nil {
		return ""
	}
	return strings.TrimSpace(fmt.Sprint(v))
}
