package parquet

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
)

func text(b []byte) any { return printable(string(b)) }

func uuid(b []byte) any {
	if len(b) != 16 {
		return nil
	}
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func double(d datum) any { return math.Float64frombits(d.bits) }

// single keeps 0.1 as 0.1, not as the nearest number of half the digits.
func single(d datum) any {
	f, _ := strconv.ParseFloat(strconv.FormatFloat(float64(math.Float32frombits(uint32(d.bits))), 'g', -1, 32), 64)
	return f
}

// half reads a number of 16 bits (IEEE 754 binary16).
func half(d datum) any {
	b := binary.LittleEndian.Uint16(d.bytes)
	exponent, fraction := int(b>>10&31), float64(b&1023)
	f := math.Ldexp(1+fraction/1024, exponent-15)
	switch exponent {
	case 0:
		f = math.Ldexp(fraction/1024, -14)
	case 31:
		f = math.Inf(1)
		if fraction != 0 {
			f = math.NaN()
		}
	}
	if b>>15 == 1 {
		f = -f
	}
	return f
}

func unsigned(n uint64) any {
	if n > math.MaxInt64 {
		return strconv.FormatUint(n, 10)
	}
	return int64(n)
}

func day(n int64) any { return time.Unix(n*secondsADay, 0).UTC().Format(time.DateOnly) }

const secondsADay = 86400

// clock is a time of day.
func clock(n int64, unit time.Duration) any {
	if n < 0 || n > int64(24*time.Hour/unit) {
		return nil
	}
	return time.Unix(0, n*int64(unit)).UTC().Format("15:04:05.999999999")
}

// instant is a point in time in ISO 8601, with Z where it is one of UTC and not of some
// clock's.
func instant(n int64, unit time.Duration, zone bool) any {
	a := int64(time.Second / unit)
	seconds, rest := n/a, n%a
	return iso(time.Unix(seconds, rest*int64(unit)), zone)
}

func iso(t time.Time, zone bool) string {
	layout := "2006-01-02T15:04:05.999999999"
	if zone {
		layout += "Z"
	}
	return t.UTC().Format(layout)
}

// unixDay is the Julian day of 1 January 1970.
const unixDay = 2440588

// julian reads what older programs write for a point in time: nanoseconds of a Julian day.
func julian(d datum) any {
	nanos, days := binary.LittleEndian.Uint64(d.bytes), binary.LittleEndian.Uint32(d.bytes[8:])
	return iso(time.Unix((int64(days)-unixDay)*secondsADay, int64(nanos)), false)
}

// mostDecimal is in bytes.
const mostDecimal = 64

func bigOf(n int64) *big.Int { return big.NewInt(n) }

// bigEndian reads a number in two's complement.
func bigEndian(b []byte) *big.Int {
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return n
}

// fixed writes a number with so many digits behind the point.
func fixed(n *big.Int, scale int) any {
	digits := new(big.Int).Abs(n).String()
	if scale > 0 {
		if len(digits) <= scale {
			digits = strings.Repeat("0", scale-len(digits)+1) + digits
		}
		digits = digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
	}
	if n.Sign() < 0 {
		digits = "-" + digits
	}
	return digits
}

func decimal(n *big.Int, scale int) any {
	f, _ := strconv.ParseFloat(fixed(n, scale).(string), 64)
	return f
}

func whole(n *big.Int, scale int) any {
	if !n.IsInt64() {
		return fixed(n, scale)
	}
	return n.Int64()
}
