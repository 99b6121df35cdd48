package intake

import (
	"context"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/files/write"
)

// reasonColumn is the heading of the column that says why a row was rejected.
const reasonColumn = "原因"

// reject writes the bad rows to a file, as they were but for a last column with
// the reasons.
func (c *checker) reject(ctx context.Context, path string, progress func(done, total int64)) error {
	o := write.Options{Layer: orElse(c.base.layer.Title.Zh, c.base.layer.ID), CRS: c.placer.crs}
	o.Fields = append(o.Fields, c.src.Fields...)
	o.Fields = append(o.Fields, record.Field{Name: reasonName(c.src), Type: record.Text})
	out, err := files.Create(path, o)
	if err != nil {
		return err
	}
	defer out.Abort() // does nothing after Close
	table := len(c.src.GeometryFrom) > 0
	c.first = false
	err = c.records(ctx, progress, func(rec *record.Record) error {
		if !c.bad.has(rec.Row) {
			return nil
		}
		raw := orb.Clone(rec.Geometry) // row moves it
		r := c.row(rec)
		if rec.Geometry = raw; table {
			rec.Geometry = nil // its columns are there
		}
		rec.Values = append(rec.Values[:len(rec.Values):len(rec.Values)], r.reasons())
		return out.Write(*rec)
	})
	if err != nil {
		return err
	}
	return out.Close()
}

// reasonName is a heading that the file has not got.
func reasonName(src *read.Source) string {
	name := reasonColumn
	for again := true; again; {
		again = false
		for _, f := range src.Fields {
			if f.Name == name {
				name, again = name+"_", true
			}
		}
	}
	return name
}

// reasons are why the row is bad, for a person.
func (r *row) reasons() string {
	var all []string
	for i := range r.problems {
		if p := r.problems[i]; !p.Warning {
			p.Row = 0
			all = append(all, p.String(true))
		}
	}
	return strings.Join(all, "；")
}
