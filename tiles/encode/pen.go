package encode

import (
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/tiles/clip"
)

// pen writes geometry commands (MVT 2.1, 4.3). Coordinates are differences to the
// place where the pen stands, zigzag and as varints.
type pen struct {
	buf []byte
	at  clip.Point
}

const (
	moveTo    = 1
	lineTo    = 2
	closePath = 7

	maxVarint32 = 5
)

func (p *pen) reset() { p.buf, p.at = p.buf[:0], clip.Point{} }

func (p *pen) command(id, count int) {
	p.buf = appendVarint(p.buf, uint64(count<<3|id))
}

// points writes vertices after a command. Room is made once, and differences take
// one byte or two, which of them being as good as random: both are written, without
// a question.
func (p *pen) points(vertices []clip.Point) {
	n := len(p.buf)
	p.buf = grow(p.buf, len(vertices)*2*maxVarint32)
	b, at := p.buf, p.at
	for _, v := range vertices {
		dx, dy := v.X-at.X, v.Y-at.Y
		n = putShort(b, n, uint32(dx<<1)^uint32(dx>>31))
		n = putShort(b, n, uint32(dy<<1)^uint32(dy>>31))
		at = v
	}
	p.buf, p.at = b[:n], at
}

// draw writes the geometry of a feature of a type.
func (p *pen) draw(kind byte, s *clip.Shapes) {
	switch geo.Kind(kind) {
	case geo.Points:
		p.command(moveTo, len(s.Points))
		p.points(s.Points)
	case geo.Lines:
		for i := range s.Ends {
			p.line(s.Part(i))
		}
	case geo.Polygons:
		for i := range s.Ends {
			p.ring(s.Part(i))
		}
	}
}

func (p *pen) line(vertices []clip.Point) {
	p.command(moveTo, 1)
	p.points(vertices[:1])
	p.command(lineTo, len(vertices)-1)
	p.points(vertices[1:])
}

func (p *pen) ring(vertices []clip.Point) {
	p.line(vertices)
	p.command(closePath, 1)
}

// grow is b with its length raised by n.
func grow(b []byte, n int) []byte {
	if len(b)+n <= cap(b) {
		return b[:len(b)+n]
	}
	bigger := make([]byte, len(b)+n, 2*(len(b)+n))
	copy(bigger, b)
	return bigger
}

// putShort writes a number below 1<<14 as a varint, with room for two bytes: no two
// places of the buffered tile are farther apart.
func putShort(b []byte, n int, v uint32) int {
	more := (127 - v) >> 31
	_ = b[n+1]
	b[n] = byte(v&0x7f | more<<7)
	b[n+1] = byte(v >> 7)
	return n + 1 + int(more)
}

func putVarint32(b []byte, n int, v uint32) int {
	for v >= 0x80 {
		b[n] = byte(v) | 0x80
		v >>= 7
		n++
	}
	b[n] = byte(v)
	return n + 1
}

func appendVarint(b []byte, v uint64) []byte {
	for v >= 0x80 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v))
}

func varintLen(v uint64) int {
	n := 1
	for v >= 0x80 {
		v >>= 7
		n++
	}
	return n
}
