package read

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"github.com/cuntu/cuntu/data/files/record"
)

// table makes records of the rows of a sheet or of separated text: it finds the
// headings among title rows and the columns that hold the geometry.
type table struct {
	job  *Job
	read func() (row int64, cells []string, err error) // cells are valid until the next call

	ahead    []tableRow // read to find the headings
	end      error      // what ended them
	lon, lat int        // columns, -1 for none
	wkt      int
}

type tableRow struct {
	number int64
	cells  []string
}

// lookAhead is how many rows that are not empty are searched for headings.
const lookAhead = 30

func (t *table) start() error {
	src := t.job.src
	for len(t.ahead) < lookAhead {
		number, cells, err := t.read()
		if err != nil {
			t.end = err
			break
		}
		if !blank(cells) {
			t.ahead = append(t.ahead, tableRow{number, trimmed(cells)})
		}
	}
	if t.end != nil && t.end != io.EOF {
		return t.end
	}
	if len(t.ahead) == 0 {
		return fmt.Errorf("there are no rows")
	}
	first, last, err := findHeader(t.ahead, t.job.o.HeaderRow)
	if err != nil {
		return err
	}
	for _, r := range t.ahead[:first] {
		src.note("row %d is taken for a title: %s", r.number, record.Shorten(strings.Join(strings.Fields(strings.Join(r.cells, " ")), " ")))
	}
	if first != last {
		src.note("rows %d to %d are taken for the headings", t.ahead[first].number, t.ahead[last].number)
	}
	src.HeaderRow = t.ahead[last].number
	data := t.ahead[last+1:]
	if first > 0 && len(data) > 0 && numbersColumns(data[0].cells) {
		src.note("row %d numbers the columns and is left out", data[0].number)
		data = data[1:]
	}
	for _, name := range headings(t.ahead[first:last+1], data) {
		src.Fields = append(src.Fields, record.Field{Name: name})
	}
	t.ahead = data
	if err := t.geometry(); err != nil {
		return err
	}
	src.next = t.next
	return nil
}

func (t *table) next() (record.Record, error) {
	for {
		row, err := t.row()
		if err != nil {
			return record.Record{}, err
		}
		if !blank(row.cells) {
			return t.record(row), nil
		}
	}
}

func (t *table) row() (tableRow, error) {
	if len(t.ahead) > 0 {
		r := t.ahead[0]
		t.ahead = t.ahead[1:]
		return r, nil
	}
	if t.end != nil {
		return tableRow{}, t.end
	}
	number, cells, err := t.read()
	return tableRow{number, cells}, err
}

func (t *table) record(row tableRow) record.Record {
	src := t.job.src
	rec := record.Record{Row: row.number, Values: make([]any, len(src.Fields))}
	for i, cell := range row.cells {
		cell = strings.TrimSpace(cell)
		if cell == "" {
			continue
		}
		if i >= len(src.Fields) {
			rec.Problems = append(rec.Problems, &record.CellError{
				File:  src.File,
				Row:   row.number,
				Value: cell,
				Want:  fmt.Sprintf("stands beyond the last of %d columns", len(src.Fields)),
			})
			break
		}
		if !valid(cell) {
			rec.Problems = append(rec.Problems, &record.CellError{
				File:   src.File,
				Row:    row.number,
				Column: src.Fields[i].Name,
				Value:  strings.ToValidUTF8(cell, "?"),
				Want:   "cannot be read as " + src.encodingText() + "; state the encoding",
			})
		}
		// A copy of its own, for the row it is cut from is reused or much longer.
		rec.Values[i] = strings.Clone(strings.ToValidUTF8(cell, "\uFFFD"))
	}
	g, problems := t.place(rec)
	rec.Geometry = g
	rec.Problems = append(rec.Problems, problems...)
	return rec
}

func (s *Source) encodingText() string {
	if s.Encoding == "" {
		return "text"
	}
	return s.Encoding
}

// place makes the geometry out of the columns that hold it.
func (t *table) place(rec record.Record) (orb.Geometry, []error) {
	src := t.job.src
	problem := func(col int, want string) []error {
		v, _ := rec.Values[col].(string)
		return []error{&record.CellError{File: src.File, Row: rec.Row, Column: src.Fields[col].Name, Value: v, Want: want}}
	}
	if t.wkt >= 0 {
		text, _ := rec.Values[t.wkt].(string)
		if text == "" {
			return nil, nil
		}
		g, err := parseWKT(text)
		if err != nil {
			return nil, problem(t.wkt, err.Error())
		}
		return g, nil
	}
	if t.lon < 0 {
		return nil, nil
	}
	x, _ := rec.Values[t.lon].(string)
	y, _ := rec.Values[t.lat].(string)
	if x == "" && y == "" {
		return nil, nil
	}
	var p orb.Point
	for i, col := range []int{t.lon, t.lat} {
		text, _ := rec.Values[col].(string)
		f, err := ParseAngle(text)
		switch {
		case text == "":
			return nil, problem(col, "is empty, and the other coordinate is not")
		case err != nil:
			return nil, problem(col, "is not a coordinate; allowed are decimals such as 109.9367 and degrees such as 109°56′12″")
		}
		p[i] = f
	}
	return p, nil
}

// parseWKT reads well-known text, EWKT's "SRID=…;" and Z or M included.
func parseWKT(text string) (orb.Geometry, error) {
	if rest, ok := strings.CutPrefix(text, "SRID="); ok {
		_, text, _ = strings.Cut(rest, ";")
	}
	if strings.Count(text, "(") > 1<<20 || nesting(text) > maxDepth {
		return nil, fmt.Errorf("nests too deeply for a geometry")
	}
	flat, err := flatWKT(text)
	if err != nil {
		return nil, err
	}
	if flat == "" {
		return nil, nil
	}
	g, err := wkt.Unmarshal(flat)
	if err != nil {
		return nil, fmt.Errorf("is not a geometry; allowed is WKT such as POINT (109.94 33.87)")
	}
	return g, nil
}

func nesting(s string) (deepest int) {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '(':
			depth++
			deepest = max(deepest, depth)
		case ')':
			depth--
		}
	}
	return deepest
}

// flatWKT drops Z and M, which the decoder does not take; "" for an empty
// geometry.
func flatWKT(s string) (string, error) {
	s = strings.ToUpper(strings.TrimSpace(s))
	if strings.HasSuffix(s, " EMPTY") {
		return "", nil
	}
	var b strings.Builder
	for len(s) > 0 {
		end := strings.IndexAny(s, ",()")
		if end < 0 {
			end = len(s)
		}
		words := strings.Fields(s[:end])
		if len(words) > 0 && words[0][0] >= 'A' && words[0][0] <= 'Z' {
			name := words[0]
			if len(words) == 1 { // POINTZ
				name = strings.TrimRight(name, "ZM")
			} else if len(words) > 2 || strings.Trim(words[1], "ZM") != "" {
				return "", fmt.Errorf("is not a geometry; allowed is WKT such as POINT (109.94 33.87)")
			}
			b.WriteString(name)
		} else {
			b.WriteString(strings.Join(words[:min(len(words), 2)], " "))
		}
		if end < len(s) {
			b.WriteByte(s[end])
			end++
		}
		s = s[end:]
	}
	return b.String(), nil
}

func trimmed(cells []string) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = strings.TrimSpace(strings.Clone(c))
	}
	return out
}

func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" })
}
