package intake

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/paulmach/orb/encoding/wkb"

	"github.com/cuntu/cuntu/layers"
)

// A kept feature is its id, its values and its geometry as WKB, each with its
// length before it.

func appendFeature(b []byte, f *layers.Feature) ([]byte, error) {
	b = binary.AppendVarint(b, f.ID)
	b = binary.AppendUvarint(b, uint64(len(f.Values)))
	for _, v := range f.Values {
		b = append(b, byte(v.Kind()))
		switch v.Kind() {
		case layers.BoolKind:
			b = append(b, map[bool]byte{true: 1}[v.Bool()])
		case layers.IntKind:
			b = binary.AppendVarint(b, v.Int())
		case layers.FloatKind:
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v.Float()))
		case layers.TextKind:
			b = binary.AppendUvarint(b, uint64(len(v.Text())))
			b = append(b, v.Text()...)
		}
	}
	if f.Geometry == nil {
		return binary.AppendUvarint(b, 0), nil
	}
	g, err := wkb.Marshal(f.Geometry)
	if err != nil {
		return nil, err
	}
	b = binary.AppendUvarint(b, uint64(len(g)))
	return append(b, g...), nil
}

// mostKept bounds the lengths that a damaged record may make us believe.
const mostKept = 256 << 20

var errDamaged = errors.New("the record of what was before is damaged")

// readFeature gives io.EOF at the end.
func readFeature(r *bufio.Reader) (*layers.Feature, error) {
	id, err := binary.ReadVarint(r)
	if err != nil {
		return nil, err
	}
	f := &layers.Feature{ID: id}
	n, err := binary.ReadUvarint(r)
	if err != nil || n > 1<<16 {
		return nil, damaged(err)
	}
	f.Values = make([]layers.Value, n)
	for i := range f.Values {
		if f.Values[i], err = readValue(r); err != nil {
			return nil, damaged(err)
		}
	}
	g, err := readBytes(r)
	if err != nil {
		return nil, damaged(err)
	}
	if len(g) > 0 {
		if f.Geometry, err = wkb.Unmarshal(g); err != nil {
			return nil, damaged(err)
		}
	}
	return f, nil
}

func damaged(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return errDamaged
	}
	return fmt.Errorf("%w: %w", errDamaged, err)
}

func readValue(r *bufio.Reader) (layers.Value, error) {
	kind, err := r.ReadByte()
	if err != nil {
		return layers.Null, err
	}
	switch layers.ValueKind(kind) {
	case layers.NullKind:
		return layers.Null, nil
	case layers.BoolKind:
		b, err := r.ReadByte()
		return layers.Bool(b == 1), err
	case layers.IntKind:
		n, err := binary.ReadVarint(r)
		return layers.Int(n), err
	case layers.FloatKind:
		var b [8]byte
		_, err := io.ReadFull(r, b[:])
		return layers.Float(math.Float64frombits(binary.LittleEndian.Uint64(b[:]))), err
	case layers.TextKind:
		b, err := readBytes(r)
		return layers.Text(string(b)), err
	}
	return layers.Null, fmt.Errorf("a value of kind %d", kind)
}

func readBytes(r *bufio.Reader) ([]byte, error) {
	n, err := binary.ReadUvarint(r)
	if err != nil {
		return nil, err
	}
	if n > mostKept {
		return nil, fmt.Errorf("%d bytes", n)
	}
	if n > 4096 { // grows with what is there, not with what is claimed
		b, err := io.ReadAll(io.LimitReader(r, int64(n)))
		if err == nil && uint64(len(b)) < n {
			err = io.ErrUnexpectedEOF
		}
		return b, err
	}
	b := make([]byte, n)
	_, err = io.ReadFull(r, b)
	return b, err
}
