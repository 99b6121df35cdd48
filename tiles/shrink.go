package tiles

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/cuntu/cuntu/layers"
)

// MaxBytes is how large a tile may be, before compression, at zooms at which its
// layers may be generalised.
const MaxBytes = 500_000

// fit knows what the layers of a tile take, and the rows of the last one.
type fit struct {
	sizes []int
	costs []int32 // of the last layer's rows
	order []ranked
}

// ranked is a row with its claim to a place in a tile that cannot hold all.
type ranked struct {
	row   uint32
	id    int64
	claim uint64 // less is more
	cost  int32
}

// shrink makes the tile anew with less in those of its layers that may be
// generalised, each giving way by the same share.
func (e *Encoder) shrink(dst []byte, t Tile) []byte {
	e.Stats = Stats{}
	fixed, loose := 0, 0
	for i, table := range e.ordered {
		if e.shrinks(table.Layer, t) {
			loose += e.fit.sizes[i]
		} else {
			fixed += e.fit.sizes[i]
		}
	}
	share := float64(max(0, MaxBytes-fixed)) / float64(max(1, loose))
	sizes := slices.Clone(e.fit.sizes)
	for i, table := range e.ordered {
		if share < 1 && e.shrinks(table.Layer, t) {
			dst = e.layerWithin(dst, table, t, int(share*float64(sizes[i])), len(e.ordered) == 1)
		} else {
			dst = e.layer(dst, table, t, Options{}, nil)
		}
	}
	return dst
}

func (e *Encoder) shrinks(l *layers.Layer, t Tile) bool {
	clustered := l.Show.Cluster != nil && int(t.Z) < l.Show.Cluster.Below
	return generalised(l, t.Z, Options{}) && !clustered
}

// layerWithin appends a layer of at most limit bytes. Where the layer was the last
// one made, its rows and their costs are known already.
func (e *Encoder) layerWithin(dst []byte, table *layers.Table, t Tile, limit int, known bool) []byte {
	start, stats := len(dst), e.Stats
	if !known {
		if dst = e.layer(dst, table, t, Options{}, nil); len(dst)-start <= limit {
			return dst
		}
	}
	e.claims(table, e.rows.rows)
	order := slices.Clone(e.fit.order)
	kept := make([]uint32, 0, len(order)) // never nil, which would stand for all
	for budget := limit; ; {
		e.Stats = stats
		kept = keep(kept[:0], order, budget)
		e.Stats.Dropped += len(order) - len(kept)
		slices.Sort(kept)
		byID(table, kept)
		dst = e.layer(dst[:start], table, t, Options{}, kept)
		size := len(dst) - start
		if size <= limit {
			return dst
		}
		// Costs are what a row adds to the whole, so one more try mostly fits.
		budget = int(float64(budget) * min(.95, .98*float64(limit)/float64(size)))
	}
}

// claims puts rows in order: by level, so the classes that show first stay longest,
// then by size on the map, then by a hash of the id, which thins out evenly and alike
// in tiles side by side.
func (e *Encoder) claims(table *layers.Table, rows []uint32) {
	e.fit.order = e.fit.order[:0]
	for i, row := range rows {
		box := table.Shape(row).Box()
		size := bits.Len64(uint64(int64(box.Max.X)-int64(box.Min.X)) | uint64(int64(box.Max.Y)-int64(box.Min.Y)))
		id := table.ID(row)
		hash := uint64(id) * 0x9e3779b97f4a7c15
		hash = (hash ^ hash>>32) * 0xd6e8feb86659fd93
		claim := uint64(table.Level(row))<<56 | uint64(64-size)<<48 | hash>>16
		e.fit.order = append(e.fit.order, ranked{row, id, claim, e.fit.costs[i]})
	}
	slices.SortFunc(e.fit.order, func(a, b ranked) int { return cmp.Or(cmp.Compare(a.claim, b.claim), cmp.Compare(a.id, b.id)) })
}

// keep appends the rows with the best claims that fit.
func keep(rows []uint32, order []ranked, budget int) []uint32 {
	for _, r := range order {
		if budget -= int(r.cost); budget < 0 {
			break
		}
		rows = append(rows, r.row)
	}
	return rows
}
