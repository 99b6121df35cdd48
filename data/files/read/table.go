package read

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/files/shape"
)

// table makes records of the rows of a sheet or of separated text: it finds the
// headings among title rows and the columns that hold the geometry.
type table struct {
	job  *Job
	read func() (row int64, cells []string, err error) // cells are valid until the next call

	// complete puts into a row of data what a sheet tells beside its cells, and says what
	// is wrong with it; nil where there is no such thing.
	complete func(row int64, cells []string) ([]string, []error)
	tells    func(row int64) bool // whether something is wrong with a row

	ahead    []tableRow // read to find the headings
	end      error      // what ended them
	lon, lat int        // columns, -1 for none
	wkt      int        // of text or hexadecimal geometries
	srid     int        // that the first of them names, 0 for none
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
		if !t.blank(number, cells) {
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
	var units []string
	if len(data) > 0 {
		if units = t.units(data[0].cells); units != nil {
			src.note("row %d is taken for the units", data[0].number)
			data = data[1:]
		}
	}
	for i, name := range headings(t.ahead[first:last+1], data) {
		if i < len(units) && units[i] != "" {
			name += "（" + units[i] + "）"
		}
		src.Fields = append(src.Fields, record.Field{Name: name})
	}
	t.ahead = data
	if err := t.geometry(); err != nil {
		return err
	}
	src.next = t.next
	return nil
}

// units are those of a row below the headings that holds nothing else, such as "（万人）"; nil where it is no such row.
func (t *table) units(cells []string) []string {
	if t.job.o.IsUnit == nil || filled(cells) == 0 {
		return nil
	}
	units := make([]string, len(cells))
	for i, cell := range cells {
		if cell == "" {
			continue
		}
		unit := strings.TrimPrefix(strings.Trim(record.Narrow(cell), "()[] "), "单位:")
		if !t.job.o.IsUnit(unit) && unit != "-" && unit != "/" {
			return nil
		}
		if t.job.o.IsUnit(unit) {
			units[i] = unit
		}
	}
	if filled(units) == 0 {
		return nil
	}
	return units
}

func (t *table) next() (record.Record, error) {
	for {
		row, err := t.row()
		if err != nil {
			return record.Record{}, err
		}
		if !t.blank(row.number, row.cells) {
			return t.record(row), nil
		}
	}
}

// blank tells whether a row is to be passed over.
func (t *table) blank(number int64, cells []string) bool {
	return blank(cells) && (t.tells == nil || !t.tells(number))
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
	rec := record.Record{Row: row.number, Values: make([]any, len(src.Fields)), Total: isTotal(row.cells)}
	cells := row.cells
	if t.complete != nil {
		cells, rec.Problems = t.complete(row.number, row.cells)
	}
	for i, cell := range cells {
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
		if isFormulaError(cell) {
			rec.Problems = append(rec.Problems, &record.CellError{
				File:   src.File,
				Row:    row.number,
				Column: src.Fields[i].Name,
				Value:  cell,
				Want:   "is the error of a formula; correct it in Excel or WPS",
				Zh:     "是公式的错误值；请在 Excel 或 WPS 中改正",
			})
			continue
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
		g, srid, err := shape.Parse(text)
		if err != nil {
			return nil, problem(t.wkt, err.Error())
		}
		if srid != t.srid && srid != 0 && t.job.o.CRS == nil {
			return nil, problem(t.wkt, fmt.Sprintf("is in the coordinate system of SRID %d; those before are in SRID %d", srid, t.srid))
		}
		return g, nil
	}
	if t.lon < 0 {
		return nil, nil
	}
	x, _ := rec.Values[t.lon].(string)
	y, _ := rec.Values[t.lat].(string)
	if (x == "" || record.NoNumber(x)) && (y == "" || record.NoNumber(y)) {
		return nil, nil
	}
	var p orb.Point
	for i, col := range []int{t.lon, t.lat} {
		text, _ := rec.Values[col].(string)
		f, err := record.ParseAngle(text)
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

// places reads the rows of next, whose fields are known and whose values have types, with the geometry that columns of
// coordinates or of text hold, as in other tables.
func (j *Job) places(next func() (record.Record, error)) error {
	t := &table{job: j}
	var ahead []record.Record
	for len(ahead) < lookAhead {
		rec, err := next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		ahead = append(ahead, rec)
		t.ahead = append(t.ahead, tableRow{rec.Row, cellTexts(rec.Values)})
	}
	if err := t.geometry(); err != nil {
		return err
	}
	j.src.next = func() (rec record.Record, err error) {
		if len(ahead) > 0 {
			rec, ahead = ahead[0], ahead[1:]
		} else if rec, err = next(); err != nil {
			return rec, err
		}
		if len(j.src.GeometryFrom) == 0 {
			return rec, nil
		}
		texts := rec
		texts.Values = slices.Clone(rec.Values)
		for _, c := range []int{t.lon, t.lat, t.wkt} {
			if c >= 0 {
				texts.Values[c] = cellText(rec.Values[c])
			}
		}
		g, problems := t.place(texts)
		rec.Geometry = g
		rec.Problems = append(rec.Problems, problems...)
		return rec, nil
	}
	return nil
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

// totals are the words that a row begins or ends its name with which adds up others.
var totals = []string{"小计", "合计", "总计", "共计", "累计", "总合计"}

// isTotal tells a row that adds up others: one cell says so, and what stands behind it
// are numbers or nothing.
func isTotal(cells []string) bool {
	found, named := false, false
	for _, cell := range cells {
		switch text := plainCell(cell); {
		case found && text != "" && !number(text) && strings.Trim(text, "-—/") != "":
			return false
		case found:
		case slices.Contains(totals, text), !named && slices.ContainsFunc(totals, func(t string) bool { return strings.HasSuffix(text, t) }):
			found = true
		case number(text) && text != "":
			return false // the word comes before the sums
		case text != "":
			named = true
		}
	}
	return found
}

// plainCell is a cell without blanks, brackets and colons.
func plainCell(s string) string {
	return strings.NewReplacer(" ", "", "(", "", ")", "", ":", "", "\n", "").Replace(record.Narrow(s))
}

// isFormulaError tells what a spreadsheet shows in place of a result.
func isFormulaError(s string) bool {
	switch s {
	case "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA", "#FIELD!":
		return true
	}
	return false
}
