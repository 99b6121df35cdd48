package postgis

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/postgis/ewkb"
	"github.com/cuntu/cuntu/data/postgis/pgcopy"
	"github.com/cuntu/cuntu/layers"
)

// run is consecutive edits that one statement does: of one layer, one operation,
// writing the same columns, no id twice. Its values lie column by column, each
// with its length before it, which is how an array parameter has them; a COPY
// zips them into rows.
type run struct {
	op     layers.Op
	table  *table
	given  bool  // inserts bring their ids
	fields []int // written, by index
	placed bool  // the geometry is written

	first int // the first edit's index in the batch
	ids   []int64
	bases []*layers.Base // of the edits; nil where none has one
	geom  []byte
	cols  [][]byte // by fields
}

func (r *run) len() int { return len(r.ids) }

// startRun makes the run that an edit belongs to.
func startRun(t *table, index int, e *layers.Edit) *run {
	r := &run{op: e.Op, table: t, first: index}
	if e.Op == layers.Delete {
		return r
	}
	for i := range t.layer.Fields {
		if data.Sets(e, i) {
			r.fields = append(r.fields, i)
		}
	}
	r.given = e.Feature.ID != 0
	r.placed = t.layer.HasGeometry() && data.Places(e)
	r.cols = make([][]byte, len(r.fields))
	return r
}

// takes tells whether an edit may join the run.
func (r *run) takes(t *table, e *layers.Edit) bool {
	if e.Op != r.op || t != r.table || (e.Base != nil) != (r.bases != nil) {
		return false
	}
	switch e.Op {
	case layers.Insert:
		return r.given == (e.Feature.ID != 0)
	case layers.Update:
		if r.placed != data.Places(e) {
			return false
		}
		if e.Set == nil {
			return len(r.fields) == len(t.layer.Fields)
		}
		return slices.Equal(r.fields, e.Set) // other orders of the same fields start a run of their own
	}
	return true
}

// add appends an edit and gives the bytes it took.
func (r *run) add(e *layers.Edit) (int, error) {
	r.ids = append(r.ids, e.Feature.ID)
	if e.Base != nil {
		r.bases = append(r.bases, e.Base)
	}
	size := 8
	if r.placed {
		before := len(r.geom)
		r.geom = binary.BigEndian.AppendUint32(r.geom, nullSize)
		if e.Feature.Geometry != nil {
			var err error
			if r.geom, err = ewkb.Append(r.geom, e.Feature.Geometry); err != nil {
				return 0, err
			}
			binary.BigEndian.PutUint32(r.geom[before:], uint32(len(r.geom)-before-4))
		}
		size += len(r.geom) - before
	}
	for c, i := range r.fields {
		before := len(r.cols[c])
		r.cols[c] = appendValue(r.cols[c], r.table.layer.Fields[i].Type, e.Feature.Values[i])
		size += len(r.cols[c]) - before
	}
	return size, nil
}

const nullSize = 1<<32 - 1 // the length that means NULL

// halves splits a run in two.
func (r *run) halves() (*run, *run) {
	a, b := *r, *r
	n := r.len() / 2
	a.ids, b.ids, b.first = r.ids[:n], r.ids[n:], r.first+n
	if r.bases != nil {
		a.bases, b.bases = r.bases[:n], r.bases[n:]
	}
	if r.placed {
		a.geom, b.geom = splitColumn(r.geom, n)
	}
	a.cols, b.cols = make([][]byte, len(r.cols)), make([][]byte, len(r.cols))
	for i, col := range r.cols {
		a.cols[i], b.cols[i] = splitColumn(col, n)
	}
	return &a, &b
}

func splitColumn(col []byte, n int) ([]byte, []byte) {
	at := 0
	for range n {
		at += len(element(col[at:]))
	}
	return col[:at:at], col[at:]
}

// element is the first element of a column, its length included.
func element(col []byte) []byte {
	size := binary.BigEndian.Uint32(col)
	if size == nullSize {
		return col[:4]
	}
	return col[:4+size]
}

// columns lists the columns that the run writes: their names, their types as
// parameters, and their elements.
func (r *run) columns() (names []string, oids []uint32, cols [][]byte) {
	if r.placed {
		names, oids, cols = append(names, quote(geomColumn)), append(oids, byteaOID), append(cols, r.geom)
	}
	for c, i := range r.fields {
		names = append(names, r.table.fieldColumn(i))
		oids = append(oids, typeOID(r.table.layer.Fields[i].Type))
		cols = append(cols, r.cols[c])
	}
	return names, oids, cols
}

// isCopy tells whether the run goes in by COPY.
func (r *run) isCopy() bool { return r.op == layers.Insert && r.len() >= copyFrom }

// bareInsert tells whether the run is inserts whose ids the database gives.
func (r *run) bareInsert() bool { return r.op == layers.Insert && !r.given }

// statement is the run as one SQL statement over arrays, which returns the ids
// it met, and its parameters. Rows go in by ascending id, so that two batches
// that put the same features wait for each other rather than deadlock.
func (r *run) statement() (string, [][]byte) {
	names, oids, cols := r.columns()
	var params [][]byte
	var arrays, aliases, sources []string
	param := func(oid uint32, elements []byte, alias string) {
		params = append(params, array(oid, r.len(), elements))
		arrays = append(arrays, "$"+strconv.Itoa(len(params))+"::"+arrayTypes[oid])
		aliases = append(aliases, alias)
	}
	if !r.bareInsert() {
		var ids []byte
		for _, id := range r.ids {
			ids = appendInt8(ids, id)
		}
		param(int8OID, ids, "id")
	}
	for i := range cols {
		alias := "c" + strconv.Itoa(i)
		param(oids[i], cols[i], alias)
		source := "u." + alias
		if oids[i] == byteaOID {
			source = quote(r.table.postgis, "st_geomfromewkb") + "(" + source + ")"
		}
		sources = append(sources, source)
	}
	from := " FROM unnest(" + strings.Join(arrays, ", ") + ") WITH ORDINALITY AS u(" + strings.Join(append(aliases, "n"), ", ") + ")"
	return r.sql(names, sources, from), params
}

func (r *run) sql(names, sources []string, from string) string {
	t := r.table.name
	assign := func(values []string) string {
		pairs := make([]string, len(names))
		for i, name := range names {
			pairs[i] = name + " = " + values[i]
		}
		return strings.Join(pairs, ", ")
	}
	switch {
	case r.op == layers.Delete:
		return "DELETE FROM " + t + " AS t USING (SELECT u.id" + from + ") AS u WHERE t.id = u.id RETURNING t.id"
	case r.op == layers.Update && len(names) == 0:
		return "SELECT t.id FROM " + t + " AS t JOIN (SELECT u.id" + from + ") AS u ON t.id = u.id"
	case r.op == layers.Update:
		return "UPDATE " + t + " AS t SET " + assign(sources) + from + " WHERE t.id = u.id RETURNING t.id"
	case r.bareInsert():
		return "INSERT INTO " + t + " (" + strings.Join(names, ", ") + ") SELECT " + strings.Join(sources, ", ") + from +
			" ORDER BY u.n RETURNING id"
	}
	s := "INSERT INTO " + t + " (" + strings.Join(append([]string{"id"}, names...), ", ") + ") SELECT " +
		strings.Join(append([]string{"u.id"}, sources...), ", ") + from + " ORDER BY u.id"
	if r.op == layers.Put {
		offered := make([]string, len(names))
		for i, name := range names {
			offered[i] = "excluded." + name
		}
		s += " ON CONFLICT (id) DO UPDATE SET " + assign(offered)
	}
	return s + " RETURNING id"
}

var arrayTypes = map[uint32]string{
	boolOID: "boolean[]", byteaOID: "bytea[]", int8OID: "bigint[]", int2OID: "smallint[]", textOID: "text[]", float8OID: "double precision[]",
}

// array is a one-dimensional array in PostgreSQL's binary format.
func array(oid uint32, n int, elements []byte) []byte {
	b := make([]byte, 0, 20+len(elements))
	b = binary.BigEndian.AppendUint32(b, 1) // dimensions
	b = binary.BigEndian.AppendUint32(b, 1) // may hold nulls
	b = binary.BigEndian.AppendUint32(b, oid)
	b = binary.BigEndian.AppendUint32(b, uint32(n))
	b = binary.BigEndian.AppendUint32(b, 1) // the first index
	return append(b, elements...)
}

// appendCopy writes the run as a binary COPY, under the ids given.
func (r *run) appendCopy(b []byte, ids []int64) []byte {
	_, _, cols := r.columns()
	b = append(b, pgcopy.Signature...)
	b = append(b, 0, 0, 0, 0, 0, 0, 0, 0) // flags, extension
	for _, id := range ids {
		b = binary.BigEndian.AppendUint16(b, uint16(1+len(cols)))
		b = appendInt8(b, id)
		for i := range cols {
			e := element(cols[i])
			b, cols[i] = append(b, e...), cols[i][len(e):]
		}
	}
	return binary.BigEndian.AppendUint16(b, 1<<16-1)
}
