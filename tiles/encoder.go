package tiles

import (
	"cmp"
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
	Full bool // everything at every zoom: neither zoom range nor generalisation
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
	body   []byte // the layer being made
	tags   []byte
	pen    pen
	clip   polygonClipper
	shapes shapes
	dict   dictionary
	rows   rowSet
	fields []tileField
	keys   []int // fields by key number
}

type tileField struct {
	index  int
	number int // its place in the layer's keys, -1 as yet
}

// Append appends the tile to dst, which may be nil.
func (e *Encoder) Append(dst []byte, snap *layers.Snapshot, layerIDs []string, t Tile, o Options) ([]byte, error) {
	if err := t.Check(); err != nil {
		return dst, err
	}
	for i, id := range layerIDs {
		table, err := tableOf(snap, layerIDs[:i], id)
		if err != nil {
			return dst, err
		}
		if int(t.Z) >= table.Layer.MinZoom || o.Full {
			dst = e.layer(dst, table, t)
		}
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

// layer appends one layer (MVT 2.1, 4.1), or nothing where no feature shows.
func (e *Encoder) layer(dst []byte, table *layers.Table, t Tile) []byte {
	e.begin(table)
	g := gridOf(t)
	for _, row := range e.rows.find(table, t.Box(Buffer)) {
		e.feature(table, row, &g)
	}
	if len(e.body) == 0 {
		return dst
	}
	e.body = append(e.body, e.dict.buf...)
	name := table.Layer.ID
	size := 2 + 1 + varintLen(uint64(len(name))) + len(name) + len(e.body) + 3
	for _, f := range e.keys {
		key := table.Layer.Fields[f].ID
		size += 1 + varintLen(uint64(len(key))) + len(key)
	}
	dst = slices.Grow(dst, size+6)
	dst = appendVarint(append(dst, 3<<3|2), uint64(size))
	dst = append(dst, 15<<3, 2)
	dst = append(appendVarint(append(dst, 1<<3|2), uint64(len(name))), name...)
	for _, f := range e.keys {
		key := table.Layer.Fields[f].ID
		dst = append(appendVarint(append(dst, 3<<3|2), uint64(len(key))), key...)
	}
	dst = append(dst, e.body...)
	return appendVarint(append(dst, 5<<3), Extent)
}

func (e *Encoder) begin(table *layers.Table) {
	e.body, e.keys, e.fields = e.body[:0], e.keys[:0], e.fields[:0]
	e.dict.reset()
	for i := range table.Layer.Fields {
		if table.Layer.Fields[i].Tile {
			e.fields = append(e.fields, tileField{i, -1})
		}
	}
}

// feature appends a feature (MVT 2.1, 4.2), unless it does not show.
func (e *Encoder) feature(table *layers.Table, row uint32, g *grid) {
	shape := table.Shape(row)
	kind := e.geometry(shape, g)
	if kind == 0 {
		return
	}
	e.tag(table, row)
	id := uint64(table.ID(row))
	geometry := e.pen.buf
	size := 1 + varintLen(id) + 2 + 1 + varintLen(uint64(len(geometry))) + len(geometry)
	if len(e.tags) > 0 {
		size += 1 + varintLen(uint64(len(e.tags))) + len(e.tags)
	}
	b := appendVarint(append(e.body, 2<<3|2), uint64(size))
	b = appendVarint(append(b, 1<<3), id)
	if len(e.tags) > 0 {
		b = appendVarint(append(b, 2<<3|2), uint64(len(e.tags)))
		b = append(b, e.tags...)
	}
	b = append(b, 3<<3, kind)
	b = appendVarint(append(b, 4<<3|2), uint64(len(geometry)))
	e.body = append(b, geometry...)
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
			f.number = len(e.keys)
			e.keys = append(e.keys, f.index)
		}
		e.tags = appendVarint(e.tags, uint64(f.number))
		e.tags = appendVarint(e.tags, uint64(e.dict.number(f.index, key, table, row)))
	}
}

// geometry writes what shows of a shape and returns its type, 0 where nothing does.
func (e *Encoder) geometry(shape geo.Shape, g *grid) (kind byte) {
	e.pen.reset()
	e.shapes.reset()
	switch shape.Kind {
	case geo.Points:
		for _, p := range shape.Points {
			if v := (vertex{g.x(p), g.y(p)}); v.outside() == 0 {
				e.shapes.add(v.point())
			}
		}
		if n := len(e.shapes.points); n > 0 {
			e.pen.command(moveTo, n)
			e.pen.points(e.shapes.points)
		}
	case geo.Lines:
		for i := range shape.Ends {
			clipLine(&e.shapes, g, shape.Part(i))
		}
		for i := range e.shapes.ends {
			e.pen.line(e.shapes.part(i))
		}
	case geo.Polygons:
		e.clip.clip(&e.shapes, g, shape)
		if len(e.shapes.ends) == 0 {
			collapse(&e.shapes, g, shape)
		}
		for i := range e.shapes.ends {
			e.pen.ring(e.shapes.part(i))
		}
	}
	if len(e.pen.buf) == 0 {
		return 0
	}
	return byte(shape.Kind) // POINT 1, LINESTRING 2, POLYGON 3
}

// collapse draws a polygon that has no area at this zoom as a small square in its
// middle, so that no feature is lost. Whether it has depends on the whole of it, so
// all tiles agree.
func collapse(s *shapes, g *grid, shape geo.Shape) {
	box := shape.Box()
	half := int64(1) << g.down >> 1 // of a unit: the square lies around the middle
	middle := vertex{
		((int64(box.Min.X)+int64(box.Max.X))<<g.up>>1 + g.addX - half) >> g.down,
		((int64(box.Min.Y)+int64(box.Max.Y))<<g.up>>1 + g.addY - half) >> g.down,
	}
	if middle.x < lo || middle.x >= hi || middle.y < lo || middle.y >= hi {
		return
	}
	for i := range shape.Ends {
		if hasArea(g, shape.Part(i)) {
			return
		}
	}
	p := middle.point()
	s.points = append(s.points, p, point{p.x + 1, p.y}, point{p.x + 1, p.y + 1}, point{p.x, p.y + 1})
	s.ends = append(s.ends, int32(len(s.points)))
}

func hasArea(g *grid, ring []geo.Point) bool {
	var sum int64
	if len(ring) < 3 {
		return false
	}
	x0, y0 := g.x(ring[0]), g.y(ring[0])
	px, py := int64(0), int64(0)
	for _, p := range ring[1:] {
		x, y := g.x(p)-x0, g.y(p)-y0
		sum += px*y - x*py
		px, py = x, y
	}
	return sum != 0
}

// rowSet finds the rows of a tile in the order of their features' ids, which does
// not depend on how the snapshot came about, as the rows do.
type rowSet struct {
	rows    []uint32
	spare   []uint32
	collect func(row uint32) bool
}

func (r *rowSet) find(table *layers.Table, box geo.Box) []uint32 {
	if r.collect == nil {
		r.collect = func(row uint32) bool { r.rows = append(r.rows, row); return true }
	}
	r.rows = r.rows[:0]
	table.Search(box, r.collect)
	slices.Sort(r.rows)
	inOrder := true
	last := int64(-1 << 63)
	for _, row := range r.rows {
		id := table.ID(row)
		inOrder = inOrder && id >= last
		last = id
	}
	if !inOrder {
		slices.SortFunc(r.rows, func(a, b uint32) int { return cmp.Compare(table.ID(a), table.ID(b)) })
	}
	return r.rows
}
