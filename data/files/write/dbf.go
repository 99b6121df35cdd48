package write

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"time"

	"github.com/cuntu/cuntu/data/files/record"
)

type dbfWriter struct {
	out    *output
	fields []record.Field
	cols   []record.DBFColumn
	head   []byte
	buf    []byte
	note   func(string)
}

// maxText is the widest text of a DBF.
const maxText = 254

func newDBFWriter(out *output, fields []record.Field, note func(string)) (*dbfWriter, error) {
	d := &dbfWriter{out: out, fields: fields, note: note}
	if len(fields) == 0 { // a table needs a column
		d.fields = []record.Field{{Name: "FID", Type: record.Int}}
	}
	if len(d.fields) > 255 {
		return nil, &record.TooLargeError{What: "the number of columns of a shapefile", Limit: 255}
	}
	names := make([]string, len(d.fields))
	for i, f := range d.fields {
		names[i] = f.Name
	}
	rowLen := 1
	d.head = make([]byte, 32, 32*(len(d.fields)+1)+1)
	for i, name := range record.DBFNames(names) {
		c := dbfKind(d.fields[i])
		c.Offset = rowLen
		rowLen += c.Width
		d.cols = append(d.cols, c)
		var desc [32]byte
		copy(desc[:10], name)
		desc[11], desc[16], desc[17] = c.Kind, byte(c.Width), byte(c.Decimals)
		d.head = append(d.head, desc[:]...)
	}
	if rowLen > 65535 {
		return nil, &record.TooLargeError{What: "a row of a shapefile's table", Limit: 65535}
	}
	d.head = append(d.head, 0x0D)
	d.head[0] = 3
	binary.LittleEndian.PutUint16(d.head[8:], uint16(len(d.head)))
	binary.LittleEndian.PutUint16(d.head[10:], uint16(rowLen))
	d.buf = make([]byte, rowLen)
	_, err := out.Write(d.head)
	return d, err
}

func dbfKind(f record.Field) record.DBFColumn {
	switch f.Type {
	case record.Bool:
		return record.DBFColumn{Kind: 'L', Width: 1}
	case record.Int:
		return record.DBFColumn{Kind: 'N', Width: 18}
	case record.Float:
		return record.DBFColumn{Kind: 'N', Width: 24, Decimals: 15}
	case record.Date:
		return record.DBFColumn{Kind: 'D', Width: 8}
	}
	width := f.Width
	if width <= 0 || width > maxText {
		width = maxText
	}
	return record.DBFColumn{Kind: 'C', Width: width}
}

func (d *dbfWriter) row(values []any) error {
	for i := range d.buf {
		d.buf[i] = ' '
	}
	for i, c := range d.cols {
		if i >= len(values) || values[i] == nil {
			if c.Kind == 'L' {
				d.buf[c.Offset] = '?'
			}
			continue
		}
		cell := d.buf[c.Offset : c.Offset+c.Width]
		s, err := d.cell(c, values[i])
		if err != nil {
			return fmt.Errorf("%s: %w", d.fields[i].Name, err)
		}
		switch {
		case c.Kind == 'N':
			if len(s) > c.Width {
				d.note(fmt.Sprintf("%s: numbers wider than %d digits were left out", d.fields[i].Name, c.Width))
				continue
			}
			copy(cell[c.Width-len(s):], s)
		case len(s) > c.Width:
			d.note(fmt.Sprintf("%s: texts were cut off at %d bytes", d.fields[i].Name, c.Width))
			copy(cell, record.WholeRunes([]byte(s[:c.Width])))
		default:
			copy(cell, s)
		}
	}
	_, err := d.out.Write(d.buf)
	return err
}

// cell is a value in the text of its column's kind.
func (d *dbfWriter) cell(c record.DBFColumn, v any) (string, error) {
	s := text(v)
	switch c.Kind {
	case 'L':
		b, ok := v.(bool)
		if !ok {
			return "", fmt.Errorf("%q is not true or false", record.Shorten(s))
		}
		return map[bool]string{true: "T", false: "F"}[b], nil
	case 'N':
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return "", fmt.Errorf("%q is not a number", record.Shorten(s))
		}
		if len(s) > c.Width {
			s = strconv.FormatFloat(f, 'g', 15, 64)
		}
	case 'D':
		t, err := time.Parse("2006-01-02", s[:min(len(s), 10)])
		if err != nil {
			return "", fmt.Errorf("%q is not a date; allowed is 2017-05-31", record.Shorten(s))
		}
		return t.Format("20060102"), nil
	}
	return s, nil
}

// close writes the end and the number of rows. The date of the header is left at
// its origin, that the same data give the same bytes.
func (d *dbfWriter) close(rows int64) error {
	d.head[1], d.head[2], d.head[3] = 100, 1, 1
	binary.LittleEndian.PutUint32(d.head[4:], uint32(rows))
	if err := d.out.WriteByte(0x1A); err != nil {
		return err
	}
	return d.out.finish(d.head)
}
