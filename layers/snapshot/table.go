package snapshot

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/index"
	"github.com/cuntu/cuntu/layers"
)

// Table is every feature of one layer in one snapshot. A row is a number that
// stands for a feature within its table alone: the next snapshot may number
// otherwise. Rows that lie side by side on the map mostly have numbers side by side, and
// then stand together in memory. All methods are safe for any number of readers and allocate only
// where they say so.
type Table struct {
	Layer *layers.Layer
	pages []*page
	dicts []*dict // by field, shared by all snapshots of the layer
	tree  *index.Tree
	live  int
	// byID lists the rows of the last load by their ids, strays those added since.
	byID   []uint32
	strays []stray
	// numbering is the same in all tables in which a row, while it is there, stands for the same feature.
	numbering *byte
	// moved tells whether any rows may stand elsewhere than in their order.
	moved    bool
	bounds   geo.Box // around all that is or was there since the last load
	overview *lazyOverview
	codes    *codeIndex
}

type stray struct {
	id  int64
	row uint32
}

// Len is the number of features.
func (t *Table) Len() int { return t.live }

// Rows yields every row, in no promised order.
func (t *Table) Rows(yield func(row uint32) bool) {
	for n, p := range t.pages {
		for i := range p.ids {
			if !p.isDead(i) && !yield(uint32(n<<pageBits|i)) {
				return
			}
		}
	}
}

// Search yields the rows whose box shares a point with box.
func (t *Table) Search(box geo.Box, yield func(row uint32) bool) { t.tree.Search(box, yield) }

// Bounds is a box around every feature, Empty where there is none. It may be
// wider than needed after a delete.
func (t *Table) Bounds() geo.Box { return t.bounds }

func (t *Table) at(row uint32) (*page, int) {
	return t.pages[row>>pageBits], int(row & (pageRows - 1))
}

// ID is the id of the row's feature.
func (t *Table) ID(row uint32) int64 {
	p, i := t.at(row)
	return p.ids[i]
}

// Shape is the row's geometry, a view that must not be written to.
func (t *Table) Shape(row uint32) geo.Shape {
	p, i := t.at(row)
	return p.shape(i)
}

// Ranked is the row's geometry and, for each of its points, the first zoom at which
// a tile needs the point: left out before, it moves the outline by less than half a
// pixel. Ranks of 23 and more are of points that no zoom up to 22 needs.
func (t *Table) Ranked(row uint32) (geo.Shape, []uint8) {
	p, i := t.at(row)
	return p.shape(i), p.ranksOf(i)
}

// Value is one field of the row, by the field's index. It allocates for a code.
func (t *Table) Value(row uint32, field int) layers.Value {
	p, i := t.at(row)
	return p.cols[field].value(i, t.dicts[field])
}

// Get is a field by its id; Null where the layer has none such.
func (t *Table) Get(row uint32, field string) layers.Value {
	if f := t.Layer.Field(field); f >= 0 {
		return t.Value(row, f)
	}
	return layers.Null
}

// Feature is the row's feature with its geometry as served. It allocates.
func (t *Table) Feature(row uint32) layers.Feature {
	p, i := t.at(row)
	f := layers.Feature{ID: p.ids[i], Geometry: p.shape(i).Geometry(), Values: make([]layers.Value, len(p.cols))}
	for c := range p.cols {
		f.Values[c] = p.cols[c].value(i, t.dicts[c])
	}
	return f
}

// Find is the row of the feature with the id.
func (t *Table) Find(id int64) (row uint32, ok bool) {
	if row, ok = t.slot(id); ok {
		p, i := t.at(row)
		ok = !p.isDead(i)
	}
	return row, ok
}

// slot is the row that has, or had, the id.
func (t *Table) slot(id int64) (row uint32, ok bool) {
	if i, ok := slices.BinarySearchFunc(t.strays, id, func(s stray, id int64) int { return cmp.Compare(s.id, id) }); ok {
		return t.strays[i].row, true
	}
	i, ok := slices.BinarySearchFunc(t.byID, id, func(row uint32, id int64) int { return cmp.Compare(t.ID(row), id) })
	if !ok {
		return 0, false
	}
	return t.byID[i], true
}

// After yields the rows whose features have an id greater than id, by ascending id. The first costs the logarithm of the
// layer, and each of the others the same wherever it stands.
func (t *Table) After(id int64, yield func(row uint32) bool) {
	loaded, _ := slices.BinarySearchFunc(t.byID, id, func(row uint32, id int64) int {
		return above(t.ID(row), id)
	})
	added, _ := slices.BinarySearchFunc(t.strays, id, func(s stray, id int64) int { return above(s.id, id) })
	for loaded < len(t.byID) || added < len(t.strays) {
		var row uint32
		if added == len(t.strays) || loaded < len(t.byID) && t.ID(t.byID[loaded]) < t.strays[added].id {
			row = t.byID[loaded]
			loaded++
		} else {
			row = t.strays[added].row
			added++
		}
		if p, i := t.at(row); !p.isDead(i) && !yield(row) {
			return
		}
	}
}

// above puts what is not greater than id before it, so that a search ends at the first that is greater.
func above(own, id int64) int {
	if own <= id {
		return -1
	}
	return cmp.Compare(own, id)
}

func (t *Table) rowCount() int {
	if len(t.pages) == 0 {
		return 0
	}
	return (len(t.pages)-1)<<pageBits + len(t.pages[len(t.pages)-1].ids)
}

// tableBuilder fills a table from features in any order of ids; ascending is
// best.
type tableBuilder struct {
	*Table
	page *pageBuilder
}

func newTableBuilder(l *layers.Layer, dicts []*dict) *tableBuilder {
	if dicts == nil {
		dicts = make([]*dict, len(l.Fields))
		for i := range dicts {
			dicts[i] = newDict()
		}
	}
	b := &tableBuilder{
		Table: &Table{Layer: l, dicts: dicts, tree: &index.Tree{}, bounds: geo.Empty, overview: &lazyOverview{}, numbering: new(byte)},
		page:  newPageBuilder(l, dicts),
	}
	b.codes = newCodeIndex(b.Table)
	return b
}

func (b *tableBuilder) add(f *layers.Feature) error {
	shape, err := b.check(f)
	if err != nil {
		return err
	}
	b.addRow(f.ID, shape, f.Values)
	return nil
}

// check is the feature's shape, or why the layer cannot hold the feature.
func (t *Table) check(f *layers.Feature) (geo.Shape, error) {
	if len(f.Values) != len(t.dicts) {
		return geo.Shape{}, fmt.Errorf("feature %s/%d has %d values, not %d", t.Layer.ID, f.ID, len(f.Values), len(t.dicts))
	}
	if len(f.Unread) > 0 {
		return geo.Shape{}, fmt.Errorf("feature %s/%d: %s cannot be read: %w", t.Layer.ID, f.ID, f.Unread[0].Part, f.Unread[0].Err)
	}
	shape, err := geo.NewShape(f.Geometry)
	if err == nil && shape.Kind != geo.None && !t.Layer.Allows(shape.Kind) {
		err = fmt.Errorf("the geometry is %s, not %s", f.Geometry.GeoJSONType(), t.Layer.GeometryText())
	}
	if err != nil {
		return geo.Shape{}, fmt.Errorf("feature %s/%d: %w", t.Layer.ID, f.ID, err)
	}
	return shape, nil
}

func (b *tableBuilder) addRow(id int64, shape geo.Shape, values []layers.Value) {
	b.live++
	if b.page.add(id, shape, values); b.page.len() == pageRows {
		b.pages = append(b.pages, b.page.finish())
	}
}

func (b *tableBuilder) finish() *Table {
	if b.page.len() > 0 {
		b.pages = append(b.pages, b.page.finish())
	}
	b.order()
	b.rankPolygons()
	b.thin()
	items := make([]index.Item, 0, b.live)
	for row := range b.Rows {
		if box := b.Shape(row).Box(); !box.IsEmpty() {
			items = append(items, index.Item{Box: box, ID: row})
			b.bounds = b.bounds.Union(box)
		}
	}
	b.tree.Load(items)
	return b.Table
}

// Count is how many features have a value in any of the fields, by index, and, where placed, a place; fields nil asks for none.
// It reads whole columns, in 1 to 3 ns for each row and field, and allocates nothing.
func (t *Table) Count(fields []int, placed bool) (count int) {
	var some [pageRows]bool
	for _, p := range t.pages {
		rows := some[:len(p.ids)]
		if fields == nil {
			for i := range rows {
				rows[i] = true
			}
		} else {
			clear(rows)
			for _, f := range fields {
				p.cols[f].mark(rows)
			}
		}
		for i, has := range rows {
			if has && !p.isDead(i) && (!placed || p.rows[i].points > p.before(i).points) {
				count++
			}
		}
	}
	return count
}
