package formats

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// DBFNames are the names that columns get in a shapefile: at most 10 bytes of
// UTF-8, which are three Chinese characters. Longer ones are cut off, and those that
// are then the same, in whatever case, get a number at their end: population_a and
// population_b become "population" and "populati_2".
func DBFNames(names []string) []string {
	const most = 10
	out := make([]string, len(names))
	seen := map[string]bool{}
	for i, n := range names {
		n = strings.Map(func(r rune) rune {
			if r < 0x20 {
				return '_'
			}
			return r
		}, n)
		if n == "" {
			n = "field"
		}
		short := string(wholeRunes([]byte(n[:min(len(n), most)])))
		for k := 2; seen[strings.ToLower(short)]; k++ {
			end := "_" + strconv.Itoa(k)
			short = string(wholeRunes([]byte(n[:min(len(n), most-len(end))]))) + end
		}
		seen[strings.ToLower(short)] = true
		out[i] = short
	}
	return out
}

type dbfWriter struct {
	out    *output
	fields []Field
	cols   []dbfColumn
	head   []byte
	buf    []byte
	note   func(string)
}

// maxText is the widest text of a DBF.
const maxText = 254

func newDBFWriter(out *output, fields []Field, note func(string)) (*dbfWriter, error) {
	d := &dbfWriter{out: out, fields: fields, note: note}
	if len(fields) == 0 { // a table needs a column
		d.fields = []Field{{Name: "FID", Type: Int}}
	}
	if len(d.fields) > 255 {
		return nil, &TooLargeError{"the number of columns of a shapefile", 255}
	}
	names := make([]string, len(d.fields))
	for i, f := range d.fields {
		names[i] = f.Name
	}
	rowLen := 1
	d.head = make([]byte, 32, 32*(len(d.fields)+1)+1)
	for i, name := range DBFNames(names) {
		c := dbfKind(d.fields[i])
		c.offset = rowLen
		rowLen += c.width
		d.cols = append(d.cols, c)
		var desc [32]byte
		copy(desc[:10], name)
		desc[11], desc[16], desc[17] = c.kind, byte(c.width), byte(c.decimals)
		d.head = append(d.head, desc[:]...)
	}
	if rowLen > 65535 {
		return nil, &TooLargeError{"a row of a shapefile's table", 65535}
	}
	d.head = append(d.head, 0x0D)
	d.head[0] = 3
	binary.LittleEndian.PutUint16(d.head[8:], uint16(len(d.head)))
	binary.LittleEndian.PutUint16(d.head[10:], uint16(rowLen))
	d.buf = make([]byte, rowLen)
	_, err := out.Write(d.head)
	return d, err
}

func dbfKind(f Field) dbfColumn {
	switch f.Type {
	case Bool:
		return dbfColumn{kind: 'L', width: 1}
	case Int:
		return dbfColumn{kind: 'N', width: 18}
	case Float:
		return dbfColumn{kind: 'N', width: 24, decimals: 15}
	case Date:
		return dbfColumn{kind: 'D', width: 8}
	}
	width := f.Width
	if width <= 0 || width > maxText {
		width = maxText
	}
	return dbfColumn{kind: 'C', width: width}
}

func (d *dbfWriter) row(values []any) error {
	for i := range d.buf {
		d.buf[i] = ' '
	}
	for i, c := range d.cols {
		if i >= len(values) || values[i] == nil {
			if c.kind == 'L' {
				d.buf[c.offset] = '?'
			}
			continue
		}
		cell := d.buf[c.offset : c.offset+c.width]
		s, err := d.cell(c, values[i])
		if err != nil {
			return fmt.Errorf("%s: %w", d.fields[i].Name, err)
		}
		switch {
		case c.kind == 'N':
			if len(s) > c.width {
				d.note(fmt.Sprintf("%s: numbers wider than %d digits were left out", d.fields[i].Name, c.width))
				continue
			}
			copy(cell[c.width-len(s):], s)
		case len(s) > c.width:
			d.note(fmt.Sprintf("%s: texts were cut off at %d bytes", d.fields[i].Name, c.width))
			copy(cell, wholeRunes([]byte(s[:c.width])))
		default:
			copy(cell, s)
		}
	}
	_, err := d.out.Write(d.buf)
	return err
}

// cell is a value in the text of its column's kind.
func (d *dbfWriter) cell(c dbfColumn, v any) (string, error) {
	s := text(v)
	switch c.kind {
	case 'L':
		b, ok := v.(bool)
		if !ok {
			return "", fmt.Errorf("%q is not true or false", shorten(s))
		}
		return map[bool]string{true: "T", false: "F"}[b], nil
	case 'N':
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return "", fmt.Errorf("%q is not a number", shorten(s))
		}
		if len(s) > c.width {
			s = strconv.FormatFloat(f, 'g', 15, 64)
		}
	case 'D':
		t, err := time.Parse("2006-01-02", s[:min(len(s), 10)])
		if err != nil {
			return "", fmt.Errorf("%q is not a date; allowed is 2017-05-31", shorten(s))
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
