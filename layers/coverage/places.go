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
func byID(t *snapshot.Table) []uint32 {
	return slices.SortedFunc(t.Rows, func(a, b uint32) int { return cmp.Compare(t.ID(a), t.ID(b)) })
}

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
	p.Town, p.County = p.column("town", towns), p.column("county", counties)
	for i, town := range p.Town { // a town is moved with its villages, whatever these have on record
		if town >= 0 && towns.parent[town] >= 0 {
			p.County[i] = towns.parent[town]
		}
	}
	p.People = make([]int32, len(p.Rows))
	population := t.Layer.Field("population")
	for i, row := range p.Rows {
		p.People[i] = -1
		if v := value(t, row, population); !v.IsNull() {
			p.People[i] = int32(v.Int())
		}
	}
	return p
}

// column is the areas that a code field names. It reads each code's text once.
func (p *Places) column(field string, a *areas) []int32 {
	f := p.Table.Layer.Field(field)
	column, seen := make([]int32, len(p.Rows)), map[uint64]int32{}
	for i, row := range p.Rows {
		column[i] = -1
		if f < 0 {
			continue
		}
		key, ok := p.Table.Key(row, f)
		if !ok {
			continue
		}
		n, ok := seen[key]
		if !ok {
			n = a.number(p.Table.Value(row, f).Text())
			seen[key] = n
		}
		column[i] = n
	}
	return column
}

// value is a field by its index, null where the layer has none such.
func value(t *snapshot.Table, row uint32, field int) layers.Value {
	if field < 0 {
		return layers.Null
	}
	return t.Value(row, field)
}
