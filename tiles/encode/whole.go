package encode

import (
	"encoding/binary"
	"math/bits"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles/clip"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// Most lines of a tile are of one part and lie in it as a whole. They go the short way:
// from the snapshot's vertices to the commands of the pen in one pass, which looks at the
// ranks eight at a time and touches only the vertices that show.

// headRoom is what stands before a line's differences at most: a command, two
// coordinates and the command of all that follow.
const headRoom = 1 + 2*maxVarint32 + maxVarint32

const eachByte = 0x0101010101010101

// whole writes a line that lies in the buffered tile as a whole, and tells whether it
// does. Nothing is written of one that has no length at this zoom.
func (p *pen) whole(line []geo.Point, ranks []uint8, g *maptile.Grid) bool {
	if len(line) == 0 {
		return false
	}
	p.reset()
	p.buf = grow(p.buf, headRoom+len(line)*4+2) // putShort writes a byte too many
	up, down, addX, addY := g.Up&63, g.Down&63, g.AddX, g.AddY
	limit := uint64(min(g.Detail, 63)|0x80) * eachByte
	x0 := (int64(line[0].X)<<up + addX) >> down
	y0 := (int64(line[0].Y)<<up + addY) >> down
	outside := (x0 - clip.Lo) | (clip.Hi - x0) | (y0 - clip.Lo) | (clip.Hi - y0)
	atX, atY := int32(x0), int32(y0)
	n, count := headRoom, 0
	ranks = ranks[:len(line)]
	for from := 0; from < len(line); from += 8 {
		var some uint64
		if from+8 <= len(ranks) {
			some = binary.LittleEndian.Uint64(ranks[from:])
		} else {
			some = lastRanks(ranks[from:])
		}
		// The high bit of each byte that is no more than the detail.
		for shown := (limit - some) & (0x80 * eachByte); shown != 0; shown &= shown - 1 {
			v := line[from+bits.TrailingZeros64(shown)>>3]
			x := (int64(v.X)<<up + addX) >> down
			y := (int64(v.Y)<<up + addY) >> down
			outside |= (x - clip.Lo) | (clip.Hi - x) | (y - clip.Lo) | (clip.Hi - y)
			dx, dy := int32(x)-atX, int32(y)-atY
			if dx|dy == 0 {
				continue
			}
			atX, atY = int32(x), int32(y)
			n = putShort(p.buf, n, uint32(dx<<1)^uint32(dx>>31))
			n = putShort(p.buf, n, uint32(dy<<1)^uint32(dy>>31))
			count++
		}
	}
	if outside < 0 {
		return false
	}
	if count == 0 {
		if g.Detail != maptile.Everything || x0 >= clip.Hi {
			p.buf = p.buf[:0]
			return true
		}
		n, count = putShort(p.buf, n, 1<<1), 1 // it is one unit long
		n = putShort(p.buf, n, 0)
	}
	p.head(int32(x0), int32(y0), n, count)
	return true
}

// lastRanks is up to seven ranks, and others that no detail reaches.
func lastRanks(ranks []uint8) uint64 {
	some := uint64(0x7f * eachByte)
	for i, r := range ranks {
		some = some&^(0xff<<(8*i)) | uint64(r)<<(8*i)
	}
	return some
}

// head puts what comes before the differences right in front of them.
func (p *pen) head(x, y int32, n, count int) {
	var head [headRoom + 1]byte
	head[0] = 1<<3 | moveTo
	h := putShort(head[:], 1, uint32(x<<1)^uint32(x>>31))
	h = putShort(head[:], h, uint32(y<<1)^uint32(y>>31))
	h = putVarint32(head[:], h, uint32(count<<3|lineTo))
	from := headRoom - h
	copy(p.buf[from:], head[:h])
	p.buf = p.buf[from:n]
}

// wholeLine writes a row's feature by the short way. ok is false where it does not go
// that way; room is whether there was room for it.
func (e *Encoder) wholeLine(table *snapshot.Table, row uint32, block snapshot.Block, at int, g *maptile.Grid) (ok, room bool) {
	line, ranks, ok := block.Line(at)
	if !ok {
		return false, true
	}
	own := e.pen.buf // whose front whole may cut off
	ok = e.pen.whole(line, ranks, g)
	geometry := e.pen.buf
	if cap(own) > cap(geometry) {
		e.pen.buf = own
	}
	if !ok || len(geometry) == 0 {
		return ok, true
	}
	values, valueBytes, keys, body := len(e.dict.ends), len(e.dict.buf), len(e.keys), len(e.body)
	e.tagInBlock(table, row)
	e.writeFeature(uint64(block.ID(at)), true, byte(geo.Lines), geometry)
	if len(e.body)+len(e.dict.buf) > e.room {
		e.undo(mark{features: e.Stats.Features - 1, body: body, values: values, valueBytes: valueBytes, keys: keys, groups: e.groups.mark()})
		return true, false
	}
	return true, true
}
