package tiles

import (
	"errors"
	"slices"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
)

// Why a layer cannot be in a tile, for errors.Is on a *LayerError.
var (
	ErrUnknownLayer = errors.New("no such layer")
	ErrNoGeometry   = errors.New("the layer has no geometry")
	ErrTwice        = errors.New("the layer is named twice")
)

// LayerError says which layer cannot be in a tile and why.
type LayerError struct {
	Layer string
	Err   error
}

func (e *LayerError) Error() string { return "layer " + e.Layer + ": " + e.Err.Error() }

func (e *LayerError) Unwrap() error { return e.Err }

// Options are what a tile may be asked to be beside its number and layers.
type Options struct {
	Full bool // everything at every zoom: neither zoom range nor generalisation nor MaxBytes
}

// Encode is one tile of the layers, in their order; nothing where none has
// anything there. The error is a *TileError or a *LayerError.
func Encode(snap *layers.Snapshot, layerIDs []string, t Tile, o Options) ([]byte, error) {
	return new(Encoder).Append(nil, snap, layerIDs, t, o)
}

// Encoder makes tiles, one at a time. The zero Encoder is ready; one that is kept
// and reused allocates nothing but what its tables need to grow to its largest tile.
//
// A tile is written front to back: a feature's tags and geometry go to two
// buffers, because their lengths come before them, and from there to the layer's;
// that goes to the caller's behind its own length. Each byte is copied twice, which
// costs less than to count first.
type Encoder struct {
	Stats Stats // of the last tile

	body    []byte // the layer being made
	tags    []byte
	pen     pen
	clip    polygonClipper
	shapes  shapes
	dict    dictionary
	rows    rowSet
	fields  []tileField
	keys    []string
	views   [ahead]view
	groups  groups
	cells   cells
	fit     fit
	ordered []*layers.Table
}

// Stats tells what became of the features of a tile.
type Stats struct {
	Features int // that are in it, each merged one counted
	Dropped  int // left out because the tile would have been above MaxBytes
}

type tileField struct {
	index  int
	number int // its place in the layer's keys, -1 as yet
}

// Append appends the tile to dst, which may be nil.
func (e *Encoder) Append(dst []byte, snap *layers.Snapshot, layerIDs []string, t Tile, o Options) ([]byte, error) {
	e.Stats = Stats{}
	if err := t.Check(); err != nil {
		return dst, err
	}
	e.ordered = e.ordered[:0]
	for i, id := range layerIDs {
		table, err := tableOf(snap, layerIDs[:i], id)
		if err != nil {
			return dst, err
		}
		if int(t.Z) >= table.Layer.MinZoom || o.Full {
			e.ordered = append(e.ordered, table)
		}
	}
	start := len(dst)
	e.fit.sizes = e.fit.sizes[:0]
	for _, table := range e.ordered {
		before := len(dst)
		dst = e.layer(dst, table, t, o, nil)
		e.fit.sizes = append(e.fit.sizes, len(dst)-before)
	}
	if len(dst)-start > MaxBytes && !o.Full {
		dst = e.shrink(dst[:start], t)
	}
	return dst, nil
}

func tableOf(snap *layers.Snapshot, before []string, id string) (*layers.Table, error) {
	table, ok := snap.Table(id)
	switch {
	case !ok:
		return nil, &LayerError{id, ErrUnknownLayer}
	case !table.Layer.HasGeometry():
		return nil, &LayerError{id, ErrNoGeometry}
	case slices.Contains(before, id):
		return nil, &LayerError{id, ErrTwice}
	}
	return table, nil
}

// generalised tells whether a tile of the zoom may leave out something of a layer.
func generalised(l *layers.Layer, z uint8, o Options) bool { return !o.Full && int(z) < l.MaxZoom }

// layer appends one layer (MVT 2.1, 4.1), or nothing where no feature shows. Where
// only is not nil, no other rows are drawn.
func (e *Encoder) layer(dst []byte, table *layers.Table, t Tile, o Options, only []uint32) []byte {
	g := gridOf(t)
	show := table.Layer.Show
	if generalised(table.Layer, t.Z, o) {
		g.detail = t.Z
	}
	e.begin(table, &g)
	switch {
	case g.detail != everything && show.Cluster != nil && int(t.Z) < show.Cluster.Below:
		e.cluster(table, t, &g)
	default:
		if only == nil {
			only = e.rows.find(table, t.Box(Buffer), g.detail)
		}
		if g.detail != everything && int(t.Z) < show.Merge {
			e.merge(table, only, &g)
		} else {
			e.draw(table, only, &g)
		}
	}
	if len(e.body) == 0 {
		return dst
	}
	return e.finish(dst, table.Layer.ID)
}

func (e *Encoder) begin(table *layers.Table, g *grid) {
	e.body, e.keys, e.fields = e.body[:0], e.keys[:0], e.fields[:0]
	e.fit.costs = e.fit.costs[:0]
	e.dict.reset()
	for i := range table.Layer.Fields {
		if f := &table.Layer.Fields[i]; f.Tile && int(g.detail) >= f.TileZoom {
			e.fields = append(e.fields, tileField{i, -1})
		}
	}
}

func (e *Encoder) finish(dst []byte, name string) []byte {
	e.body = append(e.body, e.dict.buf...)
	size := 2 + 1 + varintLen(uint64(len(name))) + len(name) + len(e.body) + 3
	for _, key := range e.keys {
		size += 1 + varintLen(uint64(len(key))) + len(key)
	}
	dst = slices.Grow(dst, size+6)
	dst = appendVarint(append(dst, 3<<3|2), uint64(size))
	dst = append(dst, 15<<3, 2)
	dst = append(appendVarint(append(dst, 1<<3|2), uint64(len(name))), name...)
	for _, key := range e.keys {
		dst = append(appendVarint(append(dst, 3<<3|2), uint64(len(key))), key...)
	}
	dst = append(dst, e.body...)
	return appendVarint(append(dst, 5<<3), Extent)
}

// ahead is how many features are looked up before the first of them is drawn.
// Features that lie side by side on the map stand far apart in memory; to fetch the
// start of many at once takes little longer than to wait for one.
const ahead = 32

type view struct {
	shape   geo.Shape
	ranks   []uint8
	id      int64
	touched uint32 // what the early reads come to, so that they are not left out
}

func (e *Encoder) look(table *layers.Table, rows []uint32) {
	for i, row := range rows {
		v := &e.views[i]
		v.shape, v.ranks = table.Ranked(row)
		v.id = table.ID(row)
	}
	for i := range rows {
		if v := &e.views[i]; len(v.ranks) > 0 {
			v.touched = uint32(v.shape.Points[0].X) + uint32(v.ranks[0])
		}
	}
}

// draw writes each row's feature that shows.
func (e *Encoder) draw(table *layers.Table, rows []uint32, g *grid) {
	for rows := range slices.Chunk(rows, ahead) {
		e.look(table, rows)
		for i, row := range rows {
			before := len(e.body) + len(e.dict.buf)
			e.pen.reset()
			if kind := e.geometry(e.views[i].shape, e.views[i].ranks, g); kind != 0 {
				e.tag(table, row)
				e.write(uint64(e.views[i].id), true, kind)
			}
			e.fit.costs = append(e.fit.costs, int32(len(e.body)+len(e.dict.buf)-before))
		}
	}
}

// tag writes the numbers of the row's keys and values.
func (e *Encoder) tag(table *layers.Table, row uint32) {
	e.tags = e.tags[:0]
	for i := range e.fields {
		f := &e.fields[i]
		key, ok := table.Key(row, f.index)
		if !ok {
			continue
		}
		if f.number < 0 {
			f.number = e.key(table.Layer.Fields[f.index].ID)
		}
		e.tags = appendVarint(e.tags, uint64(f.number))
		e.tags = appendVarint(e.tags, uint64(e.dict.number(f.index, key, table, row)))
	}
}

func (e *Encoder) key(name string) int {
	e.keys = append(e.keys, name)
	return len(e.keys) - 1
}

// write appends a feature (MVT 2.1, 4.2) with the tags and the geometry at hand.
func (e *Encoder) write(id uint64, hasID bool, kind byte) {
	e.Stats.Features++
	geometry := e.pen.buf
	size := 2 + 1 + varintLen(uint64(len(geometry))) + len(geometry)
	if hasID {
		size += 1 + varintLen(id)
	}
	if len(e.tags) > 0 {
		size += 1 + varintLen(uint64(len(e.tags))) + len(e.tags)
	}
	b := appendVarint(append(e.body, 2<<3|2), uint64(size))
	if hasID {
		b = appendVarint(append(b, 1<<3), id)
	}
	if len(e.tags) > 0 {
		b = appendVarint(append(b, 2<<3|2), uint64(len(e.tags)))
		b = append(b, e.tags...)
	}
	b = append(b, 3<<3, kind)
	b = appendVarint(append(b, 4<<3|2), uint64(len(geometry)))
	e.body = append(b, geometry...)
}
