package fgb

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"

	flatbuffers "github.com/google/flatbuffers/go"
	"github.com/paulmach/orb"
)

// branching is how many children a node of a written index has, as other writers have it.
const branching = 16

// Scratch keeps the features until all are known: they are written to it one after the
// other, and read from it in the order of the index.
type Scratch interface {
	io.Writer
	io.ReaderAt
}

// Writer writes a file. What it keeps in memory is 56 bytes a feature.
type Writer struct {
	header  Header
	out     io.Writer
	scratch *bufio.Writer
	kept    Scratch
	size    int64
	items   []item
	bare    bool // a feature has no place, which an index cannot hold
	kinds   map[Kind]bool
	builder *flatbuffers.Builder
	values  []byte
}

// NewWriter writes to out when it is closed. Of the header, name, columns and system are
// taken.
func NewWriter(out io.Writer, scratch Scratch, h Header) *Writer {
	return &Writer{
		header:  Header{Name: h.Name, About: h.About, Columns: h.Columns, System: h.System},
		out:     out,
		scratch: bufio.NewWriterSize(scratch, 64<<10),
		kept:    scratch,
		kinds:   map[Kind]bool{},
		builder: flatbuffers.NewBuilder(4096),
	}
}

// Write adds a feature; its values run parallel to the columns, and are of their types.
func (w *Writer) Write(g orb.Geometry, values []any) error {
	b := w.builder
	b.Reset()
	var geometry, properties flatbuffers.UOffsetT
	place := item{at: w.size}
	if g != nil {
		var err error
		if geometry, err = appendGeometry(b, g); err != nil {
			return err
		}
		w.kinds[KindOf(g)] = true
		place.box = g.Bound()
	}
	if g == nil || place.box.IsEmpty() {
		w.bare = true
	}
	var err error
	if w.values, err = w.properties(w.values[:0], values); err != nil {
		return err
	}
	if len(w.values) > 0 {
		properties = b.CreateByteVector(w.values)
	}
	b.StartObject(featureFields)
	b.PrependUOffsetTSlot(featureGeometry, geometry, 0)
	b.PrependUOffsetTSlot(featureProperties, properties, 0)
	b.FinishSizePrefixed(b.EndObject())
	n, err := w.scratch.Write(b.FinishedBytes())
	place.size = uint32(n)
	w.size += int64(n)
	w.items = append(w.items, place)
	return err
}

func (w *Writer) properties(b []byte, values []any) ([]byte, error) {
	order := binary.LittleEndian
	for i, v := range values {
		if v == nil {
			continue
		}
		c := w.header.Columns[i]
		b = order.AppendUint16(b, uint16(i))
		switch v := v.(type) {
		case bool:
			if c.Type == Bool {
				b = append(b, map[bool]byte{true: 1}[v])
				continue
			}
		case int64:
			switch c.Type {
			case Long:
				b = order.AppendUint64(b, uint64(v))
				continue
			case Double:
				b = order.AppendUint64(b, math.Float64bits(float64(v)))
				continue
			}
		case float64:
			if c.Type == Double {
				b = order.AppendUint64(b, math.Float64bits(v))
				continue
			}
		case string:
			if width(c.Type) < 0 {
				b = order.AppendUint32(b, uint32(len(v)))
				b = append(b, v...)
				continue
			}
		}
		return b, fmt.Errorf("column %s: %v is a %T, which its type does not hold", c.Name, v, v)
	}
	return b, nil
}

// Close writes the file. The features stand in the order of the index.
func (w *Writer) Close() error {
	if err := w.scratch.Flush(); err != nil {
		return err
	}
	h := w.header
	h.Count = uint64(len(w.items))
	if len(w.kinds) == 1 {
		for kind := range w.kinds {
			h.Kind = kind
		}
	}
	h.Box = bound(w.items)
	var index []byte
	if len(w.items) > 0 && !w.bare {
		h.branching = branching
		sortByHilbert(w.items, h.Box)
		index = appendIndex(nil, w.items, branching)
	}
	out := bufio.NewWriterSize(w.out, 64<<10)
	for _, b := range [][]byte{[]byte(Magic + "\x00"), h.bytes(), index} {
		if _, err := out.Write(b); err != nil {
			return err
		}
	}
	var buf []byte
	for _, f := range w.items {
		buf = append(buf[:0], make([]byte, f.size)...)
		if _, err := w.kept.ReadAt(buf, f.at); err != nil {
			return err
		}
		if _, err := out.Write(buf); err != nil {
			return err
		}
	}
	return out.Flush()
}
