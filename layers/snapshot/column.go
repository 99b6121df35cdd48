package snapshot

import (
	"encoding/binary"
	"math"
	"strconv"

	"github.com/cuntu/cuntu/layers"
)

// column holds one field of the rows of one page, packed into as few bytes a
// row as the page's values need: none where all are null, one for a boolean, a
// class or a small range of numbers. A 40-field village takes some 60 bytes.
//
// What is packed is a key: a number that stands for the value (see Key). Keys
// are stored less base and plus one, so that zero is null; only where keys need
// all of eight bytes do they stand as they are, with a bit a row for null.
type column struct {
	mode  mode
	width uint8 // bytes a row: 0, 1, 2, 4 or 8
	base  uint64
	data  []byte
	nulls []uint64 // of width 8; nil where no row is null
}

// mode tells how a key is made from a value.
type mode uint8

const (
	asBool   mode = iota
	asInt         // two's complement
	asTenths      // a float with at most one decimal, × 10
	asFloat       // the bits of a float
	asDigits      // the digits of a code behind a leading 1, so that zeros stay
	asText        // a code of the field's dict
)

// maxDigits is how many digits fit behind the leading 1 in a uint64.
const maxDigits = 18

// pack makes the column of one page.
func pack(values []layers.Value, d *dict) column {
	m := modeOf(values)
	keys, some := make([]uint64, len(values)), make([]bool, len(values))
	for i, v := range values {
		if some[i] = !v.IsNull(); some[i] {
			keys[i] = m.key(v, d)
		}
	}
	return packKeys(m, keys, some)
}

// packKeys makes a column of keys, of which some are there.
func packKeys(m mode, keys []uint64, some []bool) column {
	c := column{mode: m}
	low, high, any := uint64(math.MaxUint64), uint64(0), false
	for i, key := range keys {
		if some[i] {
			k := key ^ m.signBit() // so that order is that of the numbers
			low, high, any = min(low, k), max(high, k), true
		}
	}
	if !any {
		return c
	}
	c.base = low ^ m.signBit()
	switch span := high - low; {
	case span < math.MaxUint8:
		c.width = 1
	case span < math.MaxUint16:
		c.width = 2
	case span < math.MaxUint32:
		c.width = 4
	default:
		c.width = 8
	}
	c.data = make([]byte, len(keys)*int(c.width))
	for i, key := range keys {
		switch {
		case c.width == 8 && !some[i]:
			if c.nulls == nil {
				c.nulls = make([]uint64, (len(keys)+63)/64)
			}
			c.nulls[i/64] |= 1 << (i % 64)
		case c.width == 8:
			binary.LittleEndian.PutUint64(c.data[i*8:], key)
		case some[i]:
			c.put(i, uint32(key-c.base+1))
		}
	}
	return c
}

// modeOf is the tightest mode that keeps every value exactly.
func modeOf(values []layers.Value) mode {
	m := asBool
	for _, v := range values {
		switch v.Kind() {
		case layers.IntKind:
			m = asInt
		case layers.FloatKind:
			if m == asBool {
				m = asTenths
			}
			if m == asTenths && !isTenths(v.Float()) {
				m = asFloat
			}
		case layers.TextKind:
			if m == asBool {
				m = asDigits
			}
			if m == asDigits && !isDigits(v.Text()) {
				return asText
			}
		}
	}
	return m
}

func isTenths(f float64) bool {
	t := math.Round(f * 10)
	return math.Abs(t) < 1<<52 && t/10 == f && !(f == 0 && math.Signbit(f))
}

func isDigits(s string) bool {
	if len(s) == 0 || len(s) > maxDigits {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func (m mode) signBit() uint64 {
	if m == asInt || m == asTenths {
		return 1 << 63
	}
	return 0
}

func (m mode) key(v layers.Value, d *dict) uint64 {
	switch m {
	case asTenths:
		return uint64(int64(math.Round(v.Float() * 10)))
	case asDigits:
		n := uint64(1)
		for i := range len(v.Text()) {
			n = n*10 + uint64(v.Text()[i]-'0')
		}
		return n
	case asText:
		return uint64(d.code(v.Text()))
	}
	return v.Bits()
}

func (m mode) value(key uint64, d *dict) layers.Value {
	switch m {
	case asBool:
		return layers.Bool(key != 0)
	case asInt:
		return layers.Int(int64(key))
	case asTenths:
		return layers.Float(float64(int64(key)) / 10)
	case asFloat:
		return layers.Float(math.Float64frombits(key))
	case asDigits:
		return layers.Text(strconv.FormatUint(key, 10)[1:])
	}
	return layers.Text(d.text(uint32(key)))
}

func (c *column) put(i int, stored uint32) {
	switch c.width {
	case 1:
		c.data[i] = byte(stored)
	case 2:
		binary.LittleEndian.PutUint16(c.data[i*2:], uint16(stored))
	case 4:
		binary.LittleEndian.PutUint32(c.data[i*4:], stored)
	}
}

// key is the key of row i; ok is false for null.
func (c *column) key(i int) (key uint64, ok bool) {
	var stored uint32
	switch c.width {
	case 1:
		stored = uint32(c.data[i])
	case 2:
		stored = uint32(binary.LittleEndian.Uint16(c.data[i*2:]))
	case 4:
		stored = binary.LittleEndian.Uint32(c.data[i*4:])
	case 8:
		key = binary.LittleEndian.Uint64(c.data[i*8:])
		return key, c.nulls == nil || c.nulls[i/64]&(1<<(i%64)) == 0
	}
	return uint64(stored) - 1 + c.base, stored != 0
}

func (c *column) value(i int, d *dict) layers.Value {
	if k, ok := c.key(i); ok {
		return c.mode.value(k, d)
	}
	return layers.Null
}

// mark sets those of the rows in which the column is not null.
func (c *column) mark(rows []bool) {
	for i := range rows {
		switch c.width {
		case 0:
			return
		case 1:
			rows[i] = rows[i] || c.data[i] != 0
		case 2:
			rows[i] = rows[i] || binary.LittleEndian.Uint16(c.data[i*2:]) != 0
		case 4:
			rows[i] = rows[i] || binary.LittleEndian.Uint32(c.data[i*4:]) != 0
		default:
			rows[i] = rows[i] || c.nulls == nil || c.nulls[i/64]&(1<<(i%64)) == 0
		}
	}
}
