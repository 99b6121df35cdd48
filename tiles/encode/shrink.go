package encode

import (
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// MaxBytes is how large a tile may be, before compression, at zooms at which its
// layers may be generalised.
const MaxBytes = 500_000

// layerBytes are what a layer takes at most beside its features, values, keys and
// name: tags, lengths, version and extent.
const layerBytes = 24

// within draws the features of a layer that may be generalised, in a number of bytes.
// Where there is no overview of the layer, most tiles have room for all that lies in
// them, so those come by id, which is the order of the memory; only if there is not, by
// claim.
func (e *Encoder) within(s source, t maptile.Tile, g *maptile.Grid, limit int) {
	table, features := s.Table, e.Stats.Features
	e.begin(table, g, limit)
	if t.Z < snapshot.OverviewBelow && (s.selection == nil || table.Layer.Draw.Thin == nil) {
		e.scan.Begin(table, t.Box(maptile.Buffer), t.Z)
		for rows := e.scan.Next(); len(rows) > 0; rows = e.scan.Next() {
			done := 0
			if s.selection == nil && e.drawing == nil {
				done = e.drawCopies(table, rows, g)
			} else {
				rows = s.selection.keep(rows)
				done = e.draw(table, rows, g)
			}
			if done < len(rows) {
				e.Stats.Dropped += len(rows) - done + e.left(s.selection)
				break
			}
		}
	} else if rows := e.selected(table, s.selection, t); e.drawInOrder(table, rows, g) < len(rows) {
		e.Stats.Features = features
		e.begin(table, g, limit)
		left := len(rows)
		e.claims.Begin(table, rows)
		for rows := e.claims.Next(); len(rows) > 0; rows = e.claims.Next() {
			done := e.draw(table, rows, g)
			if left -= done; done < len(rows) {
				break
			}
		}
		e.Stats.Dropped += left
	}
	if e.merging {
		e.merge()
	}
}

// left is about how many rows of the scan there was no room to look at.
func (e *Encoder) left(s *selection) (n int) {
	if s == nil {
		return e.scan.Left()
	}
	for rows := e.scan.Next(); len(rows) > 0; rows = e.scan.Next() {
		n += len(s.keep(rows))
	}
	return n
}

// mark is how far a layer was made before a feature.
type mark struct {
	features, body, values, valueBytes, keys, drawn int
	groups                                          groupMark
}

func (e *Encoder) mark() mark {
	return mark{e.Stats.Features, len(e.body), len(e.dict.ends), len(e.dict.buf), len(e.keys), e.recorded(), e.groups.mark()}
}

// undo takes back the last feature. After that the layer can only be ended: values and
// groups that are gone are still found.
func (e *Encoder) undo(m mark) {
	e.Stats.Features, e.body, e.keys = m.features, e.body[:m.body], e.keys[:m.keys]
	e.dict.ends, e.dict.buf = e.dict.ends[:m.values], e.dict.buf[:m.valueBytes]
	e.groups.undo(m.groups)
	if e.drawing != nil {
		e.drawing.layer().cut(m.drawn)
	}
}

// shrink makes a tile of several layers anew with less in those that may be
// generalised, each giving way by the same share.
func (e *Encoder) shrink(dst []byte, t maptile.Tile) []byte {
	e.Stats = Stats{}
	if e.drawing != nil {
		e.drawing.reset()
	}
	fixed, loose := 0, 0
	for i, s := range e.ordered {
		if shrinks(s.Layer, t) {
			loose += e.sizes[i]
		} else {
			fixed += e.sizes[i]
		}
	}
	share := float64(max(0, MaxBytes-fixed)) / float64(max(1, loose))
	for i, s := range e.ordered {
		dst = e.layer(dst, s, t, Options{}, int(share*float64(e.sizes[i])))
	}
	return dst
}

func shrinks(l *layers.Layer, t maptile.Tile) bool {
	return Generalised(l, t.Z, Options{}) && !Clustered(l, t.Z)
}
