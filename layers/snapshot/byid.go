package snapshot

import (
	"cmp"
	"slices"
)

// After yields the rows whose features have an id greater than id, by ascending id. The first costs the logarithm of the
// layer, and each of the others the same wherever it stands.
func (t *Table) After(id int64, yield func(row uint32) bool) {
	loaded, _ := slices.BinarySearchFunc(t.byID, id, func(row uint32, id int64) int {
		return above(t.ID(row), id)
	})
	added, _ := slices.BinarySearchFunc(t.strays, id, func(s stray, id int64) int { return above(s.id, id) })
	for loaded < len(t.byID) || added < len(t.strays) {
		var row uint32
		if added == len(t.strays) || loaded < len(t.byID) && t.ID(t.byID[loaded]) < t.strays[added].id {
			row = t.byID[loaded]
			loaded++
		} else {
			row = t.strays[added].row
			added++
		}
		if p, i := t.at(row); !p.isDead(i) && !yield(row) {
			return
		}
	}
}

// above puts what is not greater than id before it, so that a search ends at the first that is greater.
func above(own, id int64) int {
	if own <= id {
		return -1
	}
	return cmp.Compare(own, id)
}
