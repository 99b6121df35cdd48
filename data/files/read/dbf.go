package read

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/files/shape"
)

// dbfReader reads a dBASE table (levels 3 to 5, and FoxPro's binary numbers).
type dbfReader struct {
	in       *bufio.Reader
	fields   []record.Field
	columns  []record.DBFColumn
	count    uint32 // as the header says; rows end with the file as well
	row      int64
	buf      []byte
	notes    []string
	problems []*record.CellError

	texts     [][]byte          // the first, where they are said to be UTF-8
	enc       encoding.Encoding // of text, nil for UTF-8
	name, why string            // name is "" until something tells
}

// dbfLanguages are the language driver ids that tell a Chinese code page.
var dbfLanguages = map[byte]string{0x4D: "GBK", 0x7A: "GBK", 0x4F: "Big5", 0x78: "Big5"}

func newDBFReader(r io.Reader, size int64, given, cpg string) (*dbfReader, error) {
	d := &dbfReader{in: newBuffered(r)}
	var head [32]byte
	if _, err := io.ReadFull(d.in, head[:]); err != nil {
		return nil, fmt.Errorf("the header is cut off")
	}
	d.count = binary.LittleEndian.Uint32(head[4:])
	headerLen := int(binary.LittleEndian.Uint16(head[8:]))
	rowLen := int(binary.LittleEndian.Uint16(head[10:]))
	if headerLen < 33 || rowLen < 1 || int64(headerLen) > size+1 {
		return nil, fmt.Errorf("is no dBASE table: a header of %d bytes and rows of %d", headerLen, rowLen)
	}
	descriptors := make([]byte, headerLen-32) // at most 64 KiB
	if _, err := io.ReadFull(d.in, descriptors); err != nil {
		return nil, fmt.Errorf("the header is cut off")
	}
	var names [][]byte
	offset := 1
	for ; len(descriptors) >= 32 && descriptors[0] != 0x0D; descriptors = descriptors[32:] {
		name, _, _ := bytes.Cut(descriptors[:11], []byte{0})
		c := record.DBFColumn{Kind: descriptors[11], Offset: offset, Width: int(descriptors[16]), Decimals: int(descriptors[17])}
		if c.Kind == 'C' && c.Decimals > 0 && offset+c.Width+c.Decimals<<8 <= rowLen {
			c.Width += c.Decimals << 8 // long texts, as Clipper and FoxPro have them
		}
		offset += c.Width
		if offset > rowLen {
			return nil, fmt.Errorf("the columns are %d bytes wide, the rows %d", offset, rowLen)
		}
		names = append(names, bytes.TrimSpace(name))
		d.columns = append(d.columns, c)
	}
	d.buf = make([]byte, rowLen) // at most 64 KiB
	if have := (size - int64(headerLen)) / int64(rowLen); int64(d.count) > have {
		d.notes = append(d.notes, fmt.Sprintf("the .dbf says it has %d rows and has room for %d", d.count, have))
	}
	if err := d.findEncoding(given, cpg, head[29], names); err != nil {
		return nil, err
	}
	d.nameColumns(names)
	return d, nil
}

// nameColumns decodes the names, which stand in the encoding of the text.
func (d *dbfReader) nameColumns(names [][]byte) {
	texts := make([]string, len(names))
	for i, n := range names {
		texts[i], _ = d.decode(n)
	}
	for i, name := range distinct(texts) {
		c := d.columns[i]
		f := record.Field{Name: name, Type: record.Text, Width: c.Width}
		switch c.Kind {
		case 'N', 'F':
			f.Type, f.Decimals = record.Float, c.Decimals
			if c.Decimals == 0 && c.Width <= 18 {
				f.Type = record.Int
			}
		case 'I', '+':
			f.Type = record.Int
		case 'O', 'B', 'Y':
			f.Type = record.Float
		case 'L':
			f.Type = record.Bool
		case 'D':
			f.Type = record.Date
		case 'M', 'G', 'P':
			d.notes = append(d.notes, fmt.Sprintf("column %s is a memo, which is not read", name))
		}
		d.fields = append(d.fields, f)
	}
}

// findEncoding goes by what is told, the .cpg, the language driver, and the bytes
// of the first rows. Where .cpg or driver say what the bytes cannot be, the bytes
// are right: many programs write the one without thought.
func (d *dbfReader) findEncoding(given, cpg string, driver byte, names [][]byte) error {
	if given != "" {
		enc, name, err := charset(given)
		d.enc, d.name, d.why = enc, name, "as told"
		return err
	}
	said, from := strings.TrimSpace(strings.Trim(cpg, "\x00\ufeff")), ".cpg"
	if said == "" {
		said, from = dbfLanguages[driver], "its language driver"
	}
	sample := d.sample(names)
	seen := guessAll(sample)
	if said != "" {
		enc, name, err := charset(said)
		switch {
		case err != nil:
			d.notes = append(d.notes, fmt.Sprintf("the .cpg says %q, which is not known", record.Shorten(said)))
		case name == "Windows-1252" &&
			(seen == utf8Name || seen == gb18030Name &&
				decodes(simplifiedchinese.GB18030, sample)): // what GDAL and ArcGIS write where they know no better
			d.notes = append(d.notes, fmt.Sprintf("%s says %s, the text is %s", from, name, seen))
		case name == utf8Name && seen == gb18030Name, name == gb18030Name && seen == utf8Name && long(sample):
			d.notes = append(d.notes, fmt.Sprintf("%s says %s, the text is %s", from, name, seen))
		default:
			d.enc, d.name, d.why = enc, name, "by "+from
			if name == utf8Name {
				d.texts = sample
			}
			return nil
		}
	}
	if seen == utf8Name && byChance(sample) {
		seen = gb18030Name
	}
	if seen != "" {
		d.setSeen(seen)
	}
	return nil
}

// decodes tells whether all are texts in the encoding.
func decodes(enc encoding.Encoding, texts [][]byte) bool {
	for _, t := range texts {
		if _, ok := decodeCut(enc, t); !ok {
			return false
		}
	}
	return true
}

// decodeCut decodes a text of which the last character may be cut off.
func decodeCut(enc encoding.Encoding, b []byte) (string, bool) {
	out, err := enc.NewDecoder().Bytes(b)
	s := string(out)
	if strings.HasSuffix(s, "\uFFFD") && strings.Count(s, "\uFFFD") == 1 {
		return strings.TrimSuffix(s, "\uFFFD"), true
	}
	return s, err == nil && valid(s)
}

func (d *dbfReader) setSeen(seen string) {
	d.name, d.why = seen, "by its bytes"
	if seen == gb18030Name {
		d.enc = simplifiedchinese.GB18030
	}
}

// long tells whether there is too much text beyond ASCII for GBK to be valid
// UTF-8 by chance.
func long(texts [][]byte) bool {
	n := 0
	for _, t := range texts {
		for _, c := range t {
			if c >= 0x80 {
				n++
			}
		}
	}
	return n > 24
}

// sample is the texts of the rows at hand, each with one byte of padding where it
// has some: only a text without may be cut off within a character.
func (d *dbfReader) sample(names [][]byte) (out [][]byte) {
	for _, n := range names {
		out = append(out, n[:min(len(n)+1, 10, cap(n))])
	}
	ahead, _ := d.in.Peek(sampleBytes)
	for ; len(ahead) >= len(d.buf); ahead = ahead[len(d.buf):] {
		for _, c := range d.columns {
			if c.Kind == 'C' {
				whole := ahead[c.Offset : c.Offset+c.Width]
				out = append(out, whole[:min(len(bytes.TrimRight(whole, " \x00"))+1, c.Width)])
			}
		}
	}
	return out
}

// guessAll is guess for texts of which each may be cut off at its end.
func guessAll(texts [][]byte) string {
	seen := ""
	for _, t := range texts {
		switch guess(t) {
		case gb18030Name:
			return gb18030Name
		case utf8Name:
			seen = utf8Name
		}
	}
	return seen
}

// cell is a text without its padding.
func cell(row []byte, c record.DBFColumn) []byte {
	return bytes.Trim(row[c.Offset:c.Offset+c.Width], " \x00\t\r\n")
}

func (d *dbfReader) encodingName() (name, why string) {
	if d.name == "" {
		return utf8Name, ""
	}
	return d.name, d.why
}

// decode makes text of bytes; false where they are none in the encoding.
func (d *dbfReader) decode(b []byte) (string, bool) {
	if d.name == "" {
		if seen := guess(b); seen != "" {
			d.setSeen(seen)
		}
	}
	if d.enc == nil {
		if s := string(b); utf8.ValidString(s) {
			return s, true
		}
		if w := record.WholeRunes(b); utf8.Valid(w) { // cut off in the middle of a character
			return string(w), true
		}
		return strings.ToValidUTF8(string(b), "\uFFFD"), false
	}
	return decodeCut(d.enc, b)
}

// next reads a row. Its problems stand in d.problems until the next.
func (d *dbfReader) next() (values []any, deleted bool, err error) {
	d.problems = d.problems[:0]
	if d.row >= int64(d.count) {
		return nil, false, io.EOF
	}
	if _, err := io.ReadFull(d.in, d.buf); err != nil {
		if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, false, io.EOF
		}
		return nil, false, err
	}
	d.row++
	if d.buf[0] == '*' {
		return nil, true, nil
	}
	values = make([]any, len(d.columns))
	for i, c := range d.columns {
		values[i] = d.value(i, c)
	}
	return values, false, nil
}

func (d *dbfReader) problem(i int, value, want string) {
	d.problems = append(d.problems, &record.CellError{Column: d.fields[i].Name, Value: value, Want: want})
}

func (d *dbfReader) value(i int, c record.DBFColumn) any {
	raw := d.buf[c.Offset : c.Offset+c.Width]
	switch c.Kind {
	case 'I', '+':
		if c.Width == 4 {
			return int64(int32(binary.LittleEndian.Uint32(raw)))
		}
	case 'O', 'B':
		if c.Width == 8 {
			return finite(math.Float64frombits(binary.LittleEndian.Uint64(raw)))
		}
	case 'Y':
		if c.Width == 8 {
			return float64(int64(binary.LittleEndian.Uint64(raw))) / 1e4
		}
	case 'M', 'G', 'P':
		return nil
	}
	b := bytes.Trim(raw, " \x00\t\r\n")
	if len(b) == 0 {
		return nil
	}
	switch c.Kind {
	case 'N', 'F':
		return d.number(i, c, string(b))
	case 'L':
		switch b[0] {
		case 'T', 't', 'Y', 'y':
			return true
		case 'F', 'f', 'N', 'n':
			return false
		}
		return nil // "?" is not set
	case 'D':
		if len(b) == 8 && record.Digits(string(b)) {
			if string(b) == "00000000" {
				return nil
			}
			return string(b[:4]) + "-" + string(b[4:6]) + "-" + string(b[6:])
		}
	}
	s, ok := d.decode(cell(d.buf, c))
	if !ok {
		d.problem(i, s, "cannot be read as "+d.name+"; state the encoding")
	}
	return strings.TrimSpace(s)
}

func (d *dbfReader) number(i int, c record.DBFColumn, s string) any {
	if c.Decimals == 0 && c.Width <= 18 {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return n
		}
	}
	f, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	switch {
	case record.NoNumber(s):
		d.problem(i, s, "stands for no number and is left out")
		last := d.problems[len(d.problems)-1]
		last.Zh, last.Warning = "表示无效数值，按空处理", true
		return nil
	case err == nil:
		return finite(f)
	case strings.Trim(s, "*") == "": // dBASE's mark of a number too wide for its column
		return nil
	}
	d.problem(i, s, "is not a number")
	return nil
}

// finite is f, or nil for what is no number.
func finite(f float64) any {
	if !shape.Known(f) {
		return nil
	}
	return f
}
