package encode

import (
	"bytes"
	"slices"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles/clip"
	"github.com/cuntu/cuntu/tiles/maptile"
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
	parts   clip.Shapes
	of      []int32 // group by part
	byGroup []int32 // parts, group after group
	used    []bool  // by part
	chain   []clip.Point
	ends    endSet
	cost    int // the most that all will take
}

type group struct {
	tagsEnd, count, first int32
	hash                  uint32
	row                   uint32 // one of those with the tags
}

func (m *groups) reset() {
	m.tags, m.list, m.of = m.tags[:0], m.list[:0], m.of[:0]
	m.parts.Reset()
	m.cost = 0
	clear(m.slots)
}

func (m *groups) tagsOf(i int32) []byte {
	from := int32(0)
	if i > 0 {
		from = m.list[i-1].tagsEnd
	}
	return m.tags[from:m.list[i].tagsEnd]
}

// find is the group with the tags of a row, which is new if there is none.
func (m *groups) find(tags []byte, row uint32) int32 {
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
		m.list = append(m.list, group{tagsEnd: int32(len(m.tags)), hash: hash, row: row})
		m.cost += groupBytes + len(tags)
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

// likeness is the group of rows that are known to have the same values.
type likeness struct {
	generation uint32
	group      int32
}

// groupOf is the group of a row. Where rows are known to be alike, one is written for all.
func (e *Encoder) groupOf(table *snapshot.Table, row uint32, tag func(*Encoder, *snapshot.Table, uint32)) int32 {
	if e.alike == nil {
		tag(e, table, row)
		return e.groups.find(e.tags, row)
	}
	number := int(e.alike[row])
	for number >= len(e.likes) {
		e.likes = append(e.likes, make([]likeness, number+1)...)
	}
	l := &e.likes[number]
	if l.generation != e.dict.generation {
		tag(e, table, row)
		*l = likeness{e.dict.generation, e.groups.find(e.tags, row)}
	}
	return l.group
}

// gather adds a row's lines to the group of its values.
func (e *Encoder) gather(table *snapshot.Table, row uint32, v *view, g *maptile.Grid, tag func(*Encoder, *snapshot.Table, uint32)) {
	m := &e.groups
	if e.lines(v.shape, v.ranks, g); len(e.shapes.Ends) == 0 {
		return
	}
	at := e.groupOf(table, row, tag)
	for i := range e.shapes.Ends {
		line := e.shapes.Part(i)
		m.cost += lineBytes(line)
		m.parts.Points = append(m.parts.Points, line...)
		m.parts.Ends = append(m.parts.Ends, int32(len(m.parts.Points)))
		m.of = append(m.of, at)
	}
}

// groupBytes is the most that a group takes beside its tags and lines: tags and lengths of
// its fields and its type.
const groupBytes = 16

// lineBytes is the most that a line takes in a group. A difference of two places of the
// buffered tile never takes more than two bytes, and lines that meet take less together.
func lineBytes(line []clip.Point) int {
	n := 1 + 4 + varintLen(uint64(len(line)-1)<<3) + 2*(len(line)-1)
	at := line[0]
	for _, p := range line[1:] {
		dx, dy := p.X-at.X, p.Y-at.Y
		if dx < -64 || dx > 63 {
			n++
		}
		if dy < -64 || dy > 63 {
			n++
		}
		at = p
	}
	return n
}

// merge writes the groups, in the order of each one's first row.
func (e *Encoder) merge() {
	m := &e.groups
	m.sort()
	m.ends.make(m)
	m.used = zeroed(m.used, len(m.of))
	for i := range m.list {
		e.pen.reset()
		gr := &m.list[i]
		e.shapes.Reset()
		m.join(&e.shapes, m.byGroup[gr.first:gr.first+gr.count])
		for k := range e.shapes.Ends {
			e.pen.line(e.shapes.Part(k))
		}
		e.recordMerged(gr.row)
		e.tags = append(e.tags[:0], m.tagsOf(int32(i))...)
		e.write(0, false, byte(geo.Lines))
	}
}

// groupMark is how far groups were gathered before a row.
type groupMark struct{ tags, list, parts, points, cost int }

func (m *groups) mark() groupMark {
	return groupMark{len(m.tags), len(m.list), len(m.of), len(m.parts.Points), m.cost}
}

func (m *groups) undo(to groupMark) {
	m.tags, m.list, m.of, m.cost = m.tags[:to.tags], m.list[:to.list], m.of[:to.parts], to.cost
	m.parts.Points, m.parts.Ends = m.parts.Points[:to.points], m.parts.Ends[:to.parts]
}

// sort lists the parts group by group.
func (m *groups) sort() {
	for _, of := range m.of {
		m.list[of].count++
	}
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

// join appends the parts of a group, end to end where they meet.
func (m *groups) join(s *clip.Shapes, parts []int32) {
	if len(parts) == 1 {
		s.Append(m.parts.Part(int(parts[0])))
		return
	}
	for _, part := range parts {
		if m.used[part] {
			continue
		}
		m.used[part] = true
		line := m.parts.Part(int(part))
		if m.ends.meeting(2*part, m.used) == noEnd && m.ends.meeting(2*part+1, m.used) == noEnd {
			s.Append(line)
			continue
		}
		m.chain = append(m.chain[:0], line...)
		m.follow(2*part + 1)
		slices.Reverse(m.chain) // and on from where it began
		m.follow(2 * part)
		s.Append(m.chain)
	}
}

// follow goes on from the end at which the chain ends, through parts not yet used.
func (m *groups) follow(end int32) {
	for {
		end = m.ends.meeting(end, m.used)
		if end == noEnd {
			return
		}
		m.used[end>>1] = true
		line := m.parts.Part(int(end >> 1))
		if end&1 == 1 {
			for k := len(line) - 2; k >= 0; k-- {
				m.put(line[k])
			}
		} else {
			for _, p := range line[1:] {
				m.put(p)
			}
		}
		end ^= 1
	}
}

// put appends a vertex; the one before goes if it lies on the way.
func (m *groups) put(p clip.Point) {
	n := len(m.chain)
	if n >= 2 {
		a, b := m.chain[n-2], m.chain[n-1]
		ahead := int64(b.X-a.X)*int64(p.X-b.X)+int64(b.Y-a.Y)*int64(p.Y-b.Y) > 0
		if ahead && clip.Turn(a, b, p) == 0 {
			m.chain[n-1] = p
			return
		}
	}
	m.chain = append(m.chain, p)
}
