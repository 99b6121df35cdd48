package mlt

// Bits is a row of booleans.
type Bits struct {
	bytes []byte
	n     int
	ones  int
}

// Reset empties the row.
func (s *Bits) Reset() { s.bytes, s.n, s.ones = s.bytes[:0], 0, 0 }

// Add appends one.
func (s *Bits) Add(one bool) {
	if s.n&7 == 0 {
		s.bytes = append(s.bytes, 0)
	}
	if one {
		s.bytes[s.n>>3] |= 1 << (s.n & 7)
		s.ones++
	}
	s.n++
}

// Len is how many there are.
func (s *Bits) Len() int { return s.n }

// Ones is how many are true.
func (s *Bits) Ones() int { return s.ones }

// appendBits appends a stream of booleans: eight a byte, from the least significant bit,
// and runs of bytes as ORC 1 has them ("Byte Run Length Encoding").
func appendBits(b []byte, stream byte, s *Bits) []byte {
	b = appendHeader(b, stream, runs|asIs, s.n, byteRunsLen(s.bytes))
	eachByteRun(s.bytes, func(run []byte, same bool) {
		if same {
			b = append(b, byte(len(run)-minRun), run[0])
		} else {
			b = append(append(b, byte(256-len(run))), run...)
		}
	})
	return b
}

func byteRunsLen(bytes []byte) (size int) {
	eachByteRun(bytes, func(run []byte, same bool) {
		if same {
			size += 2
		} else {
			size += 1 + len(run)
		}
	})
	return size
}

// A run has at least three bytes and at most what fits in the lower half of a byte; what
// is between runs goes out as it is, at most 128 bytes together.
const (
	minRun      = 3
	maxRun      = minRun + 127
	maxLiterals = 128
)

func eachByteRun(bytes []byte, yield func(run []byte, same bool)) {
	literals := 0 // bytes before i that are in no run
	flush := func(end int) {
		for literals > 0 {
			n := min(literals, maxLiterals)
			yield(bytes[end-literals:end-literals+n], false)
			literals -= n
		}
	}
	for i := 0; i < len(bytes); {
		n := 1
		for i+n < len(bytes) && n < maxRun && bytes[i+n] == bytes[i] {
			n++
		}
		if n < minRun {
			i += n
			literals += n
			continue
		}
		flush(i)
		yield(bytes[i:i+n], true)
		i += n
	}
	flush(len(bytes))
}
