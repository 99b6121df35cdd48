package encode

import (
	"slices"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles/clip"
	"github.com/cuntu/cuntu/tiles/maptile"
	"github.com/cuntu/cuntu/tiles/mlt"
)

// Format is what the bytes of a tile are.
type Format uint8

// The formats: Mapbox Vector Tiles 2.1, which all readers know, and MapLibre Tiles 1. A
// tile shows the same in both: the same features in the same order, with the same values.
const (
	MVT Format = iota
	MLT
)

// String is the format as TileJSON has it.
func (f Format) String() string { return [...]string{"mvt", "mlt"}[f] }

// mltEncoder makes MLT of a drawing: geometry from what was drawn, values a column at a
// time from the snapshot's columns.
type mltEncoder struct {
	drawing  drawing
	measured []byte // the tile as MVT, which its limits are in
	writer   mlt.Writer
	geometry mlt.Geometry
	column   column
}

// appendMLT appends the tile as MLT. What it holds is decided, as it always is, by drawing
// it: while that may leave out something, by the bytes that it takes as MVT.
func (e *Encoder) appendMLT(dst []byte, snap *snapshot.Snapshot, layerIDs []string, t maptile.Tile, o Options) ([]byte, error) {
	if e.mlt == nil {
		e.mlt = new(mltEncoder)
	}
	m := e.mlt
	m.drawing.reset()
	e.drawing = &m.drawing
	m.drawing.uncounted = !slices.ContainsFunc(layerIDs, func(id string) bool {
		table, ok := snap.Table(id)
		return ok && Generalised(table.Layer, t.Z, o)
	})
	var err error
	if m.measured, err = e.appendMVT(m.measured[:0], snap, layerIDs, t, o); err != nil {
		return dst, err
	}
	for i := range m.drawing.layers[:m.drawing.done] {
		dst = m.layer(dst, &m.drawing.layers[i])
	}
	return dst, nil
}

func (m *mltEncoder) layer(dst []byte, l *drawn) []byte {
	m.writer.Begin(l.table.Layer.ID, maptile.Extent)
	m.writer.IDs(l.ids, len(l.kinds))
	m.shapes(l)
	for _, field := range l.fields {
		m.column.write(&m.writer, l, field)
	}
	if len(l.clusters) > 0 {
		m.column.writeClusters(&m.writer, l)
	}
	return m.writer.End(dst)
}

// shapes writes the geometry of a layer's features.
func (m *mltEncoder) shapes(l *drawn) {
	g := &m.geometry
	g.Reset()
	part := 0
	for i, kind := range l.kinds {
		end := int(l.ends[i])
		switch kind {
		case geo.Points:
			m.several(mlt.Point, len(l.shapes.Part(part)))
		case geo.Lines:
			m.several(mlt.Line, end-part)
			for p := part; p < end; p++ {
				g.Sizes = append(g.Sizes, uint32(len(l.shapes.Part(p))))
			}
		case geo.Polygons:
			m.polygons(l, part, end)
		}
		part = end
	}
	for _, p := range l.shapes.Points {
		g.XY = append(g.XY, p.X, p.Y)
	}
	m.writer.Geometry(g)
}

// several notes a feature of a type, or of as many parts as make it the Multi type.
func (m *mltEncoder) several(t mlt.Type, parts int) {
	if parts > 1 {
		t += mlt.MultiPoint
		m.geometry.Parts = append(m.geometry.Parts, uint32(parts))
	}
	m.geometry.Types = append(m.geometry.Types, uint32(t))
}

// polygons notes the rings of a feature. An outer ring, which turns the one way, begins a
// polygon; the holes in it follow.
func (m *mltEncoder) polygons(l *drawn, part, end int) {
	g, first := &m.geometry, len(m.geometry.Rings)
	for ; part < end; part++ {
		ring := l.shapes.Part(part)
		if len(g.Rings) == first || clip.Area2(ring) >= 0 {
			g.Rings = append(g.Rings, 0)
		}
		g.Rings[len(g.Rings)-1]++
		g.Sizes = append(g.Sizes, uint32(len(ring)))
	}
	m.several(mlt.Polygon, len(g.Rings)-first)
}
