package parquet

import (
	"encoding/binary"
)

// delta reads numbers by their differences (DELTA_BINARY_PACKED): blocks of a lowest
// difference and of what the others have more, in packs of their own width.
type delta struct {
	rest  []byte
	block uint64 // numbers a block
	pack  uint64 // numbers a pack
	left  uint64 // numbers to come
	value int64
	first bool // the value is the first and not yet given

	lowest int64
	widths []byte // of the block's packs to come
	bits   []byte // the pack at hand
	bit    uint64
	width  uint
	inPack uint64 // numbers of it to come
}

const mostBlock = 1 << 20

func newDelta(b []byte) (*delta, error) {
	d := &delta{rest: b, first: true}
	var packs uint64
	for _, into := range []*uint64{&d.block, &packs, &d.left} {
		u, n := binary.Uvarint(d.rest)
		if n <= 0 {
			return nil, errCutOff
		}
		*into, d.rest = u, d.rest[n:]
	}
	if packs == 0 || d.block == 0 || d.block > mostBlock || d.block%packs != 0 || d.block/packs%8 != 0 {
		return nil, errCutOff
	}
	d.pack = d.block / packs
	var err error
	d.value, err = d.signed()
	return d, err
}

func (d *delta) signed() (int64, error) {
	v, n := binary.Varint(d.rest)
	if n <= 0 {
		return 0, errCutOff
	}
	d.rest = d.rest[n:]
	return v, nil
}

func (d *delta) next() (int64, error) {
	if d.left == 0 {
		return 0, errCutOff
	}
	d.left--
	if d.first {
		d.first = false
		return d.value, nil
	}
	if d.inPack == 0 {
		if err := d.begin(); err != nil {
			return 0, err
		}
	}
	d.inPack--
	d.value += d.lowest + int64(unpacked(d.bits, d.bit, d.width))
	d.bit += uint64(d.width)
	return d.value, nil
}

// begin reads the next pack, and the head of a block before its first.
func (d *delta) begin() (err error) {
	if len(d.widths) == 0 {
		if d.lowest, err = d.signed(); err != nil {
			return err
		}
		n := d.block / d.pack
		if uint64(len(d.rest)) < n {
			return errCutOff
		}
		d.widths, d.rest = d.rest[:n], d.rest[n:]
	}
	d.width = uint(d.widths[0])
	size := d.pack * uint64(d.width) / 8
	if d.width > 64 || size > uint64(len(d.rest)) {
		return errCutOff
	}
	d.widths = d.widths[1:]
	d.bits, d.rest = d.rest[:size], d.rest[size:]
	d.bit, d.inPack = 0, d.pack
	return nil
}

// behind is what follows the numbers.
func (d *delta) behind() ([]byte, error) {
	ahead := *d
	for ahead.left > 0 {
		// A pack without bits takes no time, however many numbers it stands for.
		if ahead.inPack > 0 && !ahead.first {
			n := min(ahead.inPack, ahead.left)
			ahead.inPack -= n
			ahead.left -= n
			continue
		}
		if _, err := ahead.next(); err != nil {
			return nil, err
		}
	}
	return ahead.rest, nil
}

type deltaInts delta

func (d *deltaInts) next() (datum, error) {
	v, err := (*delta)(d).next()
	return datum{bits: uint64(v)}, err
}

// deltaLength reads bytes whose lengths stand before all of them.
type deltaLength struct {
	lengths *delta
	rest    []byte
}

func newDeltaLength(b []byte) (*deltaLength, error) {
	lengths, err := newDelta(b)
	if err != nil {
		return nil, err
	}
	rest, err := lengths.behind()
	return &deltaLength{lengths, rest}, err
}

func (d *deltaLength) next() (datum, error) {
	n, err := d.lengths.next()
	if err != nil {
		return datum{}, err
	}
	if n < 0 || n > int64(len(d.rest)) {
		return datum{}, errCutOff
	}
	b := d.rest[:n]
	d.rest = d.rest[n:]
	return datum{bytes: b}, nil
}

// deltaBytes reads bytes that begin as those before them.
type deltaBytes struct {
	prefixes *delta
	suffixes *deltaLength
	width    int // of each, 0 where they differ
	value    []byte
}

func newDeltaBytes(b []byte, width int) (*deltaBytes, error) {
	prefixes, err := newDelta(b)
	if err != nil {
		return nil, err
	}
	rest, err := prefixes.behind()
	if err != nil {
		return nil, err
	}
	suffixes, err := newDeltaLength(rest)
	return &deltaBytes{prefixes: prefixes, suffixes: suffixes, width: width}, err
}

func (d *deltaBytes) next() (datum, error) {
	n, err := d.prefixes.next()
	if err != nil {
		return datum{}, err
	}
	s, err := d.suffixes.next()
	if err != nil {
		return datum{}, err
	}
	if n < 0 || n > int64(len(d.value)) {
		return datum{}, errCutOff
	}
	d.value = append(d.value[:n], s.bytes...)
	if d.width > 0 && len(d.value) != d.width {
		return datum{}, errCutOff
	}
	return datum{bytes: d.value}, nil
}
