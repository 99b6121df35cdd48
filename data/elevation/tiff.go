package elevation

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// TIFF 6.0 and BigTIFF, the part of them that elevation models are kept in: one band
// of numbers in strips or tiles. Only the first image of a file is read; the others
// are overviews and masks.

func isTIFF(mark []byte) bool {
	switch string(mark[:2]) {
	case "II":
		return mark[2] == 42 || mark[2] == 43
	case "MM":
		return mark[3] == 42 || mark[3] == 43
	}
	return false
}

// The tags that are read.
const (
	tagWidth           = 256
	tagHeight          = 257
	tagBits            = 258
	tagCompression     = 259
	tagStripOffsets    = 273
	tagSamples         = 277
	tagRowsPerStrip    = 278
	tagStripBytes      = 279
	tagPredictor       = 317
	tagTileWidth       = 322
	tagTileHeight      = 323
	tagTileOffsets     = 324
	tagTileBytes       = 325
	tagSampleFormat    = 339
	tagPixelScale      = 33550
	tagTiepoint        = 33922
	tagTransformation  = 34264
	tagGeoKeyDirectory = 34735
	tagGeoDoubles      = 34736
	tagGeoASCII        = 34737
	tagMetadata        = 42112 // GDAL's
	tagNoData          = 42113 // GDAL's
)

// mostValues is how many values a tag may have: the tiles of a country at 5 m.
const mostValues = 1 << 22

// directory is the tags of one image.
type directory struct {
	in    input
	order binary.ByteOrder
	big   bool
	tags  map[uint16]tag
}

type tag struct {
	kind  uint16
	count uint64
	value [8]byte // the value, or where it stands
}

var errCut = errors.New("ends in the midst of its directory")

func readDirectory(in input) (*directory, error) {
	d := &directory{in: in, order: binary.LittleEndian, tags: map[uint16]tag{}}
	head := make([]byte, 16)
	if n, _ := in.ReadAt(head, 0); n < 8 {
		return nil, errCut
	}
	if head[0] == 'M' {
		d.order = binary.BigEndian
	}
	at := int64(d.order.Uint32(head[4:]))
	if d.big = d.order.Uint16(head[2:]) == 43; d.big {
		at = int64(d.order.Uint64(head[8:]))
	}
	size, width := 2, 12
	if d.big {
		size, width = 8, 20
	}
	count := make([]byte, 8)
	if err := d.read(count[:size], at); err != nil {
		return nil, err
	}
	entries := uint64(d.order.Uint16(count))
	if d.big {
		entries = d.order.Uint64(count)
	}
	if entries > 4096 {
		return nil, fmt.Errorf("claims %d tags", entries)
	}
	body := make([]byte, int(entries)*width)
	if err := d.read(body, at+int64(size)); err != nil {
		return nil, err
	}
	for ; len(body) > 0; body = body[width:] {
		t := tag{kind: d.order.Uint16(body[2:])}
		if d.big {
			t.count = d.order.Uint64(body[4:])
			copy(t.value[:], body[12:20])
		} else {
			t.count = uint64(d.order.Uint32(body[4:]))
			copy(t.value[:], body[8:12])
		}
		d.tags[d.order.Uint16(body)] = t
	}
	return d, nil
}

func (d *directory) read(to []byte, at int64) error {
	if at < 0 || at > d.in.Size()-int64(len(to)) {
		return errCut
	}
	if _, err := d.in.ReadAt(to, at); err != nil {
		return err
	}
	return nil
}

// kindSize is the bytes of a value by its kind.
var kindSize = map[uint16]int{1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}

// raw is the bytes of a tag's values; nil where the file lacks it.
func (d *directory) raw(id uint16) (b []byte, size int, err error) {
	t, ok := d.tags[id]
	if !ok {
		return nil, 0, nil
	}
	size = kindSize[t.kind]
	if size == 0 || t.count > mostValues {
		return nil, 0, fmt.Errorf("tag %d has %d values of kind %d", id, t.count, t.kind)
	}
	inline := 4
	if d.big {
		inline = 8
	}
	n := int(t.count) * size
	if n <= inline {
		return t.value[:n], size, nil
	}
	at := int64(d.order.Uint32(t.value[:]))
	if d.big {
		at = int64(d.order.Uint64(t.value[:]))
	}
	if at < 0 || at > d.in.Size()-int64(n) {
		return nil, 0, errCut
	}
	b = make([]byte, n)
	return b, size, d.read(b, at)
}

// numbers are the values of a tag; nil where the file lacks it.
func (d *directory) numbers(id uint16) ([]float64, error) {
	b, size, err := d.raw(id)
	if err != nil {
		return nil, err
	}
	var out []float64
	for ; len(b) >= size && size > 0; b = b[size:] {
		switch kind := d.tags[id].kind; {
		case kind == 12:
			out = append(out, math.Float64frombits(d.order.Uint64(b)))
		case kind == 11:
			out = append(out, float64(math.Float32frombits(d.order.Uint32(b))))
		case size == 1:
			out = append(out, float64(b[0]))
		case size == 2:
			out = append(out, float64(d.order.Uint16(b)))
		case size == 4:
			out = append(out, float64(d.order.Uint32(b)))
		default:
			out = append(out, float64(d.order.Uint64(b)))
		}
	}
	return out, nil
}

// number is a tag's one value, or fallback.
func (d *directory) number(id uint16, fallback int) (int, error) {
	list, err := d.numbers(id)
	if err != nil || len(list) == 0 {
		return fallback, err
	}
	if f := list[0]; f >= 0 && f <= math.MaxInt32 && f == math.Trunc(f) {
		return int(f), nil
	}
	return 0, fmt.Errorf("tag %d is %v", id, list[0])
}

func (d *directory) text(id uint16) (string, error) {
	b, _, err := d.raw(id)
	return strings.TrimRight(string(b), "\x00"), err
}

// noData is the value that stands for no height; NaN where none does.
func (d *directory) noData() (float64, error) {
	s, err := d.text(tagNoData)
	if s = strings.TrimSpace(s); err != nil || s == "" {
		return math.NaN(), err
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, fmt.Errorf("its no-data value %q is not a number", s)
	}
	return f, nil
}
