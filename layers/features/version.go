package features

import (
	"encoding/binary"

	"github.com/cespare/xxhash/v2"

	"github.com/cuntu/cuntu/layers/snapshot"
)

// Version tells states of a feature apart: a hash of its values and its geometry as served. What is derived from other
// features is no part of it, so that an edit of those does not make this one another.
func Version(t *snapshot.Table, row uint32) uint64 {
	var b []byte
	for i := range t.Layer.Fields {
		if t.Layer.Fields[i].Derived {
			continue
		}
		v := t.Value(row, i)
		b = append(b, byte(v.Kind()))
		b = binary.LittleEndian.AppendUint64(b, v.Bits())
		b = binary.LittleEndian.AppendUint32(b, uint32(len(v.Text())))
		b = append(b, v.Text()...)
	}
	shape := t.Shape(row)
	b = append(b, byte(shape.Kind))
	for _, end := range shape.Ends {
		b = binary.LittleEndian.AppendUint32(b, end)
	}
	for _, p := range shape.Points {
		b = binary.LittleEndian.AppendUint32(b, uint32(p.X))
		b = binary.LittleEndian.AppendUint32(b, uint32(p.Y))
	}
	return xxhash.Sum64(b)
}
