package snapshot

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/curve"
	"github.com/cuntu/cuntu/layers"
)

// A loaded table's rows stand in the order of a Hilbert curve over the world, so that
// what a tile or a search reads lies in few pages, one row's vertices behind another's:
// memory is then read ahead of its use, where it was waited for before. Features of one
// cell of the curve come by their ids.
//
// An edit leaves a feature in its row, and a new one goes behind the last; InOrder puts
// rows in the order that they would have in a table loaded anew, so that what is made of
// them does not depend on how the table came about.
const (
	placeBits = 16        // of a coordinate: a cell is 611 m wide at the equator
	nowhere   = 1<<32 - 1 // the place of what has no geometry
)

// placeOf is where along the curve the middle of a shape's box lies.
func placeOf(s geo.Shape) uint32 {
	if len(s.Points) == 0 {
		return nowhere
	}
	box := s.Box()
	at := func(low, high int32) uint32 {
		return uint32((int64(low)+int64(high))>>1+1<<31) >> (32 - placeBits)
	}
	return uint32(curve.Hilbert(at(box.Min.X, box.Max.X), at(box.Min.Y, box.Max.Y), placeBits))
}

// order puts the rows of a table that is being built in the order of their places.
func (t *Table) order() {
	rows := t.rowCount()
	t.byID = make([]uint32, rows)
	for row := range t.byID {
		t.byID[row] = uint32(row)
	}
	byID := func(a, b uint32) int { return cmp.Compare(t.ID(a), t.ID(b)) }
	if !slices.IsSortedFunc(t.byID, byID) {
		slices.SortFunc(t.byID, byID)
	}
	// The place and, below it, how many ids are less.
	order := make([]uint64, rows)
	for i, row := range t.byID {
		p, at := t.at(row)
		order[i] = uint64(p.places[at])<<32 | uint64(i)
	}
	slices.Sort(order)
	from := make([]uint32, rows) // the row that each was
	sorted := true
	for row, o := range order {
		from[row] = t.byID[uint32(o)]
		sorted = sorted && from[row] == uint32(row)
	}
	if sorted {
		return
	}
	for row, o := range order {
		t.byID[uint32(o)] = uint32(row)
	}
	texts := make([]*renumbering, len(t.dicts))
	for f, d := range t.dicts {
		texts[f] = &renumbering{old: d, codes: make([]uint32, len(d.all()))}
	}
	pages := make([]*page, 0, len(t.pages))
	refs := make([]rowRef, 0, pageRows)
	for some := range slices.Chunk(from, pageRows) {
		refs = refs[:0]
		for _, row := range some {
			p, i := t.at(row)
			refs = append(refs, rowRef{p, i})
		}
		pages = append(pages, t.gather(refs, texts))
	}
	t.pages, t.dicts = pages, make([]*dict, len(texts))
	for f := range texts {
		t.dicts[f] = texts[f].dict()
	}
}

// renumbering gives the texts of a field codes in the order of the rows, so that they
// too stand together that are read together.
type renumbering struct {
	old   *dict
	codes []uint32 // by the old code, from 1; 0 where it has none yet
	texts []string
	bytes int
}

func (r *renumbering) code(old uint64) uint64 {
	for old >= uint64(len(r.codes)) { // a page with digits alone may meet one with other texts
		r.codes = append(r.codes, 0)
	}
	c := &r.codes[old]
	if *c == 0 {
		text := r.old.text(uint32(old))
		r.texts = append(r.texts, text)
		r.bytes += len(text)
		*c = uint32(len(r.texts))
	}
	return uint64(*c - 1)
}

// dict holds the texts one after another.
func (r *renumbering) dict() *dict {
	var all strings.Builder
	all.Grow(r.bytes)
	for _, text := range r.texts {
		all.WriteString(text)
	}
	d := &dict{}
	from := 0
	for code, text := range r.texts {
		text = all.String()[from : from+len(text)]
		from += len(text)
		r.texts[code] = text
	}
	texts := slices.Clip(slices.Clone(r.texts))
	d.texts.Store(&texts)
	return d
}

// rowRef is a row of a page.
type rowRef struct {
	*page
	i int
}

// gather makes a page of rows of others.
func (t *Table) gather(rows []rowRef, texts []*renumbering) *page {
	n := len(rows)
	points, ends := 0, 0
	for _, r := range rows {
		to, from := r.rows[r.i], r.before(r.i)
		points, ends = points+int(to.points-from.points), ends+int(to.ends-from.ends)
	}
	p := &page{
		ids: make([]int64, n), kinds: make([]geo.Kind, n), levels: make([]uint8, n), places: make([]uint32, n), sizes: make([]uint8, n),
		cols: make([]column, len(t.dicts)), rows: make([]extent, n),
		points: make([]geo.Point, 0, points), ranks: make([]uint8, 0, points), ends: make([]uint32, 0, ends),
	}
	for k, r := range rows {
		shape := r.shape(r.i)
		p.ids[k], p.kinds[k], p.levels[k], p.places[k], p.sizes[k] = r.ids[r.i], r.kinds[r.i], r.levels[r.i], r.places[r.i], r.sizes[r.i]
		p.points, p.ends, p.ranks = append(p.points, shape.Points...), append(p.ends, shape.Ends...), append(p.ranks, r.ranksOf(r.i)...)
		p.rows[k] = extent{uint32(len(p.points)), uint32(len(p.ends))}
	}
	keys, some := make([]uint64, n), make([]bool, n)
	for f := range p.cols {
		p.cols[f] = gatherColumn(rows, f, texts[f].old, texts[f].code, keys, some)
	}
	return p
}

// gatherColumn takes over keys where the pages make them in one way, as they mostly do.
// Texts that renumber says nothing of keep their codes.
func gatherColumn(rows []rowRef, field int, d *dict, renumber func(code uint64) uint64, keys []uint64, some []bool) column {
	m, any := mode(0), false
	for k, r := range rows {
		c := &r.cols[field]
		if keys[k], some[k] = c.key(r.i); !some[k] {
			continue
		}
		if any && c.mode != m {
			m = regather(rows, field, d, keys, some)
			break
		}
		m, any = c.mode, true
	}
	if m == asText && renumber != nil {
		for k := range keys {
			if some[k] {
				keys[k] = renumber(keys[k])
			}
		}
	}
	return packKeys(m, keys, some)
}

// regather makes the keys anew from the values.
func regather(rows []rowRef, field int, d *dict, keys []uint64, some []bool) mode {
	values := make([]layers.Value, len(rows))
	for k, r := range rows {
		values[k] = r.cols[field].value(r.i, d)
	}
	m := modeOf(values)
	for k, v := range values {
		if some[k] = !v.IsNull(); some[k] {
			keys[k] = m.key(v, d)
		}
	}
	return m
}

// InOrder puts rows in the order that they have in a table loaded anew. Like SortRows it
// returns them in the memory of rows or spare, and the memory of the other.
func (t *Table) InOrder(rows, spare []uint32) (sorted, other []uint32) {
	rows, spare = SortRows(rows, spare)
	if !t.moved {
		return rows, spare
	}
	compare := func(a, b uint32) int {
		p, i := t.at(a)
		q, k := t.at(b)
		return cmp.Or(cmp.Compare(p.places[i], q.places[k]), cmp.Compare(p.ids[i], q.ids[k]))
	}
	if !slices.IsSortedFunc(rows, compare) {
		slices.SortFunc(rows, compare)
	}
	return rows, spare
}

// SortRows sorts rows, a digit of eleven bits after another, which takes a tenth of
// the time of comparing them. It returns them in the memory of rows or spare and, as
// the next spare, the memory of the other.
func SortRows(rows, spare []uint32) (sorted, other []uint32) {
	const digit = 11
	if len(rows) < 128 {
		slices.Sort(rows)
		return rows, spare
	}
	all := uint32(0)
	for _, row := range rows {
		all |= row
	}
	spare = slices.Grow(spare[:0], len(rows))[:len(rows)]
	for shift := 0; shift < bits.Len32(all); shift += digit {
		var next [1 << digit]uint32
		for _, row := range rows {
			next[row>>shift&(1<<digit-1)]++
		}
		at := uint32(0)
		for i, n := range next {
			next[i] = at
			at += n
		}
		for _, row := range rows {
			d := row >> shift & (1<<digit - 1)
			spare[next[d]] = row
			next[d]++
		}
		rows, spare = spare, rows
	}
	return rows, spare
}
