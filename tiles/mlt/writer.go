package mlt

import (
	"encoding/binary"
	"math"
)

// What a column is: the code in a layer's header. A code plus one is of a column that some
// features have no value in.
const (
	id32Column   = 0
	id64Column   = 2
	geometryCode = 4
	boolColumn   = 10
	int32Column  = 16
	uint32Column = 18
	int64Column  = 20
	floatColumn  = 24
	doubleColumn = 26
	textColumn   = 28

	nullable = 1
)

// featureTable is the tag of a layer among a tile's blocks.
const featureTable = 1

// Writer writes layers, one at a time: Begin, then IDs or not, Geometry, the columns of
// properties and End. The zero Writer is ready; one that is kept allocates nothing but what
// its buffers need to grow.
type Writer struct {
	name    string
	extent  uint32
	columns uint32
	header  []byte // what says which columns there are
	body    []byte // their streams

	words   []uint32
	longs   []uint64
	present Bits
}

// Begin begins a layer, whose name must not be empty. Extent is how many units a tile is
// wide.
func (w *Writer) Begin(name string, extent uint32) {
	w.name, w.extent, w.columns = name, extent, 0
	w.header, w.body = w.header[:0], w.body[:0]
}

// End appends the layer to dst.
func (w *Writer) End(dst []byte) []byte {
	head := varintLen(uint32(featureTable)) + varintLen(uint32(len(w.name))) + len(w.name) +
		varintLen(w.extent) + varintLen(w.columns)
	dst = appendVarint(dst, uint32(head+len(w.header)+len(w.body)))
	dst = append(dst, featureTable)
	dst = append(appendVarint(dst, uint32(len(w.name))), w.name...)
	dst = appendVarint(appendVarint(dst, w.extent), w.columns)
	return append(append(dst, w.header...), w.body...)
}

// maxSafe is the last whole number that a float64, which is all that browsers have, counts
// up to.
const maxSafe = 1<<53 - 1

// IDs writes the ids of the first of a number of features; the others have none. They go
// out with 32 bits where that is enough. A reader of one id of 64 bits, or of a run of them,
// may get an integer that is no number; MapLibre makes a number of it.
func (w *Writer) IDs(ids []int64, features int) {
	if len(ids) == 0 {
		return
	}
	w.columns++
	most, safe := uint64(0), true
	for _, id := range ids {
		most = max(most, uint64(id))
		safe = safe && uint64(id) <= maxSafe/2
	}
	code := byte(id32Column)
	if most > math.MaxUint32 {
		code = id64Column
	}
	if len(ids) < features {
		code |= nullable
		w.present.Reset()
		for i := range features {
			w.present.Add(i < len(ids))
		}
		w.body = appendBits(w.body, present, &w.present)
	}
	w.header = append(w.header, code)
	switch {
	case most <= math.MaxUint32:
		w.words = w.words[:0]
		for _, id := range ids {
			w.words = append(w.words, uint32(id))
		}
		w.body = appendNumbers(w.body, data, w.words, false)
	case safe:
		w.body = appendNumbers(w.body, data, w.long(ids), false)
	default: // browsers read differences, with a bit for the sign, as floats, which are not exact there
		longs := w.long(ids)
		size := 0
		for _, id := range longs {
			size += varintLen(id)
		}
		w.body = appendHeader(w.body, data, varint, len(longs), size)
		for _, id := range longs {
			w.body = appendVarint(w.body, id)
		}
	}
}

func (w *Writer) long(values []int64) []uint64 {
	w.longs = w.longs[:0]
	for _, v := range values {
		w.longs = append(w.longs, uint64(v))
	}
	return w.longs
}

// property begins a column of properties, whose name may be anything. has tells which
// features have a value. There is no column where none has.
func (w *Writer) property(code byte, name string, has *Bits, streams byte) bool {
	if has.ones == 0 {
		return false
	}
	w.columns++
	some := has.ones < has.n
	if some {
		code |= nullable
		streams++
	}
	w.header = append(w.header, code)
	w.header = append(appendVarint(w.header, uint32(len(name))), name...)
	if code&^nullable == textColumn { // the only ones whose number of streams varies
		w.body = append(w.body, streams)
	}
	if some {
		w.body = appendBits(w.body, present, has)
	}
	return true
}

// Ints writes a column of whole numbers, those of the features that have one. They go out
// with 32 bits where that is enough, else as floats where those are exact: numbers of 64
// bits are not numbers in a browser.
func (w *Writer) Ints(name string, values []int64, has *Bits) {
	least, most := int64(math.MaxInt64), int64(math.MinInt64)
	for _, v := range values {
		least, most = min(least, v), max(most, v)
	}
	switch {
	case least >= 0 && most <= math.MaxUint32, least >= math.MinInt32 && most <= math.MaxInt32:
		code, signed := byte(uint32Column), least < 0
		if signed {
			code = int32Column
		}
		if w.property(code, name, has, 1) {
			w.words = w.words[:0]
			for _, v := range values {
				w.words = append(w.words, uint32(v))
			}
			w.body = appendNumbers(w.body, data, w.words, signed)
		}
	case least >= -maxSafe && most <= maxSafe:
		if w.property(doubleColumn, name, has, 1) {
			w.body = appendHeader(w.body, data, asIs, len(values), 8*len(values))
			for _, v := range values {
				w.body = binary.LittleEndian.AppendUint64(w.body, math.Float64bits(float64(v)))
			}
		}
	default:
		if w.property(int64Column, name, has, 1) {
			w.body = appendNumbers(w.body, data, w.long(values), true)
		}
	}
}

// Floats writes a column of numbers, those of the features that have one, with 32 bits
// where that is exact for all.
func (w *Writer) Floats(name string, values []float64, has *Bits) {
	short := true
	for _, v := range values {
		short = short && float64(float32(v)) == v
	}
	if short {
		if w.property(floatColumn, name, has, 1) {
			w.body = appendHeader(w.body, data, asIs, len(values), 4*len(values))
			for _, v := range values {
				w.body = binary.LittleEndian.AppendUint32(w.body, math.Float32bits(float32(v)))
			}
		}
		return
	}
	if w.property(doubleColumn, name, has, 1) {
		w.body = appendHeader(w.body, data, asIs, len(values), 8*len(values))
		for _, v := range values {
			w.body = binary.LittleEndian.AppendUint64(w.body, math.Float64bits(v))
		}
	}
}

// Bools writes a column of booleans, those of the features that have one.
func (w *Writer) Bools(name string, values, has *Bits) {
	if w.property(boolColumn, name, has, 1) {
		w.body = appendBits(w.body, data, values)
	}
}

// Texts writes a column of texts, those of the features that have one: each is one of the
// distinct texts by its index. All distinct texts must be in use.
//
// A dictionary of the distinct ones is written, unless they are so different that they
// take less when they stand one after another. Its indexes go between the lengths of its
// entries and those, where its readers look for them, though the specification has them
// come last.
func (w *Writer) Texts(name string, distinct []string, index []uint32, has *Bits) {
	repeated, once := 0, 0
	for _, i := range index {
		repeated += 1 + len(distinct[i])
	}
	for _, s := range distinct {
		once += 1 + len(s)
	}
	numbers := costOf(index, false)
	dictionary := once+min(numbers.plain, numbers.delta, numbers.runs, numbers.deltaRuns) < repeated
	if dictionary {
		if w.property(textColumn, name, has, 3) {
			entry := func(i int) string { return distinct[i] }
			w.textLengths(entryLengths, len(distinct), entry)
			w.body = appendNumbers(w.body, stringOffsets, index, false)
			w.texts(dictionaryData, len(distinct), entry)
		}
	} else if w.property(textColumn, name, has, 2) {
		text := func(i int) string { return distinct[index[i]] }
		w.textLengths(lengths, len(index), text)
		w.texts(data, len(index), text)
	}
}

func (w *Writer) textLengths(stream byte, n int, text func(i int) string) {
	w.words = w.words[:0]
	for i := range n {
		w.words = append(w.words, uint32(len(text(i))))
	}
	w.body = appendNumbers(w.body, stream, w.words, false)
}

func (w *Writer) texts(stream byte, n int, text func(i int) string) {
	size := 0
	for i := range n {
		size += len(text(i))
	}
	w.body = appendHeader(w.body, stream, asIs, n, size)
	for i := range n {
		w.body = append(w.body, text(i)...)
	}
}
