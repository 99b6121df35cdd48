package snapshot

import (
	"slices"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/index"
	"github.com/cuntu/cuntu/layers"
)

// Outlined is a table of places whose features have their outlines for shapes, to make the next one from.
type Outlined struct {
	Table *Table
	of    *Table // the places
	by    *Table // their outlines
}

// Of tells whether it was made of the tables.
func (o *Outlined) Of(places, outlines *Table) bool { return o.of == places && o.by == outlines }

// Outline is the table with the shapes of outlines, by the "code" of both, in the place of its own; a feature without outline keeps
// its shape. Rows, ids and values stay as they are, so that whatever tells features apart by those does so here. Nothing is thinned
// or clustered. Pages that are as they were when before was made, by the same outlines, are taken from there.
func (t *Table) Outline(outlines *Table, before *Outlined) *Outlined {
	next := *t
	next.Layer = outlinedLayer(t.Layer, outlines.Layer)
	next.pages = make([]*page, len(t.pages))
	next.overview, next.moved, next.bounds = &lazyOverview{}, true, geo.Empty
	goesOn := before != nil && before.by == outlines && before.of.numbering == t.numbering
	code := t.Layer.Field("code")
	for n, p := range t.pages {
		if goesOn && n < len(before.of.pages) && before.of.pages[n] == p {
			next.pages[n] = before.Table.pages[n]
			continue
		}
		next.pages[n] = t.outlinedPage(p, code, outlines)
	}
	var items []index.Item
	for row := range next.Rows {
		if box := next.Shape(row).Box(); !box.IsEmpty() {
			items = append(items, index.Item{Box: box, ID: row})
			next.bounds = next.bounds.Union(box)
		}
	}
	next.tree = &index.Tree{}
	next.tree.Load(items)
	return &Outlined{Table: &next, of: t, by: outlines}
}

// outlinedLayer is the places' layer as it is drawn with outlines.
func outlinedLayer(places, outlines *layers.Layer) *layers.Layer {
	own := *places
	own.Geometry = slices.Concat(outlines.Geometry, places.Geometry)
	own.MinZoom, own.MaxZoom = outlines.MinZoom, outlines.MaxZoom
	own.Draw = layers.Draw{Look: outlines.Draw.Look}
	return &own
}

func (t *Table) outlinedPage(p *page, code int, outlines *Table) *page {
	own := &page{ids: p.ids, dead: p.dead, cols: p.cols, levels: make([]uint8, len(p.ids))}
	for i := range p.ids {
		shape, ranks := p.shape(i), p.ranksOf(i)
		if row, ok := outlines.FindCode(p.cols[code].value(i, t.dicts[code]).Text()); ok && !p.isDead(i) {
			if outline, its := outlines.Ranked(row); len(outline.Points) > 0 {
				shape, ranks = outline, its
			}
		}
		own.kinds = append(own.kinds, shape.Kind)
		own.points, own.ranks = append(own.points, shape.Points...), append(own.ranks, ranks...)
		own.ends = append(own.ends, shape.Ends...)
		own.rows = append(own.rows, extent{uint32(len(own.points)), uint32(len(own.ends))})
		own.places, own.sizes = append(own.places, placeOf(shape)), append(own.sizes, sizeOf(shape))
	}
	return own
}
