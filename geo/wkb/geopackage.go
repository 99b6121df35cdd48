package wkb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// A GeoPackage's geometry is a header with a box, so that a reader can skip what it does
// not need, and WKB behind it.
const (
	blobHeadSize = 8
	boxSize      = 32

	flagLittleEndian = 1
	flagBox          = 1 << 1 // of two dimensions
	flagEmpty        = 1 << 4
	flagExtended     = 1 << 5
)

var errNoBlob = errors.New("the geometry is not in GeoPackage form")

// Blob is a geometry as a GeoPackage holds it, in its parts.
type Blob struct {
	WKB   []byte
	Empty bool // as its header tells

	box    []byte // in the header's byte order; nil for none
	little bool
}

// SplitBlob parts a blob into header and WKB.
func SplitBlob(b []byte) (Blob, error) {
	if len(b) < blobHeadSize || b[0] != 'G' || b[1] != 'P' {
		return Blob{}, errNoBlob
	}
	flags := b[3]
	if flags&flagExtended != 0 {
		return Blob{}, fmt.Errorf("%w: it is of a kind of its own", errNoBlob)
	}
	sizes := [...]int{0, boxSize, boxSize + 16, boxSize + 16, boxSize + 32} // with Z, with M, with both
	code := int(flags >> 1 & 7)
	if code >= len(sizes) {
		return Blob{}, fmt.Errorf("%w: its box is of kind %d", errNoBlob, code)
	}
	end := blobHeadSize + sizes[code]
	if len(b) < end {
		return Blob{}, errCutOff
	}
	blob := Blob{WKB: b[end:], Empty: flags&flagEmpty != 0, little: flags&flagLittleEndian != 0}
	if code > 0 {
		blob.box = b[blobHeadSize : blobHeadSize+boxSize]
	}
	return blob, nil
}

// Box is the box in the header; ok is false where there is none.
func (b Blob) Box() (box orb.Bound, ok bool) {
	if b.box == nil {
		return box, false
	}
	order := binary.ByteOrder(binary.BigEndian)
	if b.little {
		order = binary.LittleEndian
	}
	for i, v := range []*float64{&box.Min[0], &box.Max[0], &box.Min[1], &box.Max[1]} {
		*v = math.Float64frombits(order.Uint64(b.box[i*8:]))
	}
	return box, true
}

// AppendBlob writes a geometry of the GeoPackage's spatial reference system srs behind b:
// little-endian, with a box but for points.
func AppendBlob(b []byte, srs int, g orb.Geometry) ([]byte, error) {
	flags := byte(flagLittleEndian)
	_, isPoint := g.(orb.Point)
	if !isPoint {
		flags |= flagBox
	}
	b = append(b, 'G', 'P', 0, flags)
	b = binary.LittleEndian.AppendUint32(b, uint32(int32(srs)))
	if !isPoint {
		box := g.Bound()
		b = appendFloats(b, box.Min[0], box.Max[0], box.Min[1], box.Max[1])
	}
	return Append(b, g)
}
