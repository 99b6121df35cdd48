package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/intake/ledger"
	"github.com/cuntu/cuntu/data/intake/screen"
	"github.com/cuntu/cuntu/layers"
)

// checker turns the records of one file into rows.
type checker struct {
	path    string
	options Options
	base    *base
	src     *read.Source // open in a pass
	columns []Column
	screen  screen.Screen
	placer  placer
	replace *replacement

	comparison *comparison // set before the first pass

	code, name, county, town int    // fields, -1 for none
	refs                     []int  // columns that refer to places, counties before towns before villages
	plain                    []int  // the other columns that are taken
	set                      []bool // fields that the file has
	sets                     []int  // the same, as a list

	prints *fingerprint
	byKey  map[uint64]int32 // rows of the snapshot by key; −1 for several

	seen     map[uint64]seenRow // the first row of each key
	twins    map[uint64]bool    // keys that several rows have
	bad      numbers            // rows
	found    numbers            // ids of features that the file has
	touched  numbers            // ids of features that will change or go
	going    []int64            // ids of those that go
	late     []late             // found since the last row
	first    bool               // in the first pass
	shares   []shareStats       // by column
	nearBy   map[string][]Candidate
	compared int                   // names, to find those
	cells    []map[string]seenCell // by column
	places   map[placeName]seenCell
}

// placeName is a name or code of a place where a row has it.
type placeName struct {
	column int
	text   string
	within within
}

// shareStats sees whether the shares of a column are fractions of 1.
type shareStats struct{ n, atMostOne, fractions int64 }

// mostCompared is how many names are compared in all to find those that resemble
// unknown ones; it takes some ten seconds.
const mostCompared = 10_000_000

// newChecker settles how a file is read. src is open and is left so.
func newChecker(path string, o Options, b *base, src *read.Source, p placer) (*checker, []Problem, error) {
	l := b.layer
	if err := o.check(l, src); err != nil {
		return nil, nil, err
	}
	if err := ledger.CheckSender(o.Sender); err != nil {
		return nil, nil, err
	}
	if err := o.Conflicts.Check(l).Err(); err != nil {
		return nil, nil, err
	}
	replace, err := o.replaces(l)
	if err != nil {
		return nil, nil, err
	}
	columns, problems := matchColumns(l, src, overlay(o.Columns, o.Map))
	if len(o.Key) == 0 && hasAll(columns, l.Apart) {
		o.Key = l.Apart
	}
	c := &checker{
		path: path, options: o, base: b, src: src, columns: columns, screen: screenOf(l, columns), placer: p, replace: replace,
		code: l.Field("code"), name: l.Field("name"), county: l.Field("county"), town: l.Field("town"),
		set: make([]bool, len(l.Fields)), prints: newFingerprint(),
		seen: map[uint64]seenRow{}, twins: map[uint64]bool{}, shares: make([]shareStats, len(columns)), nearBy: map[string][]Candidate{},
		cells: make([]map[string]seenCell, len(columns)), places: map[placeName]seenCell{},
	}
	for _, ref := range []string{"county", "town", "village"} {
		for i := range columns {
			if f := columns[i].field; f >= 0 && l.Fields[f].Ref == ref {
				c.refs = append(c.refs, i)
				if g := b.places[ref]; g == nil || len(g.list) == 0 {
					problems = append(problems, Problem{Column: columns[i].Name, Field: l.Fields[f].ID, Kind: NoReference, Warning: true, Message: words(
						"数据库中还没有图层 %s，无法核对其代码和名称", "the store has no features of layer %s to check codes and names against", ref)})
				}
			}
		}
	}
	for i := range columns {
		f := columns[i].field
		if f < 0 {
			continue
		}
		c.set[f] = true
		if l.Fields[f].Ref == "" {
			c.plain = append(c.plain, i)
		}
	}
	c.sets = []int{} // nil would mean all
	for i, set := range c.set {
		if set || c.code >= 0 && l.Fields[i].ID == layers.PlacedBy {
			c.sets = append(c.sets, i)
		}
	}
	for _, hint := range src.Hints {
		err := c.screen.Problem(hint)
		if err == nil {
			continue
		}
		p := cellProblem(err)
		p.Kind = Suspect
		problems = append(problems, p)
	}
	if c.replace != nil && len(src.LeftOut) > 0 {
		problems = append(problems, Problem{Kind: BadReplace, Message: words(
			"替换时不能漏掉工作表（%s），否则其中的要素会被删除；请从文件中移走，或逐表导入",
			"when replacing, no sheet can be left out (%s): the features in it would be removed; take it out of the file, or import sheet by sheet",
			join(src.LeftOut))})
	}
	c.index()
	return c, problems, nil
}

// hasAll tells whether columns go into all of some fields.
func hasAll(columns []Column, fields []string) bool {
	for _, f := range fields {
		if !slices.ContainsFunc(columns, func(c Column) bool { return c.field >= 0 && c.Field == f }) {
			return false
		}
	}
	return true
}

// pass makes rows of all records.
func (c *checker) pass(ctx context.Context, first bool, progress func(done, total int64), fn func(*row) error) error {
	c.first = first
	return c.records(ctx, progress, func(rec *record.Record) error { return fn(c.row(rec)) })
}

// records reads the file once, from its beginning. progress hears how far it is.
func (c *checker) records(ctx context.Context, progress func(done, total int64), fn func(*record.Record) error) error {
	o, err := c.options.formats()
	if err != nil {
		return err
	}
	src, err := files.Open(c.path, o)
	if err != nil {
		return &FileError{err}
	}
	defer src.Close()
	for n := 0; ; n++ {
		if n%1024 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			progress(src.Progress())
		}
		rec, err := src.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return &FileError{err}
		}
		if err := fn(&rec); err != nil {
			return err
		}
	}
	_, total := src.Progress()
	progress(total, total)
	return nil
}

// row makes a row of a record and finds all that is wrong with it.
func (c *checker) row(rec *record.Record) *row {
	fields := len(c.base.layer.Fields)
	r := &row{number: rec.Row, values: make([]layers.Value, fields), set: make([]bool, fields)}
	found := c.screen.Clean(rec, nil)
	if rec.Total {
		r.verdict = leftOut
		r.problems = append(r.problems, Problem{
			Row: r.number, Kind: TotalRow, Warning: true,
			Message: words("是合计行，不导入", "adds up other rows and is left out"),
		})
		return r
	}
	for _, f := range found {
		col, kind := &c.columns[f.Column], f.Kind.Words()
		r.problem(col, nil, bad(Personal, layers.Words{
			Zh: "含" + kind.Zh + "，个人信息不得导入；请删去，或将此列设为不导入",
			En: "holds " + kind.En + ", and personal data must not come in: take it out, or leave the column out",
		}))
	}
	for _, err := range rec.Problems {
		p := cellProblem(err)
		p.Row = rec.Row
		r.problems = append(r.problems, p)
	}
	for _, i := range c.plain {
		c.cell(r, i, rec.Values[i])
	}
	for _, i := range c.refs {
		c.reference(r, i, rec.Values[i])
	}
	c.locate(r, rec.Geometry)
	c.identify(r)
	c.complete(r)
	c.twin(r)
	for i := range r.problems {
		r.problems[i].Place = r.place
	}
	return r
}

// cell reads one cell into its field.
func (c *checker) cell(r *row, i int, cell any) {
	col := &c.columns[i]
	f := &c.base.layer.Fields[col.field]
	v, set, t := c.readCell(f, i, cell)
	if t == nil && set && col.field == c.code {
		v, t = c.ownCode(v)
		set = t == nil
	}
	if t != nil {
		r.problem(col, cell, t)
	}
	if set {
		r.values[col.field], r.set[col.field] = v, true
		if f.Unit == "%" && c.first && !v.IsNull() {
			s := &c.shares[i]
			s.n++
			if v.Float() <= 1 {
				s.atMostOne++
				if v.Float() != 0 && v.Float() != 1 {
					s.fractions++
				}
			}
		}
	}
}

// seenCell is what became of a text in a column.
type seenCell struct {
	value layers.Value
	set   bool
	t     *trouble
}

// mostSeen is how many texts of a column are kept: those of few values repeat.
const mostSeen = 1024

// readCell is readCell that remembers.
func (c *checker) readCell(f *layers.Field, i int, cell any) (layers.Value, bool, *trouble) {
	text, ok := cell.(string)
	if !ok || f.Type == layers.TypeText && len(f.Values) == 0 || f.Type == layers.TypeCode {
		return readCell(f, &c.columns[i], cell)
	}
	seen, ok := c.cells[i][text]
	if !ok {
		seen.value, seen.set, seen.t = readCell(f, &c.columns[i], cell)
		if c.cells[i] == nil {
			c.cells[i] = map[string]seenCell{}
		}
		if len(c.cells[i]) < mostSeen {
			c.cells[i][text] = seen
		}
	}
	return seen.value, seen.set, seen.t
}

func (r *row) problem(col *Column, cell any, t *trouble) {
	value := ""
	if cell != nil {
		value = shorten(strings.TrimSpace(fmt.Sprint(cell)))
	}
	r.problems = append(r.problems, Problem{
		Row: r.number, Column: col.Name, Field: col.Field, Value: value,
		Kind: t.kind, Warning: t.warning, Message: t.message, Near: t.near,
	})
}
