package dem

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/klauspost/compress/zstd"
)

// Side is how many cells a tile is wide and high.
const Side = 512

// TileID is the place of a tile on its lattice: its first cell is column X·Side and
// row Y·Side.
type TileID struct{ X, Y int32 }

// TileOf is the tile that holds a cell, and the cell's index in it.
func TileOf(col, row int) (TileID, int) {
	x, y := floorDiv(col, Side), floorDiv(row, Side)
	return TileID{int32(x), int32(y)}, (row-y*Side)*Side + col - x*Side
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// Unknown is the height of a cell of which none is known.
var Unknown = float32(math.NaN())

// unknown stands for it among steps.
const unknown = math.MaxUint16

// cells are heights as steps above a base. A step is a whole metre where all heights
// are whole, as in SRTM, and they come back exactly. Else it is a centimetre or, where
// a tile has more than 655 m of relief, a 65,534th of that.
type cells struct {
	base, step float64
	q          []uint16
}

func (c *cells) height(i int) (float64, bool) {
	q := c.q[i]
	return c.base + c.step*float64(q), q != unknown
}

func quantise(heights []float32) cells {
	low, high, whole := math.Inf(1), math.Inf(-1), true
	for _, h := range heights {
		if f := float64(h); f == f {
			low, high = min(low, f), max(high, f)
			whole = whole && f == math.Trunc(f)
		}
	}
	c := cells{base: low, step: 0.01, q: make([]uint16, len(heights))}
	switch span := high - low; {
	case low > high: // none is known
		c.base, c.step = 0, 1
	case whole && span < unknown:
		c.step = 1
	case span > 0.01*(unknown-1):
		c.step = span / (unknown - 1)
	}
	for i, h := range heights {
		if h != h {
			c.q[i] = unknown
		} else {
			c.q[i] = uint16(math.Round((float64(h) - c.base) / c.step))
		}
	}
	return c
}

// The packed form: a version, base and step as floats, then, under zstd, what each
// cell differs from the one to the west (the first of a row from the one to the
// north), all low bytes after all high ones. Ground is smooth, so nearly all high
// bytes are 0 or 255.
const (
	version    = 1
	headerSize = 17
)

// A Packer packs tiles. It is for one goroutine.
type Packer struct{ enc *zstd.Encoder }

// NewPacker makes a packer.
func NewPacker() *Packer {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		panic(err) // the options are constants
	}
	return &Packer{enc}
}

// Pack packs the Side × Side heights of a tile, row by row from the north; NaN is
// unknown. Finite heights must be less than 10⁶ m from zero. It is nil where none is
// known.
func (p *Packer) Pack(heights []float32) ([]byte, error) {
	if len(heights) != Side*Side {
		return nil, fmt.Errorf("a tile has %d cells, not %d", Side*Side, len(heights))
	}
	known := false
	for _, h := range heights {
		if math.Abs(float64(h)) >= 1e6 {
			return nil, fmt.Errorf("a height of %v m is none of this Earth", h)
		}
		known = known || h == h
	}
	if !known {
		return nil, nil
	}
	c := quantise(heights)
	planes := make([]byte, 2*len(c.q))
	for i := range c.q {
		d := c.q[i] - before(c.q, i)
		planes[i], planes[len(c.q)+i] = byte(d>>8), byte(d)
	}
	out := make([]byte, headerSize, len(planes)/2)
	out[0] = version
	binary.LittleEndian.PutUint64(out[1:], math.Float64bits(c.base))
	binary.LittleEndian.PutUint64(out[9:], math.Float64bits(c.step))
	return p.enc.EncodeAll(planes, out), nil
}

func before(q []uint16, i int) uint16 {
	switch {
	case i%Side > 0:
		return q[i-1]
	case i > 0:
		return q[i-Side]
	}
	return 0
}

var errTile = errors.New("not a sound tile of heights")

func newUnpacker() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(4*Side*Side))
	if err != nil {
		panic(err) // the options are constants
	}
	return d
}

func unpack(d *zstd.Decoder, packed []byte) (cells, error) {
	if len(packed) < headerSize || packed[0] != version {
		return cells{}, errTile
	}
	c := cells{
		base: math.Float64frombits(binary.LittleEndian.Uint64(packed[1:])),
		step: math.Float64frombits(binary.LittleEndian.Uint64(packed[9:])),
	}
	planes, err := d.DecodeAll(packed[headerSize:], make([]byte, 0, 2*Side*Side))
	if err != nil || len(planes) != 2*Side*Side || !(c.step > 0 && c.step < 100 && math.Abs(c.base) < 1e6) {
		return cells{}, errTile
	}
	c.q = make([]uint16, Side*Side)
	low := planes[len(c.q):]
	for i := range c.q {
		c.q[i] = before(c.q, i) + (uint16(planes[i])<<8 | uint16(low[i]))
	}
	return c, nil
}

// Unpack is the heights of a packed tile, NaN where unknown.
func Unpack(packed []byte) ([]float32, error) {
	d := newUnpacker()
	defer d.Close()
	c, err := unpack(d, packed)
	if err != nil {
		return nil, err
	}
	out := make([]float32, len(c.q))
	for i := range out {
		out[i] = Unknown
		if h, ok := c.height(i); ok {
			out[i] = float32(h)
		}
	}
	return out, nil
}
