package read

import (
	"archive/zip"
	"bufio"
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/cuntu/cuntu/data/files/record"
)

// Limits of what is kept of a sheet beside its rows.
const (
	mostMerges  = 1 << 17
	mostUnknown = 1 << 17 // formulas without a result
)

// marks are what a sheet tells beside its rows: cells that are merged downwards and
// formulas that were never calculated.
type marks struct {
	src     *Source
	merges  []merge // by their first rows
	open    []merge // that have begun
	unknown map[int64][]int
	count   int
}

// merge is the first column of merged cells, from row top to row bottom.
type merge struct {
	column      int
	top, bottom int64
	text        string // of its first row, once that was read
}

// marks reads a sheet once for its marks.
func (j *Job) marks(sheet string) (*marks, error) {
	m := &marks{src: j.src, unknown: map[int64][]int{}}
	at, size, err := j.anywhere(j.name)
	if err != nil {
		return nil, err
	}
	z, err := zip.NewReader(at, size)
	if err != nil {
		return nil, fmt.Errorf("the workbook cannot be read: %w", err)
	}
	part, err := sheetPart(z, sheet)
	if err != nil || part == nil {
		return m, nil // the workbook's reader has taken it all the same
	}
	in, err := part.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	if err := m.read(bufio.NewReaderSize(io.LimitReader(in, maxFile), sampleBytes)); err != nil {
		return nil, fmt.Errorf("sheet %s: %w", sheet, err)
	}
	if m.count > mostUnknown {
		return nil, fmt.Errorf("sheet %s: %d formulas were never calculated: open the workbook in Excel or WPS and save it", sheet, m.count)
	}
	slices.SortStableFunc(m.merges, func(a, b merge) int { return cmp.Compare(a.top, b.top) })
	return m, nil
}

// sheetPart is the file in the workbook that a sheet is in, nil where it is not found.
func sheetPart(z *zip.Reader, sheet string) (*zip.File, error) {
	var root, rels struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Type   string `xml:"Type,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := decodePart(z, "_rels/.rels", &root); err != nil {
		return nil, err
	}
	book := "xl/workbook.xml"
	for _, r := range root.List {
		if strings.HasSuffix(r.Type, "/officeDocument") {
			book = strings.TrimPrefix(r.Target, "/")
		}
	}
	var names struct {
		Sheets []struct {
			Name string     `xml:"name,attr"`
			Attr []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := decodePart(z, book, &names); err != nil {
		return nil, err
	}
	if err := decodePart(z, path.Join(path.Dir(book), "_rels", path.Base(book)+".rels"), &rels); err != nil {
		return nil, err
	}
	for _, s := range names.Sheets {
		for _, r := range rels.List {
			if s.Name == sheet && slices.ContainsFunc(s.Attr, func(a xml.Attr) bool { return a.Name.Local == "id" && a.Value == r.ID }) {
				return findPart(z, path.Join(path.Dir(book), r.Target), strings.TrimPrefix(r.Target, "/")), nil
			}
		}
	}
	return nil, nil
}

func findPart(z *zip.Reader, names ...string) *zip.File {
	for _, f := range z.File {
		if slices.Contains(names, f.Name) {
			return f
		}
	}
	return nil
}

func decodePart(z *zip.Reader, name string, v any) error {
	part := findPart(z, name)
	if part == nil {
		return fmt.Errorf("the workbook has no %s", name)
	}
	r, err := part.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	return xml.NewDecoder(io.LimitReader(r, sampleBytes)).Decode(v)
}

// read goes from tag to tag: a sheet may be large, and few of its tags matter.
func (m *marks) read(in *bufio.Reader) error {
	var c cellMark
	for {
		tag, err := nextTag(in)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		name, rest, _ := bytes.Cut(bytes.TrimSuffix(tag, []byte("/")), []byte(" "))
		if i := bytes.LastIndexByte(name, ':'); i >= 0 && name[0] != '/' {
			name = name[i+1:]
		} else if i >= 0 {
			name = append([]byte{'/'}, name[i+1:]...)
		}
		closed := bytes.HasSuffix(tag, []byte("/"))
		switch string(name) {
		case "row":
			if n, err := strconv.ParseInt(xmlAttribute(rest, "r"), 10, 64); err == nil {
				c.row = n - 1
			}
			c.row, c.column = c.row+1, 0
		case "c":
			c.begin(rest)
		case "f":
			c.formula = true
		case "v":
			ahead, _ := in.Peek(1)
			c.result = c.result || !closed && len(ahead) == 1 && ahead[0] != '<' || c.text
		case "/c":
			if c.formula && !c.result && c.column > 0 {
				if m.count++; m.count <= mostUnknown {
					m.unknown[c.row] = append(m.unknown[c.row], c.column-1)
				}
			}
		case "mergeCell":
			m.merge(xmlAttribute(rest, "ref"))
		}
	}
}

// cellMark is the cell at hand.
type cellMark struct {
	row             int64
	column          int // from 1
	text            bool
	formula, result bool
}

func (c *cellMark) begin(attributes []byte) {
	c.column++
	if column, row, err := excelize.CellNameToCoordinates(xmlAttribute(attributes, "r")); err == nil {
		c.column, c.row = column, int64(row)
	}
	c.text = xmlAttribute(attributes, "t") == "str" // an empty text is a result too
	c.formula, c.result = false, false
}

// nextTag is what stands between the next < and >. It is valid until the next read.
func nextTag(in *bufio.Reader) ([]byte, error) {
	for {
		_, err := in.ReadSlice('<')
		if err == nil {
			break
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return nil, err
		}
	}
	tag, err := in.ReadSlice('>')
	if err != nil {
		if errors.Is(err, bufio.ErrBufferFull) {
			return nil, errors.New("a tag of the sheet has no end")
		}
		return nil, err
	}
	return tag[:len(tag)-1], nil
}

func xmlAttribute(attributes []byte, name string) string {
	for rest := attributes; ; {
		i := bytes.Index(rest, []byte(name+`="`))
		if i < 0 {
			return ""
		}
		whole := i == 0 || rest[i-1] == ' ' || rest[i-1] == '\n' || rest[i-1] == '\t'
		rest = rest[i+len(name)+2:]
		if end := bytes.IndexByte(rest, '"'); whole && end >= 0 {
			return string(rest[:end])
		}
	}
}

func (m *marks) merge(ref string) {
	from, to, ok := strings.Cut(ref, ":")
	column, top, err := excelize.CellNameToCoordinates(from)
	if !ok || err != nil {
		return
	}
	if _, bottom, err := excelize.CellNameToCoordinates(to); err == nil && bottom > top && len(m.merges) < mostMerges {
		m.merges = append(m.merges, merge{column: column - 1, top: int64(top), bottom: int64(bottom)})
	}
}

// tells whether there is something to say of a row.
func (m *marks) tells(row int64) bool { return len(m.unknown[row]) > 0 }

// complete puts the texts of merged cells into a row and says which of its formulas
// have no result. Rows come in order.
func (m *marks) complete(row int64, cells []string) ([]string, []error) {
	var problems []error
	for _, column := range m.unknown[row] {
		problems = append(problems, m.problem(row, column, "", false,
			"is a formula that was never calculated: open the workbook in Excel or WPS and save it",
			"公式未计算过；请用 Excel 或 WPS 打开该文件、保存后再导入"))
	}
	for len(m.merges) > 0 && m.merges[0].top <= row {
		if next := m.merges[0]; next.top == row && next.column < len(cells) {
			next.text = strings.TrimSpace(cells[next.column])
			m.open = append(m.open, next)
		}
		m.merges = m.merges[1:]
	}
	m.open = slices.DeleteFunc(m.open, func(o merge) bool { return o.bottom < row })
	if len(m.open) == 0 {
		return cells, problems
	}
	out := slices.Clone(cells)
	for _, o := range m.open {
		if o.top == row || o.text == "" || o.column < len(out) && strings.TrimSpace(out[o.column]) != "" {
			continue
		}
		if !repeats(o.text) {
			problems = append(problems, m.problem(row, o.column, o.text, true,
				fmt.Sprintf("stands in a cell merged with row %d: a number of several rows together, which is not repeated", o.top),
				fmt.Sprintf("与第 %d 行合并的数值，是几行合计，未填入本行", o.top)))
			continue
		}
		for len(out) <= o.column {
			out = append(out, "")
		}
		out[o.column] = o.text
	}
	return out, problems
}

func (m *marks) problem(row int64, column int, value string, warning bool, en, zh string) error {
	e := &record.CellError{File: m.src.File, Row: row, Value: value, Want: en, Zh: zh, Warning: warning}
	if column < len(m.src.Fields) {
		e.Column = m.src.Fields[column].Name
	}
	return e
}

// repeats tells whether a merged text holds for each row that it is merged over: words,
// codes and years do, other numbers are mostly sums.
func repeats(text string) bool {
	if !number(text) {
		return true
	}
	n := len(text)
	whole := strings.Trim(text, "0123456789") == ""
	return whole && (n == 6 || n == 9 || n == 12 || n == 4 && text >= "1900" && text <= "2100")
}
