package question

import (
	"context"
	"fmt"
	"io"
	"reflect"
	"slices"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
)

// Formats in which answers can be had. Table is for a terminal alone.
const (
	JSON    = "json"
	GeoJSON = "geojson"
	CSV     = "csv"
	XLSX    = "xlsx"
	Table   = "table"
)

// Question is something that may be asked of a world W, such as a snapshot with what is kept of it.
type Question[W any] struct {
	Name
	Params []Param
	Body   reflect.Type // of the JSON body; nil for none
	Answer reflect.Type // what JSON is made of
	// Formats are those in which the answer can be had, the default first.
	Formats []string

	params reflect.Type
	begin  begin[W]
}

// Name is how a question is called.
type Name struct {
	ID      string // in the OpenAPI document, such as listCoverage
	Method  string // GET, which "" is, or POST
	Path    string // with its parameters in braces
	Command string // of the command line, such as "gaps"; "" for none
	Job     string // the kind of the jobs that answer it, where that may take long; "" where it is answered at once
	Title   layers.Words
	Help    layers.Words
	// Reads are the layers of which any part may show in an answer: who may not read all of one cannot ask.
	Reads []string
	// Example is a request, as a query string, that any store with villages answers; a path's parameters are in it too.
	Example string
}

// New declares a question whose parameters are the fields of P. A mistake in the declaration panics, as the first test
// that lists the questions finds.
func New[W, P, A any](name Name, formats []string, ask func(ctx context.Context, world W, params P) (A, error)) *Question[W] {
	return declare[W, P, A](name, formats, atOnce(ask))
}

func declare[W, P, A any](name Name, formats []string, begin begin[W]) *Question[W] {
	q := &Question[W]{Name: name, Answer: reflect.TypeFor[A](), Formats: formats, params: reflect.TypeFor[P](), begin: begin}
	var none A
	if own, ok := any(none).(Shaped); ok {
		q.Answer = reflect.TypeOf(own.Shape())
	}
	q.Params, q.Body = paramsOf(q.params)
	if q.Method == "" {
		q.Method = "GET"
	}
	if len(formats) > 1 {
		q.Params = append(q.Params, formatParam(formats))
	}
	for i, p := range q.Params {
		if slices.ContainsFunc(q.Params[:i], func(other Param) bool { return other.Name == p.Name }) {
			panic(fmt.Sprintf("question %s: parameter %s is declared twice", name.ID, p.Name))
		}
	}
	return q
}

func formatParam(formats []string) Param {
	return Param{
		Name: "f", Kind: Text, OneOf: formats, Default: formats[0], index: nil,
		Help: layers.Words{Zh: "答案的格式。", En: "The answer's format."},
	}
}

// Asked is a question with its parameters, found good.
type Asked[W any] struct {
	*Question[W]
	Format string
	values reflect.Value
}

// NotFound is the error of who asks for something that is not there. It says what.
type NotFound string

func (e NotFound) Error() string { return string(e) }

// Denied is the error of who asks for what they may not know. It says what.
type Denied string

func (e Denied) Error() string { return string(e) }

// TooLarge is the error of who asks for more than one answer may hold. It says what, and how much may be.
type TooLarge string

func (e TooLarge) Error() string { return string(e) }

// Sheet is an answer that can be had as rows, for a spreadsheet, as GeoJSON or on a terminal.
type Sheet interface {
	Columns() []Column
	// Rows tells each row: its place, which may be nil, and its values in the order of Columns, of which later ones may
	// be left out. A value is nil, a bool, an int, an int64, a float64, a string, layers.Words, or a pointer to a
	// float64 or an int32 that may be nil.
	Rows(emit func(place orb.Geometry, values ...any) error) error
}

// Column is a column of a sheet.
type Column struct {
	ID    string
	Type  layers.FieldType
	Title layers.Words
	// Brief columns are shown on a terminal, where there is not room for all, and Terminal columns are shown only there.
	Brief, Terminal bool
}

// Book is an answer of several sheets, which a spreadsheet has one beside the other.
type Book interface{ Pages() []Page }

// Page is a sheet of a book.
type Page struct {
	Title string
	Sheet
}

// JSONWriter is an answer that writes its JSON itself, faster than encoding/json or not held as a whole.
type JSONWriter interface{ WriteJSON(w io.Writer) error }

// Shaped is such an answer, which says what its JSON looks like by a value of a type that has the same.
type Shaped interface{ Shape() any }

// GeoJSONWriter is an answer that writes its GeoJSON itself.
type GeoJSONWriter interface{ WriteGeoJSON(w io.Writer) error }

// TableWriter is an answer that writes its table for a terminal itself; say puts words in the reader's tongue.
type TableWriter interface {
	WriteTable(w io.Writer, say func(layers.Words) string) error
}

// Named is an answer that says what a file of it is called, without an ending. Others are called by the question's ID.
type Named interface{ FileName() string }

// Footer is an answer with a last line for a terminal.
type Footer interface{ Footer() layers.Words }

// Columns reads "id:type 中文 | English" declarations, a column each; the type is text where it is left out, a *
// in front marks what is brief, and a ! what is for a terminal alone. It panics on anything else.
func Columns(declared ...string) []Column {
	columns := make([]Column, len(declared))
	for i, d := range declared {
		columns[i] = parseColumn(d)
	}
	return columns
}
