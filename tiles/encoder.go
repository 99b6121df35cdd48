package tiles

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/cql2"
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
	Format Format
}

// Encode is one tile of the layers, in their order; nothing where none has
// anything there. The error is a *TileError, a *LayerError, a *FilterError
// or, where the filter compares what does not compare, a *cql2.BindError.
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
//
// A layer that may leave out something is given a number of bytes. Its features come by
// their claims to a place in it, and the first one for which there is no room ends it: no tile
// is made twice because it was too large, unless several layers have to share.
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
	columns []int             // the fields' indexes
	values  []layers.FieldKey // the row's, by field
	keys    []string
	views   [ahead]view
	groups  groups
	alike   []uint32 // numbers of the rows that are being drawn, nil where there are none
	likes   []likeness
	merging bool
	cells   cells
	scan    layers.Scan
	claims  layers.Claims
	room    int // bytes that the layer may take, but for its header and keys
	sizes   []int
	ordered []source

	selections *selections

	drawing *drawing // what MLT is made of; nil while MVT is asked for
	mlt     *mltEncoder
}

// source is a table that a tile is made of.
type source struct {
	*layers.Table
	selection *selection
}

// Stats tells what became of the features of a tile.
type Stats struct {
	Features int // that are in it, each merged one counted
	Dropped  int // about how many were left out because the tile would have been above MaxBytes
}

// tileField is a field that goes into the tile. Of the block at hand it knows what the
// bytes that stand for values come to, 0 where that is not known yet.
type tileField struct {
	index  int
	number int // its place in the layer's keys, -1 as yet
	bytes  []byte
	null   bool // all of the block
	codes  []byte
	base   uint32
	texts  []string
	known  [256]uint16
}

// beyondKnown is the number from which known holds none.
const beyondKnown = 1 << 14

// Append appends the tile to dst, which may be nil.
func (e *Encoder) Append(dst []byte, snap *layers.Snapshot, layerIDs []string, t Tile, o Options) ([]byte, error) {
	if o.Format == MLT {
		return e.appendMLT(dst, snap, layerIDs, t, o)
	}
	e.drawing = nil
	return e.appendMVT(dst, snap, layerIDs, t, o)
}

func (e *Encoder) appendMVT(dst []byte, snap *layers.Snapshot, layerIDs []string, t Tile, o Options) ([]byte, error) {
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
func (e *Encoder) order(snap *layers.Snapshot, layerIDs []string, t Tile, o Options) error {
	e.ordered = e.ordered[:0]
	if e.selections == nil {
		e.selections = new(selections)
	}
	fits := false
	for i, id := range layerIDs {
		table, err := tableOf(snap, layerIDs[:i], id)
		if err != nil {
			return err
		}
		fits = fits || o.Filter != nil && o.Filter.Fits(table.Layer)
		if int(t.Z) < table.Layer.MinZoom && !o.Full {
			continue
		}
		s, err := e.selections.of(table, o)
		if err != nil {
			return err
		}
		e.ordered = append(e.ordered, source{table, s})
	}
	return o.checkFilter(layerIDs, fits)
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

// layer appends one layer (MVT 2.1, 4.1), or nothing where no feature shows. It takes
// at most limit bytes where it may leave out something.
func (e *Encoder) layer(dst []byte, s source, t Tile, o Options, limit int) []byte {
	g, table := gridOf(t), s.Table
	if generalised(table.Layer, t.Z, o) {
		g.detail = t.Z
	}
	e.begin(table, &g, math.MaxInt)
	switch {
	case g.detail == everything:
		e.drawInOrder(table, s.selection.keep(e.rows.find(table, t.Box(Buffer), everything)), &g)
	case clustered(table.Layer, t.Z):
		e.cluster(s, t, &g)
	default:
		e.within(s, t, &g, limit)
	}
	if len(e.body) == 0 {
		return dst
	}
	if e.drawing != nil {
		e.drawing.keep()
	}
	return e.finish(dst, table.Layer.ID)
}

func clustered(l *layers.Layer, z uint8) bool {
	return l.Show.Cluster != nil && int(z) < l.Show.Cluster.Below
}

// begin empties the layer being made, which may take room bytes.
func (e *Encoder) begin(table *layers.Table, g *grid, room int) {
	e.body, e.keys, e.fields, e.columns = e.body[:0], e.keys[:0], e.fields[:0], e.columns[:0]
	e.room = room
	e.merging = g.detail != everything && int(g.detail) < table.Layer.Show.Merge
	e.groups.reset()
	e.dict.reset()
	if e.dict.generation == 1 { // it may have gone round
		clear(e.likes)
	}
	for i := range table.Layer.Fields {
		if f := &table.Layer.Fields[i]; f.Tile && int(g.detail) >= f.TileZoom {
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
	return appendVarint(append(dst, 5<<3), Extent)
}

// ahead is how many features are looked up before the first of them is drawn, where they
// come by claim: then they stand far apart in memory, and to fetch the start of many at
// once takes little longer than to wait for one.
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

// draw writes each row's feature that shows, and tells how many rows there was room
// for. The rows come in any order.
func (e *Encoder) draw(table *layers.Table, rows []uint32, g *grid) (done int) {
	for rows := range slices.Chunk(rows, ahead) {
		e.look(table, rows)
		for i, row := range rows {
			if !e.feature(table, row, &e.views[i], g, (*Encoder).tag) {
				return done
			}
			done++
		}
	}
	return done
}

// drawInOrder is draw for rows as InOrder puts them, which it reads block by block. It
// gives up early where there will not be room for all of them, by what the first ones took.
func (e *Encoder) drawInOrder(table *layers.Table, rows []uint32, g *grid) (done int) {
	var block layers.Block
	last := uint32(1<<32 - 1)
	v := &e.views[0]
	for _, row := range rows {
		if done%64 == 63 && e.overflows(done, len(rows)) {
			return done
		}
		number, at := layers.BlockOf(row)
		if number != last {
			block, last = table.Block(number), number
			e.enter(block)
		}
		if !e.merging && e.drawing == nil {
			if ok, room := e.wholeLine(table, row, block, at, g); !room {
				return done
			} else if ok {
				done++
				continue
			}
		}
		v.shape, v.ranks = block.Ranked(at)
		v.id = block.ID(at)
		if !e.feature(table, row, v, g, (*Encoder).tagInBlock) {
			return done
		}
		done++
	}
	return done
}

// overflows tells whether so many rows have taken so much that all cannot have room. What
// it says depends on the tile's content alone.
func (e *Encoder) overflows(done, all int) bool {
	used := len(e.body) + len(e.dict.buf) + e.groups.cost
	return used > e.room/8 && float64(used)/float64(done)*float64(all) > 1.25*float64(e.room)
}

// drawCopies is draw for rows of the scan, whose copies it reads block by block.
func (e *Encoder) drawCopies(table *layers.Table, rows []uint32, g *grid) (done int) {
	digest, alike := e.scan.Digest(), e.scan.Alike()
	var block layers.Block
	last := uint32(1<<32 - 1)
	v := &e.views[0]
	for i := range rows {
		if copied := e.scan.Copies[i]; copied != layers.NoCopy {
			number, at := layers.BlockOf(copied)
			if number != last {
				block, last = digest.Block(number), number
				e.enter(block)
			}
			v.shape, v.ranks = block.Ranked(at)
			v.id = block.ID(at)
			e.alike = alike
			room := e.feature(digest, copied, v, g, (*Encoder).tagInBlock)
			e.alike = nil
			if !room {
				return done
			}
		} else if e.draw(table, rows[i:i+1], g) == 0 {
			return done
		}
		done++
	}
	return done
}

// feature writes a row's feature if it shows, and tells whether there was room for it.
func (e *Encoder) feature(table *layers.Table, row uint32, v *view, g *grid, tag func(*Encoder, *layers.Table, uint32)) bool {
	before := e.mark()
	e.pen.reset()
	if e.merging && v.shape.Kind == geo.Lines {
		e.gather(table, row, v, g, tag)
	} else if kind := e.geometry(v.shape, v.ranks, g); kind != 0 {
		e.record(row, v.id, kind)
		tag(e, table, row)
		e.write(uint64(v.id), true, kind)
	}
	if len(e.body)+len(e.dict.buf)+e.groups.cost > e.room {
		e.undo(before)
		return false
	}
	return true
}

// tag writes the numbers of the row's keys and values.
func (e *Encoder) tag(table *layers.Table, row uint32) {
	e.tags = e.tags[:0]
	table.Keys(row, e.columns, e.values)
	n := len(e.tags)
	e.tags = grow(e.tags, 2*maxVarint32*len(e.fields))
	for i := range e.fields {
		if !e.values[i].OK {
			continue
		}
		f := &e.fields[i]
		if f.number < 0 {
			f.number = e.key(table.Layer.Fields[f.index].ID)
		}
		n = putVarint32(e.tags, n, uint32(f.number))
		n = putVarint32(e.tags, n, e.dict.number(f.index, e.values[i], table, row))
	}
	e.tags = e.tags[:n]
}

// enter makes the fields ready for a block.
func (e *Encoder) enter(block layers.Block) {
	for i := range e.fields {
		f := &e.fields[i]
		if f.bytes, f.null = block.Bytes(f.index); f.bytes != nil {
			clear(f.known[:])
		}
		f.codes, f.base = block.Codes(f.index)
	}
}

// tagInBlock is tag for a row of the block that was entered. Most fields take a byte a
// row, and most values have been met in the block before: their numbers come out of a
// small table.
func (e *Encoder) tagInBlock(table *layers.Table, row uint32) {
	_, at := layers.BlockOf(row)
	e.tags = grow(e.tags[:0], 2*maxVarint32*len(e.fields))
	n := 0
	for i := range e.fields {
		f := &e.fields[i]
		if f.null {
			continue
		}
		if f.bytes != nil {
			stored := f.bytes[at]
			if stored == 0 {
				continue
			}
			if known := uint32(f.known[stored]); known != 0 {
				n = putVarint32(e.tags, n, uint32(f.number))
				n = putShort(e.tags, n, known-1)
				continue
			}
		} else if f.codes != nil && f.number >= 0 {
			stored := uint32(binary.LittleEndian.Uint16(f.codes[2*at:]))
			if stored == 0 {
				continue
			}
			n = putVarint32(e.tags, n, uint32(f.number))
			n = putVarint32(e.tags, n, e.dict.text(f.index, stored-1+f.base, f.texts))
			continue
		}
		key := table.FieldKey(row, f.index)
		if !key.OK {
			continue
		}
		if f.number < 0 {
			f.number = e.key(table.Layer.Fields[f.index].ID)
		}
		number := e.dict.number(f.index, key, table, row)
		if f.bytes != nil && number+1 < beyondKnown {
			f.known[f.bytes[at]] = uint16(number + 1)
		}
		n = putVarint32(e.tags, n, uint32(f.number))
		n = putVarint32(e.tags, n, number)
	}
	e.tags = e.tags[:n]
}

func (e *Encoder) key(name string) int {
	e.keys = append(e.keys, name)
	return len(e.keys) - 1
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
