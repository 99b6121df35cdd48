package encode

import "github.com/cuntu/cuntu/tiles/clip"

// endSet finds what ends of parts meet: ends of one group at one place. An end is twice
// the number of its part, and one more for its last vertex.
//
// It is an open hash table of places, each with a list of its ends in the order of the
// parts. Of a place it keeps a hash and the first end alone, so that the ends of a tile of
// twenty thousand parts stand in half a megabyte.
type endSet struct {
	slots  []endSlot
	next   []int32 // by end: the next one at its place
	slotOf []int32 // by end
}

type endSlot struct {
	hash  uint32
	first int32 // and one more; 0 is a free slot
}

const noEnd = -1

// make takes in all parts of groups that have several.
func (s *endSet) make(m *groups) {
	n := 2 * len(m.of)
	size := 256
	for size < n+n/2 {
		size *= 2
	}
	s.slots = zeroed(s.slots, size)
	s.next, s.slotOf = zeroed(s.next, n), zeroed(s.slotOf, n)
	for part := len(m.of) - 1; part >= 0; part-- { // so that the first comes to stand first
		if m.list[m.of[part]].count > 1 {
			s.add(m, int32(2*part+1))
			s.add(m, int32(2*part))
		}
	}
}

func (s *endSet) add(m *groups, end int32) {
	p, group := m.endAt(end), m.of[end>>1]
	h := (uint64(group)<<32 | uint64(p.X-clip.Lo)<<16 | uint64(p.Y-clip.Lo)) * 0x9e3779b97f4a7c15
	hash, mask := uint32(h>>32), uint32(len(s.slots)-1)
	i := uint32(h>>32) & mask
	for ; s.slots[i].first != 0; i = (i + 1) & mask {
		if first := s.slots[i].first - 1; s.slots[i].hash == hash && m.of[first>>1] == group && m.endAt(first) == p {
			break
		}
	}
	s.next[end], s.slotOf[end] = s.slots[i].first-1, int32(i)
	s.slots[i] = endSlot{hash, end + 1}
}

// meeting is the first end at the place of another whose part is not used.
func (s *endSet) meeting(end int32, used []bool) int32 {
	slot := &s.slots[s.slotOf[end]]
	first := slot.first - 1
	for first != noEnd && used[first>>1] {
		first = s.next[first]
	}
	slot.first = first + 1
	return first
}

// endAt is the place of an end.
func (m *groups) endAt(end int32) clip.Point {
	if end&1 == 1 {
		return m.parts.Points[m.parts.Ends[end>>1]-1]
	}
	if end == 0 {
		return m.parts.Points[0]
	}
	return m.parts.Points[m.parts.Ends[end>>1-1]]
}
