package mlt

import "math/bits"

// What a stream is: the physical type in the upper four bits of its first byte, the
// logical type in the lower.
const (
	present         = 0x00
	data            = 0x10
	dictionaryData  = 0x11
	vertexData      = 0x13
	stringOffsets   = 0x22
	lengths         = 0x30 // of texts; the specification says data for types of geometry, all its encoders this
	geometryLengths = 0x31
	partLengths     = 0x32
	ringLengths     = 0x33
	entryLengths    = 0x36 // of a dictionary
)

// How it is encoded, its second byte: two logical techniques of three bits, one on top of
// the other, and the physical one of two.
const (
	asIs   = 0
	varint = 2

	delta     = 1 << 5
	pairDelta = 2 << 5 // of x and y each
	runs      = 3 << 5
	deltaRuns = delta | 3<<2
)

// word is a number of a stream; signed ones are in two's complement.
type word interface{ uint32 | uint64 }

// appendNumbers appends a stream of whole numbers in the fewest bytes.
func appendNumbers[T word](b []byte, stream byte, values []T, signed bool) []byte {
	c := costOf(values, signed)
	way, size := byte(0), c.plain
	for _, other := range []struct {
		way  byte
		size int
	}{{delta, c.delta}, {runs, c.runs}, {deltaRuns, c.deltaRuns}} {
		if other.size < size {
			way, size = other.way, other.size
		}
	}
	switch way {
	case runs:
		b = appendRunHeader(b, stream, runs, c.runCount, c.runs, len(values))
		return appendRuns(b, values, signed, false)
	case deltaRuns:
		b = appendRunHeader(b, stream, deltaRuns, c.deltaRunCount, c.deltaRuns, len(values))
		return appendRuns(b, values, signed, true)
	}
	b = appendHeader(b, stream, way|varint, len(values), size)
	last := T(0)
	for _, v := range values {
		switch {
		case way == delta:
			b = appendVarint(b, zigzag(v-last))
			last = v
		case signed:
			b = appendVarint(b, zigzag(v))
		default:
			b = appendVarint(b, v)
		}
	}
	return b
}

// appendHeader appends what goes before the bytes of a stream.
func appendHeader(b []byte, stream, encoding byte, values, size int) []byte {
	b = append(b, stream, encoding)
	return appendVarint(appendVarint(b, uint32(values)), uint32(size))
}

// appendRunHeader appends what goes before runs: their number twice, because lengths and
// values are counted, and how many values there are when they are unrolled.
func appendRunHeader(b []byte, stream, way byte, count, size, values int) []byte {
	b = appendHeader(b, stream, way|varint, 2*count, size)
	return appendVarint(appendVarint(b, uint32(count)), uint32(values))
}

// appendRuns appends all runs' lengths and then all their values.
func appendRuns[T word](b []byte, values []T, signed, differences bool) []byte {
	for _, lengths := range []bool{true, false} {
		eachRun(values, differences, func(v T, n int) {
			switch {
			case lengths:
				b = appendVarint(b, uint32(n))
			case signed || differences:
				b = appendVarint(b, zigzag(v))
			default:
				b = appendVarint(b, v)
			}
		})
	}
	return b
}

// eachRun yields the runs of equal values or, if asked, of equal differences.
func eachRun[T word](values []T, differences bool, yield func(v T, n int)) {
	last, run, n := T(0), T(0), 0
	for _, v := range values {
		next := v
		if differences {
			next, last = v-last, v
		}
		if n > 0 && next != run {
			yield(run, n)
			n = 0
		}
		run = next
		n++
	}
	if n > 0 {
		yield(run, n)
	}
}

// cost is how many bytes the values take in each way.
type cost struct {
	plain, delta, runs, deltaRuns int
	runCount, deltaRunCount       int
}

func costOf[T word](values []T, signed bool) (c cost) {
	last, lastStep := T(0), T(0)
	run, stepRun := 0, 0
	length := func(v T) int {
		if signed {
			v = zigzag(v)
		}
		return varintLen(v)
	}
	endRun := func() {
		c.runs += varintLen(uint32(run)) + length(last)
		c.runCount++
	}
	endSteps := func() {
		c.deltaRuns += varintLen(uint32(stepRun)) + varintLen(zigzag(lastStep))
		c.deltaRunCount++
	}
	for i, v := range values {
		step := v - last
		c.plain += length(v)
		c.delta += varintLen(zigzag(step))
		if i > 0 && step != 0 {
			endRun()
			run = 0
		}
		if i > 0 && step != lastStep {
			endSteps()
			stepRun = 0
		}
		run++
		stepRun++
		last, lastStep = v, step
	}
	if len(values) > 0 {
		endRun()
		endSteps()
	}
	return c
}

// zigzag puts the sign last, so that numbers near zero are small.
func zigzag[T word](v T) T {
	return v<<1 ^ -(v >> (bits.Len64(uint64(^T(0))) - 1))
}

func appendVarint[T word](b []byte, v T) []byte {
	for v >= 0x80 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v))
}

func varintLen[T word](v T) int { return (bits.Len64(uint64(v)|1) + 6) / 7 }
