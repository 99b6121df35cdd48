// Package record holds the words in which readers and writers of files speak: a column, a row of values with what is
// wrong with it, and how formats spell them (ids, texts, dBASE columns, shapes). It opens no file, and knows neither the
// formats of package files nor the layers of the catalogue.
package record

import (
	"fmt"
	"strings"

	"github.com/paulmach/orb"
)

// Type is the type of a column. Text formats (CSV, GeoJSON, KML) have none: Any.
type Type uint8

// The types of columns.
const (
	Any Type = iota
	Bool
	Int
	Float
	Text
	Date // "2017-05-31", as text
)

func (t Type) String() string {
	return [...]string{"any", "bool", "int", "float", "text", "date"}[t]
}

// Field is a column.
type Field struct {
	Name string // the heading, as in the file
	Type Type
	// Width is the most bytes or digits that the format allows a value, 0 for no
	// limit; Decimals are those of a number of fixed point.
	Width, Decimals int
}

// Record is one row, feature or placemark.
type Record struct {
	// Row is its number as a person sees it in the file: the row of a sheet, the
	// line of a text file on which it begins, the number of a shape or feature from
	// 1, the fid of a GeoPackage.
	Row int64
	// Values run parallel to the fields. Each is nil, bool, int64, float64 or
	// string; text formats give string or nil alone. Text is free of leading and
	// trailing white space in tables and DBF, untouched elsewhere.
	Values []any
	// Geometry is in the file's own coordinates, x before y as the file has them;
	// nil where there is none. Z and M are dropped.
	Geometry orb.Geometry
	// Problems are what of this row could not be read, *CellError each. The row goes
	// on without it.
	Problems []error
	// Total tells that the row adds up others (小计, 合计) and is none itself.
	Total bool
}

// CellError says what is wrong in one place of a file and what is allowed there.
type CellError struct {
	File   string
	Row    int64  // 0 where the whole file is meant
	Column string // "" where the whole row is meant
	Value  string // as found, shortened
	Want   string // what is allowed, or what is wrong
	Zh     string // the same in Chinese, "" where there is none yet
	// Warning tells that the row is good all the same.
	Warning bool
}

func (e *CellError) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Row != 0 {
		fmt.Fprintf(&b, ": row %d", e.Row)
	}
	if e.Column != "" {
		fmt.Fprintf(&b, ": %s", e.Column)
	}
	if e.Value != "" {
		fmt.Fprintf(&b, ": %q", Shorten(e.Value))
	}
	fmt.Fprintf(&b, ": %s", e.Want)
	return b.String()
}

// Shorten keeps messages readable.
func Shorten(s string) string {
	const most = 60
	if r := []rune(s[:min(len(s), 4*most)]); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// LayersError tells that a file holds several layers (sheets, shapefiles) and
// that Options.Layer must say which, or says one it has not.
type LayersError struct {
	File   string
	Asked  string
	Layers []string
	// Together tells that those that are alike can be read together.
	Together bool
}

func (e *LayersError) Error() string {
	if e.Asked != "" {
		return fmt.Sprintf("%s: has no layer %q; it has %s", e.File, e.Asked, strings.Join(e.Layers, ", "))
	}
	return fmt.Sprintf("%s: holds several layers, choose one: %s", e.File, strings.Join(e.Layers, ", "))
}

// TooLargeError tells that a limit was passed.
type TooLargeError struct {
	What  string // what is too large
	Limit int64
}

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("%s is too large: allowed are %d", e.What, e.Limit)
}

// MostSheetRows is how many rows a sheet holds, by the format's definition (ECMA-376).
const MostSheetRows = 1048576

// Credit is who made what is in a file, which its licence makes users name.
type Credit struct {
	Name    string `json:"name"`
	Source  string `json:"source"` // as it is to be named
	Licence string `json:"licence"`
}

// TagCount is how often a tag was met in a file whose things are tagged freely, and what became of it.
type TagCount struct {
	Tag   string `json:"tag"` // "highway=track"; "" for things without one that the field could come from
	Count int64  `json:"count"`
	// Kept tells that what has the tag is read; without Field the tag itself decided.
	Kept bool `json:"kept"`
	// Field got Value from the tag, and nothing where it is "".
	Field string `json:"field,omitempty"`
	Value string `json:"value,omitempty"`
}
