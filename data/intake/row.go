package intake

import (
	"encoding/binary"
	"math"

	"github.com/cespare/xxhash/v2"
	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/intake/ledger"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
)

// verdict is what becomes of a row.
type verdict uint8

const (
	add verdict = iota
	change
	same
	leftOut // is no feature
)

// row is a record on its way into the store.
type row struct {
	number   int64
	values   []layers.Value // by field
	set      []bool         // which the file gives
	geometry orb.Geometry   // degrees of WGS 84, nil for none
	place    *orb.Point     // where to show it, if anywhere
	problems []Problem

	verdict verdict
	at      uint32 // the feature's row in the snapshot, where there is one
	id      int64
	key     uint64 // tells it from other rows; 0 where nothing does
	changed []int  // fields that the store has otherwise
	moved   bool   // and whether the place is another

	conflicts []ledger.Conflict // in the first pass
	kept      int               // cells that the store has newer
	replaced  []int             // fields of whose sender nothing is known
}

func (r *row) isBad() bool {
	for i := range r.problems {
		if !r.problems[i].Warning {
			return true
		}
	}
	return false
}

// fingerprint stands for a feature's values and its place to the quantum of the
// map, 9 mm. Two that differ have the same one once in 2⁶⁴ times.
type fingerprint struct {
	digest *xxhash.Digest
	buf    []byte
}

func newFingerprint() *fingerprint { return &fingerprint{digest: xxhash.New()} }

func (f *fingerprint) of(values []layers.Value, only []bool, shape geo.Shape) uint64 {
	f.digest.Reset()
	b := f.buf[:0]
	for i, v := range values {
		if v.IsNull() || only != nil && !only[i] {
			continue // so that a field that comes to the catalogue later is no change
		}
		b = append(b, byte(i), byte(v.Kind()))
		switch v.Kind() {
		case layers.BoolKind:
			b = append(b, v.String()[0])
		case layers.IntKind:
			b = binary.LittleEndian.AppendUint64(b, uint64(v.Int()))
		case layers.FloatKind:
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v.Float()))
		case layers.TextKind:
			b = binary.AppendUvarint(b, uint64(len(v.Text())))
			b = append(b, v.Text()...)
		}
	}
	b = append(b, 0xff, byte(shape.Kind))
	for _, e := range shape.Ends {
		b = binary.LittleEndian.AppendUint32(b, e)
	}
	for _, p := range shape.Points {
		b = binary.LittleEndian.AppendUint32(b, uint32(p.X))
		b = binary.LittleEndian.AppendUint32(b, uint32(p.Y))
	}
	f.buf = b
	_, _ = f.digest.Write(b) // never fails
	return f.digest.Sum64()
}

// numbers is a set of whole numbers that lie close together, such as rows or ids.
type numbers struct {
	words map[int64]*[64]uint64
	n     int64
}

func (s *numbers) add(n int64) {
	if s.words == nil {
		s.words = map[int64]*[64]uint64{}
	}
	w := s.words[n>>12]
	if w == nil {
		w = new([64]uint64)
		s.words[n>>12] = w
	}
	bit := uint64(1) << (n & 63)
	if w[n>>6&63]&bit == 0 {
		w[n>>6&63] |= bit
		s.n++
	}
}

func (s *numbers) has(n int64) bool {
	w := s.words[n>>12]
	return w != nil && w[n>>6&63]&(1<<(n&63)) != 0
}
