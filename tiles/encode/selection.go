package encode

import (
	"context"
	"strings"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/simplify"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/cql2"
	"github.com/cuntu/cuntu/layers/kept"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// selects tells whether a tile may be asked not to show some features of a layer.
func (o Options) selects(l *layers.Layer) bool {
	return o.Filter != nil && o.Filter.Fits(l) || o.Year != 0 && l.Works != nil
}

// Check is nil if tiles of the layers may be asked for so; else one of Encode's errors.
func (o Options) Check(snap *snapshot.Snapshot, layerIDs []string) error {
	return (&Encoder{}).order(snap, layerIDs, maptile.Tile{Z: maptile.MaxZoom}, o)
}

// checkFilter is the error of a filter that none of the layers can be asked.
func (o Options) checkFilter(layerIDs []string, fits bool) error {
	if o.Filter == nil || fits {
		return nil
	}
	return layers.NewFault("filter", "no layer of %s has all properties of the filter: %s",
		strings.Join(layerIDs, ","), strings.Join(o.Filter.Properties(), ", "))
}

// selection is what a tile shows of one table.
type selection struct {
	standing *snapshot.Completion
	filter   *cql2.Filter
}

// keep takes from rows, in place, those that are not to be shown.
func (s *selection) keep(rows []uint32) []uint32 {
	if s == nil {
		return rows
	}
	kept := rows[:0]
	for _, row := range rows {
		if (s.standing == nil || s.standing.Has(row)) && (s.filter == nil || s.filter.Match(row)) {
			kept = append(kept, row)
		}
	}
	return kept
}

// selectionLimit is how many selections are kept ready. Each holds some bytes for every
// distinct text of the fields that it asks.
var selectionLimit = kept.Limit[*selection]{Most: 64}

// Selections makes them, and keeps those last asked for.
type Selections struct {
	made kept.Cache[selectionKey, *selection]
}

type selectionKey struct {
	table  *snapshot.Table
	year   int
	filter string
}

// of is the selection of a table; nil where all of it shows. The error is layers.Faults
// of the filter.
func (s *Selections) of(t *snapshot.Table, o Options) (*selection, error) {
	if !o.selects(t.Layer) {
		return nil, nil
	}
	text := ""
	if o.Filter != nil && o.Filter.Fits(t.Layer) {
		text = o.Filter.String()
	} else {
		o.Filter = nil
	}
	if t.Layer.Works == nil {
		o.Year = 0
	}
	key := selectionKey{t, o.Year, text}
	return s.made.Get(context.Background(), key, selectionLimit, func(context.Context) (*selection, error) {
		return newSelection(t, o)
	})
}

// Forget lets go of the tables that a snapshot no longer has.
func (s *Selections) Forget(snap *snapshot.Snapshot) {
	s.made.Remove(func(k selectionKey) bool {
		t, ok := snap.Table(k.table.Layer.ID)
		return !ok || t != k.table
	})
}

func newSelection(t *snapshot.Table, o Options) (*selection, error) {
	s := &selection{}
	if o.Year != 0 {
		s.standing = t.CompleteBy(o.Year)
	}
	if o.Filter == nil {
		return s, nil
	}
	var err error
	if s.filter, err = o.Filter.Bind(t); err != nil {
		return nil, layers.NewFault("filter", "%v", err)
	}
	return s, nil
}

// selected are the rows of a tile that show by the selection, in the order of their
// ids. Points make room only for those that show too, so all of the cells that reach
// into the tile are looked through.
func (e *Encoder) selected(table *snapshot.Table, s *selection, t maptile.Tile) []uint32 {
	box := t.Box(maptile.Buffer)
	thin := table.Layer.Draw.Thin
	if s == nil || thin == nil || int(t.Z) >= thin.Below {
		return s.keep(e.rows.find(table, box, t.Z))
	}
	rows := e.rows.find(table, CellBox(box, thin.Units, t.Z), maptile.Everything)
	return table.Thinned(s.keep(rows), int(t.Z))
}

// CellBox is the box of the whole cells that reach into another.
func CellBox(box geo.Box, units int, z uint8) geo.Box {
	return geo.Box{Min: simplify.Cell(box.Min, units, int(z)).Min, Max: simplify.Cell(box.Max, units, int(z)).Max}
}
