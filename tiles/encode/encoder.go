package encode

import (
	"errors"
	"math"
	"slices"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/cql2"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles/clip"
	"github.com/cuntu/cuntu/tiles/maptile"
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
	// Filter leaves only what matches in the layers that have all its properties. The
	// others are shown whole; that there are none is an error.
	Filter *cql2.Expr
	Year   int // only what is there by its end, of layers that declare Works; 0 for all
	// Outlines draws places that have an outline, in a layer of such, by that instead of their points.
	Outlines bool
	Format   Format
}

// Encode is one tile of the layers, in their order; nothing where none has
// anything there. The error is a *TileError, a *LayerError or,
// where the filter does not fit the layers, layers.Faults.
func Encode(snap *snapshot.Snapshot, layerIDs []string, t maptile.Tile, o Options) ([]byte, error) {
	return new(Encoder).Append(nil, snap, layerIDs, t, o)
}

// Encoder makes tiles, one at a time. The zero Encoder is ready; one that is kept
// and reused allocates nothing but what its tables need to grow to its largest tile.
//
// A tile is written front to back: a feature's tags and geometry go to two
// buffers, because their lengths come before them, and from there to the layer's;
// that goes to the caller's behind its own length. Each byte is copied twice, which
// costs less than to count first.
//
// A layer that may leave out something is given a number of bytes. Its features come by
// their claims to a place in it, and the first one for which there is no room ends it: no tile
// is made twice because it was too large, unless several layers have to share.
type Encoder struct {
	Stats Stats // of the last tile

	body    []byte // the layer being made
	tags    []byte
	pen     pen
	clip    clip.PolygonClipper
	shapes  clip.Shapes
	dict    dictionary
	rows    rowSet
	fields  []tileField
	columns []int               // the fields' indexes
	values  []snapshot.FieldKey // the row's, by field
	keys    []string
	views   [ahead]view
	groups  groups
	alike   []uint32 // numbers of the rows that are being drawn, nil where there are none
	likes   []likeness
	merging bool
	cells   cells
	scan    snapshot.Scan
	claims  snapshot.Priorities
	room    int // bytes that the layer may take, but for its header and keys
	sizes   []int
	ordered []source

	Selections *Selections
	Outlines   *Outlines

	drawing *drawing // what MLT is made of; nil while MVT is asked for
	mlt     *mltEncoder
}

// source is a table that a tile is made of.
type source struct {
	*snapshot.Table
	selection *selection
	coarse    bool // vertices of a zoom less will do
}

// Stats tells what became of the features of a tile.
type Stats struct {
	Features int // that are in it, each merged one counted
	Dropped  int // about how many were left out because the tile would have been above MaxBytes
}

// Append appends the tile to dst, which may be nil.
func (e *Encoder) Append(dst []byte, snap *snapshot.Snapshot, layerIDs []string, t maptile.Tile, o Options) ([]byte, error) {
	if o.Format == MLT {
		return e.appendMLT(dst, snap, layerIDs, t, o)
	}
	e.drawing = nil
	return e.appendMVT(dst, snap, layerIDs, t, o)
}

func (e *Encoder) appendMVT(dst []byte, snap *snapshot.Snapshot, layerIDs []string, t maptile.Tile, o Options) ([]byte, error) {
	e.Stats = Stats{}
	if err := t.Check(); err != nil {
		return dst, err
	}
	if err := e.order(snap, layerIDs, t, o); err != nil {
		return dst, err
	}
	start := len(dst)
	e.sizes = e.sizes[:0]
	for _, source := range e.ordered {
		before := len(dst)
		dst = e.layer(dst, source, t, o, MaxBytes)
		e.sizes = append(e.sizes, len(dst)-before)
	}
	if len(dst)-start > MaxBytes && !o.Full && len(e.ordered) > 1 {
		dst = e.shrink(dst[:start], t)
	}
	return dst, nil
}

// order lists what the tile is made of.
func (e *Encoder) order(snap *snapshot.Snapshot, layerIDs []string, t maptile.Tile, o Options) error {
	e.ordered = e.ordered[:0]
	if e.Selections == nil {
		e.Selections = new(Selections)
	}
	if e.Outlines == nil {
		e.Outlines = new(Outlines)
	}
	fits := false
	for i, id := range layerIDs {
		table, err := TableOf(snap, layerIDs[:i], id)
		if err != nil {
			return err
		}
		coarse := false
		if o.Outlines {
			own := table
			table = e.Outlines.of(snap, own)
			coarse = table != own
		}
		fits = fits || o.Filter != nil && o.Filter.Fits(table.Layer)
		if int(t.Z) < table.Layer.MinZoom && !o.Full {
			continue
		}
		s, err := e.Selections.of(table, o)
		if err != nil {
			return err
		}
		e.ordered = append(e.ordered, source{table, s, coarse})
	}
	return o.checkFilter(layerIDs, fits)
}

func TableOf(snap *snapshot.Snapshot, before []string, id string) (*snapshot.Table, error) {
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

// Generalised tells whether a tile of the zoom may leave out something of a layer.
func Generalised(l *layers.Layer, z uint8, o Options) bool { return !o.Full && int(z) < l.MaxZoom }

// layer appends one layer (MVT 2.1, 4.1), or nothing where no feature shows. It takes
// at most limit bytes where it may leave out something.
func (e *Encoder) layer(dst []byte, s source, t maptile.Tile, o Options, limit int) []byte {
	g, table := maptile.GridOf(t), s.Table
	if Generalised(table.Layer, t.Z, o) {
		g.Detail = t.Z
		if s.coarse && t.Z > 0 { // outlines are filled: a pixel more or less of what is between them does not show
			g.Detail--
		}
	}
	e.begin(table, &g, math.MaxInt)
	switch {
	case g.Detail == maptile.Everything:
		e.drawInOrder(table, s.selection.keep(e.rows.find(table, t.Box(maptile.Buffer), maptile.Everything)), &g)
	case Clustered(table.Layer, t.Z):
		e.cluster(s, t, &g)
	default:
		e.within(s, t, &g, limit)
	}
	if e.drawing != nil && len(e.drawing.layer().kinds) > 0 {
		e.drawing.keep()
	}
	if len(e.body) == 0 {
		return dst
	}
	return e.finish(dst, table.Layer.ID)
}

func Clustered(l *layers.Layer, z uint8) bool {
	return l.Draw.Cluster != nil && int(z) < l.Draw.Cluster.Below
}

// begin empties the layer being made, which may take room bytes.
func (e *Encoder) begin(table *snapshot.Table, g *maptile.Grid, room int) {
	e.body, e.keys, e.fields, e.columns = e.body[:0], e.keys[:0], e.fields[:0], e.columns[:0]
	e.room = room
	e.merging = g.Detail != maptile.Everything && int(g.Detail) < table.Layer.Draw.Merge
	e.groups.reset()
	e.dict.reset()
	if e.dict.generation == 1 { // it may have gone round
		clear(e.likes)
	}
	for i := range table.Layer.Fields {
		if f := &table.Layer.Fields[i]; f.Tile && int(g.Detail) >= f.TileZoom {
			if len(e.fields) == cap(e.fields) {
				e.fields = append(e.fields, tileField{})
			} else {
				e.fields = e.fields[:len(e.fields)+1] // whose table is cleared for each block
			}
			last := &e.fields[len(e.fields)-1]
			last.index, last.number, last.texts = i, -1, table.AllTexts(i)
			e.columns = append(e.columns, i)
			e.room -= 1 + varintLen(uint64(len(f.ID))) + len(f.ID)
		}
	}
	if e.drawing != nil {
		e.drawing.begin(table, e.columns)
	}
	e.values = slices.Grow(e.values[:0], len(e.fields))[:len(e.fields)]
	e.room -= layerBytes + len(table.Layer.ID)
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
	return appendVarint(append(dst, 5<<3), maptile.Extent)
}

// write appends a feature (MVT 2.1, 4.2) with the tags and the geometry at hand.
func (e *Encoder) write(id uint64, hasID bool, kind byte) {
	e.writeFeature(id, hasID, kind, e.pen.buf)
}

func (e *Encoder) writeFeature(id uint64, hasID bool, kind byte, geometry []byte) {
	e.Stats.Features++
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
