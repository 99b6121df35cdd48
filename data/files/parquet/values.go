package parquet

import (
	"encoding/binary"
	"fmt"

	"github.com/parquet-go/parquet-go/format"
)

// datum is a value as it is stored: a number's bits, or bytes, which are valid until the
// next is read.
type datum struct {
	bits  uint64
	bytes []byte
}

// values are those of a page, one after the other.
type values interface {
	next() (datum, error)
}

// plainDictionary is what older files call RLEDictionary.
const plainDictionary format.Encoding = 2

func newValues(c Column, encoding format.Encoding, b []byte, dict *dictionary) (values, error) {
	switch encoding {
	case format.Plain:
		return &plain{kind: c.kind, width: c.width, rest: b}, nil
	case format.RLEDictionary, plainDictionary:
		if dict == nil {
			return nil, fmt.Errorf("has a page without the dictionary that it needs")
		}
		if len(b) == 0 { // of rows without values
			return &indexed{dict: dict, indexes: &hybrid{}}, nil
		}
		return &indexed{dict: dict, indexes: &hybrid{rest: b[1:], width: uint(b[0])}}, nil
	case format.RLE:
		if c.kind == format.Boolean {
			head, _, err := counted(b)
			return &flags{hybrid{rest: head, width: 1}}, err
		}
	case format.DeltaBinaryPacked:
		if c.kind == format.Int32 || c.kind == format.Int64 {
			d, err := newDelta(b)
			return (*deltaInts)(d), err
		}
	case format.DeltaLengthByteArray:
		if c.kind == format.ByteArray {
			d, err := newDeltaLength(b)
			return d, err
		}
	case format.DeltaByteArray:
		if c.kind == format.ByteArray || c.kind == format.FixedLenByteArray {
			d, err := newDeltaBytes(b, c.width)
			return d, err
		}
	case format.ByteStreamSplit:
		if c.width > 0 {
			return &split{column: c, b: b}, nil
		}
	}
	return nil, fmt.Errorf("is encoded as %v, which is not read for %v", encoding, c.kind)
}

// stored is a value of so many bytes.
func stored(kind format.Type, b []byte) datum {
	switch kind {
	case format.Int32, format.Float:
		return datum{bits: uint64(binary.LittleEndian.Uint32(b))}
	case format.Int64, format.Double:
		return datum{bits: binary.LittleEndian.Uint64(b)}
	}
	return datum{bytes: b}
}

// plain reads values that stand behind each other.
type plain struct {
	kind  format.Type
	width int // bytes, 0 for flags and for bytes that are counted
	rest  []byte
	bit   uint
}

func (p *plain) next() (d datum, err error) {
	switch {
	case p.kind == format.Boolean:
		if len(p.rest) == 0 {
			return d, errCutOff
		}
		d.bits = uint64(p.rest[0] >> p.bit & 1)
		if p.bit++; p.bit == 8 {
			p.bit, p.rest = 0, p.rest[1:]
		}
	case p.kind == format.ByteArray:
		d.bytes, p.rest, err = counted(p.rest)
	case len(p.rest) < p.width:
		err = errCutOff
	default:
		d = stored(p.kind, p.rest[:p.width])
		p.rest = p.rest[p.width:]
	}
	return d, err
}

// dictionary holds the values that pages name by number.
type dictionary struct {
	column Column
	b      []byte
	begins []uint32 // of bytes that are counted
	n      int
}

func newDictionary(c Column, b []byte, n int) (*dictionary, error) {
	d := &dictionary{column: c, b: b, n: n}
	switch {
	case n < 0, c.kind == format.Boolean:
		return nil, errCutOff
	case c.width > 0:
		if n > len(b)/c.width {
			return nil, fmt.Errorf("the dictionary %w", errCutOff)
		}
		return d, nil
	case n > len(b)/4:
		return nil, fmt.Errorf("the dictionary %w", errCutOff)
	}
	d.begins = make([]uint32, n)
	rest := b
	for i := range d.begins {
		d.begins[i] = uint32(len(b) - len(rest))
		var err error
		if _, rest, err = counted(rest); err != nil {
			return nil, fmt.Errorf("the dictionary %w", err)
		}
	}
	return d, nil
}

// indexed reads numbers of the dictionary's values.
type indexed struct {
	dict    *dictionary
	indexes *hybrid
}

func (x *indexed) next() (datum, error) {
	i, err := x.indexes.next()
	if err != nil {
		return datum{}, err
	}
	d := x.dict
	if int64(i) >= int64(d.n) {
		return datum{}, fmt.Errorf("has value %d of a dictionary of %d", i+1, d.n)
	}
	if w := d.column.width; w > 0 {
		return stored(d.column.kind, d.b[int(i)*w:int(i+1)*w]), nil
	}
	b, _, err := counted(d.b[d.begins[i]:])
	return datum{bytes: b}, err
}

type flags struct{ hybrid }

func (f *flags) next() (datum, error) {
	bit, err := f.hybrid.next()
	return datum{bits: uint64(bit)}, err
}

// split reads values whose first bytes stand together, then their second ones, and so on.
type split struct {
	column Column
	b      []byte
	i      int
	value  []byte
}

func (s *split) next() (datum, error) {
	w := s.column.width
	n := len(s.b) / w
	if s.i >= n {
		return datum{}, errCutOff
	}
	s.value = s.value[:0]
	for k := range w {
		s.value = append(s.value, s.b[k*n+s.i])
	}
	s.i++
	return stored(s.column.kind, s.value), nil
}

// hybrid reads small numbers in runs: one number many times, or eight times as many
// numbers packed into bits.
type hybrid struct {
	rest  []byte
	width uint // bits of a number
	run   uint64
	value uint32 // that the run repeats
	bits  []byte // the packed numbers; nil where one is repeated
	bit   uint64
}

func (h *hybrid) next() (uint32, error) {
	for h.run == 0 {
		if err := h.begin(); err != nil {
			return 0, err
		}
	}
	h.run--
	if h.bits == nil {
		return h.value, nil
	}
	v := unpacked(h.bits, h.bit, h.width)
	h.bit += uint64(h.width)
	return uint32(v), nil
}

const mostBits = 32

// begin reads the head of a run.
func (h *hybrid) begin() error {
	u, n := binary.Uvarint(h.rest)
	if n <= 0 || h.width > mostBits {
		return errCutOff
	}
	h.rest = h.rest[n:]
	h.run, h.bits, h.bit = u>>1, nil, 0
	if u&1 == 0 {
		size := (int(h.width) + 7) / 8
		if len(h.rest) < size {
			return errCutOff
		}
		h.value = 0
		for i := range size {
			h.value |= uint32(h.rest[i]) << (8 * i)
		}
		h.rest = h.rest[size:]
		return nil
	}
	if h.width == 0 {
		h.run, h.value = min(h.run, 1<<40)*8, 0
		return nil
	}
	// The last run of a page may stop before the eighth.
	if h.run > uint64(len(h.rest))/uint64(h.width)+1 {
		return errCutOff
	}
	size := min(h.run*uint64(h.width), uint64(len(h.rest)))
	h.bits, h.rest = h.rest[:size], h.rest[size:]
	h.run = min(h.run*8, size*8/uint64(h.width))
	return nil
}

// unpacked is a number of so many bits, from the lowest.
func unpacked(b []byte, bit uint64, width uint) (v uint64) {
	for got := uint(0); got < width; {
		at, low := bit>>3, uint(bit&7)
		n := min(8-low, width-got)
		v |= uint64(b[at]>>low) & (1<<n - 1) << got
		got += n
		bit += uint64(n)
	}
	return v
}
