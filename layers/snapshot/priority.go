package snapshot

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/cuntu/cuntu/geo"
)

// A Claim is a feature's to a place in a tile that cannot hold all; the least keeps
// its place longest. The level comes first, so that the classes that show first stay,
// then size on the map, then a hash of the id, which thins out evenly and alike in
// tiles side by side. It depends on nothing but the feature and, where points make
// room for each other, its level.
type Priority struct {
	order uint64
	id    int64
}

// Compare puts claims in order. Two features never have the same.
func (c Priority) Compare(o Priority) int {
	return cmp.Or(cmp.Compare(c.order, o.order), cmp.Compare(c.id, o.id))
}

// Claim is the row's claim.
func (t *Table) Priority(row uint32) Priority {
	p, i := t.at(row)
	return p.priority(i)
}

func (p *page) priority(i int) Priority {
	hash := uint64(p.ids[i]) * 0x9e3779b97f4a7c15
	hash = (hash ^ hash>>32) * 0xd6e8feb86659fd93
	return Priority{uint64(p.levels[i])<<56 | uint64(64-p.sizes[i])<<48 | hash>>16, p.ids[i]}
}

// sizeOf is how many bits the longer side of a shape's box takes.
func sizeOf(s geo.Shape) uint8 {
	box := s.Box()
	if box.IsEmpty() {
		return 0
	}
	return uint8(bits.Len64(uint64(int64(box.Max.X)-int64(box.Min.X)) | uint64(int64(box.Max.Y)-int64(box.Min.Y))))
}

// Claims gives rows by their claims, some at a time, and sorts no more than it gives: of
// n rows the first k cost about n + k log k. It keeps its memory from one use to the next.
type Priorities struct {
	list []prioritisedRow
	ends []int // of what is known to come before what follows, the last one first
	done int
	rows []uint32
}

type prioritisedRow struct {
	Priority
	row uint32
}

// sortedAtOnce is how many rows are sorted rather than parted once more.
const sortedAtOnce = 1024

// Begin starts on rows of a table.
func (c *Priorities) Begin(t *Table, rows []uint32) {
	c.list = c.list[:0]
	for _, row := range rows {
		c.list = append(c.list, prioritisedRow{t.Priority(row), row})
	}
	c.ends, c.done = append(c.ends[:0], len(rows)), 0
}

// Next is the next rows by their claims, none after the last ones.
func (c *Priorities) Next() []uint32 {
	c.rows = c.rows[:0]
	for len(c.ends) > 0 && c.done == c.ends[len(c.ends)-1] {
		c.ends = c.ends[:len(c.ends)-1]
	}
	if len(c.ends) == 0 {
		return c.rows
	}
	end := c.ends[len(c.ends)-1]
	for end-c.done > sortedAtOnce {
		middle := c.part(c.done, end)
		if middle == end { // all the same but for their ids
			break
		}
		c.ends = append(c.ends, middle)
		end = middle
	}
	some := c.list[c.done:end]
	slices.SortFunc(some, func(a, b prioritisedRow) int { return a.Compare(b.Priority) })
	for i := range some {
		c.rows = append(c.rows, some[i].row)
	}
	c.done = end
	return c.rows
}

// part moves rows with a lesser order before the others and returns where those begin;
// the end where all have the same.
func (c *Priorities) part(from, to int) int {
	a, b, m := c.list[from].order, c.list[to-1].order, c.list[(from+to)/2].order
	pivot := max(min(a, b), min(max(a, b), m))
	for range 2 {
		at := from
		for i := from; i < to; i++ {
			if c.list[i].order < pivot {
				c.list[i], c.list[at] = c.list[at], c.list[i]
				at++
			}
		}
		if at > from {
			return at
		}
		if pivot++; pivot == 0 { // it is the least: part those that have it from the others
			break
		}
	}
	return to
}
