package export

import (
	"slices"
	"strings"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/crs"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Request says what to write and how, in the words of flags and parameters. ""
// and 0 ask for the default.
type Request struct {
	Layer    string
	Format   string // the id of one that files lists; GeoJSON by default
	CRS      string // what crs.Parse reads; WGS 84 by default
	Filter   string // CQL2 text
	Area     string // code of any level; only features of this area
	County   string // code; only features of this county
	Town     string // code
	Year     int    // only what is complete by the end of it; all by default
	BBox     string // "west,south,east,north" in degrees of WGS 84
	Headings string // one of HeadingChoices
	Values   string // one of ValueChoices
	// Fields are the ids of those to write; nil for all. SkipGeometry leaves the geometry out.
	Fields       []string
	SkipGeometry bool
	// Credit names whose data it is, as write.Options has it.
	Credit string
}

// HeadingChoices are what columns can be called by: the fields' ids, or their
// titles with the unit.
var HeadingChoices = []string{"id", "zh", "en"}

// ValueChoices are how values that have titles, and truth, can be spelt: as they
// are stored, or by their titles in the tongue of the headings.
var ValueChoices = []string{"stored", "titles"}

// Export is a request that was found good, bound to a snapshot.
type Export struct {
	request Request
	format  *files.Format
	table   *snapshot.Table
	crs     *crs.CRS
	rows    []uint32 // by ascending id, unless they were found otherwise
	kinds   []string // of geometry among the rows, in a fixed order
	box     geo.Box  // around the rows
	columns []column
	// nameColumn is what the column of the features' names is called; "" where there is none.
	nameColumn string
	names      []string                // of the areas that the rows are narrowed to
	within     []func(row uint32) bool // what narrows the rows beside filters
}

// New checks a request and finds its rows. The error is layers.Faults, whose parts are the
// names of parameters: "layer", "f", "crs", "filter", "area", "county", "town", "year", "bbox",
// "headings" and "values".
func New(snap *snapshot.Snapshot, r Request) (*Export, error) {
	var wrong layers.Faults
	e := &Export{request: r}
	e.checkForm(&wrong)
	table, ok := snap.Table(r.Layer)
	if !ok {
		wrong.Add("layer", "%q is not one of %s", r.Layer, strings.Join(snap.Catalog.IDs(), ", "))
		return nil, wrong
	}
	e.table = table
	filters := e.filters(snap, wrong.Add)
	if wrong != nil {
		return nil, wrong
	}
	return e.of(rowsOf(table, filters, e.within))
}

// Of is an export of rows of a table that were found otherwise, in their order: what in a request narrows them does not
// count. The errors are those of New.
func Of(table *snapshot.Table, rows []uint32, r Request) (*Export, error) {
	var wrong layers.Faults
	r.Layer = table.Layer.ID
	e := &Export{request: r, table: table}
	if e.checkForm(&wrong); wrong != nil {
		return nil, wrong
	}
	return e.of(rows)
}

// checkForm checks what the request says of the file's form, and fills in what it leaves open.
func (e *Export) checkForm(wrong *layers.Faults) {
	r := &e.request
	choice := func(part string, value *string, allowed []string) {
		if *value == "" {
			*value = allowed[0]
		}
		if !slices.Contains(allowed, *value) {
			wrong.Add(part, "%q is not one of %s", *value, strings.Join(allowed, ", "))
		}
	}
	choice("f", &r.Format, files.Written())
	choice("headings", &r.Headings, HeadingChoices)
	choice("values", &r.Values, ValueChoices)
	e.format, _ = files.Find(r.Format)
	if r.CRS == "" {
		r.CRS = "EPSG:4326"
	}
	system, err := crs.Parse(r.CRS)
	switch {
	case err != nil:
		wrong.Add("crs", "%v", err)
	case e.format != nil && e.format.Degrees && !system.Geographic():
		wrong.Add("crs", "%s holds degrees, not the metres of %s", strings.ToUpper(e.format.ID), system)
	}
	e.crs = system
}

// of completes an export of rows.
func (e *Export) of(rows []uint32) (*Export, error) {
	e.rows = rows
	e.survey()
	if reason := e.outOfReach(); reason != "" {
		return nil, layers.NewFault("crs", "%s", reason)
	}
	if most := e.format.MostRows; most > 0 && len(e.rows) > most {
		return nil, layers.NewFault(
			"f", "a sheet holds %d rows beside the headings, and these are %d; narrow them or take csv or gpkg", most, len(e.rows),
		)
	}
	e.columns = e.makeColumns()
	return e, nil
}

// Len is how many features will be written.
func (e *Export) Len() int { return len(e.rows) }

// Format is the one asked for.
func (e *Export) Format() *files.Format { return e.format }
