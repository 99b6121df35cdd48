package fgb

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	flatbuffers "github.com/google/flatbuffers/go"
	"github.com/paulmach/orb"
)

// Limits are what is taken from one file.
type Limits struct {
	Header  int64 // bytes
	Feature int64 // bytes
	Columns int
}

// Reader reads features one after the other.
type Reader struct {
	Header Header
	Read   int64  // bytes, so far
	Row    uint64 // of the feature last read, from 1

	in     *bufio.Reader
	size   int64 // of the file, 0 where it is not known
	limits Limits
	buf    []byte
}

// Feature is one feature.
type Feature struct {
	Geometry orb.Geometry // nil for none
	Values   []any        // parallel to the header's columns
	Problems []Problem
}

// Problem is what of a feature cannot be read; the rest of it can.
type Problem struct {
	Column string // "" for the whole feature, "geometry" for that
	Err    error
}

// NewReader reads the header and passes over the index. The size is that of the whole
// file, 0 where it is not known.
func NewReader(in io.Reader, size int64, limits Limits) (*Reader, error) {
	r := &Reader{in: bufio.NewReaderSize(in, 64<<10), size: size, limits: limits}
	magic := make([]byte, magicSize)
	if _, err := io.ReadFull(r.in, magic); err != nil {
		return nil, errors.New("the file is cut off in its first bytes")
	}
	if !bytes.HasPrefix(magic, []byte(Magic)) {
		return nil, fmt.Errorf("is no FlatGeobuf of version 3, which alone can be read; it begins with %q", magic)
	}
	r.Read = int64(magicSize)
	b, err := r.block(0, limits.Header)
	if err != nil {
		if err == io.EOF {
			err = errors.New("the file is cut off before its header")
		}
		return nil, err
	}
	if r.Header, err = parseHeader(b, limits); err != nil {
		return nil, fmt.Errorf("the header %w", err)
	}
	index, err := indexSize(r.Header.Count, r.Header.branching)
	if err != nil {
		return nil, err
	}
	if r.size > 0 && index > r.size-r.Read {
		return nil, fmt.Errorf("the file is cut off in its index: that of %d features takes %d bytes", r.Header.Count, index)
	}
	n, err := io.CopyN(io.Discard, r.in, index)
	r.Read += n
	if err != nil {
		return nil, fmt.Errorf("the file is cut off in its index: %w", io.ErrUnexpectedEOF)
	}
	return r, nil
}

// ready is how many bytes are made room for before they are there.
const ready = 1 << 20

// block reads a size and as many bytes, which the next block overwrites: feature n, or the
// header for 0.
func (r *Reader) block(n uint64, most int64) ([]byte, error) {
	var head [4]byte
	m, err := io.ReadFull(r.in, head[:])
	r.Read += int64(m)
	switch {
	case err == io.ErrUnexpectedEOF:
		return nil, fmt.Errorf("the file is cut off before %s", blockName(n))
	case err != nil:
		return nil, err
	}
	size := int64(binary.LittleEndian.Uint32(head[:]))
	if size > most {
		return nil, fmt.Errorf("%s has %d bytes; allowed are %d", blockName(n), size, most)
	}
	if r.size > 0 && size > r.size-r.Read {
		return nil, fmt.Errorf("%s is said to have %d bytes and the file has %d left", blockName(n), size, r.size-r.Read)
	}
	r.buf = r.buf[:0]
	for int64(len(r.buf)) < size && err == nil { // grows with what is there
		from := len(r.buf)
		r.buf = slices.Grow(r.buf, int(min(ready, size-int64(from))))
		r.buf = r.buf[:min(int64(cap(r.buf)), size)]
		m, err = io.ReadFull(r.in, r.buf[from:])
		r.Read += int64(m)
	}
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = fmt.Errorf("the file is cut off in %s", blockName(n))
	}
	return r.buf[:len(r.buf):len(r.buf)], err
}

func blockName(n uint64) string {
	if n == 0 {
		return "the header"
	}
	return fmt.Sprintf("feature %d", n)
}

// Next reads the next feature, or gives io.EOF. Its values are the caller's to keep.
func (r *Reader) Next() (Feature, error) {
	b, err := r.block(r.Row+1, r.limits.Feature)
	if err == io.EOF && r.Row < r.Header.Count {
		return Feature{}, fmt.Errorf("the file ends after %d of %d features", r.Row, r.Header.Count)
	}
	if err != nil {
		return Feature{}, err
	}
	r.Row++
	f := Feature{Values: make([]any, len(r.Header.Columns))}
	if err := r.feature(b, &f); err != nil {
		f.Problems = append(f.Problems, Problem{Err: err})
	}
	return f, nil
}

const (
	featureGeometry = iota
	featureProperties
	featureColumns
	featureFields
)

func (r *Reader) feature(b []byte, f *Feature) (err error) {
	defer astray(&err)
	t := root(b)
	if at := t.Offset(slot(featureGeometry)); at != 0 {
		g, err := readGeometry(tableOf(t, t.Pos+flatbuffers.UOffsetT(at)), r.Header.Kind)
		if err != nil {
			f.Problems = append(f.Problems, Problem{"geometry", err})
		} else {
			f.Geometry = g
		}
	}
	if _, n := vectorOf(t, featureColumns); n > 0 {
		return errors.New("has columns of its own beside those of the header, which is not read")
	}
	if at := t.Offset(slot(featureProperties)); at != 0 {
		return r.properties(t.ByteVector(t.Pos+flatbuffers.UOffsetT(at)), f)
	}
	return nil
}

var errProperties = errors.New("has properties that are cut off")

// properties reads pairs of a column's number and its value.
func (r *Reader) properties(b []byte, f *Feature) error {
	for len(b) > 0 {
		if len(b) < 2 {
			return errProperties
		}
		i := int(binary.LittleEndian.Uint16(b))
		if i >= len(r.Header.Columns) {
			return fmt.Errorf("has a value of column %d of %d", i+1, len(r.Header.Columns))
		}
		c := r.Header.Columns[i]
		size, head := width(c.Type), 2
		if size < 0 { // the bytes are counted before them
			if len(b) < 6 {
				return errProperties
			}
			size, head = int(binary.LittleEndian.Uint32(b[2:])), 6
		}
		if size > len(b)-head {
			return errProperties
		}
		f.Values[i] = value(c.Type, b[head:head+size])
		b = b[head+size:]
	}
	return nil
}

// width is how many bytes a value takes, -1 where that is told with each.
func width(t Type) int {
	switch t {
	case Byte, UByte, Bool:
		return 1
	case Short, UShort:
		return 2
	case Int, UInt, Float:
		return 4
	case Long, ULong, Double:
		return 8
	}
	return -1
}

func value(t Type, b []byte) any {
	order := binary.LittleEndian
	switch t {
	case Byte:
		return int64(int8(b[0]))
	case UByte:
		return int64(b[0])
	case Bool:
		return b[0] != 0
	case Short:
		return int64(int16(order.Uint16(b)))
	case UShort:
		return int64(order.Uint16(b))
	case Int:
		return int64(int32(order.Uint32(b)))
	case UInt:
		return int64(order.Uint32(b))
	case Long:
		return int64(order.Uint64(b))
	case ULong:
		if n := order.Uint64(b); n > math.MaxInt64 {
			return strconv.FormatUint(n, 10)
		}
		return int64(order.Uint64(b))
	case Float:
		// 0.1 is 0.1, not the nearest number of half the digits.
		f, _ := strconv.ParseFloat(strconv.FormatFloat(float64(math.Float32frombits(order.Uint32(b))), 'g', -1, 32), 64)
		return f
	case Double:
		return math.Float64frombits(order.Uint64(b))
	case String, JSON, DateTime:
		return string(b)
	}
	return nil // bytes, which no ledger has
}
