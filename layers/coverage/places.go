package coverage

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Places are the features of one layer, in columns: what stands at one index of
// each belongs together.
type Places struct {
	Table  *snapshot.Table
	Rows   []uint32 // by id
	People []int32  // -1 where not on record
	Town   []int32  // an index of Result.Towns' areas; -1 where it names none
	County []int32
}

// Len is the number of places.
func (p *Places) Len() int { return len(p.Rows) }

// Index is the index of a row.
func (p *Places) Index(row uint32) (i int, ok bool) {
	return slices.BinarySearchFunc(p.Rows, p.Table.ID(row), func(row uint32, id int64) int { return cmp.Compare(p.Table.ID(row), id) })
}

// byID lists a table's rows in the order of their ids, which is the same in every snapshot.
func byID(t *snapshot.Table) []uint32 { return slices.Collect(t.ByID) }

// At is where a place lies; ok is false where nobody knows.
func (p *Places) At(i int) (at orb.Point, ok bool) {
	shape := p.Table.Shape(p.Rows[i])
	if len(shape.Points) == 0 {
		return orb.Point{}, false
	}
	return shape.Points[0].LonLat(), true
}

// Area is a town, a county or a prefecture that places belong to.
type Area struct {
	Code, Name string
}

// areas numbers the codes that places name, in the order in which they are first
// named.
type areas struct {
	list []Area
	code map[string]int32
	// parent is, of a town, the county that it is recorded in; -1 where it is in none.
	parent []int32
}

func (a *areas) number(code string) int32 {
	n, ok := a.code[code]
	if !ok {
		n = int32(len(a.list))
		a.list, a.parent = append(a.list, Area{Code: code}), append(a.parent, -1)
		a.code[code] = n
	}
	return n
}

// newAreas numbers what the layer holds.
func newAreas(snap *snapshot.Snapshot, layer string) *areas {
	a := &areas{code: map[string]int32{}}
	t, ok := snap.Table(layer)
	if !ok {
		return a
	}
	for _, row := range byID(t) {
		if code := t.Get(row, "code").Text(); code != "" {
			a.list[a.number(code)].Name = t.Get(row, "name").Text()
		}
	}
	return a
}

// within takes the counties of towns from their records.
func (a *areas) within(snap *snapshot.Snapshot, counties *areas) {
	t, ok := snap.Table("town")
	if !ok {
		return
	}
	for _, row := range byID(t) {
		code, county := t.Get(row, "code").Text(), t.Get(row, "county").Text()
		if n, ok := a.code[code]; ok && county != "" {
			a.parent[n] = counties.number(county)
		}
	}
}

func newPlaces(t *snapshot.Table, towns, counties *areas) *Places {
	p := &Places{Table: t, Rows: byID(t)}
	n := len(p.Rows)
	p.Town, p.County, p.People = make([]int32, n), make([]int32, n), make([]int32, n)
	read := newPlaceReader(t, towns, counties)
	for i := range p.Rows {
		read.place(p, i)
	}
	return p
}

// after are the places of a later table, with what of these did not change.
func (p *Places) after(t *snapshot.Table, towns, counties *areas) *Places {
	if t == p.Table {
		return p
	}
	next := &Places{Table: t, Rows: byID(t)}
	from, ok := next.From(p)
	if !ok {
		return newPlaces(t, towns, counties)
	}
	next.Town, next.County, next.People = carry(p.Town, from), carry(p.County, from), carry(p.People, from)
	read := newPlaceReader(t, towns, counties)
	for i, old := range from {
		if old < 0 {
			read.place(next, i)
		}
	}
	return next
}

// From is, by index, the index among earlier places of the same feature with the same values and shape; -1 where there is
// none. ok is false where rows are numbered otherwise than then.
func (p *Places) From(before *Places) (from []int32, ok bool) {
	from = make([]int32, p.Len())
	if p == before || p.Len() == 0 || before.Len() == 0 {
		for i := range from {
			if from[i] = -1; p == before {
				from[i] = int32(i)
			}
		}
		return from, true
	}
	changed, ok := p.Table.Changed(before.Table)
	if !ok {
		return nil, false
	}
	next := 0
	for i, row := range p.Rows {
		for next < before.Len() && before.Table.ID(before.Rows[next]) < p.Table.ID(row) {
			next++
		}
		from[i] = -1
		if next < before.Len() && before.Rows[next] == row {
			if _, is := slices.BinarySearch(changed, row); !is {
				from[i] = int32(next)
			}
		}
	}
	return from, true
}

// carry is a column by the index from which each value comes; the zero value where there is none.
func carry[T any](column []T, from []int32) []T {
	next := make([]T, len(from))
	for i, old := range from {
		if old >= 0 {
			next[i] = column[old]
		}
	}
	return next
}

// placeReader reads in which areas places lie. It reads each code's text once.
type placeReader struct {
	towns, counties          *areas
	town, county, population int // fields
	townOf, countyOf         map[uint64]int32
}

func newPlaceReader(t *snapshot.Table, towns, counties *areas) *placeReader {
	return &placeReader{
		towns, counties, t.Layer.Field("town"), t.Layer.Field("county"), t.Layer.Field("population"), map[uint64]int32{}, map[uint64]int32{},
	}
}

func (r *placeReader) place(p *Places, i int) {
	row := p.Rows[i]
	p.Town[i], p.County[i] = areaOf(p.Table, row, r.town, r.towns, r.townOf), areaOf(p.Table, row, r.county, r.counties, r.countyOf)
	if town := p.Town[i]; town >= 0 && r.towns.parent[town] >= 0 { // a town is moved with its villages, whatever these have on record
		p.County[i] = r.towns.parent[town]
	}
	p.People[i] = -1
	if v := value(p.Table, row, r.population); !v.IsNull() {
		p.People[i] = int32(v.Int())
	}
}

// areaOf is the area that a code field names.
func areaOf(t *snapshot.Table, row uint32, field int, a *areas, seen map[uint64]int32) int32 {
	if field < 0 {
		return -1
	}
	key, ok := t.Key(row, field)
	if !ok {
		return -1
	}
	n, ok := seen[key]
	if !ok {
		n = a.number(t.Value(row, field).Text())
		seen[key] = n
	}
	return n
}

// value is a field by its index, null where the layer has none such.
func value(t *snapshot.Table, row uint32, field int) layers.Value {
	if field < 0 {
		return layers.Null
	}
	return t.Value(row, field)
}
