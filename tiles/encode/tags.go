package encode

import (
	"encoding/binary"

	"github.com/cuntu/cuntu/layers/snapshot"
)

// tileField is a field that goes into the tile. Of the block at hand it knows what the
// bytes that stand for values come to, 0 where that is not known yet.
type tileField struct {
	index  int
	number int // its place in the layer's keys, -1 as yet
	bytes  []byte
	null   bool // all of the block
	codes  []byte
	base   uint32
	texts  []string
	known  [256]uint16
}

// beyondKnown is the number from which known holds none.
const beyondKnown = 1 << 14

// tag writes the numbers of the row's keys and values.
func (e *Encoder) tag(table *snapshot.Table, row uint32) {
	e.tags = e.tags[:0]
	table.Keys(row, e.columns, e.values)
	n := len(e.tags)
	e.tags = grow(e.tags, 2*maxVarint32*len(e.fields))
	for i := range e.fields {
		if !e.values[i].OK {
			continue
		}
		f := &e.fields[i]
		if f.number < 0 {
			f.number = e.key(table.Layer.Fields[f.index].ID)
		}
		n = putVarint32(e.tags, n, uint32(f.number))
		n = putVarint32(e.tags, n, e.dict.number(f.index, e.values[i], table, row))
	}
	e.tags = e.tags[:n]
}

// enter makes the fields ready for a block.
func (e *Encoder) enter(block snapshot.Block) {
	for i := range e.fields {
		f := &e.fields[i]
		if f.bytes, f.null = block.Bytes(f.index); f.bytes != nil {
			clear(f.known[:])
		}
		f.codes, f.base = block.Codes(f.index)
	}
}

// tagInBlock is tag for a row of the block that was entered. Most fields take a byte a
// row, and most values have been met in the block before: their numbers come out of a
// small table.
func (e *Encoder) tagInBlock(table *snapshot.Table, row uint32) {
	_, at := snapshot.BlockOf(row)
	e.tags = grow(e.tags[:0], 2*maxVarint32*len(e.fields))
	n := 0
	for i := range e.fields {
		f := &e.fields[i]
		if f.null {
			continue
		}
		if f.bytes != nil {
			stored := f.bytes[at]
			if stored == 0 {
				continue
			}
			if known := uint32(f.known[stored]); known != 0 {
				n = putVarint32(e.tags, n, uint32(f.number))
				n = putShort(e.tags, n, known-1)
				continue
			}
		} else if f.codes != nil && f.number >= 0 {
			stored := uint32(binary.LittleEndian.Uint16(f.codes[2*at:]))
			if stored == 0 {
				continue
			}
			n = putVarint32(e.tags, n, uint32(f.number))
			n = putVarint32(e.tags, n, e.dict.text(f.index, stored-1+f.base, f.texts))
			continue
		}
		key := table.FieldKey(row, f.index)
		if !key.OK {
			continue
		}
		if f.number < 0 {
			f.number = e.key(table.Layer.Fields[f.index].ID)
		}
		number := e.dict.number(f.index, key, table, row)
		if f.bytes != nil && number+1 < beyondKnown {
			f.known[f.bytes[at]] = uint16(number + 1)
		}
		n = putVarint32(e.tags, n, uint32(f.number))
		n = putVarint32(e.tags, n, number)
	}
	e.tags = e.tags[:n]
}

func (e *Encoder) key(name string) int {
	e.keys = append(e.keys, name)
	return len(e.keys) - 1
}
