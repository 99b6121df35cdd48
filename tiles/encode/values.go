package encode

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/bits"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// dictionary numbers the distinct values of one layer of one tile.
//
// Most values of a tile have been seen in it before, and are then found by the
// snapshot's own key of them, a number: a text's or a small number's in a table by
// field and key, without so much as a hash; others in one probe of an open table. A
// generation counter empties both. Only a value's first appearance touches its text; it
// is then looked for among the bytes written so far, since two fields, or two
// pages of a table, may hold the same value under different keys; but for names, of which
// there are many and each has one key a field.
type dictionary struct {
	generation uint32
	texts      [][]seen // by field and key
	numbers    [][]seen
	used       int
	slots      []keySlot
	buf        []byte // the values as fields of the layer message, one after another
	ends       []int32
	byBytes    []byteSlot
}

type keySlot struct {
	key        uint64
	field      uint32
	generation uint32
	index      uint32
}

type byteSlot struct{ generation, hash, index uint32 }

func (d *dictionary) reset() {
	d.generation++
	if d.generation == 0 || d.slots == nil { // the counter went round
		d.slots, d.byBytes, d.generation = make([]keySlot, 256), make([]byteSlot, 256), 1
		d.texts, d.numbers = nil, nil
	}
	d.used, d.buf, d.ends = 0, d.buf[:0], d.ends[:0]
}

// seen is a value's index, if the generation is the dictionary's.
type seen struct{ generation, index uint32 }

// Tables by key end where they would take a megabyte; what is beyond is hashed. Numbers
// that are years or counts are below maxNumber.
const (
	maxText   = 1 << 17
	maxNumber = 1 << 12
)

// number is the value's index. The value is asked for when the key is new.
func (d *dictionary) number(field int, key snapshot.FieldKey, t *snapshot.Table, row uint32) uint32 {
	tables, most, code := d.numbers, uint64(maxNumber), key.Key
	if key.Text {
		tables, most, code = d.texts, maxText, code&^snapshot.TextKey
	}
	if field >= len(tables) || code >= uint64(len(tables[field])) {
		if code >= most {
			return d.hashed(field, key.Key, t, row)
		}
		if tables = widened(tables, field, code); key.Text {
			d.texts = tables
		} else {
			d.numbers = tables
		}
	}
	s := &tables[field][code]
	if s.generation != d.generation {
		index := uint32(0)
		if key.Text {
			index = d.addText(t.Text(field, code))
		} else {
			index = d.add(t.Value(row, field))
		}
		*s = seen{d.generation, index}
	}
	return s.index
}

// text is number for the code of a text, of which all are given.
func (d *dictionary) text(field int, code uint32, all []string) uint32 {
	if field >= len(d.texts) || code >= uint32(len(d.texts[field])) {
		if code >= maxText {
			return d.hashedText(field, code, all)
		}
		d.texts = widened(d.texts, field, uint64(code))
	}
	s := &d.texts[field][code]
	if s.generation != d.generation {
		*s = seen{d.generation, d.addText(all[code])}
	}
	return s.index
}

// widened has room for a key of a field.
func widened(tables [][]seen, field int, key uint64) [][]seen {
	for field >= len(tables) {
		tables = append(tables, nil)
	}
	wider := make([]seen, max(64, 2<<bits.Len64(key)>>1))
	copy(wider, tables[field])
	tables[field] = wider
	return tables
}

func (d *dictionary) hashed(field int, key uint64, t *snapshot.Table, row uint32) uint32 {
	i := d.probe(uint32(field), key)
	if s := &d.slots[i]; s.generation == d.generation {
		return s.index
	}
	index := uint32(0)
	if v := t.Value(row, field); v.Kind() == layers.TextKind {
		index = d.addText(v.Text())
	} else {
		index = d.add(v)
	}
	return d.remember(i, field, key, index)
}

func (d *dictionary) hashedText(field int, code uint32, all []string) uint32 {
	key := snapshot.TextKey | uint64(code)
	i := d.probe(uint32(field), key)
	if s := &d.slots[i]; s.generation == d.generation {
		return s.index
	}
	return d.remember(i, field, key, d.addText(all[code]))
}

// remember takes the free slot i.
func (d *dictionary) remember(i, field int, key uint64, index uint32) uint32 {
	d.slots[i] = keySlot{key, uint32(field), d.generation, index}
	if d.used++; d.used > len(d.slots)/2 {
		old := d.slots
		d.slots = make([]keySlot, 2*len(old))
		for _, s := range old {
			if s.generation == d.generation {
				d.slots[d.probe(s.field, s.key)] = s
			}
		}
	}
	return index
}

// probe is the slot that holds the key, or the free one where it belongs.
func (d *dictionary) probe(field uint32, key uint64) int {
	mask := uint64(len(d.slots) - 1)
	h := (key + uint64(field)*0x9e3779b97f4a7c15) * 0xd6e8feb86659fd93
	for i := (h ^ h>>32) & mask; ; i = (i + 1) & mask {
		s := &d.slots[i]
		if s.generation != d.generation || s.key == key && s.field == field {
			return int(i)
		}
	}
}

// addText appends a text that is not in the field's table yet. One that begins with a
// digit may be there nonetheless: a code, which other pages may keep as a number.
func (d *dictionary) addText(s string) uint32 {
	if s == "" || s[0] >= '0' && s[0] <= '9' {
		return d.add(layers.Text(s))
	}
	n := len(d.buf)
	b := grow(d.buf, 2+2*maxVarint32+len(s))
	b[n] = valueField
	n = putVarint32(b, n+1, uint32(1+varintLen(uint64(len(s)))+len(s)))
	b[n] = 1<<3 | 2
	n = putVarint32(b, n+1, uint32(len(s)))
	d.buf = b[:n+copy(b[n:], s)]
	d.ends = append(d.ends, int32(len(d.buf)))
	return uint32(len(d.ends) - 1)
}

// add appends the value unless its bytes are there already.
func (d *dictionary) add(v layers.Value) uint32 {
	if len(d.ends) >= len(d.byBytes)/2 {
		d.widen()
	}
	from := len(d.buf)
	d.buf = appendValue(d.buf, v)
	written := d.buf[from:]
	hash := hashBytes(written)
	mask := uint32(len(d.byBytes) - 1)
	i := hash & mask
	for ; d.byBytes[i].generation == d.generation; i = (i + 1) & mask {
		if s := d.byBytes[i]; s.hash == hash && bytes.Equal(d.bytes(s.index), written) {
			d.buf = d.buf[:from]
			return s.index
		}
	}
	index := uint32(len(d.ends))
	d.ends = append(d.ends, int32(len(d.buf)))
	d.byBytes[i] = byteSlot{d.generation, hash, index}
	return index
}

func (d *dictionary) widen() {
	old := d.byBytes
	d.byBytes = make([]byteSlot, 2*len(old))
	mask := uint32(len(d.byBytes) - 1)
	for _, s := range old {
		if s.generation != d.generation {
			continue
		}
		i := s.hash & mask
		for d.byBytes[i].generation == d.generation {
			i = (i + 1) & mask
		}
		d.byBytes[i] = s
	}
}

func hashBytes(b []byte) uint32 {
	h := uint64(len(b))
	rest := b
	for ; len(rest) > 8; rest = rest[8:] {
		h = (h ^ binary.LittleEndian.Uint64(rest)) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	if len(b) >= 8 { // the last eight, of which some have been
		return uint32((h ^ binary.LittleEndian.Uint64(b[len(b)-8:])) * 0x9e3779b97f4a7c15 >> 32)
	}
	last := uint64(0)
	for _, c := range rest {
		last = last<<8 | uint64(c)
	}
	return uint32((h ^ last) * 0x9e3779b97f4a7c15 >> 32)
}

func (d *dictionary) bytes(index uint32) []byte {
	from := int32(0)
	if index > 0 {
		from = d.ends[index-1]
	}
	return d.buf[from:d.ends[index]]
}

const valueField = 4<<3 | 2

// appendValue writes a value as field 4 of a layer: the narrowest type that holds
// it exactly, so that a reader gets the number that the store has.
func appendValue(b []byte, v layers.Value) []byte {
	const field = valueField
	switch v.Kind() {
	case layers.TextKind:
		s := v.Text()
		b = appendVarint(append(b, field), uint64(1+varintLen(uint64(len(s)))+len(s)))
		b = appendVarint(append(b, 1<<3|2), uint64(len(s)))
		return append(b, s...)
	case layers.FloatKind:
		f := v.Float()
		if n := math.Float32bits(float32(f)); float64(math.Float32frombits(n)) == f {
			return append(b, field, 5, 2<<3|5, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
		}
		n := math.Float64bits(f)
		return append(b, field, 9, 3<<3|1, byte(n), byte(n>>8), byte(n>>16), byte(n>>24),
			byte(n>>32), byte(n>>40), byte(n>>48), byte(n>>56))
	case layers.IntKind:
		tag, n := byte(5<<3), uint64(v.Int())
		if i := v.Int(); i < 0 {
			tag, n = 6<<3, uint64(i<<1)^uint64(i>>63)
		}
		return appendVarint(append(b, field, byte(1+varintLen(n)), tag), n)
	}
	one := byte(0)
	if v.Bool() {
		one = 1
	}
	return append(b, field, 2, 7<<3, one)
}
