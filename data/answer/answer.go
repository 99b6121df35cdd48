// Package answer writes the answer of a question in the format asked for: JSON, GeoJSON, a sheet for an office, or a table
// for a terminal. An answer and a format flow in, bytes flow out; it knows no question by name.
package answer

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/files/write"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/question"
)

// MediaType is that of a format.
func MediaType(format string) string {
	if f, ok := files.Find(format); ok {
		return f.MediaType
	}
	return "application/json"
}

// Saved tells whether a format is one to be saved under a name.
func Saved(format string) bool { return format == question.CSV || format == question.XLSX }

// Write writes an answer, whose sheet is called so and carries a credit, as write.Options has it. The error is w's, or that the
// answer cannot be had in the format.
func Write(w io.Writer, a any, format, name, credit string) error {
	switch format {
	case question.JSON:
		if own, ok := a.(question.JSONWriter); ok {
			return own.WriteJSON(w)
		}
		return json.NewEncoder(w).Encode(a)
	case question.GeoJSON:
		if own, ok := a.(question.GeoJSONWriter); ok {
			return own.WriteGeoJSON(w)
		}
	case question.XLSX:
		if book, ok := a.(question.Book); ok {
			return writeBook(w, book.Pages(), credit)
		}
	}
	sheet, ok := a.(question.Sheet)
	if !ok {
		return fmt.Errorf("answer: %T cannot be had as %s", a, format)
	}
	return writeSheet(w, sheet, format, write.Options{Layer: name, Credit: credit})
}

var fieldTypes = map[layers.FieldType]record.Type{
	layers.TypeText: record.Text, layers.TypeInt: record.Int, layers.TypeFloat: record.Float, layers.TypeBool: record.Bool,
}

func writeSheet(w io.Writer, sheet question.Sheet, format string, o write.Options) error {
	columns := sheet.Columns()
	for _, c := range columns {
		if !c.Terminal {
			o.Fields = append(o.Fields, record.Field{Name: c.ID, Type: fieldTypes[c.Type]})
		}
	}
	out, err := files.NewWriter(w, format, o)
	if err != nil {
		return err
	}
	err = sheet.Rows(func(place orb.Geometry, values ...any) error {
		all := make([]any, 0, len(o.Fields))
		for i, c := range columns {
			switch {
			case c.Terminal:
			case i < len(values):
				all = append(all, plain(values[i]))
			default:
				all = append(all, nil)
			}
		}
		if line, ok := place.(orb.LineString); ok && len(line) == 0 {
			place = nil
		}
		return out.Write(record.Record{Values: all, Geometry: place})
	})
	if err != nil {
		return err
	}
	return out.Close()
}

// plain is a value as files take it.
func plain(v any) any {
	switch v := v.(type) {
	case int:
		return int64(v)
	case *float64:
		if v == nil {
			return nil
		}
		return *v
	case *int32:
		if v == nil {
			return nil
		}
		return int64(*v)
	case layers.Words:
		return v.Zh
	}
	return v
}

// Table writes what is brief of an answer for a terminal; say puts words in the reader's tongue.
func Table(w io.Writer, a any, say func(layers.Words) string) error {
	if own, ok := a.(question.TableWriter); ok {
		return own.WriteTable(w, say)
	}
	sheet, ok := a.(question.Sheet)
	if !ok {
		return json.NewEncoder(w).Encode(a)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	columns := sheet.Columns()
	var heads []string
	for _, c := range columns {
		if c.Brief {
			heads = append(heads, strings.ToUpper(say(c.Title)))
		}
	}
	fmt.Fprintln(t, strings.Join(heads, "\t"))
	err := sheet.Rows(func(_ orb.Geometry, values ...any) error {
		var cells []string
		for i, c := range columns {
			if !c.Brief {
				continue
			}
			cell := ""
			if i < len(values) {
				cell = brief(values[i], say)
			}
			cells = append(cells, cell)
		}
		_, err := fmt.Fprintln(t, strings.Join(cells, "\t"))
		return err
	})
	if err != nil {
		return err
	}
	if footer, ok := a.(question.Footer); ok {
		if last := say(footer.Footer()); last != "" {
			fmt.Fprintln(t, last)
		}
	}
	return t.Flush()
}

// brief is a value in a cell of a terminal: numbers to two decimals, or whole from a hundred on.
func brief(v any, say func(layers.Words) string) string {
	if words, ok := v.(layers.Words); ok {
		return say(words)
	}
	switch v := plain(v).(type) {
	case nil:
		return ""
	case float64:
		decimals := 2
		if v >= 100 || v <= -100 {
			decimals = 0
		}
		return strings.TrimSuffix(strconv.FormatFloat(v, 'f', decimals, 64), ".00")
	default:
		return fmt.Sprint(v)
	}
}
