package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/cuntu/cuntu/data/formats"
	"github.com/cuntu/cuntu/layers"
)

// checker turns the records of one file into rows.
type checker struct {
	path    string
	options Options
	base    *base
	src     *formats.Source // open in a pass
	columns []Column
	placer  placer
	replace *replacement

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
func newChecker(path string, o Options, b *base, src *formats.Source, p placer) (*checker, []Problem, error) {
	l := b.layer
	if err := o.check(l, src); err != nil {
		return nil, nil, err
	}
	replace, err := o.replaces(l)
	if err != nil {
		return nil, nil, err
	}
	columns, problems := matchColumns(l, src, overlay(o.Columns, o.Map))
	c := &checker{
		path: path, options: o, base: b, src: src, columns: columns, placer: p, replace: replace,
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
		if set {
			c.sets = append(c.sets, i)
		}
	}
	c.index()
	return c, problems, nil
}

// pass makes rows of all records.
func (c *checker) pass(ctx context.Context, first bool, progress func(done, total int64), fn func(*row) error) error {
	c.first = first
	return c.records(ctx, progress, func(rec *formats.Record) error { return fn(c.row(rec)) })
}

// records reads the file once, from its beginning. progress hears how far it is.
func (c *checker) records(ctx context.Context, progress func(done, total int64), fn func(*formats.Record) error) error {
	o, err := c.options.formats()
	if err != nil {
		return err
	}
	src, err := formats.Open(c.path, o)
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
func (c *checker) row(rec *formats.Record) *row {
	fields := len(c.base.layer.Fields)
	r := &row{number: rec.Row, values: make([]layers.Value, fields), set: make([]bool, fields)}
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

// codeDigits are those of a layer's own codes, 0 where any will do.
func codeDigits(layer string) int {
	return map[string]int{"county": 6, "town": 9, "village": 12}[layer]
}

// ownCode checks a code of the layer itself and puts the statistics bureau's twelve
// digits into as many as the layer's codes have.
func (c *checker) ownCode(v layers.Value) (layers.Value, *trouble) {
	n := codeDigits(c.base.layer.ID)
	code := v.Text()
	if n == 0 || len(code) == n {
		return v, nil
	}
	if len(code) > n && strings.Trim(code[n:], "0") == "" {
		return layers.Text(code[:n]), nil
	}
	return layers.Null, bad(NotCode, words("代码应为 %d 位数字", "the code must have %d digits", n))
}

// reference reads a cell that names a county, town or village by code or by name.
func (c *checker) reference(r *row, i int, cell any) {
	col := &c.columns[i]
	f := &c.base.layer.Fields[col.field]
	text := strings.TrimSpace(narrow(cellText(cell)))
	if nothing(text) {
		return
	}
	if text == Clear && !f.Required {
		r.set[col.field] = true
		return
	}
	at := placeName{i, text, c.scope(r, f.Ref)}
	seen, ok := c.places[at]
	if !ok {
		seen.value, seen.t = c.refer(f, text, at.within)
		if len(c.places) < mostSeen {
			c.places[at] = seen
		}
	}
	if seen.t != nil {
		r.problem(col, cell, seen.t)
		return
	}
	r.values[col.field], r.set[col.field] = seen.value, true
}

func cellText(cell any) string {
	switch cell := cell.(type) {
	case nil:
		return ""
	case string:
		return cell
	case float64:
		return strings.TrimSuffix(fmt.Sprintf("%.1f", cell), ".0")
	}
	return fmt.Sprint(cell)
}

// scope is what the row tells already of where a place lies.
func (c *checker) scope(r *row, ref string) within {
	var w within
	if ref != "county" && c.county >= 0 {
		w.county = r.values[c.county].Text()
	}
	if ref == "village" && c.town >= 0 {
		w.town = r.values[c.town].Text()
	}
	if c.code >= 0 && w.county == "" && ref != "county" {
		if code := r.values[c.code].Text(); len(code) > 6 {
			w.county = code[:6]
		}
	}
	return w
}

func (c *checker) refer(f *layers.Field, text string, w within) (layers.Value, *trouble) {
	g := c.base.places[f.Ref]
	if strings.Trim(text, "0123456789.'eE+") == "" {
		v, t := readCode(text)
		if t != nil {
			return layers.Null, t
		}
		code := v.Text()
		if n := codeDigits(f.Ref); n > 0 && len(code) > n && strings.Trim(code[n:], "0") == "" {
			code = code[:n]
		}
		if g != nil && len(g.list) > 0 && !g.has(code) {
			return layers.Null, bad(UnknownCode, layers.Words{
				Zh: fmt.Sprintf("数据库中没有代码为 %s 的%s", code, g.layer.Title.Zh),
				En: fmt.Sprintf("no %s in the store has the code %s", f.Ref, code),
			})
		}
		return layers.Text(code), nil
	}
	if g == nil || len(g.list) == 0 {
		return layers.Null, bad(UnknownName, layers.Words{
			Zh: fmt.Sprintf("没有图层 %s 可供对照，只能填代码", f.Ref),
			En: fmt.Sprintf("there is no layer %s to look the name up in: only a code can be taken", f.Ref),
		})
	}
	n, t := c.find(g, text, w)
	if t != nil {
		return layers.Null, t
	}
	return layers.Text(g.list[n].code), nil
}

// find is the one place that has a name, or why there is none.
func (c *checker) find(g *gazetteer, name string, w within) (int32, *trouble) {
	if code, ok := c.confirmed(name, w); ok {
		if n, ok := g.byCode[codeKey(code)]; ok {
			return n, nil
		}
	}
	switch list := g.named(name, w); {
	case len(list) == 1:
		return list[0], nil
	case len(list) > 1:
		return 0, &trouble{kind: Ambiguous, near: g.candidates(list), message: layers.Words{
			Zh: fmt.Sprintf("有 %d 个%s叫这个名字；请填代码，或补充所属县区、乡镇", len(list), g.layer.Title.Zh),
			En: fmt.Sprintf("%d features of layer %s have this name; give the code, or county and town", len(list), g.layer.ID),
		}}
	}
	near := c.nearNames(g, name, w)
	if len(near) == 0 {
		return 0, bad(UnknownName, layers.Words{
			Zh: fmt.Sprintf("数据库中没有这个%s", g.layer.Title.Zh), En: "no " + g.layer.ID + " in the store has this name",
		})
	}
	return 0, &trouble{kind: NearName, near: near, message: layers.Words{
		Zh: fmt.Sprintf("数据库中没有这个%s；是否为 %s？", g.layer.Title.Zh, candidateList(near)),
		En: fmt.Sprintf("no %s in the store has this name; is it %s?", g.layer.ID, candidateList(near)),
	}}
}

func candidateList(list []Candidate) string {
	var all []string
	for _, c := range list {
		all = append(all, c.Name+" "+c.Code)
	}
	return strings.Join(all, ", ")
}

func (c *checker) nearNames(g *gazetteer, name string, w within) []Candidate {
	key := g.layer.ID + "/" + plain(name) + "@" + w.county + w.town
	near, ok := c.nearBy[key]
	if !ok && c.compared < mostCompared {
		var n int
		near, n = g.near(name, w)
		c.nearBy[key], c.compared = near, c.compared+n
	}
	return near
}

// confirmed is the code that a person said a name means.
func (c *checker) confirmed(name string, w within) (string, bool) {
	if len(c.options.Names) == 0 {
		return "", false
	}
	for _, scope := range []string{"@" + w.town, "@" + w.county, ""} {
		if scope == "@" {
			continue
		}
		if code, ok := c.options.Names[name+scope]; ok {
			return code, true
		}
	}
	return "", false
}
