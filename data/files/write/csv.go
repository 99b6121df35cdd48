package write

import (
	"bufio"
	"encoding/csv"
	"io"

	"github.com/cuntu/cuntu/data/files/record"
)

// CSV writes UTF-8 with a byte order mark and CR LF, as Excel and WPS read it, and marks
// texts that they would take for formulas.
func CSV(out io.Writer, o Options) (*Writer, error) {
	return newCSVWriter(out, o, ',')
}

// TSV writes the same as CSV with tabs between the columns.
func TSV(out io.Writer, o Options) (*Writer, error) {
	return newCSVWriter(out, o, '\t')
}

func newCSVWriter(stream io.Writer, o Options, comma rune) (*Writer, error) {
	out := bufio.NewWriterSize(stream, bufferSize)
	w := newWriter(o)
	out.WriteString("\ufeff") // by which spreadsheets know UTF-8
	c := csv.NewWriter(out)
	c.UseCRLF = true
	c.Comma = comma
	var row []string
	for _, f := range o.Fields {
		row = append(row, record.Guarded(f.Name))
	}
	if err := c.Write(append(row, o.geometryColumns()...)); err != nil {
		return nil, err
	}
	w.write = func(r record.Record) error {
		row = row[:0]
		for _, v := range r.Values {
			if s, ok := v.(string); ok {
				v = record.Guarded(s)
			}
			row = append(row, text(v))
		}
		cells, err := o.geometryCells(r.Geometry)
		if err != nil {
			return err
		}
		return c.Write(append(row, cells...))
	}
	w.end = func() error {
		if c.Flush(); c.Error() != nil {
			return c.Error()
		}
		return out.Flush()
	}
	return w, nil
}
