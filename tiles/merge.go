package tiles

import (
	"bytes"
	"slices"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
)

// groups gathers lines whose values agree, so that they are written as one
// feature: at low zooms a road of a hundred sections is one line, and what a feature
// costs beside its vertices is paid once.
//
// Values agree where the encoded tags do; those are kept one after another, and
// found by their hash.
type groups struct {
	tags    []byte
	list    []group
	slots   []int32 // group + 1
	parts   shapes
	of      []int32 // group by part
	byGroup []int32 // parts, group after group
	ends    []uint64
	used    []bool
	chain   []point
}

type group struct {
	tagsEnd, count, first int32
	hash                  uint32
}

func (m *groups) reset() {
	m.tags, m.list, m.of = m.tags[:0], m.list[:0], m.of[:0]
	m.parts.reset()
	clear(m.slots)
}

func (m *groups) tagsOf(i int32) []byte {
	from := int32(0)
	if i > 0 {
		from = m.list[i-1].tagsEnd
	}
	return m.tags[from:m.list[i].tagsEnd]
}

// find is the group with the tags, which is new if there is none.
func (m *groups) find(tags []byte) int32 {
	if 2*len(m.list) >= len(m.slots) {
		m.slots = make([]int32, max(64, 2*len(m.slots)))
		for i := range m.list {
			m.slots[m.slot(m.list[i].hash, nil)] = int32(i + 1)
		}
	}
	hash := hashBytes(tags)
	at := m.slot(hash, tags)
	if m.slots[at] == 0 {
		m.tags = append(m.tags, tags...)
		m.list = append(m.list, group{tagsEnd: int32(len(m.tags)), hash: hash})
		m.slots[at] = int32(len(m.list))
	}
	return m.slots[at] - 1
}

func (m *groups) slot(hash uint32, tags []byte) uint32 {
	mask := uint32(len(m.slots) - 1)
	for at := hash & mask; ; at = (at + 1) & mask {
		i := m.slots[at] - 1
		if i < 0 || tags != nil && m.list[i].hash == hash && bytes.Equal(m.tagsOf(i), tags) {
			return at
		}
	}
}

// merge writes the rows' lines by groups, in the order of each group's first row;
// what is not a line is written as it is.
func (e *Encoder) merge(table *layers.Table, rows []uint32, g *grid) {
	m := &e.groups
	m.reset()
	for _, row := range rows {
		shape, ranks := table.Ranked(row)
		before := len(e.body) + len(e.dict.buf)
		cost := 0
		e.pen.reset()
		if shape.Kind != geo.Lines {
			if kind := e.geometry(shape, ranks, g); kind != 0 {
				e.tag(table, row)
				e.write(uint64(table.ID(row)), true, kind)
			}
		} else if e.lines(shape, ranks, g); len(e.shapes.ends) > 0 {
			e.tag(table, row)
			at := m.find(e.tags)
			for i := range e.shapes.ends {
				m.parts.points = append(m.parts.points, e.shapes.part(i)...)
				m.parts.ends = append(m.parts.ends, int32(len(m.parts.points)))
				m.of = append(m.of, at)
				m.list[at].count++
			}
			cost = 3*len(e.shapes.points) + 4*len(e.shapes.ends)
		}
		e.fit.costs = append(e.fit.costs, int32(len(e.body)+len(e.dict.buf)-before+cost))
	}
	m.sort()
	for i := range m.list {
		e.pen.reset()
		gr := &m.list[i]
		m.join(&e.pen, m.byGroup[gr.first:gr.first+gr.count])
		e.tags = append(e.tags[:0], m.tagsOf(int32(i))...)
		e.write(0, false, byte(geo.Lines))
	}
}

// sort lists the parts group by group.
func (m *groups) sort() {
	next := int32(0)
	for i := range m.list {
		m.list[i].first = next
		next += m.list[i].count
		m.list[i].count = 0
	}
	m.byGroup = slices.Grow(m.byGroup[:0], len(m.of))[:len(m.of)]
	for part, of := range m.of {
		gr := &m.list[of]
		m.byGroup[gr.first+gr.count] = int32(part)
		gr.count++
	}
}

// An end of a part: its place, the part's number among its group and which end it
// is, so that sorted ends of one place stand together.
func endOf(p point, part int, last uint64) uint64 {
	return uint64(p.x-lo)<<48 | uint64(p.y-lo)<<32 | uint64(part)<<1 | last
}

// join writes the parts of a group, end to end where they meet.
func (m *groups) join(pen *pen, parts []int32) {
	m.ends, m.used = m.ends[:0], m.used[:0]
	for i, part := range parts {
		line := m.parts.part(int(part))
		m.ends = append(m.ends, endOf(line[0], i, 0), endOf(line[len(line)-1], i, 1))
		m.used = append(m.used, false)
	}
	slices.Sort(m.ends)
	for i := range parts {
		if m.used[i] {
			continue
		}
		m.used[i] = true
		m.chain = append(m.chain[:0], m.parts.part(int(parts[i]))...)
		m.follow(parts)
		slices.Reverse(m.chain) // and on from where it began
		m.follow(parts)
		pen.line(m.chain)
	}
}

// follow goes on from the chain's end through parts not yet used.
func (m *groups) follow(parts []int32) {
	for {
		tail := endOf(m.chain[len(m.chain)-1], 0, 0)
		at, _ := slices.BinarySearch(m.ends, tail)
		for ; at < len(m.ends) && m.ends[at]>>32 == tail>>32 && m.used[uint32(m.ends[at])>>1]; at++ {
		}
		if at == len(m.ends) || m.ends[at]>>32 != tail>>32 {
			return
		}
		i := int(uint32(m.ends[at]) >> 1)
		m.used[i] = true
		line := m.parts.part(int(parts[i]))
		if m.ends[at]&1 == 1 {
			for k := len(line) - 2; k >= 0; k-- {
				m.put(line[k])
			}
			continue
		}
		for _, p := range line[1:] {
			m.put(p)
		}
	}
}

// put appends a vertex; the one before goes if it lies on the way.
func (m *groups) put(p point) {
	n := len(m.chain)
	if n >= 2 {
		a, b := m.chain[n-2], m.chain[n-1]
		ahead := int64(b.x-a.x)*int64(p.x-b.x)+int64(b.y-a.y)*int64(p.y-b.y) > 0
		if ahead && turn(a, b, p) == 0 {
			m.chain[n-1] = p
			return
		}
	}
	m.chain = append(m.chain, p)
}
