package osm

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// perDegree is what OpenStreetMap counts coordinates in.
const perDegree = 1e7

// nodes are those that the kept ways have, by id: 8 bytes for the id, 8 for the place and a bit for whether ways meet there.
// Until they are sorted an id stands there as often as ways have it.
type nodes struct {
	ids    []int64
	at     [][2]int32
	shared []uint64
}

// nowhere is the place of a node that the file has not.
var nowhere = [2]int32{math.MaxInt32, math.MaxInt32}

func (n *nodes) add(way []int64) { n.ids = append(n.ids, way...) }

// sort makes each id stand once and finds out which stood more often.
func (n *nodes) sort() {
	slices.Sort(n.ids)
	n.shared = make([]uint64, len(n.ids)/64+1)
	last := 0
	for i, id := range n.ids {
		switch {
		case i == 0:
		case id == n.ids[last]:
			n.shared[last>>6] |= 1 << (last & 63)
		default:
			last++
			n.ids[last] = id
		}
	}
	if len(n.ids) > 0 {
		n.ids = slices.Clip(n.ids[:last+1])
	}
	n.at = make([][2]int32, len(n.ids))
	for i := range n.at {
		n.at[i] = nowhere
	}
}

// place says where a node lies; of one that no way has nothing is kept.
func (n *nodes) place(id int64, lon, lat int32) {
	if i, ok := slices.BinarySearch(n.ids, id); ok {
		n.at[i] = [2]int32{lon, lat}
	}
}

// missing is how many of them the file has not.
func (n *nodes) missing() (count int) {
	for _, at := range n.at {
		if at == nowhere {
			count++
		}
	}
	return count
}

// find is where a node lies, and whether ways meet there; ok is false where the file has it not.
func (n *nodes) find(id int64) (p orb.Point, shared, ok bool) {
	i, ok := slices.BinarySearch(n.ids, id)
	if !ok || n.at[i] == nowhere {
		return p, false, false
	}
	return degrees(n.at[i][0], n.at[i][1]), n.shared[i>>6]>>(i&63)&1 != 0, true
}

func degrees(lon, lat int32) orb.Point {
	return orb.Point{float64(lon) / perDegree, float64(lat) / perDegree}
}
