package read

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/cuntu/cuntu/data/files/record"
)

// AllSheets, as Options.Layer, reads all sheets of a workbook that have the same headings, one after another: a county
// a sheet, as prefectures collect them.
const AllSheets = "*"

// stride lies between the numbers of rows of two sheets.
const stride = 2 * record.MostSheetRows

// part is one of the sheets that are read together.
type part struct {
	name  string
	src   *Source
	order []int // of the first part's columns, in this one
}

// stack reads the sheets whose headings most have, in the workbook's order.
func (j *Job) stack(book *excelize.File, names []string) error {
	groups := map[string][]part{}
	most := ""
	for _, name := range names {
		own := *j
		own.src = &Source{File: j.src.File + "/" + name, CRS: j.src.CRS, CRSFrom: j.src.CRSFrom}
		err := own.sheet(book, name)
		j.src.closes = append(j.src.closes, own.src.closes...)
		if err != nil {
			return fmt.Errorf("sheet %s: %w", name, err)
		}
		headings := slices.Sorted(slices.Values(own.src.Headings()))
		key := strings.Join(headings, "\x00")
		groups[key] = append(groups[key], part{name: name, src: own.src})
		if len(groups[key]) > len(groups[most]) {
			most = key
		}
	}
	parts := groups[most]
	for _, name := range names {
		if !slices.ContainsFunc(parts, func(p part) bool { return p.name == name }) {
			j.src.LeftOut = append(j.src.LeftOut, name)
			j.src.Hints = append(j.src.Hints, &record.CellError{
				File:    j.src.File,
				Want:    "sheet " + name + " has other headings and is left out",
				Zh:      "工作表“" + name + "”的表头与其他表不同，未导入",
				Warning: true,
			})
		}
	}
	first := parts[0].src
	for i := range parts {
		for _, f := range first.Fields {
			at := slices.IndexFunc(parts[i].src.Fields, func(o record.Field) bool { return o.Name == f.Name })
			parts[i].order = append(parts[i].order, at)
		}
		j.src.parts = append(j.src.parts, parts[i].name)
	}
	src := j.src
	src.Layer, src.Layers, src.Together = AllSheets, names, true
	src.Fields, src.HeaderRow, src.GeometryFrom = first.Fields, first.HeaderRow, first.GeometryFrom
	src.CRS, src.CRSFrom = first.CRS, first.CRSFrom
	src.Notes = append(src.Notes, first.Notes...)
	src.note("sheets %s are read together", strings.Join(src.parts, ", "))
	at := 0
	src.next = func() (record.Record, error) {
		for {
			rec, err := parts[at].src.next()
			if err == io.EOF && at+1 < len(parts) {
				at++
				continue
			}
			if err != nil {
				return rec, err
			}
			rec.Row += int64(at) * stride
			src.done.Add(1)
			return parts[at].arrange(rec), nil
		}
	}
	return nil
}

// arrange puts the values in the order of the first part's columns.
func (p *part) arrange(rec record.Record) record.Record {
	values := make([]any, len(p.order))
	for i, from := range p.order {
		values[i] = rec.Values[from]
	}
	rec.Values = values
	return rec
}

// Place is where a record's row stands for a person: in which of the sheets that are read together, "" where there is one
// only, and its number there.
func (s *Source) Place(row int64) (sheet string, number int64) {
	if len(s.parts) == 0 || row <= 0 || row/stride >= int64(len(s.parts)) {
		return "", row
	}
	return s.parts[row/stride], row % stride
}
