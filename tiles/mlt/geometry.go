package mlt

// Type is what a feature's geometry is.
type Type uint32

// The types of geometry. Those from MultiPoint on have several parts.
const (
	Point Type = iota
	Line
	Polygon
	MultiPoint
	MultiLine
	MultiPolygon
)

// Geometry is that of a layer's features, one after another.
type Geometry struct {
	Types []uint32 // by feature, each a Type
	Parts []uint32 // of each feature of a Multi type: points, lines or polygons
	Rings []uint32 // of each polygon
	Sizes []uint32 // of each line and ring, of which none repeats its first vertex: vertices
	XY    []int32  // of each vertex
}

// Reset empties it.
func (g *Geometry) Reset() {
	g.Types, g.Parts, g.Rings, g.Sizes, g.XY = g.Types[:0], g.Parts[:0], g.Rings[:0], g.Sizes[:0], g.XY[:0]
}

// Geometry writes the features' geometry, of which there must be some.
//
// The specification's table of which types have a length in the stream of parts says more
// of them than its readers expect, where it speaks of layers with rings: points and lines
// have none there, multiple or not, and only lines one in the stream of rings.
func (w *Writer) Geometry(g *Geometry) {
	w.columns++
	w.header = append(w.header, geometryCode)
	streams := byte(2)
	for _, s := range [][]uint32{g.Parts, g.Rings, g.Sizes} {
		if len(s) > 0 {
			streams++
		}
	}
	w.body = append(w.body, streams)
	w.body = appendNumbers(w.body, lengths, g.Types, false)
	if len(g.Parts) > 0 {
		w.body = appendNumbers(w.body, geometryLengths, g.Parts, false)
	}
	sizes := byte(partLengths)
	if len(g.Rings) > 0 {
		w.body = appendNumbers(w.body, partLengths, g.Rings, false)
		sizes = ringLengths
	}
	if len(g.Sizes) > 0 {
		w.body = appendNumbers(w.body, sizes, g.Sizes, false)
	}
	w.vertices(g.XY)
}

// vertices writes each vertex as its way from the one before, across features.
func (w *Writer) vertices(xy []int32) {
	w.words = w.words[:0]
	x, y, size := int32(0), int32(0), 0
	for i := 0; i+1 < len(xy); i += 2 {
		dx, dy := zigzag(uint32(xy[i]-x)), zigzag(uint32(xy[i+1]-y))
		x, y = xy[i], xy[i+1]
		w.words = append(w.words, dx, dy)
		size += varintLen(dx) + varintLen(dy)
	}
	w.body = appendHeader(w.body, vertexData, pairDelta|varint, len(w.words), size)
	for _, v := range w.words {
		w.body = appendVarint(w.body, v)
	}
}
