package elevation

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/image/tiff/lzw"

	"github.com/cuntu/cuntu/geo/crs"
	"github.com/cuntu/cuntu/geo/dem"
)

// image is where in a TIFF file the heights stand. A chunk is a strip or a tile.
type image struct {
	in                      input
	order                   binary.ByteOrder
	width, height           int
	chunkWidth, chunkHeight int
	across                  int // chunks side by side
	tiled                   bool
	offsets, bytes          []float64
	compression, predictor  int
	bits, format            int
	noData                  float64
	measure                 measure
	decoded                 map[int][]float32
	recent                  []int // chunks, the one used last at the end
}

// Compressions and sample formats of TIFF.
const (
	compressNone, compressLZW, compressDeflate, compressOldDeflate, compressZstd = 1, 5, 8, 32946, 50000

	formatUint, formatInt, formatFloat = 1, 2, 3
)

func openTIFF(in input, c *crs.CRS) (*Raster, error) {
	d, err := readDirectory(in)
	if err != nil {
		return nil, err
	}
	m, err := readImage(d)
	if err != nil {
		return nil, err
	}
	r := &Raster{Width: m.width, Height: m.height, window: m.window, forget: m.forget}
	return r, d.place(r, c)
}

func readImage(d *directory) (*image, error) {
	m := &image{in: d.in, order: d.order, decoded: map[int][]float32{}}
	samples := 0
	for _, n := range []struct {
		to       *int
		tag      uint16
		fallback int
	}{
		{&m.width, tagWidth, 0},
		{&m.height, tagHeight, 0},
		{&m.bits, tagBits, 1},
		{&samples, tagSamples, 1},
		{&m.compression, tagCompression, compressNone},
		{&m.predictor, tagPredictor, 1},
		{&m.format, tagSampleFormat, formatUint},
		{&m.chunkWidth, tagTileWidth, 0},
		{&m.chunkHeight, tagTileHeight, 0},
	} {
		var err error
		if *n.to, err = d.number(n.tag, n.fallback); err != nil {
			return nil, err
		}
	}
	var err error
	if m.noData, err = d.noData(); err != nil {
		return nil, err
	}
	if m.measure, err = d.measure(); err != nil {
		return nil, err
	}
	if samples != 1 {
		return nil, fmt.Errorf("has %d bands; an elevation model has one", samples)
	}
	if m.width < 1 || m.height < 1 || int64(m.width)*int64(m.height) > mostCells {
		return nil, fmt.Errorf("is %d × %d cells large; up to %d in all are allowed", m.width, m.height, int64(mostCells))
	}
	if err := m.checkNumbers(); err != nil {
		return nil, err
	}
	return m, m.chunks(d)
}

func (m *image) checkNumbers() error {
	switch [2]int{m.format, m.bits} {
	case [2]int{formatUint, 8}, [2]int{formatInt, 8}, [2]int{formatUint, 16}, [2]int{formatInt, 16},
		[2]int{formatUint, 32}, [2]int{formatInt, 32}, [2]int{formatFloat, 32}, [2]int{formatFloat, 64}:
	default:
		return fmt.Errorf("has numbers of %d bits in sample format %d; whole numbers of 8, 16 or 32 and floats of 32 or 64 are read", m.bits,
			m.format)
	}
	switch m.compression {
	case compressNone, compressLZW, compressDeflate, compressOldDeflate, compressZstd:
	default:
		return fmt.Errorf("is compressed in way %d; none, LZW, Deflate and ZSTD are read (gdal_translate -co COMPRESS=DEFLATE makes one)",
			m.compression)
	}
	if m.predictor < 1 || m.predictor > 3 || m.predictor == 3 && m.format != formatFloat || m.predictor == 2 && m.format == formatFloat &&
		m.bits == 64 {
		return fmt.Errorf("has predictor %d for sample format %d", m.predictor, m.format)
	}
	return nil
}

// chunks finds the strips or tiles.
func (m *image) chunks(d *directory) (err error) {
	offsets, lengths := uint16(tagStripOffsets), uint16(tagStripBytes)
	if m.tiled = m.chunkWidth > 0; m.tiled {
		offsets, lengths = tagTileOffsets, tagTileBytes
	} else {
		m.chunkWidth = m.width
		rows, err := d.numbers(tagRowsPerStrip)
		if err != nil {
			return err
		}
		if m.chunkHeight = m.height; len(rows) > 0 && rows[0] < float64(m.height) { // 2³²−1 means all
			m.chunkHeight = int(rows[0])
		}
	}
	if m.chunkHeight < 1 || int64(m.chunkWidth)*int64(m.chunkHeight)*int64(max(m.bits/8, 4)) > mostChunk {
		return fmt.Errorf("has strips or tiles of %d × %d cells; up to %d bytes each are allowed", m.chunkWidth, m.chunkHeight, mostChunk)
	}
	if m.offsets, err = d.numbers(offsets); err != nil {
		return err
	}
	if m.bytes, err = d.numbers(lengths); err != nil {
		return err
	}
	m.across = (m.width + m.chunkWidth - 1) / m.chunkWidth
	want := int64(m.across) * int64((m.height+m.chunkHeight-1)/m.chunkHeight)
	if int64(len(m.offsets)) != want || int64(len(m.bytes)) != want {
		return fmt.Errorf("has %d strips or tiles where %d are needed", min(len(m.offsets), len(m.bytes)), want)
	}
	return nil
}

// mostDecoded is how many bytes of decoded chunks are kept at once: enough for a row
// of tiles of the store.
const mostDecoded = 64 << 20

func (m *image) forget() { clear(m.decoded); m.recent = nil }

// window implements Raster.window.
func (m *image) window(col, row, width, height int, to []float32) error {
	for cy := row / m.chunkHeight; cy*m.chunkHeight < row+height; cy++ {
		for cx := col / m.chunkWidth; cx*m.chunkWidth < col+width; cx++ {
			chunk, err := m.chunk(cy*m.across + cx)
			if err != nil {
				return err
			}
			west, east := max(col, cx*m.chunkWidth), min(col+width, (cx+1)*m.chunkWidth)
			for r := max(row, cy*m.chunkHeight); r < min(row+height, (cy+1)*m.chunkHeight); r++ {
				from := (r-cy*m.chunkHeight)*m.chunkWidth - cx*m.chunkWidth
				copy(to[(r-row)*width+west-col:], chunk[from+west:from+east])
			}
		}
	}
	return nil
}

func (m *image) chunk(n int) ([]float32, error) {
	if c, ok := m.decoded[n]; ok {
		return c, nil
	}
	c, err := m.decode(n)
	if err != nil {
		return nil, fmt.Errorf("strip or tile %d: %w", n, err)
	}
	if most := max(1, mostDecoded/(4*len(c))); len(m.recent) >= most {
		delete(m.decoded, m.recent[0])
		m.recent = m.recent[1:]
	}
	m.decoded[n], m.recent = c, append(m.recent, n)
	return c, nil
}

func (m *image) decode(n int) ([]float32, error) {
	rows := m.chunkHeight
	if !m.tiled {
		rows = min(rows, m.height-n*m.chunkHeight)
	}
	out := make([]float32, m.chunkWidth*rows)
	if m.bytes[n] == 0 { // GDAL's way to leave out what holds no data
		for i := range out {
			out[i] = dem.Unknown
		}
		return out, nil
	}
	raw, err := m.unpack(n, m.chunkWidth*rows*m.bits/8)
	if err != nil {
		return nil, err
	}
	width := m.chunkWidth * m.bits / 8
	order := m.order
	for line := raw; len(line) >= width; line = line[width:] {
		m.undo(line[:width])
	}
	if m.predictor == 3 {
		order = binary.BigEndian
	}
	for i := range out {
		out[i] = m.height1(raw[i*m.bits/8:], order)
	}
	return out, nil
}

// unpack is the bytes of a chunk, size of them.
func (m *image) unpack(n, size int) ([]byte, error) {
	at, length := m.offsets[n], m.bytes[n]
	if !(at >= 0 && length >= 0 && at+length <= float64(m.in.Size())) {
		return nil, fmt.Errorf("lies beyond the file's end")
	}
	packed := io.NewSectionReader(m.in, int64(at), int64(length))
	var r io.Reader = packed
	switch m.compression {
	case compressLZW:
		l := lzw.NewReader(packed, lzw.MSB, 8)
		defer l.Close()
		r = l
	case compressDeflate, compressOldDeflate:
		z, err := zlib.NewReader(packed)
		if err != nil {
			return nil, err
		}
		defer z.Close()
		r = z
	case compressZstd:
		z, err := zstd.NewReader(packed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(mostChunk))
		if err != nil {
			return nil, err
		}
		defer z.Close()
		r = z
	}
	var b bytes.Buffer // grows with what is there, not with what the file claims
	if _, err := io.Copy(&b, io.LimitReader(r, int64(size))); err != nil {
		return nil, err
	}
	if b.Len() < size {
		return nil, fmt.Errorf("has %d bytes, not %d", b.Len(), size)
	}
	return b.Bytes(), nil
}

// undo takes the predictor's differences out of a row: between neighbours or, of
// floats (Adobe's technical note 3), between the bytes of the row, whose highest stand
// first.
func (m *image) undo(line []byte) {
	size := m.bits / 8
	switch m.predictor {
	case 2:
		for i := size; i+size <= len(line); i += size {
			switch size {
			case 1:
				line[i] += line[i-1]
			case 2:
				m.order.PutUint16(line[i:], m.order.Uint16(line[i:])+m.order.Uint16(line[i-2:]))
			case 4:
				m.order.PutUint32(line[i:], m.order.Uint32(line[i:])+m.order.Uint32(line[i-4:]))
			}
		}
	case 3:
		for i := 1; i < len(line); i++ {
			line[i] += line[i-1]
		}
		planes, n := bytes.Clone(line), len(line)/size
		for i := range n {
			for k := range size {
				line[i*size+k] = planes[k*n+i]
			}
		}
	}
}

// height1 is one height, NaN where unknown.
func (m *image) height1(b []byte, order binary.ByteOrder) float32 {
	var v float64
	switch {
	case m.bits == 8 && m.format == formatInt:
		v = float64(int8(b[0]))
	case m.bits == 8:
		v = float64(b[0])
	case m.bits == 16 && m.format == formatInt:
		v = float64(int16(order.Uint16(b)))
	case m.bits == 16:
		v = float64(order.Uint16(b))
	case m.bits == 64:
		v = math.Float64frombits(order.Uint64(b))
	case m.format == formatFloat:
		v = float64(math.Float32frombits(order.Uint32(b)))
	case m.format == formatInt:
		v = float64(int32(order.Uint32(b)))
	default:
		v = float64(order.Uint32(b))
	}
	// The text of the no-data value of a file of floats has more or fewer digits than a
	// float; what lies outside of -20,000 to 20,000 m is a no-data value that the file
	// does not own up to.
	if v == m.noData || m.format == formatFloat && m.bits == 32 && float32(v) == float32(m.noData) {
		return dem.Unknown
	}
	if v = m.measure.metres(v); !(math.Abs(v) < 20_000) {
		return dem.Unknown
	}
	return float32(v)
}
