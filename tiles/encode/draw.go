package encode

import (
	"slices"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// ahead is how many features are looked up before the first of them is drawn, where they
// come by claim: then they stand far apart in memory, and to fetch the start of many at
// once takes little longer than to wait for one.
const ahead = 32

type view struct {
	shape   geo.Shape
	ranks   []uint8
	id      int64
	touched uint32 // what the early reads come to, so that they are not left out
}

func (e *Encoder) look(table *snapshot.Table, rows []uint32) {
	for i, row := range rows {
		v := &e.views[i]
		v.shape, v.ranks = table.Ranked(row)
		v.id = table.ID(row)
	}
	for i := range rows {
		if v := &e.views[i]; len(v.ranks) > 0 {
			v.touched = uint32(v.shape.Points[0].X) + uint32(v.ranks[0])
		}
	}
}

// draw writes each row's feature that shows, and tells how many rows there was room
// for. The rows come in any order.
func (e *Encoder) draw(table *snapshot.Table, rows []uint32, g *maptile.Grid) (done int) {
	for rows := range slices.Chunk(rows, ahead) {
		e.look(table, rows)
		for i, row := range rows {
			if !e.feature(table, row, &e.views[i], g, (*Encoder).tag) {
				return done
			}
			done++
		}
	}
	return done
}

// drawInOrder is draw for rows as InOrder puts them, which it reads block by block. It
// gives up early where there will not be room for all of them, by what the first ones took.
func (e *Encoder) drawInOrder(table *snapshot.Table, rows []uint32, g *maptile.Grid) (done int) {
	var block snapshot.Block
	last := uint32(1<<32 - 1)
	v := &e.views[0]
	for _, row := range rows {
		if done%64 == 63 && e.overflows(done, len(rows)) {
			return done
		}
		number, at := snapshot.BlockOf(row)
		if number != last {
			block, last = table.Block(number), number
			e.enter(block)
		}
		if !e.merging && e.drawing == nil {
			if ok, room := e.wholeLine(table, row, block, at, g); !room {
				return done
			} else if ok {
				done++
				continue
			}
		}
		v.shape, v.ranks = block.Ranked(at)
		v.id = block.ID(at)
		if !e.feature(table, row, v, g, (*Encoder).tagInBlock) {
			return done
		}
		done++
	}
	return done
}

// overflows tells whether so many rows have taken so much that all cannot have room. What
// it says depends on the tile's content alone.
func (e *Encoder) overflows(done, all int) bool {
	used := len(e.body) + len(e.dict.buf) + e.groups.cost
	return used > e.room/8 && float64(used)/float64(done)*float64(all) > 1.25*float64(e.room)
}

// drawCopies is draw for rows of the scan, whose copies it reads block by block.
func (e *Encoder) drawCopies(table *snapshot.Table, rows []uint32, g *maptile.Grid) (done int) {
	digest, alike := e.scan.Digest(), e.scan.Alike()
	var block snapshot.Block
	last := uint32(1<<32 - 1)
	v := &e.views[0]
	for i := range rows {
		if copied := e.scan.Copies[i]; copied != snapshot.NoCopy {
			number, at := snapshot.BlockOf(copied)
			if number != last {
				block, last = digest.Block(number), number
				e.enter(block)
			}
			v.shape, v.ranks = block.Ranked(at)
			v.id = block.ID(at)
			e.alike = alike
			room := e.feature(digest, copied, v, g, (*Encoder).tagInBlock)
			e.alike = nil
			if !room {
				return done
			}
		} else if e.draw(table, rows[i:i+1], g) == 0 {
			return done
		}
		done++
	}
	return done
}

// feature writes a row's feature if it shows, and tells whether there was room for it.
func (e *Encoder) feature(table *snapshot.Table, row uint32, v *view, g *maptile.Grid, tag func(*Encoder, *snapshot.Table, uint32)) bool {
	before := e.mark()
	e.pen.reset()
	if e.merging && v.shape.Kind == geo.Lines {
		e.gather(table, row, v, g, tag)
	} else if kind := e.geometry(v.shape, v.ranks, g); kind != 0 {
		if e.record(row, v.id, kind) {
			return true
		}
		tag(e, table, row)
		e.pen.draw(kind, &e.shapes)
		e.write(uint64(v.id), true, kind)
	}
	if len(e.body)+len(e.dict.buf)+e.groups.cost > e.room {
		e.undo(before)
		return false
	}
	return true
}
